// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Killing work of ours at a chosen system call.

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace latchkey::test {

// Does `work` up to the point at which `isThere` says so, which is asked before each system call, and again behind it;
// then it is killed. False: it came to its end.
inline bool killedWhen(const std::function<void()>& work, const std::function<bool(pid_t)>& isThere) {
  auto child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    work();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
  for (;;) {
    ptrace(PTRACE_SYSCALL, child, 0, 0);
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) return false;
    if (!isThere(child)) continue;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return true;
  }
}

}  // namespace latchkey::test
