// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/sharing.h"

#include <kj/debug.h>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/machines/wire.h"

namespace latchkey {

// One session's. It may outlive the session by a call that is under way; then the ledger says no.
class Sharing::Desk final : public schema::MachineDesk::Server {
public:
  Desk(Sharing& sharing, std::string machine) : m_sharing(sharing), m_machine(kj::mv(machine)) {}

  kj::Promise<void> offered(OfferedContext context) override {
    m_sharing.m_offers.offered(m_machine, context.getParams().getOffer());
    return kj::READY_NOW;
  }
  kj::Promise<void> withdrawn(WithdrawnContext context) override {
    return m_sharing.m_offers.withdrawn(m_machine, context.getParams().getOffers());
  }
  kj::Promise<void> taken(TakenContext context) override {
    auto token = m_sharing.m_shares.taken(m_machine, textOf(context.getParams().getOffer()));
    context.getResults().setToken(dataOf(token));
    m_sharing.m_parts.changed();
    return kj::READY_NOW;
  }
  kj::Promise<void> declined(DeclinedContext context) override {
    auto ended = m_sharing.m_shares.declined(m_machine, textOf(context.getParams().getOffer()));
    return ended.grants.empty() ? kj::Promise<void>(kj::READY_NOW) : m_sharing.m_parts.cut(kj::mv(ended.grants));
  }
  kj::Promise<void> restored(RestoredContext context) override {
    auto params = context.getParams();
    m_sharing.m_shares.restored(m_machine, textOf(params.getToken()), params.getDoor(), context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> wished(WishedContext context) override {
    auto given = co_await m_sharing.wished(wishFrom(m_machine, context.getParams().getWish()));
    context.getResults().setOffer(given.text().c_str());
  }

private:
  Sharing& m_sharing;
  std::string m_machine;
};

Sharing::Sharing(Parts parts)
    : m_parts(kj::mv(parts)),
      m_shares(m_parts.ledger, m_parts.clock, m_parts.reach, m_parts.apps,
               [this](std::vector<Grant> grants) { return m_parts.cut(kj::mv(grants)); }),
      m_offers(m_parts.ledger, m_parts.clock, *this),
      m_wishes(m_parts.ledger, m_parts.clock, *this),
      m_tasks(*this) {}

Sharing::~Sharing() noexcept(false) = default;

void Sharing::taskFailed(kj::Exception&& exception) { logWarning("another machine: " + reason(exception)); }

schema::MachineDesk::Client Sharing::begin(const std::string& machine, schema::FarMachine::Client session,
                                           schema::Hello::Reader hello) {
  bool hears = false;
  for (auto feature : hello.getFeatures()) hears = hears || feature == *schema::WISHES;
  m_offers.begin(machine, session);
  // What it is told waits until the portal has this desk: else it could answer before anybody listens.
  m_tasks.add(kj::evalLater([this, machine, session = kj::mv(session), hears]() mutable {
    m_shares.begin(machine, session);
    m_wishes.begin(machine, kj::mv(session), hears);
  }));
  m_parts.changed();
  return kj::heap<Desk>(*this, machine);
}

void Sharing::end(const std::string& machine) {
  m_shares.end(machine);
  m_offers.end(machine);
  m_wishes.end(machine);
  m_parts.changed();
}

// The same wish again, after a lost connection, has the answer that it had.
kj::Promise<GrantId> Sharing::wished(Wish wish) {
  if (!wish.id.empty()) {
    for (auto& grant : m_parts.ledger.ofHolder(holderOfMachine(wish.machine), Ledger::Which::Living)) {
      KJ_IF_MAYBE (share, m_parts.ledger.share(grant.id))
        if (share->wish == wish.id) return kj::mv(grant.id);
    }
  }
  return m_parts.wished(kj::mv(wish));
}

GrantId Sharing::share(Grant grant, bool mayPassOn, const std::string& wish) {
  KJ_REQUIRE(Shares::isShare(grant));
  auto machine = m_parts.ledger.machine(machineOfHolder(grant.holder));
  KJ_IF_MAYBE (known, machine) {
    if (known->blocked) fail(known->petname + " is blocked");
  } else {
    fail("there is no such machine");
  }
  auto id = m_parts.ledger.add(kj::mv(grant));
  try {
    m_parts.ledger.putShare({.grant = id, .mayPassOn = mayPassOn, .wish = wish});
  } catch (const kj::Exception&) {
    m_parts.ledger.revoke({id});
    throw;
  }
  m_shares.offer(KJ_ASSERT_NONNULL(m_parts.ledger.find(id)));
  m_parts.changed();
  return id;
}

kj::Promise<void> Sharing::cutShares(const std::vector<Grant>& grants) {
  m_offers.ended(grants);
  return m_shares.cut(grants);
}

}  // namespace latchkey
