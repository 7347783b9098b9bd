// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <format>
#include <set>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/store/layout.h"
#include "launcher/store/version-order.h"

namespace latchkey::store {
namespace {

constexpr uint64_t BLOCK = 4096;
constexpr uint64_t SPARE = 1 << 20;

uint64_t blocks(uint64_t bytes) { return (bytes + BLOCK - 1) / BLOCK * BLOCK; }

uint64_t freeOn(int folder) {
  struct statvfs status{};
  KJ_SYSCALL(fstatvfs(folder, &status));
  return status.f_bavail * uint64_t{status.f_frsize};
}

// Of ours, as a folder, whoever made it; and nothing in the place of one is taken for one.
void ensureFolder(int parent, const char* name) {
  if (mkdirat(parent, name, 0700) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdir", errno, name);
  auto folder = tryEnter(parent, name);
  struct stat status{};
  bool ours = folder.get() >= 0 && fstat(folder, &status) == 0 && status.st_uid == geteuid();
  if (!ours) fail(std::string("the store of installed apps is damaged: ") + name + " in it is no folder of its own");
  if ((status.st_mode & 07777) != 0700) {
    KJ_SYSCALL(fchmod(folder, 0700), name);
  }
}

kj::AutoCloseFd openStore(const std::string& path) {
  ensureOwnDirectory(path);
  int raw;
  KJ_SYSCALL(raw = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), path);
  kj::AutoCloseFd store(raw);
  // The format comes first in a store. What was there before it was looked for in vain is none of ours: read in this
  // order, a store that another process makes meanwhile is not taken for somebody's folder.
  auto names = namesIn(store);
  struct stat status{};
  if (fstatat(store, "format", &status, AT_SYMLINK_NOFOLLOW) < 0) {
    for (auto& name : names) {
      if (!name.starts_with("format."))
        fail(brief(path, 200) + " is not empty and no store of installed apps: move it away");
    }
    replaceFile(path + "/format", FORMAT);
  }
  bool known = false;
  KJ_IF_MAYBE (format, tryRead(store, "format", 64)) known = *format == FORMAT;
  if (!known)
    fail("the store of installed apps in " + brief(path, 200) + " is of a format that this version does not know");
  for (auto* name : {"objects", "apps", "staging"}) ensureFolder(store, name);
  return store;
}

std::string sizeText(uint64_t bytes) {
  if (bytes >= 10'000'000) return std::format("{} MB", (bytes + 999'999) / 1'000'000);
  return std::format("{} kB", (bytes + 999) / 1000);
}

bool isLocked(int folder) {
  if (flock(folder, LOCK_EX | LOCK_NB) < 0) return true;
  flock(folder, LOCK_UN);
  return false;
}

}  // namespace

Store::Store(Parts parts)
    : m_parts(std::move(parts)), m_root(openStore(m_parts.folder)), m_objects(m_root, m_parts.step) {
  if (!m_parts.step) m_parts.step = [] {};
  if (!m_parts.freeBytes) m_parts.freeBytes = freeOn;
}

kj::AutoCloseFd Store::app(const std::string& id) const {
  return isBundleId(id) ? tryEnter(m_root, "apps/" + id) : kj::AutoCloseFd();
}

std::string Store::pathOf(const std::string& id, const std::string& deploy) const {
  return m_parts.folder + "/apps/" + id + "/versions/" + deploy;
}

bool Store::hasData(const std::string& id) const {
  struct stat status{};
  return lstat((m_parts.profiles + "/" + id).c_str(), &status) == 0;
}

// Nothing: there is none. Fails where there is one that nobody can read: then nobody knows whose the app is.
std::optional<Record> Store::tryRecord(const std::string& id) const {
  auto folder = app(id);
  struct stat status{};
  if (folder.get() < 0 || fstatat(folder, "record", &status, AT_SYMLINK_NOFOLLOW) < 0) return {};
  KJ_IF_MAYBE (text, tryRead(folder, "record", Record::MAX_SIZE)) {
    KJ_IF_MAYBE (record, Record::parse(*text)) {
      if (record->id == id) return std::move(*record);
    }
  }
  fail("what is known of " + brief(id, 200) + " is damaged: remove it with its data, and install it again");
}

Record Store::recordOf(const std::string& id) const {
  auto record = tryRecord(id);
  if (!record) fail(brief(id, 200) + " is not installed");
  return std::move(*record);
}

std::vector<ClaimDifference> Store::differences(const std::optional<Record>& record,
                                                schema::BundleReport::Reader report) const {
  std::vector<Claim> before;
  if (record && !record->current.empty()) {
    auto deploy = tryEnter(app(record->id), "versions/" + record->current);
    // Of a damaged one nothing is known, and then everything is more.
    if (auto old = deploy.get() < 0 ? nullptr : readReport(deploy)) before = claimsOf(old->get());
  }
  return ClaimOrder(m_parts.homes).compare(before, claimsOf(report));
}

Sheet Store::look(const Papers& papers, std::optional<schema::BundleReport::Reader> runtime) const {
  auto checked = Papers::check(papers);
  if (auto problem = std::get_if<BundleProblem>(&checked)) fail(problem->reason);
  Sheet sheet{.list = std::move(std::get<DigestList>(checked))};
  auto& id = sheet.list.id;
  auto report = reportFrom(papers.report);
  if (!report || std::string(report->get().getId().cStr()) != id)
    fail("it cannot be read: what was said of it is of another app");
  auto record = tryRecord(id);
  if (record) {
    sheet.trust = record->signer == papers.signer ? schema::Trust::KNOWN : schema::Trust::CHANGED;
    if (sheet.trust == schema::Trust::CHANGED) sheet.before = record->signer;
    sheet.installed = versionOf(record->current);
  }
  for (auto& other : ids()) {
    if (other == id) continue;
    KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] {
                   auto one = tryRecord(other);
                   if (one && one->signer == papers.signer) sheet.signs.push_back(other);
                 }))
      (void)exception;
  }
  using Step = schema::Sheet::Step;
  if (!sheet.installed.empty()) {
    auto order = compareVersions(sheet.list.version, sheet.installed);
    sheet.step = record->current == papers.deployName(sheet.list) ? Step::SAME : order > 0 ? Step::UPDATE : Step::OLDER;
  }
  sheet.claims = differences(record, report->get());

