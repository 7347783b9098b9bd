// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/portal.h"

#include <dirent.h>
#include <kj/debug.h>
#include <string.h>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/log.h"

namespace latchkey::network {
namespace {

constexpr auto TICK = 200 * kj::MILLISECONDS;

class LiveServer final : public schema::NetworkLive::Server {
public:
  LiveServer(std::weak_ptr<Sandbox> sandbox, GrantRef grant)
      : m_sandbox(std::move(sandbox)), m_grant(std::move(grant)) {}

  // What is over already needs no ending.
  kj::Promise<void> revoke(RevokeContext context) override { return on(&Sandbox::revoke); }
  kj::Promise<void> suspend(SuspendContext context) override { return on(&Sandbox::suspend); }
  kj::Promise<void> resume(ResumeContext context) override { return on(&Sandbox::resume); }
  kj::Promise<void> lapse(LapseContext context) override { return on(&Sandbox::lapse); }
  kj::Promise<void> counters(CountersContext context) override {
    auto results = context.getResults();
    results.setLive(m_grant->live);
    results.setUses(m_grant->uses);
    results.setBytesIn(m_grant->bytesIn);
    results.setBytesOut(m_grant->bytesOut);
    results.setUsed(toNanos(m_grant->used));
    results.setPassed(m_grant->meter->passedInAll());
    return kj::READY_NOW;
  }

private:
  kj::Promise<void> on(void (Sandbox::*change)(const GrantRef&)) {
    if (auto sandbox = m_sandbox.lock()) ((*sandbox).*change)(m_grant);
    return kj::READY_NOW;
  }

  std::weak_ptr<Sandbox> m_sandbox;
  GrantRef m_grant;
};

class SandboxServer final : public schema::SandboxNetwork::Server {
public:
  explicit SandboxServer(std::weak_ptr<Sandbox> sandbox) : m_sandbox(std::move(sandbox)) {}

