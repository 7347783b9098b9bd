// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/file-grants.h"

#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/cookie.h"
#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/trials.h"
#include "broker/desktop-rights.h"
#include "broker/grants/digest.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/served-place.h"

namespace latchkey {
namespace {

constexpr auto CUT_PATIENCE = 2 * kj::SECONDS;
// After a portal has died while it took up a sandbox. Eight portals, the last after twelve seconds: one of which each
// dies is not tried for ever.
constexpr auto AGAIN_AFTER = 100 * kj::MILLISECONDS, AGAIN_AT_MOST = 6400 * kj::MILLISECONDS;

// What the file portal enforces.
bool isOfFiles(const Grant& grant) {
  return grant.kind == Kind::File || grant.kind == Kind::Folder || isOfHomeNames(grant);
}

capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }

void write(const std::vector<std::string>& texts, capnp::List<capnp::Data>::Builder list) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(texts[i]));
}

// `place`: where it is to be found inside.
void writeGrant(const Grant& grant, const std::string& place, kj::Maybe<kj::AutoCloseFd> object,
                schema::FileGrant::Builder builder) {
  bool names = isOfHomeNames(grant);
  builder.setId(grant.id.text().c_str());
  builder.setPath(bytes(place));
  KJ_IF_MAYBE (fd, object) builder.setObject(descriptorOf(kj::mv(*fd)));
  builder.setDirectory(names || grant.kind == Kind::Folder);
  builder.setScope(names ? schema::Scope::TREE : toSchema(grant.object.scope));
  builder.setAccess(toSchema(grant.access));
  if (grant.lifetime.type == Lifetime::Type::Until) builder.setExpires(toNanos(grant.lifetime.until));
  builder.setOnce(grant.lifetime.type == Lifetime::Type::Once);
  builder.setSee(names || grant.object.see);
  toSchema(grant.limits, builder.initLimits());
  builder.setSuspended(grant.state == GrantState::Suspended);
  builder.setFast(grant.fast);
}

Usage usageOf(schema::LiveGrant::CountersResults::Reader counters) {
  return {.live = counters.getLive(),
          .uses = counters.getUses(),
          .bytesRead = counters.getBytesRead(),
          .bytesWritten = counters.getBytesWritten(),
          .used = fromNanos(counters.getUsed())};
}

}  // namespace

// What a portal finds on its descriptor 3 when it starts.
class FileGrants::Start final : public schema::PortalStart::Server {
public:
  Start(Ledger& ledger, kj::Own<kj::PromiseFulfiller<schema::FilePortal::Client>> began)
      : m_ledger(ledger), m_began(kj::mv(began)) {}

  kj::Promise<void> begin(BeginContext context) override {
    KJ_REQUIRE(m_began->isWaiting(), "it has begun already");
    auto cookie = freshCookie();
    m_ledger.putPortalDigest(digestOf(cookie));
    context.getResults().setCookie(bytes(cookie));
    m_began->fulfill(context.getParams().getPortal());
    return kj::READY_NOW;
  }

private:
  Ledger& m_ledger;
  kj::Own<kj::PromiseFulfiller<schema::FilePortal::Client>> m_began;
};

FileGrants::FileGrants(Programs& programs, Ledger& ledger, Instances& instances, Ceilings& ceilings, Places places,
                       kj::Timer& timer)
    : m_programs(programs),
      m_ledger(ledger),
      m_instances(instances),
      m_ceilings(ceilings),
      m_places(kj::mv(places)),
      m_timer(timer),
      m_tasks(*this) {}

FileGrants::~FileGrants() noexcept(false) = default;

// --- the process

void FileGrants::expectHomecoming(kj::Duration grace) {
  auto homecoming = kj::newPromiseAndFulfiller<void>();
  m_homecoming = kj::mv(homecoming.fulfiller);
  m_cameHome = homecoming.promise.exclusiveJoin(m_timer.afterDelay(grace)).fork();
  m_expected = true;
  m_tasks.add(m_cameHome.addBranch().then([this] { m_expected = false; }));
}

kj::Promise<schema::FilePortal::Client> FileGrants::ensurePortal() {
  if (m_expected) co_await m_cameHome.addBranch();
  while (m_portal == nullptr) {
    if (!m_startUnderWay) m_starting = startPortal().fork();
    co_await KJ_ASSERT_NONNULL(m_starting).addBranch();
  }
  co_return KJ_ASSERT_NONNULL(m_portal).client;
}

