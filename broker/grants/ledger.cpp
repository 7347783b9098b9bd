// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/ledger.h"

#include <kj/debug.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "broker/base/files.h"
#include "broker/base/text.h"
#include "broker/base/times.h"
#include "broker/grants/grant-tree.h"
#include "broker/grants/reach.h"
#include "broker/grants/store.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr Duration ENDED_KEPT = 24h * 30;
constexpr Duration PURGE_EVERY = 1h;
constexpr Duration FLUSH_AFTER = 5s;
constexpr Duration TICK_AT_LEAST = 30s;
constexpr size_t MAX_WAITING = 10'000;  // Journal lines in memory while the disk refuses; the oldest go first.

// Facts of the ledger's own; the server's have no dot.
constexpr const char* SEEN = "ledger.seen";    // Wall time of the last write.
constexpr std::string_view LAPSED = "lapsed";  // As the journal has it.
// Digests of the portals' cookies.
constexpr const char* FILE_PORTAL = "ledger.portal";
constexpr const char* NETWORK_PORTAL = "ledger.network-portal";

std::string currentBoot() {
  KJ_IF_MAYBE (id, tryReadFile("/proc/sys/kernel/random/boot_id", 64)) {
    return id->substr(0, id->find('\n'));
  }
  return randomToken();  // No boot is like this one: elapsed times from before mean nothing.
}

std::vector<GrantId> idsOf(const std::vector<const GrantTree::Node*>& nodes) {
  std::vector<GrantId> ids;
  for (const auto* node : nodes) ids.push_back(node->grant.id);
  return ids;
}

kj::Exception refusedBecause(const std::string& why) {
  return kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__,
                       kj::str("this access cannot be given: ", why.c_str()));
}

size_t depthOf(const GrantTree::Node& node) {
  size_t depth = 0;
  for (const auto* up = node.parent; up != nullptr; up = up->parent) ++depth;
  return depth;
}

bool isLimited(const GrantTree::Node& node) {
  for (const auto* up = &node; up != nullptr; up = up->parent) {
    const auto& limits = up->grant.limits;
    if (limits.uses != 0 || limits.bytes != 0 || limits.bytesPerDay != 0) return true;
  }
  return false;
}

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

template <typename Map>
auto valuesOf(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  for (const auto& [key, value] : map) values.push_back(value);
  return values;
}

}  // namespace

struct Ledger::Impl {
  const Clock& clock;
  std::string boot;
  Store store;
  GrantTree tree;
  std::map<std::string, AppSettings> settings;
  std::map<RequestId, Refusal> refusals;
  std::map<InstanceId, Survivor> survivors;
  std::map<std::string, Machine> machines;
  std::map<std::string, Invitation> invitations;
  std::unordered_map<GrantId, Share> shares;
  std::map<std::string, Offer> offers;
  std::map<std::string, std::string> facts;
  std::set<InstanceId> endedInstances;
  std::unordered_map<GrantId, std::map<InstanceId, Usage>> usage;
  std::vector<Observer*> observers;
  std::string trouble;

  // What memory knows and the disk does not. `counted` are rows whose counters alone are newer.
  std::vector<JournalEntry> unwritten;
  std::unordered_set<GrantId> unkept, counted;
  std::vector<GrantId> removed;
  std::vector<InstanceId> goneSurvivors;
  std::set<std::string> unkeptMachines, unkeptInvitations,
      unkeptOffers;      // As they are in memory, or not there any more.
  bool emptied = false;  // The store lost everything: the next write has to hold all of memory.
  uint64_t lastSequence = 0;
  ElapsedTime lastFlush, lastPurge;

  Impl(const std::string& directory, const Clock& clock, const std::string& boot)
      : clock(clock), boot(boot), store(directory), tree(clock), lastFlush(clock.elapsed()) {
    load(store.takeContents());
    KJ_IF_MAYBE (error, store.trouble()) {
      trouble = error->line();
    }
  }

  // Empty: there is none any more.
  void setFact(const std::string& key, const std::string& value) {
    if (value.empty()) facts.erase(key);
    else facts[key] = value;
  }

  void load(Contents contents);
  Deadline restoredDeadline(const StoredGrant& stored, WallTime seen) const;

  StoredGrant rowOf(const Grant& grant) const;
  Changes withWaiting(Changes changes) const;
  Changes withEverything(Changes changes) const;
  void commit(const Changes& changes, Store::Durability durability = Store::Durability::Flushed);
  bool tryCommit(const Changes& changes, Store::Durability durability = Store::Durability::Flushed);
  void setTrouble(const std::string& line);
  bool anythingWaits() const;
  bool tryFlush();

  JournalEntry entryOf(JournalEntry entry);
  JournalEntry entryOf(const Grant& grant, std::string_view event, std::string_view outcome);
  Changes changesOf(const std::vector<Grant>& grants, std::string_view event, std::string_view outcome);
  void keepWaiting(const Changes& changes);

  Grant prepared(Grant grant) const;
  kj::Maybe<Grant> likeEnded(const Grant& ended, const std::map<GrantId, Grant>& made) const;
  void make(const std::vector<Grant>& grants, const std::vector<Refusal>& refusals = {});
  Ended end(const std::vector<GrantId>& ids, GrantState how, std::string_view event, std::string_view outcome,
            Changes also = {}, Store::Durability durability = Store::Durability::Flushed);
  std::vector<Grant> turn(const std::vector<Grant>& changed, const Changes& changes);

  std::vector<GrantId> betweenUsAnd(const std::string& machine) const;
  std::vector<std::string> takeOffersOf(const std::string& machine);
  std::vector<Grant> shown(const std::vector<const GrantTree::Node*>& nodes) const;
  void tell(const std::vector<Grant>& changed, const std::vector<JournalEntry>& added);
  Ended count(const GrantTree::Node& node, const GrantTree::Use& use);
  // What nobody decided and the disk need not know.
  void tellOf(const std::vector<Grant>& grants, std::string_view event, std::string_view outcome);
};

