// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/flatpak/flatpak-places.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace latchkey::flatpak {
namespace {

namespace fs = std::filesystem;

constexpr size_t MOST_APPS = 10'000;

std::string variable(const char* name, std::string otherwise) {
  auto value = getenv(name);
  return value != nullptr && value[0] == '/' ? std::string(value) : otherwise;
}

// A word that can be part of a path and no more.
bool isPlain(const std::string& id) {
  return !id.empty() && id.size() <= 200 && id[0] != '.' && id.find('/') == id.npos && id.find('\0') == id.npos &&
         id.find('.') != id.npos;
}

bool isThere(const std::string& path) { return access(path.c_str(), R_OK) == 0; }

}  // namespace

Places Places::of(const std::string& dataHome) {
  return {{variable("FLATPAK_USER_DIR", dataHome + "/flatpak"), variable("FLATPAK_SYSTEM_DIR", "/var/lib/flatpak")}};
}

std::optional<Installed> findInstalled(const Places& places, const std::string& id) {
  if (!isPlain(id)) return {};
  for (auto& installation : places.installations) {
    // "current" leads to the architecture and branch that a start without more words means.
    auto deploy = installation + "/app/" + id + "/current/active";
    if (!isThere(deploy + "/metadata")) continue;
    Installed found{.metadata = deploy + "/metadata"};
    auto entry = deploy + "/export/share/applications/" + id + ".desktop";
    if (isThere(entry)) found.entry = entry;
    for (auto one = places.installations.rbegin(); one != places.installations.rend(); ++one) {
      for (auto& name : {std::string("global"), id}) {
        auto path = *one + "/overrides/" + name;
        if (isThere(path)) found.overrides.push_back(path);
      }
    }
    return found;
  }
  return {};
}

std::vector<std::string> installedIds(const Places& places) {
  std::vector<std::string> ids;
  for (auto& installation : places.installations) {
    std::error_code none;
    for (auto& one : fs::directory_iterator(installation + "/app", none)) {
      auto id = one.path().filename().string();
      if (ids.size() < MOST_APPS && findInstalled({{installation}}, id)) ids.push_back(id);
    }
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

}  // namespace latchkey::flatpak
