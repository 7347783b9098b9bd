// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/shares.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/cookie.h"
#include "broker/base/log.h"
#include "broker/base/service.h"
#include "broker/grants/digest.h"
#include "broker/grants/grant-schema.h"
#include "broker/machines/passed-socket.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

constexpr std::string_view PREFIX = "machine:";
constexpr size_t MOST_TOLD_AT_ONCE = 1000;

// The whole text of what a far machine is told: the name of a ThingFailure.
[[noreturn]] void failWith(const char* why) {
  kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(why)));
}

bool isUsedUp(const Grant& grant) {
  return (grant.limits.uses > 0 && grant.uses >= grant.limits.uses) ||
         (grant.limits.bytes > 0 && grant.bytesRead + grant.bytesWritten >= grant.limits.bytes);
}

// Why a grant does not work.
const char* failureOf(const Grant& grant) {
  if (grant.state == GrantState::Suspended) return "suspended";
  if (isUsedUp(grant)) return "usedUp";
  return grant.state == GrantState::Expired ? "expired" : "ended";
}

// `lost`: what it was derived from has ended.
schema::Withdrawal::Why whyOf(const Grant& grant, bool lost) {
  if (grant.state == GrantState::Suspended) return schema::Withdrawal::Why::SUSPENDED;
  if (isUsedUp(grant)) return schema::Withdrawal::Why::USED_UP;
  if (grant.state == GrantState::Expired) return schema::Withdrawal::Why::EXPIRED;
  return lost ? schema::Withdrawal::Why::OWNER_ENDED : schema::Withdrawal::Why::ENDED_BY_OWNER;
}

std::string titleOf(const Grant& grant) {
  if (grant.kind == Kind::Service) {
    KJ_IF_MAYBE (service, serviceFrom(grant.object.target)) return service->title();
  }
  return grant.object.target;
}

kj::Promise<void> orLog(kj::Promise<void> act) {
  return act.catch_([](kj::Exception&& exception) {
    if (exception.getType() != kj::Exception::Type::DISCONNECTED) logInfo("another machine: " + reason(exception));
  });
}

}  // namespace

// What the portal asks when somebody comes through a door.
class Shares::Near final : public schema::NearService::Server {
public:
  Near(Shares& shares, uint64_t door) : m_shares(shares), m_door(door) {}

  kj::Promise<void> connect(ConnectContext context) override {
    auto socket = co_await m_shares.connect(m_door);
    context.getResults().setSocket(passed(kj::mv(socket)));
  }

  kj::Promise<void> used(UsedContext context) override {
    auto found = m_shares.m_doors.find(m_door);
    if (found == m_shares.m_doors.end()) co_return;
    auto& door = found->second;
    auto params = context.getParams();
    // One that is under way is a use when it is over: a limit must not cut the last one that it allows.
    auto over = params.getUses() - std::min<uint64_t>(params.getUses(), params.getLive());
    door.usage = {.live = params.getLive(),
                  .uses = std::max(door.usage.uses, over),
                  .bytesRead = params.getBytesOut(),
                  .bytesWritten = params.getBytesIn(),
                  .used = m_shares.m_clock.wall()};
    auto ended = m_shares.m_ledger.recordUse(door.grant, door.source, door.usage);
    if (!ended.grants.empty()) co_await m_shares.m_cut(kj::mv(ended.grants));
  }

private:
  Shares& m_shares;
  uint64_t m_door;
};

Shares::Shares(Ledger& ledger, const Clock& clock, Reach& reach,
               kj::Function<kj::Promise<void>(std::vector<Grant>)> cut)
    : m_ledger(ledger), m_clock(clock), m_reach(reach), m_cut(kj::mv(cut)), m_tasks(*this) {}

Shares::~Shares() noexcept(false) = default;

void Shares::taskFailed(kj::Exception&& exception) { logWarning("another machine: " + reason(exception)); }

std::string Shares::machineOf(const Grant& grant) { return grant.holder.substr(PREFIX.size()); }

// --- sessions

