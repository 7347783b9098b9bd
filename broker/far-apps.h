// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Apps of this machine that other machines may start and stop.
//
// - It is started as its owner would start it, in its own sandbox with what it holds there. Who starts it gives it
//   nothing - no words, no files - and reads nothing of it: it is told that it runs, and how it ended. What it would
//   ask for is declined: nobody far away brings questions up on this screen.
// - One at a time for each grant. Only what was started by a grant is stopped by it.
// - What was started by a grant ends with it. It is use that is made of this machine by it, as an open file is: an app
//   that runs on for somebody who has no say any more would be neither theirs nor seen to be anybody's.
// - Where the connection breaks it goes on: whoever started a service and went to sleep wants it served.
// - It outlives this broker, as every app does; the next one knows by which grant it runs, and ends it where that has
//   ended meanwhile.

#include <map>

#include "broker/instance.h"
#include "broker/launches.h"
#include "broker/machines/app-runs.h"
#include "broker/machines/offers.h"
#include "broker/ration.h"

namespace latchkey {

class FarApps final : public AppRuns, private Instances::Observer, private kj::TaskSet::ErrorHandler {
public:
  // Of one machine.
  static constexpr size_t MOST_AT_ONCE = 8, MOST_A_MINUTE = 10;

  FarApps(Ledger& ledger, Instances& instances, Launches& launches, const Clock& clock);
  ~FarApps() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(FarApps);

  // Before anything is started.
  void tell(AppRuns::Observer& observer) { m_observer = observer; }
  void receiveThrough(Offers& offers) { m_offers = offers; }
  // What a broker before this one has started.
  void takeUp();

  kj::Promise<uint64_t> start(Grant grant) override;
  kj::Promise<void> stop(Grant grant) override;
  kj::Promise<void> end(GrantId grant) override;
  AppRun find(const GrantId& grant) const override;

private:
  struct Run {
    AppRun told{};
    std::string holder{};
    InstanceId instance{};
    bool stops = false;  // As soon as there is an instance.
  };

  kj::Promise<uint64_t> startHere(Grant grant);
  kj::Promise<void> stopHere(GrantId grant, kj::Duration grace);
  kj::Promise<void> watch(GrantId grant, InstanceId instance);
  void become(const GrantId& grant, AppRun told);
  size_t running(const std::string& holder) const;
  void instanceChanged(const Instance& instance) override;
  void taskFailed(kj::Exception&& exception) override;

  Ledger& m_ledger;
  Instances& m_instances;
  Launches& m_launches;
  const Clock& m_clock;
  kj::Maybe<AppRuns::Observer&> m_observer;
  kj::Maybe<Offers&> m_offers;
  std::map<GrantId, Run> m_runs;
  std::map<std::string, Ration> m_rations;  // By holder.
  uint64_t m_last = 0;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