// --- coming back

void Ledger::Impl::load(Contents contents) {
  auto found = contents.facts.find(SEEN);
  auto seen = found == contents.facts.end() ? WallTime() : fromNanos(std::strtoll(found->second.c_str(), nullptr, 10));
  for (auto& stored : contents.grants) {
    auto deadline = restoredDeadline(stored, seen);
    if (stored.boot != boot && !stored.grant.hasEnded()) counted.insert(stored.grant.id);
    tree.add(std::move(stored.grant), deadline);
  }
  for (auto& app : contents.settings) settings[app.app] = std::move(app);
  for (auto& refusal : contents.refusals) refusals[refusal.id] = std::move(refusal);
  for (auto& survivor : contents.survivors) survivors[survivor.instance] = std::move(survivor);
  for (auto& machine : contents.machines) machines[machine.id] = std::move(machine);
  for (auto& invitation : contents.invitations) invitations[invitation.id] = std::move(invitation);
  for (auto& share : contents.shares) {
    if (tree.find(share.grant) != nullptr) shares[share.grant] = share;
  }
  for (auto& offer : contents.offers) offers[offer.id] = std::move(offer);
  facts = std::move(contents.facts);
  lastSequence = contents.lastSequence;
}

// A wall clock set back while no broker ran lengthens nothing: within one boot the elapsed time says so, across boots
// the wall time of our last write.
Deadline Ledger::Impl::restoredDeadline(const StoredGrant& stored, WallTime seen) const {
  const auto& grant = stored.grant;
  auto deadline = tree.deadlineOf(grant);
  if (deadline.never()) return deadline;
  if (stored.boot == boot && stored.deadline != ElapsedTime()) return Deadline::at(deadline.wall(), stored.deadline);
  auto setBack = std::max(seen - clock.wall(), Duration::zero());
  return Deadline::at(deadline.wall(), deadline.elapsed() - setBack);
}

// --- writing

StoredGrant Ledger::Impl::rowOf(const Grant& grant) const {
  const auto* node = tree.find(grant.id);
  auto deadline = node == nullptr ? tree.deadlineOf(grant) : node->deadline;
  return {.grant = grant, .deadline = deadline.never() ? ElapsedTime() : deadline.elapsed(), .boot = boot};
}

// `changes` come last: they are what is newest.
Changes Ledger::Impl::withWaiting(Changes changes) const {
  Changes all;
  for (const auto* waiting : {&unkept, &counted}) {
    for (const auto& id : *waiting) {
      if (const auto* node = tree.find(id)) all.grants.push_back(rowOf(node->grant));
    }
  }
  append(all.grants, changes.grants);
  all.journal = unwritten;
  append(all.journal, changes.journal);
  append(changes.purged, removed);
  append(changes.gone, goneSurvivors);
  auto waiting = [](const auto& ids, const auto& known, auto& put, auto& gone) {
    for (const auto& id : ids) {
      auto found = known.find(id);
      if (found == known.end()) gone.push_back(id);
      else put.insert(put.begin(), found->second);
    }
  };
  waiting(unkeptMachines, machines, changes.machines, changes.goneMachines);
  waiting(unkeptInvitations, invitations, changes.invitations, changes.goneInvitations);
  waiting(unkeptOffers, offers, changes.offers, changes.goneOffers);
  changes.grants = std::move(all.grants);
  changes.journal = std::move(all.journal);
  changes.facts[SEEN] = std::to_string(toNanos(clock.wall()));
  return changes;
}

Changes Ledger::Impl::withEverything(Changes changes) const {
  std::vector<StoredGrant> grants;
  for (auto which : {GrantTree::Which::Ended, GrantTree::Which::Living}) {
    for (const auto* node : tree.all(which)) grants.push_back(rowOf(node->grant));
  }
  append(grants, changes.grants);
  changes.grants = std::move(grants);
  auto first = [](auto all, auto& newer) {
    append(all, newer);
    newer = std::move(all);
  };
  first(valuesOf(settings), changes.settings);
  first(valuesOf(refusals), changes.refusals);
  first(valuesOf(survivors), changes.survivors);
  first(valuesOf(machines), changes.machines);
  first(valuesOf(invitations), changes.invitations);
  first(valuesOf(shares), changes.shares);
  first(valuesOf(offers), changes.offers);
  changes.facts.insert(facts.begin(), facts.end());
  return changes;
}

void Ledger::Impl::commit(const Changes& changes, Store::Durability durability) {
  auto all = withWaiting(changes);
  try {
    if (!emptied) store.commit(all, durability);
  } catch (const StoreError& error) {
    emptied = error.trouble() == StoreTrouble::Changed;
    if (!emptied) {
      setTrouble(error.line());
      throw;
    }
  }
  try {
    if (emptied) store.commit(withEverything(all), Store::Durability::Flushed);
  } catch (const StoreError& error) {
    setTrouble(error.line());
    throw;
  }
  emptied = false;
  unwritten.clear();
  unkept.clear();
  counted.clear();
  removed.clear();
  goneSurvivors.clear();
  unkeptMachines.clear();
  unkeptInvitations.clear();
  unkeptOffers.clear();
  lastFlush = clock.elapsed();
  setTrouble("");
}

bool Ledger::Impl::tryCommit(const Changes& changes, Store::Durability durability) {
  try {
    commit(changes, durability);
    return true;
  } catch (const StoreError&) {
    return false;
  }  // setTrouble() has told it.
}

void Ledger::Impl::setTrouble(const std::string& line) {
  if (trouble == line) return;
  trouble = line;
  for (auto* observer : std::vector(observers)) observer->storeTroubleChanged(line);
}

