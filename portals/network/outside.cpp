// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace latchkey::network {
namespace {

constexpr auto NEXT_AFTER = 250 * kj::MILLISECONDS;
constexpr size_t MOST_ADDRESSES = 32;

kj::AutoCloseFd newSocket(const Address& address, int type, int protocol) {
  return kj::AutoCloseFd(socket(address.v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
}

int start(int socket, const Address& address, uint16_t port) {
  sockaddr_storage place;
  auto size = address.toSocket(port, place);
  return connect(socket, reinterpret_cast<sockaddr*>(&place), size) == 0 ? 0 : errno;
}

// IPv6 and IPv4 in turn, beginning with the family of the first.
std::vector<Address> inTurn(std::vector<Address> all) {
  std::vector<Address> first, second, result;
  for (auto& address : all) (address.v6 == all.front().v6 ? first : second).push_back(address);
  for (size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) result.push_back(first[i]);
    if (i < second.size()) result.push_back(second[i]);
  }
  result.resize(std::min(result.size(), MOST_ADDRESSES));
  return result;
}

class Race final : public kj::TaskSet::ErrorHandler {
public:
  Race(kj::UnixEventPort& port, kj::Timer& timer, std::vector<Address> addresses, uint16_t to)
      : m_port(port), m_timer(timer), m_addresses(inTurn(std::move(addresses))), m_to(to), m_tasks(*this) {}

  kj::Promise<Connected> run() {
    auto paf = kj::newPromiseAndFulfiller<Connected>();
    m_result = kj::mv(paf.fulfiller);
    m_tasks.add(startAll());
    return kj::mv(paf.promise);
  }

private:
  void taskFailed(kj::Exception&& exception) override { m_result->reject(kj::mv(exception)); }

  kj::Promise<void> startAll() {
    while (m_next < m_addresses.size()) {
      auto paf = kj::newPromiseAndFulfiller<void>();
      m_failed = kj::mv(paf.fulfiller);
      ++m_running;
      m_tasks.add(attempt(m_addresses[m_next++]));
      co_await m_timer.afterDelay(NEXT_AFTER).exclusiveJoin(kj::mv(paf.promise));
    }
  }

  kj::Promise<void> attempt(Address address) {
    auto fd = newSocket(address, SOCK_STREAM, 0);
    int error = fd.get() < 0 ? errno : start(fd, address, m_to);
    if (error == EINPROGRESS) {
      kj::UnixEventPort::FdObserver observer(m_port, fd, kj::UnixEventPort::FdObserver::OBSERVE_WRITE);
      co_await observer.whenBecomesWritable();
      socklen_t size = sizeof error;
      KJ_SYSCALL(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size));
    }
    --m_running;
    if (error == 0) {
      m_result->fulfill(Connected{kj::mv(fd), address, 0});
      co_return;
    }
    if (m_error != ECONNREFUSED) m_error = error;
    m_failed->fulfill();
    if (m_running == 0 && m_next == m_addresses.size()) m_result->fulfill(Connected{{}, address, m_error});
  }

  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  std::vector<Address> m_addresses;
  uint16_t m_to;
  size_t m_next = 0;
  int m_running = 0, m_error = EHOSTUNREACH;
  kj::Own<kj::PromiseFulfiller<void>> m_failed;
  kj::Own<kj::PromiseFulfiller<Connected>> m_result;
  kj::TaskSet m_tasks;
};

}  // namespace

kj::Promise<Connected> connectTo(kj::UnixEventPort& port, kj::Timer& timer, std::vector<Address> addresses,
                                 uint16_t to) {
  KJ_REQUIRE(!addresses.empty());
  Race race(port, timer, std::move(addresses), to);
  co_return co_await race.run();
}

Pair tcpPair() {
  // They wait: on loopback a handshake is over at once, or as soon as the kernel's thread for it has run.
  kj::AutoCloseFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Pair pair;
  pair.one = kj::AutoCloseFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at{}, mine{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at, length = sizeof mine;
  auto* place = reinterpret_cast<sockaddr*>(&at);
  if (listener.get() < 0 || pair.one.get() < 0 || bind(listener, place, size) != 0 || listen(listener, 8) != 0 ||
      getsockname(listener, place, &size) != 0)
    return {};
  timeval patience{.tv_sec = 1, .tv_usec = 0};
  setsockopt(pair.one, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(pair.one, place, size) != 0 || fcntl(pair.one, F_SETFL, O_NONBLOCK) != 0) return {};
  if (getsockname(pair.one, reinterpret_cast<sockaddr*>(&mine), &length) != 0) return {};
  // Somebody of this computer may have been there before us.
  for (int tries = 0; tries < 16; ++tries) {
    sockaddr_in who{};
    length = sizeof who;
    pair.other =
        kj::AutoCloseFd(accept4(listener, reinterpret_cast<sockaddr*>(&who), &length, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (pair.other.get() < 0) break;
    if (who.sin_port == mine.sin_port && who.sin_addr.s_addr == mine.sin_addr.s_addr) return pair;
  }
  return {};
}

Connected datagramSocket(const std::vector<Address>& addresses, uint16_t to, bool echo) {
  Connected result;
  result.error = EHOSTUNREACH;
  for (auto& address : addresses) {
    int protocol = !echo ? 0 : address.v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
    auto fd = newSocket(address, SOCK_DGRAM, protocol);
    auto error = fd.get() < 0 ? errno : start(fd, address, echo ? 0 : to);
    if (error == 0) return {kj::mv(fd), address, 0};
    result.error = error;
  }
  return result;
}

}  // namespace latchkey::network
