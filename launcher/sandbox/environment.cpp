// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/environment.h"

#include <algorithm>
#include <map>

namespace latchkey::sandbox {
namespace {

// Language, looks and input methods; for XMODIFIERS there is nothing to find in an X server of one's own, and who looks
// in vain loses dead keys. Nothing here names a socket, a file of the person's, or a secret.
constexpr std::string_view KNOWN[] = {
    "COLORTERM",
    "DESKTOP_SESSION",
    "GDK_DPI_SCALE",
    "GDK_SCALE",
    "GTK_IM_MODULE",
    "GTK_THEME",
    "LANG",
    "LANGUAGE",
    "NO_COLOR",
    "QT_IM_MODULE",
    "QT_IM_MODULES",
    "QT_SCALE_FACTOR",
    "QT_STYLE_OVERRIDE",
    "SDL_IM_MODULE",
    "TERM",
    "TZ",
    "XCURSOR_SIZE",
    "XCURSOR_THEME",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_DESKTOP",
};
constexpr size_t LONGEST_VALUE = 256;

bool knownName(std::string_view name) {
  if (std::ranges::find(KNOWN, name) != std::end(KNOWN)) return true;
  return name.starts_with("LC_") && name.size() < 24 &&
         std::ranges::all_of(name, [](char c) { return c == '_' || (c >= 'A' && c <= 'Z'); });
}

// A path in one of these would be opened by the C library (TZ, LANG): no slashes leading out, no control characters.
bool saneValue(std::string_view value) {
  return value.size() <= LONGEST_VALUE && !value.starts_with('/') && !value.starts_with(":/") &&
         value.find("..") == value.npos &&
         std::ranges::all_of(value, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

}  // namespace

Environment passedOn(const Environment& session) {
  std::map<std::string, std::string> known;
  for (auto& [name, value] : session) {
    if (knownName(name) && saneValue(value)) known[name] = value;
  }
  return {known.begin(), known.end()};
}

std::string valueOf(const Environment& environment, std::string_view name) {
  for (auto& [known, value] : environment) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace latchkey::sandbox
