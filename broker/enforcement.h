// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Carries decisions to the portals that enforce them: files and what belongs to them to one, the network to the other.
// What ends is told to both, who know which of it is theirs.

#include "broker/file-grants.h"
#include "broker/network-grants.h"
#include "broker/powerbox.h"

namespace latchkey {

class Enforcement final : public Enforcer, private kj::TaskSet::ErrorHandler {
public:
  Enforcement(FileGrants& files, NetworkGrants& network, kj::Timer& timer)
      : m_files(files), m_network(network), m_timer(timer), m_tasks(*this) {}
  KJ_DISALLOW_COPY_AND_MOVE(Enforcement);

  kj::Promise<void> enforce(const Grant& grant, kj::Maybe<kj::AutoCloseFd> object) override;
  kj::Promise<void> deny(const Refusal& refusal) override;
  // It is taken back.
  kj::Promise<void> lift(const RequestId& refusal);
  // Returns when what was open or connected by them fails, or the portal that held it has died.
  kj::Promise<void> cut(std::vector<Grant> grants) override;
  bool isOff(Kind kind) const override;

  // As above, but false after a while of no answer. Cutting goes on then.
  kj::Promise<bool> cutInTime(std::vector<Grant> grants);
  kj::Promise<bool> suspendInTime(std::vector<Grant> grants);
  kj::Promise<void> resume(std::vector<Grant> grants);

private:
  kj::Promise<bool> inTime(kj::Promise<void> act);
  void taskFailed(kj::Exception&& exception) override;

  FileGrants& m_files;
  NetworkGrants& m_network;
  kj::Timer& m_timer;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
