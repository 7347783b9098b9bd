// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/unneeded-calls.h"

#include <errno.h>
#include <kj/debug.h>
#include <seccomp.h>
#include <sys/prctl.h>

namespace latchkey {
namespace {

constexpr const char* UNNEEDED[] = {
    // Other processes' memory and descriptors.
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd",
    // The kernel's keys, and its insides.
    "keyctl", "add_key", "request_key", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "lookup_dcookie", "syslog",
    // Files by number rather than by name.
    "open_by_handle_at", "fanotify_init",
    // The machine.
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff",
    "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "ioperm", "iopl",
    "vhangup", "setdomainname"};

// An option of prctl() that no kernel has, by which the filter is known again.
constexpr int MARK = 0x4c4b6579;
constexpr int MARKED = EKEYREJECTED;

void require(int result, const char* what) { KJ_REQUIRE(result == 0 || result == -EEXIST, what, -result); }

// The other ways into the same kernel.
void addArchitectures(scmp_filter_ctx filter) {
  uint32_t others[] = {SCMP_ARCH_X86, SCMP_ARCH_X32};
  if (seccomp_arch_native() == SCMP_ARCH_X86_64) {
    for (auto other : others) require(seccomp_arch_add(filter, other), "seccomp_arch_add");
  }
  if (seccomp_arch_native() == SCMP_ARCH_AARCH64) require(seccomp_arch_add(filter, SCMP_ARCH_ARM), "seccomp_arch_add");
}

}  // namespace

bool unneededCallsAreDenied() { return prctl(MARK, 0, 0, 0, 0) < 0 && errno == MARKED; }

void denyUnneededCalls() {
  if (unneededCallsAreDenied()) return;
  auto filter = seccomp_init(SCMP_ACT_ALLOW);
  KJ_REQUIRE(filter != nullptr, "seccomp_init");
  KJ_DEFER(seccomp_release(filter));
  require(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW), "seccomp_attr_set");
  addArchitectures(filter);
  for (auto name : UNNEEDED) {
    auto number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) continue;  // This machine's library and kernel are older than the call.
    require(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0), name);
  }
  scmp_arg_cmp mark{};
  mark.op = SCMP_CMP_EQ;
  mark.datum_a = MARK;
  require(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(MARKED), SCMP_SYS(prctl), 1, &mark), "mark");
  require(seccomp_load(filter), "seccomp_load");
  KJ_ASSERT(unneededCallsAreDenied());
}

}  // namespace latchkey
