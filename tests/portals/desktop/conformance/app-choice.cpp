// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/desktop/conformance/app-choice.h"

#include <cstdlib>
#include <fstream>

namespace latchkey::test {

std::vector<std::string> appsFor(const std::string& type) {
  std::vector<std::string> apps;
  auto home = getenv("XDG_DATA_HOME");
  std::ifstream cache(std::string(home == nullptr ? "" : home) + "/applications/mimeinfo.cache");
  for (std::string line; std::getline(cache, line);) {
    if (!line.starts_with(type + "=")) continue;
    for (size_t at = type.size() + 1; at < line.size();) {
      auto end = std::min(line.find(';', at), line.size());
      auto name = line.substr(at, end - at);
      if (name.ends_with(".desktop")) apps.push_back(name.substr(0, name.size() - 8));
      at = end + 1;
    }
  }
  return apps;
}

}  // namespace latchkey::test
