// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Starting a program of ours with exactly the descriptors it needs.
//
// posix_spawn, not fork: nothing of ours runs in the child, so this is safe beside threads and costs the same however
// large the caller is. Whatever the caller forgot to mark close-on-exec is closed all the same.

#include <kj/io.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace latchkey {

struct SpawnOrder {
  std::string program;                   // Absolute path.
  std::vector<std::string> arguments;    // Without the program's own name.
  std::vector<std::string> environment;  // NAME=value
  std::vector<int> fds;                  // Become 0, 1, 2, ... -1: /dev/null.
  bool ownSession = true;                // setsid: signals of the caller's terminal do not reach it.
};

struct Spawned {
  pid_t pid = 0;
  kj::AutoCloseFd pidfd;
};

// Throws if the program cannot be executed. The caller reaps it.
Spawned spawn(const SpawnOrder& order);

// The program `name` in the directory of the running executable: programs of one build find each other, whatever PATH
// or any other variable says.
std::string besideUs(const std::string& name);

// The environment as spawn() takes it.
std::vector<std::string> ownEnvironment();

}  // namespace latchkey
