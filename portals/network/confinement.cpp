// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/nsfs.h>
#include <linux/sockios.h>

namespace latchkey::network {
namespace {

constexpr uint64_t LOW_HALF = 0xffffffff;
constexpr uint64_t SOCK_TYPE_BITS = 0xf;

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool IS_SANITIZED = true;  // Starts processes of its own, and writes what it finds to a file.
#else
constexpr bool IS_SANITIZED = false;
#endif

// All that is called when it works: what it waits by, sockets and pipes, names and what /proc says, threads that look
// up names. Found by tracing it through every test; and what another C library, or a module of it that looks up names,
// may call in the place of these, as long as it changes nothing.
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
                                       "clone",  "prctl",      "prlimit64", "ioctl",  "tgkill"};

// In a sanitized build all but these: what the sanitizers do is not ours to list.
constexpr const char* DENIED_WHEN_SANITIZED[] = {
    "execve",  "execveat", "fork",    "vfork",  "mount",    "unshare",   "setns",    "bpf",       "io_uring_setup",
    "symlink", "mkdir",    "mkdirat", "rename", "renameat", "renameat2", "setxattr", "symlinkat", "userfaultfd"};

// By others a signal could be had sent to any process of this user.
constexpr uint64_t OF_DESCRIPTORS[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,      F_SETFD,
                                       F_GETFL, F_SETFL,         F_GETPIPE_SZ, F_SETPIPE_SZ};
// Of descriptors that are sockets, and of those that are namespaces.
constexpr uint64_t LOOKS[] = {FIOCLEX, FIONREAD, FIONBIO, SIOCATMARK, NS_GET_NSTYPE, NS_GET_USERNS, NS_GET_OWNER_UID};

class Filter {
public:
  explicit Filter(uint32_t otherwise) : m_context(seccomp_init(otherwise)) {
    KJ_REQUIRE(m_context != nullptr, "seccomp_init");
  }
  ~Filter() { seccomp_release(m_context); }
  KJ_DISALLOW_COPY_AND_MOVE(Filter);

  template <typename... Conditions>
  void allow(const char* name, Conditions... conditions) {
    add(SCMP_ACT_ALLOW, name, conditions...);
  }
  template <typename... Conditions>
  void deny(const char* name, Conditions... conditions) {
    add(SCMP_ACT_ERRNO(EPERM), name, conditions...);
  }
  void load() { KJ_REQUIRE(seccomp_load(m_context) == 0, "seccomp_load"); }

private:
  template <typename... Conditions>
  void add(uint32_t action, const char* name, Conditions... conditions) {
    int number = seccomp_syscall_resolve_name(name);
    // Older libraries do not know the newest names, and other architectures have not all of them (below 0).
    if (number == __NR_SCMP_ERROR) return;
    scmp_arg_cmp all[] = {conditions..., {}};
    auto result = seccomp_rule_add_array(m_context, action, number, sizeof...(conditions), all);
    KJ_REQUIRE(result == 0 || number < 0, name, -result);
  }

  scmp_filter_ctx m_context;
};

scmp_arg_cmp low(unsigned argument, uint64_t value) { return {argument, SCMP_CMP_MASKED_EQ, LOW_HALF, value}; }
scmp_arg_cmp none(unsigned argument, uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, 0}; }
scmp_arg_cmp all(unsigned argument, uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, bits}; }
scmp_arg_cmp kind(uint64_t type) { return {1, SCMP_CMP_MASKED_EQ, SOCK_TYPE_BITS, type}; }

void confineSanitized() {
  Filter filter(SCMP_ACT_ALLOW);
  for (auto* name : DENIED_WHEN_SANITIZED) filter.deny(name);
  for (auto family : {AF_PACKET, AF_VSOCK}) filter.deny("socket", low(0, static_cast<uint64_t>(family)));
  for (auto family : {AF_INET, AF_INET6}) filter.deny("socket", low(0, static_cast<uint64_t>(family)), kind(SOCK_RAW));
  filter.deny("socket", low(0, AF_NETLINK), scmp_arg_cmp{2, SCMP_CMP_NE, NETLINK_ROUTE, 0});
  filter.load();
}

}  // namespace

void harden() {
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  rlimit none{0, 0};
  KJ_SYSCALL(setrlimit(RLIMIT_CORE, &none));
  rlimit files{};
  KJ_SYSCALL(getrlimit(RLIMIT_NOFILE, &files));
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

std::set<int> allowedCalls() {
  std::set<int> numbers;
  for (auto* name : ALLOWED) numbers.insert(seccomp_syscall_resolve_name(name));
  for (auto* name : CONDITIONAL) numbers.insert(seccomp_syscall_resolve_name(name));
  return numbers;
}

// What is not listed does not exist: so a newer C library does with the older call what it would do with a newer one,
// as on an older kernel, instead of failing.
void confine() {
  if (IS_SANITIZED) return confineSanitized();
  Filter filter(SCMP_ACT_ERRNO(ENOSYS));
  for (auto* name : ALLOWED) filter.allow(name);
  // The Internet's, of streams and datagrams; Unix sockets for the broker and the C library; and of netlink the one by
  // which addresses of our own are listed.
  filter.allow("socket", low(0, AF_UNIX));
  filter.allow("socketpair", low(0, AF_UNIX));
  filter.allow("socket", low(0, AF_NETLINK), low(2, NETLINK_ROUTE));
  for (auto family : {AF_INET, AF_INET6}) {
    for (auto type : {SOCK_STREAM, SOCK_DGRAM})
      filter.allow("socket", low(0, static_cast<uint64_t>(family)), kind(static_cast<uint64_t>(type)));
  }
  constexpr uint64_t WRITES = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
  filter.allow("open", none(1, WRITES));
  filter.allow("openat", none(2, WRITES));
  // Threads, and no processes. Of the newer call the arguments cannot be looked at.
  filter.allow("clone", all(0, CLONE_THREAD | CLONE_VM | CLONE_SIGHAND));
  filter.allow("prctl", low(0, PR_SET_NAME));
  for (auto what : OF_DESCRIPTORS) filter.allow("fcntl", low(1, what));
  for (auto what : LOOKS) filter.allow("ioctl", low(1, what));
  // To look at limits: none is changed.
  filter.allow("prlimit64", scmp_arg_cmp{2, SCMP_CMP_EQ, 0, 0});
  // abort() ends us, and nobody else.
  filter.allow("tgkill", low(0, static_cast<uint64_t>(getpid())));
  filter.load();
}

}  // namespace latchkey::network
