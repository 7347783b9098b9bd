// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/trial/changes.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "broker/base/trials.h"
#include "launcher/trial/beneath.h"
#include "launcher/trial/keep-log.h"

namespace latchkey::trial {
namespace {

using What = Change::What;
using Type = Change::Type;

std::string join(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

Type typeOf(mode_t mode) {
  if (S_ISREG(mode)) return Type::File;
  if (S_ISDIR(mode)) return Type::Folder;
  return S_ISLNK(mode) ? Type::Link : Type::Other;
}

bool isDeletion(const struct stat& status) { return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0); }

bool replacesWhole(int folder) {
  char value = 0;
  return fgetxattr(folder, "user.overlay.opaque", &value, 1) == 1 && value == 'y';
}

std::string linkTarget(int parent, const std::string& name) {
  std::array<char, 4096> text;
  auto length = readlinkat(parent, name.c_str(), text.data(), text.size());
  return length < 0 ? std::string() : std::string(text.data(), static_cast<size_t>(length));
}

bool sameContent(int a, int b) {
  std::array<char, 1 << 16> one, other;
  for (off_t at = 0;;) {
    auto count = pread(a, one.data(), one.size(), at);
    if (count < 0 || pread(b, other.data(), other.size(), at) != count) return false;
    if (count == 0) return true;
    if (memcmp(one.data(), other.data(), static_cast<size_t>(count)) != 0) return false;
    at += count;
  }
}

// One layer against the folder it lies over.
class Comparison {
public:
  Comparison(Changes& changes, size_t most, timespec began, const std::set<Identity>& removing, std::string base,
             std::string shown, bool inPrivateHome, std::string layer)
      : m_changes(changes),
        m_most(most),
        m_began(began),
        m_removing(removing),
        m_base(std::move(base)),
        m_shown(std::move(shown)),
        m_inPrivateHome(inPrivateHome),
        m_layer(std::move(layer)),
        m_host(open(m_base.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
        m_upper(open(m_layer.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) {}

  void run() {
    if (m_upper.get() < 0 || m_host.get() < 0) return;
    // No recursion: the app chose the depth.
    m_waiting.push_back({});
    while (!m_waiting.empty()) {
      auto folder = std::move(m_waiting.back());
      m_waiting.pop_back();
      enter(folder);
    }
  }

private:
  void enter(const std::string& folder) {
    auto upper = openLayer(folder);
    if (upper.get() < 0) return;
    auto names = namesIn(upper);
    if (!folder.empty() && replacesWhole(upper)) tellMissing(folder, names);
    std::vector<std::string> below;
    for (auto& name : names) {
      struct stat status{};
      if (fstatat(upper, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) continue;
      compare(upper, name, join(folder, name), status);
      if (S_ISDIR(status.st_mode)) below.push_back(join(folder, name));
    }
    m_waiting.insert(m_waiting.end(), below.rbegin(), below.rend());
  }

  // An app may have made a directory nobody can read; the layer is ours, and the app has ended.
  kj::AutoCloseFd openLayer(const std::string& folder) {
    auto opened = openBeneath(m_upper, folder, O_RDONLY | O_DIRECTORY);
    if (opened.get() >= 0 || errno != EACCES) return opened;
    auto parent = openParentBeneath(m_upper, folder);
    fchmodat(parent, lastPart(folder).c_str(), 0700, 0);
    return openBeneath(m_upper, folder, O_RDONLY | O_DIRECTORY);
  }

  // The directory replaces the host's: what is not in it any more is deleted.
  void tellMissing(const std::string& folder, const std::vector<std::string>& names) {
    auto host = openBeneath(m_host, folder, O_RDONLY | O_DIRECTORY);
    if (host.get() < 0) return;
    for (auto& name : namesIn(host)) {
      struct stat status{};
      if (std::ranges::binary_search(names, name)) continue;
      if (fstatat(host, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        tell(What::Deleted, join(folder, name), status, status);
    }
  }

  void compare(int parent, const std::string& name, const std::string& relative, const struct stat& status) {
    struct stat host{};
    bool there = statusBeneath(m_host, relative, host);
    if (isDeletion(status)) {
      if (there) tell(What::Deleted, relative, host, host);
      return;
    }
    if (!there) {
      tell(What::Created, relative, status, {}, parent, name);
      return;
    }
    bool sameType = (status.st_mode & S_IFMT) == (host.st_mode & S_IFMT);
    if (sameType && !differs(parent, name, relative, status, host)) return;
    // Made by the app under a name that the host has taken meanwhile, or made from what the host had.
    tell(What::Changed, relative, status, host, parent, name);
  }

  bool differs(int parent, const std::string& name, const std::string& relative, const struct stat& upper,
               const struct stat& host) {
    if (S_ISDIR(upper.st_mode)) return false;
    if (S_ISLNK(upper.st_mode)) {
      auto folder = openParentBeneath(m_host, relative);
      return linkTarget(parent, name) != linkTarget(folder, lastPart(relative));
    }
    if (!S_ISREG(upper.st_mode)) return true;
    if (((upper.st_mode ^ host.st_mode) & 0777) != 0 || upper.st_size != host.st_size) return true;
    // Opened for writing, it was copied; that does not mean that anything was written.
    kj::AutoCloseFd mine(openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    auto theirs = openBeneath(m_host, relative, O_RDONLY | O_NONBLOCK);
    return mine.get() < 0 || theirs.get() < 0 || !sameContent(mine, theirs);
  }

  void tell(What what, const std::string& relative, const struct stat& status, const struct stat& host, int parent = -1,
            const std::string& name = {}) {
    if (m_changes.list.size() >= m_most) {
      m_changes.more = true;
      m_waiting.clear();
      return;
    }
    Change change;
    change.what = what;
    change.type = typeOf(status.st_mode);
    change.path = m_shown + "/" + relative;
    change.inPrivateHome = m_inPrivateHome;
    change.conflict = what != What::Created && changedSince(m_began, host) && !m_removing.contains(identityOf(host));
    if (S_ISREG(status.st_mode)) change.size = static_cast<uint64_t>(status.st_size);
    if (S_ISLNK(status.st_mode) && parent >= 0) change.target = linkTarget(parent, name);
    change.base = m_base;
    change.layer = m_layer;
    change.relative = relative;
    change.began = m_began;
    m_changes.list.push_back(std::move(change));
  }

  Changes& m_changes;
  size_t m_most;
  timespec m_began;
  const std::set<Identity>& m_removing;
  std::string m_base;
  std::string m_shown;
  bool m_inPrivateHome;
  std::string m_layer;
  kj::AutoCloseFd m_host;
  kj::AutoCloseFd m_upper;
  std::vector<std::string> m_waiting;
};

// The folders of the host that have a layer, found by the names the layers lie under.
void findLayers(const std::string& directory, const std::string& path, std::vector<std::string>& found) {
  if (access((directory + "/upper").c_str(), F_OK) == 0 && !path.empty()) found.push_back(path);
  kj::AutoCloseFd folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.get() < 0) return;
  for (auto& name : namesIn(folder)) {
    if (name[0] == MARK) findLayers(directory + "/" + name, path + "/" + name.substr(1), found);
  }
}

// Made in the private home by the portal, for what was given to stand on.
bool isMountPoint(const Change& change, const std::vector<std::string>& folders) {
  if (!change.inPrivateHome || change.type != Type::Folder) return false;
  return std::ranges::any_of(folders, [&](const std::string& folder) {
    return folder.starts_with(change.path) &&
           (folder.size() == change.path.size() || folder[change.path.size()] == '/');
  });
}

}  // namespace

const char* nameOf(Change::What what) {
  switch (what) {
    case What::Created: return "created";
    case What::Changed: return "changed";
    case What::Deleted: return "deleted";
  }
  return "";
}

bool changedSince(const timespec& began, const struct stat& status) {
  auto& changed = status.st_ctim;
  return changed.tv_sec != began.tv_sec ? changed.tv_sec > began.tv_sec : changed.tv_nsec > began.tv_nsec;
}

size_t Changes::count(Change::What what) const { return size_t(std::ranges::count(list, what, &Change::what)); }

Changes changesOf(const Trial& trial, const std::string& personHome, size_t most) {
  Changes changes;
  struct stat about{};
  if (stat((trial.directory + "/about").c_str(), &about) < 0) return changes;
  auto removing = foldersBeingRemoved(trial.directory);
  auto files = trial.directory + "/files";
  std::vector<std::string> folders;
  findLayers(files, {}, folders);
  for (auto& folder : folders) {
    auto layer = layerOf(files, folder) + "/upper";
    Comparison(changes, most, about.st_ctim, removing, folder, folder, false, layer).run();
  }
  Comparison(changes, most, about.st_ctim, removing, trial.home, personHome, true, trial.directory + "/home/upper")
      .run();
  std::erase_if(changes.list, [&](const Change& change) { return isMountPoint(change, folders); });
  return changes;
}

}  // namespace latchkey::trial
