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

}  // namespace latchkey
