// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Grants follow what they were given for.
//
// The portal holds a folder by descriptor, wherever the person moves it, and tells us of it; the ledger then says the
// new place, so that what people read is true and the next portal binds what this one held. It is the very folder or
// nothing: what took its name is another thing and was never given. The exception is a file that the app itself
// replaced by saving.
//
// Where it is now may be a place that nobody is given, or this app not: then the grant ends.

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/file-grants.h"
#include "broker/granted-object.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

// Without a file of its own to be known by: it is about whatever has such a name in that folder.
bool isOfFolder(const Grant& grant) { return grant.kind == Kind::Folder || grant.object.scope != Scope::File; }

std::string_view lastPart(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string pathNow(const Grant& grant, const std::string& thing) {
  if (grant.kind == Kind::Folder || grant.object.scope == Scope::File) return thing;
  return (thing == "/" ? "" : thing) + "/" + std::string(lastPart(grant.object.path));
}

std::string movedPath(std::string_view path, std::string_view from, std::string_view to) {
  return std::string(to) + std::string(path.substr(from.size()));
}

}  // namespace

// Numbers of devices, and on some disks those of files, are of this boot: what was decided before this app was started
// is looked up by its path, once.
FileGrants::Thing FileGrants::knownThing(const Instance& instance, const Grant& grant) const {
  auto all = m_things.find(instance.id);
  if (all != m_things.end()) {
    auto known = all->second.find(grant.id);
    if (known != all->second.end()) return known->second;
  }
  bool since = !grant.instance.empty() || grant.created >= instance.started;
  bool recorded = grant.kind == Kind::Folder || (grant.kind == Kind::File && grant.object.scope == Scope::File);
  return since && recorded ? Thing{grant.object.device, grant.object.inode} : Thing{};
}

void FileGrants::noteThing(const InstanceId& instance, const GrantId& grant, schema::Thing::Reader thing) {
  if (thing.getInode() != 0 && sandboxOf(instance) != nullptr)
    m_things[instance].insert_or_assign(grant, Thing{thing.getDevice(), thing.getInode()});
}

// Why it may not be had there: one line, empty when it may.
std::string FileGrants::faultOfPlace(const Instance& instance, const Grant& grant, const Object& now) const {
  auto fault = m_ceilings.fault(instance.holder.app, grant.kind, now, grant.access);
  if (fault.empty()) fault = m_ceilings.tooWide(grant.kind, now);
  if (!fault.empty()) return fault;
  auto where = whereOf(grant.kind, now);
  // The portal hides by names, and knows it by its old one.
  auto reaches = [&](const std::string& place) { return liesIn(place, where.root()); };
  if (grant.kind == Kind::Folder && std::ranges::any_of(m_ceilings.hidden(instance.holder.app), reaches))
    return "there is something in it that this program never gets";
  if (m_ledger.refusing(grant.holder, grant.kind, now, grant.access) != nullptr) return "you said never to that place";
  return {};
}

kj::Promise<void> FileGrants::lose(GrantId grant, std::string_view why) {
  return cut(m_ledger.lose(grant, why).grants);
}

kj::Promise<void> FileGrants::moved(InstanceId id, GrantId grantId, AskedThing thing, bool own) {
  auto held = [&]() -> bool {
    KJ_IF_MAYBE (sandbox, sandboxOf(id)) return sandbox->grants.contains(grantId);
    return false;
  };
  auto found = m_ledger.find(grantId);
  auto instance = m_instances.find(id);
  if (found == nullptr || instance == nullptr) co_return;
  // We may not have taken it up yet, after this portal or we came back: it is told again.
  if (!held()) fail("that is not known to be given there");
  auto& before = KJ_ASSERT_NONNULL(found);
  auto& app = KJ_ASSERT_NONNULL(instance);
  if (before.hasEnded() || !hasPath(before.kind) || before.fast) co_return;
  Thing now{thing.object.device, thing.object.inode};
  auto known = knownThing(app, before);
  bool isFolder = isOfFolder(before);
  // Nothing but saving by rename makes it another thing, and that a plain file in the same place or in its moved
  // folder.
  if (thing.directory != isFolder || (own && isFolder)) fail("that is not what was given");
  if (!own && known != Thing{} && known != now) fail("that is another thing");
  auto object = before.object;
  object.path = pathNow(before, thing.object.path);
  if (own && lastPart(object.path) != lastPart(before.object.path)) fail("that is another name");
  object.target = targetOf(object.path);
  if (before.kind == Kind::Folder || before.object.scope == Scope::File) {
    object.device = now.device;
    object.inode = now.inode;
  }
  auto fault = object.path == before.object.path ? std::string() : faultOfPlace(app, before, object);
  if (!fault.empty()) {
    logInfo(before.object.target + " was moved: " + fault);
    co_await lose(grantId, "moved");
    co_return;
  }
  m_ledger.follow(grantId, object);
  m_things[id].insert_or_assign(grantId, now);
  auto named = app.objects.find(grantId);
  if (named != app.objects.end()) {
    KJ_IF_MAYBE (fd, thing.fd)
      if (own) named->second = kj::mv(*fd);
  }
  auto after = m_ledger.find(grantId);
  KJ_IF_MAYBE (moved, after) co_await stopThere(id, before, *moved);
}

// A single file that was stopped in it is stopped there, too.
kj::Promise<void> FileGrants::stopThere(const InstanceId& id, const Grant& before, const Grant& now) {
  std::string from(whereOf(before.kind, before.object).root()), to(whereOf(now.kind, now.object).root());
  if (from == to) return kj::READY_NOW;
  kj::Vector<kj::Promise<void>> acts;
  for (auto& file : stoppedOf(id)) {
    if (!liesIn(file.path, from)) continue;
    auto there = file;
    there.path = movedPath(file.path, from, to);
    acts.add(stopIn(id, kj::mv(there)));
  }
  return kj::joinPromises(acts.releaseAsArray());
}

}  // namespace latchkey
