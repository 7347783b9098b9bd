// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/person-server.h"

#include <kj/debug.h>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/desktop-rights.h"
#include "broker/full-speed.h"
#include "broker/granted-object.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/instance-server.h"
#include "broker/machines/machines-server.h"
#include "broker/named-object.h"
#include "broker/network-wish.h"
#include "broker/package-keeper.h"
#include "broker/person-sharing.h"
#include "broker/picks.h"

namespace latchkey {
namespace {

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

std::vector<GrantId> idsOf(capnp::List<capnp::Text>::Reader list) {
  std::vector<GrantId> ids;
  for (auto id : list) ids.emplace_back(text(id));
  return ids;
}

// Why what ended between this machine and another cannot be given again from here; empty if it can.
std::string notWithMachine(const Ledger& ledger, const std::string& holder) {
  if (isReceivedFromMachine(holder)) return "its owner gave it: only they can give it again";
  if (!isHeldByMachine(holder)) return {};
  auto machine = ledger.machine(machineOfHolder(holder));
  KJ_IF_MAYBE (known, machine) return known->blocked ? known->petname + " is blocked" : std::string();
  return "the machine is not known any more";
}

}  // namespace

void fitKind(Grant& grant) {
  if (isOfNetwork(grant.kind)) grant.access = Access::Write;
  KJ_IF_MAYBE (right, desktopRightOf(grant)) {
    grant.access = accessOf(*right);
    auto type = grant.lifetime.type;
    bool bound = type == Lifetime::Type::Once || type == Lifetime::Type::Run;
    if (bound && isUsedAtStart(*right)) {
      fail("it is used when the program starts: give it for a time (8h), or always, and start the program");
    }
  }
}

void PersonServer::write(const std::vector<Grant>& grants, capnp::List<schema::Grant>::Builder list) const {
  for (unsigned i = 0; i < list.size(); ++i) toSchema(grants[i], m_parts.names.of(grants[i].holder), list[i]);
}

kj::Promise<void> PersonServer::status(StatusContext context) {
  m_parts.writeStatus(context.getResults().initStatus());
  return kj::READY_NOW;
}

// --- instances

kj::Promise<void> PersonServer::launch(LaunchContext context) {
  auto id = co_await m_parts.launches.launch(context.getParams().getSpec());
  auto results = context.getResults();
  results.setId(id.text().c_str());
  results.setInstance(kj::heap<InstanceServer>(id, m_parts.instances, m_parts.launches, m_parts.names));
}

kj::Promise<void> PersonServer::instances(InstancesContext context) {
  auto living = m_parts.instances.living();
  std::erase_if(living, [](auto& instance) { return !instance->serves.empty(); });  // Shown as live use of its grant.
  auto list = context.getResults().initList(static_cast<unsigned>(living.size()));
  for (unsigned i = 0; i < list.size(); ++i) toSchema(*living[i], m_parts.names, list[i]);
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::findInstance(FindInstanceContext context) {
  InstanceId id(text(context.getParams().getId()));
  if (m_parts.instances.find(id) != nullptr) {
    context.getResults().setInstance(kj::heap<InstanceServer>(id, m_parts.instances, m_parts.launches, m_parts.names));
  }
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::stopAll(StopAllContext context) { return m_parts.launches.stopAll(5 * kj::SECONDS); }

// --- grants

kj::Promise<void> PersonServer::grants(GrantsContext context) {
  auto params = context.getParams();
  auto which = params.getEnded() ? Ledger::Which::All : Ledger::Which::Living;
  auto app = text(params.getApp());
  auto grants = app.empty() ? m_parts.ledger.all(which) : m_parts.ledger.ofHolder(app, which);
  write(grants, context.getResults().initList(static_cast<unsigned>(grants.size())));
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::grant(GrantContext context) {
  auto params = context.getParams();
  auto holder = Holder::ofApp(text(params.getHolder()));
  auto named = co_await namedObject(fromSchema(params.getKind()), fromSchema(params.getObject()), params.getFile());
  if (named.kind == Kind::Network) named.object.target = ownIfTyped(named.object.target);
  auto wide = m_parts.ceilings.tooWide(named.kind, named.object);
  if (!wide.empty()) fail(wide);
  Grant grant;
  grant.holder = holder.text();
  grant.kind = named.kind;
  grant.object = kj::mv(named.object);
  grant.access = fromSchema(params.getAccess());
  grant.lifetime = fromSchema(params.getLifetime());
  grant.origin = fromSchema(params.getOrigin());
  fitKind(grant);
  if (auto listener = params.getListener(); listener != 0) {
    InstanceId instance(text(params.getInstance()));
    auto found = m_parts.instances.find(instance);
    auto& shown = KJ_REQUIRE_NONNULL(found, "no such instance");
    KJ_REQUIRE(grant.kind == Kind::Listen && shown.holder.text() == grant.holder, "that listens in another app");
    co_await m_parts.network.requireListener(instance, grant.object.target, listener);
  }
  auto type = grant.lifetime.type;
  if (type == Lifetime::Type::Once || type == Lifetime::Type::Run) {
    grant.instance = InstanceId(text(params.getInstance()));
    auto found = m_parts.instances.find(grant.instance);
    auto& instance = KJ_REQUIRE_NONNULL(found, "no such instance");
    KJ_REQUIRE(instance.holder.text() == grant.holder, "that instance is not of this app");
  }
  auto fault = m_parts.ceilings.fault(holder.app, grant.kind, grant.object, grant.access);
  grant.fast = params.getFast();
  grant.limits = fromSchema(params.getLimits());
  requireLimits(grant.kind, grant.limits);
  if (fault.empty()) fault = notFast(m_parts.ceilings, grant);
  if (!fault.empty()) fail(fault);
  fault = neverSaid(m_parts.ledger, grant);
  if (!fault.empty()) fail(fault);
  auto id = m_parts.ledger.add(kj::mv(grant));
  context.getResults().setId(id.text().c_str());
  co_await enforceOrTakeBack(id, kj::mv(named.fd));
  m_parts.powerbox.reconsider();
}

// What a running app's portal cannot give must not be listed as if it were given.
kj::Promise<void> PersonServer::enforceOrTakeBack(GrantId id, kj::Maybe<kj::AutoCloseFd> object) {
  auto& parts = m_parts;
  KJ_IF_MAYBE (grant, parts.ledger.find(id)) {
    kj::Maybe<kj::Exception> failure;
    try {
      co_await parts.enforcement.enforce(*grant, kj::mv(object));
    } catch (...) {
      failure = kj::getCaughtExceptionAsKj();
    }
    KJ_IF_MAYBE (exception, failure) {
      auto ended = parts.ledger.revoke({id});
      co_await parts.enforcement.cut(kj::mv(ended.grants));
      fail(brief(grant->object.target, 200) + " cannot be given to what runs now: " + reason(*exception));
    }
  }
}

kj::Promise<void> PersonServer::consequences(ConsequencesContext context) {
  auto ends = m_parts.ledger.consequences(idsOf(context.getParams().getGrants()));
  auto results = context.getResults();
  uint32_t live = 0;
  for (auto& grant : ends) live += grant.live;
  results.setLive(live);
  write(ends, results.initEnds(static_cast<unsigned>(ends.size())));
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::revoke(RevokeContext context) {
  auto ended = m_parts.ledger.revoke(idsOf(context.getParams().getGrants()));
  auto results = context.getResults();
  write(ended.grants, results.initEnded(static_cast<unsigned>(ended.grants.size())));
  if (!ended.kept) results.setUnkept(m_parts.ledger.trouble().c_str());
  auto cut = co_await m_parts.enforcement.cutInTime(kj::mv(ended.grants));
  results.setUnanswered(!cut);
}

kj::Promise<void> PersonServer::suspend(SuspendContext context) {
  auto changed = m_parts.ledger.suspend(idsOf(context.getParams().getGrants()));
  auto results = context.getResults();
  if (!changed.kept) results.setUnkept(m_parts.ledger.trouble().c_str());
  auto refused = co_await m_parts.enforcement.suspendInTime(kj::mv(changed.grants));
  results.setUnanswered(!refused);
}

kj::Promise<void> PersonServer::resume(ResumeContext context) {
  auto changed = m_parts.ledger.resume(idsOf(context.getParams().getGrants()));
  co_await m_parts.enforcement.resume(kj::mv(changed));
  m_parts.powerbox.reconsider();
}

kj::Promise<void> PersonServer::restore(RestoreContext context) {
  auto ids = idsOf(context.getParams().getGrants());
  for (auto& id : ids) {
    KJ_IF_MAYBE (grant, m_parts.ledger.find(id)) {
      auto fault = notWithMachine(m_parts.ledger, grant->holder);
      if (fault.empty())
        fault = m_parts.ceilings.fault(Holder::parse(grant->holder).app, grant->kind, grant->object, grant->access);
      if (fault.empty()) fault = m_parts.ceilings.tooWide(grant->kind, grant->object);
      if (fault.empty()) fault = notFast(m_parts.ceilings, *grant);
      if (!fault.empty()) fail(fault);
    }
  }
  auto made = m_parts.ledger.restore(ids);
  auto list = context.getResults().initMade(static_cast<unsigned>(made.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, made[i].id.text().c_str());
  for (auto& grant : made) co_await m_parts.enforcement.enforce(grant, nullptr);
  m_parts.powerbox.reconsider();
}

// --- questions

kj::Promise<void> PersonServer::requests(RequestsContext context) {
  auto requests = context.getParams().getRecent() ? m_parts.powerbox.recent() : m_parts.powerbox.waiting();
  auto list = context.getResults().initList(static_cast<unsigned>(requests.size()));
  for (unsigned i = 0; i < list.size(); ++i)
    toSchema(requests[i], m_parts.names.of(requests[i].question.holder), list[i]);
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::answer(AnswerContext context) {
  auto params = context.getParams();
  auto answer = co_await answerFrom(params.getAnswer());
  auto grant = co_await m_parts.powerbox.answer(RequestId(text(params.getRequest())), kj::mv(answer));
  context.getResults().setGrant(grant.text().c_str());
}

kj::Promise<void> PersonServer::machines(MachinesContext context) {
  auto& names = m_parts.names;
  context.getResults().setMachines(kj::heap<MachinesServer>(
      m_parts.machines, m_parts.machineWatchers, [&names](const std::string& holder) { return names.of(holder); }));
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::sharing(SharingContext context) {
  context.getResults().setSharing(kj::heap<SharingServer>(SharingParts{.ledger = m_parts.ledger,
                                                                       .sharing = m_parts.sharing,
                                                                       .farFolders = m_parts.farFolders,
                                                                       .instances = m_parts.instances,
                                                                       .enforcement = m_parts.enforcement,
                                                                       .ceilings = m_parts.ceilings,
                                                                       .watchers = m_parts.sharingWatchers}));
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::packages(PackagesContext context) {
  context.getResults().setPackages(co_await m_parts.packages.open());
}

kj::Promise<void> PersonServer::forget(ForgetContext context) {
  RequestId id(text(context.getParams().getRefusal()));
  KJ_REQUIRE(m_parts.ledger.forget(id), "there is no such refusal");
  return m_parts.enforcement.lift(id);
}

kj::Promise<void> PersonServer::watch(WatchContext context) {
  context.getResults().setHandle(m_parts.observers.add(context.getParams().getObserver()));
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::present(PresentContext context) {
  auto params = context.getParams();
  InstanceId channel(text(params.getInstance()));
  context.getResults().setHandle(m_parts.presenters.add(params.getPresenter(), channel));
  return kj::READY_NOW;
}

// --- the rest

kj::Promise<void> PersonServer::journal(JournalContext context) {
  auto entries = m_parts.ledger.journal(fromSchema(context.getParams().getFilter()));
  auto list = context.getResults().initList(static_cast<unsigned>(entries.size()));
  for (unsigned i = 0; i < list.size(); ++i) toSchema(entries[i], list[i]);
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::settings(SettingsContext context) {
  auto holder = Holder::ofApp(text(context.getParams().getApp()));
  auto settings = withRights(m_parts.ledger, m_parts.ceilings, m_parts.ledger.settings(holder.text()));
  auto results = context.getResults().initSettings();
  toSchema(settings, results);
  results.setNetworkToday(m_parts.ledger.today(holder.text()).bytes);
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::setSettings(SetSettingsContext context) {
  auto settings = fromSchema(context.getParams().getSettings());
  auto app = Holder::ofApp(settings.app).app;
  auto changes = changesFor(m_parts.ledger, settings);
  for (auto& grant : changes.add) {
    auto fault = m_parts.ceilings.fault(app, grant.kind, grant.object, grant.access);
    if (!fault.empty()) fail(fault);
  }
  // First what gives: it throws where the disk refuses, and then nothing has changed.
  m_parts.ledger.setSettings(withoutRights(settings));
  for (auto right : changes.refuse) {
    auto object = objectOf(right);
    // What a ceiling forbids needs no "never", and is to come back with the ceiling.
    if (!m_parts.ceilings.fault(app, Kind::Desktop, object, accessOf(right)).empty()) continue;
    m_parts.ledger.refuse({.id = RequestId::fresh(),
                           .holder = settings.app,
                           .kind = Kind::Desktop,
                           .object = object,
                           .access = accessOf(right),
                           .since = m_parts.clock.wall()});
  }
  std::vector<GrantId> made;
  for (auto& grant : changes.add) made.push_back(m_parts.ledger.add(grant));
  for (auto& id : changes.forget) m_parts.ledger.forget(id);
  auto ended = m_parts.ledger.revoke(changes.revoke);
  m_parts.observers.settingsChanged(settings.app);
  co_await m_parts.enforcement.limit(settings.app);
  for (auto& id : made) co_await enforceOrTakeBack(id, nullptr);
  co_await m_parts.enforcement.cutInTime(kj::mv(ended.grants));
}

kj::Promise<void> PersonServer::allSettings(AllSettingsContext context) {
  auto all = m_parts.ledger.allSettings();
  for (auto& settings : all) settings = withRights(m_parts.ledger, m_parts.ceilings, kj::mv(settings));
  auto list = context.getResults().initList(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) toSchema(all[i], list[i]);
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::shutdown(ShutdownContext context) {
  m_parts.shutdown();
  return kj::READY_NOW;
}

}  // namespace latchkey
