// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The ledger: every decision the person made, in memory and on disk at once. The only thing that changes grants.
//
// Grants in memory (GrantTree) and on disk (Store) must never disagree in the app's favour. So nobody gets at the two
// separately: each method here first commits, then changes memory, then tells the observers, then returns. A caller
// that acts on what a method returned acts on something durable.
//
// When the disk refuses (full, read-only, gone):
// - what would give something (add, derive, resume, restore, settings, refusals) throws StoreError, and nothing has
// changed;
// - what takes something away (revoke, suspend, expiry, ends of instances) happens all the same, is reported as not
// kept
//   (`Ended::kept`), and is written as soon as the disk takes it: an access that the person ended must not go on
//   because a disk is full. If the machine stops before that, it comes back - which is what the person is told.
//
// Synchronous and without a loop: a decision's commit takes as long as the disk's own flush. One thread.

#include <kj/memory.h>

#include <map>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/grants/grant.h"
#include "broker/grants/machine-record.h"
#include "broker/grants/records.h"
#include "broker/grants/ruling.h"
#include "broker/grants/share-record.h"
#include "broker/grants/store-error.h"

namespace latchkey {

// Grants that ended by one act, parents before children. The caller cuts what is live of them, also when `kept` is
// false.
struct Ended {
  std::vector<Grant> grants{};
  bool kept = true;              // False: done, but not on disk yet. See Ledger::trouble() for the line to show.
  std::vector<Grant> resting{};  // Live, but have used up their bytes of today (`Grant::resting`).
};

// Counters as a portal tells them: totals since that portal took the grant up in that instance.
struct Usage {
  uint32_t live = 0;
  uint64_t uses = 0;
  uint64_t bytesRead = 0;
  uint64_t bytesWritten = 0;
  WallTime used{};
};

class Ledger final {
public:
  // Told after each change is complete. May call the ledger's const methods, must not change it from within.
  class Observer {
  public:
    virtual ~Observer() noexcept(false) = default;
    virtual void grantsChanged(const std::vector<Grant>& changed) {}
    virtual void journalAdded(const std::vector<JournalEntry>& added) {}
    // `line` as trouble() has it.
    virtual void storeTroubleChanged(const std::string& line) {}
  };

  // Opens or makes the store in `directory` (which exists, 0700). Throws StoreError only if it was made by a newer
  // Latchkey or is held by another broker; all else is told by trouble() and notices(). `clock` outlives the ledger.
  Ledger(const std::string& directory, const Clock& clock);
  // The same with the boot's identity given, for tests that restart the machine.
  Ledger(const std::string& directory, const Clock& clock, const std::string& boot);
  ~Ledger() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Ledger);

  // --- decisions
  // ------------------------------------------------------------------------------------------------------

  // Gives `grant.id`, `created` and `state` themselves. Throws for a grant that is malformed, already over, or bound to
  // an instance that has ended. With `grant.parent` set it is derived: attenuated, and refused when nothing is left.
  GrantId add(Grant grant);

  // All of them or none. No grant has a parent.
  std::vector<GrantId> addAll(std::vector<Grant> grants, const std::vector<Refusal>& refusals);

  // Ends these and all that was derived from them. Unknown and ended ones are skipped.
  Ended revoke(const std::vector<GrantId>& ids);
  Ended revokeAllOf(const std::string& holder);
  // What revoke would end, and change nothing.
  std::vector<Grant> consequences(const std::vector<GrantId>& ids) const;

  // Refuses from now on without ending. `grants` of the result: every one whose effective state changed, descendants
  // too.
  Ended suspend(const std::vector<GrantId>& ids);
  // Returns every one that is active again. One whose parent is still suspended is not.
  std::vector<Grant> resume(const std::vector<GrantId>& ids);

  // `fresh` in the place of that living one: both or neither, and what was derived from the old one ends with it. The
  // new one is not attenuated and has no parent; its instance is the old one's if it is bound to one.
  struct Replaced {
    GrantId made{};
    Ended ended{};
  };
  Replaced replace(const GrantId& old, Grant fresh);

