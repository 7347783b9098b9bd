// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/confinement.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "broker/confinement/call-filter.h"

namespace latchkey::files {
namespace {

constexpr const char* DENIED[] = {"execve",
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

}  // namespace

void prepareForFiles() {
  signal(SIGXFSZ, SIG_IGN);  // The session's limit for files is an error to the app, not our end.
  signal(SIGIO, SIG_IGN);    // Somebody opens a file while we look whether anybody has.
  umask(0);                  // Modes come from the app's own umask, which the kernel has applied already.
}

void confine() {
  CallFilter filter{CallFilter::Allowed{}};
  filter.deny(EPERM, DENIED);
  filter.deny(EAFNOSUPPORT, "socket", {CallFilter::isNot(0, AF_UNIX)});
  filter.load();
}

}  // namespace latchkey::files
