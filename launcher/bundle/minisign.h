// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Keys and signatures in the formats of minisign, so that a bundle can be signed and checked without Latchkey.
//
// Only the prehashed form ("ED"), which is what minisign itself writes: Ed25519 over BLAKE2b-512 of the message, and a
// second signature that also covers the trusted comment. A key id is a name, not a proof: it says with which key to
// look, and the 32 bytes of the key are what counts. Texts are read strictly - these lines, nothing before, between or
// after - because this is the one part of a bundle that is read before anybody has vouched for it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace latchkey {

struct PublicKey {
  std::array<uint8_t, 8> id{};
  std::array<uint8_t, 32> key{};

  // What is in a .pub file, or only its second line ("RWQ...").
  static std::optional<PublicKey> parse(std::string_view text);
  std::string line() const;
  std::string fileText() const;
  // As minisign writes it: 16 hexadecimal digits.
  std::string idText() const;
  bool operator==(const PublicKey&) const = default;
};

// Wiped when it ends.
class SecretKey {
public:
  static SecretKey generate();
  // Why there is none: one line, for a person.
  struct Problem {
    std::string reason = {};
  };
  // `password` counts only where the key is protected by one.
  static std::variant<SecretKey, Problem> parse(std::string_view fileText, std::string_view password = {});
  static bool isProtected(std::string_view fileText);

  ~SecretKey();
  SecretKey(SecretKey&&) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;

  PublicKey publicKey() const;
  // Protected by `password` unless that is empty; takes 1 GiB of memory and a second or two then, on purpose.
  std::string fileText(std::string_view password = {}) const;
  // The text of a .minisig file. Both comments: one line of clean text.
  std::string sign(std::string_view message, std::string_view trustedComment, std::string_view untrustedComment) const;

private:
  SecretKey() = default;
  std::array<uint8_t, 8> m_id{};
  std::array<uint8_t, 64> m_key{};
};

struct Signature {
  static constexpr size_t MAX_SIZE = 10240;

  std::array<uint8_t, 8> keyId{};
  std::array<uint8_t, 64> signature{};
  std::array<uint8_t, 64> overComment{};
  std::string trustedComment = {};  // Clean text, but for tabs.

  static std::optional<Signature> parse(std::string_view fileText);
  // Whether `key` has signed `message` and the trusted comment.
  bool isOf(const PublicKey& key, std::string_view message) const;
};

// BLAKE2b-256 in hexadecimal, as `b2sum -l 256` prints it.
class Digester {
public:
  Digester();
  void add(std::string_view bytes);
  std::string finish();

private:
  alignas(64) std::array<unsigned char, 384> m_state;
};

std::string digestOf(std::string_view bytes);
bool isDigest(std::string_view text);

}  // namespace latchkey
