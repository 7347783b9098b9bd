// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What process 1 of a sandbox is told to start. Travels in a memory file past bubblewrap, which never sees an argument
// of the program and so can take none for its own (CVE-2024-32462).

#include <kj/io.h>

#include <string>
#include <utility>
#include <vector>

namespace latchkey::sandbox {

struct ProgramOrder {
  std::string program = {};                           // Path inside the sandbox.
  std::vector<std::string> arguments = {};            // argv[0] among them.
  std::string directory = {};                         // Working directory.
  bool terminal = false;                              // stdin becomes the controlling terminal.
  std::vector<std::pair<int, uint64_t>> limits = {};  // RLIMIT_..., value
};

// Throws if a text holds a NUL byte or there are no arguments.
kj::AutoCloseFd asMemoryFile(const ProgramOrder& order);

}  // namespace latchkey::sandbox
