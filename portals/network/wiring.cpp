// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// In the sandbox's network namespace: what makes its traffic arrive at the portal, and nowhere else.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "portals/network/places.h"
#include "portals/network/steps.h"

namespace latchkey::network {
namespace {

constexpr uint32_t LOOPBACK = 1;
constexpr uint32_t MTU = 65535;
constexpr uint32_t WAITING_PACKETS = 4096;
constexpr int BACKLOG = 4096;
constexpr int MOST_ATTEMPTS = 16;
constexpr uint16_t NAMES_PORT = 53;

std::string_view bytesOf(const Address& address) {
  auto raw = address.raw();
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

void addAddress(Netlink& to, uint32_t device, const Address& address) {
  ifaddrmsg head{};
  head.ifa_family = address.v6 ? AF_INET6 : AF_INET;
  head.ifa_prefixlen = static_cast<uint8_t>(address.bits());
  head.ifa_flags = IFA_F_PERMANENT;
  head.ifa_scope = RT_SCOPE_UNIVERSE;
  head.ifa_index = device;
  to.message(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, head).bytes(IFA_LOCAL, bytesOf(address));
  to.bytes(IFA_ADDRESS, bytesOf(address));
  // Usable at once: nobody else is on this wire.
  to.value(IFA_FLAGS, static_cast<uint32_t>(IFA_F_PERMANENT | IFA_F_NODAD));
}

// From the app's own address: that stands on the loopback device, so that what was connected is told of its end also
// when the tun goes first.
void routeAll(Netlink& to, uint32_t device, const Address& own) {
  bool v6 = own.v6;
  rtmsg head{};
  head.rtm_family = v6 ? AF_INET6 : AF_INET;
  head.rtm_table = RT_TABLE_MAIN;
  head.rtm_protocol = RTPROT_STATIC;
  head.rtm_scope = RT_SCOPE_UNIVERSE;
  head.rtm_type = RTN_UNICAST;
  to.message(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, head).value(RTA_OIF, device);
  to.bytes(RTA_PREFSRC, bytesOf(own));
}

ifinfomsg deviceUp(uint32_t device) {
  ifinfomsg head{};
  head.ifi_index = static_cast<int>(device);
  head.ifi_flags = head.ifi_change = IFF_UP;
  return head;
}

int makeTun() {
  int tun = check(open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), "open /dev/net/tun");
  ifreq request{};
  strcpy(request.ifr_name, DEVICE);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  check(ioctl(tun, TUNSETIFF, &request), "make the tun");
  return tun;
}

// What this kernel lacks, or has as wanted anyway.
void setIfThere(const char* place, const char* value) {
  int fd = open(place, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  (void)!write(fd, value, strlen(value));
  close(fd);
}

void connectTun() {
  auto device = if_nametoindex(DEVICE);
  Netlink v4;
  v4.message(RTM_NEWLINK, NLM_F_ACK, deviceUp(LOOPBACK));
  auto up = deviceUp(device);
  v4.message(RTM_NEWLINK, NLM_F_ACK, up).value(IFLA_MTU, MTU).value(IFLA_TXQLEN, WAITING_PACKETS);
  addAddress(v4, LOOPBACK, APP_V4);
  addAddress(v4, LOOPBACK, VISITOR_V4);
  routeAll(v4, device, APP_V4);
  exchange(NETLINK_ROUTE, v4, "set up the tun");
}

bool connectV6() {
  auto device = if_nametoindex(DEVICE);
  Netlink v6;
  addAddress(v6, LOOPBACK, APP_V6);
  addAddress(v6, LOOPBACK, VISITOR_V6);
  routeAll(v6, device, APP_V6);
  try {
    exchange(NETLINK_ROUTE, v6, "set up IPv6");
  } catch (const Failure&) {
    return false;  // A kernel without it.
  }
  return true;
}

int newSocket(int family, int type, int protocol, const char* what) {
  return check(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), what);
}

int tryBind(int socket, const Address& address, uint16_t port) {
  sockaddr_storage place;
  auto size = address.toSocket(port, place);
  return bind(socket, reinterpret_cast<sockaddr*>(&place), size);
}

uint16_t portOf(int socket) {
  sockaddr_in6 own{};
  socklen_t size = sizeof own;
  check(getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size), "getsockname");
  return ntohs(own.sin6_port);  // At the same place in both families.
}

// Listeners on the same port of both loopback addresses: redirecting names a port only.
void listen(std::vector<int>& v4, std::vector<int>& v6, bool both) {
  for (int attempt = 0;; ++attempt) {
    int one = newSocket(AF_INET, SOCK_STREAM, 0, "make the listener");
    check(tryBind(one, LOOPBACK_V4, 0), "bind the listener");
    int other = -1;
    if (both) {
      other = newSocket(AF_INET6, SOCK_STREAM, 0, "make the listener");
      int only = 1;
      check(setsockopt(other, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only), "bind the listener");
      if (tryBind(other, LOOPBACK_V6, portOf(one)) < 0) {
        check(attempt < MOST_ATTEMPTS && errno == EADDRINUSE ? 0 : -1, "bind the listener");
        close(one);
        close(other);
        continue;
      }
      check(::listen(other, BACKLOG), "listen");
      v6.push_back(other);
    }
    check(::listen(one, BACKLOG), "listen");
    v4.push_back(one);
    return;
  }
}

int rawSocket(int family) {
  int fd = newSocket(family, SOCK_RAW, IPPROTO_RAW, "make a raw socket");
  check(setsockopt(fd, SOL_SOCKET, SO_MARK, &MARK, sizeof MARK), "mark the raw socket");
  return fd;
}

int namesSocket(int type) {
  int fd = newSocket(AF_INET, type, 0, "make the resolver's socket");
  int again = 1;  // Of an earlier portal's connections some may not be forgotten yet.
  if (type == SOCK_STREAM) check(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again), "SO_REUSEADDR");
  check(tryBind(fd, RESOLVER, NAMES_PORT), "bind the resolver's socket");
  if (type == SOCK_STREAM) check(::listen(fd, BACKLOG), "listen");
  return fd;
}

}  // namespace

