// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/portal-keeper.h"

#include <kj/debug.h>

#include "broker/base/log.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

constexpr auto START_LIMIT = 10 * kj::SECONDS;
constexpr auto MAKE_LIMIT = 20 * kj::SECONDS;
constexpr auto WAIT_LIMIT = 15 * kj::SECONDS;
constexpr auto FIRST_PAUSE = 500 * kj::MILLISECONDS;
constexpr auto LONGEST_PAUSE = 60 * kj::SECONDS;
constexpr auto RAN_WELL = 20 * kj::SECONDS;

}  // namespace

// What a portal finds on its descriptor 3 when it starts.
class PortalKeeper::Start final : public schema::PeerStart::Server {
public:
  Start(OwnIdentity identity, Owner& owner, kj::Own<kj::PromiseFulfiller<schema::PeerPortal::Client>> began)
      : m_identity(kj::mv(identity)), m_owner(owner), m_began(kj::mv(began)) {}

  kj::Promise<void> begin(BeginContext context) override {
    KJ_REQUIRE(m_began->isWaiting(), "it has begun already");
    auto results = context.getResults();
    auto identity = results.initIdentity();
    identity.setKey(dataOf(m_identity.key));
    identity.setCertificate(dataOf(m_identity.certificate));
    identity.setId(m_identity.id.c_str());
    m_owner.writeHello(identity.initHello());
    results.setHost(m_owner.host());
    m_began->fulfill(context.getParams().getPortal());
    return kj::READY_NOW;
  }

private:
  OwnIdentity m_identity;
  Owner& m_owner;
  kj::Own<kj::PromiseFulfiller<schema::PeerPortal::Client>> m_began;
};

PortalKeeper::PortalKeeper(Ways& ways, std::string state, kj::Timer& timer, Owner& owner)
    : m_ways(ways), m_state(kj::mv(state)), m_timer(timer), m_owner(owner) {
  // One that cannot be read is told when it is needed.
  auto failure = kj::runCatchingExceptions([this] { m_identity = findIdentity(m_state); });
  KJ_IF_MAYBE (exception, failure) logWarning(reason(*exception));
}

// --- who we are

std::string PortalKeeper::ownId() const {
  KJ_IF_MAYBE (identity, m_identity) return identity->id;
  return {};
}

kj::Promise<void> PortalKeeper::makeOwn() {
  m_making = true;
  KJ_DEFER(m_making = false);
  KJ_IF_MAYBE (found, findIdentity(m_state)) {
    m_identity = kj::mv(*found);
    co_return;
  }
  auto bytes = co_await m_timer.timeoutAfter(MAKE_LIMIT, m_ways.makeIdentity());
  auto made = identityFrom(bytes);
  keepIdentity(m_state, bytes);
  m_identity = kj::mv(made);
}

kj::Promise<OwnIdentity> PortalKeeper::identity() {
  if (m_identity == nullptr) {
    if (!m_making) m_made = makeOwn().fork();
    co_await KJ_ASSERT_NONNULL(m_made).addBranch();
  }
  co_return KJ_ASSERT_NONNULL(m_identity);
}

// --- the process

void PortalKeeper::need(bool needed) {
  if (m_needed == needed) return;
  m_needed = needed;
  if (m_change.get() != nullptr) m_change->fulfill();
  if (needed && !m_begun) {
    m_begun = true;
    m_keeping = kj::evalLater([this] { return keep(); }).eagerlyEvaluate([](kj::Exception&& exception) {
      logError("machines: " + reason(exception));
    });
  }
}

kj::Maybe<schema::PeerPortal::Client> PortalKeeper::running() {
  KJ_IF_MAYBE (portal, m_portal) return *portal;
  return nullptr;
}

void PortalKeeper::restart() {
  if (m_restart.get() != nullptr) m_restart->fulfill();
}

void PortalKeeper::hurry() {
  if (m_hurry.get() != nullptr) m_hurry->fulfill();
}

kj::Promise<schema::PeerPortal::Client> PortalKeeper::portal() {
  KJ_REQUIRE(m_needed, "this computer knows no other one");
  if (m_portal == nullptr) {
    auto there = kj::newPromiseAndFulfiller<void>();
    m_waiting.add(kj::mv(there.fulfiller));
    co_await m_timer.timeoutAfter(WAIT_LIMIT, kj::mv(there.promise));
  }
  KJ_IF_MAYBE (portal, m_portal) co_return *portal;
  KJ_FAIL_REQUIRE("the program that speaks with other machines ended; see the log");
}

void PortalKeeper::tellWaiting(kj::Maybe<kj::Exception> failure) {
  auto waiting = kj::mv(m_waiting);
  for (auto& one : waiting) {
    if (failure == nullptr) one->fulfill();
    else one->reject(kj::cp(KJ_ASSERT_NONNULL(failure)));
  }
}

kj::Promise<void> PortalKeeper::until(bool needed) {
  while (m_needed != needed) {
    auto change = kj::newPromiseAndFulfiller<void>();
    m_change = kj::mv(change.fulfiller);
    co_await change.promise;
  }
}

kj::Promise<void> PortalKeeper::keep() {
  auto pause = FIRST_PAUSE;
  for (;;) {
    co_await until(true);
    auto began = m_timer.now();
    kj::Maybe<kj::Exception> failure;
    try {
      co_await runOnce().exclusiveJoin(until(false));
    } catch (const kj::Exception& exception) {
      failure = kj::cp(exception);
    }
    if (m_portal != nullptr) {
      m_portal = nullptr;
      m_owner.portalHasGone();
    }
    if (!m_needed) {
      m_trouble.clear();
      tellWaiting(KJ_EXCEPTION(FAILED, "this computer knows no other one any more"));
      continue;
    }
    KJ_IF_MAYBE (exception, failure) {
      m_trouble = reason(*exception);
      logWarning("other machines cannot be reached: " + m_trouble);
      tellWaiting(kj::cp(*exception));
    }
    pause = m_timer.now() - began > RAN_WELL ? FIRST_PAUSE : kj::min(pause * 2, LONGEST_PAUSE);
    auto hurried = kj::newPromiseAndFulfiller<void>();
    m_hurry = kj::mv(hurried.fulfiller);
    co_await m_timer.afterDelay(pause).exclusiveJoin(kj::mv(hurried.promise));
  }
}

// Returns when it has gone. What it holds goes with it.
kj::Promise<void> PortalKeeper::runOnce() {
  auto own = co_await identity();
  auto began = kj::newPromiseAndFulfiller<schema::PeerPortal::Client>();
  auto portal = m_ways.startPeerPortal(kj::heap<Start>(kj::mv(own), m_owner, kj::mv(began.fulfiller)));
  auto gone = portal.gone.fork();
  auto early = gone.addBranch().then([]() -> schema::PeerPortal::Client {
    KJ_FAIL_REQUIRE("the program that speaks with other machines does not start; see the log");
  });
  auto client = co_await m_timer.timeoutAfter(START_LIMIT, began.promise.exclusiveJoin(kj::mv(early)));
  co_await m_timer.timeoutAfter(START_LIMIT, m_owner.prepare(client));
  m_portal = kj::mv(client);
  m_trouble.clear();
  tellWaiting(nullptr);
  m_owner.portalIsThere();
  auto restart = kj::newPromiseAndFulfiller<void>();
  m_restart = kj::mv(restart.fulfiller);
  co_await gone.addBranch().exclusiveJoin(kj::mv(restart.promise));
  logWarning("the program that speaks with other machines has gone: another one is started");
}

}  // namespace latchkey
