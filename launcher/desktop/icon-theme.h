// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Finding the file of an icon by the icon theme specification. Finds, opens, never decodes: bytes chosen by apps are
// for the reader (launcher/reader).

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/desktop/desktop-places.h"

namespace latchkey {

class IconTheme {
public:
  // `theme` and what it inherits, then hicolor, then loose files. Listings are read at the first use of each theme and
  // kept.
  IconTheme(const DesktopPlaces& places, std::string theme);
  ~IconTheme();
  IconTheme(IconTheme&&) noexcept;
  IconTheme& operator=(IconTheme&&) noexcept;

  // The theme the person's desktop is set to, from the files of GTK and KDE; "Adwaita" or "breeze" failing that.
  static std::string preferred(const DesktopPlaces& places);

  // Path of the best file for an icon of `size` pixels at `scale`. `icon` as in a desktop entry: a name, or an absolute
  // path.
  std::optional<std::string> find(std::string_view icon, unsigned size, unsigned scale = 1) const;

  // find(), opened for reading: a regular file of at most 4 MiB. The descriptor is close-on-exec; -1 if there is none.
  int open(std::string_view icon, unsigned size, unsigned scale = 1) const;

private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace latchkey
