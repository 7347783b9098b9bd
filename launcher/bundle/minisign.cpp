// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/minisign.h"

#include <kj/debug.h>
#include <sodium.h>
#include <string.h>

#include <algorithm>
#include <format>
#include <vector>

#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr std::string_view UNTRUSTED = "untrusted comment: ", TRUSTED = "trusted comment: ";
constexpr size_t MAX_COMMENT = 1024;

// The layout of a secret key: algorithms, the password's parameters, then 104 bytes that a password hides.
constexpr size_t SALT = 6, OPERATIONS = 38, MEMORY = 46, HIDDEN = 54, KEY = 62, CHECK = 126, SECRET_SIZE = 158;

bool isClean(std::string_view text) { return escaped(text) == text; }

// Exactly these bytes, or nothing.
template <size_t size>
bool decode(std::string_view base64, std::array<uint8_t, size>& bytes) {
  size_t length = 0;
  return sodium_base642bin(bytes.data(), size, base64.data(), base64.size(), nullptr, &length, nullptr,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         length == size;
}

std::string encode(const unsigned char* bytes, size_t size) {
  std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

// The lines of a text of `count` lines, the last with or without its end; nothing if there are more or fewer.
std::vector<std::string_view> linesOf(std::string_view text, size_t count) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::vector<std::string_view> lines;
  for (;;) {
    auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
    if (lines.size() >= count) return {};
  }
  return lines.size() == count ? lines : std::vector<std::string_view>();
}

// minisign's own comments are parted by tabs.
bool isComment(std::string_view line, std::string_view word) {
  if (!line.starts_with(word) || line.size() > word.size() + MAX_COMMENT) return false;
  std::string comment(line.substr(word.size()));
  std::ranges::replace(comment, '\t', ' ');
  return isClean(comment);
}

std::array<uint8_t, 64> hashed(std::string_view message) {
  std::array<uint8_t, 64> hash;
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                     nullptr, 0);
  return hash;
}

std::vector<uint8_t> commented(const std::array<uint8_t, 64>& signature, std::string_view comment) {
  std::vector<uint8_t> all(signature.begin(), signature.end());
  all.insert(all.end(), comment.begin(), comment.end());
  return all;
}

std::string idText(const std::array<uint8_t, 8>& id) {
  std::string text;
  for (size_t i = id.size(); i-- > 0;) text += std::format("{:02X}", id[i]);
  return text;
}

using Secret = std::array<uint8_t, SECRET_SIZE>;

uint64_t littleEndian(const uint8_t* at) {
  uint64_t value = 0;
  for (size_t i = 8; i-- > 0;) value = value << 8 | at[i];
  return value;
}

void writeLittleEndian(uint8_t* at, uint64_t value) {
  for (size_t i = 0; i < 8; ++i, value >>= 8) at[i] = static_cast<uint8_t>(value);
}

// Hides what is shown, and shows what is hidden. False where the machine has not the memory.
bool cover(Secret& secret, std::string_view password) {
  std::array<uint8_t, SECRET_SIZE - HIDDEN> stream;
  if (crypto_pwhash_scryptsalsa208sha256(stream.data(), stream.size(), password.data(), password.size(),
                                         secret.data() + SALT, littleEndian(secret.data() + OPERATIONS),
                                         littleEndian(secret.data() + MEMORY)) != 0)
    return false;
  for (size_t i = 0; i < stream.size(); ++i) secret[HIDDEN + i] ^= stream[i];
  sodium_memzero(stream.data(), stream.size());
  return true;
}

std::array<uint8_t, 32> checkOf(const Secret& secret) {
  std::array<uint8_t, 32> check;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, check.size());
  crypto_generichash_update(&state, secret.data(), 2);
  crypto_generichash_update(&state, secret.data() + HIDDEN, CHECK - HIDDEN);
  crypto_generichash_final(&state, check.data(), check.size());
  return check;
}

