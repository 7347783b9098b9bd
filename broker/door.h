// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A listening socket of the broker's. Who comes in is looked at here, by what the kernel says of the other end, and
// given a bootstrap of their own; nothing else ever hands one out.

#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <kj/timer.h>

#include <list>

#include "broker/base/connection.h"

namespace latchkey {

// What somebody who came in may do. Nothing: hang up on them.
using Admission = kj::Function<kj::Maybe<capnp::Capability::Client>(PeerCredentials, kj::Promise<void> hungUp)>;

class Door final : private kj::TaskSet::ErrorHandler {
public:
  // `listening`: a socket that listens already (doorways.h).
  Door(kj::UnixEventPort& port, kj::LowLevelAsyncIoProvider& io, kj::Timer& timer, kj::AutoCloseFd listening,
       size_t limit, Admission admit);
  KJ_DISALLOW_COPY_AND_MOVE(Door);

  // One that is connected already, for tests and for sockets that were handed over.
  void welcome(kj::AutoCloseFd socket, PeerCredentials peer);
  size_t guests() const { return m_guests.size(); }

private:
  struct Guest {
    uint64_t number;
    kj::Own<Connection> connection;
  };

  kj::Promise<void> listen(kj::UnixEventPort& port);
  void taskFailed(kj::Exception&& exception) override;

  kj::LowLevelAsyncIoProvider& m_io;
  kj::Timer& m_timer;
  kj::AutoCloseFd m_socket;
  size_t m_limit;
  Admission m_admit;
  uint64_t m_next = 0;
  std::list<Guest> m_guests;
  kj::TaskSet m_tasks;
};

// The person's socket is for the person's own user alone, whoever else may reach the path.
bool isSameUser(const PeerCredentials& peer, unsigned own);

}  // namespace latchkey
