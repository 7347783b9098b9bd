// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where an installed Flatpak lies: the person's installation, then the system's. Nothing of Flatpak itself is run.

#include <optional>
#include <string>
#include <vector>

namespace latchkey::flatpak {

struct Places {
  // In order: the first that has the app counts. Flatpak's own variables move them.
  std::vector<std::string> installations = {};
  static Places of(const std::string& dataHome);
};

struct Installed {
  std::string metadata = {};  // File of the active version.
  std::string entry = {};     // Its desktop entry, as exported; empty: none.
  // Files of overrides that are there, in the order in which they count: of the system, of the person; for all apps
  // first.
  std::vector<std::string> overrides = {};
};

// Nothing if `id` is not installed, or is no id.
std::optional<Installed> findInstalled(const Places& places, const std::string& id);

// Ids of all apps, sorted.
std::vector<std::string> installedIds(const Places& places);

}  // namespace latchkey::flatpak
