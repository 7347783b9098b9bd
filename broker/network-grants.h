// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Keeps the network portal in step with the ledger: every living grant of kinds `network` and `listen` is enforced in
// every sandbox it is for, and none that ended is.
//
// The portal is the only wire out of a sandbox. So whatever goes wrong with it is "offline", never "open": a portal
// that cannot be started, or cannot make the wire, keeps no app from starting, and is said in the status. One that dies
// takes its wires along; the next one gets what still holds. It may also outlive us and come home, as the file portal
// does.
//
// "All network off" is kept here and in the store. A portal that does not say in time that it has cut everything is
// killed: the wire goes with it.

#include <kj/async.h>
#include <kj/timer.h>

#include <map>
#include <set>

#include "broker/ceilings.h"
#include "broker/grants/ledger.h"
#include "broker/instance.h"
#include "broker/process.h"
#include "broker/schema/homecoming.capnp.h"
#include "broker/schema/network-portal.capnp.h"

namespace latchkey {

// What a sandbox's wire asks and tells. One object per sandbox, told which by who made it.
class NetworkAskerSource {
public:
  virtual ~NetworkAskerSource() noexcept(false) = default;
  virtual schema::NetworkAsker::Client networkAskerFor(const InstanceId& instance) = 0;
};

class NetworkGrants final : private kj::TaskSet::ErrorHandler {
public:
  NetworkGrants(Programs& programs, Ledger& ledger, Instances& instances, Ceilings& ceilings, kj::Timer& timer);
  ~NetworkGrants() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(NetworkGrants);

  void askThrough(NetworkAskerSource& askers) { m_askers = askers; }
  // `trouble()` says something else than before.
  void whenChanged(kj::Function<void()> changed) { m_changed = kj::mv(changed); }

  // Makes the sandbox's wire and gives it what its app holds. Returns when that is done, has failed or takes too long,
  // and never fails: then the app has no network, or gets it later.
  kj::Promise<void> attach(const InstanceId& instance);
  void forget(const InstanceId& instance);
  // An instance whose launcher came home.
  kj::Promise<void> adoptInstance(InstanceId id);

  // As of the file portal (file-grants.h). A place to listen that cannot be had in any sandbox fails.
  kj::Promise<void> enforce(const Grant& grant);
  kj::Promise<void> deny(const Refusal& refusal);
  kj::Promise<void> lift(const RequestId& refusal);
  kj::Promise<void> cut(std::vector<Grant> grants);
  kj::Promise<void> suspend(std::vector<Grant> grants);
  kj::Promise<void> resume(std::vector<Grant> grants);
  // Asked about again until they are enforced anew; what was connected by them is cut.
  kj::Promise<void> rest(std::vector<Grant> grants);

  // What all that the app has of the network may move together, as its settings say by now.
  kj::Promise<void> limit(const std::string& holder);

  // The panic button. Returns when every connection is cut, or the portal with all of them. Switched on again, what is
  // granted works again.
  kj::Promise<void> setOff(bool off);
  bool isOff() const { return m_off; }

  // Why no app, or not every one, has its network: one line, empty when there is nothing to say.
  std::string trouble() const { return m_troubles.empty() ? std::string() : m_troubles.begin()->second; }

  // Whether that instance can hold it: what a portal says of any other grant is not believed.
  bool isOf(const InstanceId& instance, const GrantId& grant);
  // The portal ended it by itself.
  void dropped(const InstanceId& instance, const GrantId& grant);

  static constexpr uint32_t MOST_CONNECTIONS = 500;  // For each sandbox.
  template <typename Results>
  struct Answers {
    std::vector<std::pair<InstanceId, capnp::Response<Results>>> list;
    bool unanswered = false;  // A portal did not answer within a second.
  };
  using Connections = Answers<schema::SandboxNetwork::ConnectionsResults>;
  using Listeners = Answers<schema::SandboxNetwork::ListenersResults>;
  static constexpr unsigned MOST_LISTENERS = 1000;  // Likewise.
  // Of one instance, or with an empty id of all.
  kj::Promise<Connections> connections(InstanceId instance);
  kj::Promise<Listeners> listeners();
  // Throws unless this very one still listens there.
  kj::Promise<void> requireListener(InstanceId instance, std::string target, uint64_t listener);
  // A connection to what listens in that instance, or outside to one host; for what is shared. Throws where there is
  // none, and while the network is off.
  kj::Promise<kj::AutoCloseFd> reach(InstanceId instance, uint16_t port);
  kj::Promise<kj::AutoCloseFd> dial(std::string destination);
  // Throws where it has no wire, or the portal does not answer in time.
  kj::Promise<void> endConnection(InstanceId instance, uint64_t connection);

