// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/microphones.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/desktop-rights.h"
#include "broker/uses.h"

namespace latchkey {
namespace {

constexpr auto RIGHT = DesktopRight::Microphone;
constexpr size_t LINES_PER_MINUTE = 60;

}  // namespace

class Microphones::Recording final : public schema::Handle::Server {
public:
  Recording(Microphones& all, Instance& instance, schema::Ear::Client ear)
      : m_all(all),
        m_id(instance.id),
        m_holder(instance.holder.text()),
        m_uses(all.m_ledger, all.m_clock, instance.id),
        m_ear(kj::mv(ear)),
        m_running(nullptr) {
    m_place = all.m_recordings.insert(all.m_recordings.end(), this);
    m_running = run().eagerlyEvaluate(
        [](kj::Exception&& exception) { logInfo("a microphone is closed: " + reason(exception)); });
  }

  ~Recording() noexcept(false) {
    m_running = nullptr;
    KJ_IF_MAYBE (all, m_all) {
      all->m_recordings.erase(m_place);
      // The next time is asked about.
      auto grant = all->m_ledger.find(m_once);
      KJ_IF_MAYBE (once, grant) {
        if (!once->hasEnded()) all->m_ledger.complete(m_once);
      }
    }
  }

  const std::string& holder() const { return m_holder; }
  void look() {
    KJ_IF_MAYBE (waiting, m_waiting) (*waiting)->fulfill();
  }
  // The broker ends before who holds this.
  void orphan() {
    m_running = nullptr;
    m_all = nullptr;
  }

private:
  Microphones& all() { return KJ_ASSERT_NONNULL(m_all); }

  kj::Promise<void> run() {
    // Without a person who says so now, a grant may say so later.
    m_once = co_await ask();
    for (;;) {
      auto held = permitted();
      KJ_IF_MAYBE (grant, held) {
        co_await open(grant->id);
      } else {
        co_await change();
      }
    }
  }

  kj::Promise<GrantId> ask() {
    auto fault = all().m_ceilings.fault(Holder::parse(m_holder).app, Kind::Desktop, objectOf(RIGHT), accessOf(RIGHT));
    if (!fault.empty()) co_return GrantId();
    Question question;
    question.holder = m_holder;
    question.instance = m_id;
    question.kind = Kind::Desktop;
    question.object = objectOf(RIGHT);
    question.access = accessOf(RIGHT);
    auto decision = co_await all().m_powerbox.ask(kj::mv(question), nullptr);
    auto grant = all().m_ledger.find(decision.grant);
    KJ_IF_MAYBE (given, grant) {
      if (given->lifetime.type == Lifetime::Type::Once) co_return decision.grant;
    }
    co_return GrantId();
  }

  // What was given for once was given for another recording, if not for this.
  kj::Maybe<Grant> permitted() {
    KJ_IF_MAYBE (instance, all().m_instances.find(m_id)) {
      if (instance->ended()) return nullptr;
      auto held = rightHeld(all().m_ledger, all().m_ceilings, m_holder, m_id, RIGHT);
      KJ_IF_MAYBE (grant, held) {
        if (grant->lifetime.type != Lifetime::Type::Once || grant->id == m_once) return kj::mv(*grant);
      }
    }
    return nullptr;
  }

  kj::Promise<void> open(GrantId grant) {
    m_open = grant;
    m_uses.begin(grant);
    journal("started");
    KJ_DEFER(closed());
    co_await m_ear.openRequest().send().ignoreResult();
    while (isHeldBy(grant)) co_await change();
    co_await m_ear.closeRequest().send().ignoreResult();
  }

  bool isHeldBy(const GrantId& grant) {
    KJ_IF_MAYBE (found, all().m_ledger.find(grant)) return found->state == GrantState::Active && permitted() != nullptr;
    return false;
  }

  void closed() {
    if (m_open.empty()) return;
    m_uses.end(m_open);
    m_open = GrantId();
    journal("ended");
  }

  kj::Promise<void> change() {
    auto pair = kj::newPromiseAndFulfiller<void>();
    m_waiting = kj::mv(pair.fulfiller);
    return kj::mv(pair.promise);
  }

  void journal(const char* outcome) {
    if (!all().m_lines.take(all().m_clock)) return;
    JournalEntry entry;
    entry.event = "use";
    entry.app = m_holder;
    entry.instance = m_id;
    entry.kind = Kind::Desktop;
    entry.target = std::string(nameOf(RIGHT));
    entry.outcome = outcome;
    all().m_ledger.journal(kj::mv(entry));
  }

  kj::Maybe<Microphones&> m_all;
  InstanceId m_id;
  std::string m_holder;
  Uses m_uses;
  schema::Ear::Client m_ear;
  std::list<Recording*>::iterator m_place;
  GrantId m_once, m_open;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> m_waiting;
  kj::Promise<void> m_running;
};

Microphones::Microphones(Powerbox& powerbox, Ledger& ledger, Instances& instances, Ceilings& ceilings,
                         const Clock& clock)
    : m_powerbox(powerbox),
      m_ledger(ledger),
      m_instances(instances),
      m_ceilings(ceilings),
      m_clock(clock),
      m_lines(LINES_PER_MINUTE) {
  m_ledger.observe(*this);
}

Microphones::~Microphones() noexcept(false) {
  m_ledger.unobserve(*this);
  for (auto recording : m_recordings) recording->orphan();
}

schema::Handle::Client Microphones::records(const InstanceId& id, schema::Ear::Client ear) {
  auto found = m_instances.find(id);
  auto& instance = KJ_REQUIRE_NONNULL(found, "no such instance");
  KJ_REQUIRE(!instance.ended() && !instance.holder.app.empty(), "it does not run");
  return kj::heap<Recording>(*this, instance, kj::mv(ear));
}

void Microphones::grantsChanged(const std::vector<Grant>& changed) {
  for (auto recording : m_recordings) {
    bool its = std::ranges::any_of(changed, [&](auto& grant) { return grant.holder == recording->holder(); });
    if (its) recording->look();
  }
}

}  // namespace latchkey
