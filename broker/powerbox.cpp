// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/powerbox.h"

#include <kj/debug.h>

#include <algorithm>
#include <set>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/disk-look.h"
#include "broker/full-speed.h"
#include "broker/granted-object.h"
#include "broker/openers.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr size_t WAITING_PER_HOLDER = 64, WAITING_PER_MACHINE = 8;
constexpr size_t WAITING_ALTOGETHER = 1024;
constexpr size_t DECIDED_KEPT = 300;
const std::string PATIENCE = "patience:";
constexpr Duration FILES_LIMIT = 5min;
constexpr Duration NETWORK_LIMIT = 2min;

// Looking for a file takes as long as it takes.
constexpr Duration PICKING_LIMIT = 30min;
constexpr Duration AFTER_CHOOSING = 2s;

Duration limitFor(const Question& question) {
  if (question.isPicking()) return PICKING_LIMIT;
  return question.kind == Kind::Network || question.kind == Kind::Listen ? NETWORK_LIMIT : FILES_LIMIT;
}

kj::Duration toKj(Duration duration) { return duration.count() * kj::NANOSECONDS; }

// To see what a folder holds.
bool isLookAround(const Question& question) {
  return question.directory && !question.isPicking() && question.access == Access::Read;
}

constexpr auto DECLINED = Decision::Outcome::Declined;
constexpr auto DENIED = Decision::Outcome::DeniedForRun;

}  // namespace

// One who waits. Lives inside the promise that was handed out: dropping that promise is how an asker goes away.
class Powerbox::Asker {
public:
  Asker(kj::PromiseFulfiller<Decision>& fulfiller, Powerbox& box, Pending& pending, InstanceId instance);
  ~Asker() noexcept(false) {
    if (pending != nullptr) m_box.left(*this);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Asker);

  // Nobody has decided, and nobody here will.
  void lose() {
    pending = nullptr;
    m_fulfiller.reject(KJ_EXCEPTION(DISCONNECTED, "broken"));
  }
  void tell(Decision decision) {
    pending = nullptr;
    m_fulfiller.fulfill(kj::mv(decision));
  }

  Pending* pending;
  InstanceId instance;

private:
  kj::PromiseFulfiller<Decision>& m_fulfiller;
  Powerbox& m_box;
};

struct Powerbox::Pending {
  Request request;
  kj::Maybe<kj::AutoCloseFd> object;
  std::vector<Asker*> askers;
  bool needless = false;  // Not shown: it ends soon after its app's chooser.
  kj::Promise<void> deadline = kj::NEVER_DONE;
  kj::Maybe<kj::Promise<void>> presenting;

  ~Pending() noexcept(false) { tellAll(Decision{}); }

  void tellAll(const Decision& decision) {
    auto all = kj::mv(askers);
    askers.clear();
    for (auto asker : all) asker->tell(decision);
  }
  void loseAll() {
    auto all = kj::mv(askers);
    askers.clear();
    for (auto asker : all) asker->lose();
  }
  // Each its own instance's: who ends one must not end another's.
  void tellGranted(const std::vector<Grant>& grants) {
    auto all = kj::mv(askers);
    askers.clear();
    for (auto asker : all) {
      auto own = std::ranges::find_if(
          grants, [&](auto& grant) { return grant.instance == InstanceId() || grant.instance == asker->instance; });
      // Who came after the answer is none of those it was given to.
      asker->tell(own == grants.end() ? Decision{} : Decision{.outcome = Decision::Outcome::Granted, .grant = own->id});
    }
  }

  int fd() const {
    KJ_IF_MAYBE (held, object) return held->get();
    return -1;
  }
};

Powerbox::Asker::Asker(kj::PromiseFulfiller<Decision>& fulfiller, Powerbox& box, Pending& pending, InstanceId instance)
    : pending(&pending), instance(kj::mv(instance)), m_fulfiller(fulfiller), m_box(box) {
  pending.askers.push_back(this);
}

Powerbox::Powerbox(Ledger& ledger, Instances& instances, Ceilings& ceilings, Enforcer& enforcer, Stage& stage,
                   const Clock& clock, kj::Timer& timer)
    : m_ledger(ledger),
      m_instances(instances),
      m_ceilings(ceilings),
      m_enforcer(enforcer),
      m_stage(stage),
      m_clock(clock),
      m_timer(timer),
      m_patience(clock),
      m_tasks(*this) {}

Powerbox::~Powerbox() noexcept(false) = default;

// --- asking

