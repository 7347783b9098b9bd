// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The connection with each known machine: one at most, made again whenever it is lost.
//
// Each has a task of its own that tries the routes - the one that worked last, then where it came from, then what was
// typed, then what the invitation said - and waits longer after each round that failed, up to a minute; ten minutes
// where trying cannot help, since the machine refuses or somebody else answers. A person who asks, and a change of this
// machine's addresses, begin anew at once. Whether a route leads to the right machine is the portal's to find out.

#include <kj/async.h>
#include <kj/timer.h>

#include <map>
#include <string>

#include "broker/grants/ledger.h"
#include "broker/machines/link-failure.h"
#include "broker/machines/ways.h"

namespace latchkey {

class Links final {
public:
  class Owner {
  public:
    virtual ~Owner() noexcept(false) = default;
    virtual kj::Promise<schema::PeerPortal::Client> portalForLinks() = 0;
    virtual void linkChanged(const std::string& machine) = 0;
  };

  Links(Ledger& ledger, Ways& ways, const Clock& clock, kj::Timer& timer, Owner& owner)
      : m_ledger(ledger), m_ways(ways), m_clock(clock), m_timer(timer), m_owner(owner) {}
  KJ_DISALLOW_COPY_AND_MOVE(Links);

  // A machine that may be connected with. Nothing if it is there already.
  void take(const std::string& machine);
  // The session, if any, ends.
  void drop(const std::string& machine);

  struct Shown {
    LinkState state = LinkState::OFFLINE;
    std::string why{};
    uint64_t roundTrip = 0;
  };
  Shown shown(const std::string& machine) const;
  kj::Maybe<schema::FarMachine::Client> session(const std::string& machine);

  // Returns when it is connected, or every route was tried.
  kj::Promise<void> connectNow(std::string machine);
  // Something has changed that may help.
  void tryAgain(const std::string& machine);
  void tryAllAgain();

  // The portal says so.
  void connected(const std::string& machine, schema::Hello::Reader hello, schema::FarMachine::Client session,
                 const std::string& from);
  void ended(const std::string& machine, LinkWhy why, schema::Machine::Reason reason);
  void portalHasGone();

private:
  struct Link {
    LinkState state = LinkState::OFFLINE;
    LinkWhy why = LinkWhy::UNREACHABLE;
    std::string words{};
    uint64_t roundTrip = 0;
    kj::Maybe<schema::FarMachine::Client> session{};
    uint64_t number = 0;    // Of the session.
    std::string opening{};  // The route that the portal is trying.
    bool trying = false;
    kj::TimePoint since = kj::origin<kj::TimePoint>();
    kj::Own<kj::PromiseFulfiller<void>> wake{};
    kj::Vector<kj::Own<kj::PromiseFulfiller<void>>> waiting{};
    kj::Promise<void> keeping = nullptr;
    kj::Promise<void> measuring = nullptr;
  };

  kj::Maybe<Link&> find(const std::string& machine);
  kj::Promise<void> keep(std::string machine, Link& link);
  kj::Promise<void> tryRoutes(const std::string& machine, Link& link);
  kj::Promise<kj::Maybe<LinkWhy>> tryRoute(const std::string& machine, Link& link, const MachineRoute& written);
  kj::Promise<void> measure(std::string machine, uint64_t number);
  void noteOutcome(const std::string& machine, const std::string& route, kj::Maybe<LinkWhy> failure);
  void turn(const std::string& machine, Link& link, LinkState state, std::string words);

  Ledger& m_ledger;
  Ways& m_ways;
  const Clock& m_clock;
  kj::Timer& m_timer;
  Owner& m_owner;
  uint64_t m_sessions = 0;
  std::map<std::string, Link> m_links;
};

// How long a connection may take before it counts as "nothing answers".
kj::Duration connectLimit(const Route& route);

// In the order in which they are tried.
std::vector<MachineRoute> inOrder(const Machine& machine);

}  // namespace latchkey
