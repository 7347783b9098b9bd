// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/shares.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/cookie.h"
#include "broker/base/descriptor.h"
#include "broker/base/log.h"
#include "broker/base/service.h"
#include "broker/grants/digest.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/machines/offers.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

constexpr size_t MOST_TOLD_AT_ONCE = 256;  // As `latchkey-peer` takes them.

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
  if (grant.kind == Kind::Service || grant.kind == Kind::App) {
    KJ_IF_MAYBE (service, serviceFrom(grant.object.target)) return service->title();
  }
  // Where it lies here is nobody else's concern.
  if (hasPath(grant.kind)) return grant.object.path.substr(grant.object.path.rfind('/') + 1);
  return grant.object.target;
}

// Through whom it came here, by the names that they give themselves: ours for them are nobody else's concern.
std::vector<std::string> chainOf(const Ledger& ledger, const Grant& grant) {
  auto received = receivedBehind(ledger, grant);
  if (received == nullptr) return {};
  std::vector<std::string> chain;
  auto offer = offerBehind(ledger, KJ_ASSERT_NONNULL(received).id);
  KJ_IF_MAYBE (from, offer) {
    chain = from->chain;
    KJ_IF_MAYBE (machine, ledger.machine(from->machine)) chain.push_back(machine->announced);
  }
  return chain;
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
  Near(std::shared_ptr<Shares*> shares, uint64_t door) : m_shares(kj::mv(shares)), m_door(door) {}
  ~Near() noexcept(false) {
    if (*m_shares != nullptr) (*m_shares)->letGo(m_door);
  }

  kj::Promise<void> connect(ConnectContext context) override {
    auto socket = co_await shares().connect(m_door);
    context.getResults().setSocket(descriptorOf(kj::mv(socket)));
  }

  kj::Promise<void> used(UsedContext context) override {
    auto found = shares().m_doors.find(m_door);
    if (found == shares().m_doors.end() || !found->second.counts) co_return;
    auto& door = found->second;
    auto params = context.getParams();
    // One that is under way is a use when it is over: a limit must not cut the last one that it allows.
    auto over = params.getUses() - std::min<uint64_t>(params.getUses(), params.getLive());
    door.usage = {.live = params.getLive(),
                  .uses = std::max(door.usage.uses, over),
                  .bytesRead = params.getBytesOut(),
                  .bytesWritten = params.getBytesIn(),
                  .used = shares().m_clock.wall()};
    auto ended = shares().m_ledger.recordUse(door.grant, door.source, door.usage);
    if (!ended.grants.empty()) co_await shares().m_cut(kj::mv(ended.grants));
  }

private:
  Shares& shares() const {
    if (*m_shares == nullptr) failWith("ended");
    return **m_shares;
  }

  std::shared_ptr<Shares*> m_shares;
  uint64_t m_door;
};

// Of an app: it is started and stopped, and there is no more to it.
class Shares::NearApp final : public schema::NearApp::Server {
public:
  NearApp(std::shared_ptr<Shares*> shares, uint64_t door) : m_shares(kj::mv(shares)), m_door(door) {}
  ~NearApp() noexcept(false) {
    if (*m_shares != nullptr) (*m_shares)->letGo(m_door);
  }

  kj::Promise<void> start(StartContext context) override {
    auto number = co_await shares().startApp(m_door);
    context.getResults().setNumber(number);
  }
  kj::Promise<void> stop(StopContext) override { return shares().stopApp(m_door); }

private:
  Shares& shares() const {
    if (*m_shares == nullptr) failWith("ended");
    return **m_shares;
  }

  std::shared_ptr<Shares*> m_shares;
  uint64_t m_door;
};

Shares::Shares(Ledger& ledger, const Clock& clock, Reach& reach, AppRuns& apps,
               kj::Function<kj::Promise<void>(std::vector<Grant>)> cut)
    : m_ledger(ledger),
      m_clock(clock),
      m_reach(reach),
      m_apps(apps),
      m_cut(kj::mv(cut)),
      m_self(std::make_shared<Shares*>(this)),
      m_tasks(*this) {}

Shares::~Shares() noexcept(false) { *m_self = nullptr; }

void Shares::taskFailed(kj::Exception&& exception) { logWarning("another machine: " + reason(exception)); }

// --- sessions

void Shares::begin(const std::string& machine, schema::FarMachine::Client session) {
  m_sessions.insert_or_assign(machine, kj::mv(session));
  std::vector<Grant> ended, living;
  for (auto& grant : m_ledger.ofHolder(holderOfMachine(machine), Ledger::Which::All)) {
    (grant.state == GrantState::Active ? living : ended).push_back(kj::mv(grant));
  }
  tellEnds(machine, ended);
  for (auto& grant : living) tell(machine, grant);
}