kj::Promise<Decision> Powerbox::ask(Question question, kj::Maybe<kj::AutoCloseFd> object) {
  if (m_enforcer.isOff(question.kind)) {
    journalRefusal(question, "off");
    return Decision{};
  }
  KJ_IF_MAYBE (grant, grantFor(question, question.instance)) {
    if (!m_patience.admitAnswered(question.holder)) return Decision{};
    return enforced(kj::mv(*grant));
  }
  KJ_IF_MAYBE (decision, refusedUnasked(question)) return kj::mv(*decision);

  auto instance = question.instance;
  InstanceId channel;
  KJ_IF_MAYBE (found, m_instances.find(instance)) {
    if (found->ask == AskMode::Tty) channel = instance;
    if (question.claim.empty() && !question.isPicking())
      question.claim = reasonFor(found->claims, question.kind, question.object, question.access);
  }
  auto pending = findEqual(question, channel);
  KJ_IF_MAYBE (equal, pending) return kj::newAdaptedPromise<Decision, Asker>(*this, *equal, kj::mv(instance));
  if (!mayWait(question.holder) || !m_patience.admit(question.holder)) return Decision{};
  auto& queued = queue(kj::mv(question), kj::mv(object), channel);
  return kj::newAdaptedPromise<Decision, Asker>(*this, queued, kj::mv(instance));
}

// Another machine is told the same whatever the reason.
kj::Maybe<Decision> Powerbox::refusedUnheard(const Question& question) {
  if (m_giver != nullptr && m_patience.mood(question) == Patience::Mood::Listening) return nullptr;
  journalRefusal(question, nameOf(RequestState::Denied));
  return Decision{};
}

// What needs no person: the answer is no whatever they would say, or they have said it.
kj::Maybe<Decision> Powerbox::refusedUnasked(const Question& question) {
  if (question.wish != nullptr) return refusedUnheard(question);
  auto found = m_instances.find(question.instance);
  KJ_IF_MAYBE (instance, found) {
    if (instance->ended()) return Decision{};
    auto fault = m_ceilings.fault(instance->holder.app, question.kind, question.object, question.access);
    if (fault.empty() && !question.isPicking()) fault = m_ceilings.tooWide(question.kind, question.object);
    if (!fault.empty()) {
      journalRefusal(question, "ceiling");
      return Decision{.outcome = DENIED, .grant = {}};
    }
    KJ_IF_MAYBE (refusal, m_ledger.refusing(question.holder, question.kind, question.object, question.access)) {
      journalRefusal(question, nameOf(RequestState::Never), GrantId(refusal->id.text()));
      return Decision{.outcome = DENIED, .grant = {}};
    }
    if (m_patience.mood(question) == Patience::Mood::Denied) return Decision{.outcome = DENIED, .grant = {}};
    if (instance->ask == AskMode::No) {
      journalRefusal(question, nameOf(RequestState::Unpresentable));
      return Decision{};
    }
    if (m_patience.mood(question) == Patience::Mood::Paused) return Decision{};
    return nullptr;
  }
  return Decision{};
}

void Powerbox::journalRefusal(const Question& question, const std::string& outcome, GrantId by) {
  Request refused;
  refused.question = question;
  refused.grant = kj::mv(by);
  journal(refused, "refuse", outcome);
}

bool Powerbox::isRefused(const Question& question) {
  return m_ledger.refusing(question.holder, question.kind, question.object, question.access) != nullptr ||
         m_patience.mood(question) == Patience::Mood::Denied;
}

kj::Maybe<Grant> Powerbox::grantFor(const Question& question, const InstanceId& instance) const {
  // Nothing answers for the person who is to pick.
  if (question.isPicking()) return nullptr;
  auto grant = m_ledger.permitting(question.holder, instance, question.kind, question.object, question.access);
  KJ_IF_MAYBE (found, grant) {
    auto app = Holder::parse(found->holder).app;
    // What of the desktop was given for once, was: the next time is asked about.
    bool spent = question.kind == Kind::Desktop && found->lifetime.type == Lifetime::Type::Once;
    if (!spent && m_ceilings.fault(app, question.kind, question.object, question.access).empty()) return kj::mv(*found);
  }
  return nullptr;
}

kj::Maybe<Grant> Powerbox::grantForAll(const Pending& pending) const {
  kj::Maybe<Grant> result;
  for (auto asker : pending.askers) {
    auto grant = grantFor(pending.request.question, asker->instance);
    if (grant == nullptr) return nullptr;
    result = kj::mv(grant);
  }
  return result;
}

