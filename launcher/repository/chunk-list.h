// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Of which chunks the contents of one version consist, and where in the repository each lies.
//
// Chunks lie in packs, one after the other: what is fetched for the first time is a few long ranges, and what changed
// is a few short ones. A chunk that an earlier version had stays where it is.

#include <variant>

#include "launcher/repository/cutter.h"
#include "launcher/repository/texts.h"

namespace latchkey::repository {

struct Chunk {
  std::string digest = {};  // Of its bytes, unpacked.
  uint32_t size = 0;
  uint32_t packed = 0;  // As many as `size`: not packed.
  uint32_t pack = 0;    // Which of the packs,
  uint64_t at = 0;      // and from which byte.
};

struct ChunkList {
  static constexpr uint64_t MAX_SIZE = Blob::MAX_SIZE;
  static constexpr size_t MAX_CHUNKS = 400'000, MAX_PACKS = 10'000;
  static constexpr uint64_t MAX_PACK = 64 << 20;

  std::string list = {};                // Digest of the digest list it is for.
  std::vector<std::string> packs = {};  // Their digests, which are their names, in the order of their first use.
  std::vector<Chunk> chunks = {};       // In the order of the streams.

  static std::variant<ChunkList, Problem> parse(std::string_view text);
  std::string text() const;
  // Empty if they are the chunks of these streams: each ends where a chunk does.
  std::string objectionTo(const std::vector<Stream>& streams) const;
  static std::string packPath(const std::string& digest) { return "packs/" + digest; }
};

}  // namespace latchkey::repository
