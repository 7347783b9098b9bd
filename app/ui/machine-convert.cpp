// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/convert.h"

namespace latchkey::ui {
namespace {

using parts::id;
using parts::text;

static_assert(int(Machine::State::Blocked) == int(schema::MachineInfo::State::BLOCKED));
static_assert(int(Machine::State::KeyChanged) == int(schema::MachineInfo::State::KEY_CHANGED));
static_assert(int(MachineRoute::Origin::Found) == int(schema::MachineRoute::Origin::FOUND));

MachineRoute routeOf(schema::MachineRoute::Reader reader) {
  auto origin = int(reader.getOrigin());
  bool known = origin <= int(MachineRoute::Origin::Found);
  return {text(reader.getText()), known ? MachineRoute::Origin(origin) : MachineRoute::Origin::Seen,
          Nanos(reader.getTried()), text(reader.getOutcome())};
}

// A newer broker may know states that this program does not: then it is not reachable, and says why.
Machine::State stateOf(schema::MachineInfo::Reader reader) {
  if (reader.getBlocked()) return Machine::State::Blocked;
  auto state = int(reader.getState());
  return state <= int(Machine::State::Blocked) ? Machine::State(state) : Machine::State::Offline;
}

}  // namespace

Machine fromSchema(schema::MachineInfo::Reader reader) {
  Machine machine;
  machine.id = id(reader.getId());
  machine.petname = text(reader.getPetname());
  machine.announced = text(reader.getAnnounced());
  machine.stripe = reader.getStripe() % STRIPES;
  machine.state = stateOf(reader);
  machine.why = text(reader.getWhy());
  machine.paired = Nanos(reader.getPaired());
  machine.seen = Nanos(reader.getSeen());
  machine.route = text(reader.getRoute());
  for (auto route : reader.getRoutes()) machine.routes << routeOf(route);
  machine.blocked = reader.getBlocked();
  machine.offered = reader.getOffered();
  machine.roundTrip = reader.getRoundTrip();
  return machine;
}

OwnMachine fromSchema(schema::OwnMachine::Reader reader) {
  OwnMachine own;
  own.id = id(reader.getId());
  own.name = text(reader.getName());
  own.listening = reader.getListening();
  own.port = reader.getPort();
  for (auto address : reader.getAddresses()) own.addresses << text(address);
  own.announce = reader.getAnnounce();
  own.trouble = text(reader.getTrouble());
  return own;
}

Invitation fromSchema(schema::MachineInvitation::Reader reader) {
  return {id(reader.getId()),      Nanos(reader.getMade()), Nanos(reader.getUntil()),
          Nanos(reader.getUsed()), text(reader.getBy()),    id(reader.getLink())};
}

Nearby fromSchema(schema::Machines::Nearby::Reader reader) {
  return {text(reader.getAddress()), text(reader.getHint()), text(reader.getKnown())};
}

void toSchema(const OwnMachine& own, schema::OwnMachine::Builder builder) {
  builder.setName(own.name.toStdString().c_str());
  builder.setListening(own.listening);
  builder.setPort(own.port);
  builder.setAnnounce(own.announce);
}

}  // namespace latchkey::ui
