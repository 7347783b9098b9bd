// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/bundle-id.h"

#include <algorithm>

namespace latchkey {

bool isBundleId(std::string_view text) { return text.find('.') != text.npos && isDottedName(text); }

bool isDottedName(std::string_view text) {
  auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (text.size() > 200 || text.starts_with('-')) return false;
  char before = '.';
  for (char c : text) {
    if (c == '.' ? before == '.' : !letter(c)) return false;
    before = c;
  }
  return before != '.';
}

bool isBundleVersion(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".+-~").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 64 && text[0] >= '0' && text[0] <= '9' && std::ranges::all_of(text, allowed);
}

bool isRuntimeName(std::string_view text) {
  auto small = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  auto slash = std::min(text.find('/'), text.size());
  auto word = text.substr(0, slash);
  auto version = text.substr(std::min(slash + 1, text.size()));
  return text.size() <= 64 && !word.empty() && word[0] >= 'a' && word[0] <= 'z' && !version.empty() &&
         version[0] >= '0' && version[0] <= '9' &&
         std::ranges::all_of(word, [&](char c) { return small(c) || c == '-'; }) &&
         std::ranges::all_of(version, [&](char c) { return small(c) || c == '.'; });
}

}  // namespace latchkey