void Shares::end(const std::string& machine) {
  m_sessions.erase(machine);
  std::vector<Grant> usedUp;
  for (auto& [number, door] : m_doors) {
    if (door.machine != machine) continue;
    auto ended = close(door);
    usedUp.insert(usedUp.end(), ended.grants.begin(), ended.grants.end());
  }
  std::erase_if(m_doors, [&](auto& entry) { return entry.second.machine == machine; });
  if (!usedUp.empty()) m_tasks.add(m_cut(kj::mv(usedUp)));
}

Ended Shares::close(const Door& door) {
  if (!door.counts) return {};
  auto last = door.usage;
  last.uses = std::max(last.uses, door.begun);
  return m_ledger.endUse(door.grant, door.source, last);
}

void Shares::letGo(uint64_t number) {
  auto found = m_doors.find(number);
  if (found == m_doors.end()) return;
  auto ended = close(found->second);
  m_doors.erase(found);
  if (!ended.grants.empty()) m_tasks.add(m_cut(kj::mv(ended.grants)));
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
  bool app = grant.kind == Kind::App;
  if (!app && grant.kind != Kind::Service && grant.kind != Kind::Network && !hasPath(grant.kind)) failWith("unknown");
  auto number = ++m_lastDoor;
  InstanceId source("machine." + std::to_string(number));
  bool counts = !app && (!hasPath(grant.kind) || receivedBehind(m_ledger, grant) != nullptr);
  if (counts) m_ledger.adoptUse(grant.id, source, {.used = grant.used});
  m_doors.emplace(
      number, Door{.machine = machine, .grant = grant.id, .door = kj::mv(door), .source = source, .counts = counts});
  results.setAccess(toSchema(grant.access));
  if (app) results.setApp(kj::heap<NearApp>(m_self, number));
  else results.setService(kj::heap<Near>(m_self, number));
}

uint64_t Shares::underWay(const GrantId& grant) const {
  uint64_t count = 0;
  for (auto& [number, door] : m_doors)
    if (door.grant == grant && door.counts) count += door.begun - std::min(door.begun, door.usage.uses);
  return count;
}

Grant Shares::usable(uint64_t number) const {
  auto found = m_doors.find(number);
  if (found == m_doors.end()) failWith("ended");
  auto record = m_ledger.find(found->second.grant);
  if (record == nullptr) failWith("ended");
  auto grant = living(found->second.machine, KJ_ASSERT_NONNULL(record));
  if (m_reach.isOff()) failWith("notNow");
  return grant;
}

kj::Promise<kj::AutoCloseFd> Shares::connect(uint64_t number) {
  auto grant = usable(number);
  auto id = grant.id;
  if (grant.limits.uses > 0 && grant.uses + underWay(id) >= grant.limits.uses) failWith("usedUp");
  ++m_doors.at(number).begun;
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

// --- apps

// One at a time, and a start is counted when it is over: so a limit of uses has ended the grant, or there is one left.
kj::Promise<uint64_t> Shares::startApp(uint64_t number) {
  auto grant = usable(number);
  auto id = grant.id;
  std::string why;
  try {
    auto started = co_await m_apps.start(kj::mv(grant));
    if (m_ledger.isLive(id)) co_return started;
    why = "ended";
  } catch (const kj::Exception& exception) {
    why = reason(exception);
  }
  if (why == "ended" || why == "tooMany") failWith(why.c_str());
  logInfo("for another machine: " + why);
  failWith("notNow");
}

kj::Promise<void> Shares::stopApp(uint64_t number) {
  try {
    co_await m_apps.stop(usable(number));
  } catch (const kj::Exception& exception) {
    auto why = reason(exception);
    for (auto told : {"ended", "expired", "usedUp", "suspended"})
      if (why == told) failWith(told);
    logInfo("for another machine: " + why);
    failWith("notNow");
  }
}

kj::Promise<void> Shares::endApps(const std::vector<Grant>& grants) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& grant : grants)
    if (grant.kind == Kind::App && isShare(grant)) acts.add(orLog(m_apps.end(grant.id)));
  return kj::joinPromises(acts.releaseAsArray());
}

