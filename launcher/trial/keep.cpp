// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/trial/keep.h"

#include <errno.h>
#include <kj/debug.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/ids.h"
#include "launcher/trial/beneath.h"
#include "launcher/trial/copy-all.h"
#include "launcher/trial/keep-log.h"

namespace latchkey::trial {
namespace {

using What = Change::What;
using Type = Change::Type;

struct Refusal {
  std::string why;
};

[[noreturn]] void refuse(std::string why) { throw Refusal{std::move(why)}; }
[[noreturn]] void refuseByErrno(const char* what) { refuse(std::string(what) + ": " + strerror(errno)); }

// Made beside what it is to become; gone again unless it was moved there.
class Draft {
public:
  Draft(KeepLog& log, const Change& change, int folder)
      : m_log(log), m_folder(folder), m_name(".latchkey-" + randomToken().substr(0, 16)) {
    if (!log.announce(change.base, change.relative, m_name)) refuseByErrno("cannot be written down");
  }
  ~Draft() {
    if (!m_moved) unlinkat(m_folder, m_name.c_str(), 0);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Draft);

  const char* name() const { return m_name.c_str(); }

  void becomeNew(const std::string& name) {
    if (renameat2(m_folder, m_name.c_str(), m_folder, name.c_str(), RENAME_NOREPLACE) < 0) {
      if (errno == EEXIST) refuse("there is something of that name by now");
      refuseByErrno("cannot be put in place");
    }
    m_moved = true;
  }

