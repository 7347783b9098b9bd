// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A network namespace of a test's own, with the addresses that a sandbox's has on its loopback device. It lives as long
// as sockets that were made in it, which the test then uses from outside, as the app.

#include <kj/debug.h>
#include <kj/io.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <vector>

#include "broker/base/address.h"

namespace latchkey::network {

inline Address parsed(const char* text) { return KJ_ASSERT_NONNULL(addressFrom(text)); }

// Whether a connection could be made from one to the other: the kernel puts addresses of IPv6 to use a moment after
// they were added.
inline bool leadsTo(const char* from, const char* to) {
  kj::AutoCloseFd probe(socket(AF_INET6, SOCK_DGRAM, 0));
  sockaddr_storage place;
  auto size = parsed(from).toSocket(0, place);
  if (bind(probe, reinterpret_cast<sockaddr*>(&place), size) != 0) return false;
  size = parsed(to).toSocket(9, place);
  return connect(probe, reinterpret_cast<sockaddr*>(&place), size) == 0;
}

inline void addToLoopback() {
  int v4 = socket(AF_INET, SOCK_DGRAM, 0), v6 = socket(AF_INET6, SOCK_DGRAM, 0);
  ifreq request{};
  strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  ioctl(v4, SIOCSIFFLAGS, &request);
  for (int number = 1; auto text : {"198.19.255.253", "198.19.255.254"}) {
    ifreq alias{};
    strcpy(alias.ifr_name, ("lo:" + std::to_string(number++)).c_str());
    sockaddr_storage place;
    parsed(text).toSocket(0, place);
    memcpy(&alias.ifr_addr, &place, sizeof alias.ifr_addr);
    ioctl(v4, SIOCSIFADDR, &alias);
    parsed("255.255.255.255").toSocket(0, place);
    memcpy(&alias.ifr_netmask, &place, sizeof alias.ifr_netmask);
    ioctl(v4, SIOCSIFNETMASK, &alias);
  }
  for (auto text : {"fd6c:6174:6368::1", "fd6c:6174:6368::2"}) {
    in6_ifreq address{};
    address.ifr6_ifindex = 1;
    address.ifr6_prefixlen = 128;
    memcpy(&address.ifr6_addr, parsed(text).bytes.data(), 16);
    ioctl(v6, SIOCSIFADDR, &address);
  }
  if (v6 < 0) return;
  for (int i = 0; i < 200; ++i, usleep(5000)) {
    if (leadsTo("fd6c:6174:6368::2", "fd6c:6174:6368::1") && leadsTo("fd6c:6174:6368::2", "::1")) break;
  }
}

// Descriptors that `make` makes in a new namespace. None where this machine allows no such namespace.
inline std::vector<kj::AutoCloseFd> madeElsewhere(const std::function<std::vector<int>()>& make) {
  int pair[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
  auto child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) _exit(1);
    addToLoopback();
    for (int fd : make()) {
      char byte = fd >= 0;
      iovec vector{&byte, 1};
      alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
      msghdr message{.msg_name = nullptr,
                     .msg_namelen = 0,
                     .msg_iov = &vector,
                     .msg_iovlen = 1,
                     .msg_control = control,
                     .msg_controllen = sizeof control,
                     .msg_flags = 0};
      auto header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      memcpy(CMSG_DATA(header), &fd, sizeof fd);
      if (sendmsg(pair[1], &message, 0) < 0) _exit(2);
    }
    _exit(0);
  }
  kj::AutoCloseFd ours(pair[0]);
  close(pair[1]);
  std::vector<kj::AutoCloseFd> fds;
  for (;;) {
    char byte = 0;
    iovec vector{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{.msg_name = nullptr,
                   .msg_namelen = 0,
                   .msg_iov = &vector,
                   .msg_iovlen = 1,
                   .msg_control = control,
                   .msg_controllen = sizeof control,
                   .msg_flags = 0};
    if (recvmsg(ours, &message, MSG_CMSG_CLOEXEC) <= 0) break;
    int fd = -1;
    if (auto header = CMSG_FIRSTHDR(&message)) memcpy(&fd, CMSG_DATA(header), sizeof fd);
    fds.emplace_back(fd);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) fds.clear();
  return fds;
}

// Not blocking; -1 where it cannot be.
inline int boundSocket(int type, const char* address, uint16_t port) {
  auto where = parsed(address);
  int fd = socket(where.v6 ? AF_INET6 : AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  if (where.v6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_storage place;
  auto size = where.toSocket(port, place);
  if (bind(fd, reinterpret_cast<sockaddr*>(&place), size) != 0) return -1;
  if (type == SOCK_STREAM && listen(fd, 100) != 0) return -1;
  return fd;
}

}  // namespace latchkey::network
