// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The store, as the person's programs use it (broker/schema/packages.capnp).
//
// What blocks is done by threads: one for changes, which follow each other, one for looking, so that a list is there
// while something is installed, one for fetching; and those of `Repositories`. Whoever holds anything of this keeps the
// program running.

#include <kj/async.h>
#include <kj/timer.h>

#include <atomic>
#include <functional>
#include <memory>

#include "broker/schema/packages.capnp.h"
#include "launcher/bundle/bundler.h"
#include "launcher/store/repositories.h"
#include "launcher/store/store.h"
#include "launcher/store/worker.h"

namespace latchkey::store {

struct Course;
struct Found;
struct Sheets;

// What all servers share.
class Packages final : private kj::TaskSet::ErrorHandler {
public:
  struct Parts {
    Store& store;
    const Bundler& bundler;
    std::string repositories = {};  // Where those lie that are followed.
    kj::Timer& timer;
    const Clock& clock;
    // What follows from what is installed, once at the start and after each change, in the thread of changes.
    std::function<void()> follow = {};
    // Whether the network is paid for by the amount; may block. None: it is not.
    std::function<bool()> metered = {};
  };
  explicit Packages(Parts parts);
  KJ_DISALLOW_COPY_AND_MOVE(Packages);

  schema::PackagesHost::Client host();
  // Resolves when nobody has had anything of it for so long.
  kj::Promise<void> whenUnused(kj::Duration patience);

private:
  friend class PackagesServer;
  friend class FoundServer;
  class Host;
  class Watcher;
  class WatchHandle;
  // As long as one exists, this is in use.
  struct Use {
    explicit Use(Packages& of) : m_of(of) { ++of.m_uses; }
    ~Use() noexcept {
      --m_of.m_uses;
      m_of.m_lastUse = m_of.m_timer.now();
    }
    KJ_DISALLOW_COPY_AND_MOVE(Use);
    Packages& m_of;
  };

  template <typename T>
  kj::Promise<T> change(std::function<T()> work);
  kj::Promise<bool> follow();
  // `wanted`: of who asked; others are not kept waiting once it is false.
  kj::Promise<std::shared_ptr<Found>> lookAtOffer(std::string followed, std::string id, std::string channel,
                                                  std::shared_ptr<std::atomic<bool>> wanted);
  // Of what a repository offers, with what that has for it to run on, where it lacks that. `followed` empty: of a file.
  kj::Promise<std::shared_ptr<Sheets>> sheets(std::shared_ptr<Found> found, std::string followed, std::string channel,
                                              std::shared_ptr<std::atomic<bool>> wanted);
  // Fails where nobody here has agreed to its signer.
  kj::Promise<void> requireAccepted(std::shared_ptr<Found> runtime);
  kj::Promise<Outcome> install(std::shared_ptr<Found> found, InstallChoice choice, std::shared_ptr<Course> course);
  // Waits if it claims more than what is installed.
  kj::Promise<Outcome> update(repository::FollowedOffer offered, std::shared_ptr<Course> course);
  std::vector<InstalledApp> installedApps() const;
  void changed();
  void taskFailed(kj::Exception&& exception) override;

  Store& m_store;
  const Bundler& m_bundler;
  std::string m_repositories;
  kj::Timer& m_timer;
  unsigned m_uses = 0;
  kj::TimePoint m_lastUse;
  kj::Vector<Watcher*> m_watchers;
  kj::TaskSet m_tasks;
  std::function<void()> m_follow;
  Repositories m_followed;
  Worker m_changes, m_looks, m_fetches;  // Last: their threads use the store.
};

}  // namespace latchkey::store
