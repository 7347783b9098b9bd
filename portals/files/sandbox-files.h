// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One sandbox as the RPC thread knows it: its session, its grants, the questions it has asked, its mounts.
//
// - A question belongs to the held requests behind it: when the last of them goes, the call to the broker is dropped,
// which
//   withdraws it.
// - Without a broker, what waits goes on waiting and is asked again when one is back; what is new is declined after 2
// s.
// - What ends a grant is done in this order: what the app wrote through mappings is saved, the deny flag falls, the
// kernel
//   forgets, the caller is told.

#include <capnp/capability.h>

#include <list>

#include "broker/schema/file-portal.capnp.h"
#include "portals/files/fast-folders.h"
#include "portals/files/invalidation.h"
#include "portals/files/mappings.h"
#include "portals/files/mounter.h"

namespace latchkey::files {

// What every sandbox of this portal shares.
struct World {
  kj::UnixEventPort& port;
  kj::Timer& timer;
  const Clock& clock;
  Inbox& inbox;
  Mounter& mounter;
  Watches& watches;
  std::shared_ptr<Budget> budget;
};

class Sandbox final : public Desk, public kj::TaskSet::ErrorHandler, public std::enable_shared_from_this<Sandbox> {
public:
  Sandbox(World& world, std::string instance, Namespaces namespaces, Layout layout, schema::FileAsker::Client asker);
  ~Sandbox() noexcept;

  // Mounts. Throws, leaving nothing, if any of it fails.
  kj::Promise<void> attach(kj::AutoCloseFd pidfd);
  kj::Promise<GrantRef> add(schema::FileGrant::Reader grant);
  kj::Promise<void> revoke(GrantRef grant);
  kj::Promise<void> suspend(GrantRef grant);
  // Over, but no "no" of the person's: it is asked about again.
  kj::Promise<void> lapse(GrantRef grant);
  kj::Promise<void> resume(GrantRef grant);
  kj::Promise<void> writeOpenFiles(GrantRef grant, size_t most, schema::LiveGrant::OpenFilesResults::Builder to);
  // Everything denied, forgotten, unmounted; the connection closed.
  kj::Promise<void> detach();

  void brokerIs(kj::Maybe<schema::FileAsker::Client> asker);
  // To be called a few times a second: expiry and reports.
  void tick();

  const std::string& instance() const { return m_instance; }
  bool ended() const { return m_ended; }
  // No thread of it is in a call to the host any more: it may be destroyed.
  bool left() const { return !m_session || m_session->threads() == 0; }
  kj::Promise<void> onEnd() { return m_end.addBranch(); }
  std::vector<GrantRef> grants() { return m_session->view().grants(); }
  std::vector<GrantRef> denials() { return m_session->view().denials(); }
  Session::Figures figures() const { return m_session->figures(); }

  // Desk: called on the serving thread.
  void ask(Question question) override;
  void withdraw(uint64_t question) override;
  void liveChanged(GrantRef grant) override;
  void refused(std::string path, Need need) override;
  void sessionEnded() override;

private:
  struct Asking {
    Question question;
    kj::Canceler canceler;
  };
  // Of what a grant is about: where its folder is, and which thing it is.
  struct Told {
    std::string place;
    Identity thing;
  };
  struct Report {
    Counters sent;
    int64_t at = 0;
  };

  void taskFailed(kj::Exception&& exception) override;
  void onRpcThread(std::function<void(Sandbox&)> work);
  kj::Promise<void> askBroker(uint64_t id);
  kj::Promise<void> watch(kj::AutoCloseFd pidfd);
  kj::Promise<void> end(GrantRef grant, Grant::State state);
  kj::Promise<void> deny(GrantRef denial);
  kj::Promise<void> holdThing(GrantRef denial);
  kj::Promise<void> forget(GrantRef grant);
  kj::Promise<void> tellEnded(GrantRef grant);
  kj::Promise<void> onServingThread(std::function<void()> task);
  kj::Promise<void> bind(GrantRef grant, kj::AutoCloseFd object, bool directory);
  // following.cpp
  void follow(const GrantRef& grant);
  kj::Promise<void> tellMoved(GrantRef grant, bool own);
  kj::Promise<void> makeReachable(GrantRef grant, bool directory);
  // The top of the home by way of the session, from now on; once.
  kj::Promise<void> serveHome();
  kj::Promise<void> takeOverHome();
  bool isServed(const std::string& path) const;
  std::vector<GrantRef> mayBeMounted();
  kj::Promise<void> takeUpFast();
  kj::Promise<void> layFast(GrantRef grant);
  kj::Promise<void> removeFast(GrantRef grant);
  void settleFast();
  bool isTrial() const { return !m_layout.changes.empty(); }
  Mounter::Target targetAt(const std::string& path) const;
  void finish();
  void report(const GrantRef& grant, bool now);
  kj::Promise<void> reportLive();

  World& m_world;
  std::string m_instance;
  Namespaces m_namespaces;
  Mappings m_mappings;
  Layout m_layout;
  std::string m_home;
  std::vector<std::string> m_folders;
  kj::Maybe<schema::FileAsker::Client> m_asker;
  std::shared_ptr<Session> m_session;
  kj::AutoCloseFd m_fuse;
  Mounter::Watched m_watched;
  std::vector<std::string> m_mounted;
  FastFolders m_fast;
  kj::Maybe<kj::ForkedPromise<void>> m_homeServed;
  std::vector<std::string> m_homeFolders;  // Of the private home, mounted over what is served.
  std::map<uint64_t, kj::Own<Asking>> m_asking;
  std::map<std::string, Report> m_reports;
  std::map<std::string, Told> m_told;
  std::map<std::string, int64_t> m_refusals;
  std::atomic<bool> m_liveDue = false;  // A report of what is open is under way. Any thread.
  bool m_ended = false;
  kj::Own<kj::PromiseFulfiller<void>> m_endFulfiller;
  kj::ForkedPromise<void> m_end;
  // What runs here dies with the sandbox and so must not hold it: the last reference would go inside its own task.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::files
