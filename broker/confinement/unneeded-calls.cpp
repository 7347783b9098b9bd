// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/confinement/unneeded-calls.h"

#include <errno.h>
#include <kj/debug.h>
#include <sys/prctl.h>

#include "broker/confinement/call-filter.h"

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

}  // namespace

bool unneededCallsAreDenied() { return prctl(MARK, 0, 0, 0, 0) < 0 && errno == MARKED; }

void denyUnneededCalls() {
  if (unneededCallsAreDenied()) return;
  CallFilter filter{CallFilter::Allowed{}};
  filter.coverAllWays();
  filter.deny(EPERM, UNNEEDED);
  filter.deny(MARKED, "prctl", {CallFilter::is(0, MARK)});
  filter.load();
  KJ_ASSERT(unneededCallsAreDenied());
}

}  // namespace latchkey
