// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/offers.h"

#include <kj/debug.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/service.h"
#include "broker/base/text.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

constexpr const char* FAR_RUNS = "far-runs";
constexpr Duration OVER_KEPT = std::chrono::hours(24 * 30);
constexpr size_t MOST_OF_PLACE = 1000;
constexpr size_t MOST_OF_CHAIN = 16, MOST_OF_NAME = 200;

Offer::Why whyFrom(schema::Withdrawal::Why why) {
  switch (why) {
    case schema::Withdrawal::Why::ENDED_BY_OWNER: return Offer::Why::EndedByOwner;
    case schema::Withdrawal::Why::EXPIRED: return Offer::Why::Expired;
    case schema::Withdrawal::Why::USED_UP: return Offer::Why::UsedUp;
    case schema::Withdrawal::Why::OWNER_ENDED: return Offer::Why::OwnerEnded;
    case schema::Withdrawal::Why::SUSPENDED: return Offer::Why::Suspended;
    case schema::Withdrawal::Why::REPLACED: return Offer::Why::Replaced;
  }
  return Offer::Why::EndedByOwner;
}

// Its own words, as far as they can be shown.
Offer offerFrom(schema::Offer::Reader from) {
  Offer offer;
  offer.theirs = textOf(from.getId());
  offer.kind = fromSchema(from.getKind());
  offer.title = brief(textOf(from.getTitle()), MOST_OF_TITLE / 4 - 1);
  // A title that could be read as "this as that" is none.
  for (size_t at; (at = offer.title.find(" as ")) != offer.title.npos;) offer.title.replace(at, 4, "_as_");
  while (offer.title.starts_with(' ')) offer.title.erase(0, 1);
  while (offer.title.ends_with(' ')) offer.title.pop_back();
  offer.access = fromSchema(from.getAccess());
  offer.until = fromNanos(std::max<int64_t>(from.getUntil(), 0));
  offer.limits = fromSchema(from.getLimits());
  offer.mayPassOn = from.getMayPassOn();
  auto chain = from.getChain();
  for (unsigned i = 0; i < std::min<size_t>(chain.size(), MOST_OF_CHAIN); ++i)
    offer.chain.push_back(brief(textOf(chain[i]), MOST_OF_NAME / 4));
  offer.service = brief(textOf(from.getService()), MOST_OF_NAME / 4);
  return offer;
}

kj::Promise<void> orLog(kj::Promise<void> act) {
  return act.catch_([](kj::Exception&& exception) {
    if (exception.getType() != kj::Exception::Type::DISCONNECTED) logInfo("another machine: " + reason(exception));
  });
}

}  // namespace

std::string wordsFor(Offer::Why why) {
  switch (why) {
    case Offer::Why::EndedByOwner: return "its owner has ended it";
    case Offer::Why::Expired: return "its time is over";
    case Offer::Why::UsedUp: return "it is used up";
    case Offer::Why::OwnerEnded: return "its owner has lost it";
    case Offer::Why::Suspended: return "its owner has paused it";
    case Offer::Why::Replaced: return "its owner has replaced it";
  }
  return "it is over";
}

std::string wordsForThing(const kj::Exception& exception) {
  auto text = reason(exception);
  auto name = text.substr(text.rfind(' ') + 1);
  for (auto lost : {"broken", "unreachable", "silent", "crossed"})
    if (name == lost) return CONNECTION_LOST;
  if (exception.getType() == kj::Exception::Type::DISCONNECTED) return CONNECTION_LOST;
  if (name == "ended" || name == "notYours") return wordsFor(Offer::Why::EndedByOwner);
  if (name == "expired") return wordsFor(Offer::Why::Expired);
  if (name == "usedUp") return wordsFor(Offer::Why::UsedUp);
  if (name == "suspended") return wordsFor(Offer::Why::Suspended);
  if (name == "notNow") return "it does not answer there";
  if (name == "tooMany") return "too much of it is in use";
  return "the other machine could not do it";
}

std::string wordsForStart(const kj::Exception& exception) {
  auto text = reason(exception);
  auto name = text.substr(text.rfind(' ') + 1);
  if (name == "notNow") return "it cannot be started there now";
  if (name == "tooMany") return "too much of it was started: try again in a minute";
  return wordsForThing(exception);
}

