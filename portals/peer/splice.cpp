// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/splice.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "portals/peer/failure.h"

namespace latchkey::peer {
namespace {

constexpr size_t TURN = 1 << 20;

void resetAtClose(int socket) {
  linger none{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

bool mustWait(ssize_t result) { return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK); }

// All splices of a process take turns: what is read is copied before anything else runs.
kj::byte readBuffer[MOST_OF_A_WRITE];

}  // namespace

// --- what the other machine writes to

class Splice::Inlet final : public schema::ByteStream::Server {
public:
  explicit Inlet(std::shared_ptr<Splice> splice) : m_splice(kj::mv(splice)) {}
  ~Inlet() noexcept(false) {
    if (!m_splice->m_farEnded) m_splice->breakOff();
  }

  kj::Promise<void> write(WriteContext context) override {
    auto bytes = context.getParams().getBytes();
    if (bytes.size() > MOST_OF_A_WRITE || m_splice->m_farEnded) {
      m_splice->breakOff();
      fail(ThingWhy::UNKNOWN);
    }
    return told(m_splice->take(bytes));
  }
  kj::Promise<void> end(EndContext context) override { return told(m_splice->takeEnd()); }

private:
  // What went wrong here is not for the other machine to know.
  static kj::Promise<void> told(kj::Promise<void> done) {
    return done.catch_([](kj::Exception&&) { fail(ThingWhy::ENDED); });
  }

  std::shared_ptr<Splice> m_splice;
};

// ---

Splice::Socket::Socket(kj::UnixEventPort& port, kj::AutoCloseFd socket)
    : fd(kj::mv(socket)), observer(port, fd, kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE) {
  int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Splice::Splice(kj::UnixEventPort& port, Budget& budget, std::shared_ptr<Counters> counters, kj::AutoCloseFd socket)
    : m_budget(budget), m_counters(kj::mv(counters)), m_whenOver(nullptr) {
  m_socket.emplace(port, kj::mv(socket));
  auto paf = kj::newPromiseAndFulfiller<void>();
  m_over = kj::mv(paf.fulfiller);
  m_whenOver = kj::mv(paf.promise);
}

Splice::~Splice() noexcept(false) { breakOff(); }

schema::ByteStream::Client Splice::inlet() { return kj::heap<Inlet>(shared_from_this()); }

void Splice::breakOff() {
  KJ_IF_MAYBE (socket, m_socket) resetAtClose(socket->fd);
  m_socket = nullptr;
  m_far = nullptr;
  m_over->fulfill();
}

kj::Promise<void> Splice::run(schema::ByteStream::Client far, std::function<void()> changed) {
  auto self = shared_from_this();
  m_changed = kj::mv(changed);
  m_far = kj::mv(far);
  ++m_counters->live;
  ++m_counters->uses;
  m_changed();
  KJ_DEFER({
    --m_counters->live;
    m_changed();
    breakOff();
  });
  try {
    co_await pump()
        .then([]() -> kj::Promise<void> { return kj::NEVER_DONE; })
        .exclusiveJoin(watch())
        .exclusiveJoin(kj::mv(m_whenOver));
  } catch (const kj::Exception&) {
    // The far side has gone, or refuses: whoever is connected here is told by the reset.
  }
}

// One way has ended. When both have, the connection is closed as it should be.
void Splice::ended(bool& way) {
  way = true;
  if (!m_farEnded || !m_nearEnded) return;
  m_socket = nullptr;
  m_over->fulfill();
}

// A reset is noticed also while nothing is to be read or written. Does not return but by failing.
kj::Promise<void> Splice::watch() {
  KJ_IF_MAYBE (socket, m_socket) {
    co_await socket->observer.whenWriteDisconnected();
    int error = 0;
    socklen_t size = sizeof error;
    if (m_socket != nullptr) getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) fail(Why::BROKEN);
  }
  co_await kj::Promise<void>(kj::NEVER_DONE);
}

// --- from there to the socket

kj::Promise<void> Splice::take(kj::ArrayPtr<const kj::byte> bytes) {
  ++m_taking;
  KJ_DEFER(--m_taking);
  auto paf = kj::newPromiseAndFulfiller<void>();
  auto before = kj::mv(m_before);
  m_before = kj::mv(paf.promise);
  KJ_IF_MAYBE (earlier, before) {
    if (m_taking > 1) co_await *earlier;
  }
  KJ_DEFER(paf.fulfiller->fulfill());
  while (bytes.size() > 0) {
    KJ_IF_MAYBE (socket, m_socket) {
      auto sent = send(socket->fd, bytes.begin(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) {
        bytes = bytes.slice(static_cast<size_t>(sent), bytes.size());
        m_counters->bytesIn += static_cast<size_t>(sent);
        if (m_changed) m_changed();
      } else if (mustWait(sent)) {
        co_await socket->observer.whenBecomesWritable();
      } else if (errno != EINTR) {
        breakOff();
      }
    } else {
      fail(ThingWhy::ENDED);
    }
  }
}

kj::Promise<void> Splice::takeEnd() {
  co_await take(nullptr);
  KJ_IF_MAYBE (socket, m_socket) shutdown(socket->fd, SHUT_WR);
  ended(m_farEnded);
}

// --- from the socket to there

kj::Promise<void> Splice::write(size_t size) {
  m_budget.began(size);
  m_bytes += size;
  ++m_writes;
  KJ_DEFER({
    m_budget.answered(size);
    m_bytes -= size;
    if (--m_writes == 0 && m_allAnswered.get() != nullptr) m_allAnswered->fulfill();
  });
  auto call = KJ_ASSERT_NONNULL(m_far).writeRequest(capnp::MessageSize{size / sizeof(capnp::word) + 16, 0});
  call.setBytes(kj::arrayPtr(readBuffer, size));
  co_await call.send().ignoreResult();
  m_counters->bytesOut += size;
  if (m_changed) m_changed();
}

kj::Promise<void> Splice::pump() {
  auto self = shared_from_this();
  size_t turn = 0;
  // A write that fails ends it all.
  struct Failed final : public kj::TaskSet::ErrorHandler {
    explicit Failed(Splice& splice) : splice(splice) {}
    void taskFailed(kj::Exception&&) override { splice.m_over->fulfill(); }
    Splice& splice;
  } handler(*this);
  kj::TaskSet writes(handler);
  for (;;) {
    auto most = m_budget.allowed(m_bytes, m_writes);
    if (most == 0) {
      co_await m_budget.whenFreed();
      continue;
    }
    ssize_t count;
    KJ_IF_MAYBE (socket, m_socket) {
      count = recv(socket->fd, readBuffer, most, MSG_DONTWAIT);
      if (mustWait(count)) {
        turn = 0;
        co_await socket->observer.whenBecomesReadable();
        continue;
      }
    } else {
      co_return;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(Why::BROKEN);
    if (count == 0) break;
    writes.add(write(static_cast<size_t>(count)));
    turn += static_cast<size_t>(count);
    if (turn >= TURN) {
      turn = 0;
      co_await kj::evalLater([] {});
    }
  }
  co_await writes.onEmpty();
  KJ_IF_MAYBE (far, m_far) co_await far->endRequest().send().ignoreResult();
  ended(m_nearEnded);
}

}  // namespace latchkey::peer
