// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/far-folder/own-mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "broker/base/failure.h"
#include "broker/base/send-descriptors.h"

namespace latchkey {
namespace {

struct Failure {
  const char* what;
  int error;
};

int check(long result, const char* what) {
  if (result < 0) throw Failure{what, errno};
  return static_cast<int>(result);
}

void writeTo(const char* path, const std::string& text) {
  int fd = check(open(path, O_WRONLY | O_CLOEXEC), path);
  check(write(fd, text.data(), text.size()), path);
  close(fd);
}

// Everybody in it is who they are outside: so files show their owner, and the kernel lets this user's processes in.
void enterOwnNamespaces(uid_t uid, gid_t gid) {
  check(unshare(CLONE_NEWUSER | CLONE_NEWNS), "a user namespace");
  writeTo("/proc/self/setgroups", "deny");
  writeTo("/proc/self/uid_map", std::to_string(uid) + " " + std::to_string(uid) + " 1");
  writeTo("/proc/self/gid_map", std::to_string(gid) + " " + std::to_string(gid) + " 1");
}

int mountOf(int fuse, uid_t uid, gid_t gid, bool writable) {
  int fs = check(syscall(SYS_fsopen, "fuse", FSOPEN_CLOEXEC), "fsopen");
  auto set = [&](const char* key, const std::string& value) {
    check(syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value.c_str(), 0), key);
  };
  set("source", "latchkey-far-folder");
  set("subtype", "sshfs");
  set("fd", std::to_string(fuse));
  set("rootmode", "40000");
  set("user_id", std::to_string(uid));
  set("group_id", std::to_string(gid));
  check(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "create");
  unsigned attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSYMFOLLOW;
  if (!writable) attributes |= MOUNT_ATTR_RDONLY;
  int mount = check(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes), "fsmount");
  close(fs);
  return mount;
}

[[noreturn]] void makeAndSend(int socket, bool writable) {
  try {
    auto uid = getuid();
    auto gid = getgid();
    enterOwnNamespaces(uid, gid);
    // The opener's user namespace must be the mount's: so it is opened here.
    int fuse = check(open("/dev/fuse", O_RDWR | O_CLOEXEC), "/dev/fuse");
    int fds[] = {fuse, mountOf(fuse, uid, gid, writable)};
    check(sendWithDescriptors(socket, "F", fds), "send");
  } catch (const Failure& failure) {
    sendWithDescriptors(socket, std::string(failure.what) + ": " + strerror(failure.error), {});
  }
  _exit(0);
}

}  // namespace

// In a child: what starts sandboxes must have no capability, not even there.
OwnMount makeOwnMount(bool writable) {
  int ends[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  pid_t child;
  KJ_SYSCALL(child = fork());
  if (child == 0) makeAndSend(theirs, writable);
  theirs = nullptr;
  char words[200];
  iovec part{words, sizeof words};
  alignas(cmsghdr) char space[CMSG_SPACE(2 * sizeof(int))];
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = space;
  header.msg_controllen = sizeof space;
  ssize_t length;
  while ((length = recvmsg(ours, &header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
  auto rights = length > 0 ? CMSG_FIRSTHDR(&header) : nullptr;
  bool both = rights != nullptr && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS &&
              rights->cmsg_len == CMSG_LEN(2 * sizeof(int)) && (header.msg_flags & MSG_CTRUNC) == 0;
  if (!both)
    fail("a folder cannot be mounted here: " + std::string(words, length > 0 ? static_cast<size_t>(length) : 0));
  int fds[2];
  memcpy(fds, CMSG_DATA(rights), sizeof fds);
  return {kj::AutoCloseFd(fds[0]), kj::AutoCloseFd(fds[1])};
}

}  // namespace latchkey
