// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The packed archive, as a stream of bytes out of and into a file: KArchive's decompression and compression.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace latchkey {

// How bytes are packed: bundles by Zstd, Debian's packages by any of them.
enum class Compression { Zstd, Xz, Gzip, Bzip2, None };

// `size` bytes of a file from `at`, unpacked. Never holds more than a buffer.
class ArchiveSource {
public:
  ArchiveSource(int file, uint64_t at, uint64_t size, Compression compression = Compression::Zstd);  // Borrowed.
  ~ArchiveSource();
  ArchiveSource(const ArchiveSource&) = delete;
  ArchiveSource& operator=(const ArchiveSource&) = delete;

  // So many bytes, or fewer only where it ends or is damaged.
  size_t read(char* bytes, size_t size);
  // Whether nothing is left, neither of the stream nor after it.
  bool ended();

private:
  struct State;
  std::unique_ptr<State> m_state;
};

// Bytes, packed and appended to a file. Same bytes in, same bytes out.
class ArchiveSink {
public:
  explicit ArchiveSink(int file);  // Borrowed.
  ~ArchiveSink();
  ArchiveSink(const ArchiveSink&) = delete;
  ArchiveSink& operator=(const ArchiveSink&) = delete;

  bool write(std::string_view bytes);
  // The last bytes; then what was written is `size()` bytes of `digest()`. False if the disk is full.
  bool finish();
  uint64_t size() const;
  const std::string& digest() const;

private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace latchkey