kj::Promise<void> FileGrants::startPortal() {
  m_startUnderWay = true;
  KJ_DEFER(m_startUnderWay = false);
  auto began = kj::newPromiseAndFulfiller<schema::FilePortal::Client>();
  auto helper = m_programs.startFilePortal(kj::heap<Start>(m_ledger, kj::mv(began.fulfiller)));
  auto forked = helper.hungUp.fork();
  auto early = forked.addBranch().then(
      []() -> schema::FilePortal::Client { KJ_FAIL_REQUIRE("the file portal does not start; see the log"); });
  auto client = co_await began.promise.exclusiveJoin(kj::mv(early));
  auto generation = ++m_generation;
  auto watch =
      watchPortal(generation, forked.addBranch()).eagerlyEvaluate([this](kj::Exception&& e) { taskFailed(kj::mv(e)); });
  m_portal = Portal{kj::mv(helper), kj::mv(client), kj::mv(watch)};
}

kj::Promise<void> FileGrants::watchPortal(uint64_t generation, kj::Promise<void> gone) {
  co_await gone;
  // Dropping the portal drops this promise: from outside of it.
  m_tasks.add(kj::evalLater([this, generation] { portalGone(generation); }));
}

void FileGrants::portalGone(uint64_t generation) {
  if (generation != m_generation || m_portal == nullptr) return;
  logWarning("the file portal has gone: starting another");
  KJ_IF_MAYBE (portal, m_portal) {
    // If it only stopped talking to us, what it holds must not stay open.
    KJ_IF_MAYBE (helper, portal->helper) killByPidfd(helper->pidfd);
  }
  m_portal = nullptr;
  std::vector<InstanceId> orphans;
  for (auto& [instance, sandbox] : m_sandboxes) orphans.push_back(instance);
  m_sandboxes.clear();
  for (auto& instance : orphans) m_tasks.add(mountAgain(instance));
}

// The next portal may die as well, before it serves this one: then nobody else would see to it that another does.
kj::Promise<void> FileGrants::mountAgain(InstanceId id) {
  for (auto& grant : m_ledger.ofInstance(id)) {
    if (!isOfFiles(grant) || grant.hasEnded()) continue;
    // Its last handle is closed now, and that ends a "once".
    bool over = grant.lifetime.type == Lifetime::Type::Once && grant.uses > 0;
    if (over) m_ledger.complete(grant.id);
  }
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    for (auto& grant : m_ledger.applicable(instance->holder.text(), id)) {
      if (isOfFiles(grant)) m_ledger.adoptUse(grant.id, id, Usage{});
    }
  }
  for (auto pause = AGAIN_AFTER;; pause *= 2) {
    try {
      co_await mount(id, Served::Before);
      co_return;
    } catch (const kj::Exception&) {
      if (pause > AGAIN_AT_MOST) throw;
    }
    co_await m_timer.afterDelay(pause);
    if (m_sandboxes.contains(id)) co_return;
  }
}

// --- sandboxes

kj::Promise<void> FileGrants::attach(const InstanceId& instance) { return mount(instance, Served::Never); }

kj::Promise<void> FileGrants::mount(InstanceId id, Served served) {
  auto portal = co_await ensurePortal();
  auto generation = m_generation;
  auto call = portal.attachRequest();
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    if (instance->ended()) co_return;
    call.setInstance(id.text().c_str());
    toSchema(instance->facts, call.initFacts());
    writeLayout(*instance, served, call.initLayout());
    call.setAsker(KJ_ASSERT_NONNULL(m_askers).askerFor(id));
  } else {
    co_return;
  }
  auto response = co_await call.send();
  // It may have ended meanwhile, and the portal may be another by now.
  auto found = m_instances.find(id);
  KJ_IF_MAYBE (instance, found) {
    KJ_REQUIRE(!instance->ended(), "the app has ended");
    KJ_REQUIRE(generation == m_generation, "the file portal ended meanwhile");
    m_sandboxes.insert_or_assign(id, Sandbox{response.getSandbox(), {}, {}, generation});
    co_await reconcile(id);
  } else {
    KJ_FAIL_REQUIRE("the app has ended");
  }
}

