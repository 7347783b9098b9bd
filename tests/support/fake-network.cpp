// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/support/fake-network.h"

#include <kj/debug.h>

#include <algorithm>

namespace latchkey {
namespace {

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

bool holds(const FakeReach& reach) { return !reach.revoked && !reach.suspended && !reach.deny; }

}  // namespace

bool FakeWire::reaches(const std::string& destination) const {
  return std::ranges::any_of(grants,
                             [&](auto& one) { return holds(one.second) && one.second.destination == destination; });
}

bool FakeWire::listens(const std::string& place) const {
  return std::ranges::any_of(grants, [&](auto& one) { return holds(one.second) && one.second.listening == place; });
}

bool FakeWire::denies(const std::string& destination) const {
  return std::ranges::any_of(grants, [&](auto& one) {
    return one.second.deny && !one.second.revoked && one.second.destination == destination;
  });
}

int FakeWire::holding() const {
  return static_cast<int>(std::ranges::count_if(grants, [](auto& one) { return holds(one.second); }));
}

class FakeNetwork::Live final : public schema::NetworkLive::Server {
public:
  Live(FakeNetwork& portal, std::string instance, std::string grant)
      : m_portal(portal), m_instance(kj::mv(instance)), m_grant(kj::mv(grant)) {}
  kj::Promise<void> revoke(RevokeContext) override {
    grant().revoked = true;
    if (m_portal.neverCuts) return kj::NEVER_DONE;
    return kj::READY_NOW;
  }
  kj::Promise<void> lapse(LapseContext) override {
    grant().revoked = grant().lapsed = true;
    return kj::READY_NOW;
  }
  kj::Promise<void> suspend(SuspendContext) override {
    grant().suspended = true;
    return kj::READY_NOW;
  }
  kj::Promise<void> resume(ResumeContext) override {
    grant().suspended = false;
    return kj::READY_NOW;
  }
  kj::Promise<void> counters(CountersContext context) override {
    context.getResults().setUses(7);
    context.getResults().setLive(grant().live);
    context.getResults().setPassed(grant().passed);
    return kj::READY_NOW;
  }

private:
  FakeReach& grant() { return m_portal.wire(m_instance).grants[m_grant]; }

