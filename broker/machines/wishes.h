// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What this machine's person asked others for, and what came of it.
//
// A wish waits until it is answered, taken back, or a day is over. It is told to its machine in each session anew, by
// an id of ours, so that a lost connection, or a broker that ends over there, changes nothing; it is withdrawn there by
// whatever ends the session or the call. When this broker ends, so do its wishes: they are not kept.
//
// What answers is an offer like any other, and is accepted here at once: the person has asked for it. So the offer
// counts, never the word of the other machine that it answers: it has to be an answer to a wish that waits for that
// very machine, of the kind and at most the access that was asked for. Anything else is an offer that the person looks
// at.

#include <kj/async.h>

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "broker/grants/ledger.h"
#include "broker/machines/wish.h"
#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

class Wishes final : private kj::TaskSet::ErrorHandler {
public:
  static constexpr size_t MOST_OF_MACHINE = 8;  // That wait.
  static constexpr size_t MOST_DECIDED = 100;
  static constexpr Duration LONGEST_WAIT = std::chrono::hours(24);

  // Numbers are those of `WishInfo.State`.
  enum class State : uint8_t { Waiting, Given, Declined, Withdrawn, Failed };

  struct Asked {
    Wish wish{};
    State state = State::Waiting;
    std::string why{};  // One line.
    WallTime since{}, decided{};
    std::string offer{};  // Ours, of one that was given.
    GrantId grant{};
  };

  class Owner {
  public:
    virtual ~Owner() noexcept(false) = default;
    virtual kj::Promise<GrantId> acceptAnswer(std::string offer) = 0;
    virtual kj::Promise<void> connect(std::string machine) = 0;
    virtual void wishesChanged() = 0;
  };

  Wishes(Ledger& ledger, const Clock& clock, Owner& owner);
  ~Wishes() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Wishes);

  // --- sessions

  // `hears`: its version of Latchkey can ask its person.
  void begin(const std::string& machine, schema::FarMachine::Client session, bool hears);
  void end(const std::string& machine);
  // It was made, or has changed; `answers`: the wish that it says it answers, or nothing.
  void offered(const Offer& offer, const std::string& answers);

  // --- for the person. What fails says why in one line.

  // Ends what the person no longer waits for when it is dropped.
  using Hold = kj::Own<void>;
  struct Begun {
    std::string id;
    kj::Maybe<Hold> hold;  // None of one that is kept.
  };
  Begun ask(Wish wish, bool keep);
  void takeBack(const std::string& id);
  kj::Promise<Asked> whenDecided(std::string id);
  // Newest first.
  std::vector<Asked> all();
  // To be called now and then: ends what nobody answers any more, and asks again what was asked too often.
  void look();

private:
  struct Entry;
  struct Session {
    schema::FarMachine::Client far;
    bool hears = false;
    uint64_t number = 0;
  };

  Entry* find(const std::string& id);
  void tell(Entry& entry);
  void answered(const std::string& id, const std::string& theirs);
  void failed(const std::string& id, const kj::Exception& exception);
  void settle(Entry& entry, const Offer& offer);
  void taken(const std::string& id, GrantId grant);
  void notTaken(const std::string& id, const std::string& why);
  // It is accepted, and only nobody has said so yet: too late to take it back.
  bool isGiven(const Entry& entry) const;
  uint64_t sessionOf(const std::string& machine) const;
  void decide(Entry& entry, State state, std::string why = {});
  void letGo(const std::string& id);
  void tidy();
  void journal(const Asked& asked, const char* outcome);
  void taskFailed(kj::Exception&& exception) override;

  Ledger& m_ledger;
  const Clock& m_clock;
  Owner& m_owner;
  uint64_t m_lastSession = 0;
  std::map<std::string, Session> m_sessions;
  std::list<Entry> m_entries;       // Oldest first.
  std::shared_ptr<Wishes*> m_self;  // For holds, which may outlive us.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