bool Ledger::Impl::anythingWaits() const {
  return !unwritten.empty() || !unkept.empty() || !counted.empty() || !removed.empty() || !goneSurvivors.empty() ||
         !unkeptMachines.empty() || !unkeptInvitations.empty() || !unkeptOffers.empty();
}

// Ends and suspensions the person was told are not kept yet are flushed; counters and journal lines need not be.
bool Ledger::Impl::tryFlush() {
  bool mayWait = unkept.empty() && unkeptMachines.empty() && unkeptInvitations.empty() && unkeptOffers.empty();
  return tryCommit({}, mayWait ? Store::Durability::Lazy : Store::Durability::Flushed);
}

// --- journal

JournalEntry Ledger::Impl::entryOf(JournalEntry entry) {
  entry.sequence = ++lastSequence;
  if (entry.time == WallTime()) entry.time = clock.wall();
  entry.target = escaped(entry.target);
  return entry;
}

JournalEntry Ledger::Impl::entryOf(const Grant& grant, std::string_view event, std::string_view outcome) {
  JournalEntry entry;
  entry.event = event;
  entry.app = grant.holder;
  entry.instance = grant.instance;
  entry.kind = grant.kind;
  entry.target = grant.object.path.empty() ? grant.object.target : grant.object.path;
  entry.grant = grant.id;
  entry.outcome = outcome;
  return entryOf(std::move(entry));
}

Changes Ledger::Impl::changesOf(const std::vector<Grant>& grants, std::string_view event, std::string_view outcome) {
  Changes changes;
  for (const auto& grant : grants) {
    changes.grants.push_back(rowOf(grant));
    changes.journal.push_back(entryOf(grant, event, outcome));
  }
  return changes;
}

// What was done although the disk refused it.
void Ledger::Impl::keepWaiting(const Changes& changes) {
  for (const auto& stored : changes.grants) unkept.insert(stored.grant.id);
  append(unwritten, changes.journal);
  append(goneSurvivors, changes.gone);
  for (const auto& machine : changes.machines) unkeptMachines.insert(machine.id);
  unkeptMachines.insert(changes.goneMachines.begin(), changes.goneMachines.end());
  unkeptOffers.insert(changes.goneOffers.begin(), changes.goneOffers.end());
  if (unwritten.size() > MAX_WAITING) unwritten.erase(unwritten.begin(), unwritten.end() - MAX_WAITING);
}

void Ledger::Impl::tell(const std::vector<Grant>& changed, const std::vector<JournalEntry>& added) {
  for (auto* observer : std::vector(observers)) {
    if (!changed.empty()) observer->grantsChanged(changed);
    if (!added.empty()) observer->journalAdded(added);
  }
}

void Ledger::Impl::tellOf(const std::vector<Grant>& grants, std::string_view event, std::string_view outcome) {
  if (grants.empty()) return;
  Changes changes;
  for (const auto& grant : grants) changes.journal.push_back(entryOf(grant, event, outcome));
  keepWaiting(changes);
  tell(grants, changes.journal);
}

// --- giving

// Checked and complete, or an exception that says why not.
Grant Ledger::Impl::prepared(Grant grant) const {
  grant.id = GrantId::fresh();
  grant.created = clock.wall();
  grant.state = GrantState::Active;
  grant.used = grant.ended = WallTime();
  grant.uses = grant.bytesRead = grant.bytesWritten = grant.bytesOfDay = 0;
  grant.day = 0;
  grant.resting = false;
  grant.live = 0;
  grant.lapsed = false;
  if (hasPath(grant.kind)) {
    grant.object.target = escaped(grant.object.target.empty() ? grant.object.path : grant.object.target);
  }
  auto fault = faultOf(grant);
  if (!fault.empty()) throw refusedBecause("it has " + fault);
  if (tree.deadlineOf(grant).passed(clock)) throw refusedBecause("its time is over");
  if (endedInstances.contains(grant.instance)) throw refusedBecause("the app has ended");
  return grant;
}

// Commits and takes up. Parents before children.
void Ledger::Impl::make(const std::vector<Grant>& grants, const std::vector<Refusal>& made) {
  if (grants.empty() && made.empty()) return;
  auto changes = changesOf(grants, "grant", "allowed");
  for (size_t i = 0; i < grants.size(); ++i) {
    if (grants[i].fast) changes.journal[i].outcome = "allowed, full speed";
  }
  changes.refusals = made;
  try {
    commit(changes);
  } catch (const StoreError&) {
    // The disk may have more of it than it said: the next write takes that out.
    for (const auto& grant : grants) removed.push_back(grant.id);
    throw;
  }
  for (const auto& grant : grants) tree.add(grant);
  for (const auto& refusal : made) refusals[refusal.id] = refusal;
  std::vector<Grant> changed;
  for (const auto& grant : grants) changed.push_back(tree.shown(*tree.find(grant.id)));
  tell(changed, changes.journal);
}

GrantId Ledger::add(Grant grant) {
  auto& impl = *m_impl;
  if (!grant.parent.empty()) {
    const auto* parent = impl.tree.find(grant.parent);
    bool over = parent == nullptr || parent->grant.hasEnded() || impl.tree.stateOf(*parent) == GrantState::Expired;
    if (over) throw refusedBecause("the access it derives from has ended");
    KJ_IF_MAYBE (less, attenuate(parent->grant, grant)) {
      grant = *less;
    } else {
      throw refusedBecause("the access it derives from does not reach that far");
    }
  }
  auto made = impl.prepared(std::move(grant));
  impl.make({made});
  return made.id;
}