bool Powerbox::isChoosing(const InstanceId& instance) const {
  return std::ranges::any_of(m_waiting, [&](auto& one) {
    auto& question = one->request.question;
    return question.chooser != nullptr && question.instance == instance;
  });
}

bool Powerbox::mayWait(const std::string& holder) const {
  auto mine = std::ranges::count_if(m_waiting, [&](auto& one) { return one->request.question.holder == holder; });
  auto most = isHeldByMachine(holder) ? WAITING_PER_MACHINE : WAITING_PER_HOLDER;
  return m_waiting.size() < WAITING_ALTOGETHER && mine < static_cast<ptrdiff_t>(most);
}

kj::Maybe<Powerbox::Pending&> Powerbox::find(const RequestId& id) {
  for (auto& pending : m_waiting) {
    if (pending->request.id == id) return *pending;
  }
  return nullptr;
}

kj::Maybe<Powerbox::Pending&> Powerbox::findEqual(const Question& question, const InstanceId& channel) {
  if (question.isPicking() && question.wish == nullptr) return nullptr;
  for (auto& pending : m_waiting) {
    if (pending->needless && pending->request.question.instance != question.instance) continue;
    auto& request = pending->request;
    bool samePicking = request.question.isPicking() == question.isPicking() &&
                       (request.question.wish == nullptr) == (question.wish == nullptr);
    bool equal = samePicking && request.channel == channel && request.question.access == question.access &&
                 sameThing(request.question, question);
    if (equal) return *pending;
  }
  return nullptr;
}

// A hidden name has none. Where the sandbox has a folder of its own, single files can be shown and nothing beside them;
// the top of the home is served whole, but for a trial, whose home is a layer of its own.
bool Powerbox::maySiblingsBeGiven(const Question& question, const Object& folder, bool wide) const {
  auto name = std::string_view(question.object.path).substr(question.object.path.rfind('/') + 1);
  if (name.starts_with('.')) return false;
  if (!wide) return true;
  auto found = m_instances.find(question.instance);
  KJ_IF_MAYBE (instance, found) return m_ceilings.isHome(folder.path) && !instance->throwaway;
  return false;
}

// What cannot be given is no choice.
std::vector<Scope> Powerbox::offered(const Question& question) const {
  if (question.wish != nullptr) return {};
  if (question.kind == Kind::Network) {
    std::vector<Scope> scopes;
    KJ_IF_MAYBE (wanted, destinationFrom(question.object.target)) scopes = scopesOf(*wanted);
    std::erase_if(scopes, [&](Scope scope) {
      auto object = networkObject(question.object, scope);
      return !m_ceilings.fault(Holder::parse(question.holder).app, question.kind, object, question.access).empty();
    });
    return scopes;
  }
  auto scopes = scopesFor(question.kind, question.directory);
  if (question.directory || question.object.path.empty()) return scopes;
  auto slash = question.object.path.rfind('/');
  Object folder{.path = slash == 0 ? "/" : question.object.path.substr(0, slash), .scope = Scope::Folder};
  bool wide = !m_ceilings.tooWide(Kind::Folder, folder).empty();
  if (wide) std::erase_if(scopes, [](Scope scope) { return scope == Scope::Folder || scope == Scope::Tree; });
  if (!maySiblingsBeGiven(question, folder, wide)) std::erase(scopes, Scope::Siblings);
  return scopes;
}

bool Powerbox::offersFast(const Request& request) const {
  auto& question = request.question;
  if (std::ranges::find(request.scopes, Scope::Tree) == request.scopes.end()) return false;
  KJ_IF_MAYBE (instance, m_instances.find(question.instance)) {
    if (instance->throwaway) return false;
  }
  Grant whole{.holder = question.holder, .kind = Kind::Folder, .lifetime = Lifetime::run(), .fast = true};
  auto slash = question.object.path.rfind('/');
  whole.object.path = question.directory ? question.object.path : question.object.path.substr(0, slash);
  whole.object.scope = Scope::Tree;
  return notFast(m_ceilings, whole).empty();
}

