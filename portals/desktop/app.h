// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The app behind a bus, as the broker established it. Nothing said on the bus changes it.

#include <set>
#include <string>

namespace latchkey::desktop {

struct App {
  std::string instance;
  std::string id;
  std::string holder;
  std::string name;
  std::string icon;
  std::string home;
  std::set<std::string> absent = {};  // Portals that are taken away: "Print".
};

}  // namespace latchkey::desktop
