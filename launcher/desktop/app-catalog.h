// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which apps there are: desktop entries found as desktops find them.
//
// Directories are read in the order of the session's XDG_DATA_HOME and XDG_DATA_DIRS; the first file of an id is the
// entry of that id, also when it is hidden, malformed, or our own override - but for an override the search goes on, so
// that an app which "always starts with Latchkey" is still found as itself and never starts itself again.
//
// Installed bundles are apps too; which one an id means where there are several, bundle-entries.h says.
//
// No cache: 300 entries read in a few milliseconds.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "launcher/desktop/desktop-entry.h"
#include "launcher/desktop/desktop-places.h"

namespace latchkey {

class AppCatalog {
public:
  explicit AppCatalog(DesktopPlaces places);

  // What a menu shows: visible, installed, for this desktop. Sorted by name.
  std::vector<DesktopEntry> shown() const;
  // And the programs of bundles that are in no menu.
  std::vector<DesktopEntry> all() const;

  // By id, also what a menu does not show (NoDisplay, OnlyShowIn). Nothing if it is hidden, not installed or malformed,
  // or if the id is none; `problem` says which.
  std::optional<DesktopEntry> find(std::string_view id, std::string* problem = nullptr) const;

  // The file that gives `id` its meaning to a desktop, whatever it holds, unless it is one of ours. Empty: none does.
  std::string systemEntry(std::string_view id) const;

  // TryExec: whether the program it names is there.
  bool installed(const DesktopEntry& entry) const;
  bool shownHere(const DesktopEntry& entry) const;

  const DesktopPlaces& places() const { return m_places; }

  struct Place {
    std::string id = {};
    std::string file = {};
  };
  // All files of the id, in order of precedence. Of all ids if it is empty.
  std::vector<Place> places(std::string_view id) const;

private:
  std::optional<DesktopEntry> read(const Place& place, std::string* problem) const;

  DesktopPlaces m_places;
};

}  // namespace latchkey
