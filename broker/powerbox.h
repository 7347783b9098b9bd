// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The powerbox: where an app's question waits for its person.
//
// Every question ends in exactly one way, and an asker that is dropped without an answer was declined: there is no
// state in which nobody decided and something is allowed. What a person answers is first committed, then enforced, and
// only then does the asker learn of it.
//
// - One question per app is visible at a time; the others wait behind it. A terminal's own questions have that
// terminal.
// - Equal questions are one: all who ask get its answer.
// - Every answer is held against all that waits: a granted folder answers for what lies in it.
// - Where the person picks (a chooser, an opener), picking is the answer: nothing else answers such a question, no two
//   of them are one, and all that was picked is granted or nothing is (picks.h).
// - Another machine's question (a wish) is such a one, but that equal ones are one. No app's run ends it: a "no" holds
// for
//   a while, and what is asked again and again waits longer than an app does (patience.h).
// - A chooser comes before what else its app asks. Wanting to see a folder meanwhile waits for its end, and is declined
//   this once: toolkits fill the dialog that they would show without a portal, and nobody is to be asked about that.
// - Of the network an app may ask for many hosts at once: all of them are listed as waiting, so that a window can show
//   them as one question, and an answer as wide as "the Internet" settles the rest.
// - Closed, not answered in time, shown by a window that died, or never shown: declined this once, nothing stored.
//
// The number of questions that wait is bounded, per app and altogether; one too many is declined at once.

#include <kj/async.h>
#include <kj/timer.h>

#include <deque>
#include <map>
#include <vector>

#include "broker/base/clock.h"
#include "broker/ceilings.h"
#include "broker/grants/ledger.h"
#include "broker/instance.h"
#include "broker/patience.h"
#include "broker/picks.h"
#include "broker/request.h"

namespace latchkey {

// Makes a committed grant work in all sandboxes it is for. Returns when it does.
class Enforcer {
public:
  virtual ~Enforcer() noexcept(false) = default;
  virtual kj::Promise<void> enforce(const Grant& grant, kj::Maybe<kj::AutoCloseFd> object) = 0;
  // The same for a standing refusal. Returns when what was open and is forbidden now has been cut.
  virtual kj::Promise<void> deny(const Refusal& refusal) = 0;
  // They have ended. Returns when what was open of them fails.
  virtual kj::Promise<void> cut(std::vector<Grant> grants) = 0;
  // The person has switched off all of that kind: it is refused this once, whatever is granted.
  virtual bool isOff(Kind kind) const { return false; }
};

// Gives another machine what this one's person picked for it.
class Giver {
public:
  virtual ~Giver() noexcept(false) = default;
  struct Gift {
    Grant grant{};
    bool mayPassOn = false;
    std::string wish{};
  };
  // What that answer gives: nothing is committed. Fails with one line where it cannot be given.
  virtual kj::Promise<Gift> pick(Question question, Answer answer) = 0;
  // Committed, and offered to who asked for it.
  virtual GrantId give(Gift gift) = 0;
};

// Shows one question to a person. Dropping the promise takes it down.
class Stage {
public:
  virtual ~Stage() noexcept(false) = default;
  // Nothing if nobody can show it now.
  virtual kj::Maybe<kj::Promise<Answer>> tryPresent(const Request& request) = 0;
};

class Powerbox final : private kj::TaskSet::ErrorHandler {
public:
  class Observer {
  public:
    virtual ~Observer() noexcept(false) = default;
    virtual void requestChanged(const Request& request) = 0;
  };

  Powerbox(Ledger& ledger, Instances& instances, Ceilings& ceilings, Enforcer& enforcer, Stage& stage,
           const Clock& clock, kj::Timer& timer);
  ~Powerbox() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Powerbox);

  void observe(Observer& observer) { m_observer = observer; }
  // Without one, whatever other machines ask for is declined.
  void giveThrough(Giver& giver) { m_giver = giver; }
  // To be called for each question of a machine. False: one too many, and nobody is asked.
  bool mayAskFromAfar(const std::string& holder) { return m_patience.admitFar(holder); }

  // `object`: O_PATH of what the question is about, where it exists. The grant will be for this very thing.
  // Dropping the promise withdraws the question.
  kj::Promise<Decision> ask(Question question, kj::Maybe<kj::AutoCloseFd> object);

