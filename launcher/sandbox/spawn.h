// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Starting a program of the system's with exactly the descriptors it needs.

#include <sys/types.h>

#include <string>
#include <vector>

namespace latchkey::sandbox {

struct SpawnRequest {
  struct Passed {
    int fd = -1;
    int number = -1;
  };
  std::string program = {};
  std::vector<std::string> arguments = {};
  std::vector<std::string> environment = {};  // NAME=value
  std::vector<Passed> descriptors = {};       // Beside 0 and 1, which are /dev/null, and 2.
  int errors = -1;
};

// In "/", no signal blocked or ignored. Throws if it cannot be started.
pid_t spawn(const SpawnRequest& request);

}  // namespace latchkey::sandbox
