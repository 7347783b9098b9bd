// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How a machine comes to be known: by an invitation, or by words that two people compare.
//
// Nobody becomes known unless this side's person agreed to that very machine: they opened the invitation that names it,
// made the invitation that it used, or said that the words match. What the portal says of a pairing counts only where
// one of these stands here; a portal that is taken over by who speaks with it cannot add a friend.
//
// Pairing grants nothing.

#include <kj/async.h>
#include <kj/timer.h>

#include <list>
#include <map>
#include <string>

#include "broker/grants/ledger.h"
#include "broker/machines/invitation-link.h"
#include "broker/machines/link-failure.h"
#include "broker/machines/ways.h"
#include "broker/schema/machines.capnp.h"
#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

class Pairings final {
public:
  class Owner {
  public:
    virtual ~Owner() noexcept(false) = default;
    virtual kj::Promise<schema::PeerPortal::Client> portalForPairing() = 0;
    // Who is admitted, or may be waited for, is another than before.
    virtual void admissionChanged() = 0;
    // In the ledger by now.
    virtual void machineAdded(const std::string& machine) = 0;
    virtual void writeInfo(const std::string& machine, schema::MachineInfo::Builder info) = 0;
  };

  Pairings(Ledger& ledger, Ways& ways, const Clock& clock, kj::Timer& timer, Owner& owner);
  KJ_DISALLOW_COPY_AND_MOVE(Pairings);

  // --- the person

  // Throws where too many are open, or the disk refuses.
  Invitation invite(Duration length);
  std::vector<Invitation> invitations() const;
  void cancel(const std::string& id);
  kj::Promise<std::string> join(InvitationLink link);
  // While the result is held, machines may come and compare words.
  kj::Own<void> admit(schema::WordsPresenter::Client presenter);
  kj::Promise<std::string> add(Route route, schema::WordsPresenter::Client presenter);

  bool admitsWords() const { return !m_admissions.empty(); }
  bool admitsInvitations() const;
  // One of our own is under way.
  bool isPairing() const { return m_underWay > 0; }
  // The invitations it used are worth nothing any more, to it either.
  void forget(const std::string& machine);
  // What is over is worth nothing any more.
  void tick();

  // --- the portal

  kj::Promise<bool> compare(schema::PeerHost::CompareParams::Reader asked);
  // Our proof.
  std::string redeem(schema::PeerHost::RedeemParams::Reader shown);
  void paired(schema::PeerHost::PairedParams::Reader machine);
  // Somebody was turned away; perhaps one whose words this person has said to match.
  void cameToNothing(const std::string& machine, LinkWhy why);

private:
  struct Admission {
    schema::WordsPresenter::Client presenter;
  };
  // The machine that was added.
  kj::Promise<std::string> pairWith(Route route, kj::Maybe<InvitationLink> link);
  bool isOpen(const Invitation& invitation) const;
  void agree(const std::string& machine, kj::Duration length);
  Machine machineFor(const std::string& id, const std::string& certificate, const std::string& announced) const;
  void addRoutes(const std::string& machine, const std::vector<Route>& routes, MachineRoute::Origin origin);
  void journal(const std::string& machine, const std::string& target, const char* outcome);

  Ledger& m_ledger;
  Ways& m_ways;
  const Clock& m_clock;
  kj::Timer& m_timer;
  Owner& m_owner;
  std::list<Admission> m_admissions;
  kj::Maybe<schema::WordsPresenter::Client> m_adding;
  bool m_comparing = false;  // Somebody's who came; one at a time.
  size_t m_underWay = 0;
  std::map<std::string, kj::TimePoint> m_agreed;  // Machines the person has said yes to, and until when that counts.
  std::map<std::string, schema::WordsPresenter::Client> m_toTell;
};

}  // namespace latchkey
