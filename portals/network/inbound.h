// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One port of an app, reached from outside its sandbox.
//
// We listen outside and connect to the app by a socket that was made in its network, bound to an address there that is
// not a loopback one: programs trust who comes from their own machine, and whoever this is, is not inside. Where the
// connection truly came from is lost with that; an app that understands the PROXY protocol is told in its first line.
//
// What is refused: more connections than MOST, or MOST_OF_ONE from one address, at a time. They are not accepted, or
// reset. Destroying this closes the port and resets what came by it, on both sides.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include <map>
#include <memory>

#include "broker/base/listening.h"
#include "portals/network/packet.h"
#include "portals/network/relay.h"

namespace latchkey::network {

// What the sandbox has to say about who comes.
class Visitors {
public:
  // One of them; lives until it has left.
  struct Visit {
    std::shared_ptr<Tally> tally;
    kj::Canceler* canceler = nullptr;  // Cancelling it resets the connection.
  };

  virtual ~Visitors() = default;
  // No tally: nobody is let in at the moment.
  virtual Visit came(const Endpoint& from, const Listening& to) = 0;
  // NONE: it was cut, and who did it knows why.
  virtual void left(const Visit& visit, Ending why) = 0;
  // A TCP socket made inside, not blocking, bound to nothing.
  virtual kj::Promise<kj::AutoCloseFd> socketInside(bool v6) = 0;
};

class Inbound final : private kj::TaskSet::ErrorHandler {
public:
  static constexpr size_t MOST = 256, MOST_OF_ONE = 64;

  // Listens. Throws where it cannot: the port is taken, or not for ordinary users.
  Inbound(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Visitors& visitors, const Listening& where);
  ~Inbound() noexcept;
  KJ_DISALLOW_COPY_AND_MOVE(Inbound);

  const Listening& where() const { return m_where; }
  size_t connections() const { return m_count; }

private:
  void listen(const Address& address, bool isNeeded);
  kj::Promise<void> accept(int listener);
  kj::Promise<void> receive(kj::AutoCloseFd outside, Endpoint from);
  kj::Promise<void> carry(kj::AutoCloseFd outside, Endpoint from, Tally& tally, Ending& why);
  void taskFailed(kj::Exception&& exception) override;

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  Pipes& m_pipes;
  Visitors& m_visitors;
  Listening m_where;
  std::vector<kj::AutoCloseFd> m_listeners;
  std::map<Address, size_t> m_from;
  size_t m_count = 0;
  kj::TaskSet m_tasks;
};

// The first line that tells an app who has come: "PROXY TCP4 192.0.2.1 198.51.100.1 4711 80\r\n".
std::string proxyLine(const Endpoint& from, const Endpoint& to);

}  // namespace latchkey::network
