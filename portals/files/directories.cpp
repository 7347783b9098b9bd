// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Listing folders. A folder of which only some files were granted lists nothing: names are private too, so opening it
// asks for the folder.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "portals/files/listing.h"
#include "portals/files/operations.h"
#include "portals/files/rules.h"

namespace latchkey::files {

void Session::opendir(fuse_req_t request, NodeId id, fuse_file_info info, Asked asked) {
  if (!hasRoom(request)) return;
  std::string path;
  auto* node = nodeOf(request, id, path);
  if (!node) return;
  auto found = m_view.seeContent(id, path);
  if (!found.covered()) {
    mayGoOn(request, path, Need::Read, true, asked, [=, this](Asked now) { opendir(request, id, info, now); });
    return;
  }
  if (!isSame(*node, found.thing)) {
    fuse_reply_err(request, ESTALE);
    return;
  }
  int fd = S_ISDIR(found.thing.status.st_mode) ? reopen(found.thing.fd, O_RDONLY | O_DIRECTORY) : -ENOTDIR;
  if (fd < 0) {
    fuse_reply_err(request, -fd);
    return;
  }
  {
    // From here on the node is this very folder.
    std::lock_guard<std::mutex> guard(m_view.lock);
    node->identity = identityOf(found.thing.status);
  }
  auto need = found.grant->allows(Need::Read) ? Need::Read : Need::See;
  info.fh = addHandle(request, *node, OpenFile(fd), found.grant, need, true, false).id;
  m_listings.emplace(info.fh, std::make_unique<Listing>());
  auto listed = trustListing(*node);
  info.cache_readdir = listed.keep;
  info.keep_cache = listed.again;
  if (fuse_reply_open(request, &info) != 0) releasedir(nullptr, info.fh);
}

// One answer being put together.
struct Session::Page {
  fuse_req_t request;
  bool plus;
  std::string path;
  NodeId node;  // 0: nothing can be looked up below it.
  bool whole;   // Granted whole: all that is there is shown.
  Seen seen;
  std::vector<char> out;
  size_t used = 0;
  std::vector<NodeId> counted;
  int error = 0;  // Of the disk: a list that ends there is not a whole one.
};

namespace {
// Says nothing about what is there.
bool isOfDisk(int error) { return error == EIO || error == ENOTCONN || error == ESTALE || error == ETIMEDOUT; }
}  // namespace

bool Session::isHidden(const Page& page, std::string_view name, const Thing& thing) {
  auto identity = identityOf(thing.status);
  return page.whole ? m_view.isHiddenIdentity(identity) : m_view.isHiddenPlace(join(page.path, name), identity);
}

// False if there was no room.
bool Session::put(Page& page, const Handle& handle, std::string_view text, uint64_t inode, mode_t type, off_t next) {
  std::string name(text);
  fuse_entry_param param{};
  param.attr.st_ino = inode;
  param.attr.st_mode = type;
  auto room = page.out.size() - page.used;
  auto* at = page.out.data() + page.used;
  // Room first: a node that is counted must be told of.
  size_t needed = page.plus ? fuse_add_direntry_plus(page.request, nullptr, 0, name.c_str(), nullptr, 0)
                            : fuse_add_direntry(page.request, nullptr, 0, name.c_str(), nullptr, 0);
  if (needed > room) return false;
  if (page.plus) {
    if (page.node != 0 && next < EXTRAS && name != "." && name != ".." && !m_view.isHome(page.path) &&
        !isAtMostNames() && !isTrusted(page.node, name, inode)) {
      Found one{handle.grant, {}, {}};
      one.thing.error =
          away([&] { return fstatat(handle.fd, name.c_str(), &one.thing.status, AT_SYMLINK_NOFOLLOW); }) < 0 ? errno
                                                                                                             : 0;
      if (one.thing && !isHidden(page, name, one.thing)) {
        param = entryOf(page.node, name, one, page.seen);
        page.counted.push_back(param.ino);
      }
    }
    fuse_add_direntry_plus(page.request, at, room, name.c_str(), &param, next);
  } else {
    fuse_add_direntry(page.request, at, room, name.c_str(), &param.attr, next);
  }
  page.used += needed;
  return true;
}

// Room for one entry of any name.
constexpr size_t SMALLEST = sizeof(dirent64);

// As many as fit, from the host's position on. `offset` becomes EXTRAS at their end.
void Session::putHostEntries(Page& page, const Handle& handle, off_t& offset) {
  if (away([&] { return lseek(handle.fd, offset, SEEK_SET); }) < 0) {
    page.error = errno;
    return;
  }
  // With their attributes entries are longer than on the host: what does not fit would be read again for the next page.
  char entries[32768];
  auto most = [&] {
    auto room = page.out.size() - page.used;
    return page.plus ? std::clamp(room / 5, SMALLEST, sizeof entries) : sizeof entries;
  };
  long length;
  while ((length = away([&] { return syscall(SYS_getdents64, handle.fd.get(), entries, most()); })) > 0) {
    for (long at = 0; at < length;) {
      auto* entry = reinterpret_cast<const dirent64*>(entries + at);
      std::string_view name = entry->d_name;
      at += entry->d_reclen;
      bool shown = !name.starts_with(OWN_PREFIX) && (page.whole || m_view.isListed(page.path, name, handle.grant));
      if (shown && !put(page, handle, name, entry->d_ino, static_cast<mode_t>(DTTOIF(entry->d_type)), entry->d_off)) {
        return;
      }
      offset = entry->d_off;
    }
  }
  if (length == 0) offset = EXTRAS;
  else page.error = errno;
}

void Session::readdir(fuse_req_t request, NodeId, size_t size, off_t offset, uint64_t handleId, bool plus) {
  auto* handle = handleOf(handleId);
  auto found = m_listings.find(handleId);
  if (!handle || found == m_listings.end()) {
    fuse_reply_err(request, EBADF);
    return;
  }
  auto* listing = found->second.get();  // There until the folder is closed; its place in the map is not.
  if (!still(*handle, Need::See)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  auto& extras = listing->extras;
  if (offset >= EXTRAS && offset - EXTRAS >= static_cast<off_t>(extras.size())) {
    fuse_reply_buf(request, nullptr, 0);
    return;
  }
  auto* node = m_view.nodes.find(handle->node);
  Page page{
      request, plus, node ? m_view.nodes.pathOf(*node) : "/", node && !node->gone ? node->id : 0, false, {}, {}, 0,
      {},      0};
  if (page.node != 0 && plus) {
    page.seen = beforeLooking(page.node);
    page.whole = m_view.isInTree(page.node);
  }
  page.out.resize(std::min<size_t>(size, 1 << 20));
  // The person may have moved it out of what they gave since it was opened.
  auto now = m_view.seeContent(handle->node, page.path);
  if (!node || !isSame(*node, now.thing)) {
    if (isOfDisk(now.thing.error)) fuse_reply_err(request, now.thing.error);
    else fuse_reply_buf(request, nullptr, 0);
    return;
  }
  if (offset < EXTRAS) {
    putHostEntries(page, *handle, offset);
    if (offset == EXTRAS) extras = m_view.ownNames(page.path);
  }
  for (; offset >= EXTRAS && offset - EXTRAS < static_cast<off_t>(extras.size()); ++offset) {
    auto& name = extras[static_cast<size_t>(offset - EXTRAS)];
    if (!put(page, *handle, name, 1, 0, offset + 1)) break;
  }
  // What was read before is told first; the next call finds the same.
  if (page.error != 0 && page.used == 0) {
    fuse_reply_err(request, page.error);
    return;
  }
  if (fuse_reply_buf(request, page.out.data(), page.used) != 0) {
    for (auto child : page.counted) forget(child, 1);
  }
  confirmAll(page.node, page.counted, page.seen);
}

void Session::releasedir(fuse_req_t request, uint64_t handle) {
  m_listings.erase(handle);
  release(request, handle);
}

}  // namespace latchkey::files
