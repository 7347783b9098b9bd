// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What other machines offer to this one, and what came of it.
//
// An offer changes nothing here until the person accepts it. Then what this machine holds is a grant of its own in the
// ledger, whose holder is "from:" and the machine; what an app is given of it, or another machine, is derived from
// that, and ends with it. The token that stands for it over there is kept with the offer.
//
// What is over over there is over here as soon as that is heard; until then it merely fails, since the other machine is
// who enforces it. What a session told is not believed for longer than the text of it: bounded, escaped, and never the
// ground of a decision.

#include <kj/async.h>
#include <kj/function.h>

#include <map>
#include <string>
#include <vector>

#include "broker/grants/ledger.h"
#include "broker/machines/app-runs.h"
#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

class Offers final : private kj::TaskSet::ErrorHandler {
public:
  static constexpr size_t MOST_OF_MACHINE = 1000;

  class Owner {
  public:
    virtual ~Owner() noexcept(false) = default;
    // Ends what is open of ended grants; pauses it; lets it go on.
    virtual kj::Promise<void> cut(std::vector<Grant> grants) = 0;
    virtual kj::Promise<void> suspend(std::vector<Grant> grants) = 0;
    virtual kj::Promise<void> resume(std::vector<Grant> grants) = 0;
    virtual void offersChanged() = 0;
    // It is there, new or as before; `answers`: what of this machine's wishes it says that it answers.
    virtual void offerCame(const Offer& offer, const std::string& answers) = 0;
    // Where files that are offered will be found. Throws where they cannot be shown.
    virtual std::string placeFor(const Offer& offer) = 0;
    // Of an app that was passed on: what was started by that grant has come to something else.
    virtual void runChanged(const GrantId& by, const AppRun& run) = 0;
    // Tries to connect with it; returns when that has come to something.
    virtual kj::Promise<void> connect(std::string machine) = 0;
  };

  Offers(Ledger& ledger, const Clock& clock, Owner& owner);
  ~Offers() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Offers);

  // What a machine's offer gave, or nothing.
  static bool isReceived(const Grant& grant) { return isReceivedFromMachine(grant.holder); }

  // --- sessions

  void begin(const std::string& machine, schema::FarMachine::Client session);
  void end(const std::string& machine);
  void offered(const std::string& machine, schema::Offer::Reader offer);
  kj::Promise<void> withdrawn(std::string machine, capnp::List<schema::Withdrawal>::Reader offers);

  // --- for the person. What fails says why in one line.

  // Takes it: what this machine holds from then on. Of one that was accepted before, that.
  kj::Promise<GrantId> accept(std::string id);
  // Also of one that was accepted: gives it back. What ended by it is cut.
  kj::Promise<void> decline(std::string id);

  // --- in use

  bool isConnected(const std::string& machine) const { return m_sessions.contains(machine); }

  // Connects `socket` with what this grant, or the one it comes from, stands for.
  kj::Promise<void> connect(Grant received, kj::AutoCloseFd socket);
  // Those that are received ones are let go of, and given back.
  void ended(const std::vector<Grant>& grants);

  // --- apps: one at a time of each offer. `by`: the grant of another machine that it was passed on to; empty: this
  // person. Who has not started it has no say in it.

  kj::Promise<uint64_t> start(Grant received, GrantId by);
  kj::Promise<void> stop(Grant received, GrantId by);
  // This grant is over, or rests. Where the machine is away it is stopped when it comes.
  kj::Promise<void> endRunBy(GrantId by);
  AppRun runBy(const GrantId& by) const;
  // For the person.
  AppRun run(const std::string& offer) const;
  std::string refused(const std::string& offer) const;

private:
  struct Session {
    schema::FarMachine::Client far;
    std::map<std::string, schema::FarThing::Client> things{};  // By our ids of the offers.
    uint64_t number = 0;
  };

  struct Run {
    AppRun told{};
    GrantId by{};
    bool fresh = false;     // Told in this session.
    unsigned starting = 0;  // Asked for, and not answered yet.
    std::string refused{};

    // By an earlier broker, and not heard of since.
    bool isUnknown() const { return !fresh && told.number > 0 && told.state == AppRun::State::None; }
    bool isTaken() const { return told.isLive() || starting > 0 || isUnknown(); }
  };

  Offer known(const std::string& id) const;
  kj::Maybe<Offer> find(const std::string& machine, const std::string& theirs) const;
  kj::Promise<void> over(Offer offer, schema::Withdrawal::Why why);
  kj::Promise<schema::FarThing::Client> thing(Offer offer);
  void giveBack(Offer offer);
  Offer startable(const Grant& received) const;
  void runTold(const Offer& offer, AppRun run);
  void forgetRun(const std::string& offer);
  kj::Promise<void> stopThere(Offer offer);
  void rememberRuns();
  void journal(const Offer& offer, const char* event, const std::string& outcome);
  void taskFailed(kj::Exception&& exception) override;

  Ledger& m_ledger;
  const Clock& m_clock;
  Owner& m_owner;
  uint64_t m_lastSession = 0;
  std::map<std::string, Session> m_sessions;
  std::map<std::string, Run> m_runs;  // Of apps, by our ids of the offers.
  kj::TaskSet m_tasks;
};

// What another machine's offer gave, if this grant comes from that; nothing if it is this machine's own. Throws where
// something in between is missing: then nobody knows.
kj::Maybe<Grant> receivedBehind(const Ledger& ledger, Grant grant);
// The offer that gave it.
kj::Maybe<Offer> offerBehind(const Ledger& ledger, const GrantId& received);

// One line for a person: why it is over.
std::string wordsFor(Offer::Why why);
// What is not the other machine's answer: in the next session it may be another.
constexpr const char* CONNECTION_LOST = "the connection with the machine was lost";
constexpr const char* NOT_CONNECTED = "the machine is not connected: it can be accepted when it is";
// Of what a call to another machine failed with.
std::string wordsForThing(const kj::Exception& exception);
std::string wordsForStart(const kj::Exception& exception);

}  // namespace latchkey
