// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/chunk-list.h"

#include <format>
#include <unordered_map>

#include "broker/base/numbers.h"

namespace latchkey::repository {
namespace {
constexpr const char* TITLE = "latchkey chunks 1";
}  // namespace

std::variant<ChunkList, Problem> ChunkList::parse(std::string_view text) {
  ChunkList result;
  auto malformed = [&] {
    return Problem{std::format("its list of chunks is malformed after {} chunks", result.chunks.size())};
  };
  Lines lines(text);
  auto title = lines.next(TITLE, 1), list = lines.next("list", 2);
  if (text.size() > MAX_SIZE || !title || !list || !isDigest((*list)[1])) return malformed();
  result.list = (*list)[1];
  std::unordered_map<std::string, uint32_t> packs;
  uint32_t pack = 0;
  uint64_t at = 0;
  while (lines.any()) {
    if (auto from = lines.next("from", 3)) {
      auto number = numberFrom<uint64_t>((*from)[2]);
      if (!isDigest((*from)[1]) || !number || *number > MAX_PACK || packs.size() == MAX_PACKS) return malformed();
      auto [known, fresh] = packs.try_emplace(std::string((*from)[1]), static_cast<uint32_t>(packs.size()));
      if (fresh) result.packs.push_back(known->first);
      pack = known->second;
      at = *number;
    }
    auto chunk = lines.next("chunk", 4);
    if (!chunk || packs.empty() || result.chunks.size() == MAX_CHUNKS) return malformed();
    auto size = numberFrom<uint32_t>((*chunk)[1]), packed = numberFrom<uint32_t>((*chunk)[2]);
    if (!size || !packed || *size == 0 || *size > LARGEST_CHUNK || *packed == 0 || *packed > *size ||
        !isDigest((*chunk)[3]))
      return malformed();
    result.chunks.push_back(
        {.digest = std::string((*chunk)[3]), .size = *size, .packed = *packed, .pack = pack, .at = at});
    at += *packed;
    if (at > MAX_PACK) return malformed();
  }
  if (result.text() != text) return malformed();
  return result;
}

std::string ChunkList::text() const {
  auto all = std::format("{}\nlist\t{}\n", TITLE, list);
  const Chunk* before = nullptr;
  for (auto& chunk : chunks) {
    bool follows = before != nullptr && before->pack == chunk.pack && before->at + before->packed == chunk.at;
    if (!follows) all += std::format("from\t{}\t{}\n", packs[chunk.pack], chunk.at);
    all += std::format("chunk\t{}\t{}\t{}\n", chunk.size, chunk.packed, chunk.digest);
    before = &chunk;
  }
  return all;
}

std::string ChunkList::objectionTo(const std::vector<Stream>& streams) const {
  auto chunk = chunks.begin();
  for (auto& stream : streams) {
    uint64_t sum = 0;
    while (sum < stream.size && chunk != chunks.end()) sum += (chunk++)->size;
    if (sum != stream.size) return "its chunks are not those of its files";
  }
  return chunk == chunks.end() ? "" : "its chunks are not those of its files";
}

}  // namespace latchkey::repository
