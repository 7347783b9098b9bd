// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/certificate.h"

#include <kj/debug.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "broker/base/base32.h"
#include "portals/peer/digest.h"

namespace latchkey::peer {
namespace {

using namespace std::literals;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr size_t POINT_SIZE = 64;
// Of a DER sequence whose length takes two bytes.
constexpr size_t HEAD_SIZE = 4;

// SubjectPublicKeyInfo of an uncompressed point of P-256, up to the point.
constexpr auto KEY_HEAD =
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04"sv;
constexpr auto ECDSA_WITH_SHA256 = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"sv;
constexpr auto COMMON_NAME = "\x06\x03\x55\x04\x03"sv;
constexpr auto BASIC_CONSTRAINTS = "\x06\x03\x55\x1d\x13"sv;
constexpr auto KEY_USAGE = "\x06\x03\x55\x1d\x0f"sv;
constexpr auto ALTERNATIVE_NAMES = "\x06\x03\x55\x1d\x11"sv;
constexpr auto YES = "\x01\x01\xff"sv;
constexpr auto DIGITAL_SIGNATURE = "\x03\x02\x07\x80"sv;

enum Tag : unsigned char {
  INTEGER = 0x02,
  BIT_STRING = 0x03,
  OCTET_STRING = 0x04,
  UTF8_STRING = 0x0c,
  UTC_TIME = 0x17,
  GENERALIZED_TIME = 0x18,
  SEQUENCE = 0x30,
  SET = 0x31,
  DNS_NAME = 0x82,
  VERSION = 0xa0,
  EXTENSIONS = 0xa3
};

std::string der(Tag tag, std::string_view content) {
  std::string all(1, static_cast<char>(tag));
  auto size = content.size();
  if (size > 0xff) {
    all += '\x82';
    all += static_cast<char>(size >> 8);
  } else if (size > 0x7f) {
    all += '\x81';
  }
  all += static_cast<char>(size & 0xff);
  return all.append(content);
}

std::string idOfPoint(std::string_view point) { return inBase32(digest({KEY_HEAD, point})); }

std::string extension(std::string_view which, std::string_view critical, std::string_view value) {
  return der(SEQUENCE, std::string(which).append(critical) + der(OCTET_STRING, value));
}

// All of a certificate but its signature.
std::string toBeSigned(std::string_view point) {
  auto name = idOfPoint(point) + ".latchkey";
  auto subject = der(SEQUENCE, der(SET, der(SEQUENCE, std::string(COMMON_NAME) + der(UTF8_STRING, name))));
  auto validity = der(SEQUENCE, der(UTC_TIME, "200101000000Z") + der(GENERALIZED_TIME, "99991231235959Z"));
  auto extensions = extension(BASIC_CONSTRAINTS, YES, der(SEQUENCE, "")) +
                    extension(KEY_USAGE, YES, DIGITAL_SIGNATURE) +
                    extension(ALTERNATIVE_NAMES, "", der(SEQUENCE, der(DNS_NAME, name)));
  return der(SEQUENCE, der(VERSION, der(INTEGER, "\x02")) + der(INTEGER, "\x01") + std::string(ECDSA_WITH_SHA256) +
                           subject + validity + subject + std::string(KEY_HEAD) + std::string(point) +
                           der(EXTENSIONS, der(SEQUENCE, extensions)));
}

std::string whole(std::string_view content, std::string_view signature) {
  return der(SEQUENCE, std::string(content) + std::string(ECDSA_WITH_SHA256) +
                           der(BIT_STRING, std::string(1, '\0').append(signature)));
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string pointOf(EVP_PKEY* key) {
  unsigned char* out = nullptr;
  auto size = i2d_PUBKEY(key, &out);
  KJ_REQUIRE(size > 0, "a key that cannot be written");
  std::string info(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  KJ_REQUIRE(info.size() == KEY_HEAD.size() + POINT_SIZE && info.starts_with(KEY_HEAD), "no key of P-256");
  return info.substr(KEY_HEAD.size());
}

std::string sign(EVP_PKEY* key, std::string_view text) {
  Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  size_t size = 0;
  KJ_ASSERT(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1);
  KJ_ASSERT(EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size()) == 1);
  std::string signature(size, '\0');
  KJ_ASSERT(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes(text),
                           text.size()) == 1);
  signature.resize(size);
  return signature;
}

bool isSignedBy(std::string_view point, std::string_view text, std::string_view signature) {
  auto info = std::string(KEY_HEAD).append(point);
  auto* at = bytes(info);
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(info.size())), EVP_PKEY_free);
  if (key == nullptr) return false;  // Not on the curve.
  Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  KJ_ASSERT(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

OwnIdentity identityOf(EVP_PKEY* key) {
  std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(EVP_PKEY2PKCS8(key),
                                                                                 PKCS8_PRIV_KEY_INFO_free);
  KJ_ASSERT(info != nullptr);
  unsigned char* out = nullptr;
  auto size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out);
  KJ_ASSERT(size > 0);
  OwnIdentity own;
  own.key.assign(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_clear_free(out, static_cast<size_t>(size));
  auto point = pointOf(key);
  auto content = toBeSigned(point);
  own.certificate = whole(content, sign(key, content));
  own.id = idOfPoint(point);
  return own;
}

}  // namespace

kj::Maybe<std::string> idOf(std::string_view certificate) {
  static const auto EXAMPLE = toBeSigned(std::string(POINT_SIZE, '\0'));
  static const auto POINT_AT = HEAD_SIZE + EXAMPLE.find(KEY_HEAD) + KEY_HEAD.size();
  static const auto CONTENT_END = HEAD_SIZE + EXAMPLE.size();
  // A bit string of less than 128 bytes, its first byte 0, and in it the signature.
  static const auto SIGNATURE_AT = CONTENT_END + ECDSA_WITH_SHA256.size() + 3;
  if (certificate.size() <= SIGNATURE_AT || certificate.size() > MOST_OF_A_CERTIFICATE) return nullptr;
  auto point = certificate.substr(POINT_AT, POINT_SIZE);
  auto signature = certificate.substr(SIGNATURE_AT);
  auto content = toBeSigned(point);
  if (certificate != whole(content, signature) || !isSignedBy(point, content, signature)) return nullptr;
  return idOfPoint(point);
}

OwnIdentity makeIdentity() {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  KJ_REQUIRE(key != nullptr, "no key could be made");
  return identityOf(key.get());
}

OwnIdentity identityOf(std::string_view text) {
  auto* at = bytes(text);
  Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(text.size())), EVP_PKEY_free);
  KJ_REQUIRE(key != nullptr, "no private key");
  return identityOf(key.get());
}

}  // namespace latchkey::peer
