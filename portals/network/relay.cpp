// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

namespace latchkey::network {
namespace {

constexpr int PIPE_SIZE = 256 * 1024;
constexpr size_t SMALL_PIPE = 64 * 1024;
constexpr size_t MOST_FREE_PIPES = 32;
constexpr size_t COPIED_AT_ONCE = 16 * 1024;
constexpr size_t TURN = 1 << 20;

bool mustWait(ssize_t result) { return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK); }
bool isInterrupted(ssize_t result) { return result < 0 && errno == EINTR; }

// Urgent data: splice(2) does not pass the place where it stands. Nobody is told of it; as bytes it goes along.
bool isAtUrgent(int socket) {
  int at = 0;
  return ioctl(socket, SIOCATMARK, &at) == 0 && at;
}

}  // namespace

void resetAtClose(int socket) {
  linger none{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

kj::Maybe<Pipes::Pipe> Pipes::tryTake() {
  if (!m_free.empty()) {
    auto pipe = kj::mv(m_free.back());
    m_free.removeLast();
    return kj::mv(pipe);
  }
  int fds[2];
  if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) return nullptr;
  Pipe pipe{kj::AutoCloseFd(fds[0]), kj::AutoCloseFd(fds[1]), SMALL_PIPE};
  // A user may have only so many large ones.
  auto size = fcntl(fds[1], F_SETPIPE_SZ, PIPE_SIZE);
  if (size < 0) size = fcntl(fds[1], F_GETPIPE_SZ);
  if (size > 0) pipe.size = static_cast<size_t>(size);
  return kj::mv(pipe);
}

void Pipes::giveBack(Pipe pipe) {
  if (m_free.size() < MOST_FREE_PIPES) m_free.add(kj::mv(pipe));
}

Relay::Side::Side(kj::UnixEventPort& port, kj::AutoCloseFd socket)
    : fd(kj::mv(socket)), observer(port, fd, kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
}

Relay::Relay(kj::UnixEventPort& port, kj::Timer& timer, Pipes& pipes, Tally& tally, kj::AutoCloseFd inside,
             kj::AutoCloseFd outside)
    : m_timer(timer),
      m_pipes(pipes),
      m_tally(tally),
      m_inside(port, kj::mv(inside)),
      m_outside(port, kj::mv(outside)) {}

Relay::~Relay() noexcept {
  if (m_finished) return;
  resetAtClose(m_inside.fd);
  resetAtClose(m_outside.fd);
}

kj::Promise<Ending> Relay::run() {
  auto paf = kj::newPromiseAndFulfiller<Ending>();
  m_broken = kj::mv(paf.fulfiller);
  auto ways = kj::heapArrayBuilder<kj::Promise<void>>(2);
  ways.add(move(m_inside, m_outside, &Tally::passedOut));
  ways.add(move(m_outside, m_inside, &Tally::passedIn));
  auto all = kj::joinPromises(ways.finish())
                 .then([] { return Ending::FINISHED; })
                 .exclusiveJoin(kj::mv(paf.promise))
                 .exclusiveJoin(watch(m_inside).then([]() -> Ending { KJ_UNREACHABLE; }))
                 .exclusiveJoin(watch(m_outside).then([]() -> Ending { KJ_UNREACHABLE; }));
  auto end = co_await all;
  m_finished = end == Ending::FINISHED;
  co_return end;
}

kj::Promise<void> Relay::broken(Side& side) {
  m_broken->fulfill(&side == &m_inside ? Ending::BROKEN_OFF_BY_APP : Ending::BROKEN_OFF_BY_OTHER_SIDE);
  return kj::NEVER_DONE;
}

// A reset is noticed also while nothing is to be read or written. Does not return.
kj::Promise<void> Relay::watch(Side& side) {
  co_await side.observer.whenWriteDisconnected();
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(side.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) co_await broken(side);
  co_await kj::Promise<void>(kj::NEVER_DONE);
}

kj::Promise<void> Relay::move(Side& from, Side& to, void (Tally::*passed)(size_t)) {
  size_t turn = 0;
  for (;;) {
    auto taken = m_pipes.tryTake();
    auto wanted = COPIED_AT_ONCE;
    KJ_IF_MAYBE (pipe, taken) wanted = pipe->size;
    auto most = m_tally.allowed(wanted, m_timer.now());
    if (most == 0) {
      KJ_IF_MAYBE (pipe, taken) m_pipes.giveBack(kj::mv(*pipe));
      co_await m_timer.afterDelay(Meter::pause());
      continue;
    }
    ssize_t count = 0;
    KJ_IF_MAYBE (pipe, taken) {
      count = splice(from.fd, nullptr, pipe->write, nullptr, most, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
      if (count <= 0) {
        auto error = errno;
        m_pipes.giveBack(kj::mv(*pipe));
        errno = error;
      } else {
        for (size_t left = static_cast<size_t>(count); left > 0;) {
          auto sent = splice(pipe->read, nullptr, to.fd, nullptr, left, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
          if (sent > 0) {
            left -= static_cast<size_t>(sent);
            (m_tally.*passed)(static_cast<size_t>(sent));
          } else if (mustWait(sent)) {
            co_await to.observer.whenBecomesWritable();
          } else if (!isInterrupted(sent)) {
            co_await broken(to);
          }
        }
        m_pipes.giveBack(kj::mv(*pipe));
      }
    }
    if (taken == nullptr || (mustWait(count) && isAtUrgent(from.fd))) {
      size_t copied = 0;
      co_await copy(from, to, most, copied);
      if (copied > 0) (m_tally.*passed)(copied);
      count = static_cast<ssize_t>(copied);
      if (copied == 0) {
        shutdown(to.fd, SHUT_WR);
        co_return;
      }
    } else if (count == 0) {
      shutdown(to.fd, SHUT_WR);
      co_return;
    } else if (mustWait(count)) {
      turn = 0;
      co_await from.observer.whenBecomesReadable();
      continue;
    } else if (count < 0 && !isInterrupted(count)) {
      co_await broken(from);
    }
    turn += count > 0 ? static_cast<size_t>(count) : 0;
    if (turn >= TURN) {
      turn = 0;
      co_await kj::evalLater([] {});
    }
  }
}

// Without a pipe. Waits for bytes; `copied` is 0 at their end.
kj::Promise<void> Relay::copy(Side& from, Side& to, size_t most, size_t& copied) {
  kj::byte bytes[COPIED_AT_ONCE];
  ssize_t count;
  for (;;) {
    count = recv(from.fd, bytes, std::min(most, sizeof bytes), MSG_DONTWAIT);
    if (count >= 0) break;
    if (mustWait(count)) {
      co_await from.observer.whenBecomesReadable();
    } else if (!isInterrupted(count)) {
      co_await broken(from);
    }
  }
  copied = static_cast<size_t>(count);
  for (size_t at = 0; at < copied;) {
    auto sent = send(to.fd, bytes + at, copied - at, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      at += static_cast<size_t>(sent);
    } else if (mustWait(sent)) {
      co_await to.observer.whenBecomesWritable();
    } else if (!isInterrupted(sent)) {
      co_await broken(to);
    }
  }
}

}  // namespace latchkey::network
