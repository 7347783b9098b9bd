// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Store: what changes it.

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "broker/base/empty-directory.h"
#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "launcher/store/ahead.h"
#include "launcher/store/layout.h"
#include "launcher/store/store.h"
#include "launcher/store/verification.h"
#include "launcher/store/version-order.h"

namespace latchkey::store {
namespace {

using Result = schema::InstallOutcome::Result;
using Type = BundleEntry::Type;

void sync(int folder) { KJ_SYSCALL(fsync(folder)); }

// What hundreds of files hold is on the disk after this, at the price of one.
void syncAll(int folder) { KJ_SYSCALL(syncfs(folder)); }

// Whether nobody else holds it; then it is held as long as it is open. Whoever only looks whether it is held, holds it
// for a moment too.
bool holdAlone(int deploy) {
  for (int tried = 0; tried < 3; ++tried) {
    if (flock(deploy, LOCK_EX | LOCK_NB) == 0) return true;
    usleep(3000);
  }
  return false;
}

}  // namespace

Workspace Store::work() {
  return Workspace(m_parts.folder, m_root, m_parts.step,
                   [this](Workspace& workspace) { return putInOrder(workspace); });
}

void Store::tidy() { work().done(); }

// --- the one switch

// From the rename on it is so, whatever happens to this process.
void Store::commit(Workspace& workspace, const Record& record) {
  auto folder = app(record.id);
  auto name = workspace.fresh("record");
  auto text = record.text();
  {
    int raw;
    KJ_SYSCALL(raw = openat(workspace.folder(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    kj::AutoCloseFd file(raw);
    kj::FdOutputStream(file.get()).write(text.data(), text.size());
    sync(file);
  }
  m_parts.step();
  KJ_SYSCALL(renameat(workspace.folder(), name.c_str(), folder, "record"));
  sync(folder);
  carryOut(workspace, record);
}

void Store::setLink(Workspace& workspace, int app, const char* link, const std::string& deploy) {
  if (linkedDeploy(app, link) == deploy) {
    struct stat status{};
    if (!deploy.empty() || fstatat(app, link, &status, AT_SYMLINK_NOFOLLOW) < 0) return;
  }
  m_parts.step();
  if (deploy.empty()) {
    if (unlinkat(app, link, 0) < 0 && errno != ENOENT) KJ_FAIL_SYSCALL("unlink", errno, link);
    return;
  }
  auto name = workspace.fresh("link");
  KJ_SYSCALL(symlinkat(("versions/" + deploy).c_str(), workspace.folder(), name.c_str()));
  m_parts.step();
  KJ_SYSCALL(renameat(workspace.folder(), name.c_str(), app, link));
}

void Store::carryOut(Workspace& workspace, const Record& record) {
  auto folder = app(record.id);
  setLink(workspace, folder, PREVIOUS, record.previous);
  setLink(workspace, folder, PENDING, record.pending);
  setLink(workspace, folder, CURRENT, record.current);
  sync(folder);
}

// --- order

bool Store::putInOrder(Workspace& workspace) {
  Collected collected;
  bool all = true;
  auto apps = tryEnter(m_root, "apps");
  for (auto& id : namesIn(apps)) {
    // One that cannot be put in order, or whose data cannot be removed, keeps nobody from changing the others.
    KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { putInOrder(workspace, id, collected); })) {
      logWarning(reason(*exception));
      all = false;
    }
  }
  workspace.clearOthers();
  emptyDirectory(workspace.path());
  m_objects.sweep();
  return all;
}

void Store::putInOrder(Workspace& workspace, const std::string& id, Collected& collected) {
  auto folder = app(id);
  if (folder.get() < 0) return;
  std::optional<Record> record;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { record = tryRecord(id); }))
    return logWarning(reason(*exception));  // Nothing of it is touched.
  if (record && record->forget) return forget(workspace, id);
  if (record) carryOut(workspace, *record);
  dropUnnamed(workspace, folder, record ? &*record : nullptr, collected);
  if (record) return;
  unlinkat(folder, "versions", AT_REMOVEDIR);
  unlinkat(tryEnter(m_root, "apps"), id.c_str(), AT_REMOVEDIR);
}

