// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/network-grants.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/cookie.h"
#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/listening.h"
#include "broker/base/log.h"
#include "broker/base/service.h"
#include "broker/base/text.h"
#include "broker/grants/digest.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr auto START_LIMIT = 10 * kj::SECONDS;
constexpr auto ATTACH_PATIENCE = 2 * kj::SECONDS;  // A launch waits so long and no longer.
constexpr auto CUT_PATIENCE = 2 * kj::SECONDS;
constexpr auto CONNECT_PATIENCE = 30 * kj::SECONDS;
constexpr auto ANSWER_PATIENCE = 1 * kj::SECONDS;
constexpr auto FIRST_PAUSE = 1 * kj::SECONDS;  // Between starts: one that dies at once is not to keep the machine busy.
constexpr auto LONGEST_PAUSE = 60 * kj::SECONDS;
const std::string CEILING = "ceiling:";  // Ids of denials that no "never" of the person's is behind.

capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }

// Where an app finds a service. Empty: nowhere.
std::string placeOf(const Grant& grant) {
  KJ_IF_MAYBE (service, serviceFrom(grant.object.target)) {
    KJ_IF_MAYBE (place, service->place()) return place->text();
  }
  return {};
}

void write(const Grant& grant, schema::NetworkGrant::Builder builder) {
  builder.setId(grant.id.text().c_str());
  if (grant.kind == Kind::Listen) builder.setListening(grant.object.target.c_str());
  else if (grant.kind == Kind::Service) builder.setService(placeOf(grant).c_str());
  else builder.setDestination(grant.object.target.c_str());
  if (grant.lifetime.type == Lifetime::Type::Until) builder.setExpires(toNanos(grant.lifetime.until));
  builder.setOnce(grant.lifetime.type == Lifetime::Type::Once);
  toSchema(grant.limits, builder.initLimits());
  builder.setPassed(grant.bytesRead + grant.bytesWritten);
  builder.setPassedToday(grant.bytesOfDay);
  builder.setDay(grant.day);
  builder.setSuspended(grant.state == GrantState::Suspended);
}

Usage usageOf(schema::NetworkLive::CountersResults::Reader counters) {
  return {.live = counters.getLive(),
          .uses = counters.getUses(),
          .bytesRead = counters.getBytesIn(),
          .bytesWritten = counters.getBytesOut(),
          .used = fromNanos(counters.getUsed())};
}

std::string shown(capnp::Text::Reader words) { return brief({words.cStr(), words.size()}, 64); }

// Only a dead portal fails these, and with it goes all that it held.
kj::Promise<void> orLog(kj::Promise<void> act) {
  return act.catch_([](kj::Exception&& exception) { logWarning("the network portal: " + reason(exception)); });
}

}  // namespace

void copyListener(schema::Listener::Reader from, schema::Listener::Builder to) {
  to.setPort(from.getPort());
  to.setUdp(from.getUdp());
  to.setLoopback(from.getLoopback());
  to.setProgram(shown(from.getProgram()).c_str());
  to.setGrant(shown(from.getGrant()).c_str());
  to.setId(from.getId());
}

// What a portal finds on its descriptor 3 when it starts.
class NetworkGrants::Start final : public schema::NetworkStart::Server {
public:
  Start(Ledger& ledger, kj::Own<kj::PromiseFulfiller<schema::NetworkPortal::Client>> began)
      : m_ledger(ledger), m_began(kj::mv(began)) {}

  kj::Promise<void> begin(BeginContext context) override {
    KJ_REQUIRE(m_began->isWaiting(), "it has begun already");
    auto cookie = freshCookie();
    m_ledger.putPortalDigest(digestOf(cookie), Ledger::Portal::Network);
    context.getResults().setCookie(bytes(cookie));
    m_began->fulfill(context.getParams().getPortal());
    return kj::READY_NOW;
  }

private:
  Ledger& m_ledger;
  kj::Own<kj::PromiseFulfiller<schema::NetworkPortal::Client>> m_began;
};

