// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/process-handle.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "broker/base/numbers.h"

namespace latchkey::sandbox {

ProcessHandle ProcessHandle::open(pid_t pid) {
  KJ_REQUIRE(pid > 1, "not the number of one process", pid);
  int fd;
  KJ_SYSCALL(fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0)), pid);  // Close-on-exec by its nature.
  return ProcessHandle(kj::AutoCloseFd(fd), pid);
}

bool ProcessHandle::signal(int number) const {
  if (syscall(SYS_pidfd_send_signal, m_fd.get(), number, nullptr, 0) == 0) return true;
  auto error = errno;
  if (error != ESRCH) KJ_FAIL_SYSCALL("pidfd_send_signal", error, number);
  return false;
}

bool ProcessHandle::ended() const {
  pollfd wait{m_fd.get(), POLLIN, 0};
  return poll(&wait, 1, 0) > 0;
}

void killWithChildren(pid_t child) {
  // Stopped, it makes no other one and reaps none: their numbers are theirs.
  kill(child, SIGSTOP);
  siginfo_t stopped{};
  while (waitid(P_PID, static_cast<id_t>(child), &stopped, WSTOPPED | WEXITED | WNOWAIT) < 0 && errno == EINTR) {}
  auto number = std::to_string(child);
  std::ifstream children("/proc/" + number + "/task/" + number + "/children");
  for (pid_t one; children >> one;) kill(one, SIGKILL);
  kill(child, SIGKILL);
}

pid_t parentOf(pid_t pid) {
  auto path = "/proc/" + std::to_string(pid) + "/stat";
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  kj::AutoCloseFd file(fd);
  char text[512];
  auto length = read(fd, text, sizeof text);
  if (length <= 0) return 0;
  // "pid (name) state parent": the name may hold anything, so look from its last parenthesis.
  std::string_view status(text, static_cast<size_t>(length));
  auto close = status.rfind(") ");
  constexpr size_t STATE = sizeof ") S " - 1;
  if (close == status.npos || status.size() < close + STATE) return 0;
  status.remove_prefix(close + STATE);
  return numberFrom<int>(status.substr(0, status.find(' '))).value_or(0);
}

}  // namespace latchkey::sandbox
