// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/doctor/kernel-trials.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <format>

namespace latchkey {
namespace {

// What a child found, as an exit status: 0, or the step and the error that stopped it, through a pipe.
struct Stop {
  int step = 0;
  int error = 0;
};

// Runs `body` in a child: system calls only, since other threads may hold locks. It returns 0 or the step that failed.
template <typename Body>
Stop inChild(Body body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return {-1, errno};
  auto child = fork();
  if (child == 0) {
    errno = 0;
    Stop stop;
    stop.step = body();
    stop.error = stop.step == 0 ? 0 : errno;
    [[maybe_unused]] auto written = write(ends[1], &stop, sizeof stop);
    _exit(0);
  }
  close(ends[1]);
  Stop stop{-1, EIO};  // If the child was killed: by a filter around us, for one.
  if (child < 0 || read(ends[0], &stop, sizeof stop) != sizeof stop) stop = {-1, child < 0 ? errno : EIO};
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return stop;
}

Trial judged(const Stop& stop, std::initializer_list<const char*> steps) {
  if (stop.step == 0) return {true, {}};
  auto step = stop.step > 0 && stop.step <= static_cast<int>(steps.size()) ? steps.begin()[stop.step - 1] : "trying it";
  return {false, std::format("{}: {}", step, strerror(stop.error))};
}

bool put(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  auto size = static_cast<ssize_t>(strlen(text));
  bool fine = write(fd, text, static_cast<size_t>(size)) == size;
  close(fd);
  return fine;
}

// A user namespace in which we are who we are outside.
bool enterOwnNamespaces(unsigned uid, unsigned gid) {
  char text[64];
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return false;
  snprintf(text, sizeof text, "%u %u 1", uid, uid);
  if (!put("/proc/self/setgroups", "deny") || !put("/proc/self/uid_map", text)) return false;
  snprintf(text, sizeof text, "%u %u 1", gid, gid);
  return put("/proc/self/gid_map", text);
}

}  // namespace

Trial tryUserNamespaces() {
  // Making one may succeed and give nothing: only what it is for tells (AppArmor's restriction).
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid)) return 1;
                  return unshare(CLONE_NEWNET) < 0 ? 2 : 0;
                }),
                {"making a namespace", "using it"});
}

Trial tryNestedUserNamespaces() {
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid)) return 1;
                  return enterOwnNamespaces(uid, gid) ? 0 : 2;
                }),
                {"making a namespace", "making one within it"});
}

Trial tryDevice(const char* path) {
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) {
    close(fd);
    return {true, {}};
  }
  if (errno == ENOENT) return {false, "missing"};
  return {false, errno == EACCES || errno == EPERM ? "only root may open it" : strerror(errno)};
}

Trial tryFuseMount() {
  auto uid = getuid(), gid = getgid();
  return judged(inChild([=] {
                  if (!enterOwnNamespaces(uid, gid)) return 1;
                  int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
                  if (device < 0) return 2;
                  int context = static_cast<int>(syscall(SYS_fsopen, "fuse", 1));
                  if (context < 0) return 3;
                  auto set = [&](const char* key, const char* value) {
                    return syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0) == 0;
                  };
                  auto setNumber = [&](const char* key, unsigned value) {
                    char text[32];
                    snprintf(text, sizeof text, "%u", value);
                    return set(key, text);
                  };
                  if (!setNumber("fd", static_cast<unsigned>(device)) || !set("rootmode", "40000") ||
                      !setNumber("user_id", uid) || !setNumber("group_id", gid))
                    return 4;
                  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) return 5;
                  return syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV) < 0 ? 6
                                                                                                                  : 0;
                }),
                {"making a namespace", "opening /dev/fuse", "the kernel's new mount calls",
                 "describing the file system", "making the file system", "mounting it"});
}

Trial trySystemCallFilter() {
  return judged(inChild([] {
                  sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
                  sock_fprog program{1, &allow};
                  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return 1;
                  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? 2 : 0;
                }),
                {"giving up new privileges", "loading a filter"});
}

}  // namespace latchkey
