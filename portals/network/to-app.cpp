// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/to-app.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "portals/network/places.h"

namespace latchkey::network {
namespace {

constexpr auto TO_CONNECT = 10 * kj::SECONDS;

kj::Promise<bool> tryConnect(kj::UnixEventPort& port, kj::Timer& timer, int socket, const Address& from,
                             const Address& to, uint16_t toPort) {
  // The kernel chooses the port when it knows where it leads, so many can come at once.
  int on = 1;
  setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_storage place;
  auto size = from.toSocket(0, place);
  if (bind(socket, reinterpret_cast<sockaddr*>(&place), size) != 0) co_return false;
  size = to.toSocket(toPort, place);
  if (connect(socket, reinterpret_cast<sockaddr*>(&place), size) == 0) co_return true;
  if (errno != EINPROGRESS) co_return false;
  kj::UnixEventPort::FdObserver observer(port, socket, kj::UnixEventPort::FdObserver::OBSERVE_WRITE);
  bool inTime = co_await observer.whenBecomesWritable()
                    .then([] { return true; })
                    .exclusiveJoin(timer.afterDelay(TO_CONNECT).then([] { return false; }));
  int error = 0;
  socklen_t length = sizeof error;
  co_return inTime&& getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
}

}  // namespace

kj::Promise<kj::AutoCloseFd> connectToApp(kj::UnixEventPort& port, kj::Timer& timer, SocketInside socketInside,
                                          uint16_t to) {
  struct Way {
    const Address &from, &to;
  };
  const Way ways[] = {{VISITOR_V4, APP_V4}, {VISITOR_V4, LOOPBACK_V4}, {VISITOR_V6, APP_V6}, {VISITOR_V6, LOOPBACK_V6}};
  for (auto& way : ways) {
    auto socket = co_await socketInside(way.to.v6);
    if (socket.get() < 0) continue;
    if (co_await tryConnect(port, timer, socket, way.from, way.to, to)) co_return kj::mv(socket);
  }
  co_return kj::AutoCloseFd();
}

}  // namespace latchkey::network
