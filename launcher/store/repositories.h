// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Followed repositories behind the store's interface: searched as they were when they last answered, asked again when
// somebody wants it or it is time, and what is newer then installed by itself where the person left that on.
//
// What blocks is done by two threads: one that looks at what lies here, so that a search is never behind a network, and
// one that asks.

#include <kj/async.h>
#include <kj/timer.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/schema/packages.capnp.h"
#include "launcher/store/shelves.h"
#include "launcher/store/worker.h"

namespace latchkey::store {

class Repositories {
public:
  struct Parts {
    std::string place = {};                                     // Where the folders of those lie that are followed.
    std::function<std::vector<InstalledApp>()> installed = {};  // Sorted by id. Called in a thread of ours.
    std::function<bool()> metered = {};                         // Likewise; may block. None: never.
    std::function<void()> changed = {};                         // Something would be listed otherwise.
    std::function<kj::Promise<void>(repository::FollowedOffer)> install = {};  // Waits if it claims more.
    const Clock& clock;
  };
  explicit Repositories(Parts parts) : m_parts(std::move(parts)), m_shelves(m_parts.place) {}
  KJ_DISALLOW_COPY_AND_MOVE(Repositories);

  kj::Promise<void> search(capnp::List<capnp::Text>::Reader words, uint32_t most,
                           schema::Packages::SearchResults::Builder results);
  kj::Promise<void> updates(schema::Packages::UpdatesResults::Builder results);
  // What is offered that is newer; fails if nothing is.
  kj::Promise<repository::FollowedOffer> newest(std::string id);
  kj::Promise<void> list(schema::Packages::RepositoriesResults::Builder results);
  // Empty: all.
  kj::Promise<void> refresh(std::string followed);
  kj::Promise<void> follow(std::string location, std::string key, schema::Packages::FollowResults::Builder results);
  kj::Promise<void> unfollow(std::string followed);
  // Of several that are asked for at a time one is done.
  kj::Promise<void> round();

  // What is installed is not what it was.
  void forgetInstalled() { m_known = false; }

private:
  const std::vector<InstalledApp>& installed();
  kj::Promise<std::vector<Shelves::Newer>> newer();
  kj::Promise<std::vector<std::string>> due();
  kj::Promise<bool> ask(std::string followed);

  Parts m_parts;
  bool m_rounding = false;
  std::atomic<bool> m_known = false;
  // For the thread that looks.
  std::vector<InstalledApp> m_installed = {};
  Shelves m_shelves;
  Worker m_looks, m_asks;  // Last: their threads use the others.
};

}  // namespace latchkey::store
