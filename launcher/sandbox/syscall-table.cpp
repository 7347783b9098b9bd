// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/syscall-table.h"

#include <errno.h>

#include <algorithm>

namespace latchkey::sandbox {
namespace {

// Every call of the 64- and 32-bit tables stands in exactly one list. A kernel that has a call which stands in none
// fails a test: then decide, here.

constexpr std::string_view ALLOWED[] = {
    "_llseek",
    "_newselect",
    "accept",
    "accept4",
    "access",
    "alarm",
    "arch_prctl",
    "bind",
    "brk",
    "cachestat",
    "capget",
    "capset",
    "chdir",
    "chmod",
    "chown",
    "chown32",
    "clock_getres",
    "clock_getres_time64",
    "clock_gettime",
    "clock_gettime64",
    "clock_nanosleep",
    "clock_nanosleep_time64",
    "clone",
    "close",
    "close_range",
    "connect",
    "copy_file_range",
    "creat",
    "dup",
    "dup2",
    "dup3",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_wait",
    "eventfd",
    "eventfd2",
    "execve",
    "execveat",
    "exit",
    "exit_group",
    "faccessat",
    "faccessat2",
    "fadvise64",
    "fadvise64_64",
    "fallocate",
    "fchdir",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "fchown",
    "fchown32",
    "fchownat",
    "fcntl",
    "fcntl64",
    "fdatasync",
    "fgetxattr",
    "flistxattr",
    "flock",
    "fork",
    "fremovexattr",
    "fsetxattr",
    "fstat",
    "fstat64",
    "fstatat64",
    "fstatfs",
    "fstatfs64",
    "fsync",
    "ftruncate",
    "ftruncate64",
    "futex",
    "futex_requeue",
    "futex_time64",
    "futex_wait",
    "futex_waitv",
    "futex_wake",
    "futimesat",
    "get_robust_list",
    "get_thread_area",
    "getcpu",
    "getcwd",
    "getdents",
    "getdents64",
    "getegid",
    "getegid32",
    "geteuid",
    "geteuid32",
    "getgid",
    "getgid32",
    "getgroups",
    "getgroups32",
    "getitimer",
    "getpeername",
    "getpgid",
    "getpgrp",
    "getpid",
    "getppid",
    "getpriority",
    "getrandom",
    "getresgid",
    "getresgid32",
    "getresuid",
    "getresuid32",
    "getrlimit",
    "getrusage",
    "getsid",
    "getsockname",
    "getsockopt",
    "gettid",
    "gettimeofday",
    "getuid",
    "getuid32",
    "getxattr",
    "getxattrat",
    "inotify_add_watch",
    "inotify_init",
    "inotify_init1",
    "inotify_rm_watch",
    "io_cancel",
    "io_destroy",
    "io_getevents",
    "io_pgetevents",
    "io_pgetevents_time64",
    "io_setup",
    "io_submit",
    "ioctl",
    "ioprio_get",
    "ioprio_set",
    "ipc",
    "kill",
    "landlock_add_rule",
    "landlock_create_ruleset",
    "landlock_restrict_self",
    "lchown",
    "lchown32",
    "lgetxattr",
    "link",
    "linkat",
    "listen",
    "listxattr",
    "listxattrat",
    "llistxattr",
    "llseek",
    "lremovexattr",
    "lseek",
    "lsetxattr",
    "lsm_get_self_attr",
    "lsm_list_modules",
    "lstat",
    "lstat64",
    "madvise",
    "map_shadow_stack",
    "membarrier",
    "memfd_create",
    "mincore",
    "mkdir",
    "mkdirat",
    "mknod",
    "mknodat",
    "mlock",
    "mlock2",
    "mlockall",
    "mmap",
    "mmap2",
    "mprotect",
    "mq_getsetattr",
    "mq_notify",
    "mq_open",
    "mq_timedreceive",
    "mq_timedreceive_time64",
    "mq_timedsend",
    "mq_timedsend_time64",
    "mq_unlink",
    "mremap",
    "mseal",
    "msgctl",
    "msgget",
    "msgrcv",
    "msgsnd",
    "msync",
    "munlock",
    "munlockall",
    "munmap",
    "name_to_handle_at",
    "nanosleep",
    "newfstatat",
    "nice",
    "oldfstat",
    "oldlstat",
    "oldolduname",
    "oldstat",
    "olduname",
    "open",
    "openat",
    "openat2",
    "pause",
    "personality",
    "pidfd_open",
    "pidfd_send_signal",
    "pipe",
    "pipe2",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "poll",
    "ppoll",
    "ppoll_time64",
    "prctl",
    "pread64",
    "preadv",
    "preadv2",
    "prlimit64",
    "pselect6",
    "pselect6_time64",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "read",
    "readahead",
    "readdir",
    "readlink",
    "readlinkat",
    "readv",
    "recvfrom",
    "recvmmsg",
    "recvmmsg_time64",
    "recvmsg",
    "remap_file_pages",
    "removexattr",
    "removexattrat",
    "rename",
    "renameat",
    "renameat2",
    "restart_syscall",
    "rmdir",
    "rseq",
    "rt_sigaction",
    "rt_sigpending",
    "rt_sigprocmask",
    "rt_sigqueueinfo",
    "rt_sigreturn",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "rt_sigtimedwait_time64",
    "rt_tgsigqueueinfo",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_getaffinity",
    "sched_getattr",
    "sched_getparam",
    "sched_getscheduler",
    "sched_rr_get_interval",
    "sched_rr_get_interval_time64",
    "sched_setaffinity",
    "sched_setattr",
    "sched_setparam",
    "sched_setscheduler",
    "sched_yield",
    "seccomp",
    "select",
    "semctl",
    "semget",
    "semop",
    "semtimedop",
    "semtimedop_time64",
    "sendfile",
    "sendfile64",
    "sendmmsg",
    "sendmsg",
    "sendto",
    "set_robust_list",
    "set_thread_area",
    "set_tid_address",
    "setfsgid",
    "setfsgid32",
    "setfsuid",
    "setfsuid32",
    "setgid",
    "setgid32",
    "setgroups",
    "setgroups32",
    "setitimer",
    "setpgid",
    "setpriority",
    "setregid",
    "setregid32",
    "setresgid",
    "setresgid32",
    "setresuid",
    "setresuid32",
    "setreuid",
    "setreuid32",
    "setrlimit",
    "setsid",
    "setsockopt",
    "setuid",
    "setuid32",
    "setxattr",
    "setxattrat",
    "sgetmask",
    "shmat",
    "shmctl",
    "shmdt",
    "shmget",
    "shutdown",
    "sigaction",
    "sigaltstack",
    "signal",
    "signalfd",
    "signalfd4",
    "sigpending",
    "sigprocmask",
    "sigreturn",
    "sigsuspend",
    "socket",
    "socketpair",
    "splice",
    "ssetmask",
    "stat",
    "stat64",
    "statfs",
    "statfs64",
    "statx",
    "symlink",
    "symlinkat",
    "sync",
    "sync_file_range",
    "sync_file_range2",
    "syncfs",
    "sysinfo",
    "tee",
    "tgkill",
    "time",
    "timer_create",
    "timer_delete",
    "timer_getoverrun",
    "timer_gettime",
    "timer_gettime64",
    "timer_settime",
    "timer_settime64",
    "timerfd_create",
    "timerfd_gettime",
    "timerfd_gettime64",
    "timerfd_settime",
    "timerfd_settime64",
    "times",
    "tkill",
    "truncate",
    "truncate64",
    "ugetrlimit",
    "umask",
    "uname",
    "unlink",
    "unlinkat",
    "utime",
    "utimensat",
    "utimensat_time64",
    "utimes",
    "vfork",
    "vmsplice",
    "wait4",
    "waitid",
    "waitpid",
    "write",
    "writev",
};

// A sandbox within the sandbox, or a way into another.
constexpr std::string_view NAMESPACES[] = {
    "setns",
    "unshare",
};

// Another view of the files. The new calls reach the same as the old (CVE-2021-41133).
constexpr std::string_view MOUNTS[] = {
    "chroot",     "fsconfig",  "fsmount",        "fsopen",     "fspick", "mount",   "mount_setattr",
    "move_mount", "open_tree", "open_tree_attr", "pivot_root", "umount", "umount2",
};

// Lists of mounts and namespaces beyond /proc.
constexpr std::string_view MOUNT_LISTS[] = {
    "listmount",
    "listns",
    "statmount",
};

// The machine itself.
constexpr std::string_view MACHINE[] = {
    "acct",          "adjtimex",     "clock_adjtime", "clock_adjtime64", "clock_settime", "clock_settime64",
    "delete_module", "finit_module", "init_module",   "ioperm",          "iopl",          "kexec_file_load",
    "kexec_load",    "quotactl",     "quotactl_fd",   "reboot",          "setdomainname", "sethostname",
    "settimeofday",  "stime",        "swapoff",       "swapon",          "syslog",        "vhangup",
};

// Key rings belong to the person, not to a namespace.
constexpr std::string_view KEYS[] = {
    "add_key",
    "keyctl",
    "request_key",
};

// Looking into or changing another process.
constexpr std::string_view OTHER_PROCESSES[] = {
    "kcmp", "pidfd_getfd", "process_madvise", "process_mrelease", "process_vm_readv", "process_vm_writev", "ptrace",
};

// Memory placement: much kernel code that no desktop program misses.
constexpr std::string_view PLACEMENT[] = {
    "get_mempolicy", "mbind", "migrate_pages", "move_pages", "set_mempolicy", "set_mempolicy_home_node",
};

// Watching or reaching around what is allowed.
constexpr std::string_view OBSERVATION[] = {
    "bpf", "fanotify_init", "fanotify_mark", "lsm_set_self_attr", "open_by_handle_at", "perf_event_open",
};

// Programs fall back when these are missing; each has had holes that passed all filters.
constexpr std::string_view RINGS[] = {
    "io_uring_enter", "io_uring_register", "io_uring_setup", "memfd_secret", "userfaultfd",
};

// Its flags lie in memory, where a filter cannot read them. Programs fall back to clone.
constexpr std::string_view UNINSPECTABLE[] = {
    "clone3",
};

// The same for the family of a socket: through it a 32-bit program would reach every one.
constexpr std::string_view MULTIPLEXED[] = {
    "socketcall",
};

// 16-bit segments, virtual 8086 mode, a.out libraries.
constexpr std::string_view OLD_PROCESSOR[] = {
    "modify_ldt",
    "uselib",
    "vm86",
    "vm86old",
};

// Never there, or no longer.
constexpr std::string_view GONE[] = {
    "_sysctl", "afs_syscall",     "bdflush", "break",  "create_module", "epoll_ctl_old", "epoll_wait_old",
    "ftime",   "get_kernel_syms", "getpmsg", "gtty",   "idle",          "lock",          "lookup_dcookie",
    "mpx",     "nfsservctl",      "prof",    "profil", "putpmsg",       "query_module",  "security",
    "stty",    "sysfs",           "tuxcall", "ulimit", "ustat",         "vserver",
};

// Newer than the programs that could use them, or no calls at all.
constexpr std::string_view NEW[] = {
    "file_getattr",
    "file_setattr",
    "uprobe",
    "uretprobe",
};

struct Refusal {
  SyscallGroup group;
  int error;
  std::span<const std::string_view> names;
};

constexpr Refusal REFUSED[] = {
    {SyscallGroup::Namespaces, EPERM, NAMESPACES},
    {SyscallGroup::Mounts, EPERM, MOUNTS},
    {SyscallGroup::MountLists, ENOSYS, MOUNT_LISTS},
    {SyscallGroup::Machine, EPERM, MACHINE},
    {SyscallGroup::Keys, EPERM, KEYS},
    {SyscallGroup::OtherProcesses, EPERM, OTHER_PROCESSES},
    {SyscallGroup::Placement, EPERM, PLACEMENT},
    {SyscallGroup::Observation, EPERM, OBSERVATION},
    {SyscallGroup::Rings, ENOSYS, RINGS},
    {SyscallGroup::Uninspectable, ENOSYS, UNINSPECTABLE},
    {SyscallGroup::Multiplexed, EPERM, MULTIPLEXED},
    {SyscallGroup::OldProcessor, EPERM, OLD_PROCESSOR},
    {SyscallGroup::Gone, ENOSYS, GONE},
    {SyscallGroup::New, ENOSYS, NEW},
};

std::vector<SyscallRule> makeTable() {
  std::vector<SyscallRule> table;
  for (auto name : ALLOWED) table.push_back({name, SyscallGroup::Allowed, 0});
  for (auto& refusal : REFUSED) {
    for (auto name : refusal.names) table.push_back({name, refusal.group, refusal.error});
  }
  std::ranges::sort(table, {}, &SyscallRule::name);
  return table;
}

}  // namespace

const std::vector<SyscallRule>& syscallTable() {
  static const auto table = makeTable();
  return table;
}

kj::Maybe<const SyscallRule&> findSyscall(std::string_view name) {
  auto& table = syscallTable();
  auto found = std::ranges::lower_bound(table, name, {}, &SyscallRule::name);
  if (found == table.end() || found->name != name) return nullptr;
  return *found;
}

}  // namespace latchkey::sandbox
