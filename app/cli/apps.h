// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which apps can be started, as far as this program needs to know.

#include <string>
#include <vector>

namespace latchkey::cli {

struct StartableApp {
  std::string id, name, source;
  bool confined = false;  // Always started with Latchkey.
};
std::vector<StartableApp> startableApps();

}  // namespace latchkey::cli
