// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Open files: every use of a handle asks its grant first.

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "portals/files/operations.h"
#include "portals/files/rules.h"
#include "portals/files/stream-pipe.h"

namespace latchkey::files {
namespace {

constexpr size_t LARGEST_IO = 1 << 20;
// Each costs about 300 bytes, also without a descriptor.
constexpr size_t MOST_OPEN = 100'000;

// What of an app's flags reaches the host. Never O_CREAT here, never O_DIRECT, never O_NONBLOCK's meaning for devices.
constexpr int PASSED_ON = O_ACCMODE | O_TRUNC | O_NOATIME | O_SYNC | O_DSYNC;

// From so much on in one request the next one is likely to be as large.
constexpr size_t STREAMING = 256 << 10;

// Another machine's file system may believe for a second what it was told of a size (sshfs).
constexpr int SIZE_LOOKS = 15;
constexpr auto SIZE_PAUSE = std::chrono::milliseconds(100);

// At the end, if `offset` is -1.
ssize_t writeBlock(int file, const fuse_buf& block, size_t from, off_t offset) {
  static thread_local std::unique_ptr<char[]> copied;
  iovec part{static_cast<char*>(block.mem) + from, block.size - from};
  if (block.flags & FUSE_BUF_IS_FD) {
    if (offset >= 0) {
      auto count = writeFromPipe(block.fd, file, offset, part.iov_len);
      if (count >= 0 || errno != EINVAL) return count;
    }
    // Not at the end, and not into every file system.
    if (!copied) copied.reset(new char[LARGEST_IO]);
    part.iov_base = copied.get();
    size_t got = 0;
    while (got < part.iov_len) {
      auto more = ::read(block.fd, copied.get() + got, std::min(part.iov_len, LARGEST_IO) - got);
      if (more < 0 && errno == EINTR) continue;
      if (more <= 0) return -1;
      got += static_cast<size_t>(more);
    }
  }
  return offset < 0 ? pwritev2(file, &part, 1, 0, RWF_APPEND) : pwritev(file, &part, 1, offset);
}

// What it says is some program's word, as far as can be told.
bool isOfAProgram(int file) {
  struct statfs figures{};
  return fstatfs(file, &figures) < 0 || figures.f_type == FUSE_SUPER_MAGIC;
}

// All of it, or up to the end of the file, or an error. The kernel takes what is less than it asked for for the end,
// and tells the app so: but a disk that fails half-way, and another machine that is lost, give what they have until
// there, and the error, if ever, when asked for the rest.
ssize_t readWhole(int file, char* into, size_t size, off_t offset) {
  size_t got = 0;
  for (int looks = 0;;) {
    auto count = pread(file, into + got, size - got, offset + static_cast<off_t>(got));
    if (count < 0) return -1;
    got += static_cast<size_t>(count);
    if (got == size) break;
    struct stat status{};
    if (fstat(file, &status) < 0) return -1;
    if (!S_ISREG(status.st_mode) || status.st_size <= offset + static_cast<off_t>(got)) break;
    if (count > 0) continue;
    // It grew between the two, or has been cut and its file system says so a little later. Sizes that are never true
    // are the kernel's own, of files that it makes as they are read.
    if (looks++ == 0) continue;
    if (!isOfAProgram(file)) break;
    if (looks > SIZE_LOOKS) {
      errno = EIO;
      return -1;
    }
    std::this_thread::sleep_for(SIZE_PAUSE);
  }
  return static_cast<ssize_t>(got);
}

Need needOf(int flags) { return (flags & O_ACCMODE) == O_RDONLY && !(flags & O_TRUNC) ? Need::Read : Need::Write; }

}  // namespace

// What may be read is known without trying: it is this user's and its owner may.
bool Session::isSurelyReadable(const struct stat& status) {
  static const uid_t self = geteuid();
  return S_ISREG(status.st_mode) && status.st_uid == self && (status.st_mode & S_IRUSR);
}

// One sandbox must not use up the descriptors of all.
bool Session::hasRoom(fuse_req_t request) {
  if (m_handles.size() < MOST_OPEN && makeRoom()) return true;
  fuse_reply_err(request, ENFILE);
  return false;
}

int Session::fileOf(Handle& handle) {
  handle.used = true;
  if (handle.resting) {
    if (int error = wake(handle.id)) {
      errno = error;
      return -1;
    }
  }
  if (handle.putOff) {
    int fd = reopen(handle.fd, O_RDONLY);
    if (fd < 0) {
      errno = -fd;
      return -1;
    }
    // Another thread may have done the same meanwhile.
    if (!handle.putOff) {
      ::close(fd);
    } else {
      handle.fd = OpenFile(fd);
      handle.putOff = false;
    }
  }
  return handle.fd.get();
}

Handle* Session::handleOf(uint64_t id) {
  auto found = m_handles.find(id);
  return found == m_handles.end() ? nullptr : found->second.get();
}

bool Session::isDeniedNow(Handle& handle, Need need) {
  auto turn = m_view.denialTurn();
  if (handle.denials == turn) return false;
  auto* node = m_view.nodes.find(handle.node);
  if (!node) return true;
  auto path = m_view.nodes.pathOf(*node);
  if (m_view.isDeniedThing(node->identity, need)) return true;
  if (m_view.isDenied(path, handle.need, *handle.grant)) return m_view.isDenied(path, need, *handle.grant);
  handle.denials = turn;
  return false;
}

bool Session::still(Handle& handle, Need need) {
  if (need > handle.need) return false;
  bool granted = handle.grant->usable(m_view.clock) && handle.grant->allows(need);
  if (granted && !isDeniedNow(handle, need)) return true;
  // Another grant may reach the same thing: then the handle is bound to that one from now on.
  auto* node = m_view.nodes.find(handle.node);
  if (!node || node->gone) return false;
  auto path = m_view.nodes.pathOf(*node);
  if (m_view.isHiddenPlace(path)) return false;
  auto other = m_view.covering(path, handle.need, node->identity);
  if (!other || other == handle.grant) return false;
  // A folder's handle lists it: that takes more than its name being covered.
  if (handle.directory && !other->coversContent(path)) return false;
  GrantRef before;
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    before = std::move(handle.grant);
    handle.grant = other;
  }
  if (++other->live == 1) m_desk.liveChanged(other);
  if (--before->live == 0) m_desk.liveChanged(before);
  return true;
}