Powerbox::Pending& Powerbox::queue(Question question, kj::Maybe<kj::AutoCloseFd> object, const InstanceId& channel) {
  auto pending = kj::heap<Pending>();
  auto& request = pending->request;
  request.id = RequestId::fresh();
  request.since = m_clock.wall();
  request.deadline = Deadline::at(request.since + limitFor(question), m_clock);
  request.scopes = offered(question);
  request.channel = channel;
  request.question = kj::mv(question);
  request.mayBeFast = offersFast(request);
  pending->object = kj::mv(object);
  journal(request, "request", nameOf(request.state));
  auto& asked = request.question;
  pending->needless = isLookAround(asked) && isChoosing(asked.instance);
  for (auto& other : m_waiting) {
    auto& question = other->request.question;
    if (asked.chooser != nullptr && isLookAround(question) && question.instance == asked.instance)
      other->needless = other->askers.size() == 1;
  }
  m_waiting.push_back(kj::mv(pending));
  auto& queued = *m_waiting.back();
  queued.deadline =
      untilDeadline(queued.request.id).eagerlyEvaluate([this](kj::Exception&& e) { taskFailed(kj::mv(e)); });
  changed(queued.request);
  scheduleRefresh();
  return queued;
}

void Powerbox::left(Asker& asker) {
  auto& pending = *asker.pending;
  std::erase(pending.askers, &asker);
  if (pending.askers.empty() && pending.request.state == RequestState::Waiting) {
    take(pending.request.id, RequestState::Withdrawn);
  }
}

kj::Promise<void> Powerbox::untilDeadline(RequestId id) {
  for (;;) {
    KJ_IF_MAYBE (pending, find(id)) {
      auto& deadline = pending->request.deadline;
      if (deadline.passed(m_clock)) break;
      // Looked at again now and then: the wall clock may be stepped, and the machine may sleep.
      auto left = std::clamp<Duration>(deadline.left(m_clock), 1ms, 30s);
      co_await m_timer.afterDelay(toKj(left));
    } else {
      co_return;
    }
  }
  // Declining destroys this very promise, so it happens from outside of it.
  m_tasks.add(kj::evalLater([this, id] { decline(id, RequestState::TimedOut); }));
}

// --- showing

void Powerbox::scheduleRefresh() {
  if (m_refreshScheduled) return;
  m_refreshScheduled = true;
  m_tasks.add(kj::evalLater([this] { refreshVisible(); }));
}

// Choosers before the rest: they are what the person has just called for.
void Powerbox::refreshVisible() {
  m_refreshScheduled = false;
  std::vector<Pending*> order;
  for (auto& pending : m_waiting) {
    if (!pending->needless) {
      order.push_back(pending.get());
      continue;
    }
    pending->request.visible = false;
    pending->presenting = nullptr;
  }
  std::ranges::stable_partition(order, [](auto one) { return one->request.question.chooser != nullptr; });
  std::map<std::pair<std::string, InstanceId>, Pending*> first;
  for (auto pending : order) {
    auto& request = pending->request;
    auto [place, isFirst] = first.try_emplace({request.question.holder, request.channel}, pending);
    if (isFirst) {
      request.alsoWaiting = 0;
    } else {
      ++place->second->request.alsoWaiting;
      pending->presenting = nullptr;
    }
    request.visible = isFirst;
  }
  for (auto& [place, pending] : first) {
    changed(pending->request);
    if (pending->presenting == nullptr) present(*pending);
  }
}

void Powerbox::present(Pending& pending) {
  KJ_IF_MAYBE (answer, m_stage.tryPresent(pending.request)) {
    pending.presenting =
        show(pending.request.id, kj::mv(*answer)).eagerlyEvaluate([this](kj::Exception&& e) { taskFailed(kj::mv(e)); });
  }
}

kj::Promise<void> Powerbox::show(RequestId id, kj::Promise<Answer> promise) {
  auto answer = co_await promise.then([](Answer&& answer) -> kj::Maybe<Answer> { return kj::mv(answer); },
                                      [](kj::Exception&& exception) -> kj::Maybe<Answer> {
                                        logInfo("a question could not be shown: " + reason(exception));
                                        return nullptr;
                                      });
  // Settling drops this very promise, so it happens from outside of it.
  m_tasks.add(settleShown(id, kj::mv(answer)));
}

kj::Promise<void> Powerbox::settleShown(RequestId id, kj::Maybe<Answer> answer) {
  co_await kj::evalLater([] {});
  KJ_IF_MAYBE (given, answer) {
    // The edge of a connection: an answer that makes no sense, or cannot be kept, is no answer.
    auto settled = kj::evalNow([&] { return this->answer(id, kj::mv(*given)); }).then([](GrantId) {});
    co_await settled.catch_([this, id](kj::Exception&& exception) {
      logWarning("an answer could not be used: " + reason(exception));
      decline(id, RequestState::Unpresentable);
    });
  } else {
    decline(id, RequestState::Unpresentable);
  }
}

void Powerbox::showWaiting() { scheduleRefresh(); }

// --- answering

