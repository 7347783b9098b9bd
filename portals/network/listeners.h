// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What listens in a sandbox's network at this moment, as its kernel knows it.

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <set>
#include <vector>

namespace latchkey::network {

struct ListeningPort {
  uint16_t port = 0;
  bool udp = false;
  bool loopback = true;  // On loopback addresses alone.
  uint64_t inode = 0;    // Of one of the sockets.
  auto operator<=>(const ListeningPort&) const = default;
};

// Each port once, in rising order. `diagnosis` is a NETLINK_SOCK_DIAG socket made inside; `ours` are the inodes of
// sockets of our own in there. Of UDP, where nothing tells who listens from who waits for an answer: what is bound to a
// port that the kernel does not choose by itself. Nothing where the kernel does not tell, or of too many the rest.
std::vector<ListeningPort> listeningIn(int diagnosis, const std::set<uint64_t>& ours);

}  // namespace latchkey::network