void FileGrants::writeLayout(const Instance& instance, Served served, schema::Layout::Builder layout) {
  auto hidden = m_ceilings.hidden(instance.holder.app);
  auto home = m_places.home;
  if (!instance.serves.empty()) {
    std::erase(hidden, COVERED);
    KJ_IF_MAYBE (grant, m_ledger.find(instance.serves)) home = servedHome(*grant);
  }
  layout.setHome(bytes(home));
  layout.setAgain(served == Served::Before);
  write(instance.folders, layout.initFolders(static_cast<unsigned>(instance.folders.size())));
  auto names = rightHeld(m_ledger, m_ceilings, instance.holder.text(), instance.id, DesktopRight::SeeHomeNames);
  layout.setSeeHomeNames(names != nullptr);
  if (instance.throwaway)
    layout.setChanges(bytes(trial::trialsDirectory(m_places.data) + "/" + instance.id.text() + "/files"));
  write(hidden, layout.initHidden(static_cast<unsigned>(hidden.size())));
  auto fast = everFast(instance);
  auto list = layout.initFast(static_cast<unsigned>(fast.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    auto& object = fast[i].object;
    list[i].setPath(bytes(object.path));
    list[i].setDevice(object.device);
    list[i].setInode(object.inode);
    list[i].setAccess(toSchema(fast[i].access));
    list[i].setEnded(fast[i].state != GrantState::Active || !maySandboxHold(instance, fast[i]));
  }
}

// What may be mounted in it as it is: mounts stay when the portal that made them dies.
std::vector<Grant> FileGrants::everFast(const Instance& instance) const {
  auto grants = m_ledger.ofHolder(instance.holder.text(), Ledger::Which::All);
  std::erase_if(grants, [&](const Grant& grant) {
    bool elsewhere = !grant.instance.empty() && grant.instance != instance.id;
    return !grant.fast || elsewhere || (grant.hasEnded() && grant.ended < instance.started);
  });
  return grants;
}

void FileGrants::forget(const InstanceId& instance) {
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) {
    // Its mounts go with its mount namespace; the portal may let go of the rest.
    m_tasks.add(sandbox->files.detachRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
  }
  m_sandboxes.erase(instance);
  m_returned.erase(instance);
  m_things.erase(instance);
  forgetStopped(instance);
}

kj::Maybe<FileGrants::Sandbox&> FileGrants::sandboxOf(const InstanceId& instance) {
  auto found = m_sandboxes.find(instance);
  if (found == m_sandboxes.end()) return nullptr;
  return found->second;
}

// --- grants

bool FileGrants::maySandboxHold(const Instance& instance, const Grant& grant) const {
  if (!isOfFiles(grant) || instance.ended() || grant.holder != instance.holder.text()) return false;
  if (!instance.serves.empty() && grant.id != instance.serves) return false;
  if (!grant.instance.empty() && grant.instance != instance.id) return false;
  return m_ceilings.fault(instance.holder.app, grant.kind, grant.object, grant.access).empty();
}

bool FileGrants::isElsewhere(const Grant& grant) const {
  KJ_IF_MAYBE (elsewhere, m_elsewhere) return elsewhere->holds(grant);
  return false;
}

bool FileGrants::isElsewhere(const GrantId& id) const {
  KJ_IF_MAYBE (grant, m_ledger.find(id)) return isElsewhere(*grant);
  return false;
}

// What the person named is held since they named it. Of standing grants, what has the path now: saving by rename puts
// another file there, and that is still the file they meant. The portal looks, which follows no symbolic link and does
// not keep everybody waiting for a disk that does not answer.
kj::Maybe<kj::AutoCloseFd> FileGrants::objectOf(const Instance& instance, const Grant& grant) const {
  auto named = instance.objects.find(grant.id);
  if (named != instance.objects.end()) return duplicate(named->second.get());
  KJ_IF_MAYBE (elsewhere, m_elsewhere) {
    if (elsewhere->holds(grant)) return elsewhere->find(grant);
  }
  return nullptr;
}

bool FileGrants::holds(const InstanceId& instance, const GrantId& grant) {
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) return sandbox->grants.contains(grant);
  return false;
}

