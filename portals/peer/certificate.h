// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The one shape of certificate that machines have.
//
// Version 3, serial number 1, ECDSA P-256 with SHA-256, valid from 2020 to 9999, subject and issuer and the one DNS
// name `ID.latchkey`, CA:FALSE and digitalSignature alone (both critical), nothing else. ID is the base 32 of the
// SHA-256 of the public key. So everything in it follows from the key: a certificate is checked by writing what it must
// be and comparing, byte by byte. No parser sees what a stranger sends, and there is nothing to be lenient about: a
// certificate that could sign others would let one machine forge another.

#include <kj/common.h>

#include <string>
#include <string_view>

namespace latchkey::peer {

constexpr size_t MOST_OF_A_CERTIFICATE = 1024;
constexpr size_t ID_SIZE = 52;

// Whose it is, if it is of the one shape and signed by its own key; nothing otherwise.
kj::Maybe<std::string> idOf(std::string_view certificate);

struct OwnIdentity {
  std::string key;          // PKCS #8, DER.
  std::string certificate;  // X.509, DER.
  std::string id;
};
OwnIdentity makeIdentity();

// The certificate of a key that there is. Throws if it is no P-256 key.
OwnIdentity identityOf(std::string_view key);

}  // namespace latchkey::peer
