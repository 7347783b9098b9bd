// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/entrance.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/nsfs.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/base/send-descriptors.h"

namespace latchkey::network {
namespace {

struct Answer {
  std::string text;
  std::vector<kj::AutoCloseFd> fds;
};

// One packet, awaited without holding up the loop.
kj::Promise<Answer> receive(kj::UnixEventPort& port, int socket) {
  for (;;) {
    char text[256];
    iovec part{text, sizeof text};
    msghdr message{};
    alignas(cmsghdr) char control[CMSG_SPACE(MOST_SOCKETS * sizeof(int))];
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length >= 0) {
      Answer answer{std::string(text, static_cast<size_t>(length)), {}};
      auto* header = CMSG_FIRSTHDR(&message);
      if (header && header->cmsg_type == SCM_RIGHTS) {
        for (size_t i = 0; i < (header->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++i) {
          int fd;
          memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
          answer.fds.emplace_back(fd);
        }
      }
      // More descriptors than we have room for are lost in between.
      KJ_REQUIRE((message.msg_flags & MSG_CTRUNC) == 0, "too many descriptors are open");
      co_return kj::mv(answer);
    }
    if (errno != EAGAIN && errno != EINTR) KJ_FAIL_SYSCALL("recvmsg", errno);
    kj::UnixEventPort::FdObserver observer(port, socket, kj::UnixEventPort::FdObserver::OBSERVE_READ);
    co_await observer.whenBecomesReadable();
  }
}

kj::Promise<Answer> succeeded(kj::UnixEventPort& port, kj::AutoCloseFd socket) {
  auto answer = co_await receive(port, socket);
  KJ_REQUIRE(!answer.text.empty(), "what enters sandboxes died");
  KJ_REQUIRE(answer.text.starts_with("OK"), "cannot set up the sandbox's network", answer.text);
  co_return kj::mv(answer);
}

uint16_t portOf(int socket) {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  KJ_SYSCALL(getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size));
  return ntohs(own.sin_port);
}

}  // namespace

Inside checked(kj::AutoCloseFd net) {
  int kind;
  KJ_SYSCALL(kind = ioctl(net, NS_GET_NSTYPE), "not a namespace");
  KJ_REQUIRE(kind == CLONE_NEWNET, "not a network namespace");
  int fd;
  KJ_SYSCALL(fd = ioctl(net, NS_GET_USERNS), "not a network namespace of this user");
  kj::AutoCloseFd user(fd);
  uid_t owner = 0;
  KJ_SYSCALL(ioctl(user, NS_GET_OWNER_UID, &owner));
  KJ_REQUIRE(owner == geteuid(), "the sandbox belongs to another user", owner);
  struct stat theirs{}, ours{};
  KJ_SYSCALL(fstat(user, &theirs));
  KJ_SYSCALL(stat("/proc/self/ns/user", &ours));
  KJ_REQUIRE(theirs.st_ino != ours.st_ino, "this is no sandbox: it shares our user namespace");
  return {kj::mv(user), kj::mv(net)};
}

Entrance::Entrance() {
  int sockets[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets));
  pid_t pid;
  KJ_SYSCALL(pid = fork());
  if (pid == 0) {
    close(sockets[0]);
    // Nothing of the portal's: its connection must break when it dies.
    if (sockets[1] != 3) dup3(sockets[1], 3, O_CLOEXEC);
    syscall(SYS_close_range, 4U, ~0U, 0U);
    runEntranceHelper(3);
  }
  close(sockets[1]);
  m_socket = kj::AutoCloseFd(sockets[0]);
}

Entrance::~Entrance() = default;

kj::AutoCloseFd Entrance::request(char job, const Inside& into, const std::string& words) {
  int sockets[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets));
  kj::AutoCloseFd ours(sockets[0]), theirs(sockets[1]);
  auto text = job + words;
  int all[] = {theirs.get(), into.user.get(), into.net.get()};
  KJ_SYSCALL(sendWithDescriptors(m_socket, text, all), "what enters sandboxes is gone");
  return ours;
}

kj::Promise<Wiring> Entrance::wire(kj::UnixEventPort& port, const Inside& into) {
  auto answer = co_await succeeded(port, request('A', into, {}));
  KJ_REQUIRE(answer.fds.size() == 6 || answer.fds.size() == 8, "descriptors are missing", answer.fds.size());
  Wiring wiring;
  auto* fd = answer.fds.data();
  for (auto* to : {&wiring.tun, &wiring.diagnosis, &wiring.names, &wiring.namesTcp, &wiring.listener4, &wiring.raw4,
                   &wiring.listener6, &wiring.raw6}) {
    if (fd < answer.fds.data() + answer.fds.size()) *to = kj::mv(*fd++);
  }
  wiring.port = portOf(wiring.listener4);
  co_return kj::mv(wiring);
}

kj::Promise<void> Entrance::loadGate(kj::UnixEventPort& port, const Inside& into, uint16_t to) {
  return succeeded(port, request('G', into, std::to_string(to))).ignoreResult();
}

kj::Promise<std::vector<kj::AutoCloseFd>> Entrance::sockets(kj::UnixEventPort& port, const Inside& into, unsigned v4,
                                                            unsigned v6) {
  KJ_REQUIRE(v4 + v6 <= MOST_SOCKETS, v4, v6);
  auto answer = co_await succeeded(port, request('S', into, std::to_string(v4) + " " + std::to_string(v6)));
  KJ_REQUIRE(answer.fds.size() == v4 + v6, "descriptors are missing", answer.fds.size());
  co_return kj::mv(answer.fds);
}

}  // namespace latchkey::network
