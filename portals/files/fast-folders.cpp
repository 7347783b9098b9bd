// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/fast-folders.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/log.h"
#include "portals/files/rules.h"

namespace latchkey::files {
namespace {

// The app in the way lets go as soon as its question is answered, which waits for us.
constexpr auto IN_THE_WAY = 1 * kj::SECONDS;

bool isInForce(const Grant& grant) { return grant.state.load() == Grant::State::Active; }

}  // namespace

FastFolders::FastFolders(kj::UnixEventPort& port, kj::Timer& timer, Mounter& mounter, const Namespaces& sandbox,
                         Wanted wanted)
    : m_port(port),
      m_timer(timer),
      m_mounter(mounter),
      m_sandbox(sandbox),
      m_wanted(std::move(wanted)),
      m_last(kj::Promise<void>(kj::READY_NOW).fork()) {}

kj::Promise<void> FastFolders::takeUp(std::vector<FormerFast> former) {
  if (former.empty()) co_return;
  std::vector<Mounter::Former> all;
  for (auto& one : former) all.push_back({one.folder, !one.ended});
  auto kept = co_await m_mounter.sweepFast(m_port, m_sandbox, all);
  for (auto& [at, mount] : kept) m_laid.push_back({nullptr, former[at], kj::mv(mount), true, false});
}

kj::Promise<void> FastFolders::dropUnclaimed() {
  for (auto& laid : m_laid) laid.stale = laid.stale || !laid.grant;
  return settle();
}

FastFolders::Laid* FastFolders::find(const GrantRef& grant) {
  auto found = std::ranges::find_if(m_laid, [&](auto& laid) { return laid.grant == grant; });
  return found == m_laid.end() ? nullptr : &*found;
}

bool FastFolders::claim(const GrantRef& grant) {
  for (auto& laid : m_laid) {
    bool same = laid.as.path == grant->path && laid.as.folder == grant->identity &&
                laid.as.writable == grant->allows(Need::Write);
    if (laid.grant || laid.stale || !same) continue;
    laid.grant = grant;
    return true;
  }
  return false;
}

bool FastFolders::isFormer(const GrantRef& grant) const {
  return std::ranges::any_of(m_laid, [&](auto& laid) { return laid.former && laid.grant == grant; });
}

// What is above comes first; of one place, what allows more last.
std::vector<GrantRef> FastFolders::wantedNow() const {
  auto all = m_wanted();
  std::erase_if(all, [](auto& grant) { return !isInForce(*grant); });
  std::vector<GrantRef> wanted;
  for (auto& grant : all) {
    auto isMore = [&](const GrantRef& other) {
      return !other->fast && other->allows(Need::Write) && isWithin(other->path, grant->path);
    };
    bool readOnly = !grant->allows(Need::Write);
    if (grant->fast && !(readOnly && std::ranges::any_of(all, isMore))) wanted.push_back(grant);
  }
  std::ranges::stable_sort(wanted, {}, [](auto& grant) { return std::pair(grant->path.size(), grant->most); });
  return wanted;
}

kj::Promise<void> FastFolders::lay(GrantRef grant) {
  m_failed.erase(grant->id);
  co_await settle().exclusiveJoin(m_timer.afterDelay(IN_THE_WAY));
  auto failed = m_failed.find(grant->id);
  if (failed == m_failed.end()) co_return;
  auto exception = kj::mv(failed->second);
  m_failed.erase(failed);
  kj::throwFatalException(kj::mv(exception));
}

kj::Promise<void> FastFolders::settle() {
  m_last = m_last.addBranch().catch_([](kj::Exception&&) {}).then([this] { return settleNow(); }).fork();
  return m_last.addBranch();
}

kj::Promise<void> FastFolders::remove(GrantRef grant) {
  auto* laid = find(grant);
  if (!laid) return m_laying == grant ? settle() : kj::READY_NOW;
  laid->stale = true;
  return m_mounter.unmountFast(m_port, m_sandbox, laid->mount);
}

kj::Promise<void> FastFolders::layAgain(const std::string& path) {
  for (auto& laid : m_laid) laid.stale = laid.stale || isWithin(laid.as.path, path);
  return settle();
}

void FastFolders::letGo() { m_laid.clear(); }

// Itself over, or under one that will be mounted, or upon one that goes.
bool FastFolders::mustGo(const Laid& laid, const std::vector<GrantRef>& wanted) const {
  if (laid.stale) return true;
  if (laid.grant && std::ranges::find(wanted, laid.grant) == wanted.end()) return true;
  auto covers = [&](const GrantRef& grant) {
    bool isLaid = std::ranges::any_of(m_laid, [&](auto& other) { return other.grant == grant && !other.stale; });
    return !isLaid && !m_failed.contains(grant->id) && isWithin(laid.as.path, grant->path);
  };
  auto carries = [&](const Laid& below) {
    return &below < &laid && below.stale && isWithin(laid.as.path, below.as.path);
  };
  return std::ranges::any_of(wanted, covers) || std::ranges::any_of(m_laid, carries);
}

kj::Promise<void> FastFolders::settleNow() {
  if (m_sandbox.mount.get() < 0) co_return;
  auto wanted = wantedNow();
  for (auto& laid : m_laid) laid.stale = mustGo(laid, wanted);
  co_await unlay();
  for (auto& grant : wanted) {
    if (find(grant) || m_failed.contains(grant->id)) continue;
    co_await layOne(grant);
  }
  // Over while it was being mounted.
  if (std::ranges::any_of(m_laid, [](auto& laid) { return laid.grant && !isInForce(*laid.grant); })) {
    co_await settleNow();
  }
}

kj::Promise<void> FastFolders::unlay() {
  for (;;) {
    auto last = std::find_if(m_laid.rbegin(), m_laid.rend(), [](auto& laid) { return laid.stale; });
    if (last == m_laid.rend()) co_return;
    int mount = last->mount;
    co_await m_mounter.unmountFast(m_port, m_sandbox, mount);
    // By its descriptor: places may have changed meanwhile.
    std::erase_if(m_laid, [&](auto& laid) { return laid.mount.get() == mount; });
  }
}

kj::Promise<void> FastFolders::layOne(GrantRef grant) {
  kj::Maybe<kj::Exception> failure;
  m_laying = grant;
  try {
    auto mount =
        co_await m_mounter.mountFast(m_port, m_sandbox, grant->rootFd, grant->path, grant->allows(Need::Write));
    m_laid.push_back(
        {grant, {grant->path, grant->identity, grant->allows(Need::Write), false}, kj::mv(mount), false, false});
  } catch (...) {
    failure = kj::getCaughtExceptionAsKj();
  }
  m_laying = nullptr;
  KJ_IF_MAYBE (exception, failure) {
    logWarning("full speed: " + reason(*exception));
    m_failed.erase(grant->id);
    m_failed.emplace(grant->id, kj::mv(*exception));
  }
}

}  // namespace latchkey::files
