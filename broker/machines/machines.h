// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Other machines, put together: who is known, what connects with them, and how they come to be known and are forgotten.
//
// Removal beats everything. Forgetting and blocking are on disk, with the end of all that the machine holds, before
// anything else happens; then what is open is cut, then the machine is told, then the portal knows it no more. A
// pairing or session that was under way meanwhile finds nobody.

#include <kj/async.h>
#include <kj/timer.h>

#include <string>
#include <vector>

#include "broker/base/places.h"
#include "broker/machines/links.h"
#include "broker/machines/own-place.h"
#include "broker/machines/pairings.h"
#include "broker/machines/portal-keeper.h"

namespace latchkey {

class Machines final : private PortalKeeper::Owner,
                       private Links::Owner,
                       private Pairings::Owner,
                       private kj::TaskSet::ErrorHandler {
public:
  struct Parts {
    Ledger& ledger;
    const Places& places;
    const Clock& clock;
    kj::Timer& timer;
    Ways& ways;
    // Ends what is open of ended grants. Returns when it is, or after a while.
    kj::Function<kj::Promise<void>(std::vector<Grant>)> cut;
    // A session begins: what the far machine may ask of this one. It is over.
    kj::Function<schema::MachineDesk::Client(const std::string& machine, schema::FarMachine::Client session,
                                             schema::Hello::Reader hello)>
        begin;
    kj::Function<void(const std::string& machine)> over;
  };
  class Observer {
  public:
    virtual ~Observer() noexcept(false) = default;
    virtual void machineChanged(const std::string& machine) = 0;  // Also: it is not known any more.
    virtual void ownChanged() = 0;
  };

  explicit Machines(Parts parts);
  ~Machines() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Machines);

  void observe(kj::Maybe<Observer&> observer) { m_observer = observer; }
  // Nobody is known, invited or waited for.
  bool isIdle() const;
  // Tells all that this one is leaving.
  void stop();

  // --- for the person. What fails says why in one line.

  std::vector<std::string> all() const;
  void writeInfo(const std::string& machine, schema::MachineInfo::Builder info) override;
  void writeOwn(schema::OwnMachine::Builder own) const;
  void setOwn(schema::OwnMachine::Reader own);

  struct Made {
    Invitation invitation;
    std::string link;
  };
  kj::Promise<Made> invite(Duration length);
  Pairings& pairings() { return m_pairings; }
  kj::Promise<std::string> join(std::string link);
  kj::Promise<std::string> add(std::string address, schema::WordsPresenter::Client presenter);

  void rename(const std::string& machine, const std::string& petname);
  kj::Promise<std::vector<Grant>> forget(std::string machine);
  kj::Promise<std::vector<Grant>> block(std::string machine);
  kj::Promise<void> unblock(std::string machine);
  void setRoutes(const std::string& machine, const std::vector<std::string>& routes);
  kj::Promise<void> connect(std::string machine);
  kj::Promise<void> serve(kj::AutoCloseFd socket);

private:
  class Host;

  void update();
  kj::Promise<void> keepTime();
  kj::Promise<void> keepWatchOfNetwork();
  void accepted(kj::AutoCloseFd socket, const std::string& from);
  kj::Promise<void> handOver(kj::AutoCloseFd socket, std::string from);
  kj::Promise<void> tellKnown(schema::PeerPortal::Client portal);
  kj::Promise<void> tellKnownInTime();
  kj::Promise<void> announce();
  kj::Promise<void> tellEnd(std::string machine, schema::Machine::Reason reason);
  kj::Promise<std::vector<Grant>> part(std::string machine, Ended ended, const char* outcome, std::string petname);
  Machine known(const std::string& machine) const;
  void journal(const std::string& machine, const std::string& target, const char* outcome);
  void noteRefused(schema::PeerHost::RefusedParams::Reader refused);
  void changed(const std::string& machine);
  void ownChanged();

  schema::PeerHost::Client host() override;
  void writeHello(schema::Hello::Builder hello) override;
  kj::Promise<void> prepare(schema::PeerPortal::Client portal) override;
  void portalIsThere() override;
  void portalHasGone() override;
  kj::Promise<schema::PeerPortal::Client> portalForLinks() override { return m_portal.portal(); }
  void linkChanged(const std::string& machine) override;
  kj::Promise<schema::PeerPortal::Client> portalForPairing() override { return m_portal.portal(); }
  void admissionChanged() override;
  void machineAdded(const std::string& machine) override;
  void taskFailed(kj::Exception&& exception) override;

  Parts m_parts;
  kj::Maybe<Observer&> m_observer;
  OwnPlace m_place;
  Links m_links;
  Pairings m_pairings;
  size_t m_comingIn = 0;
  kj::TimePoint m_mayNote = kj::origin<kj::TimePoint>();
  PortalKeeper m_portal;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
