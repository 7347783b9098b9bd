// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/open-ports.h"

#include <kj/debug.h>

#include <algorithm>
#include <utility>

#include "broker/base/log.h"

namespace latchkey::network {
namespace {

constexpr unsigned SPARE = 8;

std::string placeOf(const Endpoint& endpoint) {
  auto host = endpoint.address.text();
  return (endpoint.address.v6 ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port);
}

}  // namespace

class OpenPorts::Port final : public Visitors {
public:
  Port(OpenPorts& all, GrantRef grant)
      : m_all(all),
        m_grant(std::move(grant)),
        m_inbound(
            kj::heap<Inbound>(all.m_port, all.m_timer, all.m_pipes, *this, KJ_REQUIRE_NONNULL(m_grant->listening))) {}
  ~Port() noexcept override { m_inbound = nullptr; }  // Those that are there leave.

  Visit came(const Endpoint& from, const Listening& to) override {
    auto link = std::make_shared<Link>(Destination{}, Flow{});
    link->visitor = from.address.text() + " to " + to.text();
    link->address = placeOf(from);
    link->state = Link::State::Open;
    if (!m_all.m_desk.admit(link, m_grant)) return {};
    return {link, &link->canceler};
  }

  void left(const Visit& visit, Ending why) override {
    auto link = std::static_pointer_cast<Link>(visit.tally);
    if (link->ending == Ending::NONE) link->ending = why == Ending::NONE ? Ending::FINISHED : why;
    m_isLeaving = true;
    KJ_DEFER(m_isLeaving = false);
    m_all.m_desk.over(kj::mv(link));
  }

  kj::Promise<kj::AutoCloseFd> socketInside(bool v6) override { return m_all.socketInside(v6); }

  bool isLeaving() const { return m_isLeaving; }

private:
  OpenPorts& m_all;
  GrantRef m_grant;
  bool m_isLeaving = false;
  kj::Own<Inbound> m_inbound;
};

OpenPorts::OpenPorts(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Entrance& entrance, const Inside& inside,
                     Desk& desk)
    : m_port(port),
      m_timer(timer),
      m_pipes(pipes),
      m_entrance(entrance),
      m_inside(inside),
      m_desk(desk),
      m_tasks(*this) {}

OpenPorts::~OpenPorts() noexcept {
  std::exchange(m_ports, {}).clear();
  m_tasks.clear();
}

void OpenPorts::taskFailed(kj::Exception&& exception) { logWarning("network portal, inbound: " + reason(exception)); }

void OpenPorts::open(const GrantRef& grant) { m_ports.insert_or_assign(grant, kj::heap<Port>(*this, grant)); }

void OpenPorts::shut(const GrantRef& grant) {
  auto found = m_ports.find(grant);
  if (found == m_ports.end()) return;
  auto port = kj::mv(found->second);
  m_ports.erase(found);
  // Not under the feet of who leaves. Nobody is admitted meanwhile: the grant is not in force any more.
  if (port->isLeaving()) m_tasks.add(kj::evalLater([port = kj::mv(port)] {}));
}

kj::Promise<kj::AutoCloseFd> OpenPorts::socketInside(bool v6) {
  auto& pool = v6 ? m_v6 : m_v4;
  if (!pool.spare.empty()) {
    auto taken = kj::mv(pool.spare.back());
    pool.spare.pop_back();
    return kj::mv(taken);
  }
  auto paf = kj::newPromiseAndFulfiller<kj::AutoCloseFd>();
  pool.waiting.push_back(kj::mv(paf.fulfiller));
  if (!pool.isFilling) m_tasks.add(fill(v6));
  return kj::mv(paf.promise);
}

kj::Promise<void> OpenPorts::fill(bool v6) {
  auto& pool = v6 ? m_v6 : m_v4;
  pool.isFilling = true;
  KJ_DEFER(pool.isFilling = false);
  while (!pool.waiting.empty()) {
    auto count = std::min(MOST_SOCKETS, static_cast<unsigned>(pool.waiting.size()) + SPARE);
    std::vector<kj::AutoCloseFd> made;
    try {
      made = co_await m_entrance.sockets(m_port, m_inside, v6 ? 0 : count, v6 ? count : 0);
    } catch (const kj::Exception& exception) {
      logWarning("network portal, inbound: " + reason(exception));
    }
    bool any = !made.empty();
    for (; !pool.waiting.empty() && (!any || !made.empty()); pool.waiting.pop_front()) {
      auto& next = pool.waiting.front();
      if (!next->isWaiting()) continue;  // It has gone.
      next->fulfill(any ? kj::mv(made.back()) : kj::AutoCloseFd());
      if (any) made.pop_back();
    }
    for (auto& one : made) pool.spare.push_back(kj::mv(one));
  }
}

}  // namespace latchkey::network