// Moved away first: what is in `versions` is whole.
void Store::dropUnnamed(Workspace& workspace, int app, const Record* record, Collected& collected) {
  auto versions = tryEnter(app, "versions");
  if (versions.get() < 0) return;
  for (auto& name : namesIn(versions)) {
    if (!isDeployName(name) || (record != nullptr && record->names(name))) continue;
    auto deploy = tryEnter(versions, name);
    if (deploy.get() < 0) continue;
    if (!holdAlone(deploy)) {
      ++collected.running;
      continue;
    }
    std::vector<BundleEntry> entries;
    KJ_IF_MAYBE (papers, readPapers(deploy)) {
      auto parsed = DigestList::parse(papers->list);
      if (auto list = std::get_if<DigestList>(&parsed)) entries = std::move(list->entries);
    }
    auto gone = workspace.fresh("gone");
    m_parts.step();
    KJ_SYSCALL(renameat(versions, name.c_str(), workspace.folder(), gone.c_str()), name);
    m_parts.step();
    emptyDirectory(workspace.path() + "/" + gone);
    ++collected.versions;
    for (auto& entry : entries) {
      if (entry.type == Type::File) collected.bytes += m_objects.release(entry);
    }
  }
}

Collected Store::collect() {
  auto workspace = work();
  Collected collected;
  for (auto& id : ids()) {
    KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                   auto record = tryRecord(id);
                   if (record && record->forget) forget(workspace, id);
                   else if (record) dropUnnamed(workspace, app(id), &*record, collected);
                 }))
      logWarning(reason(*exception));
  }
  collected.bytes += m_objects.sweep();
  workspace.done();
  return collected;
}

// --- installing

// All contents that are not there yet.
void Store::bring(Workspace& workspace, const Sheet& sheet, ContentSource& source, const Progress& progress) {
  std::vector<const BundleEntry*> wanted;
  std::set<std::pair<std::string_view, bool>> seen;
  for (auto& entry : sheet.list.entries) {
    bool isNew = entry.type == Type::File && seen.emplace(entry.digest, entry.executable).second;
    if (isNew && !m_objects.has(entry)) wanted.push_back(&entry);
  }
  if (wanted.empty()) return;
  progress(Stage::UNPACKING, 0, sheet.bytes);
  KJ_SYSCALL(mkdirat(workspace.folder(), "source", 0755));
  auto room = tryEnter(workspace.folder(), "source");
  KJ_SYSCALL(fchmod(room, 0755));
  m_parts.step();
  if (auto problem = source.prepare(room, wanted); !problem.empty()) fail(problem);
  progress(Stage::UNPACKING, sheet.bytes, sheet.bytes);
  std::vector<std::string> names;
  for (size_t i = 0; i < wanted.size(); ++i) names.push_back(workspace.fresh("content"));
  // Reading and digesting is most of it, so two threads do that; what changes the store stays with this one.
  Ahead ahead(wanted.size(), [&, folder = workspace.folder()](size_t i) {
    auto problem = source.fetch(*wanted[i], folder, names[i]);
    return !problem.empty() || source.isDigested() ? problem : Objects::examine(folder, names[i], *wanted[i]);
  });
  uint64_t done = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    progress(Stage::STORING, done, sheet.newBytes);
    m_parts.step();
    if (auto problem = ahead.wait(i); !problem.empty()) fail(problem);
    m_objects.adopt(workspace.folder(), names[i], *wanted[i]);
    done += wanted[i]->size;
  }
  progress(Stage::STORING, sheet.newBytes, sheet.newBytes);
}