NetworkGrants::NetworkGrants(Programs& programs, Ledger& ledger, Instances& instances, Ceilings& ceilings,
                             kj::Timer& timer)
    : m_programs(programs),
      m_ledger(ledger),
      m_instances(instances),
      m_ceilings(ceilings),
      m_timer(timer),
      m_off(!ledger.fact("network-off").empty()),
      m_tasks(*this) {}

NetworkGrants::~NetworkGrants() noexcept(false) = default;

// --- the process

void NetworkGrants::expectHomecoming(kj::Duration grace) {
  auto homecoming = kj::newPromiseAndFulfiller<void>();
  m_homecoming = kj::mv(homecoming.fulfiller);
  m_cameHome = homecoming.promise.exclusiveJoin(m_timer.afterDelay(grace)).fork();
  m_expected = true;
  m_tasks.add(m_cameHome.addBranch().then([this] { m_expected = false; }));
}

kj::Promise<schema::NetworkPortal::Client> NetworkGrants::ensurePortal() {
  if (m_expected) co_await m_cameHome.addBranch();
  while (m_portal == nullptr) {
    if (!m_startUnderWay) m_starting = startPortal().fork();
    co_await KJ_ASSERT_NONNULL(m_starting).addBranch();
  }
  co_return KJ_ASSERT_NONNULL(m_portal).client;
}

kj::Promise<void> NetworkGrants::startPortal() {
  m_startUnderWay = true;
  KJ_DEFER(m_startUnderWay = false);
  if (m_timer.now() < m_mayStart) co_await m_timer.atTime(m_mayStart);
  m_mayStart = m_timer.now() + FIRST_PAUSE;
  auto began = kj::newPromiseAndFulfiller<schema::NetworkPortal::Client>();
  auto helper = m_programs.startNetworkPortal(kj::heap<Start>(m_ledger, kj::mv(began.fulfiller)));
  auto gone = helper.hungUp.fork();
  auto early = gone.addBranch().then(
      []() -> schema::NetworkPortal::Client { KJ_FAIL_REQUIRE("the network portal does not start; see the log"); });
  auto client = co_await m_timer.timeoutAfter(START_LIMIT, began.promise.exclusiveJoin(kj::mv(early)));
  take(kj::mv(helper), kj::mv(client), gone.addBranch());
}

void NetworkGrants::take(kj::Maybe<Helper> helper, schema::NetworkPortal::Client portal, kj::Promise<void> gone) {
  auto watch = watchPortal(++m_generation, kj::mv(gone)).eagerlyEvaluate([this](kj::Exception&& exception) {
    taskFailed(kj::mv(exception));
  });
  m_portal = Portal{kj::mv(helper), kj::mv(portal), kj::mv(watch)};
}

kj::Promise<void> NetworkGrants::watchPortal(uint64_t generation, kj::Promise<void> gone) {
  co_await gone;
  // Dropping the portal drops this promise: from outside of it.
  m_tasks.add(kj::evalLater([this, generation] { portalGone(generation); }));
}

void NetworkGrants::portalGone(uint64_t generation) {
  if (generation != m_generation || m_portal == nullptr) return;
  logWarning("the network portal has gone: apps are offline until another has started");
  KJ_IF_MAYBE (portal, m_portal) {
    KJ_IF_MAYBE (helper, portal->helper) {
      // If it only stopped talking to us, no wire of its may stay.
      killByPidfd(helper->pidfd);
      m_tasks.add(kj::mv(helper->ended));  // So that it does not stay a zombie.
    }
  }
  m_portal = nullptr;
  for (auto& [id, sandbox] : m_sandboxes) forgetUse(id);
  m_sandboxes.clear();
  // Also those that it could not serve: the next one may.
  for (auto& instance : m_instances.living()) {
    if (instance->facts.networkNamespace.get() >= 0) {
      m_tasks.add(serve(instance->id, kj::newPromiseAndFulfiller<void>().fulfiller));
    }
  }
}

