// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What one machine's person asks another one's for, as plain data: the fields of `Wish` in broker/schema/machine.capnp.

#include <string>

#include "broker/base/clock.h"
#include "broker/grants/grant.h"
#include "broker/schema/machine.capnp.h"

namespace latchkey {

struct Wish {
  std::string id{};       // Made by who asks.
  std::string machine{};  // The other one.
  Kind kind = Kind::Folder;
  std::string name{};  // What it may be called; empty: whichever.
  Access access = Access::Read;
  std::string claim{};  // Why.
  std::string app{};    // For which app of who asks.
  Duration length{};    // For how long; zero: `always`, or as the other person likes.
  bool always = false;

  // The same but for who made it.
  bool asksTheSame(const Wish& other) const {
    return machine == other.machine && kind == other.kind && name == other.name && access == other.access;
  }
};

// Of another machine: every text is escaped and cut, a length is no longer than can be counted. Throws for a kind that
// nobody can be asked for.
Wish wishFrom(const std::string& machine, schema::Wish::Reader from);
void toSchema(const Wish& wish, schema::Wish::Builder to);

// One line: why this cannot be asked for. Empty: it can.
std::string faultOf(const Wish& wish);

}  // namespace latchkey
