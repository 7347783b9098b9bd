// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/grant-schema.h"

#include <kj/debug.h>

namespace latchkey {
namespace {

// Both sides number alike; the greatest known number is named at each call so that a new enumerant is a decision here.
template <typename Out, typename In>
Out convert(In value, Out last) {
  auto number = static_cast<uint16_t>(value);
  KJ_REQUIRE(number <= static_cast<uint16_t>(last), "a number this version does not know", number);
  return static_cast<Out>(number);
}

std::string text(capnp::Text::Reader reader) { return std::string(reader.cStr(), reader.size()); }

std::string bytes(capnp::Data::Reader reader) {
  return std::string(reinterpret_cast<const char*>(reader.begin()), reader.size());
}

kj::StringPtr text(const std::string& string) { return kj::StringPtr(string.c_str(), string.size()); }

capnp::Data::Reader bytes(const std::string& string) {
  return capnp::Data::Reader(reinterpret_cast<const kj::byte*>(string.data()), string.size());
}

}  // namespace

Kind fromSchema(schema::Kind value) { return convert(value, Kind::Window); }
Access fromSchema(schema::Access value) { return convert(value, Access::Write); }
Scope fromSchema(schema::Scope value) { return convert(value, Scope::Pattern); }
GrantState fromSchema(schema::State value) { return convert(value, GrantState::Revoked); }
Origin fromSchema(schema::Origin value) { return convert(value, Origin::Workdir); }

schema::Kind toSchema(Kind value) { return convert(value, schema::Kind::WINDOW); }
schema::Access toSchema(Access value) { return convert(value, schema::Access::WRITE); }
schema::Scope toSchema(Scope value) { return convert(value, schema::Scope::PATTERN); }
schema::State toSchema(GrantState value) { return convert(value, schema::State::REVOKED); }
schema::Origin toSchema(Origin value) { return convert(value, schema::Origin::WORKDIR); }

Lifetime fromSchema(schema::Lifetime::Reader reader) {
  switch (reader.which()) {
    case schema::Lifetime::ONCE: return Lifetime::once();
    case schema::Lifetime::RUN: return Lifetime::run();
    case schema::Lifetime::UNTIL: return Lifetime::untilTime(fromNanos(reader.getUntil()));
    case schema::Lifetime::ALWAYS: return Lifetime::always();
  }
  KJ_FAIL_REQUIRE("a lifetime this version does not know");
}

Limits fromSchema(schema::Limits::Reader reader) {
  return {.uses = reader.getUses(),
          .bytes = reader.getBytes(),
          .bytesPerSecond = reader.getBytesPerSecond(),
          .bytesPerDay = reader.getBytesPerDay()};
}

Object fromSchema(schema::Object::Reader reader) {
  return {.target = text(reader.getTarget()),
          .path = bytes(reader.getPath()),
          .device = reader.getDevice(),
          .inode = reader.getInode(),
          .scope = fromSchema(reader.getScope()),
          .see = reader.getSee()};
}

Grant fromSchema(schema::Grant::Reader reader) {
  return {.id = GrantId(text(reader.getId())),
          .holder = text(reader.getHolder()),
          .kind = fromSchema(reader.getKind()),
          .object = fromSchema(reader.getObject()),
          .access = fromSchema(reader.getAccess()),
          .lifetime = fromSchema(reader.getLifetime()),
          .limits = fromSchema(reader.getLimits()),
          .parent = GrantId(text(reader.getParent())),
          .state = fromSchema(reader.getState()),
          .origin = fromSchema(reader.getOrigin()),
          .instance = InstanceId(text(reader.getInstance())),
          .created = fromNanos(reader.getCreated()),
          .used = fromNanos(reader.getUsed()),
          .ended = fromNanos(reader.getEnded()),
          .uses = reader.getUses(),
          .bytesRead = reader.getBytesRead(),
          .bytesWritten = reader.getBytesWritten(),
          .live = reader.getLive(),
          .keep = reader.getKeep(),
          .lapsed = reader.getLapsed(),
          .fast = reader.getFast()};
}

AppSettings fromSchema(schema::AppSettings::Reader reader) {
  std::vector<std::string> off;
  for (auto right : reader.getOff()) off.push_back(text(right));
  return {.app = text(reader.getApp()),
          .petname = text(reader.getPetname()),
          .alwaysConfined = reader.getAlwaysConfined(),
          .sharedX = reader.getSharedX(),
          .ownSandboxes = reader.getOwnSandboxes(),
          .seeHomeNames = reader.getSeeHomeNames(),
          .gpu = reader.getGpu(),
          .memoryLimit = reader.getMemoryLimit(),
          .processLimit = reader.getProcessLimit(),
          .cpuPercent = reader.getCpuPercent(),
          .networkRate = reader.getNetworkRate(),
          .networkPerDay = reader.getNetworkPerDay(),
          .off = std::move(off)};
}

JournalFilter fromSchema(schema::Person::JournalFilter::Reader reader) {
  return {.app = text(reader.getApp()),
          .since = fromNanos(reader.getSince()),
          .before = reader.getBefore(),
          .limit = reader.getLimit(),
          .text = text(reader.getText()),
          .kind = text(reader.getKind())};
}

void toSchema(const Lifetime& lifetime, schema::Lifetime::Builder builder) {
  switch (lifetime.type) {
    case Lifetime::Type::Once: return builder.setOnce();
    case Lifetime::Type::Run: return builder.setRun();
    case Lifetime::Type::Until: return builder.setUntil(toNanos(lifetime.until));
    case Lifetime::Type::Always: return builder.setAlways();
  }
}

void toSchema(const Limits& limits, schema::Limits::Builder builder) {
  builder.setUses(limits.uses);
  builder.setBytes(limits.bytes);
  builder.setBytesPerSecond(limits.bytesPerSecond);
  builder.setBytesPerDay(limits.bytesPerDay);
}

void toSchema(const Object& object, schema::Object::Builder builder) {
  builder.setTarget(text(object.target));
  builder.setPath(bytes(object.path));
  builder.setDevice(object.device);
  builder.setInode(object.inode);
  builder.setScope(toSchema(object.scope));
  builder.setSee(object.see);
}

void toSchema(const Grant& grant, const std::string& holderName, schema::Grant::Builder builder) {
  builder.setId(text(grant.id.text()));
  builder.setHolder(text(grant.holder));
  builder.setKind(toSchema(grant.kind));
  toSchema(grant.object, builder.initObject());
  builder.setAccess(toSchema(grant.access));
  toSchema(grant.lifetime, builder.initLifetime());
  toSchema(grant.limits, builder.initLimits());
  builder.setParent(text(grant.parent.text()));
  builder.setState(toSchema(grant.state));
  builder.setOrigin(toSchema(grant.origin));
  builder.setInstance(text(grant.instance.text()));
  builder.setCreated(toNanos(grant.created));
  builder.setUsed(toNanos(grant.used));
  builder.setEnded(toNanos(grant.ended));
  builder.setUses(grant.uses);
  builder.setBytesRead(grant.bytesRead);
  builder.setBytesWritten(grant.bytesWritten);
  builder.setLive(grant.live);
  builder.setKeep(grant.keep);
  builder.setLapsed(grant.lapsed);
  builder.setFast(grant.fast);
  builder.setResting(grant.resting);
  builder.setBytesOfDay(grant.bytesOfDay);
  builder.setHolderName(text(holderName));
}

void toSchema(const AppSettings& settings, schema::AppSettings::Builder builder) {
  builder.setApp(text(settings.app));
  builder.setPetname(text(settings.petname));
  builder.setAlwaysConfined(settings.alwaysConfined);
  builder.setSharedX(settings.sharedX);
  builder.setOwnSandboxes(settings.ownSandboxes);
  builder.setSeeHomeNames(settings.seeHomeNames);
  builder.setGpu(settings.gpu);
  builder.setMemoryLimit(settings.memoryLimit);
  builder.setProcessLimit(settings.processLimit);
  builder.setCpuPercent(settings.cpuPercent);
  builder.setNetworkRate(settings.networkRate);
  builder.setNetworkPerDay(settings.networkPerDay);
  auto off = builder.initOff(static_cast<unsigned>(settings.off.size()));
  for (unsigned i = 0; i < off.size(); ++i) off.set(i, settings.off[i].c_str());
}

void toSchema(const JournalEntry& entry, schema::JournalEntry::Builder builder) {
  builder.setSequence(entry.sequence);
  builder.setTime(toNanos(entry.time));
  builder.setEvent(text(entry.event));
  builder.setApp(text(entry.app));
  builder.setInstance(text(entry.instance.text()));
  builder.setKind(toSchema(entry.kind));
  builder.setTarget(text(entry.target));
  builder.setGrant(text(entry.grant.text()));
  builder.setOutcome(text(entry.outcome));
}

}  // namespace latchkey
