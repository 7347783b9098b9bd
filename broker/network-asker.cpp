// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/network-asker.h"

#include <kj/debug.h>

#include <deque>

#include "broker/base/descriptor.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/grants/grant-schema.h"
#include "broker/network-wish.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;
using Outcome = schema::NetworkAsker::Outcome;

constexpr Duration BETWEEN_LINES = 1min;  // Of the journal, about the use of one grant.
constexpr size_t REFUSALS_PER_MINUTE = 60;

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

Outcome outcomeOf(const Decision& decision) {
  switch (decision.outcome) {
    case Decision::Outcome::Granted: return Outcome::GRANTED;
    case Decision::Outcome::Declined: return Outcome::DECLINED;
    case Decision::Outcome::DeniedForRun: return Outcome::DENIED_FOR_RUN;
  }
  return Outcome::DECLINED;
}

struct Wanted {
  Destination destination;
  std::string local;
};

// Nothing for what no app can want.
kj::Maybe<Wanted> wantedFrom(schema::NetworkAsker::Wanted::Reader message) {
  auto written = text(message.getDestination());
  auto local = text(message.getLocal());
  KJ_IF_MAYBE (destination, destinationFrom(written)) {
    if (!isOneHost(*destination) || destination->text() != written) return nullptr;
    if (local.empty()) return Wanted{*destination, {}};
    KJ_IF_MAYBE (address, addressFrom(local)) {
      bool own = classOf(*address) == AddressClass::Internet;
      auto asked = destination->local ? *destination : destination->leadingTo(*address, own);
      return Wanted{asked, address->text()};
    }
  }
  return nullptr;
}

std::string amount(uint64_t in, uint64_t out) {
  return std::to_string(in) + " bytes in, " + std::to_string(out) + " out";
}

}  // namespace

class NetworkAskers::Asker final : public schema::NetworkAsker::Server {
public:
  Asker(NetworkAskers& askers, InstanceId instance) : m_askers(askers), m_instance(kj::mv(instance)) {}

  kj::Promise<void> ask(AskContext context) override {
    auto message = context.getParams().getWanted();
    auto wanted = wantedFrom(message);
    KJ_IF_MAYBE (wish, wanted) {
      Question question;
      KJ_IF_MAYBE (instance, m_askers.m_instances.find(m_instance)) question.holder = instance->holder.text();
      question.instance = m_instance;
      question.kind = Kind::Network;
      question.object = {.target = wish->destination.text(), .scope = Scope::Port};
      question.access = Access::Write;
      question.pid = message.getPid();
      question.program = brief(text(message.getProgram()), 64);
      question.network = wishFor(wish->destination, message.getRaw(), wish->local);
      auto decision = co_await m_askers.m_powerbox.ask(kj::mv(question), nullptr);
      context.getResults().setOutcome(outcomeOf(decision));
    } else {
      context.getResults().setOutcome(Outcome::DECLINED);
    }
  }

  kj::Promise<void> used(UsedContext context) override {
    auto params = context.getParams();
    GrantId id(text(params.getGrant()));
    if (!m_askers.m_network.isOf(m_instance, id)) co_return;
    Usage usage{.live = params.getLive(),
                .uses = params.getUses(),
                .bytesRead = params.getBytesIn(),
                .bytesWritten = params.getBytesOut(),
                .used = fromNanos(params.getUsed())};
    bool first = KJ_ASSERT_NONNULL(m_askers.m_ledger.find(id)).used == WallTime() && usage.uses > 0;
    auto ended = m_askers.m_ledger.recordUse(id, m_instance, usage);
    if (first) journalUse(id, "first");
    bool over = usage.live == 0 && usage.uses > 0;
    if (over && mayJournalUse(id)) journalUse(id, amount(usage.bytesRead, usage.bytesWritten));
    auto resting = m_askers.m_network.rest(kj::mv(ended.resting));
    co_await m_askers.m_enforcement.cut(kj::mv(ended.grants));
    co_await resting;
  }

  kj::Promise<void> refused(RefusedContext context) override {
    if (!mayJournalRefusal()) return kj::READY_NOW;
    auto params = context.getParams();
    auto target = text(params.getDestination());
    auto why = brief(text(params.getWhy()), 100);
    JournalEntry entry = line("refuse");
    entry.target = brief(target, 300);
    entry.outcome = why.empty() ? "denied" : why;
    Object object{.target = target, .scope = Scope::Port};
    KJ_IF_MAYBE (refusal, m_askers.m_ledger.refusing(entry.app, Kind::Network, object, Access::Write)) {
      entry.grant = GrantId(refusal->id.text());
      entry.outcome = "never";
    }
    m_askers.m_ledger.journal(kj::mv(entry));
    return kj::READY_NOW;
  }