Offers::Offers(Ledger& ledger, const Clock& clock, Owner& owner)
    : m_ledger(ledger), m_clock(clock), m_owner(owner), m_tasks(*this) {
  // What was accepted is there whole, or not at all; what is long over is forgotten.
  std::set<GrantId> known;
  std::vector<std::string> old;
  for (auto& [id, offer] : ledger.offers()) {
    if (!offer.grant.empty()) known.insert(offer.grant);
    if (offer.over != WallTime() && clock.wall() - offer.over > OVER_KEPT) old.push_back(id);
  }
  for (auto& id : old) ledger.dropOffer(id);
  std::vector<GrantId> strays;
  for (auto& grant : ledger.all(Ledger::Which::Living))
    if (isReceived(grant) && !known.contains(grant.id)) strays.push_back(grant.id);
  if (!strays.empty()) ledger.revoke(strays);
  // Who started what is left running, of those that it was passed on to: `OFFER NUMBER GRANT`.
  std::istringstream remembered(ledger.fact(FAR_RUNS));
  std::string id, by;
  for (uint64_t number = 0; remembered >> id >> number >> by;)
    m_runs[id] = {.told = {.number = number}, .by = GrantId(by)};
}

Offers::~Offers() noexcept(false) = default;

void Offers::taskFailed(kj::Exception&& exception) { logWarning("another machine: " + reason(exception)); }

kj::Maybe<Offer> Offers::find(const std::string& machine, const std::string& theirs) const {
  for (auto& [id, offer] : m_ledger.offers())
    if (offer.theirs == theirs && offer.machine == machine) return offer;
  return nullptr;
}

kj::Maybe<Offer> offerBehind(const Ledger& ledger, const GrantId& received) {
  for (auto& [id, offer] : ledger.offers())
    if (offer.grant == received) return offer;
  return nullptr;
}

kj::Maybe<Grant> receivedBehind(const Ledger& ledger, Grant grant) {
  while (!Offers::isReceived(grant)) {
    if (grant.parent.empty()) return nullptr;
    auto parent = ledger.find(grant.parent);
    KJ_IF_MAYBE (found, parent) grant = kj::mv(*found);
    else fail("what it was derived from is not there any more");
  }
  return kj::mv(grant);
}

Offer Offers::known(const std::string& id) const {
  auto found = m_ledger.offer(id);
  KJ_IF_MAYBE (offer, found) return *offer;
  fail("there is no such offer");
}

void Offers::journal(const Offer& offer, const char* event, const std::string& outcome) {
  JournalEntry entry;
  entry.event = event;
  entry.app = holderFromMachine(offer.machine);
  entry.kind = offer.kind;
  entry.target = offer.title;
  entry.grant = offer.grant;
  entry.outcome = outcome;
  m_ledger.journal(kj::mv(entry));
}

// --- sessions

void Offers::begin(const std::string& machine, schema::FarMachine::Client session) {
  m_sessions.insert_or_assign(machine, Session{.far = kj::mv(session), .number = ++m_lastSession});
  for (auto& [id, run] : m_runs) {
    auto offer = m_ledger.offer(id);
    if (offer != nullptr && KJ_ASSERT_NONNULL(offer).machine == machine) run.fresh = false;
  }
}

void Offers::end(const std::string& machine) { m_sessions.erase(machine); }

void Offers::offered(const std::string& machine, schema::Offer::Reader message) {
  auto offer = offerFrom(message);
  auto answers = textOf(message.getAnswers());
  offer.machine = machine;
  auto before = find(machine, offer.theirs);
  KJ_IF_MAYBE (old, before) {
    if (old->state == Offer::State::Accepted && old->kind == Kind::App && offer.kind == Kind::App)
      runTold(*old, fromSchema(message.getRun()));
    offer.id = old->id;
    offer.since = old->since;
    offer.state = old->state;
    offer.grant = old->grant;
    offer.token = old->token;
    offer.title = old->title;  // What was accepted by this name keeps it.
    if (old->state == Offer::State::Declined) return giveBack(*old);
    if (old->state == Offer::State::Over) {
      forgetRun(old->id);
      offer.state = Offer::State::New;
      offer.since = m_clock.wall();
      offer.grant = GrantId();
      offer.token.clear();
    }
    if (offer == *old) return m_owner.offerCame(offer, answers);
    bool goesOn = old->suspended && old->state == Offer::State::Accepted;
    m_ledger.noteOffer(offer);
    if (goesOn) m_tasks.add(m_owner.resume(m_ledger.resume({offer.grant})));
  } else {
    auto count = std::ranges::count_if(m_ledger.offers(), [&](auto& other) { return other.second.machine == machine; });
    KJ_REQUIRE(static_cast<size_t>(count) < MOST_OF_MACHINE, "tooMany");
    offer.id = randomToken();
    offer.since = m_clock.wall();
    auto fault = faultOf(offer);
    KJ_REQUIRE(fault.empty(), "not an offer");
    m_ledger.noteOffer(offer);
    journal(offer, "offer", "offered");
  }
  m_owner.offersChanged();
  m_owner.offerCame(offer, answers);
}

