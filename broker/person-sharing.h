// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The person's side of what is shared with other machines, of what they offer, and of what they were asked for.

#include <map>

#include "broker/ceilings.h"
#include "broker/enforcement.h"
#include "broker/far-folders.h"
#include "broker/instance.h"
#include "broker/schema/sharing.capnp.h"

namespace latchkey {

// Told that offers have changed: gathered for a moment. Who does not answer is not told again.
class SharingWatchers final : private kj::TaskSet::ErrorHandler {
public:
  explicit SharingWatchers(kj::Timer& timer) : m_timer(timer), m_tasks(*this) {}
  ~SharingWatchers() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(SharingWatchers);

  schema::SharingHandle::Client add(schema::SharingObserver::Client observer);
  void changed();

private:
  class Handle;
  void tell();
  void taskFailed(kj::Exception&& exception) override {}

  kj::Timer& m_timer;
  uint64_t m_last = 0;
  std::map<uint64_t, schema::SharingObserver::Client> m_observers;
  bool m_scheduled = false;
  kj::TaskSet m_tasks;
};

struct SharingParts {
  Ledger& ledger;
  Sharing& sharing;
  FarFolders& farFolders;
  Instances& instances;
  Enforcement& enforcement;
  Ceilings& ceilings;
  SharingWatchers& watchers;
};

class SharingServer final : public schema::Sharing::Server {
public:
  explicit SharingServer(const SharingParts& parts) : m_parts(parts) {}

  kj::Promise<void> share(ShareContext context) override;
  kj::Promise<void> offers(OffersContext context) override;
  kj::Promise<void> accept(AcceptContext context) override;
  kj::Promise<void> decline(DeclineContext context) override;
  kj::Promise<void> watch(WatchContext context) override;
  kj::Promise<void> shares(SharesContext context) override;
  kj::Promise<void> ask(AskContext context) override;
  kj::Promise<void> wishes(WishesContext context) override;
  kj::Promise<void> wait(WaitContext context) override;
  kj::Promise<void> takeBack(TakeBackContext context) override;
  kj::Promise<void> start(StartContext context) override;
  kj::Promise<void> stop(StopContext context) override;

private:
  Grant receivedApp(const std::string& offer) const;
  void write(const Wishes::Asked& asked, schema::WishInfo::Builder to) const;

  SharingParts m_parts;
};

}  // namespace latchkey