std::vector<GrantId> Ledger::addAll(std::vector<Grant> grants, const std::vector<Refusal>& refusals) {
  std::vector<GrantId> ids;
  for (auto& grant : grants) {
    KJ_REQUIRE(grant.parent.empty());
    grant = m_impl->prepared(std::move(grant));
    ids.push_back(grant.id);
  }
  m_impl->make(grants, refusals);
  return ids;
}

// A new grant like `ended`, or nothing if it cannot come back.
kj::Maybe<Grant> Ledger::Impl::likeEnded(const Grant& ended, const std::map<GrantId, Grant>& made) const {
  auto grant = ended;
  if (!grant.instance.empty() && !survivors.contains(grant.instance)) return nullptr;
  if (grant.lifetime.type == Lifetime::Type::Until)
    grant.lifetime.until = clock.wall() + (ended.lifetime.until - ended.created);
  if (!grant.parent.empty()) {
    const auto* node = tree.find(grant.parent);
    auto again = made.find(grant.parent);
    if (again == made.end() && (node == nullptr || tree.stateOf(*node) != GrantState::Active)) return nullptr;
    KJ_IF_MAYBE (less, attenuate(again == made.end() ? node->grant : again->second, grant)) {
      grant = *less;
    } else {
      return nullptr;
    }
  }
  return prepared(std::move(grant));
}

std::vector<Grant> Ledger::restore(const std::vector<GrantId>& ids) {
  auto& impl = *m_impl;
  std::vector<const GrantTree::Node*> ended;
  for (const auto& id : std::set<GrantId>(ids.begin(), ids.end())) {
    const auto* node = impl.tree.find(id);
    if (node != nullptr && node->grant.hasEnded()) ended.push_back(node);
  }
  std::ranges::stable_sort(ended, {}, [](const auto* node) { return depthOf(*node); });

  std::vector<Grant> grants;
  std::map<GrantId, Grant> made;  // By the id of the one it is like.
  for (const auto* node : ended) {
    KJ_IF_MAYBE (grant, impl.likeEnded(node->grant, made)) {
      grants.push_back(*grant);
      made.emplace(node->grant.id, *grant);
    }
  }
  impl.make(grants);
  return grants;
}

std::vector<Grant> Ledger::resume(const std::vector<GrantId>& ids) {
  auto& impl = *m_impl;
  auto changed = impl.tree.wouldTurn(ids, GrantState::Active);
  if (changed.empty()) return {};
  auto changes = impl.changesOf(changed, "resume", "allowed");
  impl.commit(changes);
  return impl.turn(changed, changes);
}

// --- taking away

Ended Ledger::Impl::end(const std::vector<GrantId>& ids, GrantState how, std::string_view event,
                        std::string_view outcome, Changes also, Store::Durability durability) {
  Ended ended{.grants = tree.wouldEnd(ids, how)};
  if (outcome == LAPSED) {
    for (auto& grant : ended.grants) grant.lapsed = grant.lifetime.type == Lifetime::Type::Always;
  }
  auto changes = changesOf(ended.grants, event, outcome);
  changes.gone = std::move(also.gone);
  changes.machines = std::move(also.machines);
  changes.goneMachines = std::move(also.goneMachines);
  changes.goneOffers = std::move(also.goneOffers);
  bool ofMachine = !changes.machines.empty() || !changes.goneMachines.empty() || !changes.goneOffers.empty();
  if (changes.grants.empty() && changes.gone.empty() && !ofMachine) return ended;
  ended.kept = tryCommit(changes, durability);
  tree.apply(ended.grants);
  for (auto& grant : ended.grants) usage.erase(grant.id);
  if (!ended.kept) keepWaiting(changes);
  tell(ended.grants, changes.journal);
  return ended;
}

// Makes states so and returns whose effective state that changed, as they are now.
std::vector<Grant> Ledger::Impl::turn(const std::vector<Grant>& changed, const Changes& changes) {
  std::unordered_map<GrantId, GrantState> before;
  for (const auto& grant : tree.below(changed)) before[grant.id] = grant.state;
  tree.apply(changed);
  auto after = tree.below(changed);
  std::erase_if(after, [&](const Grant& grant) { return before[grant.id] == grant.state; });
  tell(after, changes.journal);
  return after;
}

Ended Ledger::revoke(const std::vector<GrantId>& ids) {
  return m_impl->end(ids, GrantState::Revoked, "revoke", "ended");
}

Ended Ledger::revokeAllOf(const std::string& holder) {
  return revoke(idsOf(m_impl->tree.ofHolder(holder, GrantTree::Which::Living)));
}

std::vector<Grant> Ledger::consequences(const std::vector<GrantId>& ids) const {
  auto ends = m_impl->tree.wouldEnd(ids, GrantState::Revoked);
  for (auto& grant : ends) grant = m_impl->tree.shown(*m_impl->tree.find(grant.id));
  return ends;
}

Ended Ledger::suspend(const std::vector<GrantId>& ids) {
  auto& impl = *m_impl;
  auto changed = impl.tree.wouldTurn(ids, GrantState::Suspended);
  if (changed.empty()) return {};
  auto changes = impl.changesOf(changed, "suspend", "ended");
  bool kept = impl.tryCommit(changes);
  if (!kept) impl.keepWaiting(changes);
  return {.grants = impl.turn(changed, changes), .kept = kept};
}

