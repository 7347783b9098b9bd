// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/digest.h"

#include <kj/debug.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

namespace latchkey::peer {

std::string digest(std::initializer_list<std::string_view> parts) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  KJ_ASSERT(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  for (auto part : parts) KJ_ASSERT(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  std::string result(DIGEST_SIZE, '\0');
  KJ_ASSERT(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(result.data()), nullptr) == 1);
  return result;
}

std::string proof(std::string_view secret, std::initializer_list<std::string_view> parts) {
  std::string all;
  for (auto part : parts) all += part;
  std::string result(DIGEST_SIZE, '\0');
  KJ_ASSERT(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                 reinterpret_cast<const unsigned char*>(all.data()), all.size(),
                 reinterpret_cast<unsigned char*>(result.data()), nullptr) != nullptr);
  return result;
}

bool isSame(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace latchkey::peer
