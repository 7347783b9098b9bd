// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey {
namespace {

sockaddr_un addressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  KJ_REQUIRE(path.size() < sizeof address.sun_path, "the path is too long for a socket", path);
  memcpy(address.sun_path, path.data(), path.size());
  return address;
}

kj::AutoCloseFd newSocket() {
  int fd;
  KJ_SYSCALL(fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return kj::AutoCloseFd(fd);
}

}  // namespace

Connection::Connection(kj::Own<kj::AsyncCapabilityStream> stream, capnp::rpc::twoparty::Side side,
                       capnp::Capability::Client bootstrap, capnp::ReaderOptions limits)
    : m_stream(kj::mv(stream)),
      m_network(*m_stream, MAX_FDS_PER_MESSAGE, side, limits),
      m_rpc(capnp::makeRpcServer(m_network, kj::mv(bootstrap))) {}

capnp::Capability::Client Connection::bootstrap() {
  capnp::MallocMessageBuilder message;
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(m_network.getSide() == capnp::rpc::twoparty::Side::CLIENT ? capnp::rpc::twoparty::Side::SERVER
                                                                        : capnp::rpc::twoparty::Side::CLIENT);
  return m_rpc.bootstrap(vat);
}

kj::Promise<void> Connection::disconnected() {
  return m_network.onDisconnect().catch_([](kj::Exception&&) {});
}

PeerCredentials peerCredentials(int fd) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  KJ_SYSCALL(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length));
  return {credentials.pid, credentials.uid, credentials.gid};
}

kj::AutoCloseFd listenAt(const std::string& path) {
  KJ_REQUIRE(tryConnect(path) == nullptr, "somebody already listens there", path);
  auto address = addressOf(path);
  auto fd = newSocket();
  unlink(path.c_str());
  // The directory is 0700; the mode is a second wall. Linux gives the name the mode that the socket has by then; umask
  // would be that of all threads.
  KJ_SYSCALL(fchmod(fd, 0600));
  KJ_SYSCALL(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), path);
  KJ_SYSCALL(listen(fd, 128), path);
  return fd;
}

kj::Maybe<kj::AutoCloseFd> tryConnect(const std::string& path) {
  auto address = addressOf(path);
  auto fd = newSocket();
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return nullptr;
    KJ_FAIL_SYSCALL("connect", errno, path);
  }
  return kj::mv(fd);
}

SocketPair socketPair() {
  int fds[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  return {kj::AutoCloseFd(fds[0]), kj::AutoCloseFd(fds[1])};
}

}  // namespace latchkey
