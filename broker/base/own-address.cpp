// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/own-address.h"

#include <errno.h>
#include <ifaddrs.h>
#include <kj/common.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace latchkey {
namespace {

// Nothing where that cannot be found out.
kj::Maybe<std::set<Address>> ownAddresses() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) < 0) return nullptr;
  KJ_DEFER(freeifaddrs(all));
  std::set<Address> found;
  for (auto* at = all; at; at = at->ifa_next) {
    if (!at->ifa_addr) continue;
    KJ_IF_MAYBE (own, addressOf(at->ifa_addr)) found.insert(*own);
  }
  return found;
}

// What the kernel says from here on, not waiting.
kj::AutoCloseFd changesOfAddresses() {
  kj::AutoCloseFd changes(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  sockaddr_nl wanted{};
  wanted.nl_family = AF_NETLINK;
  wanted.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (changes.get() >= 0 && bind(changes, reinterpret_cast<sockaddr*>(&wanted), sizeof wanted) < 0) return {};
  return changes;
}

}  // namespace

bool isOwn(const Address& address) {
  auto all = ownAddresses();
  KJ_IF_MAYBE (known, all) return known->contains(address);
  return true;
}

OwnAddresses::OwnAddresses() : m_changes(changesOfAddresses()) {}

bool OwnAddresses::contains(const Address& address) {
  if (haveChanged() || m_all == nullptr) {
    m_all = ownAddresses();
    ++m_timesRead;
  }
  KJ_IF_MAYBE (known, m_all) return known->contains(address);
  return true;
}

bool OwnAddresses::haveChanged() {
  if (m_changes.get() < 0) return true;
  // Whatever it says; also that it had more to say than there was room for.
  for (bool changed = false;; changed = true) {
    char some[16];
    if (recv(m_changes, some, sizeof some, MSG_DONTWAIT) >= 0 || errno == ENOBUFS || errno == EINTR) continue;
    return changed || errno != EAGAIN;
  }
}

}  // namespace latchkey