  // Survivors may come home with a portal: none is started before they had the time to.
  void expectHomecoming(kj::Duration grace);
  struct ReturningSandbox {
    InstanceId instance;
    schema::SandboxNetwork::Client network;
  };
  // A portal that proved itself. Compares what it holds with the ledger.
  kj::Promise<void> adopt(Helper helper, schema::NetworkPortal::Client portal, std::vector<ReturningSandbox> sandboxes);

private:
  class Start;
  struct Live {
    schema::NetworkLive::Client handle;
    kj::ForkedPromise<void> added;
  };
  struct Sandbox {
    schema::SandboxNetwork::Client network;
    std::map<GrantId, Live> grants;
    std::map<std::string, schema::NetworkLive::Client> denials;  // Refusals by their ids, and ceilings.
  };
  struct Portal {
    kj::Maybe<Helper> helper;
    schema::NetworkPortal::Client client;
    kj::Promise<void> watch;
  };

  kj::Promise<schema::NetworkPortal::Client> ensurePortal();
  kj::Promise<void> startPortal();
  void take(kj::Maybe<Helper> helper, schema::NetworkPortal::Client portal, kj::Promise<void> gone);
  kj::Promise<void> watchPortal(uint64_t generation, kj::Promise<void> gone);
  void portalGone(uint64_t generation);
  void forgetUse(const InstanceId& id);

  kj::Promise<void> serve(InstanceId id, kj::Own<kj::PromiseFulfiller<void>> tried);
  kj::Promise<void> mount(InstanceId id);
  bool runs(const InstanceId& id);
  void setTrouble(const InstanceId& id, std::string line);

  kj::Promise<void> limitIn(const Instance& instance, Sandbox& sandbox);
  kj::Promise<void> add(InstanceId id, Grant grant);
  bool maySandboxHold(const Instance& instance, const Grant& grant) const;
  kj::Promise<void> denyIn(Sandbox& sandbox, const std::string& id, const std::string& destination);
  kj::Promise<void> reconcile(InstanceId id);
  kj::Promise<void> reconcileDenials(const Instance& instance, Sandbox& sandbox);
  kj::Maybe<Sandbox&> sandboxOf(const InstanceId& instance);
  using Act = kj::Function<kj::Promise<void>(schema::NetworkLive::Client, const Grant&)>;
  // Its answer, if it comes in time. The call itself is never given up: see Sandbox::dial of the portal.
  template <typename Results>
  kj::Promise<kj::AutoCloseFd> socketOf(kj::Promise<capnp::Response<Results>> call);
  kj::Promise<void> onEach(const std::vector<Grant>& grants, Act act);
  void taskFailed(kj::Exception&& exception) override;

  Programs& m_programs;
  Ledger& m_ledger;
  Instances& m_instances;
  Ceilings& m_ceilings;
  kj::Timer& m_timer;
  kj::Maybe<NetworkAskerSource&> m_askers;
  kj::Maybe<kj::Function<void()>> m_changed;

  bool m_off = false;
  std::map<InstanceId, std::string> m_troubles;  // Of those that run without their network.
  kj::Maybe<Portal> m_portal;
  uint64_t m_generation = 0;
  bool m_startUnderWay = false;
  kj::Maybe<kj::ForkedPromise<void>> m_starting;
  kj::TimePoint m_mayStart = kj::origin<kj::TimePoint>();
  bool m_expected = false;
  kj::Own<kj::PromiseFulfiller<void>> m_homecoming;
  kj::ForkedPromise<void> m_cameHome = nullptr;
  std::map<InstanceId, schema::SandboxNetwork::Client> m_returned;  // Not taken up yet.
  std::map<InstanceId, Sandbox> m_sandboxes;
  std::set<InstanceId> m_serving;
  kj::TaskSet m_tasks;
};

// As the person's programs are shown what a portal said: bounded and escaped.
void copyListener(schema::Listener::Reader from, schema::Listener::Builder to);

}  // namespace latchkey
