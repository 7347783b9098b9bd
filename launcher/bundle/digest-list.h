// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The digest list: what of a bundle is signed, and the only authority on what is in it.
//
// There is one way to write a list (packaging/FORMAT.md), and any other text is refused: so two readers cannot see two
// things in what one signature covers. The archive adds nothing to it but the bytes of files.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/bundle/bundle-entry.h"
#include "launcher/bundle/bundle-file.h"

namespace latchkey {

struct DigestList {
  std::string id = {};
  std::string version = {};
  uint64_t archiveSize = 0;  // As it is packed.
  std::string archiveDigest = {};
  std::vector<BundleEntry> entries = {};

  static std::variant<DigestList, BundleProblem> parse(std::string_view text);
  std::string text() const;
  uint64_t bytes() const;  // Of all files, unpacked.
  const BundleEntry* find(std::string_view path) const;
};

// Two or more words of letters, digits, '-' and '_' with dots between them: "org.example.Player".
bool isBundleId(std::string_view text);
// Begins with a digit; letters, digits, '.', '+', '-', '~'.
bool isBundleVersion(std::string_view text);

}  // namespace latchkey
