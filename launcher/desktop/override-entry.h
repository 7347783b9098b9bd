// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// "Always start with Latchkey": an entry in the person's own applications folder that comes before the app's and starts
// it through us. So the desktop's menu, its file manager and its default apps do too.
//
// Reversible: ours is marked X-Latchkey-Override=true and says what it stands for. A file the person has there already
// is kept aside in $XDG_DATA_HOME/latchkey/replaced-entries and put back; it is also what AppCatalog then finds as the
// app. Nothing unmarked is ever removed.

#include <string>
#include <string_view>

#include "launcher/desktop/app-catalog.h"

namespace latchkey {

class OverrideEntry {
public:
  // `latchkey`: absolute path of the command line program that the entry will call.
  OverrideEntry(const AppCatalog& catalog, std::string latchkey);

  bool on(std::string_view id) const;

  // Each returns an empty text, or one line saying why not. Doing what is done already is no failure.
  std::string enable(std::string_view id) const;
  std::string disable(std::string_view id) const;

  // What enable() writes.
  std::string textFor(const DesktopEntry& entry, const KeyFile& original) const;

private:
  const AppCatalog& m_catalog;
  std::string m_latchkey;
};

// Where a person's own file of `id` waits while ours stands in its place.
std::string keptEntryPath(const DesktopPlaces& places, std::string_view id);

}  // namespace latchkey
