// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/verification.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "launcher/store/layout.h"

namespace latchkey::store {
namespace {

using Type = BundleEntry::Type;

constexpr const char* PAPERS[] = {"list", "signature", "key", "report"};

}  // namespace

size_t Verification::say(const std::string& path, const std::string& problem) {
  auto fault = m_subject;
  fault.path = brief(path, 300);
  fault.problem = problem;
  faults.push_back(std::move(fault));
  return faults.size() - 1;
}

void Verification::moveAway(int folder, const std::string& name) {
  m_store.m_parts.step();
  if (renameat(folder, name.c_str(), m_workspace.folder(), m_workspace.fresh("stranger").c_str()) < 0 &&
      errno != ENOENT)
    KJ_FAIL_SYSCALL("rename", errno, name);
}

void Verification::check(const Record& record, const std::string& name) {
  m_subject = {.id = record.id, .version = versionOf(name)};
  auto deploy = tryEnter(m_store.app(record.id), "versions/" + name);
  if (deploy.get() < 0) {
    say("", "is missing");
    return;
  }
  DigestList list;
  if (!checkPapers(deploy, record, name, list)) return;
  std::vector<Bad> bad;
  for (auto& entry : list.entries) {
    m_checkpoint();
    checkEntry(deploy, entry, bad);
  }
  checkStrangers(deploy, list);
  if (m_repair && !bad.empty()) repairFiles(deploy, name, std::move(bad));
}

std::string Verification::objectionToPapers(const kj::Maybe<Papers>& papers, const Record& record,
                                            const std::string& name, DigestList& list) const {
  KJ_IF_MAYBE (found, papers) {
    auto checked = Papers::check(*found);
    if (found->signer != record.signer || std::get_if<BundleProblem>(&checked) != nullptr) return "was changed";
    list = std::move(std::get<DigestList>(checked));
    return list.id == record.id && found->deployName(list) == name ? "" : "is that of another version";
  }
  return "is missing";
}

bool Verification::checkPapers(int deploy, const Record& record, const std::string& name, DigestList& list) {
  auto objection = objectionToPapers(readPapers(deploy), record, name, list);
  std::vector<size_t> found;
  if (!objection.empty()) found.push_back(say("list", objection));
  if (readReport(deploy) == nullptr) found.push_back(say("report", "was changed, or is missing"));
  if (found.empty()) return true;
  DigestList theirs;
  bool canRepair = m_repair && m_papers != nullptr && objectionToPapers(*m_papers, record, name, theirs).empty();
  if (!canRepair) return objection.empty();
  auto beside = m_workspace.fresh("papers");
  KJ_SYSCALL(mkdirat(m_workspace.folder(), beside.c_str(), 0700));
  auto folder = tryEnter(m_workspace.folder(), beside);
  writePapers(folder, *m_papers);
  KJ_SYSCALL(syncfs(folder));
  for (auto* paper : PAPERS) {
    struct stat status{};
    if (fstatat(deploy, paper, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode)) moveAway(deploy, paper);
    m_store.m_parts.step();
    KJ_SYSCALL(renameat(folder, paper, deploy, paper));
  }
  for (auto index : found) faults[index].repaired = true;
  list = std::move(theirs);
  return true;
}

bool Verification::isGood(int file, const BundleEntry& entry) {
  struct stat status{};
  if (file < 0 || fstat(file, &status) < 0) return false;
  // What is bad is not kept: repairing frees its number for what comes instead.
  std::pair place{status.st_dev, status.st_ino};
  auto digest = m_digests.emplace(place, std::string()).first;
  if (digest->second.empty()) digest->second = digestOfFile(file);
  bool good = digest->second == entry.digest;
  if (!good) m_digests.erase(digest);
  return good;
}

std::string Verification::problemOf(int folder, const std::string& name, const BundleEntry& entry) {
  struct stat status{};
  if (folder < 0 || fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) return "is missing";
  if (entry.type == Type::Directory)
    return !S_ISDIR(status.st_mode) ? "is no folder" : (status.st_mode & 07777) != 0755 ? "has other rights" : "";
  if (entry.type == Type::Link) {
    char target[bundle::MAX_PATH + 1];
    auto length = S_ISLNK(status.st_mode) ? readlinkat(folder, name.c_str(), target, sizeof target) : -1;
    bool same = length >= 0 && std::string_view(target, static_cast<size_t>(length)) == entry.target;
    return same ? "" : "is another link";
  }
  if (!S_ISREG(status.st_mode)) return "is no file";
  if (static_cast<uint64_t>(status.st_size) != entry.size) return "was changed";
  if ((status.st_mode & 07777) != modeOf(entry)) return "has other rights";
  return isGood(tryOpen(folder, name), entry) ? "" : "was changed";
}

void Verification::checkEntry(int deploy, const BundleEntry& entry, std::vector<Bad>& bad) {
  auto place = whereIn(deploy, entry.path);
  auto problem = problemOf(place.folder, place.name, entry);
  if (problem.empty()) return;
  Bad one{&entry, say(entry.path, problem)};
  if (entry.type == Type::File) bad.push_back(one);
  else if (m_repair) repairOther(deploy, one);
}

void Verification::repairOther(int deploy, const Bad& bad) {
  auto place = whereIn(deploy, bad.entry->path);
  if (place.folder.get() < 0) return;
  auto* name = place.name.c_str();
  struct stat status{};
  bool there = fstatat(place.folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  bool isFolder = bad.entry->type == Type::Directory;
  if (there && !(isFolder && S_ISDIR(status.st_mode))) moveAway(place.folder, place.name);
  m_store.m_parts.step();
  if (isFolder) {
    if (mkdirat(place.folder, name, 0755) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdir", errno, bad.entry->path);
    KJ_SYSCALL(fchmodat(place.folder, name, 0755, 0), bad.entry->path);
  } else {
    KJ_SYSCALL(symlinkat(bad.entry->target.c_str(), place.folder, name), bad.entry->path);
  }
  faults[bad.fault].repaired = true;
}

// What lies there and is not in the list.
void Verification::checkStrangers(int deploy, const DigestList& list) {
  auto look = [&](int folder, const std::string& prefix, auto known) {
    for (auto& name : namesIn(folder)) {
      if (known(prefix + name)) continue;
      auto fault = say(prefix + name, "does not belong to it");
      if (!m_repair) continue;
      moveAway(folder, name);
      faults[fault].repaired = true;
    }
  };
  look(deploy, "", [&](const std::string& path) {
    return std::ranges::find(PAPERS, path) != std::end(PAPERS) || list.find(path) != nullptr;
  });
  for (auto& entry : list.entries) {
    if (entry.type != Type::Directory) continue;
    m_checkpoint();
    auto folder = tryEnter(deploy, entry.path);
    if (folder.get() < 0) continue;
    look(folder, entry.path + "/", [&](const std::string& path) { return list.find(path) != nullptr; });
  }
}

// In the place of what is there: beside it, and renamed.
bool Verification::putLink(int deploy, const BundleEntry& entry) {
  auto place = whereIn(deploy, entry.path);
  auto beside = m_workspace.fresh("link");
  if (place.folder.get() < 0 || !m_store.m_objects.link(entry, m_workspace.folder(), beside)) return false;
  struct stat status{};
  if (fstatat(place.folder, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode))
    moveAway(place.folder, place.name);
  m_store.m_parts.step();
  KJ_SYSCALL(renameat(m_workspace.folder(), beside.c_str(), place.folder, place.name.c_str()), entry.path);
  // Two names of one inode: renaming does nothing.
  unlinkat(m_workspace.folder(), beside.c_str(), 0);
  return true;
}

bool Verification::replaceFromTwin(const BundleEntry& entry) {
  auto twin = entry;
  twin.executable = !entry.executable;
  auto file = m_store.m_objects.open(twin);
  if (!isGood(file, entry)) return false;
  auto name = m_workspace.fresh("content");
  copyInto(file, m_workspace.folder(), name, entry);
  KJ_SYSCALL(syncfs(m_workspace.folder()));
  return m_store.m_objects.replace(m_workspace.folder(), name, entry).empty();
}

void Verification::repairFiles(int deploy, const std::string& name, std::vector<Bad> bad) {
  std::erase_if(bad, [&](const Bad& one) {
    auto& objects = m_store.m_objects;
    bool good =
        (objects.has(*one.entry) && isGood(objects.open(*one.entry), *one.entry)) || replaceFromTwin(*one.entry);
    return faults[one.fault].repaired = good && putLink(deploy, *one.entry);
  });
  DigestList theirs;
  if (bad.empty() || m_source == nullptr) return;
  auto parsed = DigestList::parse(m_papers->list);
  auto list = std::get_if<DigestList>(&parsed);
  if (list == nullptr || m_papers->deployName(*list) != name) return;
  std::vector<const BundleEntry*> wanted;
  for (auto& one : bad) wanted.push_back(one.entry);
  auto room = m_workspace.fresh("source");
  KJ_SYSCALL(mkdirat(m_workspace.folder(), room.c_str(), 0755));
  auto folder = tryEnter(m_workspace.folder(), room);
  KJ_SYSCALL(fchmod(folder, 0755));
  if (auto problem = m_source->prepare(folder, wanted); !problem.empty()) fail(problem);
  std::set<std::pair<std::string, bool>> replaced;
  for (auto& one : bad) {
    m_checkpoint();
    if (replaced.emplace(one.entry->digest, one.entry->executable).second) {
      auto content = m_workspace.fresh("content");
      if (auto problem = m_source->fetch(*one.entry, m_workspace.folder(), content); !problem.empty()) fail(problem);
      KJ_SYSCALL(syncfs(m_workspace.folder()));
      if (!m_store.m_objects.replace(m_workspace.folder(), content, *one.entry).empty()) continue;
    }
    faults[one.fault].repaired = putLink(deploy, *one.entry);
  }
}

std::vector<Fault> Store::verify(const std::string& id, bool repair, ContentSource* source, const Papers* papers,
                                 const std::function<void()>& checkpoint) {
  auto workspace = work();
  Verification verification(*this, workspace, repair, source, papers, checkpoint ? checkpoint : [] {});
  for (auto& one : id.empty() ? ids() : std::vector{id}) {
    std::optional<Record> record;
    auto unreadable = kj::runCatchingExceptions([&] { record = recordOf(one); });
    KJ_IF_MAYBE (exception, unreadable) {
      if (!id.empty()) kj::throwFatalException(kj::mv(*exception));
      verification.faults.push_back({.id = one, .path = "record", .problem = "cannot be read"});
      continue;
    }
    for (auto* deploy : {&record->current, &record->previous, &record->pending}) {
      if (!deploy->empty()) verification.check(*record, *deploy);
    }
  }
  workspace.done();
  return std::move(verification.faults);
}

}  // namespace latchkey::store