  // What the person picked elsewhere: granted as if it had been picked here. All of it, committed and enforced; throws
  // where any of it may not be given, and nothing is.
  kj::Promise<std::vector<GrantId>> give(const Question& question, std::vector<Picked> things, Access access,
                                         Lifetime lifetime);

  // An answer from somewhere else than the stage. Throws if it does not wait, or the answer is not one it offers, or it
  // is above a ceiling, or the store refuses. Returns when it is enforced.
  kj::Promise<GrantId> answer(const RequestId& id, Answer answer);

  // Somebody who can show questions has come.
  void showWaiting();
  // Grants have changed by other means: what waits may be answered by now.
  void reconsider();
  // What waits of a kind that is off now is declined this once.
  void switchedOff();
  void instanceEnded(const InstanceId& instance);
  // An instance of an earlier broker: what it was denied still is.
  void takeUp(const InstanceId& instance, const std::string& holder);
  // The broker stops: declines all that waits.
  void declineAll();

  std::vector<Request> waiting() const;
  std::vector<Request> recent() const;  // Waiting and lately decided.

private:
  class Asker;
  struct Pending;

  std::vector<Scope> offered(const Question& question) const;
  bool maySiblingsBeGiven(const Question& question, const Object& folder, bool wide) const;
  bool offersFast(const Request& request) const;
  Pending& queue(Question question, kj::Maybe<kj::AutoCloseFd> object, const InstanceId& channel);
  void left(Asker& asker);
  kj::Maybe<Pending&> find(const RequestId& id);
  kj::Maybe<Pending&> findEqual(const Question& question, const InstanceId& channel);
  bool mayWait(const std::string& holder) const;
  bool isChoosing(const InstanceId& instance) const;
  kj::Maybe<Decision> refusedUnasked(const Question& question);
  kj::Maybe<Decision> refusedUnheard(const Question& question);
  void dropUnheard(const std::string& holder);
  void journalRefusal(const Question& question, const std::string& outcome, GrantId by = {});
  kj::Maybe<Grant> grantFor(const Question& question, const InstanceId& instance) const;
  kj::Maybe<Grant> grantForAll(const Pending& pending) const;
  bool isRefused(const Question& question);

  kj::Promise<void> untilDeadline(RequestId id);
  kj::Promise<void> show(RequestId id, kj::Promise<Answer> answer);
  kj::Promise<void> settleShown(RequestId id, kj::Maybe<Answer> answer);

  std::vector<GrantId> commitPicked(const Question& question, const std::vector<Picked>& things, Access access,
                                    Lifetime lifetime);
  kj::Promise<void> enforcePicked(std::vector<GrantId> ids, std::vector<Picked> things);
  Pending& stillWaiting(const RequestId& id);
  kj::Own<Pending> allowed(const RequestId& id, const std::vector<GrantId>& grants);
  std::vector<Grant> commit(const Pending& pending, const Answer& answer, const Grant& wanted);
  kj::Promise<GrantId> allow(RequestId id, Answer answer);
  kj::Promise<GrantId> pick(RequestId id, Answer answer);
  kj::Promise<GrantId> openWith(RequestId id, Answer answer);
  kj::Promise<GrantId> giveAway(RequestId id, Answer answer);
  kj::Promise<Decision> enforced(Grant grant);
  kj::Promise<void> satisfy(RequestId id, Grant grant);
  void refuse(const RequestId& id, Verdict verdict, Scope scope);
  void decline(const RequestId& id, RequestState state);

  enum class Leaving : uint8_t { Ended, LookingAround };
  kj::Promise<void> afterChoosing(InstanceId instance);
  void letGo(const InstanceId& instance, Leaving why);
  kj::Own<Pending> take(const RequestId& id, RequestState state);
  void keepPatience(const Question& question);
  void keepFact(const std::string& key, const std::string& value);
  void scheduleRefresh();
  void refreshVisible();
  void present(Pending& pending);
  void journal(const Request& request, const char* event, const std::string& outcome);
  void changed(const Request& request);
  void taskFailed(kj::Exception&& exception) override;

  Ledger& m_ledger;
  Instances& m_instances;
  Ceilings& m_ceilings;
  Enforcer& m_enforcer;
  Stage& m_stage;
  const Clock& m_clock;
  kj::Timer& m_timer;
  Patience m_patience;
  std::vector<kj::Own<Pending>> m_waiting;  // Oldest first.
  std::deque<Request> m_decided;
  kj::Maybe<Observer&> m_observer;
  kj::Maybe<Giver&> m_giver;
  bool m_refreshScheduled = false;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
