// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Carries decisions to the portals that enforce them: files and what belongs to them to one, the network to another,
// what other machines hold to them. What ends is told to all, who know which of it is theirs.

#include "broker/file-grants.h"
#include "broker/machines/sharing.h"
#include "broker/network-grants.h"
#include "broker/powerbox.h"

namespace latchkey {

class Enforcement final : public Enforcer, private kj::TaskSet::ErrorHandler {
public:
  Enforcement(FileGrants& files, NetworkGrants& network, kj::Timer& timer)
      : m_files(files), m_network(network), m_timer(timer), m_tasks(*this) {}
  KJ_DISALLOW_COPY_AND_MOVE(Enforcement);

  // What other machines hold is cut there. Before anything is enforced.
  void shareThrough(Sharing& sharing) { m_sharing = sharing; }

  kj::Promise<void> enforce(const Grant& grant, kj::Maybe<kj::AutoCloseFd> object) override;
  kj::Promise<void> deny(const Refusal& refusal) override;
  // It is taken back.
  kj::Promise<void> lift(const RequestId& refusal);
  // Returns when what was open or connected by them fails, or the portal that held it has died.
  kj::Promise<void> cut(std::vector<Grant> grants) override;
  // Another day has begun for them.
  kj::Promise<void> wake(std::vector<Grant> grants);
  // What this holder may move over the network by its settings has changed.
  kj::Promise<void> limit(const std::string& holder);
  bool isOff(Kind kind) const override;

  // As above, but false after a while of no answer. Cutting goes on then.
  kj::Promise<bool> cutInTime(std::vector<Grant> grants);
  kj::Promise<bool> suspendInTime(std::vector<Grant> grants);
  kj::Promise<void> resume(std::vector<Grant> grants);
  // The panic button, for what other machines hold.
  kj::Promise<void> setSharesOff(bool off);

private:
  kj::Promise<bool> inTime(kj::Promise<void> act);
  using OnShares = kj::Promise<void> (Sharing::*)(const std::vector<Grant>&);
  kj::Promise<void> onShares(OnShares act, const std::vector<Grant>& grants);
  void taskFailed(kj::Exception&& exception) override;

  FileGrants& m_files;
  NetworkGrants& m_network;
  kj::Maybe<Sharing&> m_sharing;
  kj::Timer& m_timer;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
