// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window knows of other machines: machines.capnp as plain Qt values.

#include "app/ui/records.h"

namespace latchkey::ui {

// Of the colours by which machines are told from each other.
constexpr int STRIPES = 8;

struct MachineRoute {
  enum class Origin { Typed, Invitation, Seen, Found };
  QString text;
  Origin origin = Origin::Typed;
  Nanos tried = 0;
  QString outcome;  // Empty: it worked.
  bool operator==(const MachineRoute&) const = default;
};

struct Machine {
  enum class State { Offline, Connecting, Connected, Refused, KeyChanged, TooOld, Blocked };
  QString id;
  QString petname;
  QString announced;  // Its own word.
  int stripe = 0;
  State state = State::Offline;
  QString why;
  Nanos paired = 0;
  Nanos seen = 0;
  QString route;
  QList<MachineRoute> routes;
  bool blocked = false;
  quint32 offered = 0;
  quint64 roundTrip = 0;
  // Of what is shared with it.
  QString holder() const { return QStringLiteral("machine:") + id; }
  bool operator==(const Machine&) const = default;
};

struct OwnMachine {
  QString id;
  QString name;
  bool listening = false;
  quint16 port = 0;
  QStringList addresses;
  bool announce = false;
  QString trouble;
  bool operator==(const OwnMachine&) const = default;
};

struct Invitation {
  QString id;
  Nanos made = 0;
  Nanos until = 0;
  Nanos used = 0;
  QString by;
  QString link;  // Only of the one just made.
};

struct Nearby {
  QString address;
  QString hint;
  QString known;
  bool operator==(const Nearby&) const = default;
};

// Four words that the other screen should show too.
struct Comparison {
  QString id;
  QString name;  // What the other one calls itself.
  QStringList words;
};

}  // namespace latchkey::ui
