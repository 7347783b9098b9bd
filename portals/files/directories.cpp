// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Listing folders. A folder of which only some files were granted lists nothing: names are private too, so opening it
// asks for the folder.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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
  auto found = m_view.findContent(path, Need::See);
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
  info.fh = addHandle(*node, kj::AutoCloseFd(fd), found.grant, need, true, false);
  m_listings.emplace(info.fh, std::make_unique<Listing>());
  if (fuse_reply_open(request, &info) != 0) releasedir(nullptr, info.fh);
}

void Session::fill(Listing& listing, const Handle& handle, const std::string& path) {
  listing.filled = true;
  listing.entries.clear();
  int fd = openat(handle.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  auto* list = fd < 0 ? nullptr : fdopendir(fd);
  if (!list) {
    if (fd >= 0) close(fd);
    return;
  }
  while (auto* entry = ::readdir(list)) {
    std::string_view name = entry->d_name;
    if (name.starts_with(OWN_PREFIX) || m_view.isHiddenPlace(join(path, name))) continue;
    listing.entries.push_back({std::string(name), entry->d_ino, static_cast<mode_t>(DTTOIF(entry->d_type))});
  }
  closedir(list);
  for (auto& name : m_view.scratchNames(path)) listing.entries.push_back({name, 1, S_IFREG});
}

void Session::readdir(fuse_req_t request, NodeId id, size_t size, off_t offset, uint64_t handleId, bool plus) {
  auto* handle = handleOf(handleId);
  auto found = m_listings.find(handleId);
  if (!handle || found == m_listings.end()) {
    fuse_reply_err(request, EBADF);
    return;
  }
  if (!still(*handle, Need::See)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  auto* node = m_view.nodes.find(handle->node);
  auto& listing = *found->second;
  auto path = node ? m_view.nodes.pathOf(*node) : std::string("/");
  if (offset == 0 || !listing.filled) fill(listing, *handle, path);
  size = std::min<size_t>(size, 1 << 20);
  std::vector<char> out(size);
  size_t used = 0;
  std::vector<NodeId> counted;
  for (auto at = static_cast<uint64_t>(offset); at < listing.entries.size(); ++at) {
    auto& entry = listing.entries[at];
    fuse_entry_param param{};
    param.attr.st_ino = entry.inode;
    param.attr.st_mode = entry.type;
    // Room first: a node that is counted must be told of.
    auto next = static_cast<off_t>(at + 1);
    size_t needed = plus ? fuse_add_direntry_plus(request, nullptr, 0, entry.name.c_str(), nullptr, 0)
                         : fuse_add_direntry(request, nullptr, 0, entry.name.c_str(), nullptr, 0);
    if (used + needed > size) break;
    if (plus) {
      if (node && !node->gone && entry.name != "." && entry.name != ".." && !m_view.scratchAt(join(path, entry.name))) {
        Found one{handle->grant, {}, {}};
        one.thing.error =
            fstatat(handle->fd, entry.name.c_str(), &one.thing.status, AT_SYMLINK_NOFOLLOW) < 0 ? errno : 0;
        if (one.thing && !m_view.isHiddenPlace(join(path, entry.name), identityOf(one.thing.status))) {
          param = entryOf(node->id, entry.name, one);
          counted.push_back(param.ino);
        }
      }
      fuse_add_direntry_plus(request, out.data() + used, size - used, entry.name.c_str(), &param, next);
    } else {
      fuse_add_direntry(request, out.data() + used, size - used, entry.name.c_str(), &param.attr, next);
    }
    used += needed;
  }
  if (fuse_reply_buf(request, out.data(), used) != 0) {
    for (auto child : counted) forget(child, 1);
  }
}

void Session::releasedir(fuse_req_t request, uint64_t handle) {
  m_listings.erase(handle);
  release(request, handle);
}

}  // namespace latchkey::files
