// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/person-sharing.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/folder-programs.h"
#include "broker/base/service.h"
#include "broker/base/text.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/holder.h"
#include "broker/machines/wire.h"
#include "broker/named-object.h"
#include "broker/network-wish.h"
#include "broker/served-place.h"

namespace latchkey {
namespace {

constexpr size_t LONGEST_CHAIN = 15;  // With this machine it is what can be told.
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

void requireTitle(const std::string& title) {
  if (title.size() > MOST_OF_OFFERED_TITLE)
    fail("its name is longer than can be told: give it another one to share it by");
}

// Of what another machine offered.
Offer offerToPassOn(const Ledger& ledger, const GrantId& parent) {
  auto offer = offerBehind(ledger, parent);
  if (offer == nullptr || !ledger.isLive(parent)) fail("only what another machine shares can be passed on so");
  auto& from = KJ_ASSERT_NONNULL(offer);
  if (!from.mayPassOn) fail("its owner does not want it passed on");
  if (from.chain.size() >= LONGEST_CHAIN) fail("it has been passed on too often");
  return from;
}

// Its bytes go through as they are: so all of it, and as it was offered.
void passFilesOn(Grant& grant, const Grant& received, const std::string& name) {
  if (!name.empty()) fail("files are shared by their own name");
  grant.kind = received.kind;
  grant.object = received.object;
  grant.access = received.access;
}

Object passedOn(const Offer& from, const std::string& name) {
  auto service = serviceFrom(name.empty() ? from.title : from.title + " as " + name);
  if (service == nullptr) fail(brief(name, 60) + " is no name to share it by");
  requireTitle(KJ_ASSERT_NONNULL(service).title());
  return {.target = KJ_ASSERT_NONNULL(service).text(), .scope = Scope::Port};
}

bool isOver(const Offer& offer) { return offer.state == Offer::State::Declined || offer.state == Offer::State::Over; }

void requireRunning(Instances& instances, const InstanceId& id, const std::string& holder) {
  KJ_IF_MAYBE (instance, instances.find(id)) {
    if (instance->holder.text() != holder) fail("that is another app");
    if (!instance->ended()) return;
  }
  fail("the app does not run any more");
}

// What is typed, as a service to be shared.
Object sharedService(const std::string& target, const std::string& name) {
  if (listenerFrom(target) == nullptr) {
    fail(brief(target, 60) +
         " is nothing to share: write APP:PORT for what an app listens on, @computer:PORT for a "
         "program of this computer");
  }
  auto service = serviceFrom(name.empty() ? target : target + " as " + name);
  KJ_IF_MAYBE (known, service) {
    // How it is reached here is nobody else's concern.
    auto shown = known->name.empty() ? Service{.source = known->source, .name = target} : *known;
    requireTitle(shown.name);
    return {.target = shown.text(), .scope = Scope::Port};
  }
  fail(brief(name, 60) + " is no name to share it by");
}

// A file or a folder that is there, by its own name.
void requireShared(Ceilings& ceilings, const Grant& grant) {
  if (sftpServer().empty()) fail(SFTP_SERVER_MISSING);
  auto fault = faultOfServing(ceilings, grant);
  if (!fault.empty()) fail(fault);
  auto title = servedTitle(grant);
  auto service = serviceFrom(title);
  bool told = isUtf8(title) && escaped(title) == title && service != nullptr && KJ_ASSERT_NONNULL(service).name.empty();
  if (!told) fail("it has a name that another machine could not show: rename it first");
  requireTitle(title);
}

Object sharedDestination(const std::string& target) {
  auto destination = typedDestination(target);
  if (destination.protocol == Protocol::Any) destination.protocol = Protocol::Tcp;
  bool one = destination.host == Destination::Host::Name || destination.host == Destination::Host::Address;
  if (!one || destination.protocol != Protocol::Tcp || destination.firstPort == 0 ||
      destination.firstPort != destination.lastPort)
    fail("one host and port can be shared, such as db.example.org:5432");
  auto canonical = ownIfTyped(destination.text());
  requireTitle(canonical);
  return {.target = canonical, .scope = Scope::Port};
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
  Grant grant;
  grant.holder = holderOfMachine(textOf(params.getMachine()));
  grant.kind = fromSchema(params.getKind());
  grant.access = Access::Write;
  grant.lifetime = fromSchema(params.getLifetime());
  grant.limits = fromSchema(params.getLimits());
  grant.origin = Origin::Added;
  grant.parent = GrantId(textOf(params.getParent()));
  auto name = textOf(params.getName());
  auto type = grant.lifetime.type;
  if (type == Lifetime::Type::Once || type == Lifetime::Type::Run)
    fail("a machine is no running program: share it for a time (8h), for so many uses, or always");
  if (grant.limits.bytesPerSecond != 0) fail("this version cannot slow down what is shared");
  if (grant.limits.bytesPerDay != 0) fail("this version does not count by the day what is shared");
  if (!grant.parent.empty()) {
    auto offer = offerToPassOn(m_parts.ledger, grant.parent);
    auto received = m_parts.ledger.find(grant.parent);
    if (hasPath(offer.kind)) {
      passFilesOn(grant, KJ_ASSERT_NONNULL(received), name);
    } else {
      grant.kind = Kind::Service;
      grant.object = passedOn(offer, name);
    }
  } else if (hasPath(grant.kind)) {
    if (!name.empty()) fail("files are shared by their own name");
    auto wanted = grant.kind;
    grant.access = fromSchema(params.getAccess());
    auto scope = wanted == Kind::Folder ? Scope::Tree : Scope::File;
    auto named = co_await namedObject(wanted, {.path = textOf(params.getTarget()), .scope = scope}, nullptr);
    if (named.kind != wanted) fail(wanted == Kind::Folder ? "that is a file" : "that is a folder");
    grant.object = kj::mv(named.object);
    requireShared(m_parts.ceilings, grant);
  } else if (grant.kind == Kind::Service) {
    grant.object = sharedService(textOf(params.getTarget()), name);
  } else if (grant.kind == Kind::Network) {
    if (!name.empty()) fail("a host of the network is shared by its own name");
    grant.object = sharedDestination(textOf(params.getTarget()));
  } else {
    fail("this version cannot share " + std::string(nameOf(grant.kind)) + " access");
  }
  auto fault = m_parts.ceilings.fault(grant.holder, grant.kind, grant.object, grant.access);
  if (!fault.empty()) fail(fault);
  auto id = m_parts.sharing.share(kj::mv(grant), params.getMayPassOn());
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
  }
  return kj::READY_NOW;
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
  KJ_IF_MAYBE (offer, m_parts.ledger.offer(id)) files = hasPath(offer->kind);
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

kj::Promise<void> SharingServer::watch(WatchContext context) {
  context.getResults().setHandle(m_parts.watchers.add(context.getParams().getObserver()));
  return kj::READY_NOW;
}

}  // namespace latchkey