kj::Promise<GrantId> Powerbox::answer(const RequestId& id, Answer answer) {
  auto& question = stillWaiting(id).request.question;
  switch (answer.verdict) {
    case Verdict::Allow:
      if (question.chooser != nullptr) return pick(id, kj::mv(answer));
      if (question.opener != nullptr) return openWith(id, kj::mv(answer));
      if (question.wish != nullptr) return giveAway(id, kj::mv(answer));
      return allow(id, kj::mv(answer));
    case Verdict::Deny:
    case Verdict::Never: refuse(id, answer.verdict, answer.scope); break;
    case Verdict::Dismiss: decline(id, RequestState::Dismissed); break;
  }
  return GrantId();
}

Powerbox::Pending& Powerbox::stillWaiting(const RequestId& id) {
  auto found = find(id);
  return KJ_REQUIRE_NONNULL(found, "that question no longer waits");
}

std::vector<Grant> Powerbox::commit(const Pending& pending, const Answer& answer, const Grant& wanted) {
  std::set<InstanceId> instances;
  bool bound = answer.lifetime.type == Lifetime::Type::Once || answer.lifetime.type == Lifetime::Type::Run;
  if (bound) {
    for (auto asker : pending.askers) instances.insert(asker->instance);
  } else {
    instances.insert(InstanceId());
  }
  std::vector<GrantId> ids;
  KJ_ON_SCOPE_FAILURE(m_ledger.revoke(ids));
  std::vector<Grant> made;
  for (auto& instance : instances) {
    auto grant = wanted;
    grant.instance = instance;
    ids.push_back(m_ledger.add(kj::mv(grant)));
    made.push_back(KJ_ASSERT_NONNULL(m_ledger.find(ids.back())));
  }
  return made;
}

kj::Promise<GrantId> Powerbox::allow(RequestId id, Answer answer) {
  auto& waiting = KJ_ASSERT_NONNULL(find(id));
  auto& question = waiting.request.question;
  auto wanted = wantedGrant(waiting.request, waiting.fd(), answer, m_clock.wall());
  auto fault =
      m_ceilings.fault(Holder::parse(question.holder).app, wanted.grant.kind, wanted.grant.object, wanted.grant.access);
  if (fault.empty()) fault = notFast(m_ceilings, wanted.grant);
  if (!fault.empty()) fail(fault);

  auto made = commit(waiting, answer, wanted.grant);
  waiting.request.grant = made.front().id;
  auto pending = take(id, RequestState::Allowed);
  m_patience.allowed(pending->request.question);
  keepPatience(pending->request.question);
  std::vector<GrantId> ids;
  for (auto& grant : made) ids.push_back(grant.id);
  KJ_ON_SCOPE_FAILURE(m_ledger.revoke(ids));
  for (auto& grant : made) {
    kj::Maybe<kj::AutoCloseFd> object;
    KJ_IF_MAYBE (held, wanted.object) object = duplicate(held->get());
    co_await m_enforcer.enforce(grant, kj::mv(object));
  }
  // It may have been taken back meanwhile.
  std::erase_if(made, [this](auto& grant) { return !m_ledger.isLive(grant.id); });
  pending->tellGranted(made);
  reconsider();
  co_return ids.front();
}

// --- picking

kj::Promise<GrantId> Powerbox::pick(RequestId id, Answer answer) {
  auto question = stillWaiting(id).request.question;
  auto& chooser = KJ_ASSERT_NONNULL(question.chooser);
  requireLasting(answer, m_clock.wall());
  if (answer.access > question.access) fail("that is more than was asked for");
  if (chooser.saves() && answer.access != Access::Write)
    fail("saving is changing: it cannot be given for looking only");
  if (!isOffered(chooser, answer.filter, answer.choices)) fail("that is not one of the choices");
  auto things = co_await lookAtDisk(
      [chooser, chosen = kj::mv(answer.chosen)]() mutable { return pickedThings(chooser, kj::mv(chosen)); });
  stillWaiting(id);
  Decision decision{.outcome = Decision::Outcome::Granted};
  decision.grants = commitPicked(question, things, answer.access, answer.lifetime);
  decision.grant = decision.grants.front();
  decision.filter = answer.filter;
  decision.choices = kj::mv(answer.choices);
  auto pending = allowed(id, decision.grants);
  co_await enforcePicked(decision.grants, kj::mv(things));
  // It may have been taken back meanwhile; all of it or nothing.
  bool whole = std::ranges::all_of(decision.grants, [&](auto& grant) { return m_ledger.isLive(grant); });
  pending->tellAll(whole ? decision : Decision{});
  reconsider();
  co_return decision.grant;
}

