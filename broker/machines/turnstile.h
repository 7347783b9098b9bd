// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How many connections are taken up before anybody has looked at them: of one address, and of all.
//
// The portal has limits of its own (portals/peer/README.md); these keep a flood of connections from becoming a flood of
// messages between broker and portal.

#include <kj/time.h>

#include <map>
#include <string>

namespace latchkey {

class Turnstile final {
public:
  // Whether one more from there may come in. `address`: without a port. Of IPv6 a whole /64 is one.
  bool lets(const std::string& address, kj::TimePoint now);

private:
  struct Tokens {
    double left;
    kj::TimePoint since;
  };
  static bool take(Tokens& tokens, double most, double perSecond, kj::TimePoint now);

  std::map<std::string, Tokens> m_addresses;
  Tokens m_all{0, kj::origin<kj::TimePoint>()};
  bool m_begun = false;
};

}  // namespace latchkey
