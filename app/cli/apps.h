// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which apps can be started, as far as this program needs to know.

#include <string>
#include <vector>

namespace latchkey::cli {

struct StartableApp {
  std::string id, name, source;
  bool confined = false;            // Always started with Latchkey.
  std::string bundle{}, version{};  // Of an installed bundle.
  std::string hides{};              // A file of the system that gives its id another meaning; the bundle comes first.
};
std::vector<StartableApp> startableApps();

}  // namespace latchkey::cli
