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

// The program `name` of the same build as the running executable, whatever PATH or any other variable says: beside it;
// or, installed, in the other one of the two folders that programs are in, PREFIX/bin (what persons type) and
// PREFIX/libexec/latchkey (the rest). If there is none, where it should be.
std::string besideUs(const std::string& name);

// PREFIX of the running executable.
std::string ownPrefix();

// The environment as spawn() takes it.
std::vector<std::string> ownEnvironment();

}  // namespace latchkey
