// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/operations.h"

#include <errno.h>
#include <linux/limits.h>

#include "portals/files/stream-pipe.h"

namespace latchkey::files {
namespace {

Session& of(fuse_req_t request) { return *static_cast<Session*>(fuse_req_userdata(request)); }

void want(fuse_conn_info* connection, uint64_t capability) { fuse_set_feature_flag(connection, capability); }

// Coherence first: no write-back cache (the kernel would make itself the authority on size and times), no splice by the
// library, which would do it for every request (see stream-pipe.h), no passthrough (reads would pass by the deny flag).
// KILLPRIV_V2 spares a question about capabilities on each write.
void configure(fuse_conn_info* connection) {
  for (uint64_t wanted :
       {FUSE_CAP_PARALLEL_DIROPS, FUSE_CAP_ATOMIC_O_TRUNC, FUSE_CAP_ASYNC_READ, FUSE_CAP_AUTO_INVAL_DATA,
        FUSE_CAP_HANDLE_KILLPRIV_V2, FUSE_CAP_READDIRPLUS, FUSE_CAP_READDIRPLUS_AUTO}) {
    want(connection, wanted);
  }
  for (uint64_t unwanted :
       {FUSE_CAP_WRITEBACK_CACHE, FUSE_CAP_SPLICE_READ, FUSE_CAP_SPLICE_WRITE, FUSE_CAP_SPLICE_MOVE,
        FUSE_CAP_PASSTHROUGH, FUSE_CAP_POSIX_ACL, FUSE_CAP_EXPORT_SUPPORT, FUSE_CAP_CACHE_SYMLINKS}) {
    fuse_unset_feature_flag(connection, unwanted);
  }
  connection->max_write = MOST_WRITTEN;
}

}  // namespace

const fuse_lowlevel_ops& Operations::table() {
  using S = Session;
  static const fuse_lowlevel_ops ops = [] {
    fuse_lowlevel_ops o{};
    o.init = [](void* session, fuse_conn_info* connection) {
      configure(connection);
      static_cast<S*>(session)->m_expires = connection->capable_ext & FUSE_CAP_EXPIRE_ONLY;
    };
    o.lookup = [](fuse_req_t r, fuse_ino_t parent, const char* name) {
      if (of(r).isKnownOrHasRoom(r, parent, name)) of(r).lookup(r, parent, name, S::Asked::NotYet);
    };
    o.forget = [](fuse_req_t r, fuse_ino_t id, uint64_t count) {
      of(r).forget(id, count);
      fuse_reply_none(r);
    };
    o.forget_multi = [](fuse_req_t r, size_t count, fuse_forget_data* forgets) {
      for (size_t i = 0; i < count; ++i) of(r).forget(forgets[i].ino, forgets[i].nlookup);
      fuse_reply_none(r);
    };
    o.getattr = [](fuse_req_t r, fuse_ino_t id, fuse_file_info*) { of(r).getattr(r, id); };
    o.setattr = [](fuse_req_t r, fuse_ino_t id, struct stat* wanted, int which, fuse_file_info* info) {
      of(r).setattr(r, id, *wanted, which, info ? info->fh : 0, S::Asked::NotYet);
    };
    o.readlink = [](fuse_req_t r, fuse_ino_t id) { of(r).readlink(r, id); };
    o.mknod = [](fuse_req_t r, fuse_ino_t, const char*, mode_t, dev_t) { fuse_reply_err(r, EPERM); };
    o.mkdir = [](fuse_req_t r, fuse_ino_t parent, const char* name, mode_t mode) {
      if (of(r).hasRoomForNames(r)) of(r).mkdir(r, parent, name, mode, S::Asked::NotYet);
    };
    o.unlink = [](fuse_req_t r, fuse_ino_t parent, const char* name) {
      of(r).remove(r, parent, name, false, S::Asked::NotYet);
    };
    o.rmdir = [](fuse_req_t r, fuse_ino_t parent, const char* name) {
      of(r).remove(r, parent, name, true, S::Asked::NotYet);
    };
    o.symlink = [](fuse_req_t r, const char* target, fuse_ino_t parent, const char* name) {
      if (of(r).hasRoomForNames(r)) of(r).symlink(r, target, parent, name, S::Asked::NotYet);
    };
    o.rename = [](fuse_req_t r, fuse_ino_t parent, const char* name, fuse_ino_t newParent, const char* newName,
                  unsigned flags) { of(r).rename(r, parent, name, newParent, newName, flags, S::Asked::NotYet); };
    o.link = [](fuse_req_t r, fuse_ino_t id, fuse_ino_t newParent, const char* newName) {
      if (of(r).hasRoomForNames(r)) of(r).link(r, id, newParent, newName, S::Asked::NotYet);
    };
    o.open = [](fuse_req_t r, fuse_ino_t id, fuse_file_info* info) { of(r).open(r, id, *info, S::Asked::NotYet); };
    o.create = [](fuse_req_t r, fuse_ino_t parent, const char* name, mode_t mode, fuse_file_info* info) {
      if (of(r).hasRoomForNames(r)) of(r).create(r, parent, name, mode, *info, S::Asked::NotYet);
    };
    o.tmpfile = [](fuse_req_t r, fuse_ino_t parent, mode_t mode, fuse_file_info* info) {
      of(r).createNameless(r, parent, mode, *info, S::Asked::NotYet);
    };
    o.read = [](fuse_req_t r, fuse_ino_t, size_t size, off_t offset, fuse_file_info* info) {
      of(r).read(r, size, offset, info->fh);
    };
    o.write_buf = [](fuse_req_t r, fuse_ino_t, fuse_bufvec* data, off_t offset, fuse_file_info* info) {
      of(r).write(r, data, offset, *info);
    };
    o.fsync = [](fuse_req_t r, fuse_ino_t, int dataOnly, fuse_file_info* info) { of(r).sync(r, dataOnly, info->fh); };
    o.release = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info) { of(r).release(r, info->fh); };
    o.opendir = [](fuse_req_t r, fuse_ino_t id, fuse_file_info* info) {
      of(r).opendir(r, id, *info, S::Asked::NotYet);
    };
    o.readdir = [](fuse_req_t r, fuse_ino_t id, size_t size, off_t offset, fuse_file_info* info) {
      of(r).readdir(r, id, size, offset, info->fh, false);
    };
    o.readdirplus = [](fuse_req_t r, fuse_ino_t id, size_t size, off_t offset, fuse_file_info* info) {
      of(r).readdir(r, id, size, offset, info->fh, true);
    };
    o.releasedir = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info) { of(r).releasedir(r, info->fh); };
    o.fsyncdir = [](fuse_req_t r, fuse_ino_t, int dataOnly, fuse_file_info* info) {
      of(r).sync(r, dataOnly, info->fh);
    };
    o.statfs = [](fuse_req_t r, fuse_ino_t id) { of(r).statfs(r, id); };
    o.setxattr = [](fuse_req_t r, fuse_ino_t id, const char* name, const char* value, size_t size, int flags) {
      if (size > XATTR_SIZE_MAX) {
        fuse_reply_err(r, E2BIG);
        return;
      }
      of(r).setxattr(r, id, name, std::string(value, size), flags, S::Asked::NotYet);
    };
    o.getxattr = [](fuse_req_t r, fuse_ino_t id, const char* name, size_t size) { of(r).getxattr(r, id, name, size); };
    o.listxattr = [](fuse_req_t r, fuse_ino_t id, size_t size) { of(r).listxattr(r, id, size); };
    o.removexattr = [](fuse_req_t r, fuse_ino_t id, const char* name) {
      of(r).removexattr(r, id, name, S::Asked::NotYet);
    };
    o.access = [](fuse_req_t r, fuse_ino_t id, int mask) { of(r).access(r, id, mask); };
    o.flush = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info) { of(r).flush(r, info->fh, info->lock_owner); };
    o.getlk = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info, struct flock* lock) {
      of(r).getlk(r, info->fh, info->lock_owner, *lock);
    };
    o.setlk = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info, struct flock* lock, int wait) {
      of(r).setlk(r, info->fh, info->lock_owner, *lock, wait != 0);
    };
    o.flock = [](fuse_req_t r, fuse_ino_t, fuse_file_info* info, int operation) {
      of(r).flock(r, info->fh, operation);
    };
    o.fallocate = [](fuse_req_t r, fuse_ino_t, int mode, off_t offset, off_t length, fuse_file_info* info) {
      of(r).allocate(r, mode, offset, length, info->fh);
    };
    o.copy_file_range = [](fuse_req_t r, fuse_ino_t, off_t fromOffset, fuse_file_info* from, fuse_ino_t, off_t toOffset,
                           fuse_file_info* to, size_t length,
                           int) { of(r).copyRange(r, from->fh, fromOffset, to->fh, toOffset, length); };
    o.lseek = [](fuse_req_t r, fuse_ino_t, off_t offset, int whence, fuse_file_info* info) {
      of(r).seek(r, offset, whence, info->fh);
    };
    // Not here on purpose, so answered ENOSYS: ioctl (host devices), poll, bmap.
    return o;
  }();
  return ops;
}

}  // namespace latchkey::files