// What was connected is not any more.
void NetworkGrants::forgetUse(const InstanceId& id) {
  for (auto& grant : m_ledger.ofInstance(id)) {
    if (!isOfNetwork(grant.kind) || grant.hasEnded()) continue;
    bool over = grant.lifetime.type == Lifetime::Type::Once && grant.uses > 0;
    if (over) m_ledger.complete(grant.id);
  }
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    for (auto& grant : m_ledger.applicable(instance->holder.text(), id)) {
      if (isOfNetwork(grant.kind)) m_ledger.adoptUse(grant.id, id, Usage{.used = grant.used});
    }
  }
}

// --- sandboxes

kj::Promise<void> NetworkGrants::attach(const InstanceId& instance) {
  auto tried = kj::newPromiseAndFulfiller<void>();
  m_tasks.add(serve(instance, kj::mv(tried.fulfiller)));
  // After a restart of the broker nobody is kept waiting for a portal that may come home: the wire comes when it does.
  if (m_expected) return kj::READY_NOW;
  // Who waits may be there longer than the timer and we: nothing of either is held by it.
  auto over = kj::newPromiseAndFulfiller<void>();
  m_tasks.add(tried.promise.exclusiveJoin(m_timer.afterDelay(ATTACH_PATIENCE))
                  .catch_([](kj::Exception&&) {})
                  .then([fulfiller = kj::mv(over.fulfiller)]() mutable { fulfiller->fulfill(); }));
  return over.promise.catch_([](kj::Exception&&) {});
}

bool NetworkGrants::runs(const InstanceId& id) {
  KJ_IF_MAYBE (instance, m_instances.find(id)) return !instance->ended();
  return false;
}

// Empty: it has its network, or has ended. What another one lacks it lacks still.
void NetworkGrants::setTrouble(const InstanceId& id, std::string line) {
  auto before = trouble();
  if (line.empty()) m_troubles.erase(id);
  else m_troubles[id] = kj::mv(line);
  auto now = trouble();
  if (now == before) return;
  if (!now.empty()) logWarning("apps have no network: " + now);
  KJ_IF_MAYBE (changed, m_changed) (*changed)();
}

// A portal that says that it cannot is believed; one that does not start, or dies, is tried again while the app runs.
kj::Promise<void> NetworkGrants::serve(InstanceId id, kj::Own<kj::PromiseFulfiller<void>> tried) {
  if (!m_serving.insert(id).second) co_return;
  KJ_DEFER(m_serving.erase(id));
  auto pause = FIRST_PAUSE;
  while (runs(id)) {
    kj::Maybe<std::string> failure;
    try {
      co_await mount(id);
    } catch (const kj::Exception& exception) {
      failure = reason(exception);
    }
    if (tried->isWaiting()) tried->fulfill();
    if (!runs(id)) co_return;
    KJ_IF_MAYBE (why, failure) setTrouble(id, brief(*why, 200));
    else setTrouble(id, {});
    if (m_portal != nullptr) co_return;
    co_await m_timer.afterDelay(pause);
    pause = kj::min(pause * 2, LONGEST_PAUSE);
  }
}

