// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The first 16 bytes of a connection between machines, in the clear: whose protocol, its version, what for.

#include <kj/async-io.h>

#include <string>

namespace latchkey::peer {

constexpr unsigned VERSION = 1;  // schema::PROTOCOL_VERSION; as many as fit in a byte.

enum class Purpose : char { SESSION = 'S', WORDS = 'W', INVITATION = 'I' };

struct Preamble {
  Purpose purpose = Purpose::SESSION;
  unsigned version = VERSION;
};

kj::Promise<void> send(kj::AsyncOutputStream& stream, Preamble preamble);

// Nothing if the other side closed before a byte. Fails with `unreachable` if it speaks something else, with `tooOld`
// if what it speaks cannot be spoken here.
kj::Promise<kj::Maybe<Preamble>> receive(kj::AsyncInputStream& stream);

}  // namespace latchkey::peer
