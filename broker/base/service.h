// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Something to be connected with that an app or this computer offers, or another machine, and the name it has for
// whoever holds it.
//
//     postgres:5432                      what an app listens on: HOLDER:PORT, TCP
//     @computer:5432                     what a program of this computer listens on, at its loopback addresses
//     orders                             what another machine offered, by the title it was offered with
//     postgres:5432 as orders            the same, offered to another machine by that title
//     postgres:5432 as db:5432/tcp       the same, found by an app at db:5432 and localhost:5432
//
// Which of the first three it is, is not decided by the text alone: what another machine offered is known by the grant
// that it is derived from, and its title may look like anything.

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/base/destination.h"

namespace latchkey {

struct Service {
  std::string source{};
  std::string name{};  // Empty: none but its own.

  // Canonical: serviceFrom() gives back the same.
  std::string text() const;
  // Where an app finds it. Nothing if that is no place for one.
  kj::Maybe<Destination> place() const;
  // A title to offer it with.
  std::string title() const { return name.empty() ? source : name; }
  // Whoever holds this one may be given `wanted`: the same service, by any name if this has none.
  bool covers(const Service& wanted) const { return source == wanted.source && (name.empty() || name == wanted.name); }
  bool operator==(const Service&) const = default;
};

// What of this machine a source means.
struct Listener {
  std::string holder{};  // Empty: a program of this computer.
  uint16_t port = 0;
};

constexpr size_t MOST_OF_OFFERED_TITLE = 200;  // Bytes.
constexpr size_t MOST_OF_TITLE = 400;          // As it is kept: escaped.

// Strict: nothing for what is not exactly as described.
kj::Maybe<Service> serviceFrom(std::string_view text);
kj::Maybe<Listener> listenerFrom(std::string_view source);
// "db:5432", as an app finds it. Nothing for what is no name and port.
kj::Maybe<Destination> servicePlaceFrom(std::string_view typed);

}  // namespace latchkey
