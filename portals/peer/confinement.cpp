// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/confinement.h"

#include <errno.h>
#include <kj/debug.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace latchkey::peer {
namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool IS_SANITIZED = true;  // Takes terabytes of addresses, and writes what it finds to a file.
#else
constexpr bool IS_SANITIZED = false;
#endif

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

class Filter {
public:
  explicit Filter(uint32_t otherwise) : m_context(seccomp_init(otherwise)) {
    KJ_REQUIRE(m_context != nullptr, "seccomp_init");
  }
  ~Filter() { seccomp_release(m_context); }
  KJ_DISALLOW_COPY_AND_MOVE(Filter);

  template <typename... Conditions>
  void add(uint32_t action, const char* name, Conditions... conditions) {
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) return;
    scmp_arg_cmp all[] = {conditions..., {}};
    auto result = seccomp_rule_add_array(m_context, action, number, sizeof...(conditions), all);
    KJ_REQUIRE(result == 0, name, -result);
  }
  void load() { KJ_REQUIRE(seccomp_load(m_context) == 0, "seccomp_load"); }

private:
  scmp_filter_ctx m_context;
};

scmp_arg_cmp none(unsigned argument, uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, 0}; }
scmp_arg_cmp all(unsigned argument, uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, bits}; }
scmp_arg_cmp is(unsigned argument, uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }

void limit(__rlimit_resource_t what, rlim_t most) {
  rlimit limits{};
  KJ_SYSCALL(getrlimit(what, &limits));
  limits.rlim_max = std::min(limits.rlim_max, most);
  limits.rlim_cur = limits.rlim_max;
  KJ_SYSCALL(setrlimit(what, &limits));
}

}  // namespace

void harden() {
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, MOST_DESCRIPTORS);
  // Private writable memory, all of it since Linux 4.7. Libraries' code is not counted.
  if (!IS_SANITIZED) limit(RLIMIT_DATA, MOST_MEMORY);
}

void confine() {
  if (IS_SANITIZED) {
    Filter filter(SCMP_ACT_ALLOW);
    for (auto* name : DENIED_WHEN_SANITIZED) filter.add(SCMP_ACT_ERRNO(EPERM), name);
    filter.load();
    return;
  }
  Filter filter(SCMP_ACT_ERRNO(EPERM));
  for (auto* name : ALLOWED) filter.add(SCMP_ACT_ALLOW, name);
  filter.add(SCMP_ACT_ALLOW, "mmap", none(2, PROT_EXEC), all(3, MAP_PRIVATE | MAP_ANONYMOUS));
  filter.add(SCMP_ACT_ALLOW, "mprotect", none(2, PROT_EXEC));
  for (unsigned long request : {FIONREAD, FIONBIO, FIOCLEX}) filter.add(SCMP_ACT_ALLOW, "ioctl", is(1, request));
  // abort() ends us, and nobody else.
  filter.add(SCMP_ACT_ALLOW, "tgkill", is(0, static_cast<uint64_t>(getpid())));
  filter.load();
}

}  // namespace latchkey::peer
