// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a repository says, before and after its signature held. The first byte of the input says what the rest is: a
// head, keys, a catalog, a chunk list, a signed text, a location, or a digest list to find contents in. Whatever is
// accepted is the one way to write itself, clean, and within the bounds; and what is cut is put together again.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "broker/base/text.h"
#include "launcher/bundle/bundle-id.h"
#include "launcher/repository/catalog.h"
#include "launcher/repository/chunk-list.h"
#include "launcher/repository/head.h"
#include "launcher/repository/key-chain.h"

using namespace latchkey;
using namespace latchkey::repository;

namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}

bool clean(const std::string& text) { return escaped(text) == text; }

// Whether it was accepted.
template <typename Text>
bool accepted(const std::variant<Text, Problem>& parsed) {
  auto problem = std::get_if<Problem>(&parsed);
  if (problem != nullptr)
    require(!problem->reason.empty() && clean(problem->reason), "a refusal without a sound reason");
  return problem == nullptr;
}

void head(std::string_view bytes) {
  auto parsed = Head::parse(bytes);
  if (!accepted(parsed)) return;
  auto& head = std::get<Head>(parsed);
  require(head.text() == bytes, "two texts of one head");
  require(isDottedName(head.id) && head.version > 0 && head.expires > head.issued, "a head that is none");
  for (auto& mirror : head.mirrors) require(isLocation(mirror), "a mirror that is none");
}

void keys(std::string_view bytes) {
  auto parsed = KeyChain::parse(bytes);
  if (!accepted(parsed)) return;
  auto& links = std::get<KeyChain>(parsed).links;
  require(!links.empty() && links.size() <= KeyChain::MAX_LINKS, "a chain without links");
}

void catalog(std::string_view bytes) {
  auto parsed = Catalog::parse(bytes);
  if (!accepted(parsed)) return;
  auto& catalog = std::get<Catalog>(parsed);
  require(catalog.text() == bytes, "two texts of one catalog");
  for (auto& offer : catalog.offers) {
    require(isBundleId(offer.id) && isBundleVersion(offer.version) && isChannel(offer.channel),
            "an offer that is none");
    require(clean(offer.name) && clean(offer.summary), "words that deceive");
    require(catalog.find(offer.id, offer.channel) == &offer, "an offer that is not found");
    for (auto blob : {&offer.list, &offer.signature, &offer.chunks})
      require(blob->packed <= blob->size && blob->size <= Blob::MAX_SIZE && isDigest(blob->digest),
              "a blob that is none");
  }
}

void chunks(std::string_view bytes) {
  auto parsed = ChunkList::parse(bytes);
  if (!accepted(parsed)) return;
  auto& list = std::get<ChunkList>(parsed);
  require(list.text() == bytes, "two texts of one chunk list");
  for (auto& chunk : list.chunks) {
    require(chunk.pack < list.packs.size() && chunk.at + chunk.packed <= ChunkList::MAX_PACK,
            "a chunk that lies nowhere");
    require(chunk.size > 0 && chunk.size <= LARGEST_CHUNK && chunk.packed <= chunk.size, "a chunk that is none");
  }
}

void contents(std::string_view bytes) {
  auto parsed = contentsOf(bytes);
  if (!accepted(parsed)) return;
  auto& all = std::get<std::vector<Content>>(parsed);
  uint64_t sum = 0, streamed = 0;
  for (auto& content : all) sum += content.size;
  size_t next = 0;
  for (auto& stream : streamsOf(all)) {
    require(stream.first == next && stream.count > 0, "a stream with a gap");
    next += stream.count;
    streamed += stream.size;
  }
  require(next == all.size() && sum == streamed, "contents that are in no stream");
}

void cut(std::string_view bytes) {
  std::string again;
  Cutter cutter([&](std::string_view chunk) {
    require(!chunk.empty() && chunk.size() <= LARGEST_CHUNK, "a chunk that is none");
    again += chunk;
  });
  cutter.write(bytes);
  cutter.endStream();
  require(again == bytes, "what was cut is something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0: head(bytes); break;
    case 1: keys(bytes); break;
    case 2: catalog(bytes); break;
    case 3: chunks(bytes); break;
    case 4:
      if (auto split = SignedText::of(bytes)) split->isOf(PublicKey());
      break;
    case 5:
      if (isLocation(bytes))
        require(clean(std::string(bytes)) && (bytes[0] == '/' || bytes.find_first_of("\"\\ \n") == bytes.npos),
                "a location that deceives");
      break;
    case 6: contents(bytes); break;
    default: cut(bytes); break;
  }
  return 0;
}
