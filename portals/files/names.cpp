// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Making, removing and renaming; saving by rename beside a granted file.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/files.h"
#include "portals/files/operations.h"
#include "portals/files/rules.h"
#include "portals/files/scratch.h"

namespace latchkey::files {
namespace {

// A folder moves with all it holds. Who was given only its name would carry the rest to where they may read it.
bool holdsMoreThanGranted(const Found& found, const std::string& path) {
  return S_ISDIR(found.thing.status.st_mode) && !found.grant->coversContent(path);
}

}  // namespace

void Session::mkdir(fuse_req_t request, NodeId parent, std::string name, mode_t mode, Asked asked) {
  KJ_IF_MAYBE (path, childPath(request, parent, name)) {
    if (name.starts_with(OWN_PREFIX)) {
      fuse_reply_err(request, EACCES);
      return;
    }
    auto found = m_view.findName(*path);
    if (!found.covered()) {
      mayGoOn(request, *path, Need::Write, false, asked,
              [=, this](Asked now) { mkdir(request, parent, name, mode, now); });
      return;
    }
    if (found.grant->isFilesOnly()) {
      fuse_reply_err(request, EACCES);
      return;
    }
    auto folder = findParentBeneath(found.grant->rootFd, found.relative);
    OwnChange change(*this, parent, name);
    if (!folder || away([&] { return mkdirat(folder.fd, name.c_str(), mode & 01777); }) < 0) {
      fuse_reply_err(request, folder ? errno : folder.error);
      return;
    }
    change.made();
    found.thing = findBeneath(found.grant->rootFd, found.relative);
    if (!found.thing) {
      fuse_reply_err(request, found.thing.error);
      return;
    }
    replyEntry(request, parent, name, found);
  }
}

// A link an app makes may say anything: it is followed inside the sandbox, where it leads no further than the view. On
// the host it is a link in a folder the person gave for writing.
void Session::symlink(fuse_req_t request, std::string target, NodeId parent, std::string name, Asked asked) {
  KJ_IF_MAYBE (path, childPath(request, parent, name)) {
    if (name.starts_with(OWN_PREFIX)) {
      fuse_reply_err(request, EACCES);
      return;
    }
    // In the place of a folder on the way to one of Latchkey's own, it would say where that is.
    if (m_view.holdsHiddenPlace(*path)) {
      fuse_reply_err(request, EACCES);
      return;
    }
    auto found = m_view.findName(*path);
    auto beside = found.covered() ? nullptr : m_view.scratchGrant(*path);
    if (!found.covered() && !beside) {
      mayGoOn(request, *path, Need::Write, false, asked,
              [=, this](Asked now) { symlink(request, target, parent, name, now); });
      return;
    }
    if (beside) {
      // emacs' lock, which says who edits. It is a link on the host too, under a name of ours.
      int error = -createScratchLink(*path, beside, target);
      if (error == 0) found = m_view.find(*path, Need::See);
      if (error == 0 && !found.thing) error = EACCES;
      if (error) fuse_reply_err(request, error);
      else replyEntry(request, parent, name, found);
      return;
    }
    if (found.grant->isFilesOnly()) {
      fuse_reply_err(request, found.thing ? EEXIST : EACCES);
      return;
    }
    auto folder = findParentBeneath(found.grant->rootFd, found.relative);
    OwnChange change(*this, parent, name);
    if (!folder || away([&] { return symlinkat(target.c_str(), folder.fd, name.c_str()); }) < 0) {
      fuse_reply_err(request, folder ? errno : folder.error);
      return;
    }
    change.made();
    found.thing = findBeneath(found.grant->rootFd, found.relative);
    if (!found.thing) {
      fuse_reply_err(request, found.thing.error);
      return;
    }
    replyEntry(request, parent, name, found);
  }
}

void Session::remove(fuse_req_t request, NodeId parent, std::string name, bool directory, Asked asked) {
  KJ_IF_MAYBE (path, childPath(request, parent, name)) {
    if (m_view.holdsHiddenPlace(*path)) {
      fuse_reply_err(request, EACCES);
      return;
    }
    auto found = m_view.findName(*path);
    if (!found.covered()) {
      mayGoOn(request, *path, Need::Write, false, asked,
              [=, this](Asked now) { remove(request, parent, name, directory, now); });
      return;
    }
    if (!found.thing) {
      fuse_reply_err(request, found.thing.error);
      return;
    }
    if (!wakeAll(parent, name)) {
      fuse_reply_err(request, ENFILE);
      return;
    }
    auto folder = findParentBeneath(found.grant->rootFd, found.relative);
    auto last = std::string(nameOf(found.relative));
    OwnChange change(*this, parent, name);
    if (!folder || away([&] { return unlinkat(folder.fd, last.c_str(), directory ? AT_REMOVEDIR : 0); }) < 0) {
      fuse_reply_err(request, folder ? errno : folder.error);
      return;
    }
    change.made();
    if (m_view.scratchAt(*path)) {
      m_view.dropScratch(*path);
    } else if (found.grant->isFile()) {
      std::lock_guard<std::mutex> guard(m_view.lock);
      found.grant->identity = {};
    }
    {
      std::lock_guard<std::mutex> guard(m_view.lock);
      m_view.nodes.removed(parent, name);
    }
    fuse_reply_err(request, 0);
  }
}

void Session::rename(fuse_req_t request, NodeId parent, std::string name, NodeId newParent, std::string newName,
                     unsigned flags, Asked asked) {
  auto maybeFrom = childPath(request, parent, name);
  if (maybeFrom == nullptr) return;
  auto maybeTo = childPath(request, newParent, newName);
  if (maybeTo == nullptr) return;
  auto from = KJ_ASSERT_NONNULL(maybeFrom), to = KJ_ASSERT_NONNULL(maybeTo);
  // Two names, so perhaps two questions; each at most once.
  auto again = [=, this](Asked now) { rename(request, parent, name, newParent, newName, flags, now); };
  if (newName.starts_with(OWN_PREFIX) || m_view.isHiddenPlace(to) || m_view.holdsHiddenPlace(from) ||
      m_view.holdsHiddenPlace(to)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  if (flags & ~static_cast<unsigned>(RENAME_NOREPLACE | RENAME_EXCHANGE)) {
    fuse_reply_err(request, EINVAL);
    return;
  }
  auto source = m_view.findName(from);
  if (!source.covered()) {
    mayGoOn(request, from, Need::Write, false, asked == Asked::NotYet ? asked : Asked::Yes,
            [again](Asked) { again(Asked::Half); });
    return;
  }
  if (!source.thing) {
    fuse_reply_err(request, source.thing.error);
    return;
  }
  auto* scratch = m_view.scratchAt(from);
  auto target = m_view.findName(to);
  std::optional<OwnChange> goes, comes;
  int error = 0;
  // At the top of the home any other name is the app's own; a granted file must not be carried off to it.
  if (m_view.isPrivate(source.grant) != m_view.isPrivate(target.grant) && target.covered()) {
    error = EXDEV;
  } else if (!target.covered() && m_view.scratchGrant(to) && source.grant->isFilesOnly()) {
    // Within the temporary names of one granted file, or the file itself put aside for a moment.
    if (flags & RENAME_EXCHANGE) error = EINVAL;
    else if (scratch) m_view.renameScratch(from, to);
    else error = -setAside(from, source, to);
  } else if (!target.covered()) {
    mayGoOn(request, to, Need::Write, false, asked == Asked::Yes ? asked : Asked::NotYet, again);
    return;
  } else if ((flags & RENAME_EXCHANGE) && (source.grant->isFilesOnly() || target.grant->isFilesOnly())) {
    error = EINVAL;
  } else if ((flags & RENAME_NOREPLACE) && target.thing) {
    error = EEXIST;
  } else if ((target.grant->isFilesOnly() && !S_ISREG(source.thing.status.st_mode)) ||
             holdsMoreThanGranted(source, from) || ((flags & RENAME_EXCHANGE) && holdsMoreThanGranted(target, to))) {
    error = EACCES;
  } else {
    auto was = std::string(nameOf(source.relative)), becomes = std::string(nameOf(target.relative));
    auto fromFolder = findParentBeneath(source.grant->rootFd, source.relative);
    auto toFolder = findParentBeneath(target.grant->rootFd, target.relative);
    if (!fromFolder || !toFolder) {
      error = fromFolder ? toFolder.error : fromFolder.error;
    } else if (!(flags & RENAME_EXCHANGE) && !wakeAll(newParent, newName)) {
      error = ENFILE;
    } else if (goes.emplace(*this, parent, name), comes.emplace(*this, newParent, newName);
               away([&] { return renameat2(fromFolder.fd, was.c_str(), toFolder.fd, becomes.c_str(), flags); }) < 0) {
      error = errno;
    } else {
      std::lock_guard<std::mutex> guard(m_view.lock);
      if (source.grant->isFile() && !scratch) source.grant->identity = {};
      if (target.grant->isFile()) target.grant->identity = identityOf(source.thing.status);
    }
    if (error == 0 && goes) {
      goes->made();
      comes->made();
    }
    if (error == 0 && m_view.scratchAt(to)) m_view.dropScratch(to);
    if (error == 0 && scratch) m_view.dropScratch(from);
  }
  if (error == 0) {
    std::lock_guard<std::mutex> guard(m_view.lock);
    if (flags & RENAME_EXCHANGE) {
      m_view.nodes.exchanged(parent, name, newParent, newName);
    } else {
      m_view.nodes.renamed(parent, name, newParent, newName);
    }
  }
  fuse_reply_err(request, error);
}

// A second name would outlive the grant if it lay in another one: within one grant only.
void Session::link(fuse_req_t request, NodeId id, NodeId newParent, std::string newName, Asked asked) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  KJ_IF_MAYBE (to, childPath(request, newParent, newName)) {
    auto target = m_view.findName(*to);
    if (!target.covered()) {
      if (m_view.scratchGrant(*to)) {
        fuse_reply_err(request, EPERM);
        return;
      }
      mayGoOn(request, *to, Need::Write, false, asked,
              [=, this](Asked now) { link(request, id, newParent, newName, now); });
      return;
    }
    if (m_view.isDeniedThing(node->identity, Need::Write)) {
      fuse_reply_err(request, EACCES);
      return;
    }
    if (node->gone) {
      linkNameless(request, *node, newParent, newName, target);
      return;
    }
    // By its second name it would be read where its first one is refused.
    if (m_view.isDenied(path, Need::Write, *target.grant)) {
      fuse_reply_err(request, EACCES);
      return;
    }
    bool within = !target.grant->isFile() && target.grant->covers(path) && !newName.starts_with(OWN_PREFIX);
    auto source = within ? findBeneath(target.grant->rootFd, relativeTo(path, target.grant->root)) : Thing{};
    auto folder = findParentBeneath(target.grant->rootFd, target.relative);
    if (!within || !isSame(*node, source) || !S_ISREG(source.status.st_mode) || !folder) {
      fuse_reply_err(request, within ? ESTALE : EXDEV);
      return;
    }
    OwnChange change(*this, newParent, newName);
    if (away([&] {
          return linkat(AT_FDCWD, procPath(source.fd).c_str(), folder.fd, newName.c_str(), AT_SYMLINK_FOLLOW);
        }) < 0) {
      fuse_reply_err(request, errno);
      return;
    }
    change.made();
    target.thing = findBeneath(target.grant->rootFd, target.relative);
    if (!target.thing) {
      fuse_reply_err(request, target.thing.error);
      return;
    }
    replyEntry(request, newParent, newName, target);
  }
}

// Made without a name and given one now, in the grant it was made in.
void Session::linkNameless(fuse_req_t request, const Node& node, NodeId newParent, const std::string& name,
                           Found& target) {
  auto made = [&](Handle* handle) { return handle->grant == target.grant && handle->need == Need::Write; };
  auto handle = std::ranges::find_if(node.handles, made);
  if (handle == node.handles.end() || target.grant->isFile() || name.starts_with(OWN_PREFIX)) {
    fuse_reply_err(request, EXDEV);
    return;
  }
  // One of our own: while we are away looking, theirs may be closed and its number another file's.
  auto nameless = duplicate((*handle)->fd);
  auto folder = findParentBeneath(target.grant->rootFd, target.relative);
  if (!folder) {
    fuse_reply_err(request, folder.error);
    return;
  }
  if (away([&] { return linkat(AT_FDCWD, procPath(nameless).c_str(), folder.fd, name.c_str(), AT_SYMLINK_FOLLOW); }) <
      0) {
    fuse_reply_err(request, errno);
    return;
  }
  target.thing = findBeneath(target.grant->rootFd, target.relative);
  replyFound(request, newParent, name, target, {});
}

// --- temporary files beside a granted one

int Session::createScratchLink(const std::string& path, const GrantRef& grant, const std::string& target) {
  auto hostName = scratchName();
  struct stat status{};
  if (away([&] { return symlinkat(target.c_str(), grant->rootFd, hostName.c_str()); }) < 0) return -errno;
  if (away([&] { return fstatat(grant->rootFd, hostName.c_str(), &status, AT_SYMLINK_NOFOLLOW); }) < 0) {
    int error = errno;
    unlinkat(grant->rootFd, hostName.c_str(), 0);
    return -error;
  }
  m_view.addScratch(path, Scratch{hostName, identityOf(status), grant});
  return 0;
}

int Session::createScratch(const std::string& path, const GrantRef& grant, mode_t mode, int flags) {
  auto hostName = scratchName();
  int access = (flags & O_ACCMODE) == O_WRONLY ? O_WRONLY : O_RDWR;
  int fd = away([&] {
    return openat(grant->rootFd, hostName.c_str(), access | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0777);
  });
  if (fd < 0) return -errno;
  struct stat status{};
  if (away([&] { return fstat(fd, &status); }) < 0) {
    int error = errno;
    ::close(fd);
    unlinkat(grant->rootFd, hostName.c_str(), 0);
    return -error;
  }
  m_view.addScratch(path, Scratch{hostName, identityOf(status), grant});
  return fd;
}

// An app that renames the granted file to a temporary name (vim's backup) gets it back, if it never puts a new one
// there: the name says what it was, and whoever cleans up restores it.
int Session::setAside(const std::string& path, const Found& found, const std::string& to) {
  auto hostName = keptName(nameOf(path));
  if (hostName.size() > NAME_MAX) return -EACCES;
  if (away([&] {
        auto& root = found.grant->rootFd;
        return renameat2(root, found.relative.c_str(), root, hostName.c_str(), RENAME_NOREPLACE);
      }) < 0) {
    return -errno;
  }
  m_view.addScratch(to, Scratch{hostName, identityOf(found.thing.status), found.grant});
  std::lock_guard<std::mutex> guard(m_view.lock);
  found.grant->identity = {};
  return 0;
}

void Session::dropScratchesOf(const GrantRef& grant) {
  dropLocks([&](const HeldLock& lock) { return lock.grant == grant; });
  if (grant->state.load() == Grant::State::Suspended) return;
  for (auto& [path, scratch] : m_view.takeScratches(grant)) {
    cleanScratch(scratch.grant->rootFd, scratch.hostName);
    std::lock_guard<std::mutex> guard(m_view.lock);
    if (auto* node = m_view.nodes.at(path)) m_view.nodes.removed(node->parent, node->name);
  }
}

void Session::cleanScratches() {
  for (auto& [path, scratch] : m_view.takeScratches()) cleanScratch(scratch.grant->rootFd, scratch.hostName);
}

}  // namespace latchkey::files