int check(long result, const char* what) {
  if (result < 0) throw Failure{what, errno};
  return static_cast<int>(result);
}

void exchange(int family, Netlink& messages, const char* what) {
  int fd = check(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family), what);
  timeval patience{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  auto& all = messages.all();
  check(send(fd, all.data(), all.size(), 0), what);
  alignas(nlmsghdr) char answers[16384];
  for (unsigned answered = 0; answered < messages.answers();) {
    auto length = check(recv(fd, answers, sizeof answers, 0), what);
    auto left = static_cast<unsigned>(length);
    for (auto* at = reinterpret_cast<nlmsghdr*>(answers); NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
      if (at->nlmsg_type != NLMSG_ERROR) continue;
      ++answered;
      errno = -static_cast<nlmsgerr*>(NLMSG_DATA(at))->error;
      check(errno == 0 ? 0 : -1, what);
    }
  }
  close(fd);
}

std::vector<int> wire() {
  int tun = makeTun();
  // No router, no neighbours: nothing is said on this wire that nobody asked for.
  setIfThere("/proc/sys/net/ipv6/conf/lk0/addr_gen_mode", "1");
  setIfThere("/proc/sys/net/ipv6/conf/lk0/accept_ra", "0");
  setIfThere("/proc/sys/net/ipv6/conf/lk0/autoconf", "0");
  connectTun();
  bool both = connectV6();
  // Ping without a raw socket, for the one group that there is.
  char group[64];
  snprintf(group, sizeof group, "%u %u", getegid(), getegid());
  setIfThere("/proc/sys/net/ipv4/ping_group_range", group);
  // The way to us is no network: nothing is lost on it that a sender should slow down for.
  setIfThere("/proc/sys/net/ipv4/tcp_congestion_control", "reno");
  std::vector<int> v4, v6;
  listen(v4, v6, both);
  std::vector<int> all{tun, newSocket(AF_NETLINK, SOCK_DGRAM, NETLINK_SOCK_DIAG, "make a socket for diagnosis"),
                       namesSocket(SOCK_DGRAM), namesSocket(SOCK_STREAM)};
  v4.push_back(rawSocket(AF_INET));
  if (both) v6.push_back(rawSocket(AF_INET6));
  all.insert(all.end(), v4.begin(), v4.end());
  all.insert(all.end(), v6.begin(), v6.end());
  return all;
}

}  // namespace latchkey::network
