// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/links.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/address.h"
#include "broker/base/descriptor.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

constexpr auto TCP_LIMIT = 5 * kj::SECONDS;
constexpr auto SSH_LIMIT = 5 * kj::SECONDS;       // To start it: what it does shows in the session.
constexpr auto SESSION_LIMIT = 30 * kj::SECONDS;  // Ssh asks a server that may be far away.
constexpr auto CROSSED_PATIENCE = 2 * kj::SECONDS;
constexpr auto FIRST_PAUSE = 1 * kj::SECONDS;
constexpr auto LONGEST_PAUSE = 60 * kj::SECONDS;
constexpr auto HOPELESS_PAUSE = 600 * kj::SECONDS;
constexpr auto LASTED = 10 * kj::SECONDS;
constexpr size_t MOST_SEEN = 4;
constexpr size_t MAX_ANNOUNCED = 64;

int rankOf(const Machine& machine, const MachineRoute& route) {
  if (route.text == machine.route) return 0;
  switch (route.origin) {
    case MachineRoute::Origin::Seen: return 1;
    case MachineRoute::Origin::Typed: return 2;
    case MachineRoute::Origin::Invitation: return 3;
    case MachineRoute::Origin::Found: return 4;
  }
  return 5;
}

// Newest first; of one address only the newest port, and of those seen only a few.
void addSeen(Machine& machine, const std::string& address, uint16_t port) {
  Route seen{.kind = Route::Kind::Tcp, .host = address, .port = port};
  auto text = seen.text();
  for (auto& route : machine.routes) {
    if (route.text == text) return;
  }
  auto isSeen = [](auto& route) { return route.origin == MachineRoute::Origin::Seen; };
  std::erase_if(machine.routes, [&](auto& route) {
    if (!isSeen(route)) return false;
    KJ_IF_MAYBE (known, addressRouteFrom(route.text)) return known->host == address;
    return true;
  });
  machine.routes.insert(machine.routes.begin(), MachineRoute{.text = text, .origin = MachineRoute::Origin::Seen});
  while (std::ranges::count_if(machine.routes, isSeen) > static_cast<ptrdiff_t>(MOST_SEEN) ||
         machine.routes.size() > MOST_ROUTES) {
    auto last = std::find_if(machine.routes.rbegin(), machine.routes.rend(), isSeen);
    machine.routes.erase(std::next(last).base());
  }
}

}  // namespace

kj::Duration connectLimit(const Route& route) { return route.kind == Route::Kind::Ssh ? SSH_LIMIT : TCP_LIMIT; }

std::vector<MachineRoute> inOrder(const Machine& machine) {
  auto routes = machine.routes;
  std::ranges::stable_sort(routes, {}, [&](auto& route) { return rankOf(machine, route); });
  return routes;
}

// --- machines

kj::Maybe<Links::Link&> Links::find(const std::string& machine) {
  auto found = m_links.find(machine);
  if (found == m_links.end()) return nullptr;
  return found->second;
}

void Links::take(const std::string& machine) {
  auto [at, isNew] = m_links.try_emplace(machine);
  if (!isNew) return;
  auto& link = at->second;
  link.keeping = kj::evalLater([this, machine, &link] {
                   return keep(machine, link);
                 }).eagerlyEvaluate([](kj::Exception&& exception) { logError("a machine: " + reason(exception)); });
}

void Links::drop(const std::string& machine) { m_links.erase(machine); }

Links::Shown Links::shown(const std::string& machine) const {
  auto found = m_links.find(machine);
  if (found == m_links.end()) return {};
  return {found->second.state, found->second.words, found->second.roundTrip};
}

kj::Maybe<schema::FarMachine::Client> Links::session(const std::string& machine) {
  KJ_IF_MAYBE (link, find(machine)) {
    KJ_IF_MAYBE (session, link->session) return *session;
  }
  return nullptr;
}

void Links::turn(const std::string& machine, Link& link, LinkState state, std::string words) {
  if (link.state == state && link.words == words) return;
  link.state = state;
  link.words = kj::mv(words);
  m_owner.linkChanged(machine);
}

// --- connecting

