// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/services.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "broker/base/log.h"
#include "portals/network/places.h"

namespace latchkey::network {
namespace {

constexpr int BACKLOG = 64;
constexpr auto WHEN_FULL = 50 * kj::MILLISECONDS;

// Of a socket's own end, or the other.
Endpoint endOf(int socket, int (*which)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  Endpoint end;
  if (which(socket, reinterpret_cast<sockaddr*>(&at), &size) != 0) return end;
  KJ_IF_MAYBE (address, addressOf(reinterpret_cast<const sockaddr*>(&at))) end.address = *address;
  in_port_t port = 0;  // It stands at the same place in both families.
  memcpy(&port, reinterpret_cast<const char*>(&at) + offsetof(sockaddr_in, sin_port), sizeof port);
  end.port = ntohs(port);
  return end;
}

int own(int socket, sockaddr* at, socklen_t* size) { return getsockname(socket, at, size); }
int other(int socket, sockaddr* at, socklen_t* size) { return getpeername(socket, at, size); }

}  // namespace

Services::Services(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Desk& desk, SocketInside socketInside,
                   kj::Function<void(uint64_t inode)> listens)
    : m_port(port),
      m_timer(timer),
      m_pipes(pipes),
      m_desk(desk),
      m_socketInside(kj::mv(socketInside)),
      m_listens(kj::mv(listens)),
      m_tasks(*this) {}

Services::~Services() noexcept {
  m_places.clear();
  m_tasks.clear();
}

void Services::taskFailed(kj::Exception&& exception) { logWarning("network portal, services: " + reason(exception)); }

kj::Promise<void> Services::open(GrantRef grant) {
  auto at = grant->destination.firstPort;
  Place place;
  for (bool v6 : {false, true}) {
    auto listener = co_await listen(at, v6);
    if (listener.get() >= 0) place.listeners.push_back(kj::mv(listener));
  }
  if (grant->state == Grant::State::Ended) co_return;  // Meanwhile.
  for (auto& listener : place.listeners) {
    place.accepting.add(accept(listener, grant).eagerlyEvaluate([](kj::Exception&& exception) {
      logWarning("network portal, services: " + reason(exception));
    }));
  }
  m_places.insert_or_assign(grant, kj::mv(place));
}

void Services::shut(const GrantRef& grant) { m_places.erase(grant); }

kj::Promise<kj::AutoCloseFd> Services::listen(uint16_t at, bool v6) {
  auto socket = co_await m_socketInside(v6);
  if (socket.get() < 0) co_return kj::AutoCloseFd();
  int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (v6) setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_storage place;
  auto size = (v6 ? LOOPBACK_V6 : LOOPBACK_V4).toSocket(at, place);
  if (bind(socket, reinterpret_cast<sockaddr*>(&place), size) != 0 || ::listen(socket, BACKLOG) != 0) {
    logInfo("network portal: localhost, port " + std::to_string(at) + " of a sandbox: " + strerror(errno));
    co_return kj::AutoCloseFd();
  }
  struct stat status{};
  if (fstat(socket, &status) == 0) m_listens(status.st_ino);
  co_return kj::mv(socket);
}

kj::Promise<void> Services::accept(int listener, GrantRef grant) {
  kj::UnixEventPort::FdObserver observer(m_port, listener, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    while (m_count >= MOST) co_await m_timer.afterDelay(WHEN_FULL);
    kj::AutoCloseFd inside(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (inside.get() >= 0) m_tasks.add(serve(kj::mv(inside), grant));
    else if (errno == EAGAIN) co_await observer.whenBecomesReadable();
    else co_await m_timer.afterDelay(WHEN_FULL);
  }
}

kj::Promise<void> Services::serve(kj::AutoCloseFd inside, GrantRef grant) {
  ++m_count;
  KJ_DEFER(--m_count);
  auto link = std::make_shared<Link>(grant->destination, Flow{endOf(inside, other), endOf(inside, own)});
  link->state = Link::State::Connecting;
  link->isWatched = true;
  if (!m_desk.admit(link, grant)) {
    resetAtClose(inside);
    co_return;
  }
  try {
    co_await link->canceler.wrap(carry(kj::mv(inside), link));
  } catch (const kj::Exception& exception) {
    if (link->ending == Ending::NONE) {
      link->ending = Ending::FAILED;
      logWarning("network portal, services: " + reason(exception));
    }
  }
  m_desk.over(link);
}

kj::Promise<void> Services::carry(kj::AutoCloseFd inside, LinkRef link) {
  bool begun = false;
  KJ_DEFER(if (!begun) resetAtClose(inside));
  auto outside = co_await m_desk.dial(link->grant);
  if (outside.get() < 0) {
    link->ending = Ending::NOT_REACHABLE;
    co_return;
  }
  begun = true;
  link->state = Link::State::Open;
  Relay relay(m_port, m_timer, m_pipes, *link, kj::mv(inside), kj::mv(outside));
  link->ending = co_await relay.run();
}

}  // namespace latchkey::network
