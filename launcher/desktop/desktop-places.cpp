// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/desktop-places.h"

#include <stdlib.h>

#include <algorithm>

namespace latchkey {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    auto end = std::min(text.find(':', start), text.size());
    if (end > start) parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::string withoutSlash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::vector<std::string> directories(std::string_view text) {
  std::vector<std::string> result;
  for (auto& part : split(text)) {
    part = withoutSlash(part);
    if (part.starts_with('/') && std::ranges::find(result, part) == result.end()) result.push_back(part);
  }
  return result;
}

std::string messageLocale(const DesktopPlaces::Lookup& variable) {
  std::string locale;
  for (auto name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (locale = variable(name); !locale.empty()) break;
  }
  if (auto dot = locale.find('.'); dot != locale.npos) {
    auto modifier = locale.find('@', dot);
    locale = locale.substr(0, dot) + (modifier == locale.npos ? "" : locale.substr(modifier));
  }
  return locale == "C" || locale == "POSIX" ? "" : locale;
}

}  // namespace

DesktopPlaces DesktopPlaces::from(const Lookup& variable) {
  DesktopPlaces places;
  places.home = withoutSlash(variable("HOME"));
  auto placed = [&](const char* name, const char* otherwise) {
    auto value = withoutSlash(variable(name));
    return value.starts_with('/') ? value : places.home + otherwise;
  };
  places.dataHome = placed("XDG_DATA_HOME", "/.local/share");
  places.store = places.dataHome + "/latchkey/store";
  places.configHome = placed("XDG_CONFIG_HOME", "/.config");
  places.dataDirectories = directories(variable("XDG_DATA_DIRS"));
  if (places.dataDirectories.empty()) places.dataDirectories = {"/usr/local/share", "/usr/share"};
  places.searchPath = directories(variable("PATH"));
  if (places.searchPath.empty()) places.searchPath = {"/usr/local/bin", "/usr/bin", "/bin", "/usr/games"};
  places.desktops = split(variable("XDG_CURRENT_DESKTOP"));
  places.locale = messageLocale(variable);
  return places;
}

DesktopPlaces DesktopPlaces::fromEnvironment() {
  return from([](std::string_view name) {
    auto value = getenv(std::string(name).c_str());
    return value == nullptr ? std::string() : std::string(value);
  });
}

std::vector<std::string> DesktopPlaces::inOrder() const {
  std::vector<std::string> result{dataHome};
  for (auto& directory : dataDirectories) {
    if (directory != dataHome) result.push_back(directory);
  }
  return result;
}

}  // namespace latchkey
