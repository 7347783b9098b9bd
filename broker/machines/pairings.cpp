// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/pairings.h"

#include <kj/debug.h>

#include <algorithm>
#include <set>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/random.h"
#include "broker/base/text.h"
#include "broker/machines/link-failure.h"
#include "broker/machines/links.h"
#include "broker/machines/proof.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr size_t MOST_OPEN = 16;
constexpr uint32_t MOST_TRIES = 3;
constexpr Duration SHORTEST = 1min, LONGEST = 24h * 7;
constexpr Duration OVER_KEPT = 24h * 7;  // In the list, without its secret.
constexpr Duration CLOCK_SLACK = 10min;
constexpr auto AGREED_FOR = 60 * kj::SECONDS;
constexpr auto PAIR_LIMIT = 60 * kj::SECONDS;  // By invitation: nobody has to be waited for.
constexpr auto WORDS_LIMIT = 600 * kj::SECONDS;
constexpr size_t MOST_MACHINES = 200;
constexpr size_t MAX_ANNOUNCED = 64;
constexpr unsigned WORDS = 4;

// Ours are short plain words; what is none is not shown.
std::vector<std::string> wordsIn(capnp::List<capnp::Text>::Reader list) {
  std::vector<std::string> words;
  for (auto word : list) words.push_back(textOf(word));
  bool plain =
      words.size() == WORDS && std::ranges::all_of(words, [](auto& word) {
        return !word.empty() && word.size() <= 16 && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == word.npos;
      });
  KJ_REQUIRE(plain, "words that are none");
  return words;
}

}  // namespace

Pairings::Pairings(Ledger& ledger, Ways& ways, const Clock& clock, kj::Timer& timer, Owner& owner)
    : m_ledger(ledger), m_ways(ways), m_clock(clock), m_timer(timer), m_owner(owner) {}

void Pairings::journal(const std::string& machine, const std::string& target, const char* outcome) {
  JournalEntry entry;
  entry.event = "machine";
  if (!machine.empty()) entry.app = holderOfMachine(machine);
  entry.target = target;
  entry.outcome = outcome;
  m_ledger.journal(kj::mv(entry));
}

// --- invitations

// One that was made later than now was made by a clock that has been set back since: how old it is nobody knows.
bool Pairings::isOpen(const Invitation& invitation) const {
  auto now = m_clock.wall();
  return !invitation.secret.empty() && now < invitation.until && now + CLOCK_SLACK > invitation.made;
}

bool Pairings::admitsInvitations() const {
  auto all = m_ledger.invitations();
  return std::ranges::any_of(all, [this](auto& one) { return isOpen(one); });
}

std::vector<Invitation> Pairings::invitations() const { return m_ledger.invitations(); }

Invitation Pairings::invite(Duration length) {
  auto all = m_ledger.invitations();
  auto open = std::ranges::count_if(all, [this](auto& one) { return isOpen(one) && one.used == WallTime(); });
  if (open >= static_cast<ptrdiff_t>(MOST_OPEN)) fail("there are 16 open invitations already: take one back first");
  auto now = m_clock.wall();
  Invitation invitation{.id = randomBytes(INVITATION_BYTES),
                        .secret = randomBytes(INVITATION_BYTES),
                        .made = now,
                        .until = now + std::clamp(length, SHORTEST, LONGEST)};
  m_ledger.putInvitation(invitation);
  journal({}, {}, "invitation made");
  m_owner.admissionChanged();
  return invitation;
}

void Pairings::cancel(const std::string& id) {
  auto all = m_ledger.invitations();
  if (std::ranges::none_of(all, [&](auto& one) { return one.id == id; })) fail("there is no such invitation");
  m_ledger.dropInvitation(id);
  journal({}, {}, "invitation withdrawn");
  m_owner.admissionChanged();
}

void Pairings::tick() {
  bool changed = false;
  auto now = m_clock.wall();
  for (auto& invitation : m_ledger.invitations()) {
    if (isOpen(invitation)) continue;
    bool old = now > invitation.until + OVER_KEPT || now + CLOCK_SLACK < invitation.made;
    if (old) m_ledger.dropInvitation(invitation.id);
    if (old || invitation.secret.empty()) continue;
    invitation.secret.clear();
    changed = true;
    // Where the disk refuses, it is over all the same: by its time.
    auto failure = kj::runCatchingExceptions([&] { m_ledger.putInvitation(invitation); });
    KJ_IF_MAYBE (exception, failure) logWarning(reason(*exception));
  }
  std::erase_if(m_agreed, [&](auto& one) { return one.second < m_timer.now(); });
  if (changed) m_owner.admissionChanged();
}

void Pairings::forget(const std::string& machine) {
  for (auto& invitation : m_ledger.invitations()) {
    if (invitation.by == machine) m_ledger.dropInvitation(invitation.id);
  }
  m_agreed.erase(machine);
  m_toTell.erase(machine);
}

// --- joining, adding

