// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Connecting to what listens inside a sandbox.

#include <kj/async-unix.h>
#include <kj/function.h>
#include <kj/timer.h>

#include <cstdint>

namespace latchkey::network {

// A TCP socket made inside, not blocking, bound to nothing. None where none can be made.
using SocketInside = kj::Function<kj::Promise<kj::AutoCloseFd>(bool v6)>;

// From an address that is not loopback, to a program that listens on all addresses, on its network's or on loopback.
// None: nobody inside takes it.
kj::Promise<kj::AutoCloseFd> connectToApp(kj::UnixEventPort& port, kj::Timer& timer, SocketInside socketInside,
                                          uint16_t to);

}  // namespace latchkey::network
