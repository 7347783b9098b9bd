// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/convert.h"
#include "broker/base/descriptor.h"
#include "broker/base/files.h"

namespace latchkey::ui {
namespace {

using parts::id;
using parts::text;

static_assert(int(Machine::State::Blocked) == int(schema::MachineInfo::State::BLOCKED));
static_assert(int(Machine::State::KeyChanged) == int(schema::MachineInfo::State::KEY_CHANGED));
static_assert(int(MachineRoute::Origin::Found) == int(schema::MachineRoute::Origin::FOUND));
static_assert(int(MachineOffer::State::Over) == int(schema::OfferInfo::State::OVER));
static_assert(int(MachineWish::State::Failed) == int(schema::WishInfo::State::FAILED));
static_assert(int(MachineOffer::Cause::Replaced) == int(schema::OfferInfo::Cause::REPLACED));

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

// States and kinds of a newer broker are of offers that this program can do nothing with.
MachineOffer fromSchema(schema::OfferInfo::Reader reader) {
  MachineOffer offer;
  offer.id = id(reader.getId());
  offer.machine = id(reader.getMachine());
  auto kind = int(reader.getKind());
  offer.kind = kind <= int(Terms::Kind::Window) ? Terms::Kind(kind) : Terms::Kind::Device;
  offer.access = reader.getAccess() == schema::Access::WRITE ? Terms::Access::Write : Terms::Access::Read;
  offer.title = text(reader.getTitle());
  offer.until = reader.getUntil();
  offer.uses = reader.getLimits().getUses();
  offer.bytes = reader.getLimits().getBytes();
  offer.mayPassOn = reader.getMayPassOn();
  for (auto name : reader.getChain()) offer.chain << text(name);
  offer.service = text(reader.getService());
  offer.since = reader.getSince();
  auto state = int(reader.getState());
  offer.state = state <= int(MachineOffer::State::Over) ? MachineOffer::State(state) : MachineOffer::State::Over;
  auto cause = int(reader.getCause());
  offer.cause = cause <= int(MachineOffer::Cause::Replaced) ? MachineOffer::Cause(cause) : MachineOffer::Cause::None;
  offer.why = text(reader.getWhy());
  offer.suspended = reader.getSuspended();
  offer.over = reader.getOver();
  offer.grant = id(reader.getGrant());
  auto run = reader.getRun();
  auto went = int(run.getState());
  offer.run.state = went <= int(FarRun::State::Failed) ? FarRun::State(went) : FarRun::State::None;
  offer.run.code = run.getCode();
  offer.run.since = run.getSince();
  offer.refused = text(reader.getRefused());
  return offer;
}

ShareMark fromSchema(schema::ShareInfo::Reader reader) {
  return {id(reader.getGrant()), reader.getMayPassOn(), reader.getTaken()};
}

void toSchema(const ShareOrder& order, schema::Sharing::ShareParams::Builder builder) {
  builder.setMachine(order.machine.toStdString().c_str());
  builder.setKind(schema::Kind(int(order.kind)));
  builder.setTarget(order.target.toStdString().c_str());
  builder.setName(order.name.toStdString().c_str());
  toSchema(order.lifetime, builder.initLifetime());
  builder.initLimits().setUses(order.uses);
  builder.getLimits().setBytes(order.bytes);
  builder.setMayPassOn(order.mayPassOn);
  builder.setAccess(order.access == Terms::Access::Write ? schema::Access::WRITE : schema::Access::READ);
  builder.setParent(order.parent.toStdString().c_str());
}

void toSchema(const ShareOrder& order, schema::Answer::Builder builder) {
  builder.setVerdict(schema::Answer::Verdict::ALLOW);
  builder.setAccess(order.access == Terms::Access::Write ? schema::Access::WRITE : schema::Access::READ);
  toSchema(order.lifetime, builder.initLifetime());
  builder.initLimits().setUses(order.uses);
  builder.getLimits().setBytes(order.bytes);
  builder.setMayPassOn(order.mayPassOn);
  builder.setName(order.name.toStdString().c_str());
  if (order.kind != Terms::Kind::File && order.kind != Terms::Kind::Folder) {
    builder.setTarget(order.target.toStdString().c_str());
    return;
  }
  auto path = order.target.toLocal8Bit();
  auto chosen = builder.initChosen(1)[0];
  chosen.setPath({reinterpret_cast<const kj::byte*>(path.constData()), size_t(path.size())});
  if (order.object) chosen.setObject(descriptorOf(duplicate(order.object->fd())));
}

MachineWish fromSchema(schema::WishInfo::Reader reader) {
  MachineWish wish;
  wish.id = id(reader.getId());
  wish.machine = id(reader.getMachine());
  auto kind = int(reader.getKind());
  wish.kind = kind <= int(Terms::Kind::Window) ? Terms::Kind(kind) : Terms::Kind::Device;
  wish.name = text(reader.getName());
  wish.since = reader.getSince();
  wish.decided = reader.getDecided();
  auto state = int(reader.getState());
  wish.state = state <= int(MachineWish::State::Failed) ? MachineWish::State(state) : MachineWish::State::Failed;
  wish.why = text(reader.getWhy());
  return wish;
}

void toSchema(const WishOrder& order, schema::WishInfo::Builder builder) {
  builder.setMachine(order.machine.toStdString().c_str());
  builder.setKind(schema::Kind(int(order.kind)));
  builder.setName(order.name.toStdString().c_str());
  builder.setClaim(order.claim.toStdString().c_str());
  builder.setAccess(order.access == Terms::Access::Write ? schema::Access::WRITE : schema::Access::READ);
  builder.setSeconds(order.seconds);
  builder.setAlways(order.always);
}

void toSchema(const OwnMachine& own, schema::OwnMachine::Builder builder) {
  builder.setName(own.name.toStdString().c_str());
  builder.setListening(own.listening);
  builder.setPort(own.port);
  builder.setAnnounce(own.announce);
}

}  // namespace latchkey::ui