// The version's folder in its place. One that is there already is taken as it is: it came here in this way.
void Store::lay(Workspace& workspace, const std::string& id, const std::string& name, const Papers& papers,
                const DigestList& list) {
  auto apps = tryEnter(m_root, "apps");
  for (auto& path : {id, id + "/versions"}) {
    m_parts.step();
    if (mkdirat(apps, path.c_str(), 0700) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdir", errno, path);
  }
  auto versions = tryEnter(apps, id + "/versions");
  if (versions.get() < 0) fail("the store of installed apps is damaged: " + brief(id, 200) + " in it is no folder");
  if (tryEnter(versions, name).get() >= 0) return;
  auto built = workspace.fresh("deploy");
  buildDeploy(workspace.folder(), built, papers, list, m_objects, m_parts.step);
  m_parts.step();
  KJ_SYSCALL(renameat(workspace.folder(), built.c_str(), versions, name.c_str()), name);
  sync(versions);
}

Outcome Store::install(const Papers& papers, ContentSource& source, const InstallChoice& choice,
                       const Progress& progress) {
  auto workspace = work();
  auto sheet = look(papers);
  auto& id = sheet.list.id;
  auto name = papers.deployName(sheet.list);
  if (!sheet.refusal.empty()) fail(sheet.refusal);
  auto record = tryRecord(id);
  Outcome outcome{.version = sheet.list.version, .folder = pathOf(id, name)};
  auto choose = [&](Record& to) {
    if (choice.automatic) to.automatic = *choice.automatic;
    if (!choice.origin.empty()) to.origin = brief(choice.origin, Record::MAX_ORIGIN);
  };
  bool same = sheet.step == schema::Sheet::Step::SAME;
  if (same && tryEnter(app(id), "versions/" + name).get() >= 0) {
    // Whoever installs it again may do so because it is damaged.
    Verification verification(*this, workspace, true, &source, &papers,
                              [&] { progress(Stage::STORING, 0, sheet.bytes); });
    verification.check(*record, name);
    for (auto& fault : verification.faults) {
      if (!fault.repaired) fail("it is damaged and cannot be repaired: " + fault.path + " " + fault.problem);
    }
    choose(*record);
    commit(workspace, *record);
    workspace.done();
    outcome.result = Result::PRESENT;
    return outcome;
  }
  if (sheet.step == schema::Sheet::Step::OLDER && !choice.older) {
    auto order = compareVersions(sheet.list.version, sheet.installed);
    fail(brief(id, 200) + " " + sheet.list.version + " is " + (order < 0 ? "older than" : "no newer than") +
         " the installed " + sheet.installed + ": it is installed only if that is asked for");
  }
  requireRoom(sheet);
  bring(workspace, sheet, source, progress);
  lay(workspace, id, name, papers, sheet.list);
  progress(Stage::SWITCHING, 0, 0);
  syncAll(m_root);

  auto now = m_parts.now();
  Record next = record ? *record : Record{.id = id, .signer = papers.signer, .since = now};
  next.forget = false;
  choose(next);
  bool waits = !next.current.empty() && asksMore(sheet.claims) && !choice.wider;
  if (same) {
    outcome.result = Result::PRESENT;  // Its folder was gone.
  } else if (waits) {
    next.pending = name;
    outcome.result = Result::PENDING;
    outcome.claims = std::move(sheet.claims);
  } else {
    outcome.result = next.current.empty() ? Result::INSTALLED : Result::UPDATED;
    if (next.since == 0 || next.current.empty()) next.since = now;
    next.previous = std::exchange(next.current, name);
    next.changed = now;
    // What waited is overtaken, unless it is newer still.
    bool overtaken = next.pending.empty() || compareVersions(versionOf(next.pending), sheet.list.version) <= 0;
    if (overtaken) next.pending.clear();
  }
  commit(workspace, next);
  Collected collected;
  dropUnnamed(workspace, app(id), &next, collected);
  workspace.done();
  return outcome;
}

Outcome Store::accept(const std::string& id, const std::string& version) {
  auto workspace = work();
  auto record = recordOf(id);
  if (record.pending.empty()) fail("no version of " + brief(id, 200) + " waits to be accepted");
  if (versionOf(record.pending) != version)
    fail("another version of " + brief(id, 200) + " waits by now, " + versionOf(record.pending) + ": look at it first");
  auto report = reportOf(id, record.pending);
  auto objection = report ? objectionToRuntimeOf(report->get(), {}) : std::string();
  if (!objection.empty()) fail(objection);
  Outcome outcome{.result = record.current.empty() ? Result::INSTALLED : Result::UPDATED,
                  .version = version,
                  .folder = pathOf(id, record.pending)};
  record.previous = std::exchange(record.current, std::exchange(record.pending, {}));
  record.changed = m_parts.now();
  commit(workspace, record);
  Collected collected;
  dropUnnamed(workspace, app(id), &record, collected);
  workspace.done();
  return outcome;
}

void Store::refuse(const std::string& id, const std::string& version) {
  auto workspace = work();
  auto record = recordOf(id);
  if (!record.pending.empty() && versionOf(record.pending) != version)
    fail("another version of " + brief(id, 200) + " waits by now, " + versionOf(record.pending) + ": look at it first");
  record.pending.clear();
  commit(workspace, record);
  Collected collected;
  dropUnnamed(workspace, app(id), &record, collected);
  workspace.done();
}

std::string Store::rollback(const std::string& id) {
  auto workspace = work();
  auto record = recordOf(id);
  if (record.current.empty()) fail(brief(id, 200) + " is not installed");
  if (record.previous.empty()) fail("there is no earlier version of " + brief(id, 200) + " to go back to");
  std::swap(record.current, record.previous);
  auto back = reportOf(id, record.current);
  if (back) {
    auto objection =
        back->get().getIsRuntime() ? objectionOfThoseOn(id, back->get()) : objectionToRuntimeOf(back->get(), {});
    if (!objection.empty()) fail(objection);
  }
  record.changed = m_parts.now();
  commit(workspace, record);
  workspace.done();
  return versionOf(record.current);
}

void Store::setAutomatic(const std::string& id, bool automatic) {
  auto workspace = work();
  auto record = recordOf(id);
  record.automatic = automatic;
  commit(workspace, record);
  workspace.done();
}

// --- removing

bool Store::remove(const std::string& id, bool withData) {
  auto workspace = work();
  auto folder = app(id);
  if (folder.get() < 0) fail(brief(id, 200) + " is not installed");
  Record record{.id = id};
  auto unreadable = kj::runCatchingExceptions([&] { record = recordOf(id); });
  requireUnneeded(id);
  // It has no data, and nobody has to be kept from any.
  auto current = reportOf(id, record.current);
  bool runtime = current && current->get().getIsRuntime();
  withData = withData || runtime;
  // Of a record that nobody can read only everything can be removed.
  KJ_IF_MAYBE (exception, unreadable) {
    if (!withData) kj::throwFatalException(kj::mv(*exception));
  }
  if (!withData) {
    record.current.clear();
    record.previous.clear();
    record.pending.clear();
    record.changed = m_parts.now();
    commit(workspace, record);
    Collected collected;
    dropUnnamed(workspace, folder, &record, collected);
    workspace.done();
    return true;
  }
  // Held, so that none is started meanwhile.
  std::vector<kj::AutoCloseFd> held;
  auto versions = tryEnter(folder, "versions");
  for (auto& name : versions.get() < 0 ? std::vector<std::string>() : namesIn(versions)) {
    auto deploy = tryEnter(versions, name);
    if (deploy.get() < 0) continue;
    if (!holdAlone(deploy))
      fail(runtime ? "an app that runs still uses the runtime " + brief(id, 200) + ": end it first"
                   : brief(id, 200) + " still runs: end it before its data is removed");
    held.push_back(kj::mv(deploy));
  }
  Record last{.id = id, .signer = record.signer, .changed = m_parts.now(), .forget = true};
  commit(workspace, last);
  held.clear();
  forget(workspace, id);
  workspace.done();
  return false;
}

// What is left of an app that is to be forgotten: versions, data, and last the record. Each step may be the last.
void Store::forget(Workspace& workspace, const std::string& id) {
  auto folder = app(id);
  Record none{.id = id};
  for (auto* link : {PREVIOUS, PENDING, CURRENT}) setLink(workspace, folder, link, {});
  Collected collected;
  dropUnnamed(workspace, folder, &none, collected);
  if (collected.running > 0) return;  // Data and record wait until nothing of it runs.
  if (hasData(id)) {
    auto data = m_parts.profiles + "/" + id;
    auto gone = workspace.path() + "/" + workspace.fresh("data");
    m_parts.step();
    // In one step where it is one disk.
    if (rename(data.c_str(), gone.c_str()) < 0) {
      emptyDirectory(data);
      if (rmdir(data.c_str()) < 0 && errno != ENOENT)
        fail("the data of " + brief(id, 200) + " cannot be removed: " + brief(data, 300));
    } else {
      emptyDirectory(gone);
    }
  }
  m_parts.step();
  unlinkat(folder, "record", 0);
  unlinkat(folder, "versions", AT_REMOVEDIR);
  auto apps = tryEnter(m_root, "apps");
  unlinkat(apps, id.c_str(), AT_REMOVEDIR);
  sync(apps);
}

}  // namespace latchkey::store
