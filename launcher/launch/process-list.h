// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What runs in a sandbox, as seen from outside.

#include <sys/types.h>

#include <string>
#include <vector>

namespace latchkey {

struct RunningProcess {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string name = {};  // Chosen by the process itself.
  double cpuSeconds = 0;
  uint64_t memory = 0;  // Pss in bytes, else resident size.
};

// Descendants of process 1 of the sandbox, without itself. Orphans inside become its children, so this is everybody.
std::vector<RunningProcess> processesBelow(pid_t first);

}  // namespace latchkey
