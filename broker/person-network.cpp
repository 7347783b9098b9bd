// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What apps are connected with, and the switch that ends all of it.

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "broker/person-server.h"

namespace latchkey {
namespace {

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

// What apps chose, and what a portal of ours passed on.
std::string shown(capnp::Text::Reader words, size_t most = 300) { return brief(text(words), most); }

void copy(schema::Connection::Reader from, const InstanceId& instance, schema::Connection::Builder to) {
  to.setId(from.getId());
  to.setDestination(shown(from.getDestination()).c_str());
  to.setAddress(shown(from.getAddress(), 100).c_str());
  to.setDirection(from.getDirection());
  to.setState(from.getState());
  to.setSince(from.getSince());
  to.setUsed(from.getUsed());
  to.setEnded(from.getEnded());
  to.setBytesIn(from.getBytesIn());
  to.setBytesOut(from.getBytesOut());
  to.setProgram(shown(from.getProgram(), 64).c_str());
  to.setPid(from.getPid());
  to.setInstance(instance.text().c_str());
  to.setGrant(shown(from.getGrant(), 64).c_str());
  to.setEnding(from.getEnding());
}

}  // namespace

// First what is written down, then what is cut; and a disk that takes nothing keeps nothing from being cut.
kj::Promise<void> PersonServer::networkOff(NetworkOffContext context) {
  bool off = context.getParams().getOff();
  std::string unkept;
  try {
    m_parts.ledger.putFact("network-off", off ? "yes" : "");
  } catch (const StoreError& error) {
    if (!off) throw;
    unkept = error.line();
  }
  auto done = m_parts.network.setOff(off);
  auto shares = m_parts.enforcement.setSharesOff(off).eagerlyEvaluate(nullptr);
  m_parts.powerbox.switchedOff();
  m_parts.observers.statusChanged();
  co_await done;
  co_await shares;
  if (!unkept.empty()) fail("the network is off, but not for longer than Latchkey runs: " + unkept);
}

kj::Promise<void> PersonServer::connections(ConnectionsContext context) {
  auto all = co_await m_parts.network.connections(InstanceId(text(context.getParams().getInstance())));
  struct One {
    schema::Connection::Reader connection;
    const InstanceId* instance;
  };
  std::vector<One> found;
  auto results = context.getResults();
  uint64_t more = 0;
  for (auto& [instance, answer] : all.list) {
    auto list = answer.getList();
    auto kept = std::min<uint32_t>(list.size(), NetworkGrants::MOST_CONNECTIONS);
    for (unsigned i = 0; i < kept; ++i) found.push_back({list[i], &instance});
    more += answer.getMore() + (list.size() - kept);
  }
  std::ranges::stable_sort(found, std::greater<>(), [](auto& one) { return one.connection.getUsed(); });
  auto list = results.initList(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < list.size(); ++i) copy(found[i].connection, *found[i].instance, list[i]);
  results.setMore(more);
  results.setUnanswered(all.unanswered);
}

kj::Promise<void> PersonServer::endConnection(EndConnectionContext context) {
  auto params = context.getParams();
  return m_parts.network.endConnection(InstanceId(text(params.getInstance())), params.getId());
}

kj::Promise<void> PersonServer::listeners(ListenersContext context) {
  auto all = co_await m_parts.network.listeners();
  struct One {
    schema::Listener::Reader listener;
    const InstanceId* instance;
  };
  std::vector<One> found;
  for (auto& [instance, answer] : all.list) {
    auto list = answer.getList();
    for (unsigned i = 0; i < list.size() && i < NetworkGrants::MOST_LISTENERS; ++i)
      found.push_back({list[i], &instance});
  }
  auto list = context.getResults().initList(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setInstance(found[i].instance->text().c_str());
    copyListener(found[i].listener, list[i].initListener());
  }
}

}  // namespace latchkey
