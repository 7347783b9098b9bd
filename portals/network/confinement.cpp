// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/confinement.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/nsfs.h>
#include <linux/sockios.h>

#include "broker/confinement/call-filter.h"
#include "broker/confinement/sanitized.h"
#include "broker/confinement/usual-calls.h"

namespace latchkey::network {
namespace {

using Calls = CallFilter;

constexpr uint64_t SOCK_TYPE_BITS = 0xf;

// Of descriptors that are sockets, and of those that are namespaces.
constexpr uint64_t LOOKS[] = {FIOCLEX, FIONREAD, FIONBIO, SIOCATMARK, NS_GET_NSTYPE, NS_GET_USERNS, NS_GET_OWNER_UID};

Calls::Condition kind(uint64_t type) { return {1, SOCK_TYPE_BITS, type}; }

void confineSanitized() {
  Calls filter{Calls::Allowed{}};
  denyUnusualCalls(filter);
  for (auto family : {AF_PACKET, AF_VSOCK}) {
    filter.deny(EPERM, "socket", {Calls::low(0, static_cast<uint64_t>(family))});
  }
  for (auto family : {AF_INET, AF_INET6}) {
    filter.deny(EPERM, "socket", {Calls::low(0, static_cast<uint64_t>(family)), kind(SOCK_RAW)});
  }
  filter.deny(EPERM, "socket", {Calls::low(0, AF_NETLINK), Calls::isNot(2, NETLINK_ROUTE)});
  filter.load();
}

}  // namespace

std::set<int> allowedCalls() {
  auto numbers = usualCalls();
  const char* const own[] = {"ioctl"};
  numbers.merge(Calls::numbers(own));
  return numbers;
}

void confine() {
  if (IS_SANITIZED) return confineSanitized();
  Calls filter(ENOSYS);
  allowUsualCalls(filter);
  // The Internet's, of streams and datagrams; and of netlink the one by which addresses of our own are listed.
  filter.allow("socket", {Calls::low(0, AF_NETLINK), Calls::low(2, NETLINK_ROUTE)});
  for (auto family : {AF_INET, AF_INET6}) {
    for (auto type : {SOCK_STREAM, SOCK_DGRAM})
      filter.allow("socket", {Calls::low(0, static_cast<uint64_t>(family)), kind(static_cast<uint64_t>(type))});
  }
  for (auto what : LOOKS) filter.allow("ioctl", {Calls::low(1, what)});
  filter.load();
}

}  // namespace latchkey::network