  FakeNetwork& m_portal;
  std::string m_instance, m_grant;
};

class FakeNetwork::Network final : public schema::SandboxNetwork::Server {
public:
  Network(FakeNetwork& portal, std::string instance) : m_portal(portal), m_instance(kj::mv(instance)) {}
  kj::Promise<void> add(AddContext context) override {
    auto from = context.getParams().getGrant();
    FakeReach reach;
    if (from.isListening()) reach.listening = text(from.getListening());
    else reach.destination = text(from.getDestination());
    KJ_REQUIRE(reach.listening.empty() || reach.listening != m_portal.refusesPort, "the port is taken");
    KJ_REQUIRE(reach.destination.empty() || reach.destination != m_portal.refusesDestination, "the portal cannot");
    if (m_portal.takenAfterOne && !reach.listening.empty()) {
      for (auto& [instance, wire] : m_portal.m_wires) KJ_REQUIRE(!wire.listens(reach.listening), "the port is taken");
    }
    reach.expires = from.getExpires();
    reach.once = from.getOnce();
    reach.suspended = from.getSuspended();
    reach.deny = from.getDeny();
    reach.rate = from.getLimits().getBytesPerSecond();
    reach.byteLimit = from.getLimits().getBytes();
    reach.dayLimit = from.getLimits().getBytesPerDay();
    reach.passed = from.getPassed();
    reach.today = from.getPassedToday();
    reach.day = from.getDay();
    auto id = text(from.getId());
    wire().grants[id] = reach;
    context.getResults().setHandle(kj::heap<Live>(m_portal, m_instance, id));
    return kj::READY_NOW;
  }
  kj::Promise<void> detach(DetachContext) override {
    wire().detached = true;
    return kj::READY_NOW;
  }
  kj::Promise<void> grants(GrantsContext context) override {
    auto& grants = wire().grants;
    auto claimed = m_portal.claimsToHold;
    auto list = context.getResults().initList(static_cast<unsigned>(grants.size() + claimed.size()));
    unsigned i = 0;
    auto say = [&](const std::string& id, bool deny) {
      list[i].setId(id.c_str());
      list[i].setDeny(deny);
      list[i++].setHandle(kj::heap<Live>(m_portal, m_instance, id));
    };
    for (auto& [id, grant] : grants) say(id, grant.deny);
    for (auto& id : claimed) say(id, false);
    return kj::READY_NOW;
  }
  kj::Promise<void> connections(ConnectionsContext context) override {
    if (m_portal.neverTells) return kj::NEVER_DONE;
    auto& all = wire().connections;
    auto count = std::min<size_t>(all.size(), context.getParams().getMost());
    auto list = context.getResults().initList(static_cast<unsigned>(count));
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setId(all[i].id);
      list[i].setDestination(all[i].destination.c_str());
      list[i].setProgram(all[i].program.c_str());
      list[i].setGrant(all[i].grant.c_str());
      list[i].setUsed(all[i].used);
      list[i].setState(schema::Connection::State::OPEN);
    }
    context.getResults().setMore(all.size() - count);
    return kj::READY_NOW;
  }
  kj::Promise<void> endConnection(EndConnectionContext context) override {
    if (m_portal.neverCuts) return kj::NEVER_DONE;
    for (auto& one : wire().connections) {
      if (one.id == context.getParams().getId()) one.ended = true;
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> listeners(ListenersContext context) override {
    auto& ports = wire().listeners;
    auto list = context.getResults().initList(static_cast<unsigned>(ports.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setPort(ports[i]);
      list[i].setId(wire().firstListener + i);
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> limit(LimitContext context) override {
    auto params = context.getParams();
    wire().rate = params.getLimits().getBytesPerSecond();
    wire().dayLimit = params.getLimits().getBytesPerDay();
    wire().today = params.getPassedToday();
    if (m_portal.neverCuts) return kj::NEVER_DONE;
    return kj::READY_NOW;
  }
  kj::Promise<void> cutAll(CutAllContext context) override {
    if (wire().grants.empty() && context.getParams().getOff()) wire().wasOffFirst = true;
    wire().offs.push_back(context.getParams().getOff());
    if (m_portal.neverCuts) return kj::NEVER_DONE;
    return kj::READY_NOW;
  }

private:
  FakeWire& wire() { return m_portal.wire(m_instance); }

  FakeNetwork& m_portal;
  std::string m_instance;
};

class FakeNetwork::Server final : public schema::NetworkPortal::Server {
public:
  explicit Server(FakeNetwork& portal) : m_portal(portal) {}
  kj::Promise<void> attach(AttachContext context) override {
    if (m_portal.neverAttaches) return kj::NEVER_DONE;
    KJ_REQUIRE(m_portal.refusesAttaching.empty(), m_portal.refusesAttaching);
    auto params = context.getParams();
    KJ_REQUIRE(params.getFacts().hasNetworkNamespace(), "no namespace");
    FakeWire wire;
    wire.instance = text(params.getInstance());
    wire.holder = text(params.getHolder());
    wire.asker = params.getAsker();
    auto instance = wire.instance;
    m_portal.m_wires.insert_or_assign(instance, kj::mv(wire));
    context.getResults().setSandbox(m_portal.network(instance));
    return kj::READY_NOW;
  }
  kj::Promise<void> reconnected(ReconnectedContext context) override {
    for (auto one : context.getParams().getSandboxes()) m_portal.wire(text(one.getInstance())).asker = one.getAsker();
    ++m_portal.reconnections;
    return kj::READY_NOW;
  }

private:
  FakeNetwork& m_portal;
};

FakeNetwork::FakeNetwork() = default;
FakeNetwork::~FakeNetwork() = default;

schema::NetworkPortal::Client FakeNetwork::client() { return kj::heap<Server>(*this); }
schema::SandboxNetwork::Client FakeNetwork::network(const std::string& instance) {
  return kj::heap<Network>(*this, instance);
}

}  // namespace latchkey
