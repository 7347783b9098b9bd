// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/random.h"

#include <kj/debug.h>
#include <sys/random.h>

namespace latchkey {

std::string randomBytes(size_t count) {
  std::string bytes(count, '\0');
  KJ_ASSERT(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  return bytes;
}

}  // namespace latchkey
