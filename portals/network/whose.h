// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whose socket it is that wants something: for people to read, and to know whether anybody still wants it.

#include <string>

#include "portals/network/packet.h"

namespace latchkey::network {

// By a NETLINK_SOCK_DIAG socket made inside.
class Whose {
public:
  explicit Whose(int diagnosis) : m_socket(diagnosis) {}

  // The inode of the app's end; 0 if there is none (any more). Nothing where the kernel does not tell.
  kj::Maybe<uint64_t> inodeOf(const Flow& flow, Protocol protocol);

private:
  int m_socket;
};

struct Owner {
  int pid = 0;
  std::string program;
};

// Among the processes of the sandbox whose first one is `first`: who has this socket open.
Owner ownerOf(uint64_t inode, int first);

}  // namespace latchkey::network
