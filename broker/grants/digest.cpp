// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/digest.h"

#include <sodium.h>

namespace latchkey {

Digest digestOf(std::string_view cookie) {
  Digest digest;
  static_assert(sizeof digest == crypto_hash_sha256_BYTES);
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(cookie.data()), cookie.size());
  return digest;
}

bool isCookieOf(const Digest& digest, std::string_view cookie) {
  auto shown = digestOf(cookie);
  return sodium_memcmp(digest.data(), shown.data(), digest.size()) == 0;
}

}  // namespace latchkey
