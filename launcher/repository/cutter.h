// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where contents are cut into chunks: a function of the bytes alone, so that old and new version of a file are cut
// alike but for where they differ (packaging/REPOSITORY.md has the numbers).
//
// A rolling sum over the last 64 bytes says where, as in FastCDC: rarely before the size that is aimed at, often after
// it. What is cut is a stream: each large file by itself, so that it is found again in any other app; and all small
// files one after the other, so that a thousand icons are a few chunks and not a thousand.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/repository/texts.h"

namespace latchkey::repository {

constexpr size_t SMALLEST_CHUNK = 16 << 10, USUAL_CHUNK = 64 << 10, LARGEST_CHUNK = 256 << 10;
constexpr uint64_t LARGE_FILE = 64 << 10;  // From here on a file is a stream of its own.

// How many of the bytes are the first chunk of a stream. `bytes`: LARGEST_CHUNK of them, or all that are left of it.
size_t firstChunk(std::string_view bytes);

// One of the contents that a digest list names.
struct Content {
  std::string digest = {};
  uint64_t size = 0;
  std::string path = {};  // The first in the list that has it.
};

// The files of a digest list, without empty ones, each content once, as they are cut: small ones in the list's order,
// then large ones in the list's order. The list has been signed; whether it may be a bundle's, others say.
std::variant<std::vector<Content>, Problem> contentsOf(std::string_view list);

// The streams of those contents: ranges of them.
struct Stream {
  size_t first = 0, count = 0;  // In the contents.
  uint64_t size = 0;
};
std::vector<Stream> streamsOf(std::span<const Content> contents);

// Cuts what is written to it, and hands on each chunk.
class Cutter {
public:
  explicit Cutter(std::function<void(std::string_view)> take) : m_take(std::move(take)) {}
  void write(std::string_view bytes);
  void endStream();

private:
  void cut(bool last);

  std::function<void(std::string_view)> m_take;
  std::string m_bytes = {};
  size_t m_at = 0;
};

}  // namespace latchkey::repository
