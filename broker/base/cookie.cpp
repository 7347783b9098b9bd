// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/cookie.h"

#include <kj/debug.h>
#include <sys/random.h>

namespace latchkey {

std::string freshCookie() {
  std::string cookie(32, '\0');
  KJ_ASSERT(getrandom(cookie.data(), cookie.size(), 0) == static_cast<ssize_t>(cookie.size()));
  return cookie;
}

}  // namespace latchkey
