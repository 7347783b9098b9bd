// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What of the person's session decides which apps there are and how they are called. Read once, then passed along:
// tests and the launcher, which gets its session by message, bring their own.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

struct DesktopPlaces {
  std::string home = {};
  std::string dataHome = {};                      // $XDG_DATA_HOME
  std::string configHome = {};                    // $XDG_CONFIG_HOME
  std::string store = {};                         // Of installed bundles. Empty: none.
  std::vector<std::string> dataDirectories = {};  // $XDG_DATA_DIRS, in order.
  std::vector<std::string> searchPath = {};       // Where TryExec looks.
  std::vector<std::string> desktops = {};         // $XDG_CURRENT_DESKTOP
  std::string locale = {};                        // "de_AT@euro", without encoding; empty: untranslated.

  using Lookup = std::function<std::string(std::string_view name)>;
  // `variable` answers an empty text for what is not set. Relative directories are ignored, as the specification wants.
  static DesktopPlaces from(const Lookup& variable);
  static DesktopPlaces fromEnvironment();

  // $XDG_DATA_HOME, then $XDG_DATA_DIRS: the order in which the first one wins.
  std::vector<std::string> inOrder() const;
};

}  // namespace latchkey
