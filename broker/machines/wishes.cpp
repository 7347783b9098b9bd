// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/wishes.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/ids.h"
#include "broker/base/log.h"
#include "broker/machines/offers.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

const std::string DEAF = "its version of Latchkey does not know how to be asked";

// Of being asked too often.
constexpr Duration ASKED_AGAIN_AFTER = std::chrono::minutes(10);

// The far side's name for what failed.
std::string nameOf(const kj::Exception& exception) {
  auto text = reason(exception);
  return text.substr(text.rfind(' ') + 1);
}

// What a person reads. Empty: the connection, which comes back.
std::string wordsForFailure(const kj::Exception& exception) {
  auto name = nameOf(exception);
  for (auto lost : {"broken", "unreachable", "silent", "crossed"})
    if (name == lost) return {};
  if (exception.getType() == kj::Exception::Type::DISCONNECTED) return {};
  if (name == "unknown") return DEAF;
  return "the other machine could not do it";
}

}  // namespace

struct Wishes::Entry {
  Asked asked;
  bool keep = false;
  size_t holds = 0;
  std::string awaited{};  // Their id of the offer that answers, which has not come yet.
  uint64_t tried = 0;     // The session that taking was tried in: once in each.
  Deadline until{};
  ElapsedTime again{};                    // When it is told again, of one that was asked too often.
  kj::Maybe<kj::Promise<void>> taking{};  // While it is accepted. Dropping it ends that, whatever the far side does.
  kj::Maybe<kj::Promise<void>> telling{};
  std::vector<kj::Own<kj::PromiseFulfiller<Asked>>> waiting{};

  bool waits() const { return asked.state == State::Waiting; }
  bool isTaking() const { return taking != nullptr; }
};

Wishes::Wishes(Ledger& ledger, const Clock& clock, Owner& owner)
    : m_ledger(ledger), m_clock(clock), m_owner(owner), m_self(std::make_shared<Wishes*>(this)), m_tasks(*this) {}

Wishes::~Wishes() noexcept(false) { *m_self = nullptr; }

void Wishes::taskFailed(kj::Exception&& exception) { logWarning("another machine: " + reason(exception)); }

Wishes::Entry* Wishes::find(const std::string& id) {
  auto found = std::ranges::find_if(m_entries, [&](auto& entry) { return entry.asked.wish.id == id; });
  return found == m_entries.end() ? nullptr : &*found;
}

void Wishes::journal(const Asked& asked, const char* outcome) {
  JournalEntry entry;
  entry.event = "wish";
  entry.app = holderFromMachine(asked.wish.machine);
  entry.kind = asked.wish.kind;
  entry.target = asked.wish.name;
  entry.grant = asked.grant;
  entry.outcome = outcome;
  m_ledger.journal(kj::mv(entry));
}

// --- sessions

void Wishes::begin(const std::string& machine, schema::FarMachine::Client session, bool hears) {
  m_sessions.insert_or_assign(machine, Session{.far = kj::mv(session), .hears = hears, .number = ++m_lastSession});
  tidy();
  for (auto& entry : m_entries)
    if (entry.waits() && entry.asked.wish.machine == machine) tell(entry);
}

void Wishes::end(const std::string& machine) {
  m_sessions.erase(machine);
  for (auto& entry : m_entries) {
    if (entry.asked.wish.machine != machine || !entry.waits()) continue;
    entry.telling = nullptr;
    entry.awaited.clear();
  }
  tidy();
}

void Wishes::tell(Entry& entry) {
  auto session = m_sessions.find(entry.asked.wish.machine);
  if (session == m_sessions.end() || entry.isTaking()) return;
  entry.again = {};
  if (!session->second.hears) return decide(entry, State::Failed, DEAF);
  auto call = session->second.far.wishRequest();
  toSchema(entry.asked.wish, call.initWish());
  auto id = entry.asked.wish.id;
  // Deciding drops this very promise, so it happens from outside of it.
  entry.telling =
      call.send()
          .then(
              [this, id](auto answer) {
                m_tasks.add(kj::evalLater([this, id, theirs = textOf(answer.getOffer())] { answered(id, theirs); }));
              },
              [this, id](kj::Exception&& exception) {
                m_tasks.add(kj::evalLater([this, id, exception = kj::mv(exception)] { failed(id, exception); }));
              })
          .eagerlyEvaluate(nullptr);
}

