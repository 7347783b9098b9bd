// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/broker.h"

#include <kj/debug.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/log.h"
#include "broker/desktop-rights.h"
#include "broker/version.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr auto PORTAL_GRACE = 2 * kj::SECONDS;
constexpr auto HOMECOMING_GRACE = 5 * kj::SECONDS;
constexpr Duration LOOK_AT_LEAST = 30s;

}  // namespace

Broker::Broker(BrokerParts parts)
    : m_parts(parts),
      m_ledger(parts.places.state, parts.clock),
      m_ceilings(parts.places, parts.administratorsCeilings),
      m_names(m_ledger),
      m_presenters(m_instances, m_names, parts.programs),
      m_files(parts.programs, m_ledger, m_instances, m_ceilings, parts.places, parts.timer),
      m_network(parts.programs, m_ledger, m_instances, m_ceilings, parts.timer),
      m_services(m_ledger, m_instances, m_network),
      m_enforcement(m_files, m_network, parts.timer),
      m_powerbox(m_ledger, m_instances, m_ceilings, m_enforcement, m_presenters, parts.clock, parts.timer),
      m_microphones(m_powerbox, m_ledger, m_instances, m_ceilings, parts.clock),
      m_askers(m_powerbox, m_ledger, m_instances, m_files, m_enforcement),
      m_networkAskers(m_powerbox, m_ledger, m_instances, m_network, m_enforcement, m_services, parts.clock),
      m_observers(m_ledger, m_names, parts.timer),
      m_sessions(m_powerbox, m_ledger, m_instances, m_files, m_enforcement, parts.places),
      m_apps(m_sessions),
      m_desktop(parts.programs, m_instances, m_names, parts.places, parts.timer),
      m_launches({.programs = parts.programs,
                  .streams = parts.streams,
                  .instances = m_instances,
                  .ledger = m_ledger,
                  .ceilings = m_ceilings,
                  .names = m_names,
                  .files = m_files,
                  .network = m_network,
                  .enforcement = m_enforcement,
                  .desktop = m_desktop,
                  .powerbox = m_powerbox,
                  .microphones = m_microphones,
                  .apps = m_apps,
                  .places = m_parts.places,
                  .clock = parts.clock,
                  .timer = parts.timer}),
      m_desks({.powerbox = m_powerbox,
               .ledger = m_ledger,
               .instances = m_instances,
               .ceilings = m_ceilings,
               .files = m_files,
               .launches = m_launches,
               .portals = m_desktop,
               .places = m_parts.places,
               .clock = parts.clock}),
      m_homecoming(m_ledger, m_launches, m_files, m_network, parts.timer),
      m_sharingWatchers(parts.timer),
      m_farFolders(parts.programs, m_ledger, m_files, m_parts.places, parts.timer),
      m_farApps(m_ledger, m_instances, m_launches, parts.clock),
      m_sharing(
          {.ledger = m_ledger,
           .clock = parts.clock,
           .reach = m_services,
           .apps = m_farApps,
           .cut = [this](std::vector<Grant> grants) { return m_enforcement.cutInTime(kj::mv(grants)).ignoreResult(); },
           .suspend =
               [this](std::vector<Grant> grants) { return m_enforcement.suspendInTime(kj::mv(grants)).ignoreResult(); },
           .resume = [this](std::vector<Grant> grants) { return m_enforcement.resume(kj::mv(grants)); },
           .changed =
               [this] {
                 m_sharingWatchers.changed();
                 m_farFolders.look();
               },
           .placeFor = [this](const Offer& offer) { return m_farFolders.placeFor(offer); },
           .connect = [this](std::string machine) { return m_machines.connect(kj::mv(machine)); },
           .wished = [this](Wish wish) { return m_farWishes.ask(kj::mv(wish)); }}),
      m_farWishes(m_powerbox, m_ledger, m_sharing, m_ceilings),
      m_machines(
          {.ledger = m_ledger,
           .places = m_parts.places,
           .clock = parts.clock,
           .timer = parts.timer,
           .ways = parts.ways,
           .cut = [this](std::vector<Grant> grants) { return m_enforcement.cutInTime(kj::mv(grants)).ignoreResult(); },
           .begin = [this](const std::string& machine, schema::FarMachine::Client session,
                           schema::Hello::Reader hello) { return m_sharing.begin(machine, kj::mv(session), hello); },
           .over = [this](const std::string& machine) { m_sharing.end(machine); }}),
      m_machineWatchers(m_machines, parts.timer),
      m_packages(parts.programs, parts.timer),
      m_updates(m_packages, parts.timer, m_parts.places.repositories()),
      m_writeStatus([this](schema::Status::Builder status) { writeStatus(status); }),
      m_shutdown([this] { m_stop->fulfill(); }),
      m_tasks(*this) {
  auto stopping = kj::newPromiseAndFulfiller<void>();
  m_stop = kj::mv(stopping.fulfiller);
  m_stopped = stopping.promise.fork();
  for (auto& notice : m_ledger.notices()) logWarning(notice);
  m_enforcement.shareThrough(m_sharing);
  m_services.receiveThrough(m_sharing.offers());
  m_services.serveThrough(m_launches);
  m_farFolders.receiveThrough(m_sharing.offers());
  m_farApps.receiveThrough(m_sharing.offers());
  m_farApps.tell(m_sharing);
  m_files.lookElsewhere(m_farFolders);
  m_files.askThrough(m_askers);
  m_network.askThrough(m_networkAskers);
  m_networkAskers.whenListening(
      [this](const InstanceId& instance, auto list) { m_observers.listenersChanged(instance, list); });
  m_network.whenChanged([this] { m_observers.statusChanged(); });
  m_desktop.askThrough(m_desks);
  m_instances.observe(m_observers);
  m_powerbox.observe(m_observers);
  m_observers.statusFrom([this](schema::Status::Builder status) { writeStatus(status); });
  m_observers.settingsFrom(
      [this](const std::string& app) { return withRights(m_ledger, m_ceilings, m_ledger.settings(app)); });
  m_presenters.whenChanged([this] {
    m_powerbox.showWaiting();
    m_observers.statusChanged();
  });
  m_ledger.observe(*this);
  turnOldSwitchesIntoGrants();
  journal("started");
  takeUpSurvivors();
  m_farApps.takeUp();
  m_tasks.add(keepTime());
}