Ledger::Replaced Ledger::replace(const GrantId& old, Grant fresh) {
  auto& impl = *m_impl;
  const auto* node = impl.tree.find(old);
  if (node == nullptr || impl.tree.shown(*node).hasEnded()) throw refusedBecause("what it replaces has ended");
  fresh.parent = GrantId();
  bool bound = fresh.lifetime.type == Lifetime::Type::Once || fresh.lifetime.type == Lifetime::Type::Run;
  fresh.instance = bound ? node->grant.instance : InstanceId();
  auto made = impl.prepared(std::move(fresh));
  Replaced replaced{.made = made.id, .ended = {.grants = impl.tree.wouldEnd({old}, GrantState::Revoked)}};
  auto& ended = replaced.ended.grants;
  auto changes = impl.changesOf({made}, "grant", "allowed");
  auto ends = impl.changesOf(ended, "revoke", "replaced");
  append(changes.grants, ends.grants);
  append(changes.journal, ends.journal);
  try {
    impl.commit(changes);
  } catch (const StoreError&) {
    impl.removed.push_back(made.id);
    throw;
  }
  impl.tree.add(made);
  impl.tree.apply(ended);
  for (auto& grant : ended) impl.usage.erase(grant.id);
  auto changed = ended;
  changed.push_back(impl.tree.shown(*impl.tree.find(made.id)));
  impl.tell(changed, changes.journal);
  return replaced;
}

std::vector<Grant> Ledger::keep(const std::vector<GrantId>& ids, bool keep) {
  auto& impl = *m_impl;
  std::vector<Grant> changed;
  for (const auto& id : std::set<GrantId>(ids.begin(), ids.end())) {
    const auto* node = impl.tree.find(id);
    if (node == nullptr || node->grant.hasEnded() || node->grant.keep == keep) continue;
    if (node->grant.lifetime.type != Lifetime::Type::Always)
      throw refusedBecause("only what stands until you take it back can be kept unused");
    changed.emplace_back(node->grant).keep = keep;
  }
  if (changed.empty()) return {};
  auto changes = impl.changesOf(changed, "keep", keep ? "kept" : "may lapse");
  // Taking the switch back begins the time anew: it must not lapse at this very moment.
  for (auto& stored : changes.grants) {
    if (!keep) stored.grant.used = impl.clock.wall();
    stored.deadline = keep ? ElapsedTime() : impl.clock.elapsed() + LAPSE;
  }
  impl.commit(changes);
  for (auto& stored : changes.grants) impl.tree.setKeep(stored.grant.id, keep, stored.grant.used);
  for (auto& grant : changed) grant = impl.tree.shown(*impl.tree.find(grant.id));
  impl.tell(changed, changes.journal);
  return changed;
}

kj::Maybe<Grant> Ledger::follow(const GrantId& id, const Object& now) {
  auto& impl = *m_impl;
  const auto* node = impl.tree.find(id);
  if (node == nullptr || impl.tree.shown(*node).hasEnded()) return nullptr;
  auto moved = node->grant;
  bool elsewhere = moved.object.path != now.path;
  moved.object.path = now.path;
  moved.object.target = escaped(now.target);
  moved.object.device = now.device;
  moved.object.inode = now.inode;
  if (moved == node->grant) return nullptr;
  auto fault = faultOf(moved);
  if (!fault.empty()) throw refusedBecause("it has " + fault);
  auto changes = impl.changesOf({moved}, "moved", "allowed");
  if (!elsewhere) changes.journal.clear();
  impl.commit(changes);
  impl.tree.setObject(id, moved.object);
  auto shown = impl.tree.shown(*impl.tree.find(id));
  impl.tell({shown}, changes.journal);
  return kj::mv(shown);
}

Ended Ledger::lose(const GrantId& id, std::string_view why) {
  return m_impl->end({id}, GrantState::Expired, "expire", why);
}

Ended Ledger::complete(GrantId id) { return m_impl->end({id}, GrantState::Expired, "expire", "ended"); }

// --- instances

// Not flushed: if the machine stops now, the instance is gone all the same and comes back as an orphan.
Ended Ledger::endInstance(const InstanceId& instance) {
  auto& impl = *m_impl;
  impl.endedInstances.insert(instance);
  std::vector<Grant> quieter;
  for (auto& [id, sources] : impl.usage) {
    auto found = sources.find(instance);
    if (found == sources.end()) continue;
    const auto* node = impl.tree.find(id);
    if (node != nullptr && found->second.live > 0) {
      impl.tree.setLiveHandles(id, node->grant.live - std::min(node->grant.live, found->second.live));
      quieter.push_back(impl.tree.shown(*node));
    }
    sources.erase(found);
  }
  Changes also;
  if (impl.survivors.erase(instance) > 0) also.gone.push_back(instance);
  impl.tell(quieter, {});
  return impl.end(idsOf(impl.tree.ofInstance(instance)), GrantState::Expired, "expire", "ended", std::move(also),
                  Store::Durability::Lazy);
}

void Ledger::putSurvivor(const Survivor& survivor) {
  if (m_impl->endedInstances.contains(survivor.instance)) throw KJ_EXCEPTION(FAILED, "the app has ended");
  m_impl->commit({.survivors = {survivor}}, Store::Durability::Lazy);
  m_impl->survivors[survivor.instance] = survivor;
}

std::vector<Survivor> Ledger::survivors() const { return valuesOf(m_impl->survivors); }

std::vector<InstanceId> Ledger::orphanedInstances() const {
  auto instances = m_impl->tree.instances();
  std::erase_if(instances, [&](const InstanceId& instance) { return m_impl->survivors.contains(instance); });
  return instances;
}

void Ledger::putPortalDigest(const Digest& cookie, Portal portal) {
  putFact(portal == Portal::Files ? FILE_PORTAL : NETWORK_PORTAL,
          std::string(reinterpret_cast<const char*>(cookie.data()), cookie.size()));
}

kj::Maybe<Digest> Ledger::portalDigest(Portal portal) const {
  auto stored = fact(portal == Portal::Files ? FILE_PORTAL : NETWORK_PORTAL);
  Digest digest{};
  if (stored.size() != digest.size()) return nullptr;
  std::ranges::copy(stored, digest.begin());
  return digest;
}

// --- time and use

