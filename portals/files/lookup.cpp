// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Looking names up: where most questions begin.

#include <errno.h>

#include "portals/files/operations.h"
#include "portals/files/rules.h"

namespace latchkey::files {
namespace {

// Long enough that `stat` costs as much as outside, short enough that what changes on the host is soon seen.
constexpr double TIMEOUT = Session::ATTRIBUTES_GOOD_FOR;

}  // namespace

// Ids are those of the mount's user namespace, where usually this user alone is mapped: an unmapped owner would make
// the kernel refuse every change. Who may really do what is decided by the host's kernel when the portal does it.
struct stat Session::shown(const struct stat& status) const {
  auto shown = status;
  shown.st_uid = m_ids.uid;
  shown.st_gid = m_ids.gid;
  shown.st_mode &= ~static_cast<mode_t>(S_ISUID | S_ISGID);
  return shown;
}

// A folder that is there by name alone says nothing about the real one: no times, no size, no number.
struct stat Session::virtualStatus(NodeId id) const {
  struct stat status{};
  status.st_ino = id | (1ULL << 62);
  status.st_mode = S_IFDIR | 0700;
  status.st_nlink = 2;
  status.st_uid = m_ids.uid;
  status.st_gid = m_ids.gid;
  status.st_blksize = 4096;
  return status;
}

fuse_entry_param Session::entryOf(NodeId parent, const std::string& name, const Found& found, const Seen& seen) {
  fuse_entry_param entry{};
  std::lock_guard<std::mutex> guard(m_view.lock);
  auto& node = m_view.nodes.lookedUp(parent, name, identityOf(found.thing.status));
  node.grant = found.grant;
  node.plain = !S_ISDIR(found.thing.status.st_mode);
  entry.ino = node.id;
  entry.attr = shown(found.thing.status);
  auto trust = trustName(parent, node, found.thing.status, seen);
  entry.entry_timeout = trust.name;
  entry.attr_timeout = trust.attributes;
  return entry;
}

void Session::replyEntry(fuse_req_t request, NodeId parent, const std::string& name, const Found& found,
                         const Seen& seen) {
  auto entry = entryOf(parent, name, found, seen);
  // The asker may be gone: then the kernel never learns of the node.
  if (fuse_reply_entry(request, &entry) != 0) forget(entry.ino, 1);
  confirm(parent, name, seen);
}

// What a grant reaches, or that there is nothing of that name.
void Session::replyFound(fuse_req_t request, NodeId parent, const std::string& name, const Found& found,
                         const Seen& seen) {
  if (found.thing) {
    replyEntry(request, parent, name, found, seen);
  } else if (found.thing.error == ENOENT) {
    fuse_entry_param nothing{};
    nothing.entry_timeout = found.grant->isFilesOnly() ? 0 : trustAbsence(parent, name, seen);
    fuse_reply_entry(request, &nothing);
    confirm(parent, name, seen);
  } else {
    fuse_reply_err(request, found.thing.error);
  }
}

void Session::replyVirtual(fuse_req_t request, NodeId parent, const std::string& name) {
  fuse_entry_param entry{};
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    entry.ino = m_view.nodes.lookedUp(parent, name, {}).id;
  }
  entry.attr = virtualStatus(entry.ino);
  entry.attr_timeout = entry.entry_timeout = TIMEOUT;
  if (fuse_reply_entry(request, &entry) != 0) forget(entry.ino, 1);
}

void Session::forget(NodeId id, uint64_t lookups) {
  std::lock_guard<std::mutex> guard(m_view.lock);
  m_view.nodes.forget(id, lookups);
}

void Session::lookup(fuse_req_t request, NodeId parent, std::string name, Asked asked) {
  if (isProperName(name) && !name.starts_with(OWN_PREFIX)) {
    auto seen = beforeLooking(parent);
    if (seen.watched) m_sawInFolders.store(true, std::memory_order_relaxed);
    auto inTree =
        seen.watched ? m_view.seeInTree(parent, name, seen.heard) : m_view.findInTree(parent, name, Need::See);
    KJ_IF_MAYBE (found, inTree) {
      replyFound(request, parent, name, *found, seen);
      return;
    }
  }
  KJ_IF_MAYBE (path, childPath(request, parent, name)) {
    if (m_view.isHiddenPlace(*path) || name.starts_with(OWN_PREFIX)) {
      fuse_reply_err(request, ENOENT);
      return;
    }
    auto found = m_view.find(*path, Need::See);
    bool isThere = found.covered() && found.thing;
    if (!isThere && m_view.isOnTheWay(*path)) {
      replyVirtual(request, parent, name);
    } else if (found.covered()) {
      replyFound(request, parent, name, found, {});
    } else if (m_view.scratchGrant(*path)) {
      fuse_reply_err(request, ENOENT);
    } else {
      mayGoOn(
          request, *path, Need::Read, false, asked, [=, this](Asked now) { lookup(request, parent, name, now); },
          ENOENT);
    }
  }
}

}  // namespace latchkey::files
