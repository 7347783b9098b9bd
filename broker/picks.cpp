// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/picks.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/stat.h>

#include <set>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "broker/granted-object.h"
#include "broker/grants/reach.h"
#include "broker/holder.h"

namespace latchkey {
namespace {

std::string joined(const std::string& folder, const std::string& name) {
  return (folder == "/" ? "" : folder) + "/" + name;
}

Picked existing(Resolved thing) {
  return {.kind = thing.directory ? Kind::Folder : Kind::File,
          .object = {.target = targetOf(thing.path),
                     .path = thing.path,
                     .device = thing.device,
                     .inode = thing.inode,
                     .scope = thing.directory ? Scope::Tree : Scope::File},
          .fd = kj::mv(thing.fd)};
}

Resolved resolved(Chosen chosen) {
  if (chosen.object.get() >= 0) return resolve(kj::mv(chosen.object));
  if (!isCleanPath(chosen.path)) fail("not an absolute path: " + brief(chosen.path, 200));
  KJ_IF_MAYBE (thing, tryResolve(chosen.path)) return kj::mv(*thing);
  fail("there is no such file or folder: " + brief(chosen.path, 200));
}

// Whether anything has that name, a link that leads nowhere among it: writing would follow the link.
bool isTaken(const Resolved& folder, const std::string& name) {
  struct stat status{};
  return fstatat(folder.fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

Picked toBeMade(const Resolved& folder, const std::string& name) {
  auto path = joined(folder.path, name);
  if (!isCleanPath(path)) fail("its name is too long");
  return {.kind = Kind::File, .object = {.target = targetOf(path), .path = path, .scope = Scope::File}, .fd = {}};
}

Resolved folderAt(const std::string& path) {
  KJ_IF_MAYBE (folder, tryResolve(path)) {
    if (folder->directory) return kj::mv(*folder);
  }
  fail("there is no folder to save it in");
}

void requireFile(const Resolved& thing) {
  struct stat status{};
  KJ_SYSCALL(fstat(thing.fd, &status));
  if (!S_ISREG(status.st_mode)) fail("that is no file: " + brief(thing.path, 200));
}

Picked toSave(Chosen chosen) {
  if (chosen.object.get() < 0) {
    if (!isCleanPath(chosen.path)) fail("not an absolute path: " + brief(chosen.path, 200));
    auto slash = chosen.path.rfind('/');
    auto name = chosen.path.substr(slash + 1);
    if (!isFileName(name)) fail("that is no name for a file");
    auto folder = folderAt(slash == 0 ? "/" : chosen.path.substr(0, slash));
    if (!isTaken(folder, name)) return toBeMade(folder, name);
  }
  auto thing = resolved(kj::mv(chosen));
  requireFile(thing);
  return existing(kj::mv(thing));
}

// "notes (2).txt"
std::string numbered(const std::string& name, unsigned number) {
  auto dot = name.rfind('.');
  if (dot == 0 || dot == name.npos) dot = name.size();
  return name.substr(0, dot) + " (" + std::to_string(number) + ")" + name.substr(dot);
}

std::vector<Picked> toSaveIn(const Resolved& folder, const std::vector<std::string>& names) {
  if (!folder.directory) fail("that is no folder");
  std::vector<Picked> things;
  std::set<std::string> used;
  for (auto& wanted : names) {
    auto name = wanted;
    for (unsigned number = 1; isTaken(folder, name) || used.contains(name); ++number) {
      if (number > 1000) fail("too many files of that name are there already");
      name = numbered(wanted, number);
    }
    if (!isFileName(name)) fail("its name is too long");
    used.insert(name);
    things.push_back(toBeMade(folder, name));
  }
  return things;
}

void requireKind(const Chooser& chooser, const Picked& picked) {
  if ((picked.kind == Kind::Folder) != chooser.ofFolders())
    fail(chooser.ofFolders() ? "that is no folder" : "that is a folder, and a file was asked for");
}

}  // namespace

std::vector<Picked> pickedThings(const Chooser& chooser, std::vector<Chosen> chosen) {
  if (chosen.empty()) fail("nothing was picked");
  if (chosen.size() > (chooser.ofSeveral() ? MOST_CHOSEN : 1)) fail("that is more than was asked for");
  if (chooser.purpose == Chooser::Purpose::SaveFiles) return toSaveIn(resolved(kj::mv(chosen[0])), chooser.names);
  std::vector<Picked> things;
  if (chooser.saves()) {
    things.push_back(toSave(kj::mv(chosen[0])));
    return things;
  }
  std::set<std::string> seen;
  for (auto& one : chosen) {
    auto thing = existing(resolved(kj::mv(one)));
    requireKind(chooser, thing);
    if (seen.insert(thing.object.path).second) things.push_back(kj::mv(thing));
  }
  return things;
}

std::vector<Picked> pickedElsewhere(const std::vector<std::string>& paths, bool mayMake) {
  if (paths.empty() || paths.size() > MOST_CHOSEN) fail("nothing, or too much, was picked");
  std::vector<Picked> things;
  for (auto& path : paths) {
    if (!isCleanPath(path)) fail("not an absolute path: " + brief(path, 200));
    auto there = tryResolve(path);
    KJ_IF_MAYBE (thing, there) things.push_back(existing(kj::mv(*thing)));
    else if (mayMake) things.push_back(toSave({.path = path}));
    else fail("there is no such file or folder: " + brief(path, 200));
  }
  return things;
}

kj::Maybe<GrantId> sameHeld(const Ledger& ledger, const Grant& wanted, const InstanceId& instance) {
  for (auto& held : ledger.ofObject(wanted.object)) {
    bool usable = held.holder == wanted.holder && held.state == GrantState::Active && held.kind == wanted.kind &&
                  held.lifetime.type != Lifetime::Type::Once && !held.fast &&
                  (held.instance.empty() || held.instance == instance);
    bool same = held.object.path == wanted.object.path && held.object.scope == wanted.object.scope &&
                held.object.inode == wanted.object.inode && held.object.device == wanted.object.device;
    if (usable && same && isWithin(wanted, held)) return held.id;
  }
  return nullptr;
}

namespace {

bool isAsSpecific(const Grant& grant, const Refusal& refusal) {
  if (hasPath(grant.kind) && hasPath(refusal.kind))
    return latchkey::isAsSpecific(whereOf(grant.kind, grant.object), whereOf(refusal.kind, refusal.object));
  if (grant.kind != Kind::Network || refusal.kind != Kind::Network) return false;
  auto given = destinationFrom(grant.object.target), never = destinationFrom(refusal.object.target);
  KJ_IF_MAYBE (one, given) {
    KJ_IF_MAYBE (other, never) return latchkey::isAsSpecific(*one, *other);
  }
  return false;
}

}  // namespace

std::string neverSaid(const Ledger& ledger, const Grant& grant) {
  for (auto& refusal : ledger.refusalsOf(grant.holder)) {
    bool same = isAsSpecific(grant, refusal);
    if (same && forbids(refusal, grant.kind, grant.object, grant.access))
      return "you said never to that: `latchkey forget " + refusal.id.text() + "` takes it back";
  }
  return {};
}

Grant grantOfPicked(Ceilings& ceilings, const Ledger& ledger, const std::string& holder, const Picked& picked,
                    Access access, bool saves) {
  Grant grant{.holder = holder, .kind = picked.kind, .object = picked.object, .access = access};
  grant.origin = Origin::Picked;
  auto app = Holder::parse(holder).app;
  auto fault = ceilings.tooWide(grant.kind, grant.object);
  if (!fault.empty()) fail(fault);
  fault = ceilings.fault(app, grant.kind, grant.object, access);
  if (!fault.empty()) {
    auto most = ceilings.atMost(app, grant.kind, grant.object, access);
    KJ_IF_MAYBE (less, most) grant.access = *less;
    if (saves || picked.fd.get() < 0 || most == nullptr) fail(fault);
  }
  fault = neverSaid(ledger, grant);
  if (!fault.empty()) fail(fault);
  return grant;
}

}  // namespace latchkey
