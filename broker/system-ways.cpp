// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/system-ways.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <kj/debug.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/address.h"
#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr int BACKLOG = 64;
constexpr auto OUT_OF_DESCRIPTORS = 1 * kj::SECONDS;

// Small messages go at once, and a peer that is gone is noticed by the kernel too.
void tune(int socket) {
  int on = 1, idle = 30, interval = 10, probes = 3;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

kj::AutoCloseFd newSocket(int family) {
  int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return fd < 0 ? kj::AutoCloseFd() : kj::AutoCloseFd(fd);
}

// Both families where there are both. The error where it cannot be had.
int bindTo(const kj::AutoCloseFd& fd, bool v6, uint16_t port) {
  int on = 1, off = 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in6 six{};
  sockaddr_in four{};
  if (v6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  auto* address = v6 ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
  if (bind(fd, address, v6 ? sizeof six : sizeof four) < 0) return errno;
  return listen(fd, BACKLOG) < 0 ? errno : 0;
}

class Listener final : public OpenPort {
public:
  Listener(kj::AutoCloseFd socket, uint16_t port, kj::UnixEventPort& events, Ways::Accept accept)
      : m_socket(kj::mv(socket)),
        m_port(port),
        m_accept(kj::mv(accept)),
        m_observer(events, m_socket, kj::UnixEventPort::FdObserver::OBSERVE_READ),
        m_timer(events.getTimer()),
        m_loop(loop().eagerlyEvaluate([](kj::Exception&& exception) { logError("listening: " + reason(exception)); })) {
  }
  uint16_t port() const override { return m_port; }

private:
  kj::Promise<void> loop() {
    for (;;) {
      sockaddr_storage from{};
      socklen_t length = sizeof from;
      int fd = accept4(m_socket, reinterpret_cast<sockaddr*>(&from), &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) {
        kj::AutoCloseFd socket(fd);
        tune(fd);
        KJ_IF_MAYBE (address, addressOf(reinterpret_cast<sockaddr*>(&from))) m_accept(kj::mv(socket), address->text());
      } else if (errno == EAGAIN) {
        co_await m_observer.whenBecomesReadable();
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        co_await m_timer.afterDelay(OUT_OF_DESCRIPTORS);
      }
      // Anything else was that connection's own.
    }
  }

  kj::AutoCloseFd m_socket;
  uint16_t m_port;
  Ways::Accept m_accept;
  kj::UnixEventPort::FdObserver m_observer;
  kj::Timer& m_timer;
  kj::Promise<void> m_loop;
};

std::string programOnPath(const std::string& name) {
  auto* path = getenv("PATH");
  std::string rest = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  while (!rest.empty()) {
    auto end = rest.find(':');
    auto directory = rest.substr(0, end);
    rest = end == rest.npos ? "" : rest.substr(end + 1);
    auto whole = directory + "/" + name;
    if (directory.starts_with('/') && access(whole.c_str(), X_OK) == 0) return whole;
  }
  KJ_FAIL_REQUIRE("there is no such program on this computer", name);
}

kj::AutoCloseFd listenToChanges() {
  kj::AutoCloseFd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (fd.get() < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return {};
  return fd;
}

// Of use in an invitation. One of the link alone needs to know by which interface.
bool isReachable(const Address& address) {
  if (!address.v6) return !(address.bytes[0] == 169 && address.bytes[1] == 254);
  return !(address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80);
}

}  // namespace

SystemWays::SystemWays(SystemPrograms& programs, kj::LowLevelAsyncIoProvider& io, kj::Network& network,
                       kj::UnixEventPort& port)
    : m_programs(programs), m_io(io), m_network(network), m_port(port), m_tasks(*this) {}

RunningPortal SystemWays::startPeerPortal(capnp::Capability::Client bootstrap) {
  auto helper = m_programs.startPeerPortal(kj::mv(bootstrap));
  m_tasks.add(kj::mv(helper.ended));
  // It ends when it is hung up on; one that is stuck does not.
  auto pidfd = duplicate(helper.pidfd);
  auto process =
      kj::heap<kj::Own<void>>(kj::mv(helper.connection)).attach(kj::defer([fd = kj::mv(pidfd)] { killByPidfd(fd); }));
  return {kj::mv(process), kj::mv(helper.hungUp)};
}

// --- connecting

kj::Promise<kj::AutoCloseFd> SystemWays::connect(const Route& route) {
  if (route.kind == Route::Kind::Ssh) return startSsh(route);
  return connectTcp(route.host, route.port);
}

// Names are looked up in a thread of KJ's own: a resolver that hangs holds nobody else up.
kj::Promise<kj::AutoCloseFd> SystemWays::connectTcp(std::string host, uint16_t port) {
  bool isV6 = host.find(':') != host.npos;
  auto written = isV6 ? "[" + host + "]" : host;
  auto address = co_await m_network.parseAddress(written.c_str(), port);
  auto stream = co_await address->connect();
  auto fd = duplicate(KJ_ASSERT_NONNULL(stream->getFd()));
  tune(fd);
  co_return kj::mv(fd);
}

// Asks nobody anything: there is no terminal to ask on. What it has to say goes to the log.
kj::AutoCloseFd SystemWays::startSsh(const Route& route) {
  auto sockets = socketPair();
  std::vector<std::string> words = {
      "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15"};
  if (route.port != 0) words.insert(words.end(), {"-p", std::to_string(route.port)});
  words.insert(words.end(), {"--", route.host, "latchkey", "peer", "serve", "--stdio"});
  auto child = spawn({.program = programOnPath("ssh"),
                      .arguments = kj::mv(words),
                      .environment = ownEnvironment(),
                      .fds = {sockets.theirs.get(), sockets.theirs.get(), STDERR_FILENO}});
  m_tasks.add(whenEnded(m_port, kj::mv(child.pidfd)));
  return kj::mv(sockets.ours);
}

// --- being connected with

kj::Own<OpenPort> SystemWays::listen(const std::vector<uint16_t>& ports, Accept accept) {
  int failure = 0;
  for (auto port : ports) {
    auto fd = newSocket(AF_INET6);
    bool v6 = fd.get() >= 0;
    if (!v6) fd = newSocket(AF_INET);
    KJ_REQUIRE(fd.get() >= 0, "this computer has no network");
    failure = bindTo(fd, v6, port);
    if (failure == 0) return kj::heap<Listener>(kj::mv(fd), port, m_port, kj::mv(accept));
  }
  KJ_FAIL_SYSCALL("listen", failure, ports.front());
}

std::vector<std::string> SystemWays::ownAddresses() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) < 0) return {};
  KJ_DEFER(freeifaddrs(all));
  std::vector<Address> found;
  for (auto* at = all; at != nullptr; at = at->ifa_next) {
    bool up = (at->ifa_flags & IFF_UP) != 0 && (at->ifa_flags & IFF_LOOPBACK) == 0;
    if (!up || at->ifa_addr == nullptr) continue;
    KJ_IF_MAYBE (address, addressOf(at->ifa_addr)) {
      if (isReachable(*address)) found.push_back(*address);
    }
  }
  std::ranges::stable_sort(
      found, {}, [](auto& address) { return std::pair(classOf(address) != AddressClass::LocalNetwork, address.v6); });
  std::vector<std::string> addresses;
  for (auto& address : found) addresses.push_back(address.text());
  // Without any network there is still another Latchkey of this computer's.
  if (addresses.empty()) addresses.emplace_back("127.0.0.1");
  return addresses;
}

std::string SystemWays::ownName() {
  char name[65] = {};
  if (gethostname(name, sizeof name - 1) < 0) return {};
  std::string text = name;
  return brief(text.substr(0, text.find('.')), 60);
}

kj::Promise<void> SystemWays::whenNetworkChanges() {
  if (m_observer == nullptr) {
    m_changes = listenToChanges();
    if (m_changes.get() < 0) return kj::NEVER_DONE;
    m_observer =
        kj::heap<kj::UnixEventPort::FdObserver>(m_port, m_changes, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  }
  // What they say does not matter: that they say something does.
  char ignored[4096];
  while (recv(m_changes, ignored, sizeof ignored, 0) > 0 || errno == EINTR || errno == ENOBUFS) {}
  return KJ_ASSERT_NONNULL(m_observer)->whenBecomesReadable();
}

void SystemWays::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey
