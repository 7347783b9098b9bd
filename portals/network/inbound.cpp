// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/inbound.h"

#include <errno.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/base/log.h"
#include "portals/network/places.h"
#include "portals/network/to-app.h"

namespace latchkey::network {
namespace {

constexpr int BACKLOG = 64;
constexpr auto WHEN_FULL = 50 * kj::MILLISECONDS;

const char* reasonFor(int error) {
  switch (error) {
    case EADDRINUSE: return "something else listens on this port already";
    case EACCES: return "ordinary programs may not listen on this port";
    case EADDRNOTAVAIL: return "this computer does not have this address";
    default: return strerror(error);
  }
}

bool setOption(int socket, int level, int name) {
  int on = 1;
  return setsockopt(socket, level, name, &on, sizeof on) == 0;
}

int bindTo(int socket, const Address& address, uint16_t port) {
  sockaddr_storage place;
  auto size = address.toSocket(port, place);
  return bind(socket, reinterpret_cast<sockaddr*>(&place), size) == 0 ? 0 : errno;
}

Endpoint endpointOf(const sockaddr_storage& socket) {
  Endpoint endpoint;
  KJ_IF_MAYBE (address, addressOf(reinterpret_cast<const sockaddr*>(&socket))) endpoint.address = *address;
  in_port_t port = 0;  // It stands at the same place in both families.
  memcpy(&port, reinterpret_cast<const char*>(&socket) + offsetof(sockaddr_in, sin_port), sizeof port);
  endpoint.port = ntohs(port);
  return endpoint;
}

}  // namespace

std::string proxyLine(const Endpoint& from, const Endpoint& to) {
  auto family = from.address.v6 ? "TCP6 " : "TCP4 ";
  return std::string("PROXY ") + family + from.address.text() + " " + to.address.text() + " " +
         std::to_string(from.port) + " " + std::to_string(to.port) + "\r\n";
}

Inbound::Inbound(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Visitors& visitors, const Listening& where)
    : m_port(port), m_timer(timer), m_pipes(pipes), m_visitors(visitors), m_where(where), m_tasks(*this) {
  switch (where.where) {
    case Listening::Where::Localhost:
      listen(LOOPBACK_V4, true);
      listen(LOOPBACK_V6, false);
      break;
    case Listening::Where::Network:
      listen(Address::v4(0, 0, 0, 0), true);
      listen(Address{.v6 = true}, false);
      break;
    case Listening::Where::Address: listen(where.address, true); break;
  }
  for (auto& listener : m_listeners) m_tasks.add(accept(listener));
}

Inbound::~Inbound() noexcept { m_tasks.clear(); }

void Inbound::taskFailed(kj::Exception&& exception) { logWarning("network portal, inbound: " + reason(exception)); }

// `isNeeded`: not one that a computer may lack.
void Inbound::listen(const Address& address, bool isNeeded) {
  kj::AutoCloseFd listener(socket(address.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener.get() < 0 && !isNeeded) return;
  int error = listener.get() < 0 ? errno : 0;
  if (error == 0) {
    // After a restart the port is ours again at once. IPv4 has a socket of its own.
    setOption(listener, SOL_SOCKET, SO_REUSEADDR);
    if (address.v6) setOption(listener, IPPROTO_IPV6, IPV6_V6ONLY);
    error = bindTo(listener, address, m_where.port);
  }
  if (error == EADDRNOTAVAIL && !isNeeded) return;
  if (error == 0 && ::listen(listener, BACKLOG) < 0) error = errno;
  if (error != 0) {
    auto line = std::string(reasonFor(error)) + ": " + m_where.text();
    kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(line.c_str())));
  }
  m_listeners.push_back(kj::mv(listener));
}

kj::Promise<void> Inbound::accept(int listener) {
  kj::UnixEventPort::FdObserver observer(m_port, listener, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    // Who comes beyond that waits with the kernel.
    while (m_count >= MOST) co_await m_timer.afterDelay(WHEN_FULL);
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    kj::AutoCloseFd outside(accept4(listener, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (outside.get() < 0) {
      // Of a connection that has gone again, or descriptors that have run out.
      if (errno == EAGAIN) co_await observer.whenBecomesReadable();
      else co_await m_timer.afterDelay(WHEN_FULL);
      continue;
    }
    auto who = endpointOf(from);
    if (m_from.contains(who.address) && m_from[who.address] >= MOST_OF_ONE) {
      resetAtClose(outside);
      continue;
    }
    m_tasks.add(receive(kj::mv(outside), who));
  }
}

kj::Promise<void> Inbound::receive(kj::AutoCloseFd outside, Endpoint from) {
  ++m_count;
  ++m_from[from.address];
  KJ_DEFER({
    --m_count;
    if (--m_from[from.address] == 0) m_from.erase(from.address);
  });
  auto visit = m_visitors.came(from, m_where);
  if (!visit.tally) {
    resetAtClose(outside);
    co_return;
  }
  auto why = Ending::PERMISSION_OVER;
  KJ_DEFER(m_visitors.left(visit, why));
  try {
    co_await visit.canceler->wrap(carry(kj::mv(outside), from, *visit.tally, why));
  } catch (const kj::Exception&) {
    why = Ending::NONE;
  }
}

kj::Promise<void> Inbound::carry(kj::AutoCloseFd outside, Endpoint from, Tally& tally, Ending& why) {
  // Until it has come to something, its end is a reset.
  bool begun = false;
  KJ_DEFER(if (!begun) resetAtClose(outside));
  auto inside =
      co_await connectToApp(m_port, m_timer, [this](bool v6) { return m_visitors.socketInside(v6); }, m_where.port);
  if (inside.get() < 0) {
    why = Ending::NOTHING_LISTENS;
    co_return;
  }
  if (m_where.proxy) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    getsockname(outside, reinterpret_cast<sockaddr*>(&own), &size);
    auto line = proxyLine(from, endpointOf(own));
    // A connection that has just begun has room for a line.
    if (send(inside, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
      co_return;
  }
  begun = true;
  Relay relay(m_port, m_timer, m_pipes, tally, kj::mv(inside), kj::mv(outside));
  why = co_await relay.run();
}

}  // namespace latchkey::network
