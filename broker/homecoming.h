// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The return socket: where processes that outlived a broker prove that they are who they were.
//
// Anybody of the person's user can connect here, also what should not. They learn nothing: a wrong cookie, an unknown
// instance, a pidfd of somebody else all fail with the same words, after a pause that all failing callers share. One
// process is one connection, one attempt at a time.

#include <kj/timer.h>

#include "broker/base/connection.h"
#include "broker/file-grants.h"
#include "broker/launches.h"
#include "broker/network-grants.h"
#include "broker/schema/homecoming.capnp.h"

namespace latchkey {

class Homecoming final {
public:
  Homecoming(Ledger& ledger, Launches& launches, FileGrants& files, NetworkGrants& network, kj::Timer& timer)
      : m_ledger(ledger), m_launches(launches), m_files(files), m_network(network), m_timer(timer) {}
  KJ_DISALLOW_COPY_AND_MOVE(Homecoming);

  // Resolves when the process of a checked pidfd has ended.
  void watchWith(kj::Function<kj::Promise<void>(kj::AutoCloseFd)> watch) { m_watch = kj::mv(watch); }

  // For one connection: who is at its other end, by the kernel, and when it breaks.
  schema::Homecoming::Client bootstrapFor(PeerCredentials peer, kj::Promise<void> hungUp);

private:
  class Door;

  kj::Promise<kj::Maybe<kj::AutoCloseFd>> proven(PeerCredentials peer, const Digest& digest, std::string cookie,
                                                 schema::Descriptor::Client pidfd);
  kj::Promise<void> refuse();
  Helper helperFor(PeerCredentials peer, kj::AutoCloseFd pidfd, kj::Promise<void> hungUp);
  kj::Maybe<Digest> digestFor(const InstanceId& instance) const;

  Ledger& m_ledger;
  Launches& m_launches;
  FileGrants& m_files;
  NetworkGrants& m_network;
  kj::Timer& m_timer;
  kj::Maybe<kj::Function<kj::Promise<void>(kj::AutoCloseFd)>> m_watch;
  kj::TimePoint m_nextRefusal = kj::origin<kj::TimePoint>();
};

}  // namespace latchkey
