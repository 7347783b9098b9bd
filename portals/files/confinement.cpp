// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/confinement/call-filter.h"
#include "broker/confinement/sanitized.h"

namespace latchkey::files {
namespace {

using Calls = CallFilter;

// Nearly all that a server of files calls is about files, so this is a list of what is not.
constexpr const char* DENIED[] = {
    // Other programs and processes.
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
    "process_mrelease", "kcmp", "move_pages", "migrate_pages", "kill", "tkill", "pidfd_send_signal", "rt_sigqueueinfo",
    "rt_tgsigqueueinfo",
    // Namespaces and mounts.
    "mount", "umount2", "move_mount", "fsopen", "fsmount", "open_tree", "mount_setattr", "pivot_root", "chroot",
    "setns", "unshare",
    // Devices, files by number rather than by name, and being called.
    "mknod", "mknodat", "open_by_handle_at", "bind", "listen",
    // The kernel's insides, and the machine.
    "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "io_uring_setup", "personality",
    "syslog", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "swapon",
    "swapoff", "acct", "quotactl"};

// By these a signal could be had sent to any process of this user.
constexpr uint64_t SENDING_SIGNALS[] = {F_SETOWN, F_SETOWN_EX, F_SETSIG};

}  // namespace

void prepareForFiles() {
  signal(SIGXFSZ, SIG_IGN);  // The session's limit for files is an error to the app, not our end.
  signal(SIGIO, SIG_IGN);    // Somebody opens a file while we look whether anybody has.
  umask(0);                  // Modes come from the app's own umask, which the kernel has applied already.
}

void confine() {
  Calls filter{Calls::Allowed{}};
  filter.deny(EPERM, DENIED);
  filter.deny(EAFNOSUPPORT, "socket", {Calls::isNot(0, AF_UNIX)});
  for (auto what : SENDING_SIGNALS) filter.deny(EPERM, "fcntl", {Calls::low(1, what)});
  filter.deny(EPERM, "prctl", {Calls::low(0, PR_SET_DUMPABLE)});
  if (!IS_SANITIZED) {
    // Threads, and no processes. Of the newer call the arguments cannot be looked at, so it is not there.
    filter.deny(EPERM, "clone", {Calls::none(0, CLONE_THREAD)});
    filter.deny(ENOSYS, "clone3");
    filter.deny(EPERM, "tgkill", {Calls::isNot(0, static_cast<uint64_t>(getpid()))});
  }
  filter.load();
}

}  // namespace latchkey::files
