// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the kernel may trust for how long, and taking that back when the host changes.
//
// A second for everything, unless the folder is watched; then much longer. In the order in which things may happen:
// - The folder was watched before it was looked at.
// - A change heard of between the look and the reply: the reply is for a second only.
// - One heard of between the reply and the end of it: what was replied is taken back right after it.
// - Later ones find in the node that the kernel trusts, and take that back.
// So an own change by the app costs nothing: what it makes is trusted for a second only, until it is looked up again.

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "portals/files/operations.h"
#include "portals/files/rules.h"

namespace latchkey::files {
namespace {

constexpr double SHORT = Session::ATTRIBUTES_GOOD_FOR;
// Bounds what is not heard of: a second name made elsewhere after the look, and writes by way of it.
constexpr double LONG = 20.0;
constexpr size_t MOST_ABSENT = 4096;
constexpr size_t MOST_NOTICES = 65'536;
constexpr uint32_t FULL_AFTER = 10;  // Ticks.

bool isSameTime(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

Node::Stamp stampOf(const struct stat& status) { return {status.st_mtim, status.st_ctim, status.st_size}; }

bool isSameStamp(const Node::Stamp& a, const Node::Stamp& b) {
  return a.size == b.size && isSameTime(a.modified, b.modified) && isSameTime(a.changed, b.changed);
}

}  // namespace

// --- saying how long

Seen Session::beforeLooking(NodeId id) {
  if (!m_watches || !m_expires) return {};
  auto* folder = m_view.nodes.find(id);
  if (!folder || folder->gone) return {};
  if (folder->watch == Node::Watch::Untried) tryWatching(*folder);
  std::lock_guard<std::mutex> guard(m_view.lock);
  folder = m_view.nodes.find(id);
  if (!folder || folder->watch != Node::Watch::Yes) return {};
  return {true, m_heard, folder->changes, folder->identity.device};
}

void Session::tryWatching(Node& folder) {
  auto id = folder.id;
  auto heard = m_heard.load();
  auto generation = m_view.generationOf(id);
  auto where = m_view.folderInTree(id);
  if (!where.covered()) return;  // Perhaps granted later.
  folder.watch = Node::Watch::No;
  if (!where.thing || !S_ISDIR(where.thing.status.st_mode) || !isSame(folder, where.thing)) return;
  if (!m_watches->add(*this, id, where.thing.fd)) return;
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    auto* node = m_view.nodes.find(id);
    if (!node) return;
    node->identity = identityOf(where.thing.status);
    node->watch = Node::Watch::Yes;
  }
  // Who begins to look at a folder looks at more of it.
  m_view.keepFolder(id, generation, heard, kj::mv(where.thing.fd));
}

// Of what has several names a change may come by another one; what the app writes itself it asks about anew; a mount
// point is not heard of by the folder it is in.
bool Session::mayTrust(const Node& node, const struct stat& status, const Seen& seen) {
  if (!seen.watched || status.st_dev != seen.device) return false;
  if (S_ISDIR(status.st_mode)) return true;
  if (status.st_nlink != 1) return false;
  return std::ranges::none_of(node.handles, [](auto* handle) { return handle->need == Need::Write; });
}

// Under the view's lock.
Session::Trust Session::trustName(NodeId parent, Node& node, const struct stat& status, const Seen& seen) {
  auto* folder = m_view.nodes.find(parent);
  if (!folder || !node.grant || !node.grant->usable(m_view.clock)) return {0, 0};
  if (folder->changes != seen.changes || !mayTrust(node, status, seen)) return {SHORT, goodFor(status)};
  node.trustedName = true;
  // A folder's times and size change with what is in it.
  node.trusted = !S_ISDIR(status.st_mode) || node.watch == Node::Watch::Yes;
  return {LONG, node.trusted ? LONG : goodFor(status)};
}

// Names that are not there have no node: those that are trusted not to be there are remembered, as many as is sensible.
double Session::trustAbsence(NodeId parent, const std::string& name, const Seen& seen) {
  if (!seen.watched) return SHORT;
  std::lock_guard<std::mutex> guard(m_view.lock);
  auto* folder = m_view.nodes.find(parent);
  if (!folder || folder->changes != seen.changes) return SHORT;
  if (m_absent.size() >= MOST_ABSENT) {
    std::erase_if(m_absent, [&](auto& entry) { return !m_view.nodes.find(entry.first); });
    if (m_absent.size() >= MOST_ABSENT) return SHORT;
  }
  m_absent.emplace(parent, name);
  return LONG;
}

double Session::trustAttributes(Node& node, const struct stat& status, const Seen& seen) {
  std::lock_guard<std::mutex> guard(m_view.lock);
  auto* folder = m_view.nodes.find(node.parent);
  if (!folder || node.gone || folder->changes != seen.changes || !mayTrust(node, status, seen)) return goodFor(status);
  if (S_ISDIR(status.st_mode) && node.watch != Node::Watch::Yes) return SHORT;
  node.trusted = true;
  return LONG;
}

// After the reply. `name` is empty for the folder's own.
void Session::confirm(NodeId parent, const std::string& name, const Seen& seen) {
  if (!seen.watched) return;
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    auto* folder = m_view.nodes.find(parent);
    if (!folder || folder->changes == seen.changes) return;
    if (auto* node = m_view.nodes.child(parent, name)) {
      node->trusted = node->trustedName = false;
      notice({node->id, {}, false});
    }
  }
  notice({parent, name, false});
}