  kj::Promise<void> ended(EndedContext context) override {
    GrantId id(text(context.getParams().getGrant()));
    if (!m_askers.m_network.isOf(m_instance, id)) co_return;
    m_askers.m_network.dropped(m_instance, id);
    auto usedUp = m_askers.m_ledger.catchUp(id, context.getParams().getPassed());
    co_await m_askers.m_network.rest(kj::mv(usedUp.resting));
    co_await m_askers.m_enforcement.cut(kj::mv(usedUp.grants));
    auto found = m_askers.m_ledger.find(id);
    KJ_IF_MAYBE (grant, found) {
      // What expired or is used up is the ledger's own to end, everywhere at once.
      bool once = grant->lifetime.type == Lifetime::Type::Once;
      auto over = once ? m_askers.m_ledger.complete(id) : m_askers.m_ledger.tick();
      co_await m_askers.m_enforcement.cut(kj::mv(over.grants));
      // The portal may be of another day than we, for the moment of midnight.
      auto now = m_askers.m_ledger.find(id);
      KJ_IF_MAYBE (same, now) {
        if (!same->hasEnded() && !same->resting) co_await m_askers.m_network.enforce(*same);
      }
    }
  }

  kj::Promise<void> dial(DialContext context) override {
    auto params = context.getParams();
    GrantId id(text(params.getGrant()));
    auto socket = co_await receivedFrom(params.getSocket());
    auto found = m_askers.m_ledger.find(id);
    bool may = m_askers.m_network.isOf(m_instance, id) && m_askers.m_ledger.isLive(id) &&
               KJ_ASSERT_NONNULL(found).kind == Kind::Service;
    KJ_REQUIRE(may, "it may not be had");
    auto instead = co_await m_askers.m_services.dial(KJ_ASSERT_NONNULL(found), kj::mv(socket));
    KJ_REQUIRE(m_askers.m_ledger.isLive(id), "it may not be had any more");
    if (instead.get() >= 0) context.getResults().setInstead(descriptorOf(kj::mv(instead)));
  }

  // What can be offered. Nothing is kept: who begins to look asks the portal (NetworkGrants::listeners).
  kj::Promise<void> listening(ListeningContext context) override {
    KJ_IF_MAYBE (changed, m_askers.m_listening) (*changed)(m_instance, context.getParams().getListeners());
    return kj::READY_NOW;
  }

private:
  JournalEntry line(const char* event) const {
    JournalEntry entry;
    entry.event = event;
    KJ_IF_MAYBE (instance, m_askers.m_instances.find(m_instance)) entry.app = instance->holder.text();
    entry.instance = m_instance;
    entry.kind = Kind::Network;
    return entry;
  }

  void journalUse(const GrantId& id, std::string outcome) {
    KJ_IF_MAYBE (grant, m_askers.m_ledger.find(id)) {
      auto entry = line("use");
      entry.kind = grant->kind;
      entry.target = grant->object.target;
      entry.grant = id;
      entry.outcome = kj::mv(outcome);
      m_askers.m_ledger.journal(kj::mv(entry));
    }
  }

  bool mayJournalUse(const GrantId& id) {
    auto now = m_askers.m_clock.elapsed();
    auto [last, isFirst] = m_lines.try_emplace(id, now);
    if (!isFirst && now - last->second < BETWEEN_LINES) return false;
    last->second = now;
    return true;
  }

  // The portal limits it too.
  bool mayJournalRefusal() {
    auto now = m_askers.m_clock.elapsed();
    while (!m_refusals.empty() && now - m_refusals.front() >= 1min) m_refusals.pop_front();
    if (m_refusals.size() >= REFUSALS_PER_MINUTE) return false;
    m_refusals.push_back(now);
    return true;
  }

  NetworkAskers& m_askers;
  InstanceId m_instance;
  std::map<GrantId, ElapsedTime> m_lines;  // Of what it holds: as many as there are grants.
  std::deque<ElapsedTime> m_refusals;
};

schema::NetworkAsker::Client NetworkAskers::networkAskerFor(const InstanceId& instance) {
  return kj::heap<Asker>(*this, instance);
}

}  // namespace latchkey
