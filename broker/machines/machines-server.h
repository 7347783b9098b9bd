// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The person's side of other machines. Outlives no broker: who holds it is hung up on before.

#include <kj/timer.h>

#include <list>
#include <set>

#include "broker/machines/machines.h"

namespace latchkey {

// Tells the person's programs what changed: gathered for a short while, the newest state of each machine once. Who does
// not answer misses news.
class MachineWatchers final : public Machines::Observer, private kj::TaskSet::ErrorHandler {
public:
  MachineWatchers(Machines& machines, kj::Timer& timer);
  ~MachineWatchers() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(MachineWatchers);

  // Dropping the handle ends it. The first news are all machines.
  schema::MachineHandle::Client add(schema::MachineObserver::Client observer);

  void machineChanged(const std::string& machine) override;
  void ownChanged() override;

private:
  class Handle;
  struct Watcher {
    schema::MachineObserver::Client client;
    size_t behind = 0;
  };
  void tell(Watcher& watcher, const std::set<std::string>& changed, bool evenNothing);
  void schedule();
  void taskFailed(kj::Exception&& exception) override;

  Machines& m_machines;
  kj::Timer& m_timer;
  std::list<Watcher> m_watchers;
  std::set<std::string> m_changed;
  bool m_own = false;
  bool m_scheduled = false;
  kj::TaskSet m_tasks;
};

class MachinesServer final : public schema::Machines::Server {
public:
  // `names`: what to call a grant's holder.
  using HolderName = kj::Function<std::string(const std::string& holder)>;
  MachinesServer(Machines& machines, MachineWatchers& watchers, HolderName name)
      : m_machines(machines), m_watchers(watchers), m_name(kj::mv(name)) {}

  kj::Promise<void> list(ListContext context) override;
  kj::Promise<void> invite(InviteContext context) override;
  kj::Promise<void> invitations(InvitationsContext context) override;
  kj::Promise<void> cancelInvitation(CancelInvitationContext context) override;
  kj::Promise<void> join(JoinContext context) override;
  kj::Promise<void> admit(AdmitContext context) override;
  kj::Promise<void> add(AddContext context) override;
  kj::Promise<void> nearby(NearbyContext context) override;
  kj::Promise<void> rename(RenameContext context) override;
  kj::Promise<void> forget(ForgetContext context) override;
  kj::Promise<void> block(BlockContext context) override;
  kj::Promise<void> setRoutes(SetRoutesContext context) override;
  kj::Promise<void> connect(ConnectContext context) override;
  kj::Promise<void> serve(ServeContext context) override;
  kj::Promise<void> setSelf(SetSelfContext context) override;
  kj::Promise<void> watch(WatchContext context) override;

private:
  void write(const std::vector<Grant>& grants, capnp::List<schema::Grant>::Builder list);

  Machines& m_machines;
  MachineWatchers& m_watchers;
  HolderName m_name;
};

}  // namespace latchkey
