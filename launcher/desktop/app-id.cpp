// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/app-id.h"

#include <algorithm>

#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr size_t MAX_BYTES = 200;
constexpr size_t MAX_ENCODED = 250;  // Of 255 that a file name may have.

bool isPlain(unsigned char byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.' ||
         byte == '_' || byte == '-';
}

}  // namespace

bool isAppId(std::string_view text) {
  if (text.empty() || text.size() > MAX_BYTES) return false;
  if (text.starts_with('.') || text.starts_with('-') || text.starts_with(' ') || text.ends_with(' ')) return false;
  if (text.find_first_of("/\\@:") != text.npos) return false;
  auto plain = static_cast<size_t>(std::ranges::count_if(text, isPlain));
  if (plain == text.size()) return true;
  return plain + 3 * (text.size() - plain) <= MAX_ENCODED && escaped(text) == text;
}

}  // namespace latchkey
