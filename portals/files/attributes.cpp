// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Attributes, and what is kept beside content.

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "portals/files/operations.h"
#include "portals/files/rules.h"

namespace latchkey::files {
namespace {

// Only what programs keep for themselves. Access lists, capabilities and security labels stay the host's.
bool isUserAttribute(std::string_view name) { return name.starts_with("user."); }

}  // namespace

void Session::replyAttributes(fuse_req_t request, Node& node, const struct stat& status, const Seen& seen) {
  auto out = shown(status);
  fuse_reply_attr(request, &out, node.gone ? 0 : trustAttributes(node, status, seen));
  confirm(node.parent, node.name, seen);
}

void Session::getattr(fuse_req_t request, NodeId id) {
  auto* node = nodeOf(request, id);
  if (!node) return;
  auto seen = beforeLooking(node->parent);
  // What is open can be asked about whatever its name is now, also when it has none.
  for (auto* handle : node->handles) {
    if (!still(*handle, Need::See)) continue;
    struct stat status{};
    // Its descriptor may be closed while we are away: a failure is as good as no handle.
    int fd = handle->fd, error;
    {
      Turn::Away away;
      error = fstat(fd, &status);
    }
    if (!(node = nodeOf(request, id))) return;
    if (error != 0 || identityOf(status) != node->identity) break;
    replyAttributes(request, *node, status, seen);
    return;
  }
  std::string path;
  auto found = findNode(*node, Need::See, path);
  if (found.covered() && isSame(*node, found.thing)) {
    {
      std::lock_guard<std::mutex> guard(m_view.lock);
      node->grant = found.grant;
    }
    replyAttributes(request, *node, found.thing.status, seen);
    return;
  }
  if (path.empty()) path = m_view.nodes.pathOf(*node);
  if (m_view.isOnTheWay(path)) {
    auto out = virtualStatus(id);
    fuse_reply_attr(request, &out, ATTRIBUTES_GOOD_FOR);
  } else {
    // Never a question here: this is what follows a revocation, or the end of what the name stood for.
    fuse_reply_err(request, found.covered() ? ESTALE : EACCES);
  }
}

void Session::setattr(fuse_req_t request, NodeId id, struct stat wanted, int which, uint64_t handleId, Asked asked) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  auto* handle = handleOf(handleId);
  if (handle && (handle->node != id || !still(*handle, Need::Write))) handle = nullptr;
  Found found;
  if (!handle) {
    found = findThing(*node, path, Need::Write);
    if (!found.covered()) {
      mayGoOn(request, path, Need::Write, false, asked,
              [=, this](Asked now) { setattr(request, id, wanted, which, handleId, now); });
      return;
    }
    if (!found.thing) {
      fuse_reply_err(request, ESTALE);
      return;
    }
  }
  int fd = handle ? handle->fd.get() : found.thing.fd.get();
  auto place = procPath(fd);
  int error = 0;
  auto note = [&](int result) { error = result < 0 && error == 0 ? errno : error; };
  struct stat now{};
  note(away([&] { return fstat(fd, &now); }));
  bool known = isAsLastSeen(*node, now);
  if (!error && (which & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID))) {
    bool same = (!(which & FUSE_SET_ATTR_UID) || wanted.st_uid == m_ids.uid) &&
                (!(which & FUSE_SET_ATTR_GID) || wanted.st_gid == m_ids.gid);
    if (!same) error = EPERM;
  }
  if (!error && (which & FUSE_SET_ATTR_MODE)) {
    if (S_ISLNK(now.st_mode)) {
      error = EOPNOTSUPP;
    } else {
      note(away([&] { return chmod(place.c_str(), wanted.st_mode & 01777); }));
    }
  }
  if (!error && (which & FUSE_SET_ATTR_SIZE)) {
    if (!S_ISREG(now.st_mode)) {
      error = S_ISDIR(now.st_mode) ? EISDIR : EACCES;
    } else if (handle && handle->need == Need::Write) {
      note(away([&] { return ftruncate(fd, wanted.st_size); }));
    } else {
      note(away([&] { return truncate(place.c_str(), wanted.st_size); }));
    }
  }
  if (!error && (which & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME))) {
    timespec times[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
    if (which & FUSE_SET_ATTR_ATIME)
      times[0] = which & FUSE_SET_ATTR_ATIME_NOW ? timespec{0, UTIME_NOW} : wanted.st_atim;
    if (which & FUSE_SET_ATTR_MTIME)
      times[1] = which & FUSE_SET_ATTR_MTIME_NOW ? timespec{0, UTIME_NOW} : wanted.st_mtim;
    note(away([&] { return utimensat(fd, "", times, AT_EMPTY_PATH); }));
  }
  if (!error) note(away([&] { return fstat(fd, &now); }));
  if (error) {
    fuse_reply_err(request, error);
    return;
  }
  if (known && S_ISREG(now.st_mode)) node->stamp = Node::Stamp{now.st_mtim, now.st_ctim, now.st_size};
  replyAttributes(request, *node, now);
}

