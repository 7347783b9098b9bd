// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is open at this moment, and single files that the person stopped within a grant.
//
// A stopped file is a refusal in the portal of its very path and of the very thing that had it, until it is given again
// or the instance ends. It is kept with the instance like the grant it was part of: a portal that dies must not give it
// back, nor a broker.

#include <kj/debug.h>

#include <algorithm>
#include <charconv>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/disk-look.h"
#include "broker/file-grants.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr auto ANSWER_PATIENCE = 1 * kj::SECONDS;
constexpr auto STOP_PATIENCE = 2 * kj::SECONDS;
constexpr size_t MOST_STOPPED = 1000;
const std::string STOPPED = "stopped:";

using Stopped = FileGrants::Stopped;

// "DEVICE:INODE/path" each. Clean paths hold no two slashes in a row: these part them.
std::string joined(const std::vector<Stopped>& files) {
  std::string all;
  for (auto& file : files) {
    if (!all.empty()) all += "//";
    all += std::to_string(file.device) + ":" + std::to_string(file.inode) + file.path;
  }
  return all;
}

// The number before `end`, which it moves behind. Nothing but digits is a number.
uint64_t numberAt(std::string_view& text, char end) {
  uint64_t number = 0;
  auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest == text.data() + text.size() || *rest != end) return 0;
  text.remove_prefix(static_cast<size_t>(rest - text.data()));
  return number;
}

std::vector<Stopped> parted(std::string_view all) {
  std::vector<Stopped> files;
  while (!all.empty()) {
    auto end = std::min(all.find("//"), all.size());
    auto one = all.substr(0, end);
    all.remove_prefix(std::min(end + 2, all.size()));
    Stopped file;
    file.device = numberAt(one, ':');
    if (one.starts_with(':')) one.remove_prefix(1);
    file.inode = numberAt(one, '/');
    file.path = one;
    if (isCleanPath(file.path)) files.push_back(kj::mv(file));
  }
  return files;
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

std::vector<Stopped> FileGrants::stoppedOf(const InstanceId& instance) const {
  return parted(m_ledger.fact(STOPPED + instance.text()));
}

bool FileGrants::isStopped(const InstanceId& instance, const Object& object) const {
  return std::ranges::any_of(stoppedOf(instance),
                             [&](auto& file) { return file.path == object.path || file.isThing(object); });
}

bool FileGrants::holdsStopped(const InstanceId& instance, const std::string& folder) const {
  return std::ranges::any_of(stoppedOf(instance), [&](auto& file) { return liesIn(file.path, folder); });
}

bool FileGrants::isFirstNo(const InstanceId& instance, const Object& object) {
  for (auto& file : stoppedOf(instance)) {
    if (file.path != object.path && !file.isThing(object)) continue;
    KJ_IF_MAYBE (sandbox, sandboxOf(instance)) return sandbox->declined.insert(file.path).second;
  }
  return false;
}

// A disk that does not answer keeps nobody from stopping what is on it, by its name at least.
kj::Promise<Stopped> FileGrants::lookAtStopped(std::string path) {
  Stopped byName{.path = path};
  try {
    auto look = lookAtDisk([path] {
      Stopped file{.path = path};
      // A link leads to something else, which has a name of its own.
      KJ_IF_MAYBE (thing, tryResolve(path)) {
        if (thing->path == path) file.device = thing->device, file.inode = thing->inode;
      }
      return file;
    });
    auto late = m_timer.afterDelay(ANSWER_PATIENCE).then([byName] { return byName; });
    co_return co_await look.exclusiveJoin(kj::mv(late));
  } catch (const kj::Exception& exception) {
    logWarning("what is stopped is stopped by its name alone: " + reason(exception));
  }
  co_return byName;
}

void FileGrants::noteStopped(const InstanceId& id, const Stopped& file) {
  auto stopped = stoppedOf(id);
  if (std::ranges::contains(stopped, file.path, &Stopped::path)) return;
  if (stopped.size() >= MOST_STOPPED) fail("too many single files are stopped: take back the folder instead");
  stopped.push_back(file);
  m_ledger.putFact(STOPPED + id.text(), joined(stopped));
}

kj::Promise<void> FileGrants::stopIn(const InstanceId& id, Stopped file) {
  noteStopped(id, file);
  KJ_IF_MAYBE (sandbox, sandboxOf(id)) return refuseStopped(*sandbox, file);
  return kj::READY_NOW;
}

kj::Promise<bool> FileGrants::stopFile(GrantId grant, std::string path) {
  auto file = co_await lookAtStopped(kj::mv(path));
  std::vector<InstanceId> holding;
  for (auto& [id, sandbox] : m_sandboxes) {
    if (sandbox.grants.contains(grant)) holding.push_back(id);
  }
  // First all of it on disk: then it is so whatever happens to the portal.
  for (auto& id : holding) noteStopped(id, file);
  kj::Vector<kj::Promise<void>> acts;
  for (auto& id : holding) {
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) acts.add(refuseStopped(*sandbox, file));
  }
  auto stopping = kj::joinPromises(acts.releaseAsArray()).fork();
  m_tasks.add(stopping.addBranch());
  co_return co_await stopping.addBranch()
      .then([] { return true; })
      .exclusiveJoin(m_timer.afterDelay(STOP_PATIENCE).then([] { return false; }));
}

kj::Promise<void> FileGrants::refuseStopped(Sandbox& sandbox, const Stopped& file) {
  auto& path = file.path;
  if (sandbox.stopped.contains(path)) return kj::READY_NOW;
  auto call = sandbox.files.addRequest();
  auto denial = call.initGrant();
  denial.setId((STOPPED + path).c_str());
  denial.setPath(kj::StringPtr(path.c_str(), path.size()).asBytes());
  denial.setScope(schema::Scope::FILE);
  denial.setAccess(schema::Access::READ);
  denial.setDeny(true);
  denial.setDevice(file.device);
  denial.setInode(file.inode);
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
  auto covered = [&](const Stopped& file) {
    return hasPath(grant.kind) &&
           (where.covers(file.path) || (where.shape == Shape::Exact && file.isThing(grant.object)));
  };
  auto gone = std::ranges::partition(stopped, [&](auto& file) { return !covered(file); });
  std::vector<Stopped> again(gone.begin(), gone.end());
  if (again.empty()) return kj::READY_NOW;
  stopped.erase(gone.begin(), gone.end());
  m_ledger.putFact(STOPPED + id.text(), joined(stopped));
  KJ_IF_MAYBE (sandbox, sandboxOf(id)) {
    for (auto& file : again) {
      sandbox->declined.erase(file.path);
      auto held = sandbox->stopped.find(file.path);
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
      if (std::ranges::contains(wanted, held->first, &Stopped::path)) {
        ++held;
        continue;
      }
      acts.add(held->second.revokeRequest().send().ignoreResult().catch_([](kj::Exception&&) {}));
      held = sandbox->stopped.erase(held);
    }
    for (auto& file : wanted) acts.add(refuseStopped(*sandbox, file));
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
