// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/machines-server.h"

#include <kj/debug.h>

#include "broker/base/base32.h"
#include "broker/base/descriptor.h"
#include "broker/base/log.h"
#include "broker/grants/grant-schema.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

constexpr auto GATHER = 50 * kj::MILLISECONDS;
constexpr size_t MAX_BEHIND = 16;

class HeldHandle final : public schema::MachineHandle::Server {
public:
  explicit HeldHandle(kj::Own<void> held) : m_held(kj::mv(held)) {}

private:
  kj::Own<void> m_held;
};

void write(const Invitation& invitation, schema::MachineInvitation::Builder to) {
  to.setId(inBase32(invitation.id).c_str());
  to.setMade(toNanos(invitation.made));
  to.setUntil(toNanos(invitation.until));
  to.setUsed(toNanos(invitation.used));
  to.setBy(invitation.by.c_str());
}

}  // namespace

// --- watching

class MachineWatchers::Handle final : public schema::MachineHandle::Server {
public:
  Handle(MachineWatchers& watchers, std::list<Watcher>::iterator mine) : m_watchers(watchers), m_mine(mine) {}
  ~Handle() noexcept(false) { m_watchers.m_watchers.erase(m_mine); }

private:
  MachineWatchers& m_watchers;
  std::list<Watcher>::iterator m_mine;
};

MachineWatchers::MachineWatchers(Machines& machines, kj::Timer& timer)
    : m_machines(machines), m_timer(timer), m_tasks(*this) {
  machines.observe(*this);
}

MachineWatchers::~MachineWatchers() noexcept(false) { m_machines.observe(nullptr); }

schema::MachineHandle::Client MachineWatchers::add(schema::MachineObserver::Client observer) {
  m_watchers.push_back({.client = kj::mv(observer)});
  auto all = m_machines.all();
  tell(m_watchers.back(), {all.begin(), all.end()}, true);
  return kj::heap<Handle>(*this, std::prev(m_watchers.end()));
}

void MachineWatchers::machineChanged(const std::string& machine) {
  if (m_watchers.empty()) return;
  m_changed.insert(machine);
  schedule();
}

void MachineWatchers::ownChanged() {
  if (m_watchers.empty()) return;
  m_own = true;
  schedule();
}

void MachineWatchers::schedule() {
  if (m_scheduled) return;
  m_scheduled = true;
  m_tasks.add(m_timer.afterDelay(GATHER).then([this] {
    m_scheduled = false;
    auto changed = kj::mv(m_changed);
    m_changed.clear();
    bool own = m_own;
    m_own = false;
    for (auto& watcher : m_watchers) tell(watcher, changed, own);
  }));
}

