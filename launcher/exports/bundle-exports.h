// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Installed bundles in the menus of the desktop: entries in $XDG_DATA_HOME/applications that start them through us.
//
// They follow from what is installed, and nobody keeps a book of them: they are composed anew from the store, what is
// missing is written, and what carries our mark and stands for nothing is removed. So they return when somebody deletes
// them, and one interrupted call is mended by the next.
//
// Composed, never copied: what an entry runs is always `latchkey run` of its bundle, and of what the author wrote only
// known keys with plain values are taken. Its picture is pixels that the confined reader decoded, written by us.
//
// What is never done: take the place of a file without our mark, or of an entry of the system; make an app what a
// desktop opens files with (no list of defaults is touched); offer it for addresses (x-scheme-handler) or folders.

#include <functional>
#include <optional>
#include <string>

#include "launcher/desktop/app-catalog.h"
#include "launcher/desktop/bundle-entries.h"
#include "launcher/reader/reader-client.h"

namespace latchkey {

class BundleExports final {
public:
  // Decodes an open file; nothing if it is no picture.
  using Picture = std::function<std::optional<Pixels>(int file)>;

  // `latchkey`: absolute path of the command line program that the entries will call.
  BundleExports(DesktopPlaces places, std::string latchkey, Picture picture);

  struct Changes {
    unsigned written = 0;
    unsigned removed = 0;
  };
  // Blocks on disks, and on the reader for a picture that is not there yet. Throws when the disk refuses.
  Changes bringUpToDate() const;

  // The entry for one of a bundle's own; empty if what it says cannot be said. `picture`: absolute path, or empty.
  std::string textFor(const DesktopEntry& entry, const KeyFile& original, const std::string& picture) const;

private:
  std::string pictureOf(const InstalledApp& deploy) const;

  DesktopPlaces m_places;
  std::string m_latchkey;
  Picture m_picture;
};

}  // namespace latchkey
