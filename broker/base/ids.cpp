// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/ids.h"

#include <kj/debug.h>
#include <sys/random.h>

namespace latchkey {

std::string randomToken() {
  uint8_t bytes[16];
  KJ_ASSERT(getrandom(bytes, sizeof bytes, 0) == sizeof bytes);
  constexpr char ALPHABET[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string token;
  uint32_t bits = 0;
  int count = 0;
  for (auto byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 5; count -= 5) token += ALPHABET[bits >> (count - 5) & 31];
  }
  if (count > 0) token += ALPHABET[bits << (5 - count) & 31];
  return token;
}

}  // namespace latchkey
