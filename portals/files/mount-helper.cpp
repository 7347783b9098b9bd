// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The forked process of Mounter: plain system calls, no KJ, no memory of earlier jobs.

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/base/numbers.h"
#include "portals/files/mount-steps.h"
#include "portals/files/mounter.h"

// linux/mount.h and sys/mount.h exclude each other in older C libraries.
extern "C" int umount2(const char*, int) noexcept;

namespace latchkey::files {
namespace {

// A mount of the superblock of `fuse`; a new one if the connection is fresh.
int mountOf(int fuse, uid_t uid, gid_t gid) {
  int fs = check(syscall(SYS_fsopen, "fuse", FSOPEN_CLOEXEC), "fsopen");
  auto set = [&](const char* key, const std::string& value) {
    check(syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value.c_str(), 0), key);
  };
  set("source", "latchkey-files");
  set("fd", std::to_string(fuse));
  set("rootmode", "40000");
  set("user_id", std::to_string(uid));
  set("group_id", std::to_string(gid));
  // Reaches the processes of this user namespace and those below it, and nobody else: programs with another group too.
  check(syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, "allow_other", nullptr, 0), "allow_other");
  check(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "create");
  int mount = check(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), "fsmount");
  close(fs);
  return mount;
}

// Another open file of the same connection.
int secondOf(int fuse) {
  int second = check(open("/dev/fuse", O_RDWR | O_CLOEXEC), "open /dev/fuse");
  auto first = static_cast<uint32_t>(fuse);
  check(ioctl(second, FUSE_DEV_IOC_CLONE, &first), "open the connection again");
  return second;
}

// Where a subtree goes. With `changes` the app's writing goes there and never to the subtree itself.
struct Target {
  std::string path;
  char kind;
  std::string changes;
};

int subtreeOf(int whole, const Target& place) {
  return check(openTree(whole, place.path.c_str() + 1, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW),
               "open_tree");
}

// The subtree as the lower layer of an overlay: the kernel itself keeps every write away from it. A single file cannot
// be overlaid, so it can only be read.
int triedOut(int whole, const Target& place) {
  int tree = subtreeOf(whole, place);
  if (place.kind == 'f') {
    mount_attr readOnly{};
    readOnly.attr_set = MOUNT_ATTR_RDONLY;
    check(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &readOnly, sizeof readOnly), "make it read-only");
    return tree;
  }
  close(tree);
  auto upper = place.changes + "/upper", work = place.changes + "/work";
  for (auto* folder : {&upper, &work}) {
    if (mkdir(folder->c_str(), 0700) < 0 && errno != EEXIST) check(-1, "make a place for changes");
  }
  // By a relative name: layers have to be mounted in this namespace, and a path may hold what separates layers.
  int lower = check(openIn(whole, place.path.c_str() + 1, O_PATH | O_DIRECTORY), "reach the folder");
  check(fchdir(lower), "enter the folder");
  int fs = check(syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC), "fsopen overlay");
  auto set = [&](const char* key, const std::string& value) {
    check(syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value.c_str(), 0), key);
  };
  set("source", "latchkey-trial");
  set("lowerdir", ".");
  set("upperdir", upper);
  set("workdir", work);
  check(syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, "userxattr", nullptr, 0), "userxattr");
  check(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "overlay");
  int mount = check(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), "fsmount overlay");
  check(chdir("/"), "leave the folder");
  close(fs);
  close(lower);
  return mount;
}

