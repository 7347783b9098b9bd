// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/confinement.h"

#include <errno.h>
#include <kj/debug.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "broker/confinement/call-filter.h"
#include "broker/confinement/sanitized.h"

namespace latchkey::peer {
namespace {

constexpr rlim_t MOST_MEMORY = 256 << 20;
constexpr rlim_t MOST_DESCRIPTORS = 4096;

constexpr const char* ALLOWED[] = {"read",         "readv",           "write",          "writev",
                                   "close",        "shutdown",        "recvfrom",       "recvmsg",
                                   "sendto",       "sendmsg",         "getsockopt",     "setsockopt",
                                   "getsockname",  "getpeername",     "fcntl",          "fstat",
                                   "newfstatat",   "lseek",           "epoll_wait",     "epoll_pwait",
                                   "epoll_pwait2", "epoll_ctl",       "poll",           "ppoll",
                                   "brk",          "munmap",          "mremap",         "madvise",
                                   "futex",        "sched_yield",     "clock_gettime",  "gettimeofday",
                                   "time",         "clock_getres",    "getrandom",      "getpid",
                                   "gettid",       "getuid",          "geteuid",        "getgid",
                                   "getegid",      "rt_sigaction",    "rt_sigprocmask", "rt_sigreturn",
                                   "sigaltstack",  "restart_syscall", "exit",           "exit_group"};

// In a sanitized build all but these: what the sanitizers do is not ours to list.
constexpr const char* DENIED_WHEN_SANITIZED[] = {"execve",         "execveat",    "socket",   "socketpair", "connect",
                                                 "bind",           "listen",      "accept",   "accept4",    "fork",
                                                 "vfork",          "mount",       "unshare",  "setns",      "bpf",
                                                 "io_uring_setup", "userfaultfd", "mkdir",    "mkdirat",    "symlink",
                                                 "symlinkat",      "rename",      "renameat", "renameat2",  "kill"};

void limit(__rlimit_resource_t what, rlim_t most) {
  rlimit limits{};
  KJ_SYSCALL(getrlimit(what, &limits));
  limits.rlim_max = std::min(limits.rlim_max, most);
  limits.rlim_cur = limits.rlim_max;
  KJ_SYSCALL(setrlimit(what, &limits));
}

}  // namespace

void limitItself() {
  limit(RLIMIT_NOFILE, MOST_DESCRIPTORS);
  // Private writable memory, all of it since Linux 4.7. Libraries' code is not counted.
  if (!IS_SANITIZED) limit(RLIMIT_DATA, MOST_MEMORY);
}

void confine() {
  using Calls = CallFilter;
  if (IS_SANITIZED) {
    Calls filter{Calls::Allowed{}};
    filter.deny(EPERM, DENIED_WHEN_SANITIZED);
    filter.load();
    return;
  }
  Calls filter(EPERM);
  filter.allow(ALLOWED);
  filter.allow("mmap", {Calls::none(2, PROT_EXEC), Calls::all(3, MAP_PRIVATE | MAP_ANONYMOUS)});
  filter.allow("mprotect", {Calls::none(2, PROT_EXEC)});
  for (unsigned long request : {FIONREAD, FIONBIO, FIOCLEX}) filter.allow("ioctl", {Calls::is(1, request)});
  // abort() ends us, and nobody else.
  filter.allow("tgkill", {Calls::is(0, static_cast<uint64_t>(getpid()))});
  filter.load();
}

}  // namespace latchkey::peer