void Session::confirmAll(NodeId parent, const std::vector<NodeId>& children, const Seen& seen) {
  if (!seen.watched) return;
  std::vector<std::string> names;
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    auto* folder = m_view.nodes.find(parent);
    if (!folder || folder->changes == seen.changes) return;
    for (auto id : children) {
      if (auto* node = m_view.nodes.find(id)) names.push_back(node->name);
    }
  }
  for (auto& name : names) confirm(parent, name, seen);
}

// The content of a folder that is being opened may be kept from the last time; from now on it is.
Session::Listed Session::trustListing(Node& folder) {
  if (!beforeLooking(folder.id).watched) return {};
  std::lock_guard<std::mutex> guard(m_view.lock);
  return {true, std::exchange(folder.listed, true)};
}

// The kernel knows all about this entry of a folder.
bool Session::isTrusted(NodeId parent, std::string_view name, uint64_t inode) {
  std::lock_guard<std::mutex> guard(m_view.lock);
  auto* node = m_view.nodes.child(parent, name);
  return node && node->trusted && node->trustedName && node->identity.inode == inode;
}

// --- taking it back

bool Session::isKnown(NodeId folder) {
  std::lock_guard<std::mutex> guard(m_view.lock);
  auto* node = m_view.nodes.find(folder);
  return node && !node->gone;
}

// The kernel keeps the folder to the app while it changes a name there, so taking the name back would wait for the
// answer.
Session::OwnChange::OwnChange(Session& session, NodeId parent, const std::string& name)
    : m_session(session), m_parent(parent), m_name(name) {
  std::lock_guard<std::mutex> guard(session.m_view.lock);
  m_undone = session.m_absent.erase({parent, name}) != 0;
  auto* node = session.m_view.nodes.child(parent, name);
  if (node && std::exchange(node->trustedName, false)) m_undone = true;
}

Session::OwnChange::~OwnChange() {
  if (m_undone) m_session.notice({m_parent, m_name, false});
}

