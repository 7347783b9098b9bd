// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/mounter.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/nsfs.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "broker/base/numbers.h"
#include "broker/base/send-descriptors.h"
#include "portals/files/apart.h"

namespace latchkey::files {
namespace {

struct Answer {
  std::string text;
  kj::AutoCloseFd fd, second;
};

// One packet, awaited without holding up the loop.
kj::Promise<Answer> receive(kj::UnixEventPort& port, int socket) {
  for (;;) {
    char text[1024];
    iovec part{text, sizeof text};
    msghdr message{};
    alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))];
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length >= 0) {
      Answer answer{std::string(text, static_cast<size_t>(length)), {}, {}};
      auto* header = CMSG_FIRSTHDR(&message);
      if (header && header->cmsg_type == SCM_RIGHTS) {
        int fds[2] = {-1, -1};
        memcpy(fds, CMSG_DATA(header), std::min<size_t>(sizeof fds, header->cmsg_len - CMSG_LEN(0)));
        answer.fd = kj::AutoCloseFd(fds[0]);
        if (fds[1] >= 0) answer.second = kj::AutoCloseFd(fds[1]);
      }
      co_return kj::mv(answer);
    }
    if (errno != EAGAIN && errno != EINTR) KJ_FAIL_SYSCALL("recvmsg", errno);
    kj::UnixEventPort::FdObserver observer(port, socket, kj::UnixEventPort::FdObserver::OBSERVE_READ);
    co_await observer.whenBecomesReadable();
  }
}

void requireOk(const std::string& text) {
  KJ_REQUIRE(!text.empty(), "the mount helper died");
  KJ_REQUIRE(text == "OK" || text == "N", "cannot mount into the sandbox", text);
}

kj::Promise<void> finish(kj::UnixEventPort& port, kj::AutoCloseFd socket) {
  auto answer = co_await receive(port, socket);
  requireOk(answer.text);
}

kj::AutoCloseFd ownerOf(int ns) {
  int fd;
  KJ_SYSCALL(fd = ioctl(ns, NS_GET_USERNS), "no mount namespace, or not one of this user");
  return kj::AutoCloseFd(fd);
}

}  // namespace

Namespaces checked(kj::AutoCloseFd mountNamespace) {
  int kind;
  KJ_SYSCALL(kind = ioctl(mountNamespace, NS_GET_NSTYPE), "not a namespace");
  KJ_REQUIRE(kind == CLONE_NEWNS, "not a mount namespace");
  auto user = ownerOf(mountNamespace);
  uid_t owner = 0;
  KJ_SYSCALL(ioctl(user, NS_GET_OWNER_UID, &owner));
  KJ_REQUIRE(owner == geteuid(), "the sandbox belongs to another user", owner);
  struct stat theirs{}, ours{};
  KJ_SYSCALL(fstat(user, &theirs));
  KJ_SYSCALL(stat("/proc/self/ns/user", &ours));
  KJ_REQUIRE(theirs.st_ino != ours.st_ino, "this is no sandbox: it shares our user namespace");
  return {kj::mv(user), kj::mv(mountNamespace)};
}

Mounter::Mounter() {
  int sockets[2], alive[2], portal;
  KJ_SYSCALL(portal = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  KJ_DEFER(close(portal));
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets));
  KJ_SYSCALL(pipe2(alive, O_CLOEXEC));
  pid_t pid;
  KJ_SYSCALL(pid = fork());
  if (pid == 0) {
    // Nothing of the portal's: its connection must break when it dies.
    int ours[3] = {fcntl(sockets[1], F_DUPFD_CLOEXEC, 6), fcntl(portal, F_DUPFD_CLOEXEC, 6),
                   fcntl(alive[0], F_DUPFD_CLOEXEC, 6)};
    for (int i = 0; i < 3; ++i) dup3(ours[i], 3 + i, O_CLOEXEC);
    syscall(SYS_close_range, 6U, ~0U, 0U);
    runMountHelper(3, {.process = 4, .alive = 5}, m_inFlight);
  }
  close(sockets[1]);
  close(alive[0]);
  m_alive = kj::AutoCloseFd(alive[1]);
  m_socket = kj::AutoCloseFd(sockets[0]);
}

Mounter::~Mounter() = default;

void Mounter::postSentinel() {
  std::promise<bool> standing;
  auto stands = standing.get_future();
  std::thread([&standing, alive = m_alive.get()] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    standing.set_value(standApart({{alive, alive}}));
    for (;;) pause();
  }).detach();
  // Where it could not, the pipe stays everybody's, and ends with the last thread.
  if (stands.get()) m_alive = nullptr;
}

void Mounter::brokerIs(int socket) { request('C', {socket}, {}); }

// It never says anything here.
kj::Promise<void> Mounter::whenGone(kj::UnixEventPort& port) {
  kj::UnixEventPort::FdObserver observer(port, m_socket, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  co_await observer.whenBecomesReadable();
}

void Mounter::Watched::end() noexcept {
  if (!m_mounter) return;
  try {
    std::exchange(m_mounter, nullptr)->request('D', {}, {std::to_string(m_id)});
  } catch (const kj::Exception&) {
    // It is gone, and all it had open with it.
  }
}

kj::AutoCloseFd Mounter::request(char job, const std::vector<int>& fds, const std::vector<std::string>& words) {
  int sockets[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets));
  kj::AutoCloseFd ours(sockets[0]), theirs(sockets[1]);
  std::string text(1, job);
  for (auto& word : words) text.append(word).push_back('\0');
  std::vector<int> all{theirs.get()};
  all.insert(all.end(), fds.begin(), fds.end());
  KJ_SYSCALL(sendWithDescriptors(m_socket, text, kj::arrayPtr(all.data(), all.size())), "the mount helper is gone");
  return ours;
}