// Cancelled with the link, so that the reference lives as long as this does.
kj::Promise<void> Links::keep(std::string machine, Link& link) {
  auto pause = FIRST_PAUSE;
  for (;;) {
    if (link.session == nullptr) co_await tryRoutes(machine, link);
    for (auto& one : link.waiting) one->fulfill();
    link.waiting.clear();
    auto woken = kj::newPromiseAndFulfiller<void>();
    link.wake = kj::mv(woken.fulfiller);
    if (link.session != nullptr) {
      co_await woken.promise;
      bool lasted = m_timer.now() - link.since > LASTED;
      if (lasted || !mayPass(link.why)) pause = FIRST_PAUSE;
      if (link.session != nullptr) continue;
      woken = kj::newPromiseAndFulfiller<void>();
      link.wake = kj::mv(woken.fulfiller);
    }
    auto longest = mayPass(link.why) ? LONGEST_PAUSE : HOPELESS_PAUSE;
    if (!mayPass(link.why)) pause = kj::max(pause, LONGEST_PAUSE);
    auto slept = m_timer.afterDelay(pause).then([] { return false; });
    bool asked = co_await woken.promise.then([] { return true; }).exclusiveJoin(kj::mv(slept));
    pause = asked ? FIRST_PAUSE : kj::min(pause * 2, longest);
  }
}

kj::Promise<void> Links::tryRoutes(const std::string& machine, Link& link) {
  std::vector<MachineRoute> routes;
  KJ_IF_MAYBE (known, m_ledger.machine(machine)) routes = inOrder(*known);
  if (routes.empty()) {
    link.why = LinkWhy::UNREACHABLE;
    turn(machine, link, LinkState::OFFLINE, "it has to connect to this computer: no route to it is known");
    co_return;
  }
  link.trying = true;
  auto before = link.state;
  if (before == LinkState::OFFLINE) turn(machine, link, LinkState::CONNECTING, link.words);
  kj::Maybe<LinkWhy> worst;
  for (auto& route : routes) {
    auto failure = co_await tryRoute(machine, link, route);
    if (link.session != nullptr) break;
    auto why = failure.orDefault(LinkWhy::BROKEN);
    KJ_IF_MAYBE (said, worst) {
      if (!saysMore(why, *said)) continue;
    }
    worst = why;
  }
  link.trying = false;
  if (link.session != nullptr) co_return;
  auto why = worst.orDefault(LinkWhy::UNREACHABLE);
  // That nothing answers any more says nothing new of a machine that has refused.
  if (link.state == LinkState::REFUSED && mayPass(why)) co_return;
  link.why = why;
  turn(machine, link, stateFor(link.why), wordsFor(link.why));
}

// Nothing: it is connected.
kj::Promise<kj::Maybe<LinkWhy>> Links::tryRoute(const std::string& machine, Link& link, const MachineRoute& written) {
  kj::Maybe<LinkWhy> failure;
  bool isThere = false;
  try {
    auto portal = co_await m_owner.portalForLinks();
    if (link.session != nullptr) co_return nullptr;
    KJ_IF_MAYBE (route, routeFrom(written.text)) {
      auto socket = co_await m_timer.timeoutAfter(connectLimit(*route), m_ways.connect(*route));
      isThere = true;
      auto open = portal.openRequest();
      open.setSocket(descriptorOf(kj::mv(socket)));
      open.setMachine(machine.c_str());
      link.opening = written.text;
      co_await m_timer.timeoutAfter(SESSION_LIMIT, open.send().ignoreResult());
    } else {
      failure = LinkWhy::UNREACHABLE;
    }
  } catch (const kj::Exception& exception) {
    failure = isThere ? whyOf(exception) : LinkWhy::UNREACHABLE;
    logInfo("a machine by " + written.text + ": " + reason(exception));
  }
  link.opening.clear();
  KJ_IF_MAYBE (why, failure) {
    // The other one is about to be told, or was.
    for (int i = 0; *why == LinkWhy::CROSSED && link.session == nullptr && i < 20; ++i) {
      co_await m_timer.afterDelay(CROSSED_PATIENCE / 20);
    }
    if (*why == LinkWhy::CROSSED) co_return failure;
  }
  if (failure == nullptr && link.session == nullptr) failure = LinkWhy::BROKEN;
  noteOutcome(machine, written.text, failure);
  co_return failure;
}