// By the host's modes. What a grant does not allow yet may be asked for, so it counts as allowed here.
void Session::access(fuse_req_t request, NodeId id, int mask) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  auto found = findThing(*node, path, Need::See);
  if (!found.covered() || !found.thing) {
    fuse_reply_err(request, m_view.isOnTheWay(path) ? 0 : EACCES);
    return;
  }
  fuse_reply_err(request, away([&] { return ::access(procPath(found.thing.fd).c_str(), mask & 7); }) == 0 ? 0 : errno);
}

void Session::readlink(fuse_req_t request, NodeId id) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  auto found = findThing(*node, path, Need::See);
  if (!found.covered() || !found.thing) {
    fuse_reply_err(request, found.covered() ? ESTALE : EACCES);
    return;
  }
  char target[PATH_MAX + 1];
  auto length = away([&] { return readlinkat(found.thing.fd, "", target, PATH_MAX); });
  if (length < 0) {
    fuse_reply_err(request, errno);
    return;
  }
  target[length] = 0;
  fuse_reply_readlink(request, target);
}

void Session::getxattr(fuse_req_t request, NodeId id, const char* name, size_t size) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  if (!isUserAttribute(name)) {
    fuse_reply_err(request, ENODATA);
    return;
  }
  auto found = findThing(*node, path, Need::Read);
  if (!found.covered() || !found.thing) {
    fuse_reply_err(request, m_view.isOnTheWay(path) ? ENODATA : EACCES);
    return;
  }
  std::string value(std::min<size_t>(size, 65536), 0);
  auto length = away([&] { return ::getxattr(procPath(found.thing.fd).c_str(), name, value.data(), value.size()); });
  if (length < 0) {
    fuse_reply_err(request, errno);
  } else if (size == 0) {
    fuse_reply_xattr(request, static_cast<size_t>(length));
  } else {
    fuse_reply_buf(request, value.data(), static_cast<size_t>(length));
  }
}

void Session::listxattr(fuse_req_t request, NodeId id, size_t size) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  auto found = findThing(*node, path, Need::Read);
  std::string names;
  if (found.covered() && found.thing) {
    std::string all(65536, 0);
    auto length = away([&] { return ::listxattr(procPath(found.thing.fd).c_str(), all.data(), all.size()); });
    for (ssize_t at = 0; at < length;) {
      std::string_view name(all.data() + at);
      if (isUserAttribute(name)) names.append(name).push_back(0);
      at += static_cast<ssize_t>(name.size()) + 1;
    }
  }
  if (size == 0) {
    fuse_reply_xattr(request, names.size());
  } else if (size < names.size()) {
    fuse_reply_err(request, ERANGE);
  } else {
    fuse_reply_buf(request, names.data(), names.size());
  }
}

void Session::setxattr(fuse_req_t request, NodeId id, std::string name, std::string value, int flags, Asked asked) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  if (!isUserAttribute(name)) {
    fuse_reply_err(request, EOPNOTSUPP);
    return;
  }
  auto found = findThing(*node, path, Need::Write);
  if (!found.covered()) {
    mayGoOn(request, path, Need::Write, false, asked,
            [=, this](Asked now) { setxattr(request, id, name, value, flags, now); });
    return;
  }
  if (!found.thing) {
    fuse_reply_err(request, ESTALE);
    return;
  }
  bool done = away([&] {
                return ::setxattr(procPath(found.thing.fd).c_str(), name.c_str(), value.data(), value.size(), flags);
              }) == 0;
  fuse_reply_err(request, done ? 0 : errno);
}

void Session::removexattr(fuse_req_t request, NodeId id, std::string name, Asked asked) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  if (!isUserAttribute(name)) {
    fuse_reply_err(request, EOPNOTSUPP);
    return;
  }
  auto found = findThing(*node, path, Need::Write);
  if (!found.covered()) {
    mayGoOn(request, path, Need::Write, false, asked, [=, this](Asked now) { removexattr(request, id, name, now); });
    return;
  }
  if (!found.thing) {
    fuse_reply_err(request, ESTALE);
    return;
  }
  bool done = away([&] { return ::removexattr(procPath(found.thing.fd).c_str(), name.c_str()); }) == 0;
  fuse_reply_err(request, done ? 0 : errno);
}

void Session::statfs(fuse_req_t request, NodeId id) {
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  struct statvfs figures{};
  auto found = findThing(*node, path, Need::Read);
  if (!found.covered() || !found.thing || away([&] { return fstatvfs(found.thing.fd, &figures); }) < 0) {
    figures = {};
    figures.f_bsize = figures.f_frsize = 4096;
    figures.f_namemax = 255;
  }
  fuse_reply_statfs(request, &figures);
}

}  // namespace latchkey::files
