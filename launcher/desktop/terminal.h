// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Programs that want a terminal (Terminal=true) get one of their own, in the same sandbox: a terminal outside would
// hand them the descriptors and escape sequences of a program that is not confined.

#include <optional>
#include <string>
#include <vector>

namespace latchkey {

struct TerminalChoice {
  std::vector<std::string> words = {};  // What stands before the program's own argument vector.
  bool needsX = false;
};

// The first that is installed of foot (on Wayland), xterm, x-terminal-emulator, in `searchPath`.
std::optional<TerminalChoice> findTerminal(const std::vector<std::string>& searchPath, bool wayland);

}  // namespace latchkey
