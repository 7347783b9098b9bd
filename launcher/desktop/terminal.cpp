// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/terminal.h"

#include <unistd.h>

namespace latchkey {

std::optional<TerminalChoice> findTerminal(const std::vector<std::string>& searchPath, bool wayland) {
  auto path = [&](const char* name) -> std::string {
    for (auto& directory : searchPath) {
      auto candidate = directory + "/" + name;
      if (access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
  };
  if (wayland) {
    if (auto foot = path("foot"); !foot.empty()) return TerminalChoice{{foot, "--"}, false};
  }
  for (auto name : {"xterm", "x-terminal-emulator"}) {
    if (auto found = path(name); !found.empty()) return TerminalChoice{{found, "-e"}, true};
  }
  return {};
}

}  // namespace latchkey
