// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/proof.h"

#include <sodium.h>

namespace latchkey {
namespace {

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string proofOf(std::string_view secret, char letter, std::string_view transcript) {
  crypto_auth_hmacsha256_state state;
  std::string proof(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_init(&state, raw(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, raw({&letter, 1}), 1);
  crypto_auth_hmacsha256_update(&state, raw(transcript), transcript.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(proof.data()));
  sodium_memzero(&state, sizeof state);
  return proof;
}

bool isProof(std::string_view shown, std::string_view secret, char letter, std::string_view transcript) {
  auto right = proofOf(secret, letter, transcript);
  return shown.size() == right.size() && sodium_memcmp(shown.data(), right.data(), right.size()) == 0;
}

}  // namespace latchkey