Ended Ledger::tick() {
  auto& impl = *m_impl;
  auto due = impl.tree.due();
  std::vector<GrantId> unused;
  std::erase_if(due, [&](const GrantId& id) {
    const auto& node = *impl.tree.find(id);
    if (node.grant.lifetime.type != Lifetime::Type::Always) return false;
    // Held open is used, however long ago it was opened.
    if (node.grant.live > 0) impl.tree.touch(id);
    else unused.push_back(id);
    return true;
  });
  auto ended = impl.end(due, GrantState::Expired, "expire", "ended");
  auto lapsed = impl.end(unused, GrantState::Expired, "expire", LAPSED);
  append(ended.grants, lapsed.grants);
  ended.kept = ended.kept && lapsed.kept;
  auto now = impl.clock.elapsed();
  if (now - impl.lastPurge >= PURGE_EVERY || impl.lastPurge == ElapsedTime()) {
    impl.lastPurge = now;
    auto purged = impl.tree.purge(impl.clock.wall() - ENDED_KEPT);
    for (const auto& id : purged) impl.shares.erase(id);
    append(impl.removed, purged);
  }
  bool late = impl.anythingWaits() && now - impl.lastFlush >= FLUSH_AFTER;
  // With trouble, every tick looks whether it is over: nobody else may be about to decide anything.
  if (late || !impl.trouble.empty() || !impl.store.isUntouched()) impl.tryFlush();
  return ended;
}

Duration Ledger::nextTick() const {
  auto most = m_impl->anythingWaits() ? FLUSH_AFTER : TICK_AT_LEAST;
  return std::min(most, m_impl->tree.untilDue());
}

std::vector<Grant> Ledger::wake() {
  for (auto& id : m_impl->tree.correctDays()) m_impl->counted.insert(id);
  auto woken = m_impl->tree.woken();
  m_impl->tellOf(woken, "wake", "another day");
  return woken;
}

Ledger::Today Ledger::today(const std::string& holder) const {
  return {.day = dayOf(m_impl->clock.wall()), .bytes = m_impl->tree.bytesOfDay(holder)};
}

Ended Ledger::recordUse(const GrantId& id, const InstanceId& source, const Usage& total) {
  auto& impl = *m_impl;
  const auto* node = impl.tree.find(id);
  if (node == nullptr || node->grant.hasEnded()) return {};
  auto& last = impl.usage[id][source];
  bool startedAnew =
      total.uses < last.uses || total.bytesRead < last.bytesRead || total.bytesWritten < last.bytesWritten;
  if (startedAnew) last = {.live = last.live};
  GrantTree::Use use{.uses = total.uses - last.uses,
                     .bytesRead = total.bytesRead - last.bytesRead,
                     .bytesWritten = total.bytesWritten - last.bytesWritten,
                     .when = total.used};
  last = total;
  uint32_t live = 0;
  for (const auto& [instance, usage] : impl.usage[id]) live += usage.live;
  impl.tree.setLiveHandles(id, live);
  return impl.count(*node, use);
}

Ended Ledger::Impl::count(const GrantTree::Node& node, const GrantTree::Use& use) {
  auto id = node.grant.id;
  auto usedUp = tree.count(id, use);
  std::vector<Grant> changed;
  for (const auto* up = &node; up != nullptr; up = up->parent) {
    counted.insert(up->grant.id);
    changed.push_back(tree.shown(*up));
  }
  // A limit that a crash could set back would be no limit.
  auto own = settings.find(node.grant.holder);
  bool limited = isLimited(node) || (own != settings.end() && own->second.networkPerDay != 0);
  if (limited && usedUp.empty()) tryFlush();
  tell(changed, {});
  auto ended = end(usedUp, GrantState::Expired, "expire", "used up");
  ended.resting = tree.restingSince(id);
  tellOf(ended.resting, "rest", "used up for today");
  return ended;
}

Ended Ledger::catchUp(const GrantId& id, uint64_t passed) {
  const auto* node = m_impl->tree.find(id);
  if (node == nullptr || node->grant.hasEnded()) return {};
  auto known = node->grant.bytesRead + node->grant.bytesWritten;
  if (passed <= known) return {};
  return m_impl->count(*node, {.bytesRead = passed - known});
}

void Ledger::adoptUse(const GrantId& id, const InstanceId& source, const Usage& total) {
  auto counted = total;
  counted.live = 0;
  m_impl->usage[id][source] = counted;
  recordUse(id, source, total);
}

Ended Ledger::endUse(const GrantId& id, const InstanceId& source, Usage last) {
  last.live = 0;
  auto ended = recordUse(id, source, last);
  auto known = m_impl->usage.find(id);
  if (known != m_impl->usage.end()) known->second.erase(source);
  return ended;
}

// --- looking up

std::vector<Grant> Ledger::Impl::shown(const std::vector<const GrantTree::Node*>& nodes) const {
  auto sorted = nodes;
  std::ranges::sort(sorted, [](const auto* one, const auto* other) {
    return std::tie(one->grant.created, one->grant.id) > std::tie(other->grant.created, other->grant.id);
  });
  std::vector<Grant> result;
  result.reserve(sorted.size());
  for (const auto* node : sorted) result.push_back(tree.shown(*node));
  return result;
}

kj::Maybe<Grant> Ledger::find(const GrantId& id) const {
  const auto* node = m_impl->tree.find(id);
  if (node == nullptr) return nullptr;
  return m_impl->tree.shown(*node);
}

bool Ledger::isLive(const GrantId& id) const { return m_impl->tree.isLive(id); }

std::vector<Grant> Ledger::all(Which which) const {
  auto nodes = m_impl->tree.all(GrantTree::Which::Living);
  if (which == Which::All) append(nodes, m_impl->tree.all(GrantTree::Which::Ended));
  return m_impl->shown(nodes);
}

