// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/person-sharing.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/service.h"
#include "broker/base/text.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/holder.h"
#include "broker/machines/wire.h"
#include "broker/network-wish.h"
#include "broker/to-share.h"

namespace latchkey {
namespace {

constexpr auto GATHERED = 50 * kj::MILLISECONDS;

schema::OfferInfo::State toSchema(Offer::State state) {
  switch (state) {
    case Offer::State::New: return schema::OfferInfo::State::NEW;
    case Offer::State::Accepted: return schema::OfferInfo::State::ACCEPTED;
    case Offer::State::Declined: return schema::OfferInfo::State::DECLINED;
    case Offer::State::Over: return schema::OfferInfo::State::OVER;
  }
  return schema::OfferInfo::State::OVER;
}

schema::OfferInfo::Cause causeOf(const Offer& offer) {
  using Cause = schema::OfferInfo::Cause;
  if (offer.state != Offer::State::Over && !offer.suspended) return Cause::NONE;
  switch (offer.why) {
    case Offer::Why::EndedByOwner: return Cause::ENDED_BY_OWNER;
    case Offer::Why::Expired: return Cause::EXPIRED;
    case Offer::Why::UsedUp: return Cause::USED_UP;
    case Offer::Why::OwnerEnded: return Cause::OWNER_LOST;
    case Offer::Why::Suspended: return Cause::SUSPENDED;
    case Offer::Why::Replaced: return Cause::REPLACED;
  }
  return Cause::NONE;
}

class HeldWish final : public schema::SharingHandle::Server {
public:
  explicit HeldWish(Wishes::Hold hold) : m_hold(kj::mv(hold)) {}

private:
  Wishes::Hold m_hold;
};

bool isOver(const Offer& offer) { return offer.state == Offer::State::Declined || offer.state == Offer::State::Over; }

void requireRunning(Instances& instances, const InstanceId& id, const std::string& holder) {
  KJ_IF_MAYBE (instance, instances.find(id)) {
    if (instance->holder.text() != holder) fail("that is another app");
    if (!instance->ended()) return;
  }
  fail("the app does not run any more");
}

}  // namespace

// --- watching

class SharingWatchers::Handle final : public schema::SharingHandle::Server {
public:
  Handle(SharingWatchers& watchers, uint64_t number) : m_watchers(watchers), m_number(number) {}
  ~Handle() { m_watchers.m_observers.erase(m_number); }

private:
  SharingWatchers& m_watchers;
  uint64_t m_number;
};

SharingWatchers::~SharingWatchers() noexcept(false) = default;

schema::SharingHandle::Client SharingWatchers::add(schema::SharingObserver::Client observer) {
  m_observers.emplace(++m_last, observer);
  m_tasks.add(observer.changedRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
  return kj::heap<Handle>(*this, m_last);
}

void SharingWatchers::changed() {
  if (m_scheduled || m_observers.empty()) return;
  m_scheduled = true;
  m_tasks.add(m_timer.afterDelay(GATHERED).then([this] {
    m_scheduled = false;
    tell();
  }));
}

void SharingWatchers::tell() {
  for (auto& [number, observer] : m_observers)
    m_tasks.add(observer.changedRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
}

// --- what the person does

kj::Promise<void> SharingServer::share(ShareContext context) {
  auto params = context.getParams();
  ToShare wanted{.machine = textOf(params.getMachine()),
                 .kind = fromSchema(params.getKind()),
                 .target = textOf(params.getTarget()),
                 .name = textOf(params.getName()),
                 .access = fromSchema(params.getAccess()),
                 .lifetime = fromSchema(params.getLifetime()),
                 .limits = fromSchema(params.getLimits()),
                 .parent = GrantId(textOf(params.getParent()))};
  bool mayPassOn = params.getMayPassOn();
  auto grant = co_await grantToShare(m_parts.ledger, m_parts.ceilings, kj::mv(wanted));
  auto id = m_parts.sharing.share(kj::mv(grant), mayPassOn);
  context.getResults().setGrant(id.text().c_str());
}

kj::Promise<void> SharingServer::offers(OffersContext context) {
  std::vector<Offer> all;
  for (auto& [id, offer] : m_parts.ledger.offers())
    if (context.getParams().getOver() || !isOver(offer)) all.push_back(offer);
  std::ranges::stable_sort(all, std::greater<>(), &Offer::since);
  auto list = context.getResults().initList(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    auto& offer = all[i];
    auto to = list[i];
    to.setId(offer.id.c_str());
    to.setMachine(offer.machine.c_str());
    KJ_IF_MAYBE (machine, m_parts.ledger.machine(offer.machine)) to.setMachineName(machine->petname.c_str());
    to.setKind(latchkey::toSchema(offer.kind));
    to.setTitle(offer.title.c_str());
    to.setAccess(latchkey::toSchema(offer.access));
    to.setUntil(toNanos(offer.until));
    latchkey::toSchema(offer.limits, to.initLimits());
    to.setMayPassOn(offer.mayPassOn);
    auto chain = to.initChain(static_cast<unsigned>(offer.chain.size()));
    for (unsigned j = 0; j < chain.size(); ++j) chain.set(j, offer.chain[j].c_str());
    to.setService(offer.service.c_str());
    to.setSince(toNanos(offer.since));
    to.setState(toSchema(offer.state));
    to.setCause(causeOf(offer));
    if (to.getCause() != schema::OfferInfo::Cause::NONE) to.setWhy(wordsFor(offer.why).c_str());
    to.setSuspended(offer.suspended);
    to.setOver(toNanos(offer.over));
    to.setGrant(offer.grant.text().c_str());
    auto& offers = m_parts.sharing.offers();
    to.setConnected(offers.isConnected(offer.machine));
    if (offer.kind != Kind::App) continue;
    latchkey::toSchema(offers.run(offer.id), to.initRun());
    to.setRefused(offers.refused(offer.id).c_str());
  }
  return kj::READY_NOW;
}

// What it gave, if that is an app.
Grant SharingServer::receivedApp(const std::string& offer) const {
  KJ_IF_MAYBE (found, m_parts.ledger.offer(offer)) {
    if (found->kind != Kind::App) fail(found->title + " is no app");
    if (found->state == Offer::State::Over) fail(found->title + ": " + wordsFor(found->why));
    auto received = m_parts.ledger.find(found->grant);
    if (received == nullptr) fail(found->title + " was not accepted yet");
    return KJ_ASSERT_NONNULL(received);
  }
  fail("there is no such offer");
}

kj::Promise<void> SharingServer::start(StartContext context) {
  auto received = receivedApp(textOf(context.getParams().getOffer()));
  auto number = co_await m_parts.sharing.offers().start(kj::mv(received), GrantId());
  context.getResults().setNumber(number);
}

kj::Promise<void> SharingServer::stop(StopContext context) {
  return m_parts.sharing.offers().stop(receivedApp(textOf(context.getParams().getOffer())), GrantId());
}

kj::Promise<void> SharingServer::accept(AcceptContext context) {
  auto params = context.getParams();
  auto id = textOf(params.getOffer());
  auto written = textOf(params.getHolder()), place = textOf(params.getPlace());
  InstanceId instance(textOf(params.getInstance()));
  // Before anything is taken: what cannot be given is not asked for.
  kj::Maybe<Destination> at;
  std::string holder;
  bool files = false;
  KJ_IF_MAYBE (offer, m_parts.ledger.offer(id)) {
    files = hasPath(offer->kind);
    if (offer->kind == Kind::App && !written.empty()) fail("an app of another machine is for you, not for an app");
  }
  if (!written.empty()) {
    holder = Holder::ofApp(written).text();
    at = files ? kj::Maybe<Destination>(nullptr) : servicePlaceFrom(place);
    if (files && !place.empty()) fail("files have a place of their own");
    if (!files && at == nullptr) fail(brief(place, 60) + " is no place for it: write NAME:PORT, such as db:5432");
  }
  if (!instance.empty()) requireRunning(m_parts.instances, instance, holder);
  auto received = co_await m_parts.sharing.offers().accept(id);
  if (files) co_await m_parts.farFolders.whenTried(received);
  if (holder.empty()) {
    context.getResults().setGrant(received.text().c_str());
    co_return;
  }
  auto from = m_parts.ledger.find(received);
  if (from == nullptr) fail("it is over");
  Grant grant;
  grant.holder = holder;
  auto& held = KJ_ASSERT_NONNULL(from);
  grant.kind = held.kind;
  grant.object = held.object;
  grant.access = held.access;
  KJ_IF_MAYBE (found, at) {
    Service service{.source = held.object.target, .name = found->text()};
    grant.object = {.target = service.text(), .scope = Scope::Port};
  }
  grant.lifetime = instance.empty() ? Lifetime::always() : Lifetime::run();
  grant.origin = Origin::Added;
  grant.parent = received;
  grant.instance = instance;
  // It may have ended while the other machine was asked.
  if (!instance.empty()) requireRunning(m_parts.instances, instance, holder);
  auto fault = m_parts.ceilings.fault(Holder::parse(holder).app, grant.kind, grant.object, grant.access);
  if (!fault.empty()) fail(fault);
  // Said again it is the same.
  for (auto& before : m_parts.ledger.ofHolder(holder, Ledger::Which::Living)) {
    if (before.parent != received || before.object != grant.object || before.instance != instance) continue;
    context.getResults().setGrant(before.id.text().c_str());
    co_return;
  }
  auto made = m_parts.ledger.add(kj::mv(grant));
  context.getResults().setGrant(made.text().c_str());
  co_await m_parts.enforcement.enforce(KJ_ASSERT_NONNULL(m_parts.ledger.find(made)), nullptr);
}

kj::Promise<void> SharingServer::decline(DeclineContext context) {
  return m_parts.sharing.offers().decline(textOf(context.getParams().getOffer()));
}

kj::Promise<void> SharingServer::shares(SharesContext context) {
  std::vector<Share> all;
  for (auto& grant : m_parts.ledger.all(Ledger::Which::Living)) {
    if (!Shares::isShare(grant)) continue;
    KJ_IF_MAYBE (share, m_parts.ledger.share(grant.id)) all.push_back(*share);
  }
  auto list = context.getResults().initList(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setGrant(all[i].grant.text().c_str());
    list[i].setMayPassOn(all[i].mayPassOn);
    list[i].setTaken(all[i].taken);
  }
  return kj::READY_NOW;
}

// --- what others were asked for

void SharingServer::write(const Wishes::Asked& asked, schema::WishInfo::Builder to) const {
  auto& wish = asked.wish;
  to.setId(wish.id.c_str());
  to.setMachine(wish.machine.c_str());
  KJ_IF_MAYBE (machine, m_parts.ledger.machine(wish.machine)) to.setMachineName(machine->petname.c_str());
  to.setKind(latchkey::toSchema(wish.kind));
  to.setName(wish.name.c_str());
  to.setAccess(latchkey::toSchema(wish.access));
  to.setClaim(wish.claim.c_str());
  to.setSeconds(static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(wish.length).count()));
  to.setAlways(wish.always);
  to.setSince(toNanos(asked.since));
  to.setState(static_cast<schema::WishInfo::State>(asked.state));
  to.setWhy(asked.why.c_str());
  to.setDecided(toNanos(asked.decided));
  to.setOffer(asked.offer.c_str());
  to.setGrant(asked.grant.text().c_str());
  KJ_IF_MAYBE (grant, m_parts.ledger.find(asked.grant)) to.setPlace(dataOf(grant->object.path));
}

kj::Promise<void> SharingServer::ask(AskContext context) {
  auto params = context.getParams();
  auto asked = params.getWish();
  constexpr auto MOST = static_cast<uint64_t>(std::chrono::seconds(std::chrono::hours(24 * 366)).count());
  Wish wish{.machine = textOf(asked.getMachine()),
            .kind = fromSchema(asked.getKind()),
            .name = textOf(asked.getName()),
            .access = fromSchema(asked.getAccess()),
            .claim = textOf(asked.getClaim()),
            .length = std::chrono::seconds(std::min(asked.getSeconds(), MOST + 1)),
            .always = asked.getAlways()};
  auto begun = m_parts.sharing.wishes().ask(kj::mv(wish), params.getKeep());
  context.getResults().setWish(begun.id.c_str());
  KJ_IF_MAYBE (hold, begun.hold) context.getResults().setHandle(kj::heap<HeldWish>(kj::mv(*hold)));
  return kj::READY_NOW;
}

kj::Promise<void> SharingServer::wishes(WishesContext context) {
  auto all = m_parts.sharing.wishes().all();
  auto list = context.getResults().initList(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) write(all[i], list[i]);
  return kj::READY_NOW;
}

kj::Promise<void> SharingServer::wait(WaitContext context) {
  auto asked = co_await m_parts.sharing.wishes().whenDecided(textOf(context.getParams().getWish()));
  bool files = !asked.grant.empty() && hasPath(asked.wish.kind);
  if (files) co_await m_parts.farFolders.whenTried(asked.grant);
  write(asked, context.getResults().initWish());
}

kj::Promise<void> SharingServer::takeBack(TakeBackContext context) {
  m_parts.sharing.wishes().takeBack(textOf(context.getParams().getWish()));
  return kj::READY_NOW;
}

kj::Promise<void> SharingServer::watch(WatchContext context) {
  context.getResults().setHandle(m_parts.watchers.add(context.getParams().getObserver()));
  return kj::READY_NOW;
}

}  // namespace latchkey