// An empty list of changes says that this machine itself has changed: `list` tells how.
void MachineWatchers::tell(Watcher& watcher, const std::set<std::string>& changed, bool evenNothing) {
  std::vector<std::string> there, gone;
  auto all = m_machines.all();
  std::set<std::string> known(all.begin(), all.end());
  for (auto& machine : changed) (known.contains(machine) ? there : gone).push_back(machine);
  // Who is gone by the time an answer comes is not looked for.
  auto counted = [this, &watcher](auto call) {
    if (watcher.behind >= MAX_BEHIND) return;
    ++watcher.behind;
    auto* mine = &watcher;
    m_tasks.add(call.send().ignoreResult().attach(kj::defer([this, mine] {
      for (auto& one : m_watchers) {
        if (&one == mine) --one.behind;
      }
    })));
  };
  if (!there.empty() || (evenNothing && gone.empty())) {
    auto call = watcher.client.changedRequest();
    auto list = call.initMachines(static_cast<unsigned>(there.size()));
    for (unsigned i = 0; i < list.size(); ++i) m_machines.writeInfo(there[i], list[i]);
    counted(kj::mv(call));
  }
  if (!gone.empty()) {
    auto call = watcher.client.goneRequest();
    auto list = call.initIds(static_cast<unsigned>(gone.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, gone[i].c_str());
    counted(kj::mv(call));
  }
}

void MachineWatchers::taskFailed(kj::Exception&& exception) { logDebug("an observer: " + reason(exception)); }

// --- the person

void MachinesServer::write(const std::vector<Grant>& grants, capnp::List<schema::Grant>::Builder list) {
  for (unsigned i = 0; i < list.size(); ++i) toSchema(grants[i], m_name(grants[i].holder), list[i]);
}

kj::Promise<void> MachinesServer::list(ListContext context) {
  auto machines = m_machines.all();
  auto results = context.getResults();
  auto list = results.initList(static_cast<unsigned>(machines.size()));
  for (unsigned i = 0; i < list.size(); ++i) m_machines.writeInfo(machines[i], list[i]);
  m_machines.writeOwn(results.initSelf());
  return kj::READY_NOW;
}

kj::Promise<void> MachinesServer::invite(InviteContext context) {
  constexpr uint64_t MOST = 7ULL * 24 * 3600;
  auto seconds = kj::min(context.getParams().getSeconds(), MOST);
  auto made = co_await m_machines.invite(std::chrono::seconds(seconds));
  auto invitation = context.getResults().initInvitation();
  latchkey::write(made.invitation, invitation);
  invitation.setLink(made.link.c_str());
}

kj::Promise<void> MachinesServer::invitations(InvitationsContext context) {
  auto all = m_machines.pairings().invitations();
  auto list = context.getResults().initList(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) latchkey::write(all[i], list[i]);
  return kj::READY_NOW;
}

kj::Promise<void> MachinesServer::cancelInvitation(CancelInvitationContext context) {
  m_machines.pairings().cancel(fromBase32(textOf(context.getParams().getId()), INVITATION_BYTES).orDefault(""));
  return kj::READY_NOW;
}

kj::Promise<void> MachinesServer::join(JoinContext context) {
  auto machine = co_await m_machines.join(textOf(context.getParams().getLink()));
  context.getResults().setMachine(machine.c_str());
}

kj::Promise<void> MachinesServer::admit(AdmitContext context) {
  auto admission = m_machines.pairings().admit(context.getParams().getPresenter());
  context.getResults().setHandle(kj::heap<HeldHandle>(kj::mv(admission)));
  return kj::READY_NOW;
}

kj::Promise<void> MachinesServer::add(AddContext context) {
  auto params = context.getParams();
  auto machine = co_await m_machines.add(textOf(params.getAddress()), params.getPresenter());
  context.getResults().setMachine(machine.c_str());
}

// Nothing is looked for on the local network.
kj::Promise<void> MachinesServer::nearby(NearbyContext) { return kj::READY_NOW; }

kj::Promise<void> MachinesServer::rename(RenameContext context) {
  auto params = context.getParams();
  m_machines.rename(textOf(params.getMachine()), textOf(params.getPetname()));
  return kj::READY_NOW;
}

kj::Promise<void> MachinesServer::forget(ForgetContext context) {
  auto ended = co_await m_machines.forget(textOf(context.getParams().getMachine()));
  write(ended, context.getResults().initEnded(static_cast<unsigned>(ended.size())));
}

kj::Promise<void> MachinesServer::block(BlockContext context) {
  auto params = context.getParams();
  auto machine = textOf(params.getMachine());
  if (!params.getBlocked()) {
    co_await m_machines.unblock(kj::mv(machine));
    co_return;
  }
  auto ended = co_await m_machines.block(kj::mv(machine));
  write(ended, context.getResults().initEnded(static_cast<unsigned>(ended.size())));
}

kj::Promise<void> MachinesServer::setRoutes(SetRoutesContext context) {
  auto params = context.getParams();
  std::vector<std::string> routes;
  for (auto route : params.getRoutes()) routes.push_back(textOf(route));
  m_machines.setRoutes(textOf(params.getMachine()), routes);
  return kj::READY_NOW;
}

kj::Promise<void> MachinesServer::connect(ConnectContext context) {
  auto machine = textOf(context.getParams().getMachine());
  co_await m_machines.connect(machine);
  m_machines.writeInfo(machine, context.getResults().initMachine());
}

kj::Promise<void> MachinesServer::serve(ServeContext context) {
  auto socket = co_await receivedFrom(context.getParams().getSocket());
  co_await m_machines.serve(kj::mv(socket));
}

kj::Promise<void> MachinesServer::setSelf(SetSelfContext context) {
  m_machines.setOwn(context.getParams().getSelf());
  return kj::READY_NOW;
}

kj::Promise<void> MachinesServer::watch(WatchContext context) {
  context.getResults().setHandle(m_watchers.add(context.getParams().getObserver()));
  return kj::READY_NOW;
}

}  // namespace latchkey
