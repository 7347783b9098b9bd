// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/digest.h"

#include "broker/base/sha256.h"

namespace latchkey {

Digest digestOf(std::string_view cookie) {
  Sha256 sum;
  sum.add(cookie);
  return sum.finish();
}

bool isCookieOf(const Digest& digest, std::string_view cookie) {
  auto shown = digestOf(cookie);
  uint8_t difference = 0;
  for (size_t i = 0; i < digest.size(); ++i) difference |= digest[i] ^ shown[i];
  return difference == 0;
}

}  // namespace latchkey
