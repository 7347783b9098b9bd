// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What of an app can be reached from outside its sandbox, and from where.
//
//     8080/tcp@localhost      this computer's programs
//     8080/tcp@network        whoever reaches any of this computer's addresses, its own programs included
//     8080/tcp@192.168.1.5    whoever reaches that one
//     8080/tcp@[fd00::5]
//     8080/tcp@network+proxy  the app is told who has come, by the PROXY protocol (version 1)
//
// The port is the same inside and outside. TCP alone.

#include "broker/base/address.h"

namespace latchkey {

struct Listening {
  enum class Where : uint8_t { Localhost, Network, Address };

  uint16_t port = 0;
  Where where = Where::Localhost;
  Address address{};   // Of Where::Address.
  bool proxy = false;  // The app understands the PROXY protocol.

  // Canonical: listeningFrom() gives back the same.
  std::string text() const;
  // Whoever is let in by `wanted` is let in by this one too, and the same way.
  bool covers(const Listening& wanted) const;
  bool operator==(const Listening&) const = default;
};

// Strict: nothing for what is not exactly as described. Loopback, unspecified and multicast addresses are none to
// choose.
kj::Maybe<Listening> listeningFrom(std::string_view text);

}  // namespace latchkey
