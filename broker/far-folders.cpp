// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/far-folders.h"

#include <kj/debug.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/folder-programs.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/grants/reach.h"
#include "broker/machines/shares.h"
#include "broker/process.h"

namespace latchkey {
namespace {

constexpr auto FIRST_PAUSE = 1 * kj::SECONDS, LONGEST_PAUSE = 60 * kj::SECONDS;
constexpr auto PATIENCE = 40 * kj::SECONDS;  // The process has a shorter one, and says why.
constexpr auto TRYING = 15 * kj::SECONDS;
constexpr size_t MOST_OF_NAME = 100;
constexpr int ROOT = 10;  // Of `latchkey-far-folder`: the number of the top's descriptor.

}  // namespace

std::string safeName(const std::string& name) {
  std::string safe;
  for (char c : escaped(name)) safe += c == '/' || c == '\\' ? '_' : c;
  while (safe.starts_with('.')) safe.erase(0, 1);
  if (safe.size() > MOST_OF_NAME) {
    safe.resize(MOST_OF_NAME);
    while (!safe.empty() && !isUtf8(safe)) safe.pop_back();
  }
  return safe.empty() ? "folder" : safe;
}

FarFolders::FarFolders(Programs& programs, Ledger& ledger, FileGrants& files, const Places& places, kj::Timer& timer)
    : m_programs(programs), m_ledger(ledger), m_files(files), m_places(places), m_timer(timer), m_tasks(*this) {
  removeLinks();
}

FarFolders::~FarFolders() noexcept(false) {
  m_folders.clear();
  removeLinks();
}

void FarFolders::taskFailed(kj::Exception&& exception) {
  logWarning("folders of other machines: " + reason(exception));
}

// Links and the folders they are in; anything else there is not ours.
void FarFolders::removeLinks() const {
  std::error_code ignored;
  for (auto& machine : std::filesystem::directory_iterator(m_places.machines(), ignored)) {
    if (machine.is_symlink(ignored) || !machine.is_directory(ignored)) continue;
    for (auto& link : std::filesystem::directory_iterator(machine.path(), ignored))
      if (link.is_symlink(ignored)) unlink(link.path().c_str());
    rmdir(machine.path().c_str());
  }
  rmdir(m_places.machines().c_str());
}

std::string FarFolders::placeFor(const Offer& offer) {
  if (sshfs().empty()) fail(SSHFS_MISSING);
  auto machine = m_ledger.machine(offer.machine);
  if (machine == nullptr) fail("there is no such machine");
  auto path = m_places.machines() + "/" + safeName(KJ_ASSERT_NONNULL(machine).petname) + "/" + safeName(offer.title);
  auto held = m_ledger.all(Ledger::Which::Living);
  auto isTaken = [&](const std::string& place) {
    return std::ranges::any_of(held,
                               [&](auto& grant) { return Offers::isReceived(grant) && grant.object.path == place; });
  };
  auto free = path;
  for (unsigned number = 2; isTaken(free); ++number) free = path + " (" + std::to_string(number) + ")";
  return free;
}

// --- what there should be

void FarFolders::look() {
  if (m_scheduled) return;
  m_scheduled = true;
  // From outside: what is told of may be in the middle of it, and what is dropped here too.
  m_tasks.add(kj::evalLater([this] {
    m_scheduled = false;
    lookNow();
  }));
}

bool FarFolders::isWanted(const Offer& offer) const {
  return offer.state == Offer::State::Accepted && !offer.suspended && hasPath(offer.kind) &&
         KJ_ASSERT_NONNULL(m_offers).isConnected(offer.machine) && m_ledger.isLive(offer.grant);
}

void FarFolders::lookNow() {
  std::map<GrantId, Grant> wanted;
  for (auto& [id, offer] : m_ledger.offers()) {
    if (!isWanted(offer)) continue;
    KJ_IF_MAYBE (grant, m_ledger.find(offer.grant)) wanted.emplace(offer.grant, *grant);
  }
  for (auto folder = m_folders.begin(); folder != m_folders.end();) {
    if (wanted.contains(folder->first)) {
      ++folder;
      continue;
    }
    gone(folder->first);
    folder = m_folders.erase(folder);
  }
  for (auto& [id, grant] : wanted) {
    if (m_folders.contains(id)) continue;
    auto& folder = m_folders[id];
    auto first = kj::newPromiseAndFulfiller<void>();
    folder.path = grant.object.path;
    folder.over = kj::mv(first.fulfiller);
    folder.tried = first.promise.fork();
    folder.keeping = kj::evalLater([this, id] { return keep(id); }).eagerlyEvaluate([this](kj::Exception&& exception) {
      taskFailed(kj::mv(exception));
    });
  }
}

kj::Promise<void> FarFolders::whenTried(GrantId received) {
  if (m_scheduled) lookNow();
  auto found = m_folders.find(received);
  if (found == m_folders.end()) co_return;
  auto tried = found->second.tried.addBranch().catch_([](kj::Exception&&) {});
  co_await tried.exclusiveJoin(m_timer.afterDelay(TRYING));
}

// --- one of them

// As long as it is wanted: dropped otherwise, with all that it holds.
kj::Promise<void> FarFolders::keep(GrantId received) {
  auto pause = FIRST_PAUSE;
  for (;;) {
    auto grant = m_ledger.find(received);
    if (grant == nullptr) co_return;
    auto since = m_timer.now();
    kj::Maybe<std::string> failure;
    try {
      co_await show(KJ_ASSERT_NONNULL(grant));
    } catch (const kj::Exception& exception) {
      failure = reason(exception);
    }
    gone(received);
    auto path = KJ_ASSERT_NONNULL(grant).object.path;
    KJ_IF_MAYBE (why, failure) logInfo(path + " cannot be looked at: " + *why);
    else logInfo(path + " cannot be looked at any more");
    auto& folder = m_folders.at(received);
    if (folder.over->isWaiting()) folder.over->fulfill();
    if (m_timer.now() - since > LONGEST_PAUSE) pause = FIRST_PAUSE;
    co_await m_timer.afterDelay(pause);
    pause = kj::min(pause * 2, LONGEST_PAUSE);
  }
}

kj::Promise<void> FarFolders::show(Grant received) {
  int ends[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
  kj::AutoCloseFd ours(ends[0]), given(ends[1]);
  co_await KJ_ASSERT_NONNULL(m_offers).connect(received, kj::mv(given));
  auto process = m_programs.startFarFolder(kj::mv(ours), received.access == Access::Write);
  auto tooLong =
      m_timer.afterDelay(PATIENCE).then([]() -> kj::AutoCloseFd { fail("the other machine does not answer"); });
  auto root = co_await process.root.exclusiveJoin(kj::mv(tooLong));
  shown(received.id, process.pid, kj::mv(root));
  // Also if it ends before all have it.
  auto told = m_files.renew(derivedFrom(received.id)).then([this, id = received.id]() -> kj::Promise<void> {
    auto& folder = m_folders.at(id);
    if (folder.over->isWaiting()) folder.over->fulfill();
    return kj::NEVER_DONE;
  });
  co_await process.ended.exclusiveJoin(kj::mv(told));
}

void FarFolders::shown(const GrantId& received, int process, kj::AutoCloseFd root) {
  auto& folder = m_folders.at(received);
  folder.root = kj::mv(root);
  auto machine = folder.path.substr(0, folder.path.rfind('/'));
  ensureOwnDirectory(m_places.machines());
  ensureOwnDirectory(machine);
  auto target = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(ROOT);
  unlink(folder.path.c_str());
  KJ_SYSCALL(symlink(target.c_str(), folder.path.c_str()), folder.path);
}

void FarFolders::gone(const GrantId& received) {
  auto& folder = m_folders.at(received);
  if (folder.root.get() < 0) return;
  folder.root = nullptr;
  unlink(folder.path.c_str());
  rmdir(folder.path.substr(0, folder.path.rfind('/')).c_str());  // If it was the last.
  rmdir(m_places.machines().c_str());
}

// --- for the file portal

bool FarFolders::holds(const Grant& grant) const {
  if (!hasPath(grant.kind) || (grant.parent.empty() && !Offers::isReceived(grant))) return false;
  try {
    return receivedBehind(m_ledger, grant) != nullptr;
  } catch (const kj::Exception&) {
    return true;  // Nobody knows: then it is found nowhere.
  }
}

kj::Maybe<kj::AutoCloseFd> FarFolders::find(const Grant& grant) const {
  kj::Maybe<Grant> received;
  try {
    received = receivedBehind(m_ledger, grant);
  } catch (const kj::Exception&) {
    return nullptr;
  }
  KJ_IF_MAYBE (held, received) {
    auto folder = m_folders.find(held->id);
    if (folder != m_folders.end() && folder->second.root.get() >= 0) return duplicate(folder->second.root);
  }
  return nullptr;
}

std::vector<Grant> FarFolders::derivedFrom(const GrantId& received) const {
  auto all = m_ledger.all(Ledger::Which::Living);
  std::erase_if(all, [&](auto& grant) {
    if (Offers::isReceived(grant) || Shares::isShare(grant) || !holds(grant)) return true;
    try {
      auto behind = receivedBehind(m_ledger, grant);
      return behind == nullptr || KJ_ASSERT_NONNULL(behind).id != received;
    } catch (const kj::Exception&) {
      return true;
    }
  });
  return all;
}

}  // namespace latchkey
