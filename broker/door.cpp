// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/door.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <sys/socket.h>

#include "broker/base/log.h"

namespace latchkey {

Door::Door(kj::UnixEventPort& port, kj::LowLevelAsyncIoProvider& io, kj::Timer& timer, kj::AutoCloseFd listening,
           size_t limit, Admission admit)
    : m_io(io), m_timer(timer), m_socket(kj::mv(listening)), m_limit(limit), m_admit(kj::mv(admit)), m_tasks(*this) {
  KJ_SYSCALL(fcntl(m_socket, F_SETFL, O_NONBLOCK));
  m_tasks.add(listen(port));
}

kj::Promise<void> Door::listen(kj::UnixEventPort& port) {
  kj::UnixEventPort::FdObserver arrivals(port, m_socket, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    int fd = accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      kj::AutoCloseFd socket(fd);
      auto peer = peerCredentials(socket);
      welcome(kj::mv(socket), peer);
    } else if (errno == EAGAIN) {
      co_await arrivals.whenBecomesReadable();
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
      // They wait in the socket's queue until there is room.
      co_await m_timer.afterDelay(100 * kj::MILLISECONDS);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      KJ_FAIL_SYSCALL("accept4", errno);
    }
  }
}

void Door::welcome(kj::AutoCloseFd socket, PeerCredentials peer) {
  if (m_guests.size() >= m_limit) {
    logWarning("too many connections: one more was refused");
    return;
  }
  auto hungUp = kj::newPromiseAndFulfiller<void>();
  auto admitted = m_admit(peer, kj::mv(hungUp.promise));
  KJ_IF_MAYBE (bootstrap, admitted) {
    auto flags = kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC | kj::LowLevelAsyncIoProvider::ALREADY_NONBLOCK;
    auto stream = m_io.wrapUnixSocketFd(kj::mv(socket), flags);
    auto connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER, kj::mv(*bootstrap));
    auto number = ++m_next;
    auto gone = connection->disconnected();
    m_guests.push_back({number, kj::mv(connection)});
    m_tasks.add(gone.then([this, number, fulfiller = kj::mv(hungUp.fulfiller)]() mutable {
      fulfiller->fulfill();
      m_guests.remove_if([number](auto& guest) { return guest.number == number; });
    }));
  } else {
    logWarning("a process of another user (" + std::to_string(peer.uid) + ") was turned away");
  }
}

void Door::taskFailed(kj::Exception&& exception) { logError("a socket: " + reason(exception)); }

bool isSameUser(const PeerCredentials& peer, unsigned own) { return peer.uid == own; }

}  // namespace latchkey
