// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/cutter.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "broker/base/numbers.h"

namespace latchkey::repository {
namespace {

constexpr int RARELY = 18, OFTEN = 14;  // So many highest bits of the sum are zero where a chunk ends.

// Fixed numbers that nobody chose: digests of the 256 bytes.
const std::array<uint64_t, 256>& gear() {
  static const auto table = [] {
    std::array<uint64_t, 256> numbers{};
    for (unsigned i = 0; i < numbers.size(); ++i) {
      auto byte = static_cast<unsigned char>(i);
      unsigned char digest[32];
      crypto_generichash(digest, sizeof digest, &byte, 1, nullptr, 0);
      for (size_t k = 8; k-- > 0;) numbers[i] = numbers[i] << 8 | digest[k];
    }
    return numbers;
  }();
  return table;
}

constexpr uint64_t MAX_CONTENTS = uint64_t{4} << 30;
constexpr size_t MAX_FILES = 200'000;

}  // namespace

size_t firstChunk(std::string_view bytes) {
  if (bytes.size() <= SMALLEST_CHUNK) return bytes.size();
  auto& numbers = gear();
  uint64_t sum = 0;
  auto end = std::min(bytes.size(), LARGEST_CHUNK), usual = std::min(end, USUAL_CHUNK);
  size_t at = SMALLEST_CHUNK - 64;
  for (; at < SMALLEST_CHUNK; ++at) sum = (sum << 1) + numbers[static_cast<unsigned char>(bytes[at])];
  for (; at < usual; ++at) {
    if (sum >> (64 - RARELY) == 0) return at;
    sum = (sum << 1) + numbers[static_cast<unsigned char>(bytes[at])];
  }
  for (; at < end; ++at) {
    if (sum >> (64 - OFTEN) == 0) return at;
    sum = (sum << 1) + numbers[static_cast<unsigned char>(bytes[at])];
  }
  return end;
}

std::variant<std::vector<Content>, Problem> contentsOf(std::string_view list) {
  std::vector<Content> small, large;
  std::unordered_set<std::string_view> seen;
  uint64_t sum = 0;
  size_t files = 0;
  for (auto rest = list; !rest.empty();) {
    auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (!line.starts_with("file\t") && !line.starts_with("program\t")) continue;
    line.remove_prefix(line.find('\t') + 1);
    auto tab = line.find('\t');
    auto size = numberFrom<uint64_t>(line.substr(0, tab));
    auto digest = tab == line.npos ? std::string_view() : line.substr(tab + 1, 64);
    auto path = tab == line.npos || line.size() < tab + 66 ? std::string_view() : line.substr(tab + 66);
    if (!size || *size > MAX_CONTENTS || !isDigest(digest) || path.empty())
      return Problem{"its list of files is malformed"};
    if (*size == 0 || !seen.insert(digest).second) continue;
    sum += *size;
    if (++files > MAX_FILES || sum > MAX_CONTENTS) return Problem{"it holds more than a bundle may"};
    (*size < LARGE_FILE ? small : large).push_back({std::string(digest), *size, std::string(path)});
  }
  small.insert(small.end(), std::make_move_iterator(large.begin()), std::make_move_iterator(large.end()));
  return small;
}

std::vector<Stream> streamsOf(std::span<const Content> contents) {
  std::vector<Stream> streams;
  for (size_t i = 0; i < contents.size(); ++i) {
    bool joins = contents[i].size < LARGE_FILE && i > 0;
    if (!joins) streams.push_back({.first = i});
    ++streams.back().count;
    streams.back().size += contents[i].size;
  }
  return streams;
}

void Cutter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto count = std::min(bytes.size(), size_t{1} << 20);
    m_bytes.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    cut(false);
  }
}

void Cutter::endStream() { cut(true); }

void Cutter::cut(bool last) {
  while (m_bytes.size() - m_at >= (last ? 1 : LARGEST_CHUNK)) {
    auto rest = std::string_view(m_bytes).substr(m_at);
    auto size = firstChunk(rest.substr(0, LARGEST_CHUNK));
    m_take(rest.substr(0, size));
    m_at += size;
  }
  m_bytes.erase(0, m_at);
  m_at = 0;
}

}  // namespace latchkey::repository
