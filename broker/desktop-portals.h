// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Gives each instance whose programs use their message bus a connection of `latchkey-desktop` to it.
//
// The portal is one process for all of them, started when the first wants it. It holds nothing worth keeping: it ends
// with the broker, and when it dies another one takes up the buses that are in use. What apps had asked it is then
// over, as after a closed window. While none can be started apps are told so, and do without.

#include <kj/async.h>
#include <kj/timer.h>

#include <map>

#include "broker/base/places.h"
#include "broker/instance.h"
#include "broker/names.h"
#include "broker/process.h"
#include "broker/schema/desktop-portal.capnp.h"

namespace latchkey {

// What an instance's portals ask. One object for each, told which by who made it.
class Desks {
public:
  virtual ~Desks() noexcept(false) = default;
  virtual schema::Desk::Client deskFor(const InstanceId& instance) = 0;
  // The portals a ceiling takes away from this app.
  virtual std::vector<std::string> absentFor(const std::string& app) = 0;
};

class DesktopPortals final : private kj::TaskSet::ErrorHandler {
public:
  DesktopPortals(Programs& programs, Instances& instances, Names& names, const Places& places, kj::Timer& timer);
  ~DesktopPortals() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(DesktopPortals);

  void askThrough(Desks& desks) { m_desks = desks; }

  // Somebody in the instance has connected to its bus.
  void busUsed(const InstanceId& instance);
  void forget(const InstanceId& instance);
  // Ends what stands on a grant that has ended. Returns when it has, or the portal that held it is gone.
  kj::Promise<void> revoked(const InstanceId& instance, const GrantId& grant);

private:
  class Start;
  struct Portal {
    Helper helper;
    schema::DesktopPortal::Client client;
  };
  struct Served {
    kj::Maybe<schema::DesktopSession::Client> session;
  };

  kj::Promise<void> serve(InstanceId id);
  kj::Promise<void> attach(InstanceId id);
  kj::Promise<kj::AutoCloseFd> refuse(InstanceId id);
  kj::Promise<schema::Descriptor::Client> connectBus(InstanceId id);
  bool runs(const InstanceId& id) const;
  kj::Promise<schema::DesktopPortal::Client> ensurePortal();
  kj::Promise<void> start();
  kj::Promise<void> untilGone(uint64_t generation, kj::Promise<void> gone);
  void taskFailed(kj::Exception&& exception) override;

  Programs& m_programs;
  Instances& m_instances;
  Names& m_names;
  const Places& m_places;
  kj::Timer& m_timer;
  kj::Maybe<Desks&> m_desks;

  kj::Maybe<Portal> m_portal;
  uint64_t m_generation = 0;
  bool m_startUnderWay = false;
  kj::Maybe<kj::ForkedPromise<void>> m_starting;
  kj::TimePoint m_mayStart = kj::origin<kj::TimePoint>();
  std::map<InstanceId, Served> m_served;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
