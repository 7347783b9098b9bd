// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is shared between this machine and others: shares, offers, wishes, and the sessions all of them live in.

#include "broker/machines/offers.h"
#include "broker/machines/shares.h"
#include "broker/machines/wishes.h"

namespace latchkey {

class Sharing final : public AppRuns::Observer,
                      private Offers::Owner,
                      private Wishes::Owner,
                      private kj::TaskSet::ErrorHandler {
public:
  struct Parts {
    Ledger& ledger;
    const Clock& clock;
    Reach& reach;
    AppRuns& apps;
    // Carry decisions of the ledger out, everywhere.
    kj::Function<kj::Promise<void>(std::vector<Grant>)> cut, suspend, resume;
    // Offers, or what is shared, have changed.
    kj::Function<void()> changed;
    // Where files that are offered will be found.
    kj::Function<std::string(const Offer&)> placeFor;
    // Tries to connect with a machine.
    kj::Function<kj::Promise<void>(std::string)> connect;
    // Asks this machine's person for what another one's would like. The share that they gave, or none. Dropping it
    // withdraws.
    kj::Function<kj::Promise<GrantId>(Wish)> wished;
  };

  explicit Sharing(Parts parts);
  ~Sharing() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Sharing);

  // A session has begun; what the far machine may ask.
  schema::MachineDesk::Client begin(const std::string& machine, schema::FarMachine::Client session,
                                    schema::Hello::Reader hello = {});
  void end(const std::string& machine);

  // Gives a machine the use of something, and offers it. `grant` is derived if it has a parent. `wish`: the wish of
  // that machine that it answers, if there is one.
  GrantId share(Grant grant, bool mayPassOn, const std::string& wish = {});
  Offers& offers() { return m_offers; }
  Wishes& wishes() { return m_wishes; }

  // --- decisions that were made elsewhere

  void offer(const Grant& grant) { m_shares.offer(grant); }
  kj::Promise<void> cutShares(const std::vector<Grant>& grants);
  kj::Promise<void> suspendShares(const std::vector<Grant>& grants) { return m_shares.suspend(grants); }
  kj::Promise<void> resumeShares(const std::vector<Grant>& grants) { return m_shares.resume(grants); }
  kj::Promise<void> setOff(bool off) { return m_shares.setOff(off); }
  // What was started by a share has come to something else.
  void runChanged(const GrantId& grant, const AppRun& run) override { m_shares.runChanged(grant, run); }

private:
  class Desk;
  friend class Desk;

  kj::Promise<void> cut(std::vector<Grant> grants) override { return m_parts.cut(kj::mv(grants)); }
  kj::Promise<void> suspend(std::vector<Grant> grants) override { return m_parts.suspend(kj::mv(grants)); }
  kj::Promise<void> resume(std::vector<Grant> grants) override { return m_parts.resume(kj::mv(grants)); }
  void offersChanged() override { m_parts.changed(); }
  std::string placeFor(const Offer& offer) override { return m_parts.placeFor(offer); }
  kj::Promise<void> connect(std::string machine) override { return m_parts.connect(kj::mv(machine)); }
  void offerCame(const Offer& offer, const std::string& answers) override { m_wishes.offered(offer, answers); }
  kj::Promise<GrantId> acceptAnswer(std::string offer) override { return m_offers.accept(kj::mv(offer)); }
  void wishesChanged() override { m_parts.changed(); }
  kj::Promise<GrantId> wished(Wish wish);
  void taskFailed(kj::Exception&& exception) override;

  Parts m_parts;
  Shares m_shares;
  Offers m_offers;
  Wishes m_wishes;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