bool Session::changed(NodeId id, std::string_view name, Change change) {
  NodeId attributes = 0;
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    auto* folder = m_view.nodes.find(id);
    if (!folder || folder->watch != Node::Watch::Yes) return false;
    ++folder->changes;
    if (name.empty() || change == Change::Name) {
      ++m_heard;
      if (folder->trusted || folder->listed) notice({id, {}, folder->listed});
      folder->trusted = folder->listed = false;
    }
    if (name.empty()) return true;
    auto* node = m_view.nodes.child(id, name);
    if (node && std::exchange(node->trusted, false)) attributes = node->id;
    if (change == Change::Name) {
      bool trusted = node && std::exchange(node->trustedName, false);
      if (m_absent.erase({id, std::string(name)}) != 0 || trusted) notice({id, std::string(name), false});
    }
  }
  // Waits for nothing: no pages are touched.
  if (attributes) fuse_lowlevel_notify_inval_inode(m_fuse, attributes, -1, 0);
  return true;
}

void Session::anythingChanged() {
  ++m_heard;
  addTeller([this] { forgetNames(nullptr); });
}

// What the kernel trusts about names below a grant, or about all. From a thread of its own.
void Session::forgetNames(const GrantRef& grant) {
  std::vector<Notice> names;
  auto forget = [&] {
    for (auto& one : names) {
      fuse_lowlevel_notify_expire_entry(m_fuse, one.node, one.name.c_str(), one.name.size());
      if (!grant) fuse_lowlevel_notify_inval_inode(m_fuse, one.node, 0, 0);
      if (m_leaving) return;
    }
    names.clear();
  };
  for (size_t part = 0, parts = 1; part < parts; ++part) {
    {
      std::lock_guard<std::mutex> guard(m_view.lock);
      parts = m_view.nodes.parts();
      m_view.nodes.eachIn(part, [&](Node& node) {
        if (grant && node.grant != grant) return;
        if (!grant) ++node.changes;
        node.trusted = node.listed = false;
        if (std::exchange(node.trustedName, false)) names.push_back({node.parent, node.name, false});
      });
    }
    forget();
  }
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    std::erase_if(m_absent, [&](auto& entry) {
      auto* folder = m_view.nodes.find(entry.first);
      if (folder && grant && folder->grant != grant) return false;
      names.push_back({entry.first, entry.second, false});
      return true;
    });
  }
  forget();
}

void Session::endNames(const GrantRef& grant) {
  if (m_expires) addTeller([this, grant] { forgetNames(grant); });
}

// Writes by way of a mapping on the host are not heard of: open files are looked at now and then.
void Session::lookAtOpenFiles() {
  std::vector<NodeId> open;
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    for (auto& entry : m_handles) {
      auto* node = m_view.nodes.find(entry.second->node);
      if (node && node->trusted && !entry.second->directory && !entry.second->resting) open.push_back(entry.first);
    }
  }
  for (auto id : open) {
    auto* handle = handleOf(id);
    if (!handle) continue;
    struct stat status{};
    int error;
    {
      Turn::Away away;
      error = fstat(handle->fd, &status);
    }
    handle = handleOf(id);
    auto* node = handle && error == 0 ? m_view.nodes.find(handle->node) : nullptr;
    if (!node || node->identity != identityOf(status) || isSameStamp(node->stamp, stampOf(status))) continue;
    // Where the app writes too, what it changed in pages of its own must not go over this: see Session::write.
    bool writes = std::ranges::any_of(node->handles, [](auto* one) { return one->need == Need::Write; });
    if (!writes) node->stamp = stampOf(status);
    notice({node->id, {}, true});
  }
}

// Pages the kernel kept are still right if nothing changed since the last opening. Where times are too coarse to tell,
// a change within the same tick as the last look is caught because the stamp is taken at opening, before the reads.
bool Session::keepPages(Node& node, const struct stat& status) {
  auto stamp = stampOf(status);
  bool keep = isSameStamp(node.stamp, stamp);
  node.stamp = stamp;
  return keep;
}

// --- from threads that serve no request