// What is shown of it, and what its grant has used.
void Session::noteUse(fuse_req_t request, Handle& handle, ssize_t read, ssize_t written) {
  handle.grant->bytesRead += static_cast<uint64_t>(read);
  handle.grant->bytesWritten += static_cast<uint64_t>(written);
  handle.use.bytesRead += static_cast<uint64_t>(read);
  handle.use.bytesWritten += static_cast<uint64_t>(written);
  handle.use.by(fuse_req_ctx(request)->pid, m_view.clock);
}

Handle& Session::addHandle(fuse_req_t request, Node& node, OpenFile fd, GrantRef grant, Need need, bool directory,
                           bool append) {
  auto owned = std::make_unique<Handle>();
  auto* handle = owned.get();
  handle->id = m_nextId++;
  handle->use.by(fuse_req_ctx(request)->pid, m_view.clock);
  handle->use.opened = handle->use.last.load();
  handle->node = node.id;
  handle->fd = kj::mv(fd);
  handle->grant = grant;
  handle->need = need;
  handle->directory = directory;
  handle->append = append;
  grant->opened(m_view.clock);
  {
    std::lock_guard<std::mutex> guard(m_view.lock);
    node.handles.push_back(handle);
    node.grant = grant;
  }
  m_handles.emplace(handle->id, std::move(owned));
  holdOneMore();
  if (need == Need::Read && !directory) m_mayRest.add(*handle);
  if (grant->live.load() == 1) m_desk.liveChanged(grant);
  return *handle;
}

// Plain files only. A fifo would hang, a device would act, a socket cannot be opened: none of them leads out this way.
int Session::openThing(const Thing& thing, int flags) {
  if (S_ISDIR(thing.status.st_mode)) return -EISDIR;
  if (S_ISLNK(thing.status.st_mode)) return -ELOOP;
  if (!S_ISREG(thing.status.st_mode)) return -EACCES;
  return reopen(thing.fd, flags & PASSED_ON);
}

// By a lease for a moment: the kernel gives one for writing to who is the only one. Where this sandbox has it open
// already, it stays as it was.
bool Session::isOpenElsewhere(const Node& node, int fd) {
  for (auto* handle : node.handles) {
    if (handle->direct) return true;
  }
  if (!node.handles.empty()) return false;
  if (fcntl(fd, F_SETLEASE, F_WRLCK) == 0) {
    fcntl(fd, F_SETLEASE, F_UNLCK);
    return false;
  }
  return errno == EAGAIN;
}

bool Session::isAsLastSeen(const Node& node, const struct stat& status) {
  auto& modified = node.stamp.modified;
  return node.stamp.size < 0 || (node.stamp.size == status.st_size && modified.tv_sec == status.st_mtim.tv_sec &&
                                 modified.tv_nsec == status.st_mtim.tv_nsec);
}

