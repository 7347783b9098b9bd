// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/granted-object.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "broker/grants/reach.h"
#include "broker/network-wish.h"

namespace latchkey {
namespace {

// The folder that holds the thing. Between the question and the answer somebody may have put another folder in its
// place: then it does not hold what was shown.
Resolved folderOf(const Object& object) {
  auto slash = object.path.rfind('/');
  auto path = slash == 0 ? std::string("/") : object.path.substr(0, slash);
  auto name = object.path.substr(slash + 1);
  int raw;
  KJ_SYSCALL(raw = open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "the folder is gone");
  auto folder = resolve(kj::AutoCloseFd(raw));
  KJ_REQUIRE(folder.path == path, "the folder has moved meanwhile");
  if (object.inode != 0) {
    struct stat status{};
    KJ_SYSCALL(fstatat(folder.fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW), "it has moved meanwhile");
    KJ_REQUIRE(status.st_ino == object.inode && status.st_dev == object.device, "it has been replaced meanwhile");
  }
  return folder;
}

void requireOffered(const Request& request, const Answer& answer, WallTime now) {
  auto& scopes = request.scopes;
  if (std::ranges::find(scopes, answer.scope) == scopes.end()) fail("that is not one of the choices");
  if (answer.access > request.question.access) fail("that is more than was asked for");
  bool lasts = answer.lifetime.type != Lifetime::Type::Once;
  if (answer.fast && !(request.mayBeFast && answer.scope == Scope::Tree && lasts)) {
    fail("full speed is for a whole folder with all that is in it, and not for once");
  }
  if (answer.lifetime.type == Lifetime::Type::Until && answer.lifetime.until <= now) fail("that time has passed");
  requireLimits(request.question.kind, answer.limits);
}

}  // namespace

void requireLimits(Kind kind, const Limits& limits) {
  if (limits == Limits{}) return;
  if (!isOfNetwork(kind)) fail("only what is given of the network has limits");
  if (limits.uses != 0) fail("the network is not counted by uses");
}

std::vector<Scope> scopesFor(Kind kind, bool directory) {
  if (!hasPath(kind)) return {Scope::Host};
  if (directory) return {Scope::Folder, Scope::Tree};
  return {Scope::File, Scope::Siblings, Scope::Folder, Scope::Tree};
}

std::string targetOf(const std::string& path) { return brief(path, 1000); }

void requireLasting(const Answer& answer, WallTime now) {
  if (answer.fast) fail("full speed is not for what is picked");
  requireLimits(Kind::File, answer.limits);
  if (answer.lifetime.type == Lifetime::Type::Until && answer.lifetime.until <= now) fail("that time has passed");
}

Object networkObject(const Object& asked, Scope scope) {
  auto object = asked;
  KJ_IF_MAYBE (destination, destinationFrom(asked.target)) {
    auto wide = widened(*destination, scope);
    object.target = KJ_REQUIRE_NONNULL(wide, "that is not one of the choices").text();
    object.scope = scope;
  } else {
    fail("that is no destination");
  }
  return object;
}

WantedGrant wantedGrant(const Request& request, int object, const Answer& answer, WallTime now) {
  requireOffered(request, answer, now);
  auto& question = request.question;
  WantedGrant wanted;
  wanted.grant.holder = question.holder;
  wanted.grant.kind = question.kind;
  wanted.grant.object = question.object;
  wanted.grant.object.scope = answer.scope;
  // What is no file is had or not: there is no half of it.
  bool whole = question.kind == Kind::Desktop || question.kind == Kind::Network;
  wanted.grant.access = whole ? question.access : answer.access;
  wanted.grant.lifetime = answer.lifetime;
  wanted.grant.origin = Origin::Prompt;
  wanted.grant.fast = answer.fast;
  wanted.grant.limits = answer.limits;
  if (question.kind == Kind::Network) {
    wanted.grant.object = networkObject(question.object, answer.scope);
    return wanted;
  }
  bool widened = !question.directory && (answer.scope == Scope::Folder || answer.scope == Scope::Tree);
  if (widened) {
    auto folder = folderOf(question.object);
    wanted.grant.kind = Kind::Folder;
    wanted.grant.object = {.target = targetOf(folder.path),
                           .path = folder.path,
                           .device = folder.device,
                           .inode = folder.inode,
                           .scope = answer.scope};
    wanted.object = kj::mv(folder.fd);
  } else if (object >= 0) {
    wanted.object = duplicate(object);
  }
  return wanted;
}

}  // namespace latchkey
