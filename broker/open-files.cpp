// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is open at this moment, and single files that the person stopped within a grant.
//
// A stopped file is a refusal of its very path in the portal, until it is given again or the instance ends. It is kept
// with the instance like the grant it was part of: a portal that dies must not give it back, nor a broker.

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/log.h"
#include "broker/failure.h"
#include "broker/file-grants.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr auto ANSWER_PATIENCE = 1 * kj::SECONDS;
constexpr auto STOP_PATIENCE = 2 * kj::SECONDS;
constexpr size_t MOST_STOPPED = 1000;
const std::string STOPPED = "stopped:";

// Clean paths hold no two slashes in a row: these part them.
std::string joined(const std::vector<std::string>& paths) {
  std::string all;
  for (auto& path : paths) all += (all.empty() ? "" : "/") + path;
  return all;
}

std::vector<std::string> parted(const std::string& all) {
  std::vector<std::string> paths;
  for (size_t at = 0; at < all.size();) {
    auto end = std::min(all.find("//", at), all.size());
    paths.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  std::erase_if(paths, [](auto& path) { return !isCleanPath(path); });
  return paths;
}

}  // namespace

kj::Promise<FileGrants::AllOpen> FileGrants::openUnder(std::vector<GrantId> grants) {
  auto all = std::make_shared<AllOpen>();
  kj::Vector<kj::Promise<void>> asking;
  for (auto& [id, sandbox] : m_sandboxes) {
    for (auto& grant : grants) {
      auto live = sandbox.grants.find(grant);
      if (live == sandbox.grants.end()) continue;
      auto call = live->second.handle.openFilesRequest();
      call.setMost(MOST_OPEN);
      asking.add(
          call.send().then([all, id, grant](auto&& answer) { all->answers.push_back({id, grant, kj::mv(answer)}); },
                           [all](kj::Exception&&) { all->unanswered = true; }));
    }
  }
  // Told, not waited for: a stopped portal must not hold up who looks.
  auto late = m_timer.afterDelay(ANSWER_PATIENCE).then([all] { all->unanswered = true; });
  co_await kj::joinPromises(asking.releaseAsArray()).exclusiveJoin(kj::mv(late));
  co_return kj::mv(*all);
}

std::vector<std::string> FileGrants::stoppedOf(const InstanceId& instance) const {
  return parted(m_ledger.fact(STOPPED + instance.text()));
}

bool FileGrants::isStopped(const InstanceId& instance, const std::string& path) const {
  return std::ranges::contains(stoppedOf(instance), path);
}

kj::Promise<bool> FileGrants::stopFile(GrantId grant, std::string path) {
  std::vector<InstanceId> holding;
  for (auto& [id, sandbox] : m_sandboxes) {
    if (sandbox.grants.contains(grant)) holding.push_back(id);
  }
  // First all of it on disk: then it is so whatever happens to the portal.
  for (auto& id : holding) {
    auto stopped = stoppedOf(id);
    if (std::ranges::contains(stopped, path)) continue;
    if (stopped.size() >= MOST_STOPPED) fail("too many single files are stopped: take back the folder instead");
    stopped.push_back(path);
    m_ledger.putFact(STOPPED + id.text(), joined(stopped));
  }
  kj::Vector<kj::Promise<void>> acts;
  for (auto& id : holding) {
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) acts.add(refuseStopped(*sandbox, path));
  }
  auto stopping = kj::joinPromises(acts.releaseAsArray()).fork();
  m_tasks.add(stopping.addBranch());
  co_return co_await stopping.addBranch()
      .then([] { return true; })
      .exclusiveJoin(m_timer.afterDelay(STOP_PATIENCE).then([] { return false; }));
}

kj::Promise<void> FileGrants::refuseStopped(Sandbox& sandbox, const std::string& path) {
  if (sandbox.stopped.contains(path)) return kj::READY_NOW;
  auto call = sandbox.files.addRequest();
  auto denial = call.initGrant();
  denial.setId((STOPPED + path).c_str());
  denial.setPath(kj::StringPtr(path.c_str(), path.size()).asBytes());
  denial.setScope(schema::Scope::FILE);
  denial.setAccess(schema::Access::READ);
  denial.setDeny(true);
  auto promise = call.send();
  sandbox.stopped.emplace(path, promise.getHandle());
  // Only a dead portal fails here, and with it everything it held.
  return promise.ignoreResult().catch_(
      [](kj::Exception&& exception) { logWarning("the file portal: " + reason(exception)); });
}

// Given again.
kj::Promise<void> FileGrants::allowStopped(const InstanceId& id, const Grant& grant) {
  auto stopped = stoppedOf(id);
  kj::Vector<kj::Promise<void>> acts;
  auto where = whereOf(grant.kind, grant.object);
  auto covered = [&](const std::string& path) { return hasPath(grant.kind) && where.covers(path); };
  auto gone = std::ranges::partition(stopped, [&](auto& path) { return !covered(path); });
  std::vector<std::string> again(gone.begin(), gone.end());
  if (again.empty()) return kj::READY_NOW;
  stopped.erase(gone.begin(), gone.end());
  m_ledger.putFact(STOPPED + id.text(), joined(stopped));
  KJ_IF_MAYBE (sandbox, sandboxOf(id)) {
    for (auto& path : again) {
      auto held = sandbox->stopped.find(path);
      if (held == sandbox->stopped.end()) continue;
      acts.add(held->second.revokeRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
      sandbox->stopped.erase(held);
    }
  }
  return kj::joinPromises(acts.releaseAsArray());
}

// Nothing is given before what is refused in it is.
kj::Promise<void> FileGrants::reconcileStopped(const InstanceId& id) {
  auto wanted = stoppedOf(id);
  kj::Vector<kj::Promise<void>> acts;
  KJ_IF_MAYBE (sandbox, sandboxOf(id)) {
    for (auto held = sandbox->stopped.begin(); held != sandbox->stopped.end();) {
      if (std::ranges::contains(wanted, held->first)) {
        ++held;
        continue;
      }
      acts.add(held->second.revokeRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
      held = sandbox->stopped.erase(held);
    }
    for (auto& path : wanted) acts.add(refuseStopped(*sandbox, path));
  }
  return kj::joinPromises(acts.releaseAsArray());
}

bool FileGrants::takeUpStopped(const InstanceId& id, schema::SandboxFiles::Live::Reader held) {
  std::string name(held.getId().cStr(), held.getId().size());
  if (!held.getDeny() || !name.starts_with(STOPPED)) return false;
  KJ_IF_MAYBE (sandbox, sandboxOf(id)) {
    sandbox->stopped.insert_or_assign(name.substr(STOPPED.size()), held.getHandle());
  }
  return true;
}

void FileGrants::forgetStopped(const InstanceId& id) {
  if (m_ledger.fact(STOPPED + id.text()).empty()) return;
  try {
    m_ledger.noteFact(STOPPED + id.text(), "");
  } catch (const StoreError&) {
    // What is left over is about an instance that never comes again.
  }
}

}  // namespace latchkey