kj::Promise<std::vector<GrantId>> Powerbox::give(const Question& question, std::vector<Picked> things, Access access,
                                                 Lifetime lifetime) {
  auto ids = commitPicked(question, things, access, lifetime);
  co_await enforcePicked(ids, kj::mv(things));
  reconsider();
  co_return ids;
}

// What the app has anyway in the same way is not listed twice.
std::vector<GrantId> Powerbox::commitPicked(const Question& question, const std::vector<Picked>& things, Access access,
                                            Lifetime lifetime) {
  bool bound = lifetime.type == Lifetime::Type::Once || lifetime.type == Lifetime::Type::Run;
  std::vector<GrantId> held(things.size());
  std::vector<Grant> fresh;
  for (size_t i = 0; i < things.size(); ++i) {
    auto grant = grantOfPicked(m_ceilings, m_ledger, question.holder, things[i], access, question.create);
    grant.lifetime = lifetime;
    if (bound) grant.instance = question.instance;
    auto old = sameHeld(m_ledger, grant, question.instance);
    KJ_IF_MAYBE (id, old) held[i] = *id;
    else fresh.push_back(kj::mv(grant));
  }
  auto made = fresh.empty() ? std::vector<GrantId>() : m_ledger.addAll(kj::mv(fresh), {});
  auto next = made.begin();
  for (auto& id : held) {
    if (id.empty()) id = *next++;
  }
  return held;
}

kj::Promise<void> Powerbox::enforcePicked(std::vector<GrantId> ids, std::vector<Picked> things) {
  kj::Vector<kj::Promise<void>> acts;
  for (size_t i = 0; i < ids.size(); ++i) {
    kj::Maybe<kj::AutoCloseFd> object;
    if (things[i].fd.get() >= 0) object = kj::mv(things[i].fd);
    KJ_IF_MAYBE (grant, m_ledger.find(ids[i])) acts.add(m_enforcer.enforce(*grant, kj::mv(object)));
  }
  kj::Maybe<kj::Exception> failure;
  try {
    co_await kj::joinPromises(acts.releaseAsArray());
  } catch (...) {
    failure = kj::getCaughtExceptionAsKj();
  }
  KJ_IF_MAYBE (exception, failure) {
    auto ended = m_ledger.revoke(ids);
    co_await m_enforcer.cut(kj::mv(ended.grants));
    fail("it cannot be given to what runs now: " + reason(*exception));
  }
}

kj::Own<Powerbox::Pending> Powerbox::allowed(const RequestId& id, const std::vector<GrantId>& grants) {
  if (!grants.empty()) stillWaiting(id).request.grant = grants.front();
  auto pending = take(id, RequestState::Allowed);
  m_patience.allowed(pending->request.question);
  keepPatience(pending->request.question);
  return pending;
}

// "This time" is not kept: the next time is asked about.
kj::Promise<GrantId> Powerbox::openWith(RequestId id, Answer answer) {
  auto question = stillWaiting(id).request.question;
  requireLasting(answer, m_clock.wall());
  if (!isAppName(answer.app)) fail("that is no app: say which is to open it");
  auto fault = m_ceilings.faultOfStart(answer.app);
  if (!fault.empty()) fail(fault);
  std::vector<GrantId> grants;
  if (answer.lifetime.type != Lifetime::Type::Once) {
    Grant grant{.holder = question.holder, .kind = Kind::App, .lifetime = answer.lifetime};
    grant.object = rememberedAs(KJ_ASSERT_NONNULL(question.opener).type, answer.app);
    if (answer.lifetime.type == Lifetime::Type::Run) grant.instance = question.instance;
    grants.push_back(m_ledger.add(kj::mv(grant)));
  }
  auto pending = allowed(id, grants);
  Decision decision{.outcome = Decision::Outcome::Granted, .grants = grants, .app = answer.app};
  if (!grants.empty()) decision.grant = grants.front();
  pending->tellAll(decision);
  co_return decision.grant;
}

// What was picked is looked at meanwhile; only if somebody still asks for it then, it is given.
kj::Promise<GrantId> Powerbox::giveAway(RequestId id, Answer answer) {
  auto question = stillWaiting(id).request.question;
  auto& giver = KJ_REQUIRE_NONNULL(m_giver);
  if (answer.access > question.access) fail("that is more than was asked for");
  if (answer.lifetime.type == Lifetime::Type::Until && answer.lifetime.until <= m_clock.wall())
    fail("that time has passed");
  auto gift = co_await giver.pick(question, kj::mv(answer));
  stillWaiting(id);
  auto given = giver.give(kj::mv(gift));
  KJ_IF_MAYBE (grant, m_ledger.find(given)) stillWaiting(id).request.question.object = grant->object;
  allowed(id, {given})->tellAll({.outcome = Decision::Outcome::Granted, .grant = given, .grants = {given}});
  co_return given;
}

