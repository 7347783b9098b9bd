// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/service-reach.h"

#include <kj/debug.h>
#include <sys/socket.h>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/service.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

std::string loopback(uint16_t port, bool v6) { return (v6 ? "[::1]:" : "127.0.0.1:") + std::to_string(port) + "/tcp"; }

}  // namespace

kj::Promise<kj::AutoCloseFd> ServiceReach::open(const Grant& grant) {
  auto received = receivedBehind(m_ledger, grant);
  KJ_IF_MAYBE (theirs, received) {
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    kj::AutoCloseFd ours(ends[0]), given(ends[1]);
    return KJ_REQUIRE_NONNULL(m_offers).connect(*theirs, kj::mv(given)).then([ours = kj::mv(ours)]() mutable {
      return kj::mv(ours);
    });
  }
  return openHere(grant);
}

kj::Promise<kj::AutoCloseFd> ServiceReach::openHere(Grant grant) {
  if (hasPath(grant.kind)) co_return co_await KJ_REQUIRE_NONNULL(m_launches).serve(grant);
  if (grant.kind == Kind::Network) co_return co_await m_network.dial(grant.object.target);
  auto service = serviceFrom(grant.object.target);
  auto source = service == nullptr ? std::string() : KJ_ASSERT_NONNULL(service).source;
  auto listener = listenerFrom(source);
  if (listener == nullptr) fail("nothing here is called " + source);
  auto [holder, port] = KJ_ASSERT_NONNULL(listener);
  if (holder.empty()) {
    try {
      co_return co_await m_network.dial(loopback(port, false));
    } catch (const kj::Exception&) {
      // Perhaps by the other family.
    }
    co_return co_await m_network.dial(loopback(port, true));
  }
  auto running = m_instances.livingOf(holder);  // Newest first.
  if (running.empty()) fail(holder + " does not run");
  std::string why;
  for (auto& instance : running) {
    try {
      co_return co_await m_network.reach(instance->id, port);
    } catch (const kj::Exception& exception) {
      why = reason(exception);
    }
  }
  fail(why);
}

kj::Promise<kj::AutoCloseFd> ServiceReach::dial(Grant grant, kj::AutoCloseFd socket) {
  auto received = receivedBehind(m_ledger, grant);
  KJ_IF_MAYBE (theirs, received) {
    co_await KJ_REQUIRE_NONNULL(m_offers).connect(*theirs, kj::mv(socket));
    co_return kj::AutoCloseFd();
  }
  co_return co_await openHere(kj::mv(grant));
}

}  // namespace latchkey