// What it was is let go of without being refused, and what has its place now is another thing.
kj::Promise<void> FileGrants::renew(std::vector<Grant> grants) {
  co_await onEach(grants, [](auto handle, auto&) { return handle.lapseRequest().send().ignoreResult(); });
  for (auto& grant : grants) {
    for (auto& [id, sandbox] : m_sandboxes) {
      // It is counted from nothing again.
      if (sandbox.grants.erase(grant.id) > 0 && m_ledger.isLive(grant.id)) m_ledger.adoptUse(grant.id, id, Usage{});
    }
    for (auto& [id, things] : m_things) things.erase(grant.id);
    auto now = m_ledger.find(grant.id);
    KJ_IF_MAYBE (living, now) {
      if (!living->hasEnded()) {
        co_await enforce(*living, nullptr).catch_([target = living->object.target](kj::Exception&& exception) {
          logWarning(target + " cannot be given: " + reason(exception));
        });
      }
    }
  }
}

kj::Promise<void> FileGrants::enforce(const Grant& grant, kj::Maybe<kj::AutoCloseFd> object) {
  kj::Vector<kj::Promise<void>> adding;
  for (auto& [id, sandbox] : m_sandboxes) {
    KJ_IF_MAYBE (instance, m_instances.find(id)) {
      if (!maySandboxHold(*instance, grant)) continue;
      // Not there at the moment: given as soon as it is.
      if (object == nullptr && isElsewhere(grant) && objectOf(*instance, grant) == nullptr) continue;
      // Given again, that is: an app that asks for what it holds takes nothing of the person's back.
      if (!sandbox.grants.contains(grant.id)) adding.add(allowStopped(id, grant));
      kj::Maybe<kj::AutoCloseFd> copy;
      KJ_IF_MAYBE (fd, object) copy = duplicate(fd->get());
      else copy = objectOf(*instance, grant);
      auto added = add(id, grant, kj::mv(copy));
      // Names are shown from the next start on, where the portal cannot do it at once.
      if (isOfHomeNames(grant)) added = added.catch_([](kj::Exception&& exception) { logWarning(reason(exception)); });
      adding.add(kj::mv(added));
    }
  }
  return kj::joinPromises(adding.releaseAsArray());
}

kj::Promise<void> FileGrants::add(InstanceId id, Grant grant, kj::Maybe<kj::AutoCloseFd> object) {
  auto& sandbox = KJ_ASSERT_NONNULL(sandboxOf(id));
  auto known = sandbox.grants.find(grant.id);
  if (known != sandbox.grants.end()) return known->second.added.addBranch();
  auto call = sandbox.files.addRequest();
  auto builder = call.initGrant();
  bool served = false;
  KJ_IF_MAYBE (instance, m_instances.find(id)) served = !instance->serves.empty();
  auto place = isOfHomeNames(grant) ? m_places.home : served ? servedPath(grant) : grant.object.path;
  writeGrant(grant, place, kj::mv(object), builder);
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    auto known = isElsewhere(grant) ? Thing{} : knownThing(*instance, grant);
    auto thing = builder.initThing();
    thing.setDevice(known.device);
    thing.setInode(known.inode);
  }
  auto promise = call.send();
  // The handle can be revoked before it is there: the call then follows the addition.
  auto handle = promise.getHandle();
  auto added = promise
                   .then([this, id, grant = grant.id](auto&& answer) {
                     if (!answer.getReplaced()) return noteThing(id, grant, answer.getThing());
                     // From outside: cutting drops this very promise.
                     m_tasks.add(kj::evalLater([this, grant] { return lose(grant, "replaced"); }));
                     fail("another thing has this name now");
                   })
                   .fork();
  auto branch = added.addBranch();
  sandbox.grants.emplace(grant.id, Live{kj::mv(handle), kj::mv(added)});
  return branch.catch_([this, id, grant = grant.id](kj::Exception&& exception) {
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) sandbox->grants.erase(grant);
    kj::throwFatalException(kj::mv(exception));
  });
}