kj::Promise<void> NetworkGrants::mount(InstanceId id) {
  auto portal = co_await ensurePortal();
  auto generation = m_generation;
  auto call = portal.attachRequest();
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    if (instance->ended()) co_return;
    if (instance->facts.networkNamespace.get() < 0) fail("the app was started by an earlier version of Latchkey");
    call.setInstance(id.text().c_str());
    call.setHolder(instance->holder.text().c_str());
    toSchema(instance->facts, call.initFacts());
    call.setAsker(KJ_ASSERT_NONNULL(m_askers).networkAskerFor(id));
  } else {
    co_return;
  }
  auto attaching = call.send();
  bool off = m_off;
  if (off) {
    // Follows at once: nothing is asked or let through in between.
    auto cut = attaching.getSandbox().cutAllRequest();
    cut.setOff(true);
    m_tasks.add(orLog(cut.send().ignoreResult()));
  }
  auto response = co_await attaching;
  auto network = response.getSandbox();
  // It may have ended meanwhile, and the portal may be another by now.
  KJ_REQUIRE(generation == m_generation && m_portal != nullptr, "the network portal ended meanwhile");
  if (!runs(id)) {
    m_tasks.add(orLog(network.detachRequest().send().ignoreResult()));
    co_return;
  }
  m_sandboxes.insert_or_assign(id, Sandbox{network, {}, {}});
  if (m_off != off) {
    auto cut = network.cutAllRequest();
    cut.setOff(m_off);
    co_await cut.send().ignoreResult();
  }
  co_await reconcile(id);
}

void NetworkGrants::forget(const InstanceId& instance) {
  setTrouble(instance, {});
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) {
    // Its wire goes with its network namespace; the portal may let go of the rest.
    m_tasks.add(sandbox->network.detachRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
  m_sandboxes.erase(instance);
  m_returned.erase(instance);
}

kj::Maybe<NetworkGrants::Sandbox&> NetworkGrants::sandboxOf(const InstanceId& instance) {
  auto found = m_sandboxes.find(instance);
  if (found == m_sandboxes.end()) return nullptr;
  return found->second;
}

// --- grants

bool NetworkGrants::maySandboxHold(const Instance& instance, const Grant& grant) const {
  if (!isOfNetwork(grant.kind) || instance.ended() || grant.holder != instance.holder.text()) return false;
  if (grant.resting) return false;
  if (!grant.instance.empty() && grant.instance != instance.id) return false;
  if (grant.kind == Kind::Service && placeOf(grant).empty()) return false;
  return m_ceilings.fault(instance.holder.app, grant.kind, grant.object, grant.access).empty();
}

kj::Promise<void> NetworkGrants::enforce(const Grant& grant) {
  kj::Vector<kj::Promise<kj::Maybe<kj::Exception>>> adding;
  for (auto& [id, sandbox] : m_sandboxes) {
    KJ_IF_MAYBE (instance, m_instances.find(id)) {
      if (!maySandboxHold(*instance, grant)) continue;
      adding.add(
          add(id, grant).then([]() -> kj::Maybe<kj::Exception> { return nullptr; },
                              [](kj::Exception&& exception) -> kj::Maybe<kj::Exception> { return kj::mv(exception); }));
    }
  }
  auto outcomes = co_await kj::joinPromises(adding.releaseAsArray());
  // A port is had once: of two that run, the other has it.
  bool one = std::ranges::any_of(outcomes, [](auto& outcome) { return outcome == nullptr; });
  if (grant.kind == Kind::Listen && one) co_return;
  for (auto& outcome : outcomes) {
    KJ_IF_MAYBE (exception, outcome) kj::throwFatalException(kj::mv(*exception));
  }
}

kj::Promise<void> NetworkGrants::add(InstanceId id, Grant grant) {
  auto& sandbox = KJ_ASSERT_NONNULL(sandboxOf(id));
  auto known = sandbox.grants.find(grant.id);
  if (known != sandbox.grants.end()) return known->second.added.addBranch();
  auto call = sandbox.network.addRequest();
  write(grant, call.initGrant());
  auto promise = call.send();
  // The handle can be revoked before it is there: the call then follows the addition.
  auto handle = promise.getHandle();
  auto added = promise.ignoreResult().fork();
  auto branch = added.addBranch();
  sandbox.grants.emplace(grant.id, Live{kj::mv(handle), kj::mv(added)});
  return branch.catch_([this, id, grant = grant.id](kj::Exception&& exception) {
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) sandbox->grants.erase(grant);
    kj::throwFatalException(kj::mv(exception));
  });
}