void Shares::begin(const std::string& machine, schema::FarMachine::Client session) {
  m_sessions.insert_or_assign(machine, Session{kj::mv(session)});
  std::vector<Grant> ended, living;
  for (auto& grant : m_ledger.ofHolder(holderOfMachine(machine), Ledger::Which::All)) {
    (grant.state == GrantState::Active ? living : ended).push_back(kj::mv(grant));
  }
  tellEnds(machine, ended);
  for (auto& grant : living) tell(machine, grant);
}

// What was under way is over.
void Shares::end(const std::string& machine) {
  m_sessions.erase(machine);
  std::vector<Grant> usedUp;
  for (auto& [number, door] : m_doors) {
    if (door.machine != machine) continue;
    auto last = door.usage;
    last.live = 0;
    last.uses = std::max(last.uses, door.begun);
    auto ended = m_ledger.recordUse(door.grant, door.source, last);
    usedUp.insert(usedUp.end(), ended.grants.begin(), ended.grants.end());
  }
  std::erase_if(m_doors, [&](auto& entry) { return entry.second.machine == machine; });
  if (!usedUp.empty()) m_tasks.add(m_cut(kj::mv(usedUp)));
}

Grant Shares::living(const std::string& machine, const Grant& grant) const {
  if (grant.holder != holderOfMachine(machine)) failWith("notYours");
  if (grant.state != GrantState::Active) failWith(failureOf(grant));
  return grant;
}

std::string Shares::taken(const std::string& machine, const std::string& offer) {
  auto found = m_ledger.find(GrantId(offer));
  if (found == nullptr) failWith("notYours");
  auto grant = living(machine, KJ_ASSERT_NONNULL(found));
  auto token = freshCookie();
  auto known = m_ledger.share(grant.id);
  Share share{.grant = grant.id};
  KJ_IF_MAYBE (before, known) share = *before;
  share.taken = true;
  share.token = digestOf(token);
  m_ledger.putShare(share);
  return token;
}

Ended Shares::declined(const std::string& machine, const std::string& offer) {
  auto found = m_ledger.find(GrantId(offer));
  KJ_IF_MAYBE (grant, found) {
    if (grant->holder == holderOfMachine(machine) && !grant->hasEnded()) return m_ledger.revoke({grant->id});
  }
  return {};
}

void Shares::restored(const std::string& machine, const std::string& token, schema::LiveDoor::Client door,
                      schema::MachineDesk::RestoredResults::Builder results) {
  auto found = m_ledger.sharedBy(digestOf(token));
  if (token.size() != TOKEN_BYTES || found == nullptr) failWith("notYours");
  auto grant = living(machine, KJ_ASSERT_NONNULL(found));
  if (grant.kind != Kind::Service && grant.kind != Kind::Network) failWith("unknown");
  auto number = ++m_lastDoor;
  InstanceId source("machine." + std::to_string(number));
  m_ledger.adoptUse(grant.id, source, {.used = grant.used});
  m_doors.emplace(number, Door{.machine = machine, .grant = grant.id, .door = kj::mv(door), .source = source});
  results.setAccess(toSchema(grant.access));
  results.setService(kj::heap<Near>(*this, number));
}

uint64_t Shares::underWay(const GrantId& grant) const {
  uint64_t count = 0;
  for (auto& [number, door] : m_doors)
    if (door.grant == grant) count += door.begun - std::min(door.begun, door.usage.uses);
  return count;
}

kj::Promise<kj::AutoCloseFd> Shares::connect(uint64_t number) {
  auto found = m_doors.find(number);
  if (found == m_doors.end()) failWith("ended");
  auto id = found->second.grant;
  auto record = m_ledger.find(id);
  if (record == nullptr) failWith("ended");
  auto grant = living(found->second.machine, KJ_ASSERT_NONNULL(record));
  if (m_reach.isOff()) failWith("notNow");
  if (grant.limits.uses > 0 && grant.uses + underWay(id) >= grant.limits.uses) failWith("usedUp");
  ++found->second.begun;
  kj::Maybe<kj::AutoCloseFd> opened;
  try {
    opened = co_await m_reach.open(grant);
  } catch (const kj::Exception& exception) {
    logInfo(grant.object.target + ", for another machine: " + reason(exception));
  }
  auto now = m_doors.find(number);
  // It may have ended while that was under way.
  if (now == m_doors.end() || !m_ledger.isLive(id)) failWith("ended");
  KJ_IF_MAYBE (socket, opened) co_return kj::mv(*socket);
  --now->second.begun;
  failWith("notNow");
}