// What this sandbox itself writes does not make what it keeps of the file wrong.
void Session::noteOwnChange(Handle& handle, const struct stat& before, bool keeps) {
  auto* node = m_view.nodes.find(handle.node);
  struct stat now{};
  if (!node || !isAsLastSeen(*node, before) || away([&] { return fstat(handle.fd, &now); }) < 0) return;
  node->stamp = Node::Stamp{now.st_mtim, keeps ? now.st_ctim : timespec{}, now.st_size};
}

void Session::open(fuse_req_t request, NodeId id, fuse_file_info info, Asked asked) {
  if (!hasRoom(request)) return;
  auto* node = nodeOf(request, id);
  if (!node) return;
  if (node->gone) {
    fuse_reply_err(request, ESTALE);
    return;
  }
  auto need = needOf(info.flags);
  std::string path;
  auto found = findNode(*node, need, path);
  if (!found.covered() || !found.grant->usableAgain(m_view.clock)) {
    if (path.empty()) path = m_view.nodes.pathOf(*node);
    mayGoOn(request, path, need, false, asked, [=, this](Asked now) { open(request, id, info, now); });
    return;
  }
  if (!isSame(*node, found.thing)) {
    fuse_reply_err(request, ESTALE);  // The kernel looks the name up again and comes back.
    return;
  }
  info.keep_cache = keepPages(*node, found.thing.status) && !(info.flags & O_TRUNC);
  bool putOff = info.keep_cache && (info.flags & PASSED_ON) == O_RDONLY && isSurelyReadable(found.thing.status);
  int fd = putOff ? found.thing.fd.release() : openThing(found.thing, info.flags);
  if (fd < 0) {
    fuse_reply_err(request, -fd);
    return;
  }
  if (struct stat cut{}; (info.flags & O_TRUNC) && away([&] { return fstat(fd, &cut); }) == 0) keepPages(*node, cut);
  // Two kernels' worth of pages of one file cannot be kept alike while both write: so this one keeps none, and a shared
  // mapping is refused (ENODEV).
  bool mappable = (info.flags & O_ACCMODE) == O_RDWR;
  info.direct_io = mappable && isOpenElsewhere(*node, fd);
  info.noflush = need == Need::Read;
  auto& handle = addHandle(request, *node, OpenFile(fd), found.grant, need, false, info.flags & O_APPEND);
  handle.putOff = putOff;
  handle.direct = info.direct_io;
  info.fh = handle.id;
  if (fuse_reply_open(request, &info) != 0) release(nullptr, info.fh);
}

void Session::create(fuse_req_t request, NodeId parent, std::string name, mode_t mode, fuse_file_info info,
                     Asked asked) {
  if (!hasRoom(request)) return;
  KJ_IF_MAYBE (path, childPath(request, parent, name)) {
    if (name.starts_with(OWN_PREFIX)) {
      fuse_reply_err(request, EACCES);
      return;
    }
    auto found = m_view.findName(*path);
    std::optional<OwnChange> change;
    int fd = -1;
    if (found.covered()) {
      change.emplace(*this, parent, name);
      auto folder = findParentBeneath(found.grant->rootFd, found.relative);
      if (!folder) {
        fuse_reply_err(request, folder.error);
        return;
      }
      int flags = (info.flags & PASSED_ON & ~O_TRUNC) | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;
      auto last = std::string(nameOf(found.relative));
      fd = away([&] { return openat(folder.fd, last.c_str(), flags, mode & 0777); });
      if (fd < 0) fd = -errno;
      if (fd == -EEXIST && !(info.flags & O_EXCL)) {
        // It is there after all: opened like any other, if it is what the grant is about.
        found = m_view.find(*path, Need::Write);
        fd = found.covered() && found.thing ? openThing(found.thing, info.flags) : -EACCES;
      }
    } else if (auto beside = m_view.scratchGrant(*path)) {
      found = Found{beside, {}, {}};
      change.emplace(*this, parent, name);
      fd = createScratch(*path, beside, mode, info.flags);
    } else {
      mayGoOn(request, *path, Need::Write, false, asked,
              [=, this](Asked now) { create(request, parent, name, mode, info, now); });
      return;
    }
    if (fd < 0) {
      fuse_reply_err(request, -fd);
      return;
    }
    change->made();
    OpenFile own(fd);
    if (away([&] { return fstat(own, &found.thing.status); }) < 0) {
      fuse_reply_err(request, errno);
      return;
    }
    if (found.grant->isFile() && !m_view.scratchAt(*path)) {
      std::lock_guard<std::mutex> guard(m_view.lock);
      found.grant->identity = identityOf(found.thing.status);
    }
    replyCreated(request, parent, name, found, kj::mv(own), info);
  }
}

