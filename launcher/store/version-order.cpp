// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/version-order.h"

#include <algorithm>

namespace latchkey::store {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Of what stands in a run that is no number; a digit or the end ends the run.
int rankOf(std::string_view text) {
  if (text.empty() || isDigit(text.front())) return 0;
  auto code = static_cast<unsigned char>(text.front());
  if (code == '~') return -1;
  return isLetter(text.front()) ? code : code + 256;
}

std::string_view takeNumber(std::string_view& text) {
  auto end = std::ranges::find_if_not(text, isDigit) - text.begin();
  auto digits = text.substr(0, static_cast<size_t>(end));
  text.remove_prefix(digits.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

}  // namespace

std::weak_ordering compareVersions(std::string_view one, std::string_view other) {
  while (!one.empty() || !other.empty()) {
    for (;;) {
      auto left = rankOf(one), right = rankOf(other);
      if (left != right) return left <=> right;
      if (left == 0) break;
      one.remove_prefix(1);
      other.remove_prefix(1);
    }
    auto left = takeNumber(one), right = takeNumber(other);
    if (left.size() != right.size()) return left.size() <=> right.size();
    if (left != right) return left < right ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  return std::weak_ordering::equivalent;
}

}  // namespace latchkey::store