std::vector<Grant> Ledger::ofHolder(const std::string& holder, Which which) const {
  auto nodes = m_impl->tree.ofHolder(holder, GrantTree::Which::Living);
  if (which == Which::All) append(nodes, m_impl->tree.ofHolder(holder, GrantTree::Which::Ended));
  return m_impl->shown(nodes);
}

std::vector<Grant> Ledger::ofInstance(const InstanceId& instance) const {
  return m_impl->shown(m_impl->tree.ofInstance(instance));
}

std::vector<Grant> Ledger::ofObject(const Object& object) const { return m_impl->shown(m_impl->tree.ofObject(object)); }

std::vector<Grant> Ledger::applicable(const std::string& holder, const InstanceId& instance) const {
  auto nodes = m_impl->tree.ofHolder(holder, GrantTree::Which::Living);
  std::erase_if(nodes,
                [&](const auto* node) { return !node->grant.instance.empty() && node->grant.instance != instance; });
  auto grants = m_impl->shown(nodes);
  std::erase_if(grants, [](const Grant& grant) { return grant.hasEnded(); });
  return grants;
}

Ruling Ledger::ruling(const std::string& holder, const InstanceId& instance, Kind kind, const Object& object,
                      Access access) const {
  std::vector<Grant> grants;
  for (const auto* node : m_impl->tree.ofHolder(holder, GrantTree::Which::Living)) {
    const auto& grant = node->grant;
    if (!grant.instance.empty() && grant.instance != instance) continue;
    if (permits(grant, kind, object, access) && m_impl->tree.isLive(grant.id) && !m_impl->tree.isResting(*node))
      grants.push_back(m_impl->tree.shown(*node));
  }
  return rulingOn(grants, refusalsOf(holder), kind, object, access);
}

kj::Maybe<Grant> Ledger::permitting(const std::string& holder, const InstanceId& instance, Kind kind,
                                    const Object& object, Access access) const {
  return ruling(holder, instance, kind, object, access).grant;
}

// --- standing refusals, settings

void Ledger::refuse(Refusal refusal) {
  KJ_REQUIRE(!refusal.id.empty());
  if (refusal.since == WallTime()) refusal.since = m_impl->clock.wall();
  if (hasPath(refusal.kind)) refusal.object.target = escaped(refusal.object.target);
  m_impl->commit({.refusals = {refusal}});
  auto id = refusal.id;
  m_impl->refusals[id] = std::move(refusal);
}

bool Ledger::forget(const RequestId& id) {
  if (!m_impl->refusals.contains(id)) return false;
  m_impl->commit({.forgotten = {id}});
  m_impl->refusals.erase(id);
  return true;
}

std::vector<Refusal> Ledger::refusals() const { return valuesOf(m_impl->refusals); }

std::vector<Refusal> Ledger::refusalsOf(const std::string& holder) const {
  auto result = refusals();
  std::erase_if(result, [&](const Refusal& refusal) { return refusal.holder != holder; });
  return result;
}

kj::Maybe<Refusal> Ledger::refusing(const std::string& holder, Kind kind, const Object& object, Access access) const {
  return rulingOn({}, refusalsOf(holder), kind, object, access).refusal;
}

AppSettings Ledger::settings(const std::string& app) const {
  auto found = m_impl->settings.find(app);
  return found == m_impl->settings.end() ? AppSettings{.app = app} : found->second;
}

void Ledger::setSettings(const AppSettings& settings) {
  bool plain =
      !settings.app.empty() && escaped(settings.app) == settings.app && escaped(settings.petname) == settings.petname;
  if (!plain || settings.petname.size() > MAX_PETNAME) throw KJ_EXCEPTION(FAILED, "a name is one line of plain text");
  for (const auto& [app, others] : m_impl->settings) {
    if (app == settings.app || settings.petname.empty() || others.petname != settings.petname) continue;
    throw KJ_EXCEPTION(FAILED, "another app has that name: choose one of its own");
  }
  m_impl->commit({.settings = {settings}});
  m_impl->settings[settings.app] = settings;
}

std::vector<AppSettings> Ledger::allSettings() const { return valuesOf(m_impl->settings); }

// --- other machines

std::vector<Machine> Ledger::machines() const { return valuesOf(m_impl->machines); }

kj::Maybe<Machine> Ledger::machine(const std::string& id) const {
  auto found = m_impl->machines.find(id);
  if (found == m_impl->machines.end()) return nullptr;
  return found->second;
}

void Ledger::putMachine(const Machine& machine) {
  auto fault = faultOf(machine);
  if (!fault.empty()) throw KJ_EXCEPTION(FAILED, kj::str("this machine has ", fault.c_str()));
  for (const auto& [id, other] : m_impl->machines) {
    if (id != machine.id && other.petname == machine.petname)
      throw KJ_EXCEPTION(FAILED, "another machine has that name: choose one of its own");
  }
  try {
    m_impl->commit({.machines = {machine}});
  } catch (const StoreError&) {
    // The disk may have more of it than it said: the next write puts back what holds.
    m_impl->unkeptMachines.insert(machine.id);
    throw;
  }
  m_impl->machines[machine.id] = machine;
}

void Ledger::noteMachine(const Machine& machine) {
  KJ_REQUIRE(faultOf(machine).empty() && m_impl->machines.contains(machine.id));
  m_impl->machines[machine.id] = machine;
  m_impl->tryCommit({.machines = {machine}}, Store::Durability::Lazy);
}

Ended Ledger::dropMachine(const std::string& id) {
  auto& impl = *m_impl;
  if (impl.machines.erase(id) == 0) return {};
  return impl.end(impl.betweenUsAnd(id), GrantState::Revoked, "revoke", "ended",
                  {.goneMachines = {id}, .goneOffers = impl.takeOffersOf(id)});
}

