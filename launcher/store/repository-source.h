// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A version of an app in a repository that is followed, as a source of contents: what is to be shown of it is fetched
// first, the rest when somebody wants it.

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "broker/base/clock.h"
#include "launcher/bundle/bundler.h"
#include "launcher/repository/delivery.h"
#include "launcher/store/store.h"

namespace latchkey::store {

class RepositorySource final : public ContentSource {
public:
  using GoOn = repository::Fetcher::GoOn;
  // `folder`: in which the repository is followed. Throws with one sentence: it does not hold, or cannot be had, or
  // `goOn` says that nobody wants it any more.
  RepositorySource(const Bundler& bundler, std::string folder, const std::string& id, const std::string& channel,
                   const GoOn& goOn);
  ~RepositorySource() noexcept(false) override;
  KJ_DISALLOW_COPY_AND_MOVE(RepositorySource);

  // What its author says of it, read in a process that is thrown away.
  std::unique_ptr<BundleReport> survey(const GoOn& goOn);
  Papers papersWith(const BundleReport& report) const;
  const std::string& repository() const { return m_follower.head().id; }

  // Fetches contents with these digests, but for what another version has: its list, and its contents by digest.
  // `progress`: bytes; throws to give up, and what came until then is not lost.
  using Progress = std::function<void(uint64_t done, uint64_t whole)>;
  void fetch(const std::set<std::string>& digests, const std::string& otherList, const repository::Delivery::Find& find,
             const Progress& progress);

  // Bytes that would travel for those, after what another version gives.
  uint64_t need(const std::set<std::string>& digests, const std::string& otherList,
                const repository::Delivery::Find& find);

  std::string prepare(int folder, const std::vector<const BundleEntry*>& wanted) override;
  std::string fetch(const BundleEntry& entry, int folder, const std::string& name) override;
  bool isDigested() const override { return true; }  // By Delivery::write.
  // All of it is installed.
  void finish() { m_delivery.finish(); }

private:
  class Room;
  void beginSurvey(const Bundler& bundler);

  SystemClock m_clock;
  repository::Fetcher m_fetcher;
  repository::Packer m_packer;
  repository::Reach m_reach{m_fetcher, m_packer, m_clock};
  repository::Follower m_follower;
  repository::Offer m_offer;
  // Begun with the delivery, and over with the survey.
  std::unique_ptr<Room> m_room = {};
  std::optional<Bundler::Survey> m_survey = {};
  repository::Delivery m_delivery;
};

}  // namespace latchkey::store