// --- what it is told

void Shares::tell(const std::string& machine, const Grant& grant) {
  auto session = m_sessions.find(machine);
  if (session == m_sessions.end()) return;
  auto call = session->second.far.offerRequest();
  auto offer = call.initOffer();
  offer.setId(grant.id.text().c_str());
  offer.setKind(toSchema(grant.kind));
  offer.setTitle(titleOf(grant).c_str());
  offer.setAccess(toSchema(grant.access));
  if (grant.lifetime.type == Lifetime::Type::Until) offer.setUntil(toNanos(grant.lifetime.until));
  toSchema(grant.limits, offer.initLimits());
  offer.setUsed(grant.uses);
  KJ_IF_MAYBE (share, m_ledger.share(grant.id)) offer.setMayPassOn(share->mayPassOn);
  m_tasks.add(orLog(call.send().ignoreResult()));
}

void Shares::tellEnds(const std::string& machine, const std::vector<Grant>& grants) {
  auto session = m_sessions.find(machine);
  if (session == m_sessions.end() || grants.empty()) return;
  auto count = std::min(grants.size(), MOST_TOLD_AT_ONCE);  // Newest first.
  auto call = session->second.far.withdrawRequest();
  auto list = call.initOffers(static_cast<unsigned>(count));
  for (unsigned i = 0; i < count; ++i) {
    list[i].setOffer(grants[i].id.text().c_str());
    auto parent = m_ledger.find(grants[i].parent);
    list[i].setWhy(whyOf(grants[i], parent != nullptr && KJ_ASSERT_NONNULL(parent).hasEnded()));
    list[i].setWhen(toNanos(grants[i].ended));
  }
  m_tasks.add(orLog(call.send().ignoreResult()));
}

// --- decisions

void Shares::offer(const Grant& grant) {
  if (isShare(grant)) tell(machineOf(grant), grant);
}

kj::Promise<void> Shares::onDoors(const std::vector<Grant>& grants,
                                  kj::Function<kj::Promise<void>(schema::LiveDoor::Client&)> act, bool last) {
  kj::Vector<kj::Promise<void>> acts;
  std::set<GrantId> ids;
  for (auto& grant : grants) ids.insert(grant.id);
  for (auto& [number, door] : m_doors)
    if (ids.contains(door.grant)) acts.add(orLog(act(door.door)));
  if (last) std::erase_if(m_doors, [&](auto& entry) { return ids.contains(entry.second.grant); });
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> Shares::cut(const std::vector<Grant>& grants) {
  // The door first: what the other machine believes changes nothing.
  auto shut = onDoors(grants, [](auto& door) { return door.revokeRequest().send().ignoreResult(); }, true);
  std::map<std::string, std::vector<Grant>> told;
  for (auto& grant : grants) {
    if (isShare(grant)) told[machineOf(grant)].push_back(grant);
  }
  for (auto& [machine, ended] : told) tellEnds(machine, ended);
  return shut;
}

kj::Promise<void> Shares::suspend(const std::vector<Grant>& grants) {
  auto shut = onDoors(grants, [](auto& door) { return door.suspendRequest().send().ignoreResult(); }, false);
  for (auto& grant : grants) {
    auto found = m_ledger.find(grant.id);
    KJ_IF_MAYBE (now, found) {
      if (isShare(*now)) tellEnds(machineOf(*now), {*now});
    }
  }
  return shut;
}

kj::Promise<void> Shares::resume(const std::vector<Grant>& grants) {
  for (auto& grant : grants) offer(grant);
  return onDoors(grants, [](auto& door) { return door.resumeRequest().send().ignoreResult(); }, false);
}

kj::Promise<void> Shares::setOff(bool off) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [number, door] : m_doors) {
    if (off) acts.add(orLog(door.door.suspendRequest().send().ignoreResult()));
    else if (m_ledger.isLive(door.grant)) acts.add(orLog(door.door.resumeRequest().send().ignoreResult()));
  }
  return kj::joinPromises(acts.releaseAsArray());
}

}  // namespace latchkey
