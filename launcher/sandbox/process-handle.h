// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A process by descriptor, so that a signal reaches that one or nobody: numbers are given out again.

#include <kj/io.h>
#include <sys/types.h>

namespace latchkey::sandbox {

class ProcessHandle {
public:
  // Refuses what is no single process: 0, 1 and negative numbers mean groups, everybody, or the machine's own init.
  static ProcessHandle open(pid_t pid);

  // False if it has ended.
  bool signal(int number) const;
  bool ended() const;
  pid_t pid() const { return m_pid; }
  int fd() const { return m_fd.get(); }

private:
  ProcessHandle(kj::AutoCloseFd fd, pid_t pid) : m_fd(kj::mv(fd)), m_pid(pid) {}
  kj::AutoCloseFd m_fd;
  pid_t m_pid;
};

// Kills a child of ours that has not been reaped, and its children. bubblewrap's own child, the first process of the
// sandbox, dies with it, and with that the kernel ends the sandbox; but not before it has been set up: until then the
// child waits for its parent, and would do so for ever.
void killWithChildren(pid_t child);

// Parent of `pid` at this moment; 0 if there is no such process.
pid_t parentOf(pid_t pid);

}  // namespace latchkey::sandbox