void Wishes::answered(const std::string& id, const std::string& theirs) {
  auto entry = find(id);
  if (entry == nullptr || !entry->waits() || entry->isTaking()) return;
  entry->telling = nullptr;
  if (theirs.empty()) return decide(*entry, State::Declined);
  for (auto& [key, offer] : m_ledger.offers())
    if (offer.machine == entry->asked.wish.machine && offer.theirs == theirs) return settle(*entry, offer);
  entry->awaited = theirs;
}

void Wishes::failed(const std::string& id, const kj::Exception& exception) {
  auto entry = find(id);
  if (entry == nullptr || !entry->waits() || entry->isTaking()) return;
  entry->telling = nullptr;
  if (nameOf(exception) == "tooMany") {
    entry->again = m_clock.elapsed() + ASKED_AGAIN_AFTER;
    return m_owner.wishesChanged();
  }
  auto words = wordsForFailure(exception);
  if (!words.empty()) decide(*entry, State::Failed, words);
}

void Wishes::offered(const Offer& offer, const std::string& answers) {
  for (auto& entry : m_entries) {
    if (!entry.waits() || entry.asked.wish.machine != offer.machine) continue;
    bool answered = (!answers.empty() && entry.asked.wish.id == answers) ||
                    (!entry.awaited.empty() && entry.awaited == offer.theirs);
    if (answered) return settle(entry, offer);
  }
}

uint64_t Wishes::sessionOf(const std::string& machine) const {
  auto session = m_sessions.find(machine);
  return session == m_sessions.end() ? 0 : session->second.number;
}

// The offer is what counts: the wish only says that nobody has to be asked about it.
void Wishes::settle(Entry& entry, const Offer& offer) {
  auto& wish = entry.asked.wish;
  auto session = sessionOf(wish.machine);
  if (entry.isTaking() || (session != 0 && entry.tried == session)) return;
  if (entry.until.passed(m_clock)) return tidy();
  entry.telling = nullptr;
  entry.asked.offer = offer.id;
  bool asked = offer.kind == wish.kind && offer.access <= wish.access;
  if (!asked)
    return decide(entry, State::Failed, "it offers something else than what was asked for: look at its offers");
  if (offer.state == Offer::State::Over || offer.state == Offer::State::Declined)
    return decide(entry, State::Failed, "what it gave is over already");
  entry.tried = session;
  auto id = wish.id;
  // Deciding drops this very promise, so it happens from outside of it.
  entry.taking = kj::evalNow([&] { return m_owner.acceptAnswer(offer.id); })
                     .then(
                         [this, id](GrantId grant) {
                           m_tasks.add(kj::evalLater([this, id, grant = kj::mv(grant)] { taken(id, grant); }));
                         },
                         [this, id](kj::Exception&& exception) {
                           m_tasks.add(kj::evalLater([this, id, why = reason(exception)] { notTaken(id, why); }));
                         })
                     .eagerlyEvaluate(nullptr);
}

void Wishes::taken(const std::string& id, GrantId grant) {
  auto entry = find(id);
  if (entry == nullptr || !entry->waits()) return;
  entry->asked.grant = kj::mv(grant);
  decide(*entry, State::Given);
}

void Wishes::notTaken(const std::string& id, const std::string& why) {
  auto entry = find(id);
  if (entry == nullptr || !entry->waits()) return;
  entry->taking = nullptr;
  bool lost = why.ends_with(CONNECTION_LOST) || why == NOT_CONNECTED;
  if (!lost) return decide(*entry, State::Failed, "it was given, but could not be taken: " + why);
  // It is offered again in the next session, which may have begun by now. Never in the same one: who says that the
  // connection was lost while it holds would be asked without an end.
  if (entry->tried != sessionOf(entry->asked.wish.machine)) tell(*entry);
}

bool Wishes::isGiven(const Entry& entry) const {
  if (!entry.isTaking()) return false;
  auto offer = m_ledger.offer(entry.asked.offer);
  return offer != nullptr && KJ_ASSERT_NONNULL(offer).state == Offer::State::Accepted;
}

void Wishes::decide(Entry& entry, State state, std::string why) {
  if (!entry.waits()) return;
  constexpr const char* OUTCOMES[] = {"waiting", "given", "declined", "withdrawn", "failed"};
  entry.telling = nullptr;
  entry.taking = nullptr;
  entry.asked.state = state;
  entry.asked.why = kj::mv(why);
  entry.asked.decided = m_clock.wall();
  journal(entry.asked, OUTCOMES[static_cast<size_t>(state)]);
  for (auto& waiting : entry.waiting) waiting->fulfill(kj::cp(entry.asked));
  entry.waiting.clear();
  m_owner.wishesChanged();
}