kj::Promise<std::string> Pairings::pairWith(Route route, kj::Maybe<InvitationLink> link) {
  bool isThere = false;
  kj::Maybe<LinkWhy> failure;
  std::string machine;
  try {
    auto portal = co_await m_owner.portalForPairing();
    auto socket = co_await m_timer.timeoutAfter(connectLimit(route), m_ways.connect(route));
    isThere = true;
    auto pair = portal.pairRequest();
    pair.setSocket(descriptorOf(kj::mv(socket)));
    KJ_IF_MAYBE (from, link) {
      auto invitation = pair.initInvitation();
      invitation.setId(dataOf(from->id));
      invitation.setSecret(dataOf(from->secret));
      invitation.setMachine(from->machine.c_str());
    }
    auto answer = co_await m_timer.timeoutAfter(link == nullptr ? WORDS_LIMIT : PAIR_LIMIT, pair.send());
    machine = textOf(answer.getMachine());
  } catch (const kj::Exception& exception) {
    failure = isThere ? whyOf(exception) : LinkWhy::UNREACHABLE;
    logInfo("pairing by " + route.text() + ": " + reason(exception));
  }
  KJ_IF_MAYBE (why, failure) fail(pairingWordsFor(*why));
  KJ_REQUIRE(m_ledger.machine(machine) != nullptr, "it was not added");
  co_return machine;
}

kj::Promise<std::string> Pairings::join(InvitationLink link) {
  KJ_IF_MAYBE (known, m_ledger.machine(link.machine)) {
    if (known->blocked) fail("you have blocked this machine: unblock it first");
  }
  if (link.addresses.empty()) fail("this invitation does not say where its computer is");
  ++m_underWay;
  KJ_DEFER(--m_underWay; m_owner.admissionChanged());
  m_owner.admissionChanged();
  std::string last;
  for (auto& address : link.addresses) {
    m_agreed.insert_or_assign(link.machine, m_timer.now() + PAIR_LIMIT + AGREED_FOR);
    kj::Maybe<std::string> added;
    try {
      added = co_await pairWith(address, link);
    } catch (const kj::Exception& exception) {
      // What somebody else says at an address that is theirs now is not what the inviting machine says.
      auto line = reason(exception);
      bool isFirst = last.empty() || last == pairingWordsFor(LinkWhy::UNREACHABLE);
      if (isFirst || line == pairingWordsFor(LinkWhy::NOT_ADMITTING)) last = line;
    }
    m_agreed.erase(link.machine);
    KJ_IF_MAYBE (machine, added) {
      addRoutes(*machine, link.addresses, MachineRoute::Origin::Invitation);
      co_return *machine;
    }
  }
  fail(last);
}

kj::Promise<std::string> Pairings::add(Route route, schema::WordsPresenter::Client presenter) {
  if (m_adding != nullptr) fail("another machine is just being added: finish that first");
  m_adding = presenter;
  ++m_underWay;
  KJ_DEFER(m_adding = nullptr; --m_underWay; m_owner.admissionChanged());
  m_owner.admissionChanged();
  auto machine = co_await pairWith(route, nullptr);
  addRoutes(machine, {route}, MachineRoute::Origin::Typed);
  co_return machine;
}

kj::Own<void> Pairings::admit(schema::WordsPresenter::Client presenter) {
  m_admissions.push_front({kj::mv(presenter)});
  auto mine = m_admissions.begin();
  m_owner.admissionChanged();
  return kj::heap(kj::defer([this, mine] {
    m_admissions.erase(mine);
    m_owner.admissionChanged();
  }));
}

// --- what the portal says

void Pairings::agree(const std::string& machine, kj::Duration length) {
  tick();
  m_agreed.insert_or_assign(machine, m_timer.now() + length);
}

kj::Promise<bool> Pairings::compare(schema::PeerHost::CompareParams::Reader asked) {
  auto machine = textOf(asked.getMachine());
  KJ_REQUIRE(isMachineId(machine), "malformed");
  auto words = wordsIn(asked.getWords());
  KJ_IF_MAYBE (known, m_ledger.machine(machine)) {
    if (known->blocked) co_return false;
  }
  bool joining = asked.getJoining();
  kj::Maybe<schema::WordsPresenter::Client> presenter;
  if (joining) {
    KJ_IF_MAYBE (client, m_adding) presenter = *client;
  } else if (!m_admissions.empty() && !m_comparing) {
    presenter = m_admissions.front().presenter;
  }
  if (presenter == nullptr) co_return false;
  if (!joining) m_comparing = true;
  KJ_DEFER(if (!joining) m_comparing = false);
  auto& person = KJ_ASSERT_NONNULL(presenter);
  auto call = person.compareRequest();
  call.setName(brief(textOf(asked.getName()), MAX_ANNOUNCED).c_str());
  auto list = call.initWords(WORDS);
  for (unsigned i = 0; i < WORDS; ++i) list.set(i, words[i].c_str());
  auto answer = co_await call.send();
  if (!answer.getMatch()) co_return false;
  agree(machine, WORDS_LIMIT);  // The other person takes their time.
  m_toTell.insert_or_assign(machine, person);
  co_return true;
}