  // Changes places with what is there, looks whether that is what was meant, and changes back if not.
  void replace(const std::string& name, const struct stat& expected) {
    struct stat made{};
    if (fstatat(m_folder, m_name.c_str(), &made, AT_SYMLINK_NOFOLLOW) < 0 || !m_log.announceExchange(made, expected))
      refuseByErrno("cannot be written down");
    if (renameat2(m_folder, m_name.c_str(), m_folder, name.c_str(), RENAME_EXCHANGE) < 0) {
      // vfat and some others cannot exchange; the look just before has to do.
      if (errno != EINVAL || renameat(m_folder, m_name.c_str(), m_folder, name.c_str()) < 0)
        refuseByErrno("cannot be put in place");
      m_moved = true;
      return;
    }
    struct stat old{};
    bool meant = fstatat(m_folder, m_name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0 &&
                 identityOf(old) == identityOf(expected) && !S_ISDIR(old.st_mode);
    if (!meant) {
      renameat2(m_folder, m_name.c_str(), m_folder, name.c_str(), RENAME_EXCHANGE);
      refuse("it was changed while it was being kept");
    }
  }

private:
  KeepLog& m_log;
  int m_folder;
  std::string m_name;
  bool m_moved = false;
};

void copyContent(int from, int to) {
  auto copied = copyAll(from, to);
  if (copied.fault == Copied::Fault::Reading) refuse(std::string("cannot be read: ") + strerror(copied.error));
  if (copied.fault == Copied::Fault::Writing) refuse(std::string("cannot be written: ") + strerror(copied.error));
}

// From the layer to the host, for one change.
class Keeping {
public:
  Keeping(KeepLog& log, const Change& change, Conflicts conflicts)
      : m_log(log),
        m_change(change),
        m_conflicts(conflicts),
        m_host(open(change.base.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
        m_layer(open(change.layer.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) {}

  void run() {
    if (m_host.get() < 0 || m_layer.get() < 0) refuse("its place is gone");
    if (m_change.what == What::Deleted) return remove();
    switch (m_change.type) {
      case Type::File: return putFile();
      case Type::Folder: return putFolder();
      case Type::Link: return putLink();
      case Type::Other: refuse("neither a file nor a folder nor a link");
    }
  }

private:
  void requireUnchanged(const struct stat& status) const {
    if (m_conflicts == Conflicts::Skip && changedSince(m_change.began, status) && !m_log.isBeingRemoved(status))
      refuse("it was changed outside meanwhile");
  }

  // What is missing on the way is made: its own change may not have been chosen.
  kj::AutoCloseFd parent() const {
    auto& relative = m_change.relative;
    for (auto slash = relative.find('/'); slash != relative.npos; slash = relative.find('/', slash + 1)) {
      auto folder = relative.substr(0, slash);
      struct stat status{};
      if (statusBeneath(m_host, folder, status)) continue;
      auto above = openParentBeneath(m_host, folder);
      if (above.get() >= 0) mkdirat(above, lastPart(folder).c_str(), 0777);
    }
    auto folder = openParentBeneath(m_host, relative);
    if (folder.get() < 0) refuse("its folder is a link or is gone");
    return folder;
  }

  void place(Draft& draft, int folder) {
    auto name = lastPart(m_change.relative);
    struct stat there{};
    if (fstatat(folder, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) < 0) return draft.becomeNew(name);
    if (m_change.what == What::Created && m_conflicts == Conflicts::Skip)
      refuse("there is something of that name by now");
    if (S_ISDIR(there.st_mode)) refuse("there is a folder of that name");
    requireUnchanged(there);
    draft.replace(name, there);
  }

  void putFile() {
    auto from = openBeneath(m_layer, m_change.relative, O_RDONLY | O_NONBLOCK);
    struct stat status{};
    if (from.get() < 0 || fstat(from, &status) < 0) refuseByErrno("cannot be read");
    if (!S_ISREG(status.st_mode)) refuse("not a file any more");
    auto folder = parent();
    Draft draft(m_log, m_change, folder);
    kj::AutoCloseFd to(openat(folder, draft.name(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (to.get() < 0) refuseByErrno("cannot be made");
    copyContent(from, to);
    timespec times[] = {status.st_mtim, status.st_mtim};
    if (fchmod(to, status.st_mode & 0777) < 0 || futimens(to, times) < 0 || fsync(to) < 0)
      refuseByErrno("cannot be written");
    // Some disks find out only now that they have no room: then it does not take the place of what is there.
    if (close(to.release()) < 0 && errno != EINTR) refuseByErrno("cannot be written");
    place(draft, folder);
  }

  void putFolder() {
    auto folder = parent();
    auto name = lastPart(m_change.relative);
    if (mkdirat(folder, name.c_str(), 0777) == 0) return;
    struct stat there{};
    bool isFolder =
        errno == EEXIST && fstatat(folder, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(there.st_mode);
    if (!isFolder) refuse("there is something else of that name");
  }

  void putLink() {
    auto folder = parent();
    Draft draft(m_log, m_change, folder);
    if (symlinkat(m_change.target.c_str(), folder, draft.name()) < 0) refuseByErrno("cannot be made");
    place(draft, folder);
  }

  void remove() {
    auto folder = openParentBeneath(m_host, m_change.relative);
    auto name = lastPart(m_change.relative);
    struct stat there{};
    if (folder.get() < 0 || fstatat(folder, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) < 0) return;  // Gone already.
    requireUnchanged(there);
    if (S_ISDIR(there.st_mode)) return removeFolder(m_change.relative);
    removeOne(m_change.relative, 0);
  }

  // By paths from the root, and links are never entered. All is looked at before any of it goes.
  void removeFolder(const std::string& top) {
    std::vector<std::string> folders{top}, files;
    std::vector<struct stat> looks;
    for (size_t i = 0; i < folders.size(); ++i) {
      auto folder = openBeneath(m_host, folders[i], O_RDONLY | O_DIRECTORY);
      struct stat look{};
      if (fstat(folder, &look) == 0) looks.push_back(look);
      for (auto& name : namesIn(folder)) {
        struct stat status{};
        if (fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) continue;
        requireUnchanged(status);
        (S_ISDIR(status.st_mode) ? folders : files).push_back(folders[i] + "/" + name);
      }
    }
    for (auto& look : looks) m_log.announceRemoval(look);
    for (auto& file : files) removeOne(file, 0);
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) removeOne(*folder, AT_REMOVEDIR);
  }

  void removeOne(const std::string& relative, int flags) {
    auto above = openParentBeneath(m_host, relative);
    if (unlinkat(above, lastPart(relative).c_str(), flags) < 0 && errno != ENOENT) refuseByErrno("cannot be deleted");
  }

  KeepLog& m_log;
  const Change& m_change;
  Conflicts m_conflicts;
  kj::AutoCloseFd m_host;
  kj::AutoCloseFd m_layer;
};

// Empty: done, or nothing was left to do. Otherwise why it was not kept.
std::string keep(KeepLog& log, const Change& change, Conflicts conflicts) {
  try {
    Keeping(log, change, conflicts).run();
    return {};
  } catch (const Refusal& refusal) {
    return refusal.why;
  }
}

}  // namespace

std::vector<NotKept> keepChosen(const Trial& trial, const Changes& changes,
                                const std::function<std::optional<Conflicts>(const Change&)>& how) {
  std::vector<NotKept> failed;
  KeepLog log(trial.directory);
  if (log.fault().empty()) {
    // Not among the changes, as what was kept stood there when they were looked at.
    auto left = log.putInOrder();
    if (!left.why.empty()) failed.push_back({left.path, left.why});
  }
  for (auto& change : changes.list) {
    auto conflicts = how(change);
    if (!conflicts) continue;
    auto why = log.fault().empty() ? keep(log, change, *conflicts) : log.fault();
    if (!why.empty()) failed.push_back({change.path, std::move(why)});
  }
  return failed;
}

void discardRest(const Trial& trial) {
  KeepLog log(trial.directory);
  KJ_REQUIRE(!log.busy(), log.fault());
  if (log.fault().empty()) log.putInOrder();
  discard(trial);
}

}  // namespace latchkey::trial