// An expiry waits for the lock of its folder, and that may be held while the person is asked about a name to be made
// there. So what waits keeps its thread, and others go on with the rest.
void Session::notice(Notice notice) {
  constexpr auto SLOW = std::chrono::milliseconds(20);
  constexpr int MOST = 4;
  std::lock_guard<std::mutex> guard(m_noticesLock);
  if (m_notices.size() >= MOST_NOTICES || m_leaving) return;  // They expire by themselves.
  m_notices.push_back(std::move(notice));
  bool slow = std::chrono::steady_clock::now() - m_noticed > SLOW;
  if (m_noticing == 0 || (slow && m_noticing < MOST)) {
    ++m_noticing;
    if (!addTeller([this] { giveNotice(); })) --m_noticing;
  }
}

// The kernel forgets when it is short of memory, which may be long after we are. Places are given in order, so going
// round finds the oldest first. What is open stays. Folders only where there are very many and files are not enough:
// somebody may stand in one, and does not know then where that is until the name is looked up again.
void Session::forgetOldest() {
  constexpr size_t MOST = 20'000;  // At a time: many more than can be looked up meanwhile.
  // Who walks a large tree is let finish, unless it is very large: all at once costs each half as much again.
  constexpr size_t MANY = 1000;
  auto count = m_inodes.load(std::memory_order_relaxed);
  auto before = std::exchange(m_inodesSeen, count);
  m_ticksAtMost = isAtMostNames() ? m_ticksAtMost + 1 : 0;
  m_full = m_ticksAtMost >= FULL_AFTER;
  if (count <= m_view.mostNames()) return;
  if (count > before + MANY && count < AHEAD_TIMES * m_view.mostNames()) return;
  {
    std::lock_guard<std::mutex> guard(m_noticesLock);
    if (m_notices.size() > MOST) return;
  }
  // A little more than needed: it is not to be done all over again for each.
  size_t over = std::min(MOST, count - m_view.mostNames() + m_view.mostNames() / 16);
  bool veryMany = count >= AHEAD_TIMES * m_view.mostNames();
  std::vector<Notice> names, folders;
  for (size_t tried = 0, parts = 1; tried < parts && names.size() < over; ++tried, ++m_oldest) {
    std::lock_guard<std::mutex> guard(m_view.lock);
    parts = m_view.nodes.parts();
    m_view.nodes.eachIn(m_oldest % parts, [&](Node& node) {
      if (node.gone || !node.handles.empty()) return;
      if (node.plain) names.push_back({node.parent, node.name, false, true});
      else if (veryMany && node.children == 0 && folders.size() < over)
        folders.push_back({node.parent, node.name, false, true});
    });
  }
  if (names.size() < over) std::ranges::move(folders, std::back_inserter(names));
  for (auto& one : names) notice(std::move(one));
}

// What is forgotten is forgotten a few times a second. One that is faster is slowed down so far that this is enough;
// one that goes on holding what it has found may find no more.
bool Session::hasRoomForNames(fuse_req_t request) {
  constexpr auto SLOWLY = std::chrono::microseconds(100);
  if (!isAtMostNames()) return true;
  if (m_full) {
    fuse_reply_err(request, ENOMEM);
    return false;
  }
  std::this_thread::sleep_for(SLOWLY);
  return true;
}

void Session::giveNotice() {
  std::unique_lock<std::mutex> guard(m_noticesLock);
  while (!m_notices.empty() && !m_leaving) {
    auto next = std::move(m_notices.front());
    m_notices.pop_front();
    m_noticed = std::chrono::steady_clock::now();
    guard.unlock();
    if (next.name.empty()) {
      fuse_lowlevel_notify_inval_inode(m_fuse, next.node, next.pages ? 0 : -1, 0);
    } else if (next.whole) {
      fuse_lowlevel_notify_inval_entry(m_fuse, next.node, next.name.c_str(), next.name.size());
    } else {
      fuse_lowlevel_notify_expire_entry(m_fuse, next.node, next.name.c_str(), next.name.size());
    }
    guard.lock();
  }
  --m_noticing;
}

}  // namespace latchkey::files