  // Whether standing ones stay although nobody uses them. Returns those that changed.
  std::vector<Grant> keep(const std::vector<GrantId>& ids, bool keep);

  // "Give again": new grants like those ended ones; a time limit runs for the same length from now. Those bound to an
  // instance that has no survivor record, or whose parent is neither live nor given again by the same call, are left
  // out.
  std::vector<Grant> restore(const std::vector<GrantId>& ids);

  // The same thing, found elsewhere, or what took its place by the holder's own doing: path, target and identity are
  // `now`'s. Journalled as "moved" where the path is another. Nothing if it has ended or it is so already.
  kj::Maybe<Grant> follow(const GrantId& id, const Object& now);
  // What it was given for is where it may not be had, or another thing has taken its name: `why`, for the journal.
  Ended lose(const GrantId& id, std::string_view why);

  // A `once` whose last handle was closed, or one a portal ended by itself.
  Ended complete(GrantId id);

  // --- instances
  // ------------------------------------------------------------------------------------------------------

  // Ends `once` and `run` grants bound to it, its survivor record and its open-handle counts. No grant can be bound to
  // it again.
  Ended endInstance(const InstanceId& instance);

  // Written before the process is told its cookie. The same instance again replaces it.
  void putSurvivor(const Survivor& survivor);
  std::vector<Survivor> survivors() const;
  // Instances that grants are still bound to but no survivor record tells of: the server ends them after start.
  std::vector<InstanceId> orphanedInstances() const;

  // Of the portals that outlive a broker.
  enum class Portal : uint8_t { Files, Network };
  void putPortalDigest(const Digest& cookie, Portal portal = Portal::Files);
  kj::Maybe<Digest> portalDigest(Portal portal = Portal::Files) const;

  // --- time and use
  // ---------------------------------------------------------------------------------------------------

  // Ends what expired, and what stood unused for 60 days (`Grant::lapsed`); what is open is in use. Purges what ended
  // long ago, writes what waits. Call when `nextTick()` has passed and after a step of the wall clock; at least every
  // 30 s.
  Ended tick();
  Duration nextTick() const;
  // Those that had used up their bytes of a day that is over: to be enforced again. For one caller, beside tick().
  std::vector<Grant> wake();

  // Counts a use for the grant and all its ancestors; `source` is the instance whose portal tells it. Ended: what
  // reached its limit. Kept in memory and written later, except where a limit counts.
  Ended recordUse(const GrantId& id, const InstanceId& source, const Usage& total);
  // What passed on this day by all that the holder has or had of the network. `day`: see dayOf().
  struct Today {
    int64_t day = 0;
    uint64_t bytes = 0;
  };
  Today today(const std::string& holder) const;
  // What all portals together have counted since it was given, bytes both ways: where that is more than is known here,
  // the rest passed today.
  Ended catchUp(const GrantId& id, uint64_t passed);
  // After homecoming: `total` is already counted. Only what comes after it counts.
  void adoptUse(const GrantId& id, const InstanceId& source, const Usage& total);
  // That source has nothing more to tell, and has nothing open.
  Ended endUse(const GrantId& id, const InstanceId& source, Usage last);

  // --- looking up: by index, state is the effective one (suspended where an ancestor is)
  // ---------------------------------

  kj::Maybe<Grant> find(const GrantId& id) const;
  bool isLive(const GrantId& id) const;
  enum class Which : uint8_t { Living, All };  // All: with those that ended in the last 30 days.
  std::vector<Grant> all(Which which) const;   // Newest first, these and the following.
  // `holder` without a profile means that very holder, the default profile.
  std::vector<Grant> ofHolder(const std::string& holder, Which which) const;
  std::vector<Grant> ofInstance(const InstanceId& instance) const;
  std::vector<Grant> ofObject(const Object& object) const;
  // What to add to a sandbox of this holder: living ones not bound to another instance.
  std::vector<Grant> applicable(const std::string& holder, const InstanceId& instance) const;
  // What this holder's rules say about that, for that instance: see ruling.h. An empty instance: what no instance is
  // needed for.
  Ruling ruling(const std::string& holder, const InstanceId& instance, Kind kind, const Object& object,
                Access access) const;
  // The live grant that permits this operation for that instance, if that is what the rules come to.
  kj::Maybe<Grant> permitting(const std::string& holder, const InstanceId& instance, Kind kind, const Object& object,
                              Access access) const;