kj::Promise<void> Offers::withdrawn(std::string machine, capnp::List<schema::Withdrawal>::Reader offers) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto one : offers) {
    auto found = find(machine, textOf(one.getOffer()));
    KJ_IF_MAYBE (offer, found) acts.add(over(*offer, one.getWhy()));
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> Offers::over(Offer offer, schema::Withdrawal::Why told) {
  auto why = whyFrom(told);
  // What was declined stays so: its owner only says that it has heard.
  if (offer.state == Offer::State::Over || offer.state == Offer::State::Declined) co_return;
  if (why == Offer::Why::Suspended) {
    if (offer.suspended) co_return;
    offer.suspended = true;
    offer.why = why;
    m_ledger.noteOffer(offer);
    m_owner.offersChanged();
    if (offer.state == Offer::State::Accepted) co_await m_owner.suspend(m_ledger.suspend({offer.grant}).grants);
    co_return;
  }
  bool accepted = offer.state == Offer::State::Accepted;
  auto received = offer.grant;
  // How an app ended is still to be seen, if that was told.
  auto run = m_runs.find(offer.id);
  if (run != m_runs.end()) {
    auto told = run->second.told;
    run->second = {.told = told.isLive() ? AppRun{.number = told.number} : told};
    rememberRuns();
  }
  offer.state = Offer::State::Over;
  offer.suspended = false;
  offer.why = why;
  offer.over = m_clock.wall();
  offer.token.clear();
  m_ledger.noteOffer(offer);
  journal(offer, "offer", wordsFor(why));
  m_owner.offersChanged();
  if (accepted) {
    auto ended = m_ledger.revoke({received});
    co_await m_owner.cut(kj::mv(ended.grants));
  }
}

// --- for the person

kj::Promise<GrantId> Offers::accept(std::string id) {
  auto offer = known(id);
  auto kind = offer.kind;
  auto most = offer.access;
  if (offer.state == Offer::State::Accepted) co_return offer.grant;
  if (offer.state == Offer::State::Over) fail(wordsFor(offer.why));
  bool files = hasPath(offer.kind);
  bool app = offer.kind == Kind::App;
  if (offer.kind != Kind::Service && offer.kind != Kind::Network && !files && !app)
    fail("this version cannot use such an offer");
  if (files) m_owner.placeFor(offer);  // Whether there can be one, before anything is asked for.
  if (!m_sessions.contains(offer.machine)) co_await m_owner.connect(offer.machine);
  auto session = m_sessions.find(offer.machine);
  if (session == m_sessions.end()) fail(NOT_CONNECTED);
  auto call = session->second.far.takeRequest();
  call.setOffer(offer.theirs.c_str());
  std::string token;
  try {
    token = textOf((co_await call.send()).getToken());
  } catch (const kj::Exception& exception) {
    fail(wordsForThing(exception));
  }
  if (token.size() != TOKEN_BYTES) fail("the other machine could not do it");
  // Meanwhile it may have changed, or be over.
  offer = known(id);
  if (offer.state == Offer::State::Over) fail(wordsFor(offer.why));
  if (offer.state == Offer::State::Accepted) co_return offer.grant;
  if (offer.kind != kind || offer.access > most) fail("it has changed meanwhile: look at what it is now");
  // Nothing waits from here on: who drops this drops all of it, or none.
  auto place = files ? m_owner.placeFor(offer) : std::string();
  Grant grant;
  grant.holder = holderFromMachine(offer.machine);
  grant.kind = files ? Kind::Folder : app ? Kind::App : Kind::Service;
  grant.object = {.target = files ? brief(place, MOST_OF_PLACE) : offer.title,
                  .path = place,
                  .scope = files ? Scope::Tree
                           : app ? Scope::Host
                                 : Scope::Port};
  grant.access = files ? offer.access : Access::Write;
  grant.lifetime = offer.until == WallTime() ? Lifetime::always() : Lifetime::untilTime(offer.until);
  grant.origin = Origin::Added;
  // Limits are counted over there; what is shown of them is the offer's.
  offer.grant = m_ledger.add(grant);
  offer.token = token;
  offer.state = Offer::State::Accepted;
  try {
    m_ledger.putOffer(offer);
  } catch (const kj::Exception&) {
    m_ledger.revoke({offer.grant});
    throw;
  }
  journal(offer, "offer", "accepted");
  m_owner.offersChanged();
  co_return offer.grant;
}

kj::Promise<void> Offers::decline(std::string id) {
  auto offer = known(id);
  if (offer.state == Offer::State::Over) co_return;
  auto received = offer.grant;
  bool accepted = offer.state == Offer::State::Accepted;
  giveBack(offer);
  journal(offer, "offer", accepted ? "given back" : "declined");
  if (accepted) {
    auto ended = m_ledger.revoke({received});
    co_await m_owner.cut(kj::mv(ended.grants));
  }
}

// Told when it is connected: it is offered again then, and this is called again.
void Offers::giveBack(Offer offer) {
  forgetRun(offer.id);
  offer.state = Offer::State::Declined;
  offer.over = offer.over == WallTime() ? m_clock.wall() : offer.over;
  offer.token.clear();
  offer.grant = GrantId();
  m_ledger.noteOffer(offer);
  auto session = m_sessions.find(offer.machine);
  if (session != m_sessions.end()) {
    session->second.things.erase(offer.id);
    auto call = session->second.far.declineRequest();
    call.setOffer(offer.theirs.c_str());
    m_tasks.add(orLog(call.send().ignoreResult()));
  }
  m_owner.offersChanged();
}

void Offers::ended(const std::vector<Grant>& grants) {
  for (auto& grant : grants) {
    if (!isReceived(grant)) continue;
    auto found = offerBehind(m_ledger, grant.id);
    KJ_IF_MAYBE (offer, found) {
      // By its time, or by this person in Keys.
      if (offer->state == Offer::State::Accepted) giveBack(*offer);
    }
  }
}

// --- in use

kj::Promise<schema::FarThing::Client> Offers::thing(Offer offer) {
  if (!m_sessions.contains(offer.machine)) co_await m_owner.connect(offer.machine);
  auto session = m_sessions.find(offer.machine);
  if (session == m_sessions.end()) fail(offer.title + ": the machine is not connected");
  auto known = session->second.things.find(offer.id);
  if (known != session->second.things.end()) co_return known->second;
  auto call = session->second.far.restoreRequest();
  call.setToken(dataOf(offer.token));
  auto restoring = call.send();
  // Those that come meanwhile wait for the same one.
  auto thing = restoring.getThing();
  auto number = session->second.number;
  session->second.things.insert_or_assign(offer.id, thing);
  try {
    co_await restoring;
  } catch (const kj::Exception& exception) {
    auto now = m_sessions.find(offer.machine);
    if (now != m_sessions.end() && now->second.number == number) now->second.things.erase(offer.id);
    fail(offer.title + ": " + wordsForThing(exception));
  }
  co_return thing;
}

kj::Promise<void> Offers::connect(Grant received, kj::AutoCloseFd socket) {
  auto found = offerBehind(m_ledger, received.id);
  if (found == nullptr || !m_ledger.isLive(received.id)) fail("it is over");
  auto offer = KJ_ASSERT_NONNULL(found);
  auto far = co_await thing(offer);
  auto call = far.connectRequest();
  call.setSocket(descriptorOf(kj::mv(socket)));
  try {
    co_await call.send();
  } catch (const kj::Exception& exception) {
    fail(offer.title + ": " + wordsForThing(exception));
  }
}

// --- apps

Offer Offers::startable(const Grant& received) const {
  auto found = offerBehind(m_ledger, received.id);
  if (found == nullptr || !m_ledger.isLive(received.id)) fail("it is over");
  auto& offer = KJ_ASSERT_NONNULL(found);
  if (offer.kind != Kind::App) fail(offer.title + " is no app");
  return offer;
}

kj::Promise<uint64_t> Offers::start(Grant received, GrantId by) {
  auto offer = startable(received);
  auto& before = m_runs[offer.id];
  if (before.isTaken() && before.by != by) fail(offer.title + " was started by somebody else, who has it, too");
  before.by = by;
  ++before.starting;
  uint64_t number = 0;
  std::string refused;
  try {
    auto far = co_await thing(offer);
    number = (co_await far.startRequest().send()).getNumber();
  } catch (const kj::Exception& exception) {
    // What is said before the machine is asked is a line already.
    refused = reason(exception).starts_with(offer.title + ": ") ? reason(exception)
                                                                : offer.title + ": " + wordsForStart(exception);
  }
  auto found = m_runs.find(offer.id);
  if (found == m_runs.end() || !m_ledger.isLive(received.id)) fail(refused.empty() ? "it is over" : refused);
  auto& run = found->second;
  if (by.empty()) run.refused = refused;
  if (run.told.number < number)
    runTold(offer, {.state = AppRun::State::Starting, .number = number, .since = m_clock.wall()});
  if (run.starting > 0) --run.starting;
  m_owner.offersChanged();
  if (!refused.empty()) fail(refused);
  if (by.empty()) journal(offer, "offer", "started");
  co_return number;
}

kj::Promise<void> Offers::stop(Grant received, GrantId by) {
  auto offer = startable(received);
  auto found = m_runs.find(offer.id);
  bool theirs = found != m_runs.end() && found->second.isTaken() && found->second.by != by;
  if (theirs) fail(offer.title + " was started by somebody else, who has it, too");
  if (by.empty()) journal(offer, "offer", "stopped");
  co_await stopThere(kj::mv(offer));
}

kj::Promise<void> Offers::stopThere(Offer offer) {
  auto far = co_await thing(offer);
  try {
    co_await far.stopRequest().send();
  } catch (const kj::Exception& exception) {
    // With the grant ends what was started by it: of the last start that it allowed this is how stopping is answered.
    auto why = reason(exception);
    for (auto over : {"ended", "expired", "usedUp", "suspended"})
      if (why == over) co_return;
    fail(offer.title + ": " + wordsForStart(exception));
  }
}

kj::Promise<void> Offers::endRunBy(GrantId by) {
  for (auto& [id, run] : m_runs) {
    if (by.empty() || run.by != by) continue;
    KJ_IF_MAYBE (offer, m_ledger.offer(id)) {
      if (m_sessions.contains(offer->machine) && (run.told.isLive() || run.starting > 0)) return stopThere(*offer);
    }
  }
  return kj::READY_NOW;
}

// What nobody here has started, as far as is known, is taken for this person's.
void Offers::runTold(const Offer& offer, AppRun told) {
  auto& run = m_runs[offer.id];
  if (run.fresh && told.number < run.told.number) return;
  run.fresh = true;
  auto before = run.told;
  auto by = run.by;
  bool another = told.number != before.number && run.starting == 0;
  // Whoever started it has lost it while the machine was away.
  bool orphaned = !another && told.isLive() && !by.empty() && !m_ledger.isLive(by);
  if (orphaned) m_tasks.add(stopThere(offer));
  if (told == before) return;
  run.told = told;
  if (another) run.by = GrantId();
  rememberRuns();
  m_owner.offersChanged();
  if (by.empty()) return;
  // What was started is over, however it ended, where nothing is told of it any more.
  if (another) return m_owner.runChanged(by, {.number = before.number});
  m_owner.runChanged(by, told);
}

void Offers::forgetRun(const std::string& offer) {
  if (m_runs.erase(offer) > 0) rememberRuns();
}

// No decision: without it the app is taken for one that this person started.
void Offers::rememberRuns() {
  std::string lines;
  for (auto& [id, run] : m_runs)
    if (!run.by.empty() && (run.told.isLive() || run.isUnknown()))
      lines += id + " " + std::to_string(run.told.number) + " " + run.by.text() + "\n";
  if (m_ledger.fact(FAR_RUNS) != lines) m_ledger.noteFact(FAR_RUNS, lines);
}

AppRun Offers::runBy(const GrantId& by) const {
  for (auto& [id, run] : m_runs)
    if (!by.empty() && run.by == by) return run.told;
  return {};
}

AppRun Offers::run(const std::string& offer) const {
  auto found = m_runs.find(offer);
  return found == m_runs.end() || !found->second.by.empty() ? AppRun() : found->second.told;
}

std::string Offers::refused(const std::string& offer) const {
  auto found = m_runs.find(offer);
  return found == m_runs.end() ? std::string() : found->second.refused;
}

}  // namespace latchkey
