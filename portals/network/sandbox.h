// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One sandbox: its wire, its grants, the questions it has asked.
//
// - A question belongs to the connections that wait for it: when the last of them goes, the call to the broker is
//   dropped, which withdraws it. Equal wishes share one.
// - Without a broker, what waits goes on waiting and is asked again when one is back; what is new is declined
//   after 2 s.
// - A name is decided twice where it has to be: as a name, before anybody outside hears of it; and as where it leads,
//   when that is the local network or this computer. What was found out is what is connected to.

#include <capnp/capability.h>

#include <deque>
#include <memory>
#include <set>

#include "broker/base/own-address.h"
#include "broker/schema/network-portal.capnp.h"
#include "portals/network/datagrams.h"
#include "portals/network/listeners.h"
#include "portals/network/open-ports.h"
#include "portals/network/policy.h"
#include "portals/network/services.h"
#include "portals/network/stub-resolver.h"
#include "portals/network/tcp.h"
#include "portals/network/whose.h"

namespace latchkey::network {

// What every sandbox of this portal shares.
struct World {
  kj::UnixEventPort& port;
  kj::Timer& timer;
  const Clock& clock;
  Entrance& entrance;
  kj::TaskSet& errands;  // What goes on although nobody waits for it any more.
  LookupThreads lookups;
  Pipes pipes = {};
  OwnAddresses ownAddresses = {};
  // Of each holder that runs.
  std::map<std::string, std::weak_ptr<Names>> names = {};
  std::map<std::string, std::weak_ptr<Meter>> appMeters = {};
  // Of each grant that is in force.
  std::map<std::string, std::weak_ptr<Meter>> grantMeters = {};
  // Those that are limited stay as long as we: what passed while no broker was there, nobody else knows.
  std::set<std::shared_ptr<Meter>> keptMeters = {};
};

class Sandbox final : public Desk,
                      public NameRules,
                      public kj::TaskSet::ErrorHandler,
                      public std::enable_shared_from_this<Sandbox> {
public:
  Sandbox(World& world, std::string instance, const std::string& holder, Inside inside, int firstProcess,
          schema::NetworkAsker::Client asker);
  ~Sandbox() noexcept;

  kj::Promise<void> attach(kj::AutoCloseFd pidfd);
  // Throws where a port cannot be listened on.
  GrantRef add(schema::NetworkGrant::Reader grant);
  // Of a grant of a service: returns when it is found at localhost, too.
  kj::Promise<void> added(GrantRef grant);
  // To what listens there inside. Throws where nothing does.
  kj::Promise<kj::AutoCloseFd> reach(uint16_t port);
  // Ends what was connected by it, on both sides, before it returns.
  void revoke(const GrantRef& grant);
  // Likewise, but what it gave is asked about again.
  void lapse(const GrantRef& grant);
  void suspend(const GrantRef& grant);
  void resume(const GrantRef& grant);
  void detach();
  void cutAll(bool off);
  // Of all that the app has together.
  void limit(const Meter::Limits& limits, const Meter::Count& count);
  void endConnection(uint64_t id);
  void writeConnections(size_t most, schema::SandboxNetwork::ConnectionsResults::Builder to);
  capnp::Orphan<capnp::List<schema::Listener>> listeners(capnp::Orphanage orphanage);

  void brokerIs(kj::Maybe<schema::NetworkAsker::Client> asker);
  // To be called a few times a second: expiry, reports, and whether anybody still waits.
  void tick();

  const std::string& instance() const { return m_instance; }
  bool ended() const { return m_ended; }
  kj::Promise<void> onEnd() { return m_end.addBranch(); }
  const std::map<std::string, GrantRef>& grants() const { return m_grants; }
  size_t connections() const { return m_links.size(); }
  size_t held() const;

  // Desk
  kj::Maybe<Destination> destinationOf(const Endpoint& far, Protocol protocol) override;
  bool began(LinkRef link) override;
  kj::Promise<Way> findWay(LinkRef link) override;
  bool admit(const LinkRef& link, const GrantRef& grant) override;
  kj::Promise<kj::AutoCloseFd> dial(GrantRef grant) override;
  void opened(Link& link) override;
  void over(LinkRef link) override;
  void toApp(kj::ArrayPtr<const kj::byte> packet) override;
  kj::Promise<void> ensureGate() override;
  kj::Promise<kj::Array<kj::byte>> answerNames(kj::Array<kj::byte> query, Protocol transport) override;

  // NameRules
  bool isBlocked(const std::string& name) override;
  kj::Promise<bool> mayAsk(Destination wanted) override;
  void tooMuchAsked(const std::string& name, uint64_t questions) override;

private:
  using Outcome = schema::NetworkAsker::Outcome;
  struct Wish {
    Destination wanted;
    std::string local;  // The address it leads to.
  };
  struct Question {
    kj::Maybe<kj::ForkedPromise<Outcome>> outcome;
    size_t waiting = 0;
  };
  struct Listener {
    ListeningPort at;
    Owner owner;
  };
  struct Report {
    WallTime at;
    uint32_t live = 0;
    uint64_t uses = 0, bytes = 0;
  };

  void taskFailed(kj::Exception&& exception) override;
  kj::Promise<void> readWire();
  kj::Promise<void> watch(kj::AutoCloseFd pidfd);
  kj::Promise<void> answerResolver();
  void finish();
  // The grant. Nothing: refused, or `later`. Without a link: a question to a name server.
  kj::Promise<GrantRef> permitted(LinkRef link, Wish wish, bool& later);
  kj::Promise<Outcome> ask(LinkRef link, Wish wish);
  kj::Promise<Outcome> askBroker(std::string text, Wish wish, Owner owner);
  Way given(Link& link, const GrantRef& grant, const Destination& decided, std::vector<Address> addresses);
  Owner whoseIs(const Link& link);
  // Whether it is something else than before.
  bool lookWhatListens();
  kj::Maybe<const Listener&> listenerAt(uint16_t port) const;
  bool isService(const Destination& wanted) const;
  void addListening(const GrantRef& grant, schema::NetworkGrant::Reader from);
  // Everything, when the app has just used up its bytes of the day.
  void cutWhereUsedUp();
  void cutLinksOf(const GrantRef& grant, Ending why);
  void end(const GrantRef& grant, Ending why);
  void forget(const GrantRef& grant, Ending why);
  void report(Grant& grant, bool now);
  void tellRefused(const Destination& wanted, std::string why);
  void tellEnded(const Grant& grant);
  void tellListening();

  World& m_world;
  std::string m_instance;
  Inside m_inside;
  int m_firstProcess;
  std::shared_ptr<Names> m_names;
  kj::Own<HostLookup> m_lookup;
  StubResolver m_resolver;
  kj::Maybe<schema::NetworkAsker::Client> m_asker;
  Wiring m_wiring;
  kj::Maybe<Whose> m_whose;
  kj::Maybe<kj::Own<Tcp>> m_tcp;
  kj::Maybe<kj::Own<Datagrams>> m_datagrams;
  kj::Maybe<kj::Own<OpenPorts>> m_ports;
  kj::Maybe<kj::Own<Services>> m_services;
  kj::Maybe<kj::ForkedPromise<void>> m_gate;
  Policy m_policy;
  std::shared_ptr<Meter> m_appMeter;
  bool m_appUsedUp = false;
  std::map<std::string, GrantRef> m_grants;  // And standing refusals. None that is over.
  std::map<std::string, Question> m_questions;
  std::map<uint64_t, LinkRef> m_links;
  std::deque<LinkRef> m_endedLinks;
  std::set<uint64_t> m_ownListeners;  // Inodes.
  std::vector<Listener> m_listeners;
  bool m_listenersAreTold = true;
  std::map<std::string, Report> m_reports;
  std::map<std::string, kj::TimePoint> m_refusals;
  uint64_t m_lastLink = 0;
  uint64_t m_ticks = 0;
  bool m_off = false;
  bool m_ended = false;
  kj::Own<kj::PromiseFulfiller<void>> m_brokerBack;
  kj::ForkedPromise<void> m_brokerReturns;
  kj::Own<kj::PromiseFulfiller<void>> m_endFulfiller;
  kj::ForkedPromise<void> m_end;
  // What runs here dies with the sandbox and so must not hold it.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::network