kj::Promise<void> NetworkGrants::onEach(const std::vector<Grant>& grants, Act act) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    for (auto& grant : grants) {
      auto live = sandbox.grants.find(grant.id);
      if (live != sandbox.grants.end()) acts.add(orLog(act(live->second.handle, grant)));
    }
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> NetworkGrants::cut(std::vector<Grant> grants) {
  // What expired or lapsed is asked about again, what the person took back is not.
  auto done = onEach(grants, [](auto handle, auto& grant) {
    if (grant.state == GrantState::Expired) return handle.lapseRequest().send().ignoreResult();
    return handle.revokeRequest().send().ignoreResult();
  });
  for (auto& [id, sandbox] : m_sandboxes) {
    for (auto& grant : grants) sandbox.grants.erase(grant.id);
  }
  return done;
}

kj::Promise<void> NetworkGrants::rest(std::vector<Grant> grants) {
  auto done = onEach(grants, [](auto handle, auto&) { return handle.lapseRequest().send().ignoreResult(); });
  for (auto& [id, sandbox] : m_sandboxes) {
    for (auto& grant : grants) sandbox.grants.erase(grant.id);
  }
  return done;
}

kj::Promise<void> NetworkGrants::limitIn(const Instance& instance, Sandbox& sandbox) {
  auto holder = instance.holder.text();
  auto settings = m_ledger.settings(holder);
  auto call = sandbox.network.limitRequest();
  auto limits = call.initLimits();
  limits.setBytesPerSecond(settings.networkRate);
  limits.setBytesPerDay(settings.networkPerDay);
  auto today = m_ledger.today(holder);
  call.setPassedToday(today.bytes);
  call.setDay(today.day);
  return orLog(call.send().ignoreResult());
}

kj::Promise<void> NetworkGrants::limit(const std::string& holder) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    KJ_IF_MAYBE (instance, m_instances.find(id)) {
      if (instance->holder.text() == holder) acts.add(limitIn(*instance, sandbox));
    }
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> NetworkGrants::suspend(std::vector<Grant> grants) {
  return onEach(grants, [](auto handle, auto&) { return handle.suspendRequest().send().ignoreResult(); });
}

kj::Promise<void> NetworkGrants::resume(std::vector<Grant> grants) {
  return onEach(grants, [](auto handle, auto&) { return handle.resumeRequest().send().ignoreResult(); });
}

bool NetworkGrants::isOf(const InstanceId& id, const GrantId& grant) {
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    KJ_IF_MAYBE (found, m_ledger.find(grant)) {
      bool elsewhere = !found->instance.empty() && found->instance != id;
      return isOfNetwork(found->kind) && !found->hasEnded() && found->holder == instance->holder.text() && !elsewhere;
    }
  }
  return false;
}

void NetworkGrants::dropped(const InstanceId& instance, const GrantId& grant) {
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) sandbox->grants.erase(grant);
}

// --- standing refusals

kj::Promise<void> NetworkGrants::denyIn(Sandbox& sandbox, const std::string& id, const std::string& destination) {
  if (sandbox.denials.contains(id)) return kj::READY_NOW;
  auto call = sandbox.network.addRequest();
  auto denial = call.initGrant();
  denial.setId(id.c_str());
  denial.setDestination(destination.c_str());
  denial.setDeny(true);
  auto promise = call.send();
  sandbox.denials.emplace(id, promise.getHandle());
  return orLog(promise.ignoreResult());
}