// In the sandbox's user namespace and a mount namespace of our own there: the whole superblock is put somewhere for a
// moment (it must be mounted to be taken apart) and its subtrees are cut out, then set down in the sandbox.
void mountAll(const Job& job, int fuse, uid_t uid, gid_t gid, const std::vector<Target>& places) {
  int whole = mountOf(fuse, uid, gid);
  if (job.kind == 'A') {
    int second = secondOf(fuse);
    sendAnswer(job.answer, "F " + std::to_string(uid) + " " + std::to_string(gid), fuse, second);
    close(second);
  }
  close(fuse);  // As long as it is open, what the portal leaves unanswered does not end with the portal.
  check(syscall(SYS_move_mount, whole, "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH), "stage");
  std::vector<int> trees;
  for (auto& place : places) {
    // Attributes of the root arrive with the first look; until then the kernel takes its owner for unmapped.
    struct stat status{};
    check(fstatat(whole, "", &status, AT_EMPTY_PATH), "look at the root");
    trees.push_back(place.changes.empty() ? subtreeOf(whole, place) : triedOut(whole, place));
  }
  check(setns(job.mount, CLONE_NEWNS), "enter the mount namespace");
  for (size_t i = 0; i < places.size(); ++i) {
    auto& [path, kind, changes] = places[i];
    int point = mountPoint(path, kind != 'f');
    if (kind == 'e' && !isEmpty(point)) {
      sendAnswer(job.answer, "N");
      _exit(0);
    }
    moveTo(trees[i], point);
    close(point);
  }
}

// The top of the home: what is served covers the private home, and the folders of that are set down again upon it, so
// that an app's own settings and caches cost what they always did.
void mountHome(const Job& job, uid_t uid, gid_t gid) {
  auto& home = job.words.at(0);
  int whole = mountOf(job.object, uid, gid);
  close(job.object);  // As above.
  check(syscall(SYS_move_mount, whole, "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH), "stage");
  struct stat status{};
  check(fstatat(whole, "", &status, AT_EMPTY_PATH), "look at the root");
  int tree =
      check(openTree(whole, home.c_str() + 1, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW), "open_tree");
  check(setns(job.mount, CLONE_NEWNS), "enter the mount namespace");
  int before = mountPoint(home, true);
  sendAnswer(job.answer, "P", before);
  std::vector<std::pair<std::string, int>> folders;
  static char names[MOST_WORDS];
  auto length = check(recv(job.answer, names, sizeof names, 0), "wait for the portal");
  if (length == 0) _exit(0);
  for (auto* at = names; at < names + length && *at; at += strlen(at) + 1) {
    int folder = openTree(before, at, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW | AT_RECURSIVE);
    if (folder >= 0) folders.emplace_back(at, folder);
  }
  moveTo(tree, before);
  for (auto& [name, folder] : folders) {
    int point = openIn(tree, name.c_str(), O_PATH | O_NOFOLLOW | O_DIRECTORY);
    // Without it, it is served like any other.
    if (point >= 0) syscall(SYS_move_mount, folder, "", point, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    close(point);
    close(folder);
  }
}

// What is to be handed over, or -1.
int run(const Job& job) {
  check(setns(job.user, CLONE_NEWUSER), "enter the user namespace");
  auto uid = getuid();
  auto gid = getgid();
  if (job.kind == 'U') {
    check(setns(job.mount, CLONE_NEWNS), "enter the mount namespace");
    int error = 0;
    for (auto& path : job.words) {
      if (umount2(path.c_str(), DETACH | NO_FOLLOW) < 0) error = errno;
    }
    errno = error;
    check(error ? -1 : 0, "unmount");
    return -1;
  }
  if (job.kind == 'V') {
    unmountFast(job);
    return -1;
  }
  if (job.kind == 'E') {
    endFormerViews(job);
    return -1;
  }
  check(unshare(CLONE_NEWNS), "unshare");
  if (job.kind == 'B') return mountFast(job);
  if (job.kind == 'S') {
    sweepFast(job);
    return -1;
  }
  std::vector<Target> places;
  int fuse = job.object;
  if (job.kind == 'H') {
    mountHome(job, uid, gid);
    return -1;
  }
  if (job.kind == 'A') {
    // The opener's user namespace must be the superblock's: so it is opened here and handed out.
    fuse = check(open("/dev/fuse", O_RDWR | O_CLOEXEC), "open /dev/fuse");
    for (size_t i = 0; i + 1 < job.words.size(); i += 2) places.push_back({job.words[i], 'd', job.words[i + 1]});
  } else {
    places.push_back({job.words.at(1), job.words.at(0).at(0), job.words.at(2)});
  }
  mountAll(job, fuse, uid, gid, places);
  return -1;
}

[[noreturn]] void runJob(const Job& job) {
  try {
    int made = run(job);
    sendAnswer(job.answer, "OK", made);
  } catch (const Failure& failure) {
    try {
      sendAnswer(job.answer, std::string("E ") + failure.what + ": " + strerror(failure.error));
    } catch (const Failure&) {}
  }
  _exit(0);
}

bool receive(int socket, Job& job, int flags) {
  static char text[1 << 18];
  iovec part{text, sizeof text};
  msghdr message{};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t length;
  do length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
  while (length < 0 && errno == EINTR);
  if (length <= 0) return false;
  auto* header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_type == SCM_RIGHTS) {
    int fds[4] = {-1, -1, -1, -1};
    memcpy(fds, CMSG_DATA(header), std::min<size_t>(sizeof fds, header->cmsg_len - CMSG_LEN(0)));
    job.answer = fds[0], job.user = fds[1], job.mount = fds[2], job.object = fds[3];
  }
  job.kind = text[0];
  for (auto* at = text + 1; at < text + length;) {
    job.words.emplace_back(at, strnlen(at, static_cast<size_t>(text + length - at)));
    at += job.words.back().size() + 1;
  }
  return true;
}

// Until there is something to do. False: the portal has been killed, and may keep its end of the socket for long.
bool await(int socket, int alive) {
  pollfd either[] = {{socket, POLLIN, 0}, {alive, 0, 0}};
  while (poll(either, 2, -1) < 0 && errno == EINTR) {}
  return either[1].revents == 0;
}

// What needs no process of its own.
bool doAtOnce(const Job& job, StandingBy& standingBy) {
  auto id = [&] { return numberFrom<uint64_t>(job.words.at(0)).value_or(0); };
  if (job.kind == 'K') standingBy.keep(id(), {.first = job.mount, .second = job.user});
  else if (job.kind == 'D') standingBy.letGo(id());
  else if (job.kind == 'C') standingBy.brokerIs(job.user);
  else return false;
  close(job.answer);
  return true;
}

}  // namespace

void runMountHelper(int socket, PortalEnds portal, const InFlight& inFlight) {
  prctl(PR_SET_NAME, "latchkey-mounts");
  signal(SIGCHLD, SIG_IGN);  // No zombies.
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  umask(022);
  StandingBy standingBy(inFlight);
  for (;;) {
    Job job;
    bool lives = await(socket, portal.alive);
    if (!receive(socket, job, lives ? 0 : MSG_DONTWAIT)) {
      standingBy.seeOut(portal.process);
      _exit(0);
    }
    if (doAtOnce(job, standingBy)) continue;
    // Past the library: a thread sanitizer would start its helper thread in the child, and then the kernel lets it
    // enter no user namespace. There is one thread here, so nothing is lost.
    auto pid = lives ? syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0) : -1;
    if (pid == 0) {
      close(socket);
      standingBy.letGoOfAll();
      runJob(job);
    }
    if (pid < 0 && lives) sendAnswer(job.answer, "E fork: no more processes");
    for (int fd : {job.answer, job.user, job.mount, job.object}) {
      if (fd >= 0) close(fd);
    }
  }
}

}  // namespace latchkey::files
