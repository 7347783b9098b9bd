// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Ports of one sandbox that can be reached from outside, each by one grant; and the sockets inside that this takes.
//
// Sockets are made inside a batch at a time: each batch is a process that enters the sandbox (entrance.h).

#include <deque>

#include "portals/network/entrance.h"
#include "portals/network/inbound.h"
#include "portals/network/link.h"

namespace latchkey::network {

class OpenPorts final : private kj::TaskSet::ErrorHandler {
public:
  OpenPorts(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Entrance& entrance, const Inside& inside,
            Desk& desk);
  ~OpenPorts() noexcept;
  KJ_DISALLOW_COPY_AND_MOVE(OpenPorts);

  // Throws where it cannot be listened on.
  void open(const GrantRef& grant);
  // Closes the port and resets what came by it. Also for one of these, when it leaves.
  void shut(const GrantRef& grant);

  // None where none can be made.
  kj::Promise<kj::AutoCloseFd> socketInside(bool v6);

private:
  class Port;
  struct Pool {
    std::vector<kj::AutoCloseFd> spare;
    std::deque<kj::Own<kj::PromiseFulfiller<kj::AutoCloseFd>>> waiting;
    bool isFilling = false;
  };

  kj::Promise<void> fill(bool v6);
  void taskFailed(kj::Exception&& exception) override;

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  Pipes& m_pipes;
  Entrance& m_entrance;
  const Inside& m_inside;
  Desk& m_desk;
  Pool m_v4, m_v6;
  std::map<GrantRef, kj::Own<Port>> m_ports;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::network