  std::set<std::pair<std::string_view, bool>> seen;
  for (auto& entry : sheet.list.entries) {
    sheet.needed += entry.type == BundleEntry::Type::File ? 0 : BLOCK;
    if (entry.type != BundleEntry::Type::File) continue;
    sheet.bytes += entry.size;
    sheet.needed += blocks(entry.size);
    if (seen.emplace(entry.digest, entry.executable).second && !m_objects.has(entry)) sheet.newBytes += entry.size;
  }
  // Unpacked is all of a bundle, also what is there already.
  sheet.needed = sheet.newBytes == 0 ? SPARE : sheet.needed + blocks(papers.list.size()) + SPARE;
  sheet.free = m_parts.freeBytes(m_root);

  auto shown = brief(id, 200);
  bool isThere = record && !record->current.empty();
  auto system = isThere || !m_parts.systemApp ? std::string() : m_parts.systemApp(id);
  if (sheet.trust == schema::Trust::CHANGED) {
    sheet.refusal = shown + " was signed by another key until now, " + sheet.before->idText() + " instead of " +
                    papers.signer.idText() + ": if you trust the new one, remove the app with its data first";
  } else if (!system.empty()) {
    sheet.refusal = "the system has an app of this name already, " + brief(system, 200) +
                    ": two cannot share their data and rights";
  } else if (!record && hasData(id)) {
    sheet.refusal = "an app called " + shown + " has left data here that is not from a bundle: remove that first, in " +
                    brief(m_parts.profiles + "/" + id, 300);
  }
  if (sheet.refusal.empty() && record) sheet.refusal = objectionToKind(*record, report->get());
  if (!sheet.refusal.empty()) return sheet;
  if (report->get().getIsRuntime()) {
    sheet.refusal = objectionOfThoseOn(id, report->get());
  } else {
    sheet.refusal = objectionToRuntimeOf(report->get(), runtime);
    if (!sheet.refusal.empty()) sheet.lacks = runtimeOf(report->get());
  }
  return sheet;
}

std::set<std::string> Store::missing(const DigestList& list) const {
  std::set<std::string> digests;
  for (auto& entry : list.entries) {
    if (entry.type == BundleEntry::Type::File && !m_objects.has(entry)) digests.insert(entry.digest);
  }
  return digests;
}

std::vector<std::string> Store::ids() const {
  std::vector<std::string> ids;
  auto apps = tryEnter(m_root, "apps");
  for (auto& name : namesIn(apps)) {
    struct stat status{};
    auto record = name + "/record";
    if (isBundleId(name) && fstatat(apps, record.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) ids.push_back(name);
  }
  std::ranges::sort(ids);
  return ids;
}

std::optional<Known> Store::find(const std::string& id) const {
  auto folder = app(id);
  struct stat status{};
  if (folder.get() < 0 || fstatat(folder, "record", &status, AT_SYMLINK_NOFOLLOW) < 0) return {};
  Known known{.id = id};
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { known.record = tryRecord(id); })) {
    (void)exception;
    return known;
  }
  if (!known.record) return {};
  auto take = [&](const std::string& name, std::optional<Version>& to) {
    if (name.empty()) return;
    to = Version{.name = name, .version = versionOf(name)};
    auto deploy = tryEnter(folder, "versions/" + name);
    if (deploy.get() < 0) return;
    to->report = readReport(deploy);
    known.running = known.running || isLocked(deploy);
  };
  take(known.record->current, known.current);
  take(known.record->previous, known.previous);
  take(known.record->pending, known.pending);
  if (known.current && known.current->report) known.bytes = known.current->report->get().getBytes();
  if (known.pending && known.pending->report) known.waitsFor = differences(known.record, known.pending->report->get());
  return known;
}

void Store::requireRoom(const Sheet& sheet) const {
  if (sheet.needed <= sheet.free) return;
  fail("there is not enough room on the disk: it takes " + sizeText(sheet.needed) + ", and " + sizeText(sheet.free) +
       " are free; nothing was changed");
}

}  // namespace latchkey::store