// Those that nobody will answer any more, and of the decided ones the oldest.
void Wishes::tidy() {
  for (auto& entry : m_entries) {
    if (!entry.waits() || isGiven(entry)) continue;
    bool known = false;
    KJ_IF_MAYBE (machine, m_ledger.machine(entry.asked.wish.machine)) known = !machine->blocked;
    if (!known) decide(entry, State::Failed, "that machine is not known any more");
    else if (entry.until.passed(m_clock)) decide(entry, State::Failed, "no answer in time");
  }
  auto decided = std::ranges::count_if(m_entries, [](auto& entry) { return !entry.waits(); });
  for (auto entry = m_entries.begin(); decided > static_cast<ptrdiff_t>(MOST_DECIDED) && entry != m_entries.end();) {
    bool goes = !entry->waits() && entry->holds == 0;
    entry = goes ? m_entries.erase(entry) : std::next(entry);
    decided -= goes ? 1 : 0;
  }
}

void Wishes::look() {
  tidy();
  for (auto& entry : m_entries)
    if (entry.waits() && entry.again != ElapsedTime() && entry.again <= m_clock.elapsed()) tell(entry);
}

// --- for the person

Wishes::Begun Wishes::ask(Wish wish, bool keep) {
  auto machine = m_ledger.machine(wish.machine);
  KJ_IF_MAYBE (known, machine) {
    if (known->blocked) fail(known->petname + " is blocked");
  } else {
    fail("there is no such machine");
  }
  bool files = wish.kind == Kind::File || wish.kind == Kind::Folder;
  if (!files) wish.access = Access::Write;
  auto fault = faultOf(wish);
  if (!fault.empty()) fail(fault);
  tidy();
  auto session = m_sessions.find(wish.machine);
  if (session != m_sessions.end() && !session->second.hears) fail(DEAF);

  auto same =
      std::ranges::find_if(m_entries, [&](auto& entry) { return entry.waits() && entry.asked.wish.asksTheSame(wish); });
  if (same == m_entries.end()) {
    auto waiting = std::ranges::count_if(
        m_entries, [&](auto& entry) { return entry.waits() && entry.asked.wish.machine == wish.machine; });
    if (waiting >= static_cast<ptrdiff_t>(MOST_OF_MACHINE))
      fail("it was asked for so many things that none is added until one of them is answered, or taken back");
    wish.id = randomToken();
    m_entries.push_back({.asked = {.wish = kj::mv(wish), .since = m_clock.wall()},
                         .until = Deadline::at(m_clock.wall() + LONGEST_WAIT, m_clock)});
    same = std::prev(m_entries.end());
    journal(same->asked, "asked");
    if (m_sessions.contains(same->asked.wish.machine)) tell(*same);
    else m_tasks.add(kj::evalNow([&] { return m_owner.connect(same->asked.wish.machine); }).catch_([](auto&&) {}));
    m_owner.wishesChanged();
  }
  same->keep = same->keep || keep;
  Begun begun{.id = same->asked.wish.id, .hold = nullptr};
  if (keep) return begun;
  ++same->holds;
  // Nothing but its end matters of it.
  begun.hold = kj::Own<void>(kj::heap(kj::defer([self = m_self, id = begun.id] {
    if (*self != nullptr) (*self)->letGo(id);
  })));
  return begun;
}

void Wishes::letGo(const std::string& id) {
  auto entry = find(id);
  if (entry == nullptr || --entry->holds > 0 || entry->keep || isGiven(*entry)) return;
  decide(*entry, State::Withdrawn);
}

void Wishes::takeBack(const std::string& id) {
  auto entry = find(id);
  if (entry == nullptr) fail("there is no such request");
  if (!entry->waits()) fail("it does not wait any more");
  if (isGiven(*entry)) fail("it was given just now");
  decide(*entry, State::Withdrawn);
}

kj::Promise<Wishes::Asked> Wishes::whenDecided(std::string id) {
  auto entry = find(id);
  if (entry == nullptr) fail("there is no such request");
  if (!entry->waits()) return kj::cp(entry->asked);
  auto pair = kj::newPromiseAndFulfiller<Asked>();
  entry->waiting.push_back(kj::mv(pair.fulfiller));
  return kj::mv(pair.promise);
}

std::vector<Wishes::Asked> Wishes::all() {
  tidy();
  std::vector<Asked> result;
  for (auto& entry : m_entries) {
    result.push_back(entry.asked);
    if (entry.waits() && !m_sessions.contains(entry.asked.wish.machine))
      result.back().why = "it is asked when it is connected";
  }
  std::ranges::reverse(result);
  return result;
}

}  // namespace latchkey
