// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The one file of a repository that changes in place: which catalog is the newest, and until when to believe that.
//
// It is small and signed whole, so that asking "is there anything new" is one request, and an answer that is held back
// (freeze), older (rollback), or of parts of different days (mix-and-match) shows before anything else is fetched.

#include <variant>

#include "broker/base/clock.h"
#include "launcher/repository/texts.h"

namespace latchkey::repository {

struct Head {
  static constexpr size_t MAX_SIZE = 64 << 10;  // With its signature.
  static constexpr size_t MAX_MIRRORS = 16, MAX_REVOKED = 256;
  static constexpr Duration LONGEST = std::chrono::hours(24 * 366);

  std::string id = {};
  uint32_t generation = 0;             // Which key of its chain signs.
  uint64_t version = 1;                // Of what it says; higher with each that is published.
  WallTime issued = {}, expires = {};  // Whole seconds.
  Blob catalog = {};
  std::vector<std::string> mirrors = {};  // In the order they are tried, after where it is followed.
  std::vector<PublicKey> revoked = {};    // Signers of apps whose signatures are worth nothing any more; sorted.

  static std::variant<Head, Problem> parse(std::string_view text);
  std::string text() const;
  bool revokes(const PublicKey& key) const;
};

}  // namespace latchkey::repository
