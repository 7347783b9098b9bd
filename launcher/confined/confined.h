// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A program of ours or of the system in a throw-away sandbox: what decodes bytes chosen by apps, and the X servers that
// talk to them. Not for apps: there is no private home, no portal and no session in here.
//
// It sees the system read-only, a memory file system of its own, the places and descriptors it is given, and nothing
// else: no home, no network unless that is its trade, no other processes, the filter of apps without abilities.
//
// The kernel ends it with the *thread* that started it (PDEATHSIG): start it from a thread that outlives it.

#include <kj/io.h>
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace latchkey {

struct ConfinedProgram {
  // Borrowed for the call.
  struct Place {
    int object = -1;
    std::string path = {};
    bool write = false;
  };

  std::string program = {};                 // Path inside; /usr is the system's.
  std::vector<std::string> arguments = {};  // Without the program's own name.
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::vector<Place> places = {};
  std::vector<int> descriptors = {};  // Become 0, 1, 2, ...; -1: /dev/null. Borrowed for the call.
  // It is process 1 of its sandbox. Then nothing that it began is left once it was reaped: whatever it was given is
  // nobody's any more. Not for programs that a signal has to end: process 1 gets none that it does not want, except for
  // the kernel's SIGKILL.
  bool init = false;
  // The system's network, names and certificates; no local sockets then, whose abstract names would reach the session.
  bool network = false;
};

class Confined {
public:
  // Throws if bubblewrap is missing or cannot be started; what happens after that shows in the exit status.
  static Confined start(const ConfinedProgram& program);
  // Kills what still runs, and reaps.
  ~Confined();
  Confined(Confined&&) = default;
  KJ_DISALLOW_COPY(Confined);

  // Readable when it has ended.
  int pidfd() const { return m_pidfd.get(); }
  // Wait status once it has ended.
  kj::Maybe<int> tryReap();
  // The same, blocking.
  int reap();
  void kill();

private:
  Confined(pid_t pid, kj::AutoCloseFd pidfd) : m_pid(pid), m_pidfd(kj::mv(pidfd)) {}
  pid_t m_pid;
  kj::AutoCloseFd m_pidfd;  // Closed: reaped or moved from.
};

}  // namespace latchkey
