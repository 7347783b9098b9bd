// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/standard-folders.h"

#include <set>
#include <sstream>

#include "broker/base/files.h"
#include "launcher/sandbox/plan.h"

namespace latchkey {
namespace {

constexpr size_t LARGEST_FILE = 64 * 1024;
constexpr const char* USUAL[] = {"Desktop",  "Documents", "Downloads", "Music",
                                 "Pictures", "Public",    "Templates", "Videos"};

// XDG_NAME_DIR="$HOME/Some where" -> the path; empty for anything else.
std::string folderOf(const std::string& line, const std::string& home) {
  auto equals = line.find("_DIR=\"");
  if (!line.starts_with("XDG_") || equals == line.npos || !line.ends_with('"')) return {};
  auto quoted = line.substr(equals + 6, line.size() - equals - 7);
  std::string value;
  for (size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 1 < quoted.size()) ++i;
    value += quoted[i];
  }
  if (value.starts_with("$HOME/")) return home + value.substr(5);
  return value.starts_with('/') ? value : std::string();
}

std::vector<std::string> configured(const std::string& home, const std::string& configuration) {
  std::vector<std::string> result;
  KJ_IF_MAYBE (text, tryReadFile(configuration + "/user-dirs.dirs", LARGEST_FILE)) {
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      auto folder = folderOf(line, home);
      if (!folder.empty()) result.push_back(folder);
    }
    return result;
  }
  for (auto name : USUAL) result.push_back(home + "/" + name);
  return result;
}

}  // namespace

std::vector<std::string> standardFolders(const std::string& home, const std::string& configuration) {
  std::set<std::string> result;
  for (auto& folder : configured(home, configuration)) {
    KJ_IF_MAYBE (found, tryResolve(folder)) {
      // "$HOME/" is how xdg-user-dirs says "none".
      bool aroundHome = (home + "/").starts_with(found->path == "/" ? "/" : found->path + "/");
      // A person who keeps downloads in /tmp still wants their apps to start.
      if (found->directory && !aroundHome && sandbox::isPlace(found->path)) result.insert(found->path);
    }
  }
  return {result.begin(), result.end()};
}

}  // namespace latchkey