  kj::Promise<void> add(AddContext context) override {
    auto sandbox = m_sandbox.lock();
    KJ_REQUIRE(sandbox != nullptr, "the sandbox has ended");
    auto grant = sandbox->add(context.getParams().getGrant());
    co_await sandbox->added(grant);
    context.getResults().setHandle(kj::heap<LiveServer>(sandbox, grant));
  }
  kj::Promise<void> detach(DetachContext context) override {
    if (auto sandbox = m_sandbox.lock()) sandbox->detach();
    return kj::READY_NOW;
  }
  kj::Promise<void> grants(GrantsContext context) override {
    auto sandbox = m_sandbox.lock();
    if (!sandbox) return kj::READY_NOW;
    auto list = context.getResults().initList(static_cast<unsigned>(sandbox->grants().size()));
    unsigned i = 0;
    for (auto& [id, grant] : sandbox->grants()) {
      auto one = list[i++];
      one.setId(id.c_str());
      one.setDeny(grant->deny);
      one.setHandle(kj::heap<LiveServer>(sandbox, grant));
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> connections(ConnectionsContext context) override {
    if (auto sandbox = m_sandbox.lock()) {
      sandbox->writeConnections(context.getParams().getMost(), context.getResults());
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> endConnection(EndConnectionContext context) override {
    if (auto sandbox = m_sandbox.lock()) sandbox->endConnection(context.getParams().getId());
    return kj::READY_NOW;
  }
  kj::Promise<void> listeners(ListenersContext context) override {
    if (auto sandbox = m_sandbox.lock()) {
      auto results = context.getResults();
      results.adoptList(sandbox->listeners(capnp::Orphanage::getForMessageContaining(results)));
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> cutAll(CutAllContext context) override {
    if (auto sandbox = m_sandbox.lock()) sandbox->cutAll(context.getParams().getOff());
    return kj::READY_NOW;
  }
  kj::Promise<void> limit(LimitContext context) override {
    auto params = context.getParams();
    auto limits = params.getLimits();
    if (auto sandbox = m_sandbox.lock()) {
      sandbox->limit({.bytesPerSecond = limits.getBytesPerSecond(), .bytesPerDay = limits.getBytesPerDay()},
                     {.today = params.getPassedToday(), .day = params.getDay()});
    }
    return kj::READY_NOW;
  }

  kj::Promise<void> reach(ReachContext context) override {
    auto sandbox = m_sandbox.lock();
    KJ_REQUIRE(sandbox != nullptr, "the sandbox has ended");
    auto socket = co_await sandbox->reach(context.getParams().getPort());
    context.getResults().setSocket(descriptorOf(kj::mv(socket)));
  }

private:
  std::weak_ptr<Sandbox> m_sandbox;
};

}  // namespace

class Portal::Front final : public schema::NetworkPortal::Server {
public:
  explicit Front(Portal& portal) : m_portal(portal) {}

  kj::Promise<void> attach(AttachContext context) override {
    auto sandbox = co_await m_portal.attach(context.getParams());
    context.getResults().setSandbox(clientOf(sandbox));
  }

  kj::Promise<void> statistics(StatisticsContext context) override {
    size_t connections = 0, held = 0;
    for (auto& [instance, sandbox] : m_portal.m_sandboxes) {
      connections += sandbox->connections();
      held += sandbox->held();
    }
    // All of the process, as the kernel counts them.
    uint32_t descriptors = 0;
    if (auto* list = opendir("/proc/self/fd")) {
      while (::readdir(list)) ++descriptors;
      closedir(list);
    }
    auto results = context.getResults();
    results.setSandboxes(static_cast<uint32_t>(m_portal.m_sandboxes.size()));
    results.setConnections(static_cast<uint32_t>(connections));
    results.setHeld(static_cast<uint32_t>(held));
    results.setDescriptors(descriptors > 3 ? descriptors - 3 : 0);
    return kj::READY_NOW;
  }

  kj::Promise<void> reconnected(ReconnectedContext context) override {
    for (auto one : context.getParams().getSandboxes()) {
      auto found = m_portal.m_sandboxes.find(one.getInstance());
      if (found != m_portal.m_sandboxes.end()) found->second->brokerIs(one.getAsker());
    }
    return kj::READY_NOW;
  }

  kj::Promise<void> dial(DialContext context) override {
    auto connected = co_await m_portal.dial(context.getParams().getDestination());
    auto results = context.getResults();
    results.setAddress(connected.address.text().c_str());
    results.setSocket(descriptorOf(kj::mv(connected.fd)));
  }

private:
  Portal& m_portal;
};

Portal::Portal(kj::UnixEventPort& port, kj::Timer& timer, const Clock& clock, Entrance& entrance)
    : m_world{port, timer, clock, entrance, m_tasks, LookupThreads(timer)}, m_tasks(*this) {}

Portal::~Portal() noexcept = default;

void Portal::taskFailed(kj::Exception&& exception) { logWarning("network portal: " + reason(exception)); }

schema::NetworkPortal::Client Portal::client() { return kj::heap<Front>(*this); }

kj::Promise<void> Portal::run() {
  for (;;) {
    for (auto& sandbox : sandboxes()) sandbox->tick();
    co_await m_world.timer.afterDelay(TICK);
  }
}

kj::Promise<std::shared_ptr<Sandbox>> Portal::attach(schema::NetworkPortal::AttachParams::Reader params) {
  std::string instance(params.getInstance().begin(), params.getInstance().end());
  std::string holder(params.getHolder().begin(), params.getHolder().end());
  KJ_REQUIRE(!m_sandboxes.contains(instance), "attached already", instance);
  auto facts = params.getFacts();
  auto inside = checked(co_await receivedFrom(facts.getNetworkNamespace()));
  kj::AutoCloseFd pidfd;
  if (facts.hasPidfd()) pidfd = co_await receivedFrom(facts.getPidfd());
  auto sandbox =
      std::make_shared<Sandbox>(m_world, instance, holder, kj::mv(inside), facts.getChild(), params.getAsker());
  co_await sandbox->attach(kj::mv(pidfd));
  KJ_REQUIRE(!m_sandboxes.contains(instance), "attached already", instance);
  m_sandboxes[instance] = sandbox;
  m_tasks.add(removeAtEnd(sandbox));
  co_return sandbox;
}

kj::Promise<Connected> Portal::dial(capnp::Text::Reader text) {
  auto wanted = KJ_REQUIRE_NONNULL(destinationFrom({text.begin(), text.size()}), "not a destination", text);
  bool isOne = wanted.host == Destination::Host::Name || wanted.host == Destination::Host::Address;
  KJ_REQUIRE(isOne && wanted.protocol == Protocol::Tcp && wanted.firstPort != 0 && wanted.firstPort == wanted.lastPort,
             "not one host and TCP port", text);
  std::vector<Address> addresses;
  if (wanted.host == Destination::Host::Address) {
    addresses.push_back(wanted.address);
  } else {
    auto lane = m_world.lookups.lane();
    addresses = co_await lane->lookUp(wanted.name);
    KJ_REQUIRE(!addresses.empty(), "there is no such name", wanted.name);
    // What was shared is where it leads to, not the name alone.
    std::erase_if(addresses, [&](auto& address) {
      return wanted.leadingTo(address, m_world.ownAddresses.contains(address)) != wanted;
    });
    KJ_REQUIRE(!addresses.empty(), "the name leads elsewhere now", wanted.name);
  }
  auto connected = co_await connectTo(m_world.port, m_world.timer, addresses, wanted.firstPort);
  KJ_REQUIRE(connected.error == 0, "cannot be connected with", strerror(connected.error));
  co_return kj::mv(connected);
}

kj::Promise<void> Portal::removeAtEnd(std::shared_ptr<Sandbox> sandbox) {
  co_await sandbox->onEnd();
  m_sandboxes.erase(sandbox->instance());
}

void Portal::brokerGone() {
  for (auto& entry : m_sandboxes) entry.second->brokerIs(nullptr);
}

std::vector<std::shared_ptr<Sandbox>> Portal::sandboxes() const {
  std::vector<std::shared_ptr<Sandbox>> all;
  for (auto& entry : m_sandboxes) all.push_back(entry.second);
  return all;
}

schema::SandboxNetwork::Client Portal::clientOf(const std::shared_ptr<Sandbox>& sandbox) {
  return kj::heap<SandboxServer>(sandbox);
}

}  // namespace latchkey::network
