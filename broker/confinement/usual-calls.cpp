// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/confinement/usual-calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey {
namespace {

using Calls = CallFilter;

// Found by tracing portals through their tests; and what another C library, or a module of it that looks up names, may
// call in the place of these, as long as it changes nothing.
constexpr const char* ALLOWED[] = {
    // Waiting, and time.
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
    "poll", "ppoll", "select", "pselect6", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "restart_syscall",
    // Sockets, and what passes through them. Which, `socket` says.
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "setsockopt", "listen",
    "recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "sendmmsg", "shutdown", "pipe", "pipe2", "splice", "read",
    "readv", "write", "writev", "close", "dup", "dup2", "dup3",
    // Files, to be read.
    "fstat", "newfstatat", "stat", "lstat", "statx", "statfs", "fstatfs", "lseek", "pread64", "preadv", "preadv2",
    "fadvise64", "getdents64", "readlink", "readlinkat", "access", "faccessat", "faccessat2", "getcwd",
    // Memory and threads.
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "futex", "futex_wait", "futex_wake", "futex_waitv",
    "set_robust_list", "rseq", "membarrier", "sched_yield", "sched_getaffinity", "getcpu", "gettid", "set_tid_address",
    "exit", "exit_group", "getrandom",
    // What it is, and its signals.
    "getpid", "getppid", "getuid", "geteuid", "getresuid", "getgid", "getegid", "getresgid", "getgroups", "uname",
    "sysinfo", "getrusage", "getrlimit", "pidfd_open", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigtimedwait", "sigaltstack", "wait4", "waitid"};

// Only with some arguments.
constexpr const char* CONDITIONAL[] = {"socket", "socketpair", "open",      "openat", "fcntl",
                                       "clone",  "prctl",      "prlimit64", "tgkill"};

constexpr const char* DENIED_WHEN_SANITIZED[] = {
    "execve",  "execveat", "fork",    "vfork",  "mount",    "unshare",   "setns",    "bpf",       "io_uring_setup",
    "symlink", "mkdir",    "mkdirat", "rename", "renameat", "renameat2", "setxattr", "symlinkat", "userfaultfd"};

// By others a signal could be had sent to any process of this user.
constexpr uint64_t OF_DESCRIPTORS[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,      F_SETFD,
                                       F_GETFL, F_SETFL,         F_GETPIPE_SZ, F_SETPIPE_SZ};

}  // namespace

void allowUsualCalls(CallFilter& filter) {
  filter.allow(ALLOWED);
  filter.allow("socket", {Calls::low(0, AF_UNIX)});
  filter.allow("socketpair", {Calls::low(0, AF_UNIX)});
  constexpr uint64_t WRITES = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
  filter.allow("open", {Calls::none(1, WRITES)});
  filter.allow("openat", {Calls::none(2, WRITES)});
  // Threads, and no processes. Of the newer call the arguments cannot be looked at.
  filter.allow("clone", {Calls::all(0, CLONE_THREAD | CLONE_VM | CLONE_SIGHAND)});
  filter.allow("prctl", {Calls::low(0, PR_SET_NAME)});
  for (auto what : OF_DESCRIPTORS) filter.allow("fcntl", {Calls::low(1, what)});
  // To look at limits: none is changed.
  filter.allow("prlimit64", {Calls::is(2, 0)});
  // abort() ends us, and nobody else.
  filter.allow("tgkill", {Calls::low(0, static_cast<uint64_t>(getpid()))});
}

std::set<int> usualCalls() {
  auto numbers = Calls::numbers(ALLOWED);
  numbers.merge(Calls::numbers(CONDITIONAL));
  return numbers;
}

void denyUnusualCalls(CallFilter& filter) { filter.deny(EPERM, DENIED_WHEN_SANITIZED); }

}  // namespace latchkey