void Shares::runChanged(const GrantId& id, const AppRun& run) {
  InstanceId source("run." + std::to_string(run.number));
  Usage usage{.live = run.isLive() ? 1U : 0U, .used = m_clock.wall()};
  // What could not be started was no use.
  if (!run.isLive() && run.state != AppRun::State::Failed) usage.uses = 1;
  // Told first: with its last use it may be over.
  KJ_IF_MAYBE (grant, m_ledger.find(id))
    if (grant->state == GrantState::Active) offer(*grant);
  auto ended = run.isLive() ? m_ledger.recordUse(id, source, usage) : m_ledger.endUse(id, source, usage);
  if (!ended.grants.empty()) m_tasks.add(m_cut(kj::mv(ended.grants)));
}

// --- what it is told

void Shares::tell(const std::string& machine, const Grant& grant) {
  auto session = m_sessions.find(machine);
  if (session == m_sessions.end()) return;
  auto call = session->second.offerRequest();
  auto offer = call.initOffer();
  offer.setId(grant.id.text().c_str());
  offer.setKind(toSchema(grant.kind));
  offer.setTitle(titleOf(grant).c_str());
  offer.setAccess(toSchema(grant.access));
  if (grant.lifetime.type == Lifetime::Type::Until) offer.setUntil(toNanos(grant.lifetime.until));
  toSchema(grant.limits, offer.initLimits());
  offer.setUsed(grant.uses);
  KJ_IF_MAYBE (share, m_ledger.share(grant.id)) {
    offer.setMayPassOn(share->mayPassOn);
    offer.setAnswers(share->wish.c_str());
  }
  if (grant.kind == Kind::App) toSchema(m_apps.find(grant.id), offer.initRun());
  auto chain = chainOf(m_ledger, grant);
  auto names = offer.initChain(static_cast<unsigned>(chain.size()));
  for (unsigned i = 0; i < names.size(); ++i) names.set(i, chain[i].c_str());
  m_tasks.add(orLog(call.send().ignoreResult()));
}

void Shares::tellEnds(const std::string& machine, const std::vector<Grant>& grants) {
  auto session = m_sessions.find(machine);
  if (session == m_sessions.end() || grants.empty()) return;
  for (size_t first = 0; first < grants.size(); first += MOST_TOLD_AT_ONCE) {
    auto call = session->second.withdrawRequest();
    auto list = call.initOffers(static_cast<unsigned>(std::min(grants.size() - first, MOST_TOLD_AT_ONCE)));
    for (unsigned i = 0; i < list.size(); ++i) {
      auto& grant = grants[first + i];
      auto parent = m_ledger.find(grant.parent);
      list[i].setOffer(grant.id.text().c_str());
      list[i].setWhy(whyOf(grant, parent != nullptr && KJ_ASSERT_NONNULL(parent).hasEnded()));
      list[i].setWhen(toNanos(grant.ended));
    }
    m_tasks.add(orLog(call.send().ignoreResult()));
  }
}

// --- decisions

void Shares::offer(const Grant& grant) {
  if (isShare(grant)) tell(machineOfHolder(grant.holder), grant);
}

kj::Promise<void> Shares::onDoors(const std::vector<Grant>& grants,
                                  kj::Function<kj::Promise<void>(schema::LiveDoor::Client&)> act, bool last) {
  kj::Vector<kj::Promise<void>> acts;
  std::set<GrantId> ids;
  for (auto& grant : grants) ids.insert(grant.id);
  for (auto& [number, door] : m_doors)
    if (ids.contains(door.grant)) acts.add(orLog(act(door.door)));
  // What ended is counted no more: the ledger has forgotten who used it.
  if (last) std::erase_if(m_doors, [&](auto& entry) { return ids.contains(entry.second.grant); });
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> Shares::cut(const std::vector<Grant>& grants) {
  // The door first: what the other machine believes changes nothing.
  auto shut = onDoors(grants, [](auto& door) { return door.revokeRequest().send().ignoreResult(); }, true);
  std::map<std::string, std::vector<Grant>> told;
  for (auto& grant : grants) {
    if (isShare(grant)) told[machineOfHolder(grant.holder)].push_back(grant);
  }
  for (auto& [machine, ended] : told) tellEnds(machine, ended);
  auto over = endApps(grants);
  return shut.then([over = kj::mv(over)]() mutable { return kj::mv(over); });
}

kj::Promise<void> Shares::suspend(const std::vector<Grant>& grants) {
  auto shut = onDoors(grants, [](auto& door) { return door.suspendRequest().send().ignoreResult(); }, false);
  for (auto& grant : grants) {
    auto found = m_ledger.find(grant.id);
    KJ_IF_MAYBE (now, found) {
      if (isShare(*now)) tellEnds(machineOfHolder(now->holder), {*now});
    }
  }
  auto over = endApps(grants);
  return shut.then([over = kj::mv(over)]() mutable { return kj::mv(over); });
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
