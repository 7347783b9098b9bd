// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The outside of a bundle: a head of fixed size, then digest list, signature, archive (packaging/FORMAT.md).
//
// The order in the file is the order of trust. Whoever opens it reads 80 bytes of fixed meaning, takes the list as
// bytes without looking into them, and has the signature over those bytes checked; only what was signed is read any
// further, and that by a process that is thrown away (bundler.h). Nothing here allocates more than the bounds below,
// whatever the head says.

#include <kj/io.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "launcher/bundle/minisign.h"

namespace latchkey {

struct BundleProblem {
  std::string reason = {};  // One line, fit to be shown.
};

struct BundleHead {
  static constexpr size_t SIZE = 80;
  static constexpr uint32_t MAX_LIST = 48 << 20;
  static constexpr uint64_t MAX_ARCHIVE = uint64_t{4} << 30;

  uint32_t listSize = 0;
  uint32_t signatureSize = 0;  // 0: not signed, and then `signer` is empty.
  uint64_t archiveSize = 0;
  PublicKey signer = {};

  // Nothing unless every byte of it can be what we write.
  static std::variant<BundleHead, BundleProblem> parse(std::string_view bytes);
  std::string bytes() const;

  uint64_t archiveAt() const { return SIZE + uint64_t{listSize} + signatureSize; }
  uint64_t fileSize() const { return archiveAt() + archiveSize; }
};

// Opened, and looked at no further than its head.
struct BundleFile {
  kj::AutoCloseFd file;  // Regular, for reading.
  BundleHead head;
  std::string list = {};       // As bytes: not to be read before the signature has been checked.
  std::string signature = {};  // The text of a .minisig file; empty: not signed.

  static std::variant<BundleFile, BundleProblem> open(const std::string& path);
};

// Whose signature it is: the bundle's own word for the key, proven. `expected`: nobody else's will do.
std::variant<Signature, BundleProblem> checkSignature(const BundleFile& bundle,
                                                      const std::optional<PublicKey>& expected = {});

// Writes a bundle beside `path` and renames: the old one or the new one, never half. `archive` is read from
// `archiveAt`.
void writeBundle(const std::string& path, std::string_view list, std::string_view signature, const PublicKey& signer,
                 int archive, uint64_t archiveAt, uint64_t archiveSize);

}  // namespace latchkey
