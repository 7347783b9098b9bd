// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/peer/certificates.h"

#include <kj/debug.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "portals/peer/digest.h"

namespace latchkey::test {
namespace {

void setName(X509_NAME* to, const std::string& name) {
  KJ_ASSERT(X509_NAME_add_entry_by_NID(to, NID_commonName, V_ASN1_UTF8STRING,
                                       reinterpret_cast<const unsigned char*>(name.data()),
                                       static_cast<int>(name.size()), -1, 0) == 1);
}

void setTime(ASN1_TIME* time, const std::string& text) {
  auto isShort = text.size() == 13;
  KJ_ASSERT(ASN1_STRING_set(time, text.data(), static_cast<int>(text.size())) == 1);
  time->type = isShort ? V_ASN1_UTCTIME : V_ASN1_GENERALIZEDTIME;
}

void extend(X509* certificate, int what, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  auto* made = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  KJ_ASSERT(made != nullptr, value.c_str());
  KJ_ASSERT(X509_add_ext(certificate, made, -1) == 1);
  X509_EXTENSION_free(made);
}

}  // namespace

KeyPair keyOf(const std::string& pkcs8) {
  auto* at = reinterpret_cast<const unsigned char*>(pkcs8.data());
  return {d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())), EVP_PKEY_free};
}

std::string pkcs8Of(EVP_PKEY* key) {
  auto* info = EVP_PKEY2PKCS8(key);
  unsigned char* out = nullptr;
  auto size = i2d_PKCS8_PRIV_KEY_INFO(info, &out);
  std::string all(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  PKCS8_PRIV_KEY_INFO_free(info);
  return all;
}

std::string nameOf(EVP_PKEY* key) {
  unsigned char* out = nullptr;
  auto size = i2d_PUBKEY(key, &out);
  std::string info(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  // Base 32, by another way than the product's: five bits at a time from a string of bits.
  std::string bits, id;
  for (unsigned char byte : peer::digest({info})) {
    for (int i = 7; i >= 0; --i) bits += byte >> i & 1 ? '1' : '0';
  }
  while (bits.size() % 5 != 0) bits += '0';
  for (size_t at = 0; at < bits.size(); at += 5) {
    id += "abcdefghijklmnopqrstuvwxyz234567"[std::stoi(bits.substr(at, 5), nullptr, 2)];
  }
  return id + ".latchkey";
}

std::string certificateOf(EVP_PKEY* key, const Shape& shape) {
  auto name = shape.name.empty() ? nameOf(key) : shape.name;
  std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
  auto* certificate = made.get();
  X509_set_version(certificate, shape.version);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), shape.serial);
  setTime(X509_getm_notBefore(certificate), shape.notBefore);
  setTime(X509_getm_notAfter(certificate), shape.notAfter);
  setName(X509_get_subject_name(certificate), name);
  setName(X509_get_issuer_name(certificate), shape.issuer.empty() ? name : shape.issuer);
  X509_set_pubkey(certificate, key);
  if (shape.version == 2) {
    extend(certificate, NID_basic_constraints, shape.constraints);
    extend(certificate, NID_key_usage, shape.usage);
    extend(certificate, NID_subject_alt_name, shape.alternative.empty() ? "DNS:" + name : shape.alternative);
    extend(certificate, NID_ext_key_usage, shape.extended);
  }
  KJ_ASSERT(X509_sign(certificate, shape.signer == nullptr ? key : shape.signer, shape.hash) > 0);
  unsigned char* out = nullptr;
  auto size = i2d_X509(certificate, &out);
  std::string all(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  return all;
}

}  // namespace latchkey::test
