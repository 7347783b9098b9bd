// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/rules.h"

#include <algorithm>
#include <climits>

namespace latchkey::files {

std::string_view parentOf(std::string_view path) {
  auto slash = path.rfind('/');
  return slash == 0 || slash == path.npos ? std::string_view("/") : path.substr(0, slash);
}

std::string_view nameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string join(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (path.empty() || path.back() != '/') path += '/';
  return path.append(name);
}

bool isBelow(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.size() > 1;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::string_view relativeTo(std::string_view path, std::string_view folder) {
  if (path.size() <= folder.size()) return {};
  return path.substr(folder == "/" ? 1 : folder.size() + 1);
}

bool isProperName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= NAME_MAX && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

bool isProperPath(std::string_view path) {
  if (path.empty() || path[0] != '/' || path.size() >= PATH_MAX) return false;
  if (path == "/") return true;
  for (size_t start = 1; start <= path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    if (!isProperName(path.substr(start, end - start))) return false;
    start = end + 1;
  }
  return path.back() != '/';
}

bool isHiddenBelow(std::string_view path, std::string_view folder) {
  auto rest = relativeTo(path, folder);
  return rest.starts_with('.') || rest.find("/.") != rest.npos;
}

bool isSibling(std::string_view name, std::string_view granted) {
  auto dot = granted.rfind('.');
  auto stem = dot == granted.npos || dot == 0 ? granted : granted.substr(0, dot);
  if (!name.starts_with(stem)) return false;
  return name.size() == stem.size() || name[stem.size()] == '.';
}

bool looksTemporary(std::string_view name, std::string_view granted) {
  if (name.starts_with('.')) return true;
  if (name.size() > granted.size() && name.starts_with(granted)) return true;
  return std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace latchkey::files
