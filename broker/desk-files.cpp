// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/desk-files.h"

#include <limits.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "broker/granted-object.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

std::string claimedPath(int fd) {
  char buffer[PATH_MAX];
  auto length = readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), buffer, sizeof buffer);
  if (length <= 0 || length >= static_cast<ssize_t>(sizeof buffer)) return {};
  return {buffer, static_cast<size_t>(length)};
}

bool isOfPortal(int fd) {
  struct statfs system{};
  return fstatfs(fd, &system) == 0 && system.f_type == FUSE_SUPER_MAGIC;
}

}  // namespace

// Of the file portal's own nobody outside of the sandbox is told more than the path: the kernel refuses even fstat(2).
// What is at that path is what counts, and whether the app may have it: that the path is a claim gives it nothing.
kj::Maybe<Resolved> thingBehind(kj::AutoCloseFd fd) {
  struct stat status{}, there{};
  bool known = fstat(fd, &status) == 0;
  if (!known && !isOfPortal(fd)) return nullptr;
  auto path = claimedPath(fd);
  if (!isCleanPath(path)) return nullptr;
  auto found = tryResolve(path);
  KJ_IF_MAYBE (thing, found) {
    if (thing->path != path || fstat(thing->fd, &there) < 0) return nullptr;
    if (!S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode)) return nullptr;
    bool sameKind = !known || (status.st_mode & S_IFMT) == (there.st_mode & S_IFMT);
    bool same = known && there.st_ino == status.st_ino && there.st_dev == status.st_dev;
    if (sameKind && (same || isOfPortal(fd))) return kj::mv(*thing);
  }
  return nullptr;
}

Kind kindOf(const Resolved& thing) { return thing.directory ? Kind::Folder : Kind::File; }

Object objectOf(const Resolved& thing) {
  return {.target = targetOf(thing.path),
          .path = thing.path,
          .device = thing.device,
          .inode = thing.inode,
          .scope = thing.directory ? Scope::Tree : Scope::File};
}

}  // namespace latchkey