kj::Promise<Decision> Powerbox::enforced(Grant grant) {
  auto id = grant.id;
  co_await m_enforcer.enforce(grant, nullptr);
  // It may have been taken back while the portal took it up.
  if (!m_ledger.isLive(id)) co_return Decision{};
  co_return Decision{.outcome = Decision::Outcome::Granted, .grant = id};
}

kj::Promise<void> Powerbox::satisfy(RequestId id, Grant grant) {
  KJ_ASSERT_NONNULL(find(id)).request.grant = grant.id;
  auto pending = take(id, RequestState::Allowed);
  auto decision = co_await enforced(kj::mv(grant));
  pending->tellAll(decision);
}

void Powerbox::refuse(const RequestId& id, Verdict verdict, Scope scope) {
  auto& waiting = KJ_ASSERT_NONNULL(find(id));
  auto question = waiting.request.question;
  if (verdict == Verdict::Never && question.chooser != nullptr)
    fail("there is no one thing to say never to: `dismiss` closes it, a ceiling forbids it (see `latchkey help`)");
  if (verdict == Verdict::Never && question.wish != nullptr)
    fail("there is no one thing to say never to: `deny` holds for a while, `latchkey peer block` for good");
  if (verdict == Verdict::Never) {
    Refusal refusal{.id = id,
                    .holder = question.holder,
                    .kind = question.kind,
                    .object = question.object,
                    .access = question.access,
                    .since = m_clock.wall()};
    bool wider = question.kind == Kind::Network && std::ranges::contains(waiting.request.scopes, scope);
    if (wider) refusal.object = networkObject(question.object, scope);
    if (question.opener != nullptr) refusal.object = {.target = question.object.target, .scope = Scope::Host};
    m_ledger.refuse(refusal);
    waiting.request.grant = GrantId(id.text());  // For the journal: this is what decides from now on.
    m_tasks.add(m_enforcer.deny(refusal));
  }
  for (auto asker : waiting.askers) {
    question.instance = asker->instance;
    m_patience.denied(question);
    keepPatience(question);
  }
  auto pending = take(id, verdict == Verdict::Never ? RequestState::Never : RequestState::Denied);
  pending->tellAll({.outcome = DENIED, .grant = {}});
  reconsider();
  if (question.wish != nullptr) dropUnheard(question.holder);
}

// What waits of a machine that would not be heard if it asked now.
void Powerbox::dropUnheard(const std::string& holder) {
  std::vector<RequestId> ids;
  for (auto& pending : m_waiting) {
    auto& question = pending->request.question;
    if (question.wish == nullptr || question.holder != holder) continue;
    if (m_patience.mood(question) != Patience::Mood::Listening) ids.push_back(pending->request.id);
  }
  for (auto& id : ids) take(id, RequestState::Denied)->tellAll({.outcome = DECLINED, .grant = {}});
}

void Powerbox::decline(const RequestId& id, RequestState state) {
  if (find(id) == nullptr) return;
  auto pending = take(id, state);
  auto question = pending->request.question;
  pending->tellAll({.outcome = DECLINED, .grant = {}});
  bool counts = state == RequestState::Dismissed || state == RequestState::TimedOut;
  if (!counts) return;
  if (question.isPicking() && question.wish == nullptr) return m_patience.closedPicking(question.holder);
  bool silenced = m_patience.dismissed(question);
  keepPatience(question);
  if (!silenced) return;
  std::vector<RequestId> rest;
  for (auto& waiting : m_waiting) {
    if (waiting->request.question.holder == question.holder) rest.push_back(waiting->request.id);
  }
  for (auto& other : rest) take(other, RequestState::Dismissed);
}

void Powerbox::reconsider() {
  std::vector<RequestId> ids;
  for (auto& pending : m_waiting) ids.push_back(pending->request.id);
  for (auto& id : ids) {
    KJ_IF_MAYBE (pending, find(id)) {
      KJ_IF_MAYBE (grant, grantForAll(*pending)) {
        m_tasks.add(satisfy(id, kj::mv(*grant)));
      } else if (isRefused(pending->request.question)) {
        take(id, RequestState::Denied)->tellAll({.outcome = DENIED, .grant = {}});
      }
    }
  }
}

