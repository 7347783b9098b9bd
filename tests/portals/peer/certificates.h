// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Certificates as OpenSSL makes them: of the one shape, and of others.

#include <openssl/evp.h>

#include <memory>
#include <string>

namespace latchkey::test {

using KeyPair = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

struct Shape {
  std::string name = "";  // Empty: as the key says.
  std::string notBefore = "200101000000Z", notAfter = "99991231235959Z";
  std::string constraints = "critical,CA:FALSE";
  std::string usage = "critical,digitalSignature";
  std::string alternative = "";  // Empty: DNS:name.
  std::string extended = "";     // One more extension; empty: none.
  long version = 2, serial = 1;
  const EVP_MD* hash = EVP_sha256();
  EVP_PKEY* signer = nullptr;  // Null: its own key.
  std::string issuer = "";     // Empty: its own name.
};

KeyPair keyOf(const std::string& pkcs8);
std::string pkcs8Of(EVP_PKEY* key);
std::string nameOf(EVP_PKEY* key);  // "ID.latchkey"
std::string certificateOf(EVP_PKEY* key, const Shape& shape = {});

}  // namespace latchkey::test
