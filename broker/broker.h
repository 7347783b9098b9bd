// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The broker, put together. Knows no sockets and no processes by itself: main.cpp gives it real ones, tests give it
// theirs.

#include <string>

#include "broker/app-session.h"
#include "broker/ceilings.h"
#include "broker/desk.h"
#include "broker/desktop-portals.h"
#include "broker/enforcement.h"
#include "broker/far-apps.h"
#include "broker/far-folders.h"
#include "broker/far-wishes.h"
#include "broker/file-asker.h"
#include "broker/file-grants.h"
#include "broker/homecoming.h"
#include "broker/launches.h"
#include "broker/machines/machines-server.h"
#include "broker/microphones.h"
#include "broker/names.h"
#include "broker/network-asker.h"
#include "broker/network-grants.h"
#include "broker/observers.h"
#include "broker/package-keeper.h"
#include "broker/person-server.h"
#include "broker/person-sharing.h"
#include "broker/powerbox.h"
#include "broker/presenters.h"
#include "broker/update-rounds.h"

namespace latchkey {

struct BrokerParts {
  const Places& places;  // Exist.
  const Clock& clock;
  kj::Timer& timer;
  Programs& programs;
  Streams& streams;
  Ways& ways;
  std::string administratorsCeilings = "/etc/latchkey/ceilings.toml";
};

class Broker final : private kj::TaskSet::ErrorHandler, private Ledger::Observer {
public:
  explicit Broker(BrokerParts parts);
  ~Broker() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Broker);

  schema::Person::Client person();
  schema::AppSession::Client appSession(const InstanceId& instance) { return m_sessions.session(instance); }
  Homecoming& homecoming() { return m_homecoming; }
  Ledger& ledger() { return m_ledger; }
  Powerbox& powerbox() { return m_powerbox; }
  Instances& instances() { return m_instances; }
  AppConnections& apps() { return m_apps; }
  Desks& desks() { return m_desks; }
  Machines& machines() { return m_machines; }

  // Nothing runs, nothing waits, nobody is shown questions, and no other machine is known that might come.
  bool isIdle() {
    return m_instances.living().empty() && m_powerbox.waiting().empty() && m_presenters.count() == 0 &&
           m_machines.isIdle();
  }

  // Resolves when the person asked it to end.
  kj::Promise<void> whenAskedToStop() { return m_stopped.addBranch(); }
  // Declines what waits and writes what is unwritten. Apps live on.
  void stop();

private:
  void turnOldSwitchesIntoGrants();
  void takeUpSurvivors();
  kj::Promise<void> endThoseWhoStayedAway();
  kj::Promise<void> keepTime();
  void writeStatus(schema::Status::Builder status);
  void journal(const char* outcome);
  void grantsChanged(const std::vector<Grant>& changed) override;
  void taskFailed(kj::Exception&& exception) override;

  BrokerParts m_parts;
  Ledger m_ledger;
  Instances m_instances;
  Ceilings m_ceilings;
  Names m_names;
  Presenters m_presenters;
  FileGrants m_files;
  NetworkGrants m_network;
  ServiceReach m_services;
  Enforcement m_enforcement;
  Powerbox m_powerbox;
  Microphones m_microphones;
  FileAskers m_askers;
  NetworkAskers m_networkAskers;
  Observers m_observers;
  AppSessions m_sessions;
  AppConnections m_apps;
  DesktopPortals m_desktop;
  Launches m_launches;
  DeskServers m_desks;
  Homecoming m_homecoming;
  SharingWatchers m_sharingWatchers;
  FarFolders m_farFolders;
  FarApps m_farApps;
  Sharing m_sharing;
  FarWishes m_farWishes;
  Machines m_machines;
  MachineWatchers m_machineWatchers;
  PackageKeeper m_packages;
  UpdateRounds m_updates;
  kj::Function<void(schema::Status::Builder)> m_writeStatus;
  kj::Own<kj::PromiseFulfiller<void>> m_stop;
  kj::ForkedPromise<void> m_stopped = nullptr;
  kj::Function<void()> m_shutdown;
  kj::Own<kj::PromiseFulfiller<void>> m_wake;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
