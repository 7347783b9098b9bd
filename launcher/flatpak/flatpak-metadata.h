// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a Flatpak is allowed from the start: the `metadata` of an installed app, and what was overridden for it.
//
// Its author, or whoever could write there, chose these bytes. What could be read in two ways, holds what cannot be
// shown, or is more than an app says of itself, is refused as a whole; what is merely not known to us stays in the
// result as such, so that nothing that Flatpak would give is left out silently.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace latchkey::flatpak {

struct Permission {
  enum class Kind {
    Share,
    Socket,
    Device,
    Filesystem,
    Persist,
    Feature,
    SessionBus,
    SystemBus,
    Environment,
    Usb,
    Unknown
  };
  Kind kind = Kind::Unknown;
  std::string name = {};  // "network", "xdg-music", "org.freedesktop.Notifications", ...
  std::string mode =
      {};  // Of file systems "ro", "rw" or "create"; of a bus "see", "talk" or "own"; of a variable its value.
  bool operator==(const Permission&) const = default;
};

// As Flatpak's own command line has it: "--filesystem=xdg-music:ro". Fit to be shown.
std::string spelled(const Permission& permission);

struct Metadata {
  std::string id = {};
  std::string runtime = {};
  std::string command = {};
  std::vector<Permission> permissions = {};
};

struct Problem {
  std::string reason = {};  // One line, fit to be shown.
};

constexpr size_t MAX_METADATA = 256 << 10;  // Bytes. The largest in use have a tenth of that.
constexpr size_t MAX_PERMISSIONS = 1000;

std::variant<Metadata, Problem> readMetadata(std::string text);

// What the person or the system changed for this app, or for all: adds, replaces and takes away. Nothing: done.
std::optional<Problem> applyOverride(Metadata& metadata, std::string text);

}  // namespace latchkey::flatpak
