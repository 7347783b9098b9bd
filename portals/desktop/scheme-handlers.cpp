// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/scheme-handlers.h"

#include <algorithm>
#include <cstdlib>

#include "broker/base/files.h"

namespace latchkey::desktop {
namespace {

constexpr size_t LARGEST_FILE = 4 * 1024 * 1024;
constexpr size_t LONGEST_SCHEME = 64;

std::string environment(const char* name, const std::string& otherwise) {
  auto value = getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

}  // namespace

bool isScheme(const std::string& text) {
  auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= LONGEST_SCHEME && isLetter(text[0]) && std::ranges::all_of(text, [&](char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

std::vector<std::string> dataFolders() {
  std::vector<std::string> folders{environment("XDG_DATA_HOME", environment("HOME", "") + "/.local/share")};
  auto list = environment("XDG_DATA_DIRS", "/usr/local/share:/usr/share");
  for (size_t at = 0; at < list.size();) {
    auto end = std::min(list.find(':', at), list.size());
    if (end > at) folders.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return folders;
}

bool hasHandler(const std::string& scheme, const std::vector<std::string>& folders) {
  std::string key = "\nx-scheme-handler/";
  for (char c : scheme) key += static_cast<char>(tolower(static_cast<unsigned char>(c)));
  key += '=';
  for (auto& folder : folders) {
    for (auto name : {"/applications/mimeinfo.cache", "/applications/mimeapps.list"}) {
      KJ_IF_MAYBE (text, tryReadFile(folder + name, LARGEST_FILE)) {
        if (text->find(key) != text->npos) return true;
      }
    }
  }
  return false;
}

}  // namespace latchkey::desktop