void Session::replyCreated(fuse_req_t request, NodeId parent, const std::string& name, const Found& found, OpenFile fd,
                           fuse_file_info info) {
  auto entry = entryOf(parent, name, found);
  // It may have been there: then what is kept of it is dropped at the next opening.
  auto& status = found.thing.status;
  m_view.nodes.find(entry.ino)->stamp = Node::Stamp{status.st_mtim, {}, status.st_size};
  info.fh = addHandle(request, *m_view.nodes.find(entry.ino), kj::mv(fd), found.grant, Need::Write, false,
                      info.flags & O_APPEND)
                .id;
  if (fuse_reply_create(request, &entry, &info) != 0) {
    release(nullptr, info.fh);
    forget(entry.ino, 1);
  }
}

// O_TMPFILE: it has no name until it is linked, so its node is gone from the start.
void Session::createNameless(fuse_req_t request, NodeId parent, mode_t mode, fuse_file_info info, Asked asked) {
  if (!hasRoom(request)) return;
  std::string path;
  auto* node = nodeOf(request, parent, path);
  if (!node) return;
  auto found = m_view.findContent(path, Need::Write);
  if (!found.covered()) {
    mayGoOn(request, path, Need::Write, true, asked,
            [=, this](Asked now) { createNameless(request, parent, mode, info, now); });
    return;
  }
  if (!isSame(*node, found.thing)) {
    fuse_reply_err(request, ESTALE);
    return;
  }
  int flags = (info.flags & PASSED_ON & ~O_TRUNC) | O_TMPFILE | O_CLOEXEC | (info.flags & O_EXCL);
  OpenFile fd(away([&] { return openat(found.thing.fd, ".", flags, mode & 0777); }));
  if (fd.get() < 0 || away([&] { return fstat(fd, &found.thing.status); }) < 0) {
    fuse_reply_err(request, errno);
    return;
  }
  // No name an app can say.
  auto name = "/" + std::to_string(m_nextId++);
  replyCreated(request, parent, name, found, kj::mv(fd), info);
  std::lock_guard<std::mutex> guard(m_view.lock);
  m_view.nodes.removed(parent, name);
}

