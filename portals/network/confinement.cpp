// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/netlink.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace latchkey::network {
namespace {

constexpr uint64_t LOW_HALF = 0xffffffff;
constexpr uint64_t SOCK_TYPE_BITS = 0xf;
constexpr unsigned LAST_FAMILY = 64;

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool MAY_WRITE = true;  // What a sanitizer finds is written to a file.
#else
constexpr bool MAY_WRITE = false;
#endif

constexpr const char* DENIED[] = {
    "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "bpf", "perf_event_open", "userfaultfd",
    "keyctl", "add_key", "request_key", "io_uring_setup", "mount", "umount2", "move_mount", "fsopen", "fsmount",
    "open_tree", "mount_setattr", "pivot_root", "chroot", "setns", "unshare", "kexec_load", "kexec_file_load",
    "init_module", "finit_module", "delete_module", "reboot", "swapon", "swapoff", "mknod", "mknodat", "personality",
    "open_by_handle_at", "name_to_handle_at", "acct", "quotactl", "syslog", "fork", "vfork",
    // Files are read: names of hosts, of services, of processes. None is changed.
    "creat", "truncate", "ftruncate", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown",
    "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
    "utimensat", "fallocate"};

class Filter {
public:
  Filter() : m_context(seccomp_init(SCMP_ACT_ALLOW)) { KJ_REQUIRE(m_context != nullptr, "seccomp_init"); }
  ~Filter() { seccomp_release(m_context); }
  KJ_DISALLOW_COPY_AND_MOVE(Filter);

  template <typename... Conditions>
  void deny(const char* name, int error, Conditions... conditions) {
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) return;
    scmp_arg_cmp all[] = {conditions..., {}};
    auto result = seccomp_rule_add_array(m_context, SCMP_ACT_ERRNO(static_cast<uint32_t>(error)), number,
                                         sizeof...(conditions), all);
    KJ_REQUIRE(result == 0, name, -result);
  }
  void load() { KJ_REQUIRE(seccomp_load(m_context) == 0, "seccomp_load"); }

private:
  scmp_filter_ctx m_context;
};

scmp_arg_cmp low(unsigned argument, uint64_t value) { return {argument, SCMP_CMP_MASKED_EQ, LOW_HALF, value}; }
scmp_arg_cmp anyBit(unsigned argument, uint64_t bit) { return {argument, SCMP_CMP_MASKED_EQ, bit, bit}; }

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

void confine() {
  Filter filter;
  for (auto* name : DENIED) filter.deny(name, EPERM);
  // The Internet's, Unix sockets for the broker, and of netlink the one by which addresses of our own are listed.
  for (unsigned family = 0; family < LAST_FAMILY; ++family) {
    if (family != AF_UNIX && family != AF_INET && family != AF_INET6 && family != AF_NETLINK) {
      filter.deny("socket", EAFNOSUPPORT, low(0, family));
    }
  }
  filter.deny("socket", EAFNOSUPPORT, scmp_arg_cmp{0, SCMP_CMP_GE, LAST_FAMILY, 0});
  filter.deny("socket", EPROTONOSUPPORT, low(0, AF_NETLINK), scmp_arg_cmp{2, SCMP_CMP_NE, NETLINK_ROUTE, 0});
  for (unsigned family : {AF_INET, AF_INET6}) {
    for (unsigned type : {SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET}) {
      filter.deny("socket", ESOCKTNOSUPPORT, low(0, family), scmp_arg_cmp{1, SCMP_CMP_MASKED_EQ, SOCK_TYPE_BITS, type});
    }
  }
  for (unsigned flags : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC}) {
    if (MAY_WRITE) continue;
    filter.deny("open", EACCES, anyBit(1, flags));
    filter.deny("openat", EACCES, anyBit(2, flags));
  }
  filter.load();
}

}  // namespace latchkey::network