// On disk when it worked, or fails in another way than before: not each time a machine is asleep.
void Links::noteOutcome(const std::string& machine, const std::string& text, kj::Maybe<LinkWhy> failure) {
  KJ_IF_MAYBE (known, m_ledger.machine(machine)) {
    auto route = std::ranges::find(known->routes, text, &MachineRoute::text);
    if (route == known->routes.end()) return;
    std::string outcome;
    KJ_IF_MAYBE (why, failure) outcome = wordsFor(*why);
    bool isNews = outcome.empty() || outcome != route->outcome || route->tried == WallTime();
    route->outcome = kj::mv(outcome);
    route->tried = m_clock.wall();
    if (isNews) m_ledger.noteMachine(*known);
  }
}

kj::Promise<void> Links::connectNow(std::string machine) {
  KJ_IF_MAYBE (link, find(machine)) {
    if (link->session != nullptr) return kj::READY_NOW;
    auto done = kj::newPromiseAndFulfiller<void>();
    link->waiting.add(kj::mv(done.fulfiller));
    tryAgain(machine);
    return kj::mv(done.promise);
  }
  return KJ_EXCEPTION(FAILED, "this machine is blocked, or not known any more");
}

void Links::tryAgain(const std::string& machine) {
  KJ_IF_MAYBE (link, find(machine)) {
    if (link->session == nullptr && !link->trying && link->wake.get() != nullptr) link->wake->fulfill();
  }
}

void Links::tryAllAgain() {
  for (auto& [machine, link] : m_links) tryAgain(machine);
}

// --- what the portal says

void Links::connected(const std::string& machine, schema::Hello::Reader hello, schema::FarMachine::Client session,
                      const std::string& from) {
  auto& link = KJ_REQUIRE_NONNULL(find(machine), "not known, or blocked");
  auto known = KJ_REQUIRE_NONNULL(m_ledger.machine(machine), "not known");
  known.announced = brief(textOf(hello.getName()), MAX_ANNOUNCED);
  known.version = std::max(known.version, hello.getVersion());
  known.seen = m_clock.wall();
  auto address = from.empty() ? kj::Maybe<Address>() : addressFrom(from);
  if (address != nullptr) known.route = "from " + from;
  else known.route = link.opening.empty() ? "a pipe" : link.opening;
  if (address != nullptr && hello.getPort() != 0) addSeen(known, from, hello.getPort());
  m_ledger.noteMachine(known);
  link.session = kj::mv(session);
  link.number = ++m_sessions;
  link.since = m_timer.now();
  link.why = LinkWhy::BROKEN;
  link.roundTrip = 0;
  turn(machine, link, LinkState::CONNECTED, {});
  link.measuring = kj::evalLater([this, machine, number = link.number] {
                     return measure(machine, number);
                   }).eagerlyEvaluate([](kj::Exception&&) {});
  if (!link.trying && link.wake.get() != nullptr) link.wake->fulfill();
}

kj::Promise<void> Links::measure(std::string machine, uint64_t number) {
  KJ_IF_MAYBE (session, this->session(machine)) {
    auto answer = co_await session->measureRequest().send();
    KJ_IF_MAYBE (link, find(machine)) {
      if (link->number != number || link->session == nullptr) co_return;
      link->roundTrip = answer.getMicroseconds();
      m_owner.linkChanged(machine);
    }
  }
}

void Links::ended(const std::string& machine, LinkWhy why, schema::Machine::Reason reason) {
  KJ_IF_MAYBE (link, find(machine)) {
    if (why == LinkWhy::CROSSED || reason == schema::Machine::Reason::CROSSED) return;
    if (reason == schema::Machine::Reason::FORGOTTEN) why = LinkWhy::REFUSED;
    link->session = nullptr;
    link->measuring = nullptr;
    link->why = why;
    KJ_IF_MAYBE (known, m_ledger.machine(machine)) {
      known->seen = m_clock.wall();
      m_ledger.noteMachine(*known);
    }
    turn(machine, *link, stateFor(why), wordsFor(why));
    if (link->wake.get() != nullptr) link->wake->fulfill();
  }
}

void Links::portalHasGone() {
  for (auto& [machine, link] : m_links) {
    if (link.session == nullptr) continue;
    link.session = nullptr;
    link.measuring = nullptr;
    link.why = LinkWhy::BROKEN;
    turn(machine, link, LinkState::OFFLINE, wordsFor(LinkWhy::BROKEN));
    if (link.wake.get() != nullptr) link.wake->fulfill();
  }
}

}  // namespace latchkey