kj::Promise<void> Mounter::endFormer(kj::UnixEventPort& port, const Namespaces& in) {
  return finish(port, request('E', {in.user.get(), in.mount.get()}, {}));
}

kj::Promise<Mounter::Opened> Mounter::attach(kj::UnixEventPort& port, const Namespaces& into,
                                             const std::vector<Target>& folders) {
  std::vector<std::string> words;
  for (auto& folder : folders) {
    words.push_back(folder.path);
    words.push_back(folder.changes);
  }
  auto socket = request('A', {into.user.get(), into.mount.get()}, words);
  auto first = co_await receive(port, socket);
  std::string_view answer = first.text;
  bool complete = first.fd.get() >= 0 && first.second.get() >= 0;
  KJ_REQUIRE(answer.starts_with("F ") && complete, "cannot mount into the sandbox", first.text);
  answer.remove_prefix(sizeof "F " - 1);
  auto uid = numberFrom<uid_t>(answer.substr(0, answer.find(' ')));
  auto gid = numberFrom<gid_t>(answer.substr(std::min(answer.size(), answer.find(' ') + 1)));
  KJ_REQUIRE(uid.has_value() && gid.has_value(), "what mounts into the sandbox did not say whose it is", first.text);
  auto id = m_nextWatched++;
  request('K', {first.second.get(), first.fd.get()}, {std::to_string(id)});
  co_return Opened{
      kj::mv(first.fd), kj::mv(first.second), Watched(*this, id), {*uid, *gid}, finish(port, kj::mv(socket))};
}

kj::Promise<bool> Mounter::mount(kj::UnixEventPort& port, const Namespaces& into, int fuse, const Target& target,
                                 Place place) {
  auto kind = place == Place::File ? "f" : place == Place::Folder ? "d" : "e";
  auto socket = request('M', {into.user.get(), into.mount.get(), fuse}, {kind, target.path, target.changes});
  auto answer = co_await receive(port, socket);
  requireOk(answer.text);
  co_return answer.text == "OK";
}

kj::Promise<Mounter::Home> Mounter::openHome(kj::UnixEventPort& port, const Namespaces& into, int fuse,
                                             const std::string& path) {
  auto socket = request('H', {into.user.get(), into.mount.get(), fuse}, {path});
  auto answer = co_await receive(port, socket);
  KJ_REQUIRE(answer.text == "P" && answer.fd.get() >= 0, "cannot mount into the sandbox", answer.text);
  co_return Home{kj::mv(answer.fd), kj::mv(socket)};
}

kj::Promise<void> Mounter::finishHome(kj::UnixEventPort& port, Home home, const std::vector<std::string>& folders) {
  std::string text;
  for (auto& name : folders) text.append(name).push_back('\0');
  text.push_back('\0');
  KJ_REQUIRE(text.size() < MOST_WORDS, "too many folders in the private home");
  KJ_SYSCALL(send(home.socket, text.data(), text.size(), MSG_NOSIGNAL));
  return finish(port, kj::mv(home.socket));
}

kj::Promise<void> Mounter::unmount(kj::UnixEventPort& port, const Namespaces& from,
                                   const std::vector<std::string>& paths) {
  return finish(port, request('U', {from.user.get(), from.mount.get()}, paths));
}

kj::Promise<kj::AutoCloseFd> Mounter::mountFast(kj::UnixEventPort& port, const Namespaces& into, int object,
                                                const std::string& path, bool writable) {
  auto socket = request('B', {into.user.get(), into.mount.get(), object}, {path, writable ? "w" : "r"});
  auto answer = co_await receive(port, socket);
  requireOk(answer.text);
  co_return kj::mv(answer.fd);
}

kj::Promise<void> Mounter::unmountFast(kj::UnixEventPort& port, const Namespaces& from, int mount) {
  return finish(port, request('V', {from.user.get(), from.mount.get(), mount}, {}));
}

kj::Promise<std::vector<std::pair<size_t, kj::AutoCloseFd>>> Mounter::sweepFast(kj::UnixEventPort& port,
                                                                                const Namespaces& in,
                                                                                const std::vector<Former>& all) {
  std::vector<std::string> words;
  for (size_t i = 0; i < all.size(); ++i) {
    auto& one = all[i];
    for (auto& word : {std::to_string(one.folder.device), std::to_string(one.folder.inode),
                       std::string(one.keep ? "k" : "x"), std::to_string(i)}) {
      words.push_back(word);
    }
  }
  auto socket = request('S', {in.user.get(), in.mount.get()}, words);
  std::vector<std::pair<size_t, kj::AutoCloseFd>> kept;
  for (;;) {
    auto answer = co_await receive(port, socket);
    if (!answer.text.starts_with('K')) {
      requireOk(answer.text);
      co_return kj::mv(kept);
    }
    auto at = std::stoul(answer.text.substr(1));
    KJ_REQUIRE(at < all.size() && answer.fd.get() >= 0, "cannot mount into the sandbox", answer.text);
    kept.emplace_back(at, kj::mv(answer.fd));
  }
}

}  // namespace latchkey::files