void Session::read(fuse_req_t request, size_t size, off_t offset, uint64_t handleId) {
  auto* handle = handleOf(handleId);
  if (!handle || handle->directory) {
    fuse_reply_err(request, EBADF);
    return;
  }
  if (!still(*handle, Need::Read)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  static thread_local std::unique_ptr<char[]> buffer(new char[LARGEST_IO]);
  ssize_t count = -1;
  int fd = fileOf(*handle);
  if (fd >= 0) {
    Turn::Away away;
    count = readWhole(fd, buffer.get(), std::min(size, LARGEST_IO), offset);
  }
  if (count < 0) {
    fuse_reply_err(request, errno);
    return;
  }
  noteUse(request, *handle, count, 0);
  // Not after the revocation that came while the disk was busy.
  if (!still(*handle, Need::Read)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  fuse_reply_buf(request, buffer.get(), static_cast<size_t>(count));
}

void Session::write(fuse_req_t request, fuse_bufvec* data, off_t offset, const fuse_file_info& info) {
  auto* handle = handleOf(info.fh);
  if (!handle || handle->directory || handle->need != Need::Write) {
    fuse_reply_err(request, EBADF);
    return;
  }
  if (!still(*handle, Need::Write)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  // One block of memory, or all of it in a pipe.
  auto& block = data->buf[data->idx];
  auto length = block.size - data->off;
  if (length >= STREAMING) StreamPipe::mine().expect();
  // Pages of a mapping may come by any handle, so appending is decided per call and not by the descriptor.
  bool append = handle->append && !info.writepage;
  struct stat before{};
  auto* node = m_view.nodes.find(handle->node);
  if (away([&] { return fstat(handle->fd, &before); }) < 0 || !node) {
    fuse_reply_err(request, node ? errno : EBADF);
    return;
  }
  // A page as it was here, with what somebody outside has written since missing from it, must not go over that.
  if (info.writepage && !isAsLastSeen(*node, before)) {
    fuse_reply_err(request, EIO);
    return;
  }
  auto piece = handle->stream.add(append ? before.st_size : offset, static_cast<off_t>(length));
  ssize_t count;
  int error = 0;
  {
    Turn::Away away;
    count = writeBlock(handle->fd, block, data->off, append ? -1 : offset);
    if (count < 0) error = errno;
    if (piece.length > 0) sync_file_range(handle->fd, piece.begin, piece.length, SYNC_FILE_RANGE_WRITE);
  }
  if (error != 0) {
    noteOwnChange(*handle, before);  // Its times may be others: a full disk sets them all the same.
    fuse_reply_err(request, error);
    return;
  }
  noteUse(request, *handle, 0, count);
  // What goes by the kernel's pages leaves those behind that it has.
  noteOwnChange(*handle, before, !handle->direct && !(info.flags & O_DIRECT));
  fuse_reply_write(request, static_cast<size_t>(count));
}

void Session::sync(fuse_req_t request, int dataOnly, uint64_t handleId) {
  auto* handle = handleOf(handleId);
  if (!handle) {
    fuse_reply_err(request, EBADF);
    return;
  }
  if (!still(*handle, Need::Read)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  int error = 0;
  if (int fd = fileOf(*handle); fd >= 0) {
    Turn::Away away;
    error = (dataOnly ? fdatasync(fd) : fsync(fd)) == 0 ? 0 : errno;
  } else {
    error = errno;
  }
  fuse_reply_err(request, error);
}

void Session::release(fuse_req_t request, uint64_t handleId) {
  auto found = m_handles.find(handleId);
  if (found != m_handles.end()) {
    auto handle = std::move(found->second);
    m_handles.erase(found);
    if (handle->link.isLinked()) m_mayRest.remove(*handle);
    if (!handle->resting) holdOneLess();
    dropLocks([&](const HeldLock& lock) { return lock.handle == handleId; });
    if (!m_lockWaits.empty()) post([this] { tryLocksAgain(); });  // After the closing, which lets go of flock.
    {
      std::lock_guard<std::mutex> guard(m_view.lock);
      m_view.nodes.letGo(*handle);
    }
    auto grant = handle->grant;
    if (--grant->live == 0) {
      auto active = Grant::State::Active;
      if (grant->once) grant->state.compare_exchange_strong(active, Grant::State::Over);
      m_desk.liveChanged(grant);
    }
    // Some file systems write back when they close.
    Turn::Away away;
    handle = nullptr;
  }
  if (request) fuse_reply_err(request, 0);
}

void Session::allocate(fuse_req_t request, int mode, off_t offset, off_t length, uint64_t handleId) {
  auto* handle = handleOf(handleId);
  if (!handle || handle->need != Need::Write || handle->directory) {
    fuse_reply_err(request, EBADF);
    return;
  }
  if (!still(*handle, Need::Write)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  int error;
  struct stat before{};
  if (away([&] { return fstat(handle->fd, &before); }) < 0) before.st_size = -1;
  {
    Turn::Away away;
    error = ::fallocate(handle->fd, mode, offset, length) == 0 ? 0 : errno;
  }
  noteOwnChange(*handle, before);
  fuse_reply_err(request, error);
}

void Session::seek(fuse_req_t request, off_t offset, int whence, uint64_t handleId) {
  auto* handle = handleOf(handleId);
  if (!handle || handle->directory) {
    fuse_reply_err(request, EBADF);
    return;
  }
  if (!still(*handle, Need::Read)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  off_t at = -1;
  if (int fd = fileOf(*handle); fd >= 0) {
    Turn::Away away;
    at = ::lseek(fd, offset, whence);
  }
  if (at < 0) {
    fuse_reply_err(request, errno);
  } else {
    fuse_reply_lseek(request, at);
  }
}

void Session::copyRange(fuse_req_t request, uint64_t fromId, off_t fromOffset, uint64_t toId, off_t toOffset,
                        size_t length) {
  auto *from = handleOf(fromId), *to = handleOf(toId);
  if (!from || !to || from->directory || to->directory || to->need != Need::Write) {
    fuse_reply_err(request, EBADF);
    return;
  }
  if (!still(*from, Need::Read) || !still(*to, Need::Write)) {
    fuse_reply_err(request, EACCES);
    return;
  }
  ssize_t count = -1;
  struct stat before{};
  if (away([&] { return fstat(to->fd, &before); }) < 0) before.st_size = -1;
  if (int fd = fileOf(*from); fd >= 0) {
    Turn::Away away;
    count = ::copy_file_range(fd, &fromOffset, to->fd, &toOffset, std::min(length, LARGEST_IO), 0);
  }
  int error = count < 0 ? errno : 0;
  noteOwnChange(*to, before);
  if (error != 0) {
    fuse_reply_err(request, error);
    return;
  }
  noteUse(request, *from, count, 0);
  noteUse(request, *to, 0, count);
  fuse_reply_write(request, static_cast<size_t>(count));
}

}  // namespace latchkey::files
