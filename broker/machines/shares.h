// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What of this machine others may use: grants whose holder is a machine, offered to it, taken by it, and live in a
// session.
//
// - A grant is offered when its machine is connected, and again in every session: what the other side knows is always
//   what the ledger says, so that nothing has to be remembered of what was told. Ends are told first.
// - Who takes an offer gets a token: 256 random bits, good for that machine alone, of which the digest is kept. Taken
//   again, the first one is void.
// - A restored token is live through a door of the portal's (LiveDoor): shutting it is what revoking is. What happens
//   behind the door asks the ledger again at the moment it happens. A door is there as long as the far machine keeps
//   it.
// - Uses are counted when they are over; those that are under way count against the limit.

#include <kj/async.h>
#include <kj/function.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "broker/grants/ledger.h"
#include "broker/machines/app-runs.h"
#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

// What leads to a shared thing on this machine, or through it to another one. `grant` is living.
class Reach {
public:
  virtual ~Reach() noexcept(false) = default;
  // A connected stream socket.
  virtual kj::Promise<kj::AutoCloseFd> open(const Grant& grant) = 0;
  // Whether nothing may be connected at the moment, whatever is granted.
  virtual bool isOff() = 0;
};

class Shares final : private kj::TaskSet::ErrorHandler {
public:
  // `cut` ends what is open of ended grants.
  Shares(Ledger& ledger, const Clock& clock, Reach& reach, AppRuns& apps,
         kj::Function<kj::Promise<void>(std::vector<Grant>)> cut);
  ~Shares() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Shares);

  static bool isShare(const Grant& grant) { return isHeldByMachine(grant.holder); }

  // --- sessions

  // Tells it what has ended, then what it may use.
  void begin(const std::string& machine, schema::FarMachine::Client session);
  void end(const std::string& machine);

  // What it asks for. Fails with the name of a ThingFailure.
  std::string taken(const std::string& machine, const std::string& offer);
  // Ended: the caller cuts it.
  Ended declined(const std::string& machine, const std::string& offer);
  void restored(const std::string& machine, const std::string& token, schema::LiveDoor::Client door,
                schema::MachineDesk::RestoredResults::Builder results);

  // --- decisions that were made; each returns when the other machine's side of it is shut

  void offer(const Grant& grant);
  kj::Promise<void> cut(const std::vector<Grant>& grants);
  kj::Promise<void> suspend(const std::vector<Grant>& grants);
  kj::Promise<void> resume(const std::vector<Grant>& grants);
  // Of kind `app`: tells it there, and counts it. A start is a use when the app has ended.
  void runChanged(const GrantId& grant, const AppRun& run);
  // All that is open is cut, and nothing is connected or started until it is on again.
  kj::Promise<void> setOff(bool off);

private:
  class Near;
  friend class Near;
  class NearApp;
  friend class NearApp;
  struct Door {
    std::string machine;
    GrantId grant;
    schema::LiveDoor::Client door;
    InstanceId source;   // As which its use is counted.
    uint64_t begun = 0;  // Connections that were let through, whatever came of them.
    bool counts = true;  // Files of this machine are counted where they are opened, apps where they are started.
    Usage usage{};       // As it was last recorded: `uses` are those that are over.
  };

  Grant living(const std::string& machine, const Grant& grant) const;
  // Of what a door leads to, if something may be done with it now.
  Grant usable(uint64_t door) const;
  kj::Promise<kj::AutoCloseFd> connect(uint64_t door);
  kj::Promise<uint64_t> startApp(uint64_t door);
  kj::Promise<void> stopApp(uint64_t door);
  kj::Promise<void> endApps(const std::vector<Grant>& grants);
  uint64_t underWay(const GrantId& grant) const;
  // The far machine let go of it, or has gone: what was under way is over.
  Ended close(const Door& door);
  void letGo(uint64_t door);
  void tell(const std::string& machine, const Grant& grant);
  void tellEnds(const std::string& machine, const std::vector<Grant>& grants);
  kj::Promise<void> onDoors(const std::vector<Grant>& grants,
                            kj::Function<kj::Promise<void>(schema::LiveDoor::Client&)> act, bool last);
  void taskFailed(kj::Exception&& exception) override;

  Ledger& m_ledger;
  const Clock& m_clock;
  Reach& m_reach;
  AppRuns& m_apps;
  kj::Function<kj::Promise<void>(std::vector<Grant>)> m_cut;
  std::map<std::string, schema::FarMachine::Client> m_sessions;
  std::map<uint64_t, Door> m_doors;
  uint64_t m_lastDoor = 0;
  std::shared_ptr<Shares*> m_self;  // For those that may outlive us.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