// Who said that the words match waits for the other person.
void Pairings::cameToNothing(const std::string& machine, LinkWhy why) {
  auto teller = m_toTell.find(machine);
  if (teller == m_toTell.end()) return;
  auto call = teller->second.overRequest();
  call.setReason(pairingWordsFor(why).c_str());
  call.send().ignoreResult().detach([](kj::Exception&&) {});
  m_toTell.erase(teller);
  m_agreed.erase(machine);
}

// Used up before the answer. Where the disk refuses, it stays open and nobody gets in by it.
std::string Pairings::redeem(schema::PeerHost::RedeemParams::Reader shown) {
  auto id = textOf(shown.getInvitation());
  auto machine = textOf(shown.getMachine());
  KJ_REQUIRE(isMachineId(machine), "malformed");
  auto all = m_ledger.invitations();
  auto invitation = std::ranges::find(all, id, &Invitation::id);
  KJ_REQUIRE(invitation != all.end() && isOpen(*invitation), "no such invitation, or it is over");
  KJ_REQUIRE(invitation->by.empty() || invitation->by == machine, "another machine has used it");
  KJ_IF_MAYBE (known, m_ledger.machine(machine)) {
    KJ_REQUIRE(!known->blocked, "blocked");
  }
  auto transcript = textOf(shown.getTranscript());
  if (!isProof(textOf(shown.getProof()), invitation->secret, JOINS, transcript)) {
    bool isVoid = ++invitation->tries >= MOST_TRIES;
    if (isVoid) invitation->secret.clear();
    m_ledger.putInvitation(*invitation);
    journal({}, brief(textOf(shown.getName()), MAX_ANNOUNCED), isVoid ? "invitation void" : "wrong invitation");
    if (isVoid) m_owner.admissionChanged();
    KJ_FAIL_REQUIRE("a wrong proof");
  }
  auto proof = proofOf(invitation->secret, INVITED, transcript);
  if (invitation->used == WallTime()) {
    invitation->used = m_clock.wall();
    invitation->by = machine;
    m_ledger.putInvitation(*invitation);
  }
  agree(machine, AGREED_FOR);
  return proof;
}

// A name of its own for each, from what it calls itself.
Machine Pairings::machineFor(const std::string& id, const std::string& certificate,
                             const std::string& announced) const {
  std::set<std::string> names;
  size_t stripes[STRIPES] = {};
  for (auto& machine : m_ledger.machines()) {
    names.insert(machine.petname);
    ++stripes[machine.stripe];
  }
  auto wanted = announced.empty() ? std::string("machine") : announced;
  auto name = wanted;
  for (int number = 2; names.contains(name); ++number) name = wanted + " " + std::to_string(number);
  auto stripe = std::min_element(std::begin(stripes), std::end(stripes)) - std::begin(stripes);
  return {.id = id,
          .certificate = certificate,
          .petname = name,
          .announced = announced,
          .stripe = static_cast<uint8_t>(stripe),
          .paired = m_clock.wall()};
}

void Pairings::paired(schema::PeerHost::PairedParams::Reader told) {
  auto id = textOf(told.getMachine());
  auto agreed = m_agreed.find(id);
  KJ_REQUIRE(agreed != m_agreed.end() && agreed->second > m_timer.now(), "nobody agreed to that machine");
  m_agreed.erase(agreed);
  auto announced = brief(textOf(told.getName()), MAX_ANNOUNCED);
  auto known = m_ledger.machine(id);
  KJ_IF_MAYBE (before, known) {
    KJ_REQUIRE(!before->blocked, "blocked");
    before->certificate = textOf(told.getCertificate());
    before->announced = announced;
    m_ledger.putMachine(*before);
  } else {
    KJ_REQUIRE(m_ledger.machines().size() < MOST_MACHINES, "200 machines are known: forget one first");
    m_ledger.putMachine(machineFor(id, textOf(told.getCertificate()), announced));
  }
  journal(id, KJ_ASSERT_NONNULL(m_ledger.machine(id)).petname, "paired");
  m_owner.machineAdded(id);
  auto teller = m_toTell.find(id);
  if (teller == m_toTell.end()) return;
  auto call = teller->second.addedRequest();
  m_owner.writeInfo(id, call.initMachine());
  call.send().ignoreResult().detach([](kj::Exception&&) {});  // They may be gone; the list shows it as well.
  m_toTell.erase(teller);
}

void Pairings::addRoutes(const std::string& machine, const std::vector<Route>& routes, MachineRoute::Origin origin) {
  KJ_IF_MAYBE (known, m_ledger.machine(machine)) {
    for (auto& route : routes) {
      auto text = route.text();
      bool isThere = std::ranges::any_of(known->routes, [&](auto& one) { return one.text == text; });
      if (!isThere && known->routes.size() < MOST_ROUTES) known->routes.push_back({.text = text, .origin = origin});
    }
    m_ledger.noteMachine(*known);
    m_owner.machineAdded(machine);
  }
}

}  // namespace latchkey