std::optional<Secret> secretOf(std::string_view fileText) {
  auto lines = linesOf(fileText, 2);
  Secret secret;
  if (lines.empty() || !isComment(lines[0], UNTRUSTED) || !decode(lines[1], secret)) return {};
  bool known = memcmp(secret.data(), "Ed", 2) == 0 && memcmp(secret.data() + 4, "B2", 2) == 0 &&
               (memcmp(secret.data() + 2, "Sc", 2) == 0 || memcmp(secret.data() + 2, "\0\0", 2) == 0);
  // Parameters that take longer than any minisign ever wrote are somebody's who wants us to stand still.
  if (!known || littleEndian(secret.data() + OPERATIONS) > crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE ||
      littleEndian(secret.data() + MEMORY) > crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE)
    return {};
  return secret;
}

bool hasPassword(const Secret& secret) { return secret[2] != 0; }

void requireSodium() { KJ_REQUIRE(sodium_init() >= 0, "libsodium does not work on this machine"); }

}  // namespace

std::optional<PublicKey> PublicKey::parse(std::string_view text) {
  auto lines = linesOf(text, 1);
  auto line = lines.empty() ? std::string_view() : lines[0];
  if (lines.empty()) {
    lines = linesOf(text, 2);
    if (lines.empty() || !isComment(lines[0], UNTRUSTED)) return {};
    line = lines[1];
  }
  std::array<uint8_t, 42> bytes;
  if (!decode(line, bytes) || memcmp(bytes.data(), "Ed", 2) != 0) return {};
  PublicKey key;
  memcpy(key.id.data(), bytes.data() + 2, key.id.size());
  memcpy(key.key.data(), bytes.data() + 10, key.key.size());
  return key;
}

std::string PublicKey::line() const {
  std::array<uint8_t, 42> bytes{'E', 'd'};
  memcpy(bytes.data() + 2, id.data(), id.size());
  memcpy(bytes.data() + 10, key.data(), key.size());
  return encode(bytes.data(), bytes.size());
}

std::string PublicKey::fileText() const {
  return std::string(UNTRUSTED) + "minisign public key " + idText() + "\n" + line() + "\n";
}

std::string PublicKey::idText() const { return latchkey::idText(id); }

SecretKey SecretKey::generate() {
  requireSodium();
  SecretKey secret;
  std::array<uint8_t, 32> open;
  randombytes_buf(secret.m_id.data(), secret.m_id.size());
  crypto_sign_keypair(open.data(), secret.m_key.data());
  return secret;
}

bool SecretKey::isProtected(std::string_view fileText) {
  auto secret = secretOf(fileText);
  return secret && hasPassword(*secret);
}

std::variant<SecretKey, SecretKey::Problem> SecretKey::parse(std::string_view fileText, std::string_view password) {
  requireSodium();
  auto found = secretOf(fileText);
  if (!found) return Problem{"is no secret key of minisign's"};
  auto& secret = *found;
  KJ_DEFER(sodium_memzero(secret.data(), secret.size()));
  if (hasPassword(secret) && !cover(secret, password)) return Problem{"needs more memory than there is (1 GiB)"};
  auto check = checkOf(secret);
  // Without a password minisign leaves the check empty.
  bool unchecked = !hasPassword(secret) && sodium_is_zero(secret.data() + CHECK, check.size());
  if (!unchecked && sodium_memcmp(check.data(), secret.data() + CHECK, check.size()) != 0)
    return Problem{hasPassword(secret) ? "has another password" : "is damaged"};
  SecretKey result;
  memcpy(result.m_id.data(), secret.data() + HIDDEN, result.m_id.size());
  memcpy(result.m_key.data(), secret.data() + KEY, result.m_key.size());
  return result;
}

SecretKey::~SecretKey() { sodium_memzero(m_key.data(), m_key.size()); }

SecretKey::SecretKey(SecretKey&& other) noexcept : m_id(other.m_id), m_key(other.m_key) {
  sodium_memzero(other.m_key.data(), other.m_key.size());
}

PublicKey SecretKey::publicKey() const {
  PublicKey open{.id = m_id};
  memcpy(open.key.data(), m_key.data() + 32, open.key.size());
  return open;
}

