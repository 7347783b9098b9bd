// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/base32.h"

namespace latchkey {

std::string inBase32(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (auto byte : bytes) {
    bits = bits << 8 | static_cast<uint8_t>(byte);
    for (count += 8; count >= 5; count -= 5) text += BASE32[bits >> (count - 5) & 31];
  }
  if (count > 0) text += BASE32[bits << (5 - count) & 31];
  return text;
}

kj::Maybe<std::string> fromBase32(std::string_view text, size_t bytes) {
  std::string result;
  uint32_t bits = 0;
  int count = 0;
  for (auto letter : text) {
    auto value = BASE32.find(letter);
    if (value == BASE32.npos) return nullptr;
    bits = bits << 5 | static_cast<uint32_t>(value);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    result += static_cast<char>(bits >> count & 0xff);
  }
  // One text for the same bytes: what is left over is nothing.
  if (result.size() != bytes || inBase32(result) != text) return nullptr;
  return kj::mv(result);
}

}  // namespace latchkey
