// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/confinement.h"

#include <errno.h>
#include <kj/debug.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "broker/base/log.h"

namespace latchkey::files {

void harden() {
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  rlimit none{0, 0};
  KJ_SYSCALL(setrlimit(RLIMIT_CORE, &none));
  rlimit files{};
  KJ_SYSCALL(getrlimit(RLIMIT_NOFILE, &files));
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGXFSZ, SIG_IGN);  // The session's limit for files is an error to the app, not our end.
  signal(SIGIO, SIG_IGN);    // Somebody opens a file while we look whether anybody has.
  umask(0);                  // Modes come from the app's own umask, which the kernel has applied already.
}

void confine() {
  auto* filter = seccomp_init(SCMP_ACT_ALLOW);
  KJ_REQUIRE(filter != nullptr, "seccomp_init");
  KJ_DEFER(seccomp_release(filter));
  const char* denied[] = {"execve",
                          "execveat",
                          "ptrace",
                          "process_vm_readv",
                          "process_vm_writev",
                          "bpf",
                          "perf_event_open",
                          "userfaultfd",
                          "keyctl",
                          "add_key",
                          "request_key",
                          "io_uring_setup",
                          "mount",
                          "umount2",
                          "move_mount",
                          "fsopen",
                          "fsmount",
                          "open_tree",
                          "mount_setattr",
                          "pivot_root",
                          "chroot",
                          "setns",
                          "unshare",
                          "kexec_load",
                          "kexec_file_load",
                          "init_module",
                          "finit_module",
                          "delete_module",
                          "reboot",
                          "swapon",
                          "swapoff",
                          "mknod",
                          "mknodat",
                          "bind",
                          "listen",
                          "personality",
                          "open_by_handle_at",
                          "acct",
                          "quotactl",
                          "syslog",
                          "fork",
                          "vfork"};
  for (auto* name : denied) {
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) continue;
    KJ_REQUIRE(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0) == 0, name);
  }
  scmp_arg_cmp other{};
  other.arg = 0;
  other.op = SCMP_CMP_NE;
  other.datum_a = AF_UNIX;
  KJ_REQUIRE(seccomp_rule_add_exact(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, other) == 0);
  KJ_REQUIRE(seccomp_load(filter) == 0, "seccomp_load");
}

}  // namespace latchkey::files
