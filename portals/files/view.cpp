// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/view.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "portals/files/rules.h"
#include "portals/files/scratch.h"

namespace latchkey::files {
namespace {

using Guard = std::lock_guard<std::mutex>;

kj::AutoCloseFd openFolder(const std::string& path) {
  return kj::AutoCloseFd(open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

GrantRef folderGrant(const std::string& path, kj::AutoCloseFd fd, Need most) {
  auto grant = std::make_shared<Grant>();
  grant->path = grant->root = path;
  grant->rootFd = kj::mv(fd);
  grant->scope = schema::Scope::TREE;
  grant->most = most;
  return grant;
}

// The part of `path` right below `folder`.
std::string_view firstBelow(std::string_view path, std::string_view folder) {
  auto rest = relativeTo(path, folder);
  return rest.substr(0, rest.find('/'));
}

}  // namespace

View::View(Layout layout, const Clock& clock) : clock(clock), m_layout(std::move(layout)) {
  for (auto& folder : m_layout.folders) addLabel(folder);
  if (m_layout.seeHomeNames) {
    m_homeNames = folderGrant(m_layout.home, openFolder(m_layout.home), Need::See);
  }
  for (auto at = m_layout.home; at != "/" && !at.empty(); at = parentOf(at)) ++m_onTheWay[at];
  for (auto& place : m_layout.hidden) {
    struct stat status{};
    if (stat(place.c_str(), &status) == 0) m_hiddenIdentities.push_back(identityOf(status));
  }
}

void View::addLabel(const std::string& folder) {
  auto label = std::make_unique<Label>(Label{folder, openFolder(folder)});
  Guard guard(lock);
  ++m_generation;
  ++m_onTheWay[folder];
  for (auto at = std::string(parentOf(folder)); at != "/"; at = parentOf(at)) ++m_onTheWay[at];
  m_labels.push_back(std::move(label));
}

bool View::isUnderLabel(std::string_view path) {
  Guard guard(lock);
  return std::ranges::any_of(m_labels, [&](auto& label) { return isWithin(path, label->path); });
}

const View::Label* View::labelOf(std::string_view path) const {
  for (auto& label : m_labels) {
    if (isWithin(path, label->path)) return label.get();
  }
  return nullptr;
}

// --- grants

void View::countAncestors(const Grant& grant, int by) {
  for (auto at = std::string(parentOf(grant.path)); at != "/"; at = parentOf(at)) {
    if ((m_onTheWay[at] += by) <= 0) m_onTheWay.erase(at);
  }
}

GrantRef View::homeNames() {
  Guard guard(lock);
  return m_homeNames && m_homeNames->usable(clock) ? m_homeNames : nullptr;
}

void View::add(GrantRef grant) {
  Guard guard(lock);
  if (isOfHomeNames(*grant)) {
    ++m_generation;
    m_homeNames = grant;
    m_grants.push_back(std::move(grant));
    return;
  }
  // Given again: the earlier "no" about these things is over.
  std::vector<GrantRef> replaced;
  for (auto& known : m_grants) {
    if (known->state == Grant::State::Revoked && (grant->covers(known->path) || known->path == grant->path)) {
      replaced.push_back(known);
    }
  }
  for (auto& known : replaced) {
    std::erase(m_grants, known);
    std::erase(m_byRoot[known->root], known);
  }
  std::erase_if(m_denied, [&](auto& denied) { return grant->covers(denied.first); });
  ++m_generation;
  countAncestors(*grant, 1);
  m_byRoot[grant->root].push_back(grant);
  m_grants.push_back(std::move(grant));
}

void View::drop(const GrantRef& grant) {
  Guard guard(lock);
  if (std::ranges::find(m_grants, grant) == m_grants.end()) return;
  ++m_generation;
  if (isOfHomeNames(*grant)) {
    // Taken back, it refuses nothing that it did not show.
    if (m_homeNames == grant) m_homeNames = nullptr;
    std::erase(m_grants, grant);
    return;
  }
  countAncestors(*grant, -1);
  if (grant->state == Grant::State::Revoked) return;
  std::erase(m_grants, grant);
  std::erase(m_byRoot[grant->root], grant);
}

std::vector<GrantRef> View::grants() {
  Guard guard(lock);
  return m_grants;
}

void View::addDenial(GrantRef denial) {
  Guard guard(lock);
  std::erase_if(m_denials, [&](auto& known) { return known->id == denial->id; });
  if (denial->identity.known()) m_deniesThings = true;
  m_denials.push_back(std::move(denial));
  ++m_generation;
  ++m_denialTurn;
}

void View::dropDenial(const GrantRef& denial) {
  Guard guard(lock);
  std::erase(m_denials, denial);
  m_deniesThings = std::ranges::any_of(m_denials, [](auto& other) { return other->identity.known(); });
  ++m_generation;
}

std::vector<GrantRef> View::denials() {
  Guard guard(lock);
  return m_denials;
}

bool View::isDeniedLocked(std::string_view path, Need need, const Grant& by) const {
  return std::ranges::any_of(m_denials, [&](const GrantRef& denial) {
    return denial->denies(need) && denial->covers(path) && !isMoreSpecific(by.where(), denial->where());
  });
}

bool View::isDenied(std::string_view path, Need need, const Grant& by) {
  Guard guard(lock);
  return isDeniedLocked(path, need, by);
}

bool View::isDeniedThing(const Identity& identity, Need need) {
  if (!m_deniesThings || !identity.known()) return false;
  Guard guard(lock);
  return std::ranges::any_of(
      m_denials, [&](const GrantRef& denial) { return denial->identity == identity && denial->denies(need); });
}

bool View::isDeniedIn(const Grant& grant) {
  Guard guard(lock);
  return std::ranges::any_of(m_denials, [&](const GrantRef& denial) {
    auto at = denial->where().root();
    bool meets = isWithin(at, grant.path) || isWithin(grant.path, at);
    return meets && !isMoreSpecific(grant.where(), denial->where());
  });
}

std::vector<GrantRef> View::covers(std::string_view path, Need need, bool content) {
  std::vector<GrantRef> found;
  std::unique_lock<std::mutex> guard(lock);
  for (auto at = path;; at = parentOf(at)) {
    auto here = m_byRoot.find(at);
    if (here != m_byRoot.end()) {
      for (auto& grant : here->second) {
        bool reaches = content ? grant->coversContent(path) : grant->covers(path);
        if (!reaches || !grant->allows(need) || !grant->usable(clock)) continue;
        if (m_denials.empty() || !isDeniedLocked(path, need, *grant)) found.push_back(grant);
      }
    }
    if (at == "/") break;
  }
  guard.unlock();
  addHomeCovers(found, path, need);
  return found;
}

// Last, so that whatever was granted is shown before what is there anyway.
void View::addHomeCovers(std::vector<GrantRef>& found, std::string_view path, Need need) {
  if (need == Need::See && isBelow(path, m_layout.home) && !isHiddenBelow(path, m_layout.home)) {
    if (auto names = homeNames()) found.push_back(std::move(names));
  }
  if (!m_private || !isWithin(path, m_layout.home)) return;
  if (path == m_layout.home || isOwnName(firstBelow(path, m_layout.home))) found.push_back(m_private);
}

// --- paths

bool View::isHiddenPlace(std::string_view path, const Identity& identity) const {
  for (auto& place : m_layout.hidden) {
    if (isWithin(path, place)) return true;
  }
  return identity.known() && isHiddenIdentity(identity);
}

bool View::isHiddenIdentity(const Identity& identity) const {
  return std::ranges::find(m_hiddenIdentities, identity) != m_hiddenIdentities.end();
}

bool View::holdsHiddenPlace(std::string_view path) {
  if (std::ranges::any_of(m_layout.hidden, [&](auto& place) { return isWithin(place, path); })) return true;
  Guard guard(lock);
  return std::ranges::any_of(m_denials, [&](auto& denial) { return isWithin(denial->where().root(), path); });
}

bool View::isOnTheWay(const std::string& path) {
  if (path == "/") return true;
  Guard guard(lock);
  return m_onTheWay.contains(path);
}

void View::serveHome(kj::AutoCloseFd privateHome) {
  m_private = folderGrant(m_layout.home, kj::mv(privateHome), Need::Write);
  ++m_generation;
}

bool View::isOwnName(std::string_view name) {
  auto path = join(m_layout.home, name);
  if (scratchGrant(path)) return false;
  {
    Guard guard(lock);
    if (m_onTheWay.contains(path)) return false;
    // Also one that was taken back: the name goes on being the person's.
    auto here = m_byRoot.find(m_layout.home);
    auto named = [&](const GrantRef& grant) { return grant->covers(path); };
    if (here != m_byRoot.end() && std::ranges::any_of(here->second, named)) return false;
    if (m_byRoot.contains(path) && !m_byRoot[path].empty()) return false;
  }
  // What a person's thing is called, no thing of the app's is called.
  auto names = homeNames();
  return !names || name.starts_with('.') || findBeneath(names->rootFd, name).error == ENOENT;
}

bool View::isListed(const std::string& folder, std::string_view name, const GrantRef& grant) {
  if (name == "." || name == "..") return true;
  if (isHiddenPlace(join(folder, name))) return false;
  if (isOfHomeNames(*grant)) return !name.starts_with('.');
  return !isHome(folder) || isOwnName(name);
}

std::vector<std::string> View::ownNames(const std::string& folder) {
  std::set<std::string, std::less<>> names;
  std::vector<GrantRef> byName;
  if (auto seen = isHome(folder) ? homeNames() : nullptr) {
    for (auto& name : namesIn(seen->rootFd)) {
      if (!name.starts_with('.') && !isHiddenPlace(join(folder, name))) names.insert(name);
    }
  }
  std::unique_lock<std::mutex> guard(lock);
  for (auto& entry : m_scratches) {
    if (parentOf(entry.first) == folder) names.emplace(nameOf(entry.first));
  }
  if (isHome(folder)) {
    for (auto at = m_onTheWay.upper_bound(folder); at != m_onTheWay.end() && isBelow(at->first, folder); ++at) {
      names.emplace(firstBelow(at->first, folder));
    }
    for (auto& grant : m_grants) {
      if (parentOf(grant->path) != folder || isOfHomeNames(*grant) || !grant->usable(clock)) continue;
      if (grant->isByName()) byName.push_back(grant);
      else names.emplace(nameOf(grant->path));
    }
  }
  guard.unlock();
  for (auto& grant : byName) {
    for (auto& name : namesIn(grant->rootFd)) {
      if (grant->covers(join(folder, name)) && !isHiddenPlace(join(folder, name))) names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

Found View::find(const std::string& path, Need need) {
  if (auto* scratch = scratchAt(path)) {
    if (scratch->grant->allows(need) && scratch->grant->usable(clock)) {
      auto thing = findBeneath(scratch->grant->rootFd, scratch->hostName);
      if (thing && identityOf(thing.status) != scratch->identity) thing = Thing{};
      return {scratch->grant, kj::mv(thing), scratch->hostName};
    }
    return {};
  }
  for (auto& grant : covers(path, need)) {
    std::string relative(relativeTo(path, grant->root));
    auto thing = findBeneath(grant->rootFd, relative);
    if (thing && isHiddenPlace(path, identityOf(thing.status))) thing = Thing{};
    if (grant->isByName() && thing && !S_ISREG(thing.status.st_mode)) continue;
    if (grant->isFile() && thing) {
      Guard guard(lock);
      if (grant->identity != identityOf(thing.status)) continue;  // Not what was shown.
    }
    if (thing && isDeniedThing(identityOf(thing.status), need)) return {};
    return {grant, kj::mv(thing), kj::mv(relative)};
  }
  return {};
}

// The one that reaches `path` and all below, if there is no other that reaches any of it but for `exceptions`, names in
// `path` that are granted by themselves.
GrantRef View::onlyTreeAbove(std::string_view path, std::vector<std::string>& exceptions) {
  if (isHiddenPlace(path) || holdsHiddenPlace(path)) return nullptr;
  Guard guard(lock);
  if (!m_scratches.empty() || m_byRoot.size() > 64) return nullptr;
  if (std::ranges::any_of(m_denials, [&](auto& denial) { return isWithin(path, denial->where().root()); }))
    return nullptr;
  if (std::ranges::any_of(m_labels, [&](auto& label) { return isBelow(label->path, path); })) return nullptr;
  for (auto& entry : m_byRoot) {
    if (!entry.second.empty() && isBelow(entry.first, path)) return nullptr;
  }
  GrantRef tree;
  for (auto at = path;; at = parentOf(at)) {
    auto here = m_byRoot.find(at);
    if (here != m_byRoot.end()) {
      for (auto& grant : here->second) {
        if (grant->scope == schema::Scope::TREE) {
          if (std::exchange(tree, grant)) return nullptr;
        } else if (at == path) {
          if (!grant->isFile()) return nullptr;
          exceptions.emplace_back(nameOf(grant->path));
        }
      }
    }
    if (tree || at == "/") return tree;
  }
}

const View::Way& View::wayOf(NodeId folder) {
  auto& way = m_ways[folder % m_ways.size()];
  auto now = m_generation.load() + nodes.moves();
  if (way.folder == folder && way.generation == now) return way;
  way = Way{folder, now, nullptr, {}, {}};
  auto* node = nodes.find(folder);
  if (!node || node->gone) return way;
  for (auto* at = node; at && !at->folder; at = nodes.find(at->parent)) at->folder = true;
  auto path = nodes.pathOf(*node);
  way.grant = onlyTreeAbove(path, way.exceptions);
  if (way.grant) way.relative = relativeTo(path, way.grant->root);
  if (!way.relative.empty()) way.relative += '/';
  return way;
}

Found View::folderInTree(NodeId folder) {
  auto& way = wayOf(folder);
  if (!way.grant || !way.grant->usable(clock)) return {};
  Found found{way.grant, {}, way.relative.empty() ? std::string() : way.relative.substr(0, way.relative.size() - 1)};
  found.thing = findBeneath(found.grant->rootFd, found.relative);
  if (found.thing && isHiddenIdentity(identityOf(found.thing.status))) found.thing = Thing{};
  return found;
}

bool View::isUsable(const Way& way, std::string_view name, Need need) const {
  return way.grant && way.grant->allows(need) && way.grant->usable(clock) &&
         std::ranges::find(way.exceptions, name) == way.exceptions.end();
}

kj::Maybe<Found> View::findInTree(NodeId folder, std::string_view name, Need need) {
  auto& way = wayOf(folder);
  if (!isUsable(way, name, need)) return nullptr;
  auto length = way.relative.size() + name.size();
  char relative[PATH_MAX];
  if (length >= sizeof relative) return nullptr;
  way.relative.copy(relative, way.relative.size());
  name.copy(relative + way.relative.size(), name.size());
  relative[length] = '\0';
  // Its own: while the host is looked at the way may become another.
  Found found{way.grant, {}, {}};
  found.thing = findBeneath(found.grant->rootFd, relative);
  if (!found.grant->usable(clock)) return nullptr;
  if (found.thing && isDeniedThing(identityOf(found.thing.status), need)) return nullptr;
  if (found.thing && isHiddenIdentity(identityOf(found.thing.status))) found.thing = Thing{};
  return kj::mv(found);
}

// Each folder from below the granted one down to this.
bool View::isHeardOf(const Way& way) {
  auto* at = nodes.find(way.folder);
  for (auto depth = std::ranges::count(way.relative, '/'); depth > 0; --depth) {
    if (!at || at->gone || at->watch != Node::Watch::Yes) return false;
    at = nodes.find(at->parent);
  }
  return true;
}

OpenFolders::Folder View::heldFolder(const Way& way, uint64_t heard) {
  OpenFolders::Key key{way.folder, way.generation, heard};
  if (auto open = m_openFolders.find(key)) return open;
  if (!m_openFolders.isWorthwhile(key) || !isHeardOf(way)) return nullptr;
  auto folder = folderInTree(way.folder);
  if (!folder.thing || !S_ISDIR(folder.thing.status.st_mode)) return nullptr;
  return m_openFolders.keep(key, kj::mv(folder.thing.fd));
}

void View::keepFolder(NodeId folder, uint64_t generation, uint64_t heard, kj::AutoCloseFd fd) {
  auto& way = wayOf(folder);
  if (way.grant && way.generation == generation && isHeardOf(way)) {
    m_openFolders.keep({folder, generation, heard}, kj::mv(fd));
  }
}

kj::Maybe<Found> View::seeInTree(NodeId folder, std::string_view name, uint64_t heard) {
  auto& way = wayOf(folder);
  if (!isUsable(way, name, Need::See)) return nullptr;
  auto grant = way.grant;
  auto open = heldFolder(way, heard);
  if (!open) return findInTree(folder, name, Need::See);
  Found found{grant, lookIn(*open, std::string(name).c_str()), {}};
  if (!grant->usable(clock)) return nullptr;
  if (found.thing && isDeniedThing(identityOf(found.thing.status), Need::See)) return nullptr;
  if (found.thing && isHiddenIdentity(identityOf(found.thing.status))) found.thing = Thing{};
  return kj::mv(found);
}

GrantRef View::covering(const std::string& path, Need need, const Identity& identity) {
  if (auto* scratch = scratchAt(path)) {
    return scratch->identity == identity && scratch->grant->allows(need) && scratch->grant->usable(clock)
               ? scratch->grant
               : nullptr;
  }
  if (isDeniedThing(identity, need)) return nullptr;
  for (auto& grant : covers(path, need)) {
    Guard guard(lock);
    if (!grant->isFile() || grant->identity == identity) return grant;
  }
  return nullptr;
}

Found View::findContent(const std::string& folder, Need need) {
  for (auto& grant : covers(folder, need, true)) {
    std::string relative(relativeTo(folder, grant->root));
    auto thing = findBeneath(grant->rootFd, relative);
    if (thing && isHiddenPlace(folder, identityOf(thing.status))) thing = Thing{};
    return {grant, kj::mv(thing), kj::mv(relative)};
  }
  return {};
}

// A hidden name that is not there (yet) must not be made either: what Latchkey or a ceiling reads there would be an
// app's.
Found View::findName(const std::string& path) {
  if (isHiddenPlace(path)) return {};
  auto found = find(path, Need::Write);
  if (found.covered() && !found.grant->isFilesOnly() && !found.grant->coversName(path)) return {};
  return found;
}

bool View::isAskable(const std::string& path) {
  if (isBelow(path, m_layout.home) && !isHiddenBelow(path, m_layout.home) && homeNames()) return true;
  Guard guard(lock);
  if (auto* label = labelOf(path)) {
    // Inside a granted folder hidden things are part of the work (.git); they may be asked about further.
    if (!isHiddenBelow(path, label->path)) return true;
  }
  for (std::string_view at = path;; at = parentOf(at)) {
    auto here = m_byRoot.find(at);
    if (here != m_byRoot.end()) {
      for (auto& grant : here->second) {
        if (grant->covers(path) && grant->usable(clock)) return true;
      }
    }
    if (at == "/") return false;
  }
}

bool View::isRefused(const std::string& path, Need need) {
  if (m_deniesThings) {
    auto thing = forQuestion(path);
    if (thing && isDeniedThing(identityOf(thing.status), need)) return true;
  }
  Guard guard(lock);
  for (auto level : {Need::See, Need::Read, Need::Write}) {
    if (level <= need && m_denied.contains({path, level})) return true;
  }
  if (std::ranges::any_of(m_denials, [&](auto& denial) { return denial->denies(need) && denial->covers(path); }))
    return true;
  return std::ranges::any_of(m_grants, [&](const GrantRef& grant) {
    auto state = grant->state.load();
    return (state == Grant::State::Suspended || state == Grant::State::Revoked) && grant->covers(path) &&
           !isOfHomeNames(*grant);
  });
}

void View::denyForRun(const std::string& path, Need need) {
  Guard guard(lock);
  if (m_denied.size() < 4096) m_denied.emplace(path, need);
}

Thing View::forQuestion(const std::string& path) {
  int root = -1;
  std::string_view base;
  {
    Guard guard(lock);
    if (auto* label = labelOf(path)) root = label->fd.get(), base = label->path;
  }
  if (root >= 0) return findBeneath(root, relativeTo(path, base));
  for (auto& grant : covers(path, Need::See)) return findBeneath(grant->rootFd, relativeTo(path, grant->root));
  return {};
}

// --- scratch files

Scratch* View::scratchAt(const std::string& path) {
  Guard guard(lock);
  auto found = m_scratches.find(path);
  return found == m_scratches.end() ? nullptr : &found->second;
}

GrantRef View::scratchGrant(const std::string& path) {
  Guard guard(lock);
  auto here = m_byRoot.find(parentOf(path));
  if (here == m_byRoot.end()) return nullptr;
  for (auto& grant : here->second) {
    if (!grant->isFilesOnly() || !grant->allows(Need::Write) || !grant->usable(clock) || path == grant->path) continue;
    bool temporary =
        grant->isFile() ? looksTemporary(nameOf(path), nameOf(grant->path)) : looksTemporary(path, grant->where());
    if (temporary) return grant;
  }
  return nullptr;
}

void View::addScratch(const std::string& path, Scratch scratch) {
  Guard guard(lock);
  ++m_generation;
  m_scratches[path] = std::move(scratch);
}

void View::dropScratch(const std::string& path) {
  Guard guard(lock);
  m_scratches.erase(path);
}

void View::renameScratch(const std::string& from, const std::string& to) {
  Scratch replaced;
  {
    Guard guard(lock);
    auto there = m_scratches.find(to);
    if (there != m_scratches.end()) replaced = there->second;
    m_scratches[to] = m_scratches[from];
    m_scratches.erase(from);
  }
  if (replaced.grant) cleanScratch(replaced.grant->rootFd, replaced.hostName);
}

std::vector<std::pair<std::string, Scratch>> View::takeScratches(const GrantRef& only) {
  std::vector<std::pair<std::string, Scratch>> taken;
  Guard guard(lock);
  for (auto at = m_scratches.begin(); at != m_scratches.end();) {
    if (only && at->second.grant != only) {
      ++at;
      continue;
    }
    taken.emplace_back(at->first, at->second);
    at = m_scratches.erase(at);
  }
  return taken;
}

std::vector<NodeId> View::nodesOf(const GrantRef& grant) {
  std::vector<NodeId> open, closed;
  for (size_t part = 0, parts = 1; part < parts; ++part) {
    // A part at a time: the sandbox goes on meanwhile, and what it opens of this from now on is of no use to it.
    Guard guard(lock);
    parts = nodes.parts();
    nodes.eachIn(part, [&](Node& node) {
      if (std::ranges::any_of(node.handles, [&](Handle* handle) { return handle->grant == grant; })) {
        open.push_back(node.id);
      } else if (node.grant == grant) {
        closed.push_back(node.id);
      }
    });
  }
  open.insert(open.end(), closed.begin(), closed.end());
  return open;
}

std::vector<NodeId> View::nodesIn(const Grant& denial, bool openForWriting) {
  std::vector<NodeId> found;
  auto where = denial.where();
  for (size_t part = 0, parts = 1; part < parts; ++part) {
    Guard guard(lock);
    parts = nodes.parts();
    nodes.eachIn(part, [&](Node& node) {
      auto unsaved = [](Handle* handle) { return handle->need == Need::Write; };
      if (openForWriting && std::ranges::none_of(node.handles, unsaved)) return;
      bool same = denial.identity.known() && node.identity == denial.identity;
      if (same || where.covers(nodes.pathOf(node))) found.push_back(node.id);
    });
  }
  return found;
}

View::AllOpened View::openedUnder(const GrantRef& grant, size_t most) {
  AllOpened all;
  auto& list = all.list;
  for (size_t part = 0, parts = 1; part < parts; ++part) {
    Guard guard(lock);
    parts = nodes.parts();
    nodes.eachIn(part, [&](Node& node) {
      for (auto* handle : node.handles) {
        if (handle->grant != grant) continue;
        auto& use = handle->use;
        list.push_back({nodes.pathOf(node), node.identity.inode, handle->directory, handle->need, use.thread.load(),
                        use.bytesRead.load(), use.bytesWritten.load(), use.last.load(), use.opened});
      }
    });
  }
  std::ranges::stable_sort(list, std::ranges::greater(), &Opened::last);
  if (list.size() > most) {
    all.more = list.size() - most;
    list.resize(most);
  }
  return all;
}

std::vector<NodeId> View::openForWriting(const GrantRef& grant) {
  std::vector<NodeId> open;
  for (size_t part = 0, parts = 1; part < parts; ++part) {
    Guard guard(lock);
    parts = nodes.parts();
    nodes.eachIn(part, [&](Node& node) {
      auto unsaved = [&](Handle* handle) { return handle->grant == grant && handle->need == Need::Write; };
      if (std::ranges::any_of(node.handles, unsaved)) open.push_back(node.id);
    });
  }
  return open;
}

}  // namespace latchkey::files
