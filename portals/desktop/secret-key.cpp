// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/secret-key.h"

#include <kj/debug.h>
#include <sys/random.h>

namespace latchkey::desktop {

std::string freshKey() {
  unsigned char random[20];
  KJ_SYSCALL(getrandom(random, sizeof random, 0));
  constexpr char digits[] = "0123456789abcdef";
  std::string key;
  for (auto byte : random) {
    key += digits[byte >> 4];
    key += digits[byte & 15];
  }
  return key;
}

}  // namespace latchkey::desktop