std::string SecretKey::fileText(std::string_view password) const {
  Secret secret{'E', 'd', 0, 0, 'B', '2'};
  KJ_DEFER(sodium_memzero(secret.data(), secret.size()));
  memcpy(secret.data() + HIDDEN, m_id.data(), m_id.size());
  memcpy(secret.data() + KEY, m_key.data(), m_key.size());
  auto check = checkOf(secret);
  memcpy(secret.data() + CHECK, check.data(), check.size());
  if (!password.empty()) {
    memcpy(secret.data() + 2, "Sc", 2);
    randombytes_buf(secret.data() + SALT, OPERATIONS - SALT);
    writeLittleEndian(secret.data() + OPERATIONS, crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE);
    writeLittleEndian(secret.data() + MEMORY, crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE);
    KJ_REQUIRE(cover(secret, password), "a password needs more memory than there is (1 GiB)");
  }
  return std::string(UNTRUSTED) + (password.empty() ? "minisign secret key\n" : "minisign encrypted secret key\n") +
         encode(secret.data(), secret.size()) + "\n";
}

std::string SecretKey::sign(std::string_view message, std::string_view trustedComment,
                            std::string_view untrustedComment) const {
  KJ_REQUIRE(isClean(trustedComment) && isClean(untrustedComment), "a comment is one line of text");
  KJ_REQUIRE(trustedComment.size() <= MAX_COMMENT && untrustedComment.size() <= MAX_COMMENT, "a comment is too long");
  auto hash = hashed(message);
  std::array<uint8_t, 64> signature, overComment;
  crypto_sign_detached(signature.data(), nullptr, hash.data(), hash.size(), m_key.data());
  auto all = commented(signature, trustedComment);
  crypto_sign_detached(overComment.data(), nullptr, all.data(), all.size(), m_key.data());
  std::array<uint8_t, 74> bytes{'E', 'D'};
  memcpy(bytes.data() + 2, m_id.data(), m_id.size());
  memcpy(bytes.data() + 10, signature.data(), signature.size());
  return std::string(UNTRUSTED) + std::string(untrustedComment) + "\n" + encode(bytes.data(), bytes.size()) + "\n" +
         std::string(TRUSTED) + std::string(trustedComment) + "\n" + encode(overComment.data(), overComment.size()) +
         "\n";
}

std::optional<Signature> Signature::parse(std::string_view fileText) {
  if (fileText.size() > MAX_SIZE) return {};
  auto lines = linesOf(fileText, 4);
  Signature result;
  std::array<uint8_t, 74> bytes;
  if (lines.empty() || !isComment(lines[0], UNTRUSTED) || !decode(lines[1], bytes) || !isComment(lines[2], TRUSTED) ||
      !decode(lines[3], result.overComment) || memcmp(bytes.data(), "ED", 2) != 0)
    return {};
  memcpy(result.keyId.data(), bytes.data() + 2, result.keyId.size());
  memcpy(result.signature.data(), bytes.data() + 10, result.signature.size());
  result.trustedComment = lines[2].substr(TRUSTED.size());
  return result;
}

bool Signature::isOf(const PublicKey& key, std::string_view message) const {
  requireSodium();
  if (keyId != key.id) return false;
  auto hash = hashed(message);
  auto all = commented(signature, trustedComment);
  return crypto_sign_verify_detached(signature.data(), hash.data(), hash.size(), key.key.data()) == 0 &&
         crypto_sign_verify_detached(overComment.data(), all.data(), all.size(), key.key.data()) == 0;
}

namespace {
auto stateOf(std::array<unsigned char, 384>& memory) {
  static_assert(sizeof(crypto_generichash_state) <= sizeof memory && alignof(crypto_generichash_state) <= 64);
  return reinterpret_cast<crypto_generichash_state*>(memory.data());
}
}  // namespace

Digester::Digester() { crypto_generichash_init(stateOf(m_state), nullptr, 0, 32); }

void Digester::add(std::string_view bytes) {
  crypto_generichash_update(stateOf(m_state), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Digester::finish() {
  std::array<uint8_t, 32> hash;
  crypto_generichash_final(stateOf(m_state), hash.data(), hash.size());
  std::string text;
  for (auto byte : hash) text += std::format("{:02x}", byte);
  return text;
}

std::string digestOf(std::string_view bytes) {
  Digester digester;
  digester.add(bytes);
  return digester.finish();
}

bool isDigest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace latchkey
