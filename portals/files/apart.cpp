// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/apart.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace latchkey::files {
namespace {

int take(int process, int fd) { return static_cast<int>(syscall(SYS_pidfd_getfd, process, fd, 0)); }

bool closeRange(int first, unsigned last, unsigned flags) {
  return syscall(SYS_close_range, static_cast<unsigned>(first), last, flags) == 0;
}

// This process by descriptor: by way of it a thread reaches what the others have open. -1: that cannot be had here.
int ownProcess() {
  static const int process = [] {
    int fd = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
    int tried = fd < 0 ? -1 : take(fd, fd);
    if (tried < 0) {
      close(fd);
      return -1;
    }
    close(tried);
    return fd;
  }();
  return process;
}

}  // namespace

void prepareToStandApart() { ownProcess(); }

// What lies above is never copied, not even for a moment: closing a copy tells its file system, and that may hang.
bool standApart(std::initializer_list<Kept> kept) {
  int process = ownProcess();
  if (process < 0 || !closeRange(process + 1, ~0U, CLOSE_RANGE_UNSHARE)) return false;
  if (process > STDERR_FILENO + 1) closeRange(STDERR_FILENO + 1, static_cast<unsigned>(process) - 1, 0);
  bool all = true;
  for (auto [file, number] : kept) {
    int fd = take(process, file);
    if (fd < 0) all = false;
    if (fd < 0 || fd == number) continue;
    dup3(fd, number, O_CLOEXEC);
    close(fd);
  }
  close(process);
  return all;
}

}  // namespace latchkey::files