Broker::~Broker() noexcept(false) { m_ledger.unobserve(*this); }

schema::Person::Client Broker::person() {
  return kj::heap<PersonServer>(PersonParts{.ledger = m_ledger,
                                            .instances = m_instances,
                                            .launches = m_launches,
                                            .powerbox = m_powerbox,
                                            .presenters = m_presenters,
                                            .observers = m_observers,
                                            .files = m_files,
                                            .network = m_network,
                                            .enforcement = m_enforcement,
                                            .ceilings = m_ceilings,
                                            .names = m_names,
                                            .machines = m_machines,
                                            .machineWatchers = m_machineWatchers,
                                            .sharing = m_sharing,
                                            .farFolders = m_farFolders,
                                            .sharingWatchers = m_sharingWatchers,
                                            .packages = m_packages,
                                            .clock = m_parts.clock,
                                            .writeStatus = m_writeStatus,
                                            .shutdown = m_shutdown});
}

void Broker::stop() {
  m_powerbox.declineAll();
  m_machines.stop();
  journal("stopped");
  m_ledger.flush();
}

// Settings of an earlier version held authority of their own; now the grants do.
void Broker::turnOldSwitchesIntoGrants() {
  for (auto& settings : m_ledger.allSettings()) {
    auto bare = withoutRights(settings);
    if (bare == settings) continue;
    try {
      for (auto& grant : changesFor(m_ledger, settings).add) m_ledger.add(grant);
      m_ledger.setSettings(bare);
    } catch (const kj::Exception& exception) {
      // The disk refuses: what was given is missing until it does not, and trouble() says why.
      logWarning(reason(exception));
    }
  }
}

void Broker::takeUpSurvivors() {
  for (auto& orphan : m_ledger.orphanedInstances()) m_ledger.endInstance(orphan);
  auto survivors = m_ledger.survivors();
  for (auto& survivor : survivors) m_launches.restore(survivor);
  m_launches.removeStrays();
  if (survivors.empty()) return;
  m_files.expectHomecoming(PORTAL_GRACE);
  m_network.expectHomecoming(PORTAL_GRACE);
  m_tasks.add(endThoseWhoStayedAway());
}

kj::Promise<void> Broker::endThoseWhoStayedAway() {
  co_await m_parts.timer.afterDelay(HOMECOMING_GRACE);
  for (auto& instance : m_instances.living()) {
    bool cameHome = instance->launcherNumber > 0;
    if (!cameHome) m_launches.finish(instance->id, ExitStatus::failed("it ended while no broker ran"));
  }
}

// Ends what expires, when it does. Looks again now and then: somebody may step the wall clock, and machines sleep.
kj::Promise<void> Broker::keepTime() {
  for (;;) {
    auto wake = kj::newPromiseAndFulfiller<void>();
    m_wake = kj::mv(wake.fulfiller);
    auto left = std::clamp<Duration>(m_ledger.nextTick(), 1ms, LOOK_AT_LEAST);
    co_await m_parts.timer.afterDelay(left.count() * kj::NANOSECONDS).exclusiveJoin(kj::mv(wake.promise));
    auto ended = m_ledger.tick();
    if (!ended.grants.empty()) m_tasks.add(m_enforcement.cut(kj::mv(ended.grants)));
    auto woken = m_ledger.wake();
    if (!woken.empty()) m_tasks.add(m_enforcement.wake(kj::mv(woken)));
    m_sharing.wishes().look();
  }
}

void Broker::grantsChanged(const std::vector<Grant>& changed) {
  bool timed = std::ranges::any_of(
      changed, [](auto& grant) { return !grant.hasEnded() && grant.lifetime.type == Lifetime::Type::Until; });
  if (timed && m_wake.get() != nullptr) m_wake->fulfill();
}

void Broker::writeStatus(schema::Status::Builder status) {
  status.setVersion(VERSION);
  status.setPid(getpid());
  auto trouble = m_ledger.trouble();
  if (trouble.empty()) trouble = m_ceilings.trouble();
  status.setStore(trouble.c_str());
  status.setNetworkOff(m_network.isOff());
  status.setNetwork(m_network.trouble().c_str());
  status.setPresenters(m_presenters.count());
}

void Broker::journal(const char* outcome) {
  JournalEntry entry;
  entry.event = "broker";
  entry.outcome = outcome;
  m_ledger.journal(kj::mv(entry));
}

void Broker::taskFailed(kj::Exception&& exception) { logError(reason(exception)); }

}  // namespace latchkey
