// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Locks are the host's: what a process in a sandbox locks, a process outside finds locked, and the other way round.
//
// - Each owner (a process, or an open file for locks of its own) has a descriptor of its own on the host, with
// open-file
//   locks on it: so the host's kernel knows the sandbox's owners apart. flock is made on the handle's descriptor.
// - Nobody waits in a call to the host: who has to wait is tried again, at once when something here is unlocked and
//   every few milliseconds otherwise, until it is interrupted.
// - A lock is where programs that share a file expect to see each other's changes. So with the lock the kernel forgets
//   what it kept of a file that may have changed, before the answer; from a thread that serves no request.
//
// Known holes: no EDEADLK; who holds a lock is not told (l_pid is 0).

#include "portals/files/locks.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "portals/files/operations.h"

namespace latchkey::files {
namespace {

constexpr size_t MOST_LOCKS = 4096;
constexpr auto TRY_AGAIN = std::chrono::milliseconds(5);
// Changes closer to each other than this may bear the same time.
constexpr int64_t SAME_TIME = 50'000'000;

int64_t nanos(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

int lockOn(int fd, int command, struct flock& lock) {
  lock.l_pid = 0;
  return away([&] { return fcntl(fd, command, &lock); }) == 0 ? 0 : errno;
}

}  // namespace

// 0 and the owner's descriptor, or what is wrong.
int Session::lockFile(Handle& handle, uint64_t handleId, uint64_t owner, bool write, std::shared_ptr<OpenFile>& fd) {
  auto* node = m_view.nodes.find(handle.node);
  if (!node) return ESTALE;
  std::pair key{node->identity, owner};
  auto grant = handle.grant;
  auto known = m_locks.find(key);
  if (known == m_locks.end() || (write && !known->second.writable)) {
    if (m_locks.size() > MOST_LOCKS) return ENOLCK;
    // What was locked for reading so far cannot be moved to another descriptor without letting go of it.
    if (known != m_locks.end()) return EBADF;
    int own = fileOf(handle);
    if (own < 0) return errno;
    int opened = grant->allows(Need::Write) ? reopen(own, O_RDWR) : -EACCES;
    bool writable = opened >= 0;
    if (opened < 0) opened = reopen(own, write ? O_WRONLY : O_RDONLY);
    if (opened < 0) return -opened;
    // The same owner may have come by another thread meanwhile: then it has one already.
    known = m_locks.try_emplace(key, HeldLock{std::make_shared<OpenFile>(opened), writable || write, 0, {}}).first;
  }
  known->second.handle = handleId;
  known->second.grant = grant;
  fd = known->second.fd;
  return 0;
}

void Session::getlk(fuse_req_t request, uint64_t handleId, uint64_t owner, struct flock lock) {
  auto* handle = handleOf(handleId);
  if (!handle || handle->directory || !still(*handle, Need::Read)) {
    fuse_reply_err(request, handle ? EACCES : EBADF);
    return;
  }
  std::shared_ptr<OpenFile> fd;
  int error = lockFile(*handle, handleId, owner, false, fd);
  if (!error) error = lockOn(*fd, F_OFD_GETLK, lock);
  lock.l_pid = 0;
  if (error) fuse_reply_err(request, error);
  else fuse_reply_lock(request, &lock);
}

void Session::setlk(fuse_req_t request, uint64_t handleId, uint64_t owner, struct flock lock, bool wait) {
  lockOrWait(request, handleId, wait, lock.l_type != F_UNLCK, [=, this](Handle& handle) mutable {
    std::shared_ptr<OpenFile> fd;
    int error = lockFile(handle, handleId, owner, lock.l_type == F_WRLCK, fd);
    return error ? error : lockOn(*fd, F_OFD_SETLK, lock);
  });
}

void Session::flock(fuse_req_t request, uint64_t handleId, int operation) {
  bool wait = !(operation & LOCK_NB);
  lockOrWait(request, handleId, wait, operation != LOCK_UN, [=, this](Handle& handle) {
    int fd = fileOf(handle);
    if (handle.link.isLinked()) m_mayRest.remove(handle);
    return fd >= 0 && away([&] { return ::flock(fd, operation | LOCK_NB); }) == 0 ? 0 : errno;
  });
}

void Session::lockOrWait(fuse_req_t request, uint64_t handleId, bool wait, bool locks, LockAttempt attempt) {
  auto id = m_nextId++;
  if (tryLock(request, handleId, wait, locks, attempt)) {
    if (!locks) tryLocksAgain();
    return;
  }
  m_lockWaits.emplace(id, LockWait{request, handleId, std::move(attempt)});
  if (!m_lockThread) m_lockThread = addThread([this] { keepTryingLocks(); });
  fuse_req_interrupt_func(request, &Session::onLockInterrupt, reinterpret_cast<void*>(id));
}

// Whether it has been answered.
bool Session::tryLock(fuse_req_t request, uint64_t handleId, bool wait, bool locks, LockAttempt& attempt) {
  auto* handle = handleOf(handleId);
  int error = !handle || handle->directory ? EBADF : still(*handle, Need::Read) ? attempt(*handle) : EACCES;
  handle = handleOf(handleId);
  if (!handle) error = EBADF;
  if (error == EACCES && handle && still(*handle, Need::Read)) error = EAGAIN;
  if (error == EAGAIN && wait) return false;
  fuse_req_interrupt_func(request, nullptr, nullptr);
  if (error == 0 && locks && mayHaveChanged(*handle)) {
    auto node = handle->node;
    if (addThread([this, request, node] {
          invalidate(node);
          fuse_reply_err(request, 0);
        })) {
      return true;
    }
    error = ENOLCK;
  }
  fuse_reply_err(request, error);
  return true;
}

// What one thread is trying, which may be on a disk that does not answer, no other does.
void Session::tryLocksAgain() {
  std::vector<uint64_t> ids;
  for (auto& entry : m_lockWaits) ids.push_back(entry.first);
  for (auto id : ids) {
    auto found = m_lockWaits.find(id);
    if (found == m_lockWaits.end() || found->second.trying) continue;
    found->second.trying = true;
    auto waits = found->second;
    bool answered = tryLock(waits.request, waits.handle, true, true, waits.attempt);
    found = m_lockWaits.find(id);
    found->second.trying = false;
    bool interrupted = found->second.interrupted;
    if (answered || interrupted) m_lockWaits.erase(found);
    if (!answered && interrupted) fuse_reply_err(waits.request, EINTR);
  }
}

// Where one hangs, who begins to wait next gets a thread that does not.
void Session::keepTryingLocks() {
  for (bool more = true; more && !m_leaving;) {
    std::this_thread::sleep_for(TRY_AGAIN);
    m_turn.take();
    m_lockThread = false;
    tryLocksAgain();
    more = !m_lockThread && !m_lockWaits.empty();
    m_lockThread = m_lockThread || more;
    m_turn.give();
  }
}

void Session::onLockInterrupt(fuse_req_t request, void* data) {
  auto& session = *static_cast<Session*>(fuse_req_userdata(request));
  auto found = session.m_lockWaits.find(reinterpret_cast<uint64_t>(data));
  if (found == session.m_lockWaits.end()) return;
  if (found->second.trying) {
    found->second.interrupted = true;
    return;
  }
  session.m_lockWaits.erase(found);
  fuse_reply_err(request, EINTR);
}

// A process closes the file: its locks on it go, as everywhere.
void Session::flush(fuse_req_t request, uint64_t handleId, uint64_t owner) {
  auto* handle = handleOf(handleId);
  auto* node = handle ? m_view.nodes.find(handle->node) : nullptr;
  if (node && m_locks.erase({node->identity, owner}) > 0) tryLocksAgain();
  int error = handle ? 0 : EBADF;
  // Closing a second descriptor says what closing this one would: a disk may find out only then that it has no room.
  if (handle && handle->need == Need::Write && !handle->directory && !handle->putOff) {
    int fd = fcntl(handle->fd, F_DUPFD_CLOEXEC, 0);
    Turn::Away away;
    if (fd >= 0 && close(fd) != 0 && errno != EINTR) error = errno;
  }
  fuse_reply_err(request, error);
}

void Session::dropLocks(const std::function<bool(const HeldLock&)>& which) {
  if (std::erase_if(m_locks, [&](auto& entry) { return which(entry.second); }) > 0) tryLocksAgain();
}

// Since the last lock on it, by whomever.
bool Session::mayHaveChanged(Handle& handle) {
  struct stat status{};
  if (away([&] { return fstat(handle.fd, &status); }) < 0) return true;
  timespec clock{};
  clock_gettime(CLOCK_REALTIME, &clock);
  auto modified = nanos(status.st_mtim), now = nanos(clock);
  auto& seen = m_lockedAt[identityOf(status)];
  bool same = seen.modified == modified && seen.size == status.st_size && seen.settled;
  seen = {modified, status.st_size, now - modified > SAME_TIME};
  if (m_lockedAt.size() > MOST_LOCKS) m_lockedAt.clear();
  return !same;
}

}  // namespace latchkey::files