kj::Promise<void> NetworkGrants::deny(const Refusal& refusal) {
  if (refusal.kind != Kind::Network) return kj::READY_NOW;
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    KJ_IF_MAYBE (instance, m_instances.find(id)) {
      bool concerned = !instance->ended() && instance->holder.text() == refusal.holder;
      if (concerned) acts.add(denyIn(sandbox, refusal.id.text(), refusal.object.target));
    }
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> NetworkGrants::lift(const RequestId& refusal) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    auto held = sandbox.denials.find(refusal.text());
    if (held == sandbox.denials.end()) continue;
    acts.add(orLog(held->second.revokeRequest().send().ignoreResult()));
    sandbox.denials.erase(held);
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> NetworkGrants::reconcileDenials(const Instance& instance, Sandbox& sandbox) {
  std::map<std::string, std::string> wanted;
  for (auto& refusal : m_ledger.refusalsOf(instance.holder.text())) {
    if (refusal.kind == Kind::Network) wanted.emplace(refusal.id.text(), refusal.object.target);
  }
  // What a ceiling forbids within something wider that was given.
  for (auto& destination : m_ceilings.neverReached(instance.holder.app))
    wanted.emplace(CEILING + destination, destination);
  kj::Vector<kj::Promise<void>> acts;
  for (auto held = sandbox.denials.begin(); held != sandbox.denials.end();) {
    if (wanted.contains(held->first)) {
      ++held;
      continue;
    }
    acts.add(orLog(held->second.revokeRequest().send().ignoreResult()));
    held = sandbox.denials.erase(held);
  }
  for (auto& [id, destination] : wanted) acts.add(denyIn(sandbox, id, destination));
  return kj::joinPromises(acts.releaseAsArray());
}

// What the sandbox holds and what the ledger says, made equal.
kj::Promise<void> NetworkGrants::reconcile(InstanceId id) {
  // First: nothing is given before what is refused in it is, and what it may move in all.
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) {
      auto limited = limitIn(*instance, *sandbox);
      auto denied = reconcileDenials(*instance, *sandbox);
      co_await limited;
      co_await denied;
    }
  }
  if (!runs(id) || sandboxOf(id) == nullptr) co_return;
  auto& instance = KJ_ASSERT_NONNULL(m_instances.find(id));
  auto& sandbox = KJ_ASSERT_NONNULL(sandboxOf(id));
  std::map<GrantId, Grant> wanted;
  for (auto& grant : m_ledger.applicable(instance.holder.text(), id)) {
    if (maySandboxHold(instance, grant)) wanted.emplace(grant.id, grant);
  }
  kj::Vector<kj::Promise<void>> acts;
  for (auto held = sandbox.grants.begin(); held != sandbox.grants.end();) {
    auto grant = wanted.find(held->first);
    auto& handle = held->second.handle;
    if (grant == wanted.end()) {
      acts.add(orLog(handle.revokeRequest().send().ignoreResult()));
      held = sandbox.grants.erase(held);
      continue;
    }
    bool suspended = grant->second.state == GrantState::Suspended;
    acts.add(orLog(suspended ? handle.suspendRequest().send().ignoreResult()
                             : handle.resumeRequest().send().ignoreResult()));
    ++held;
  }
  for (auto& [grantId, grant] : wanted) {
    if (sandbox.grants.contains(grantId)) continue;
    // A port that somebody else has keeps no app from starting: it is not enforced, and the panel still shows it.
    acts.add(add(id, grant).catch_([target = grant.object.target](kj::Exception&& exception) {
      logWarning(target + " cannot be given: " + reason(exception));
    }));
  }
  co_await kj::joinPromises(acts.releaseAsArray());
}

// --- the panic button

kj::Promise<void> NetworkGrants::setOff(bool off) {
  m_off = off;
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    auto call = sandbox.network.cutAllRequest();
    call.setOff(off);
    acts.add(orLog(call.send().ignoreResult()));
  }
  auto generation = m_generation;
  auto done = kj::joinPromises(acts.releaseAsArray()).then([] { return true; });
  bool inTime = co_await done.exclusiveJoin(m_timer.afterDelay(CUT_PATIENCE).then([] { return false; }));
  if (inTime) co_return;
  logWarning("the network portal does not say that it has cut everything: it is ended");
  portalGone(generation);
}

