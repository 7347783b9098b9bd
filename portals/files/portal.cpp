// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/portal.h"

#include <dirent.h>
#include <kj/debug.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/descriptor.h"
#include "broker/base/log.h"
#include "portals/files/rules.h"

namespace latchkey::files {
namespace {

constexpr auto TICK = 200 * kj::MILLISECONDS;
constexpr auto SHORTEST_PAUSE = 1 * kj::MILLISECONDS;  // For the threads of what has ended to leave.

std::string pathFrom(capnp::Data::Reader bytes) {
  std::string path(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  KJ_REQUIRE(isProperPath(path), "not a path", path);
  return path;
}

Layout layoutFrom(schema::Layout::Reader from) {
  Layout layout;
  layout.home = pathFrom(from.getHome());
  for (auto folder : from.getFolders()) {
    auto path = pathFrom(folder);
    // A standard folder that is not set up is the home itself, which is private here. One within another is there
    // already.
    auto within = [&](const std::string& other) { return isWithin(path, other); };
    if (isWithin(layout.home, path) || std::ranges::any_of(layout.folders, within)) continue;
    std::erase_if(layout.folders, [&](const std::string& other) { return isBelow(other, path); });
    layout.folders.push_back(path);
  }
  for (auto place : from.getHidden()) layout.hidden.push_back(pathFrom(place));
  layout.seeHomeNames = from.getSeeHomeNames();
  layout.again = from.getAgain();
  if (from.getMostNames() != 0) layout.mostNames = from.getMostNames();
  if (from.hasChanges()) layout.changes = pathFrom(from.getChanges());
  for (auto fast : from.getFast()) {
    layout.fast.push_back({pathFrom(fast.getPath()),
                           {fast.getDevice(), fast.getInode()},
                           fast.getAccess() == schema::Access::WRITE,
                           fast.getEnded()});
  }
  return layout;
}

void writeThing(const Grant& grant, schema::Thing::Builder to) {
  to.setDevice(grant.bound.device);
  to.setInode(grant.bound.inode);
}

class LiveGrantServer final : public schema::LiveGrant::Server {
public:
  LiveGrantServer(std::weak_ptr<Sandbox> sandbox, GrantRef grant)
      : m_sandbox(std::move(sandbox)), m_grant(std::move(grant)) {}

  // What is over already needs no ending.
  kj::Promise<void> revoke(RevokeContext context) override {
    auto sandbox = m_sandbox.lock();
    return sandbox ? sandbox->revoke(m_grant) : kj::READY_NOW;
  }
  kj::Promise<void> lapse(LapseContext context) override {
    auto sandbox = m_sandbox.lock();
    return sandbox ? sandbox->lapse(m_grant) : kj::READY_NOW;
  }
  kj::Promise<void> suspend(SuspendContext context) override {
    auto sandbox = m_sandbox.lock();
    return sandbox ? sandbox->suspend(m_grant) : kj::READY_NOW;
  }
  kj::Promise<void> resume(ResumeContext context) override {
    auto sandbox = m_sandbox.lock();
    return sandbox ? sandbox->resume(m_grant) : kj::READY_NOW;
  }
  kj::Promise<void> counters(CountersContext context) override {
    auto now = m_grant->counters();
    auto results = context.getResults();
    results.setLive(now.live);
    results.setUses(now.uses);
    results.setBytesRead(now.bytesRead);
    results.setBytesWritten(now.bytesWritten);
    results.setUsed(now.used);
    return kj::READY_NOW;
  }

  kj::Promise<void> openFiles(OpenFilesContext context) override {
    auto sandbox = m_sandbox.lock();
    return sandbox ? sandbox->writeOpenFiles(m_grant, context.getParams().getMost(), context.getResults())
                   : kj::READY_NOW;
  }

private:
  std::weak_ptr<Sandbox> m_sandbox;
  GrantRef m_grant;
};

class SandboxFilesServer final : public schema::SandboxFiles::Server {
public:
  explicit SandboxFilesServer(std::weak_ptr<Sandbox> sandbox) : m_sandbox(std::move(sandbox)) {}

  kj::Promise<void> add(AddContext context) override {
    auto sandbox = m_sandbox.lock();
    KJ_REQUIRE(sandbox != nullptr, "the sandbox has ended");
    auto grant = co_await sandbox->add(context.getParams().getGrant());
    auto results = context.getResults();
    results.setReplaced(grant->replaced);
    if (grant->replaced) co_return;
    writeThing(*grant, results.initThing());
    results.setHandle(kj::heap<LiveGrantServer>(sandbox, grant));
  }
  kj::Promise<void> detach(DetachContext context) override {
    auto sandbox = m_sandbox.lock();
    return sandbox ? sandbox->detach() : kj::READY_NOW;
  }
  kj::Promise<void> grants(GrantsContext context) override {
    std::vector<GrantRef> living;
    auto sandbox = m_sandbox.lock();
    if (sandbox) {
      for (auto& grant : sandbox->grants()) {
        auto state = grant->state.load();
        if (state == Grant::State::Active || state == Grant::State::Suspended) living.push_back(grant);
      }
      for (auto& denial : sandbox->denials()) living.push_back(denial);
    }
    auto list = context.getResults().initList(static_cast<unsigned>(living.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setId(living[i]->id.c_str());
      list[i].setDeny(living[i]->deny);
      writeThing(*living[i], list[i].initThing());
      list[i].setHandle(kj::heap<LiveGrantServer>(sandbox, living[i]));
    }
    return kj::READY_NOW;
  }

private:
  std::weak_ptr<Sandbox> m_sandbox;
};

}  // namespace

class Portal::Front final : public schema::FilePortal::Server {
public:
  explicit Front(Portal& portal) : m_portal(portal) {}

  kj::Promise<void> attach(AttachContext context) override {
    auto sandbox = co_await m_portal.attach(context.getParams());
    context.getResults().setSandbox(clientOf(sandbox));
  }

  kj::Promise<void> statistics(StatisticsContext context) override {
    Session::Figures sum;
    for (auto& sandbox : m_portal.sandboxes()) {
      auto figures = sandbox->figures();
      sum.inodes += figures.inodes;
      sum.held += figures.held;
    }
    // All of the process, as the kernel counts them.
    uint32_t descriptors = 0;
    if (auto* list = opendir("/proc/self/fd")) {
      while (::readdir(list)) ++descriptors;
      closedir(list);
    }
    auto results = context.getResults();
    results.setSandboxes(static_cast<uint32_t>(m_portal.m_sandboxes.size()));
    results.setInodes(sum.inodes);
    results.setDescriptors(descriptors > 3 ? descriptors - 3 : 0);
    results.setHeldRequests(sum.held);
    results.setForgetting(stillToInvalidate());
    return kj::READY_NOW;
  }

  kj::Promise<void> reconnected(ReconnectedContext context) override {
    for (auto one : context.getParams().getSandboxes()) {
      auto found = m_portal.m_sandboxes.find(one.getInstance());
      if (found != m_portal.m_sandboxes.end()) found->second->brokerIs(one.getAsker());
    }
    return kj::READY_NOW;
  }

private:
  Portal& m_portal;
};

Portal::Portal(kj::UnixEventPort& port, kj::Timer& timer, const Clock& clock, Mounter& mounter)
    : m_timer(timer),
      m_inbox(port),
      m_world{port, timer, clock, m_inbox, mounter, m_watches, std::make_shared<Budget>()},
      m_tasks(*this) {}

Portal::~Portal() = default;

void Portal::taskFailed(kj::Exception&& exception) { logWarning("file portal: " + reason(exception)); }

schema::FilePortal::Client Portal::client() { return kj::heap<Front>(*this); }

kj::Promise<void> Portal::run() { return m_inbox.run().exclusiveJoin(ticks()); }

kj::Promise<void> Portal::ticks() {
  for (;;) {
    for (auto& sandbox : sandboxes()) sandbox->tick();
    co_await m_timer.afterDelay(TICK);
  }
}

kj::Promise<std::shared_ptr<Sandbox>> Portal::attach(schema::FilePortal::AttachParams::Reader params) {
  std::string instance(params.getInstance().begin(), params.getInstance().end());
  KJ_REQUIRE(!m_sandboxes.contains(instance), "attached already", instance);
  auto layout = layoutFrom(params.getLayout());
  auto facts = params.getFacts();
  auto namespaces = checked(co_await receivedFrom(facts.getMountNamespace()));
  kj::AutoCloseFd pidfd;
  if (facts.hasPidfd()) pidfd = co_await receivedFrom(facts.getPidfd());
  auto sandbox = std::make_shared<Sandbox>(m_world, instance, kj::mv(namespaces), std::move(layout), params.getAsker());
  co_await sandbox->attach(kj::mv(pidfd));
  m_sandboxes[instance] = sandbox;
  m_tasks.add(removeAtEnd(sandbox));
  co_return sandbox;
}

// Its descriptors go with it: where many end in a row they would add up. A thread of it may still be in a call to a
// dead file system.
kj::Promise<void> Portal::removeAtEnd(std::shared_ptr<Sandbox> sandbox) {
  co_await sandbox->onEnd();
  m_sandboxes.erase(sandbox->instance());
  for (auto pause = SHORTEST_PAUSE; !sandbox->left(); pause = kj::min(2 * pause, TICK)) {
    co_await m_timer.afterDelay(pause);
  }
}

void Portal::brokerGone() {
  for (auto& entry : m_sandboxes) entry.second->brokerIs(nullptr);
}

std::vector<std::shared_ptr<Sandbox>> Portal::sandboxes() const {
  std::vector<std::shared_ptr<Sandbox>> all;
  for (auto& entry : m_sandboxes) all.push_back(entry.second);
  return all;
}

schema::SandboxFiles::Client Portal::clientOf(const std::shared_ptr<Sandbox>& sandbox) {
  return kj::heap<SandboxFilesServer>(sandbox);
}

}  // namespace latchkey::files