void Powerbox::switchedOff() {
  std::vector<RequestId> ids;
  for (auto& pending : m_waiting) {
    if (m_enforcer.isOff(pending->request.question.kind)) ids.push_back(pending->request.id);
  }
  for (auto& id : ids) take(id, RequestState::Dismissed);
}

// --- ends

kj::Own<Powerbox::Pending> Powerbox::take(const RequestId& id, RequestState state) {
  auto place = std::ranges::find_if(m_waiting, [&](auto& one) { return one->request.id == id; });
  KJ_ASSERT(place != m_waiting.end());
  auto pending = kj::mv(*place);
  m_waiting.erase(place);
  pending->presenting = nullptr;
  pending->deadline = kj::NEVER_DONE;
  auto& request = pending->request;
  request.state = state;
  request.decided = m_clock.wall();
  request.visible = false;
  journal(request, "answer", nameOf(state));
  m_decided.push_front(request);
  if (m_decided.size() > DECIDED_KEPT) m_decided.pop_back();
  changed(request);
  if (request.question.chooser != nullptr) m_tasks.add(afterChoosing(request.question.instance));
  m_decided.front().question.chooser = nullptr;  // May be large, and is of no use any more.
  scheduleRefresh();
  return pending;
}

void Powerbox::keepFact(const std::string& key, const std::string& value) {
  try {
    m_ledger.noteFact(key, value);
  } catch (const StoreError&) {
    // A full disk must not keep a "no" from being said; trouble() tells the person.
  }
}

void Powerbox::keepPatience(const Question& question) {
  if (question.wish != nullptr) return;
  auto key = PATIENCE + question.instance.text();
  auto state = m_patience.stateOf(question.instance, question.holder);
  if (m_ledger.fact(key) != state) keepFact(key, state);
}

void Powerbox::takeUp(const InstanceId& instance, const std::string& holder) {
  m_patience.takeUp(instance, holder, m_ledger.fact(PATIENCE + instance.text()));
}

void Powerbox::instanceEnded(const InstanceId& instance) {
  m_patience.instanceEnded(instance);
  if (!m_ledger.fact(PATIENCE + instance.text()).empty()) keepFact(PATIENCE + instance.text(), "");
  letGo(instance, Leaving::Ended);
}

// The app has closed its own dialog by then, which would say that it could not look.
kj::Promise<void> Powerbox::afterChoosing(InstanceId instance) {
  co_await m_timer.afterDelay(toKj(AFTER_CHOOSING));
  if (!isChoosing(instance)) letGo(instance, Leaving::LookingAround);
}

void Powerbox::letGo(const InstanceId& instance, Leaving why) {
  std::vector<RequestId> alone;
  for (auto& pending : m_waiting) {
    if (why == Leaving::LookingAround && !pending->needless) continue;
    std::erase_if(pending->askers, [&](Asker* asker) {
      if (asker->instance != instance) return false;
      asker->tell(Decision{});
      return true;
    });
    if (pending->askers.empty()) alone.push_back(pending->request.id);
  }
  for (auto& id : alone) take(id, RequestState::Withdrawn);
}

void Powerbox::declineAll() {
  while (!m_waiting.empty()) {
    auto pending = take(m_waiting.front()->request.id, RequestState::Unpresentable);
    // Another machine asks the next broker, which a "no" would keep it from.
    if (pending->request.question.wish != nullptr) pending->loseAll();
  }
}

std::vector<Request> Powerbox::waiting() const {
  std::vector<Request> result;
  for (auto& pending : m_waiting) result.push_back(pending->request);
  return result;
}

std::vector<Request> Powerbox::recent() const {
  auto result = waiting();
  result.insert(result.end(), m_decided.begin(), m_decided.end());
  return result;
}

void Powerbox::journal(const Request& request, const char* event, const std::string& outcome) {
  auto& question = request.question;
  if (!m_patience.mayJournal(question.holder)) return;
  JournalEntry entry;
  entry.event = event;
  entry.app = question.holder;
  entry.instance = question.instance;
  entry.kind = question.kind;
  entry.target = question.object.target;
  entry.grant = request.grant;
  entry.outcome = outcome;
  m_ledger.journal(kj::mv(entry));
}

void Powerbox::changed(const Request& request) {
  KJ_IF_MAYBE (observer, m_observer) observer->requestChanged(request);
}

void Powerbox::taskFailed(kj::Exception&& exception) { logWarning("a question: " + reason(exception)); }

}  // namespace latchkey
