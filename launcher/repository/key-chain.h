// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which keys may sign for a repository, one after the other.
//
// Each key names beforehand, by a digest, the one that comes after it, and that one lies somewhere safe until it is
// needed. So a stolen key can sign, until the rotation is published, but cannot appoint an heir: a rotation wants the
// old key's signature, the new key's, and the digest said before. A higher generation beats every version number of a
// lower one, which is how a repository recovers from a thief who published version 18446744073709551615.

#include <variant>

#include "launcher/repository/texts.h"

namespace latchkey::repository {

struct KeyLink {
  std::string id = {};  // Of the repository.
  uint32_t generation = 0;
  PublicKey key = {};
  std::string next = {};  // Digest of the line of the next key.

  std::string text() const;
  // As it stands in the file: signed by the key before - the first by itself - and by its own.
  std::string signedBy(const SecretKey& before, const SecretKey& own) const;
};

// A digest that stands for a key nobody has seen yet.
std::string commitmentTo(const PublicKey& key);

struct KeyChain {
  static constexpr size_t MAX_SIZE = 128 << 10;
  static constexpr size_t MAX_LINKS = 100;

  std::vector<KeyLink> links = {};

  // Every signature in it and every digest said before holds, from the first link to the last.
  static std::variant<KeyChain, Problem> parse(std::string_view text);
  const KeyLink* find(const PublicKey& key) const;
};

}  // namespace latchkey::repository
