// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where a machine may be: as it is typed, kept and shown.
//
//     192.168.1.7   desk.example.org:7357   [fd00::1]:7357     a connection of its own
//     ssh anna@desk   ssh desk:2222                            a pipe through the person's own ssh
//
// A route is a hint. Whoever answers there has to prove to be the machine, so a wrong one costs time and no more. Only
// the person's own words start a program: nothing that another machine says becomes an ssh route.

#include <kj/common.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey {

constexpr uint16_t USUAL_PORT = 7357;

struct Route {
  enum class Kind : uint8_t { Tcp, Ssh };

  Kind kind = Kind::Tcp;
  std::string host{};  // Name or address; of Ssh with the user's name before it.
  uint16_t port = 0;   // Of Ssh 0: what ssh itself thinks.

  std::string text() const;
  bool operator==(const Route&) const = default;
};

// Nothing for what is no route.
kj::Maybe<Route> routeFrom(std::string_view typed);
// Of kind Tcp only: what came from another machine.
kj::Maybe<Route> addressRouteFrom(std::string_view told);

}  // namespace latchkey
