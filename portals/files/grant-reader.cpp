// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/grant-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>

#include "portals/files/rules.h"

namespace latchkey::files {
namespace {

// From the root of the file system, no symbolic link on the way: a resolved path has none.
Thing findPath(const std::string& path) {
  kj::AutoCloseFd root(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  return findBeneath(root, relativeTo(path, "/"));
}

}  // namespace

GrantRef readGrant(schema::FileGrant::Reader from, const Clock& clock) {
  auto grant = std::make_shared<Grant>();
  auto bytes = from.getPath();
  grant->id.assign(from.getId().begin(), from.getId().end());
  grant->path.assign(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  KJ_REQUIRE(isProperPath(grant->path), "not a path", grant->path);
  grant->scope = from.getScope();
  bool pattern = grant->scope == schema::Scope::PATTERN;
  KJ_REQUIRE(grant->scope <= schema::Scope::TREE || pattern, "not a scope of files", grant->scope);
  if (pattern) {
    auto fault = faultOfPattern(nameOf(grant->path));
    KJ_REQUIRE(fault.empty(), fault.c_str());
  }
  grant->most = from.getSee() ? Need::See : from.getAccess() == schema::Access::WRITE ? Need::Write : Need::Read;
  grant->once = from.getOnce();
  grant->deny = from.getDeny();
  if (grant->deny) {
    grant->identity = {from.getDevice(), from.getInode()};
    bool named = grant->scope != schema::Scope::FOLDER && grant->scope != schema::Scope::TREE;
    grant->root = named ? std::string(parentOf(grant->path)) : grant->path;
  }
  if (from.getExpires() != 0) grant->deadline = Deadline::at(fromNanos(from.getExpires()), clock);
  grant->usesLimit = from.getLimits().getUses();
  grant->bytesLimit = from.getLimits().getBytes();
  grant->fast = from.getFast();
  grant->bound = {from.getThing().getDevice(), from.getThing().getInode()};
  bool plain = grant->scope == schema::Scope::TREE && grant->most != Need::See && !grant->once &&
               grant->usesLimit == 0 && grant->bytesLimit == 0;
  KJ_REQUIRE(plain || !grant->fast, "full speed for what cannot have it", grant->path);
  if (from.getSuspended()) grant->state = Grant::State::Suspended;
  return grant;
}

namespace {

// The folder it reaches into.
void bindFolder(Grant& grant, kj::AutoCloseFd folder, const Identity& found) {
  grant.replaced = grant.bound.known() && grant.bound != found;
  if (grant.replaced) return;
  grant.bound = found;
  grant.rootFd = kj::mv(folder);
}

// A pattern is about its folder: the one that was shown, where it was shown.
void bindPattern(Grant& grant, kj::AutoCloseFd object) {
  grant.root = parentOf(grant.path);
  auto folder = findPath(grant.root);
  KJ_REQUIRE(bool(folder) && S_ISDIR(folder.status.st_mode), "its folder is not there", grant.path);
  if (object.get() >= 0) {
    struct stat shown{};
    KJ_SYSCALL(fstat(object, &shown));
    KJ_REQUIRE(identityOf(shown) == identityOf(folder.status), "another folder has this name now", grant.root);
  }
  bindFolder(grant, kj::mv(folder.fd), identityOf(folder.status));
}

}  // namespace

void bindGrant(Grant& grant, kj::AutoCloseFd object, bool directory) {
  if (grant.scope == schema::Scope::PATTERN) return bindPattern(grant, kj::mv(object));
  struct stat status{};
  bool exists = object.get() >= 0;
  if (exists) {
    KJ_SYSCALL(fstat(object, &status));
  } else {
    auto thing = findPath(grant.path);
    exists = bool(thing);
    KJ_REQUIRE(exists || thing.error == ENOENT, "cannot be reached", grant.path, thing.error);
    status = thing.status;
    object = kj::mv(thing.fd);
  }
  if (exists ? S_ISDIR(status.st_mode) : directory) {
    KJ_REQUIRE(exists, "the folder is not there", grant.path);
    if (grant.scope == schema::Scope::FILE || grant.scope == schema::Scope::SIBLINGS)
      grant.scope = schema::Scope::FOLDER;
    if (grant.fast) grant.identity = identityOf(status);
    grant.root = grant.path;
    return bindFolder(grant, kj::mv(object), identityOf(status));
  }
  grant.root = parentOf(grant.path);
  auto folder = findPath(grant.root);
  KJ_REQUIRE(bool(folder) && S_ISDIR(folder.status.st_mode), "its folder is not there", grant.path);
  auto now = findBeneath(folder.fd, nameOf(grant.path));
  auto shown = exists ? identityOf(status) : Identity{};
  auto there = now ? identityOf(now.status) : Identity{};
  // A swap between the question and the answer. For a wider scope it is the folder that counts: it must hold what was
  // shown.
  KJ_REQUIRE(shown == there, "another thing has this name now", grant.path);
  if (!grant.isFile()) return bindFolder(grant, kj::mv(folder.fd), identityOf(folder.status));
  // Where nothing is at the moment it may come back (put aside while it is being saved), but as that file alone.
  grant.replaced = grant.bound.known() && exists && grant.bound != shown;
  if (grant.replaced) return;
  if (exists) grant.bound = shown;
  grant.identity = grant.bound;
  grant.rootFd = kj::mv(folder.fd);
}

void holdWhatIsRefused(Grant& denial) {
  auto thing = findPath(denial.path);
  if (thing && identityOf(thing.status) == denial.identity) denial.rootFd = kj::mv(thing.fd);
}

}  // namespace latchkey::files
