// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Unpacking an AppImage without running any of it.
//
// unsquashfs of the system does it, in a sandbox that sees the one file and one empty directory (launcher/confined).
// Before, its listing is read for what would be too much (bombs) or has no place in an app (devices, setuid).
// Afterwards the result is walked without following a link: whatever is neither file, directory nor a link that stays
// inside refuses the whole, and nothing of it is kept.
//
// Results are kept by the hash of the AppImage, in $XDG_DATA_HOME/latchkey/appimages/HASH. Which file has which hash is
// remembered by device, inode, size and change time, so that a known one starts without being read.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "launcher/desktop/desktop-entry.h"

namespace latchkey {

struct UnpackedAppImage {
  std::string directory = {};  // Bind it read-only: APPDIR.
  std::string hash = {};
  std::optional<DesktopEntry> entry = {};  // If it brings one that is sound.
  std::string icon = {};                   // Path of its icon file; empty if none. For the reader.
};

struct UnpackProblem {
  std::string reason = {};  // For a person.
};

struct UnpackLimits {
  uint64_t bytes = uint64_t{4} << 30;
  uint64_t files = 200000;
};

// Blocking, for seconds the first time; the calling thread must live that long. `image` is borrowed, open for reading.
std::variant<UnpackedAppImage, UnpackProblem> unpackAppImage(int image, const std::string& latchkeyData,
                                                             std::string_view locale, const UnpackLimits& limits = {});

}  // namespace latchkey
