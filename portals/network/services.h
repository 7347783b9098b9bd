// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Services of elsewhere that one sandbox finds at localhost: "db:5432/tcp" at 127.0.0.1 and ::1, port 5432.
//
// By name ("db") it is found like any other host; see Sandbox::findWay. Programs that look at localhost connect within
// their own network, where no wire is asked: so something of ours listens there. Who is not to have it is reset, also
// while the grant is suspended. Where a program of the sandbox has the port already, the name alone leads there.

#include <map>

#include "portals/network/link.h"
#include "portals/network/to-app.h"

namespace latchkey::network {

class Services final : private kj::TaskSet::ErrorHandler {
public:
  static constexpr size_t MOST = 256;  // Connections at a time, by localhost.

  // `socketInside` and `desk` outlive this. `listens`: the inode of a socket of ours.
  Services(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Desk& desk, SocketInside socketInside,
           kj::Function<void(uint64_t inode)> listens);
  ~Services() noexcept;
  KJ_DISALLOW_COPY_AND_MOVE(Services);

  // Returns when it is listened on, as far as that is possible.
  kj::Promise<void> open(GrantRef grant);
  // Closes the port. What came by it is the sandbox's to cut.
  void shut(const GrantRef& grant);

private:
  struct Place {
    std::vector<kj::AutoCloseFd> listeners;
    kj::Vector<kj::Promise<void>> accepting;
  };
  kj::Promise<kj::AutoCloseFd> listen(uint16_t at, bool v6);
  kj::Promise<void> accept(int listener, GrantRef grant);
  kj::Promise<void> serve(kj::AutoCloseFd inside, GrantRef grant);
  kj::Promise<void> carry(kj::AutoCloseFd inside, LinkRef link);
  void taskFailed(kj::Exception&& exception) override;

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  Pipes& m_pipes;
  Desk& m_desk;
  SocketInside m_socketInside;
  kj::Function<void(uint64_t)> m_listens;
  std::map<GrantRef, Place> m_places;
  size_t m_count = 0;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::network