// --- looking

kj::Promise<NetworkGrants::Connections> NetworkGrants::connections(InstanceId instance) {
  auto all = std::make_shared<Connections>();
  kj::Vector<kj::Promise<void>> asking;
  for (auto& [id, sandbox] : m_sandboxes) {
    if (!instance.empty() && id != instance) continue;
    auto call = sandbox.network.connectionsRequest();
    call.setMost(MOST_CONNECTIONS);
    asking.add(call.send().then([all, id = id](auto&& answer) { all->list.emplace_back(id, kj::mv(answer)); },
                                [all](kj::Exception&&) { all->unanswered = true; }));
  }
  // Told, not waited for: a stopped portal must not hold up who looks.
  auto late = m_timer.afterDelay(ANSWER_PATIENCE).then([all] { all->unanswered = true; });
  co_await kj::joinPromises(asking.releaseAsArray()).exclusiveJoin(kj::mv(late));
  co_return kj::mv(*all);
}

kj::Promise<NetworkGrants::Listeners> NetworkGrants::listeners() {
  auto all = std::make_shared<Listeners>();
  kj::Vector<kj::Promise<void>> asking;
  for (auto& [id, sandbox] : m_sandboxes) {
    asking.add(sandbox.network.listenersRequest().send().then(
        [all, id = id](auto&& answer) { all->list.emplace_back(id, kj::mv(answer)); },
        [all](kj::Exception&&) { all->unanswered = true; }));
  }
  auto late = m_timer.afterDelay(ANSWER_PATIENCE).then([all] { all->unanswered = true; });
  co_await kj::joinPromises(asking.releaseAsArray()).exclusiveJoin(kj::mv(late));
  co_return kj::mv(*all);
}

kj::Promise<void> NetworkGrants::requireListener(InstanceId instance, std::string target, uint64_t listener) {
  auto wanted = listeningFrom(target);
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) {
    auto late =
        m_timer.afterDelay(ANSWER_PATIENCE).then([]() -> capnp::Response<schema::SandboxNetwork::ListenersResults> {
          fail("the network portal does not say what listens there");
        });
    auto answer = co_await sandbox->network.listenersRequest().send().exclusiveJoin(kj::mv(late));
    for (auto one : answer.getList()) {
      bool same = one.getId() == listener && one.getPort() == KJ_REQUIRE_NONNULL(wanted, target).port;
      if (same) co_return;
    }
  }
  fail("what listened there when you looked does so no longer");
}

kj::Promise<void> NetworkGrants::endConnection(InstanceId instance, uint64_t connection) {
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) {
    auto call = sandbox->network.endConnectionRequest();
    call.setId(connection);
    auto late =
        m_timer.afterDelay(CUT_PATIENCE).then([] { fail("the network portal does not say that it has ended it"); });
    co_await call.send().ignoreResult().exclusiveJoin(kj::mv(late));
  } else {
    fail("it has no network connections");
  }
}

// --- what is shared

template <typename Results>
kj::Promise<kj::AutoCloseFd> NetworkGrants::socketOf(kj::Promise<capnp::Response<Results>> call) {
  auto came = kj::newPromiseAndFulfiller<kj::AutoCloseFd>();
  auto taking = call.then([](auto answer) {
    auto socket = answer.getSocket();
    return receivedFrom(kj::mv(socket)).attach(kj::mv(answer));
  });
  auto fulfiller = came.fulfiller.get();
  m_tasks.add(taking
                  .then([fulfiller](kj::AutoCloseFd socket) { fulfiller->fulfill(kj::mv(socket)); },
                        [fulfiller](kj::Exception&& exception) { fulfiller->reject(kj::mv(exception)); })
                  .attach(kj::mv(came.fulfiller)));
  return m_timer.timeoutAfter(CONNECT_PATIENCE, kj::mv(came.promise));
}

