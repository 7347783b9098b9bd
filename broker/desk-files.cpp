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

kj::Maybe<Resolved> thingBehind(kj::AutoCloseFd fd) {
  struct stat status{};
  if (fstat(fd, &status) < 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return nullptr;
  auto path = claimedPath(fd);
  if (!isCleanPath(path)) return nullptr;
  auto found = tryResolve(path);
  KJ_IF_MAYBE (thing, found) {
    bool same = thing->inode == status.st_ino && thing->device == status.st_dev;
    bool plain = thing->path == path && thing->directory == S_ISDIR(status.st_mode);
    if (plain && (same || isOfPortal(fd))) return kj::mv(*thing);
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
