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

namespace {

bool isLetterOrDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

// What mkstemp and its like put at the end.
bool isRandomPart(std::string_view text) { return text.size() == 6 && std::ranges::all_of(text, isLetterOrDigit); }

// vim tries whether it can make files here by "4913", and 123 more for as long as that is taken.
bool isVimTrial(std::string_view name) {
  if (name.size() != 4 || !std::ranges::all_of(name, isDigit)) return false;
  int number = 0;
  for (char c : name) number = number * 10 + (c - '0');
  return number >= 4913 && (number - 4913) % 123 == 0;
}

bool endsRandomly(std::string_view name, std::string_view begin) {
  return name.starts_with(begin) && isRandomPart(name.substr(begin.size()));
}

// LibreOffice: "lu", a time and a count in base 36, ".tmp".
bool isOfficeTemporary(std::string_view name) {
  if (!name.starts_with("lu") || !name.ends_with(".tmp") || name.size() < 10 || name.size() > 24) return false;
  return std::ranges::all_of(name.substr(2, name.size() - 6),
                             [](char c) { return isDigit(c) || (c >= 'a' && c <= 'z'); });
}

// Names that say nothing of the file they are made for.
bool isNamelessTemporary(std::string_view name) {
  return isVimTrial(name) || endsRandomly(name, ".goutputstream-") || endsRandomly(name, "sed") ||
         endsRandomly(name, ".#-emacs") || endsRandomly(name, "tmp") || isOfficeTemporary(name);
}

// What follows the granted name: "~", ".~1~", "#", ".AbC123", "-AbC123", ".1234" (a process), ".bak" and the like.
bool isEndingOfTemporary(std::string_view rest) {
  if (rest == "~" || rest == "#" || rest == "___jb_tmp___" || rest == "___jb_old___" ||
      (rest.starts_with(".~") && rest.ends_with('~')))
    return true;
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != '-')) return false;
  rest.remove_prefix(1);
  if (isRandomPart(rest) || (rest.size() <= 10 && std::ranges::all_of(rest, isDigit))) return true;
  static constexpr std::string_view WORDS[] = {"tmp",  "temp", "new", "bak",  "backup",   "orig", "old",
                                               "save", "part", "swp", "swo",  "swx",      "un~",  "rej",
                                               "lock", "swn",  "swm", "tmp~", "kate-swp", "~"};
  for (auto word : WORDS) {
    if (rest == word) return true;
    // "a.txt.tmp.12345", "a.txt.tmp-AbC123"
    if (rest.starts_with(word) && rest.size() > word.size() + 1 &&
        (rest[word.size()] == '.' || rest[word.size()] == '-') &&
        std::ranges::all_of(rest.substr(word.size() + 1), isLetterOrDigit)) {
      return true;
    }
  }
  return false;
}

// "a.txt~", "#a.txt#", ".a.txt.swp", ".#a.txt", ".~lock.a.txt#", ".a.txt.AbC123" (rsync).
bool isNamedTemporary(std::string_view name, std::string_view granted) {
  for (std::string_view before : {"", ".", "#", ".#", ".~lock.", "._"}) {
    if (!name.starts_with(before)) continue;
    auto rest = name.substr(before.size());
    if (!rest.starts_with(granted)) continue;
    rest.remove_prefix(granted.size());
    if (rest.empty() ? !before.empty() : isEndingOfTemporary(rest)) return true;
  }
  return false;
}

// Of some name that `isGranted`: every beginning of it is tried.
template <typename IsGranted>
bool isNamedTemporaryOf(std::string_view name, IsGranted isGranted) {
  for (std::string_view before : {"", ".", "#", ".#", ".~lock.", "._"}) {
    if (!name.starts_with(before)) continue;
    auto rest = name.substr(before.size());
    for (size_t length = 1; length <= rest.size(); ++length) {
      auto ending = rest.substr(length);
      bool temporary = ending.empty() ? !before.empty() : isEndingOfTemporary(ending);
      if (temporary && isGranted(rest.substr(0, length))) return true;
    }
  }
  return false;
}

}  // namespace

bool looksTemporary(std::string_view path, const Where& where) {
  auto folder = parentOf(path);
  if (!where.isByName() || where.covers(path) || folder != where.root()) return false;
  auto name = nameOf(path);
  return isNamelessTemporary(name) ||
         isNamedTemporaryOf(name, [&](std::string_view one) { return where.covers(join(folder, one)); });
}

bool looksTemporary(std::string_view name, std::string_view granted) {
  if (name == granted) return false;
  return isNamelessTemporary(name) || isNamedTemporary(name, granted);
}

}  // namespace latchkey::files
