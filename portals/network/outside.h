// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Sockets outside, in the namespace of this process.

#include <kj/async-unix.h>

#include <vector>

#include "broker/base/address.h"

namespace latchkey::network {

struct Connected {
  kj::AutoCloseFd fd;  // None: `error` says why.
  Address address;
  int error = 0;
};

// TCP to the first of the addresses that answers: families in turn, the next one after a quarter of a second or as soon
// as one has failed (RFC 8305). Of several failures a refusal is told before others.
kj::Promise<Connected> connectTo(kj::UnixEventPort& port, kj::Timer& timer, std::vector<Address> addresses,
                                 uint16_t to);

// Two ends of one TCP connection of this process with itself, where a Unix socket would not do: it cannot be reset.
// None, none: it could not be made.
struct Pair {
  kj::AutoCloseFd one, other;
};
Pair tcpPair();

// To the first address that there is a way to. `type`: SOCK_DGRAM with protocol 0 or ICMP.
Connected datagramSocket(const std::vector<Address>& addresses, uint16_t to, bool echo);

}  // namespace latchkey::network