  // --- standing refusals, settings
  // ----------------------------------------------------------------------------

  void refuse(Refusal refusal);
  // False if there is none of that id.
  bool forget(const RequestId& id);
  std::vector<Refusal> refusals() const;
  std::vector<Refusal> refusalsOf(const std::string& holder) const;
  kj::Maybe<Refusal> refusing(const std::string& holder, Kind kind, const Object& object, Access access) const;

  // Defaults for an app never seen. Throws for a petname that another app has, or that is no plain line of text.
  AppSettings settings(const std::string& app) const;
  void setSettings(const AppSettings& settings);
  std::vector<AppSettings> allSettings() const;

  // --- other machines (broker/machines)
  // ----------------------------------------------------------------------------------------------

  std::vector<Machine> machines() const;
  kj::Maybe<Machine> machine(const std::string& id) const;
  // New, or in the place of the one with that id. Throws for a malformed one, and for a petname that another one has.
  void putMachine(const Machine& machine);
  // The same for what is no decision: when it was seen, and by which route.
  void noteMachine(const Machine& machine);
  // Ends all that it holds as well. As with `revoke`: done in any case.
  Ended dropMachine(const std::string& id);
  // It stays known, and is not let in.
  Ended blockMachine(const std::string& id);

  std::vector<Invitation> invitations() const;  // Oldest first.
  // On disk when it returns; throws, and nothing has changed.
  void putInvitation(const Invitation& invitation);
  // Worth nothing from now on, in any case.
  void dropInvitation(const std::string& id);

  // --- what is shared with them, and what they offer
  // ----------------------------------------------------------------------------------------------

  kj::Maybe<Share> share(const GrantId& grant) const;
  // On disk when it returns; throws, and nothing has changed.
  void putShare(const Share& share);
  // The grant that this token stands for, in whatever state it is.
  kj::Maybe<Grant> sharedBy(const Digest& token) const;

  // By their ids. Good until one is put, noted or dropped.
  const std::map<std::string, Offer>& offers() const;
  kj::Maybe<Offer> offer(const std::string& id) const;
  // New, or in the place of the one with that id. On disk when it returns.
  void putOffer(const Offer& offer);
  // The same for what is no decision of this person's.
  void noteOffer(const Offer& offer);
  void dropOffer(const std::string& id);

  // --- small facts
  // ----------------------------------------------------------------------------------------------------

  // "network-off" and its like. Empty when never put.
  std::string fact(const std::string& key) const;
  void putFact(const std::string& key, const std::string& value);
  // The same for what is no decision: outlives a broker, but perhaps not a power cut, and no app waits for the disk.
  void noteFact(const std::string& key, const std::string& value);

  // --- journal
  // ------------------------------------------------------------------------------------------------------------

  // grant, revoke, suspend, resume, expire and moved are written by the ledger itself, with the decision. The rest is
  // the server's; those may be lost with the last seconds before a crash.
  void journal(JournalEntry entry);
  std::vector<JournalEntry> journal(const JournalFilter& filter) const;  // Newest first.
  // Writes everything that waits. Does not throw.
  void flush();

  // --- health
  // -------------------------------------------------------------------------------------------------------------

  // Empty, or one line for Status.store. Healthy again as soon as a write succeeds.
  std::string trouble() const;
  // Lines to log once after opening: a corrupt store moved aside, records refused.
  const std::vector<std::string>& notices() const;

  void observe(Observer& observer);
  void unobserve(Observer& observer);

private:
  struct Impl;
  kj::Own<Impl> m_impl;
};

}  // namespace latchkey