kj::Promise<void> FileGrants::onEach(const std::vector<Grant>& grants, Act act) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    for (auto& grant : grants) {
      auto live = sandbox.grants.find(grant.id);
      if (live == sandbox.grants.end()) continue;
      // Only a dead portal fails here, and with it everything it held.
      acts.add(act(live->second.handle, grant).catch_([](kj::Exception&& exception) {
        logWarning("the file portal: " + reason(exception));
      }));
    }
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> FileGrants::cut(std::vector<Grant> grants) {
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

kj::Promise<bool> FileGrants::inTime(kj::Promise<void> act) {
  auto acting = act.fork();
  m_tasks.add(acting.addBranch());  // Whether anybody waits for it or not.
  return acting.addBranch().then([] { return true; }).exclusiveJoin(m_timer.afterDelay(CUT_PATIENCE).then([] {
    logWarning("the file portal does not say that it has cut what was taken back");
    return false;
  }));
}

kj::Promise<bool> FileGrants::cutInTime(std::vector<Grant> grants) { return inTime(cut(kj::mv(grants))); }

kj::Promise<bool> FileGrants::suspendInTime(std::vector<Grant> grants) {
  return inTime(onEach(grants, [](auto handle, auto&) { return handle.suspendRequest().send().ignoreResult(); }));
}

kj::Promise<void> FileGrants::resume(std::vector<Grant> grants) {
  return onEach(grants, [](auto handle, auto&) { return handle.resumeRequest().send().ignoreResult(); });
}

// --- standing refusals

kj::Promise<void> FileGrants::denyIn(Sandbox& sandbox, const Refusal& refusal) {
  if (sandbox.denials.contains(refusal.id)) return kj::READY_NOW;
  auto call = sandbox.files.addRequest();
  auto denial = call.initGrant();
  denial.setId(refusal.id.text().c_str());
  denial.setPath(bytes(refusal.object.path));
  denial.setDirectory(refusal.kind == Kind::Folder);
  denial.setScope(toSchema(refusal.object.scope));
  denial.setAccess(toSchema(refusal.access));
  denial.setDeny(true);
  auto promise = call.send();
  sandbox.denials.emplace(refusal.id, promise.getHandle());
  return promise.ignoreResult().catch_(
      [](kj::Exception&& exception) { logWarning("the file portal: " + reason(exception)); });
}

kj::Promise<void> FileGrants::deny(const Refusal& refusal) {
  if (!hasPath(refusal.kind)) return kj::READY_NOW;
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    auto found = m_instances.find(id);
    KJ_IF_MAYBE (instance, found) {
      if (!instance->ended() && instance->holder.text() == refusal.holder) acts.add(denyIn(sandbox, refusal));
    }
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> FileGrants::lift(const RequestId& refusal) {
  kj::Vector<kj::Promise<void>> acts;
  for (auto& [id, sandbox] : m_sandboxes) {
    auto held = sandbox.denials.find(refusal);
    if (held == sandbox.denials.end()) continue;
    acts.add(held->second.revokeRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
    sandbox.denials.erase(held);
  }
  return kj::joinPromises(acts.releaseAsArray());
}

kj::Promise<void> FileGrants::reconcileDenials(const Instance& instance, Sandbox& sandbox) {
  auto wanted = m_ledger.refusalsOf(instance.holder.text());
  kj::Vector<kj::Promise<void>> acts;
  for (auto held = sandbox.denials.begin(); held != sandbox.denials.end();) {
    if (std::ranges::any_of(wanted, [&](auto& refusal) { return refusal.id == held->first; })) {
      ++held;
      continue;
    }
    acts.add(held->second.revokeRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
    held = sandbox.denials.erase(held);
  }
  for (auto& refusal : wanted) {
    if (hasPath(refusal.kind)) acts.add(denyIn(sandbox, refusal));
  }
  return kj::joinPromises(acts.releaseAsArray());
}

void FileGrants::dropped(const InstanceId& instance, const GrantId& grant) {
  KJ_IF_MAYBE (sandbox, sandboxOf(instance)) sandbox->grants.erase(grant);
}

// --- coming home

kj::Promise<void> FileGrants::adopt(Helper helper, schema::FilePortal::Client portal,
                                    std::vector<ReturningSandbox> sandboxes) {
  KJ_REQUIRE(m_portal == nullptr && !m_startUnderWay, "there is another file portal already");
  auto generation = ++m_generation;
  auto gone = kj::mv(helper.hungUp);
  auto watch =
      watchPortal(generation, kj::mv(gone)).eagerlyEvaluate([this](kj::Exception&& e) { taskFailed(kj::mv(e)); });
  m_portal = Portal{kj::mv(helper), portal, kj::mv(watch)};
  std::vector<InstanceId> known;
  for (auto& sandbox : sandboxes) {
    KJ_IF_MAYBE (instance, m_instances.find(sandbox.instance)) {
      if (instance->ended()) continue;
      m_returned.insert_or_assign(sandbox.instance, sandbox.files);
      known.push_back(sandbox.instance);
    } else {
      // Nobody's: what it holds, it holds no longer.
      m_tasks.add(sandbox.files.detachRequest().send().ignoreResult());
    }
  }
  auto call = portal.reconnectedRequest();
  auto list = call.initSandboxes(static_cast<unsigned>(sandboxes.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setInstance(sandboxes[i].instance.text().c_str());
    list[i].setAsker(KJ_ASSERT_NONNULL(m_askers).askerFor(sandboxes[i].instance));
  }
  if (m_homecoming.get() != nullptr) m_homecoming->fulfill();
  m_expected = false;
  auto announced = call.send().ignoreResult();
  for (auto& instance : known) m_tasks.add(adoptInstance(instance));
  co_await announced;
}

kj::Promise<void> FileGrants::adoptInstance(InstanceId id) {
  if (m_expected) co_await m_cameHome.addBranch();
  if (sandboxOf(id) != nullptr) co_return;
  auto returned = m_returned.find(id);
  if (returned == m_returned.end()) {
    co_await mountAgain(id);
    co_return;
  }
  m_sandboxes.insert_or_assign(id, Sandbox{returned->second, {}, {}, m_generation});
  m_returned.erase(returned);
  auto held = co_await KJ_ASSERT_NONNULL(sandboxOf(id)).files.grantsRequest().send();
  for (auto live : held.getList()) {
    GrantId grant(std::string(live.getId().cStr(), live.getId().size()));
    auto handle = live.getHandle();
    if (takeUpStopped(id, live)) continue;
    if (live.getDeny()) {
      KJ_IF_MAYBE (sandbox, sandboxOf(id)) sandbox->denials.insert_or_assign(RequestId(grant.text()), handle);
      continue;
    }
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) {
      sandbox->grants.insert_or_assign(grant, Live{handle, kj::Promise<void>(kj::READY_NOW).fork()});
    }
    noteThing(id, grant, live.getThing());
    auto counters = co_await handle.countersRequest().send();
    if (m_ledger.isLive(grant)) m_ledger.adoptUse(grant, id, usageOf(counters));
  }
  co_await reconcile(id);
}

// What the sandbox holds and what the ledger says, made equal.
kj::Promise<void> FileGrants::reconcile(InstanceId id) {
  co_await reconcileStopped(id);
  // First: nothing is given before what is refused in it is.
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) co_await reconcileDenials(*instance, *sandbox);
  }
  auto found = m_instances.find(id);
  auto& instance = KJ_REQUIRE_NONNULL(found, "the app has ended");
  std::map<GrantId, Grant> wanted;
  for (auto& grant : m_ledger.applicable(instance.holder.text(), id)) {
    if (maySandboxHold(instance, grant)) wanted.emplace(grant.id, grant);
  }
  auto& sandbox = KJ_REQUIRE_NONNULL(sandboxOf(id), "the app has ended");
  kj::Vector<kj::Promise<void>> acts;
  for (auto held = sandbox.grants.begin(); held != sandbox.grants.end();) {
    auto grant = wanted.find(held->first);
    auto& handle = held->second.handle;
    if (grant == wanted.end()) {
      acts.add(handle.revokeRequest().send().ignoreResult());
      held = sandbox.grants.erase(held);
      continue;
    }
    bool suspended = grant->second.state == GrantState::Suspended;
    acts.add(suspended ? handle.suspendRequest().send().ignoreResult() : handle.resumeRequest().send().ignoreResult());
    ++held;
  }
  for (auto& [grantId, grant] : wanted) {
    if (sandbox.grants.contains(grantId)) continue;
    if (isElsewhere(grant) && objectOf(instance, grant) == nullptr) continue;
    // A thing that is gone must not keep an app from starting: that grant is not enforced, and the panel still shows
    // it.
    acts.add(
        add(id, grant, objectOf(instance, grant)).catch_([target = grant.object.target](kj::Exception&& exception) {
          logWarning(target + " cannot be given: " + reason(exception));
        }));
  }
  co_await kj::joinPromises(acts.releaseAsArray());
}

void FileGrants::taskFailed(kj::Exception&& exception) { logWarning("files: " + reason(exception)); }

std::vector<std::string> mountLabels(const Places& places, const std::vector<std::string>& standardFolders) {
  auto labels = standardFolders;
  for (const auto& place :
       {std::string("/media"), std::string("/mnt"), "/run/media/" + places.home.substr(places.home.rfind('/') + 1)}) {
    struct stat status{};
    if (lstat(place.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) labels.push_back(place);
  }
  return labels;
}

}  // namespace latchkey
