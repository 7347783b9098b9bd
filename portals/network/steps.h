// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Steps of the jobs inside. A job is a process of its own: what fails is thrown, told, and the process ends with all it
// had open.

#include <cstdint>
#include <string>
#include <vector>

#include "portals/network/netlink.h"

namespace latchkey::network {

struct Failure {
  const char* what;
  int error;
};

int check(long result, const char* what);

// Sends to the kernel and waits until each message that wants it is acknowledged.
void exchange(int family, Netlink& messages, const char* what);

// The tun, its addresses and routes, and the sockets of Wiring in its order.
std::vector<int> wire();

// The gate: of TCP, what opens a connection without our mark is not tracked, so that the kernel does not remember it as
// not redirected; what has the mark is redirected to `port` on the loopback address, and so is then all of that
// connection. Everything that is not of such a connection goes to the tun, as it did before.
//
//     table inet latchkey {
//       chain undecided { type filter hook output priority raw; tcp flags & (fin|syn|rst|ack) == syn meta mark != MARK
//       notrack } chain decided { type nat hook output priority dstnat; meta l4proto tcp meta mark MARK redirect to
//       :PORT }
//     }
void loadGate(uint16_t port);

// On packets that we send again. Setting one takes the capability of who owns the namespace: nobody inside has it.
constexpr uint32_t MARK = 0x6c6b6579;

}  // namespace latchkey::network