Ended Ledger::blockMachine(const std::string& id) {
  auto& impl = *m_impl;
  auto found = impl.machines.find(id);
  if (found == impl.machines.end()) return {};
  found->second.blocked = true;
  return impl.end(impl.betweenUsAnd(id), GrantState::Revoked, "revoke", "ended",
                  {.machines = {found->second}, .goneOffers = impl.takeOffersOf(id)});
}

std::vector<Invitation> Ledger::invitations() const {
  auto all = valuesOf(m_impl->invitations);
  std::ranges::stable_sort(all, {}, &Invitation::made);
  return all;
}

void Ledger::putInvitation(const Invitation& invitation) {
  auto fault = faultOf(invitation);
  if (!fault.empty()) throw KJ_EXCEPTION(FAILED, kj::str("this invitation has ", fault.c_str()));
  try {
    m_impl->commit({.invitations = {invitation}});
  } catch (const StoreError&) {
    m_impl->unkeptInvitations.insert(invitation.id);
    throw;
  }
  m_impl->invitations[invitation.id] = invitation;
}

void Ledger::dropInvitation(const std::string& id) {
  if (m_impl->invitations.erase(id) == 0) return;
  if (!m_impl->tryCommit({.goneInvitations = {id}})) m_impl->unkeptInvitations.insert(id);
}

// --- what is shared with them, and what they offer

// What it holds of ours, and we of its.
std::vector<GrantId> Ledger::Impl::betweenUsAnd(const std::string& machine) const {
  auto ids = idsOf(tree.ofHolder(holderOfMachine(machine), GrantTree::Which::Living));
  append(ids, idsOf(tree.ofHolder(holderFromMachine(machine), GrantTree::Which::Living)));
  return ids;
}

std::vector<std::string> Ledger::Impl::takeOffersOf(const std::string& machine) {
  std::vector<std::string> gone;
  for (const auto& [id, offer] : offers)
    if (offer.machine == machine) gone.push_back(id);
  for (const auto& id : gone) offers.erase(id);
  return gone;
}

kj::Maybe<Share> Ledger::share(const GrantId& grant) const {
  auto found = m_impl->shares.find(grant);
  if (found == m_impl->shares.end()) return nullptr;
  return found->second;
}

void Ledger::putShare(const Share& share) {
  KJ_REQUIRE(m_impl->tree.find(share.grant) != nullptr, "there is no such grant");
  m_impl->commit({.shares = {share}});
  m_impl->shares[share.grant] = share;
}

kj::Maybe<Grant> Ledger::sharedBy(const Digest& token) const {
  for (const auto& [id, share] : m_impl->shares)
    if (share.taken && share.token == token) return find(id);
  return nullptr;
}

const std::map<std::string, Offer>& Ledger::offers() const { return m_impl->offers; }

kj::Maybe<Offer> Ledger::offer(const std::string& id) const {
  auto found = m_impl->offers.find(id);
  if (found == m_impl->offers.end()) return nullptr;
  return found->second;
}

void Ledger::putOffer(const Offer& offer) {
  auto fault = faultOf(offer);
  if (!fault.empty()) throw KJ_EXCEPTION(FAILED, kj::str("this offer has ", fault.c_str()));
  m_impl->commit({.offers = {offer}});
  m_impl->offers[offer.id] = offer;
}

void Ledger::noteOffer(const Offer& offer) {
  KJ_REQUIRE(faultOf(offer).empty());
  m_impl->offers[offer.id] = offer;
  if (!m_impl->tryCommit({.offers = {offer}}, Store::Durability::Lazy)) m_impl->unkeptOffers.insert(offer.id);
}

void Ledger::dropOffer(const std::string& id) {
  if (m_impl->offers.erase(id) == 0) return;
  if (!m_impl->tryCommit({.goneOffers = {id}}, Store::Durability::Lazy)) m_impl->unkeptOffers.insert(id);
}

// --- small facts

std::string Ledger::fact(const std::string& key) const {
  auto found = m_impl->facts.find(key);
  return found == m_impl->facts.end() ? std::string() : found->second;
}

void Ledger::putFact(const std::string& key, const std::string& value) {
  m_impl->commit({.facts = {{key, value}}});
  m_impl->setFact(key, value);
}

void Ledger::noteFact(const std::string& key, const std::string& value) {
  m_impl->commit({.facts = {{key, value}}}, Store::Durability::Lazy);
  m_impl->setFact(key, value);
}

// --- journal, health

void Ledger::journal(JournalEntry entry) {
  auto complete = m_impl->entryOf(std::move(entry));
  m_impl->keepWaiting({.journal = {complete}});
  m_impl->tell({}, {complete});
}

std::vector<JournalEntry> Ledger::journal(const JournalFilter& filter) const {
  auto& impl = const_cast<Impl&>(*m_impl);  // Writing what waits changes nothing that can be seen.
  if (!impl.unwritten.empty()) impl.tryFlush();
  return impl.store.journal(filter);
}

void Ledger::flush() {
  if (m_impl->anythingWaits()) m_impl->tryFlush();
}

std::string Ledger::trouble() const { return m_impl->trouble; }
const std::vector<std::string>& Ledger::notices() const { return m_impl->store.notices(); }

void Ledger::observe(Observer& observer) { m_impl->observers.push_back(&observer); }
void Ledger::unobserve(Observer& observer) { std::erase(m_impl->observers, &observer); }

Ledger::Ledger(const std::string& directory, const Clock& clock) : Ledger(directory, clock, currentBoot()) {}

Ledger::Ledger(const std::string& directory, const Clock& clock, const std::string& boot)
    : m_impl(kj::heap<Impl>(directory, clock, boot)) {
  tick();  // What ended while no broker ran.
}

Ledger::~Ledger() noexcept(false) { flush(); }

}  // namespace latchkey