kj::Promise<kj::AutoCloseFd> NetworkGrants::reach(InstanceId instance, uint16_t port) {
  if (m_off) fail("the network is off");
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) {
    auto call = sandbox->network.reachRequest();
    call.setPort(port);
    co_return co_await socketOf<schema::SandboxNetwork::ReachResults>(call.send());
  }
  fail("it has no network");
}

kj::Promise<kj::AutoCloseFd> NetworkGrants::dial(std::string destination) {
  if (m_off) fail("the network is off");
  auto portal = co_await ensurePortal();
  auto call = portal.dialRequest();
  call.setDestination(destination.c_str());
  co_return co_await socketOf<schema::NetworkPortal::DialResults>(call.send());
}

// --- coming home

kj::Promise<void> NetworkGrants::adopt(Helper helper, schema::NetworkPortal::Client portal,
                                       std::vector<ReturningSandbox> sandboxes) {
  KJ_REQUIRE(m_portal == nullptr && !m_startUnderWay, "there is another network portal already");
  auto gone = kj::mv(helper.hungUp);
  take(kj::mv(helper), portal, kj::mv(gone));
  std::vector<InstanceId> known;
  for (auto& sandbox : sandboxes) {
    KJ_IF_MAYBE (instance, m_instances.find(sandbox.instance)) {
      if (instance->ended()) continue;
      m_returned.insert_or_assign(sandbox.instance, sandbox.network);
      known.push_back(sandbox.instance);
    } else {
      // Nobody's: what it holds, it holds no longer.
      m_tasks.add(orLog(sandbox.network.detachRequest().send().ignoreResult()));
    }
  }
  auto call = portal.reconnectedRequest();
  auto list = call.initSandboxes(static_cast<unsigned>(known.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setInstance(known[i].text().c_str());
    list[i].setAsker(KJ_ASSERT_NONNULL(m_askers).networkAskerFor(known[i]));
  }
  if (m_homecoming.get() != nullptr) m_homecoming->fulfill();
  m_expected = false;
  auto announced = call.send().ignoreResult();
  for (auto& instance : known) m_tasks.add(adoptInstance(instance));
  co_await announced;
}

kj::Promise<void> NetworkGrants::adoptInstance(InstanceId id) {
  if (m_expected) co_await m_cameHome.addBranch();
  if (sandboxOf(id) != nullptr) co_return;
  auto returned = m_returned.find(id);
  if (returned == m_returned.end()) {
    co_await attach(id);
    co_return;
  }
  auto network = returned->second;
  m_sandboxes.insert_or_assign(id, Sandbox{network, {}, {}});
  m_returned.erase(returned);
  auto cut = network.cutAllRequest();
  cut.setOff(m_off);
  m_tasks.add(orLog(cut.send().ignoreResult()));
  auto held = co_await network.grantsRequest().send();
  for (auto live : held.getList()) {
    GrantId grant(std::string(live.getId().cStr(), live.getId().size()));
    auto handle = live.getHandle();
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) {
      if (live.getDeny()) sandbox->denials.insert_or_assign(grant.text(), handle);
      else sandbox->grants.insert_or_assign(grant, Live{handle, kj::Promise<void>(kj::READY_NOW).fork()});
    } else {
      co_return;
    }
    if (live.getDeny() || !isOf(id, grant)) continue;
    auto counters = co_await handle.countersRequest().send();
    if (!isOf(id, grant)) continue;
    m_ledger.adoptUse(grant, id, usageOf(counters));
    // What passed while there was no broker.
    auto ended = m_ledger.catchUp(grant, counters.getPassed());
    co_await rest(kj::mv(ended.resting));
    co_await this->cut(kj::mv(ended.grants));
  }
  co_await reconcile(id);
}

void NetworkGrants::taskFailed(kj::Exception&& exception) { logWarning("network: " + reason(exception)); }

}  // namespace latchkey
