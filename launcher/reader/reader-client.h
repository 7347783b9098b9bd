// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Asking the confined reader to look into files whose bytes an app, a bundle or a peer has chosen.
//
// The reader is a process of its own without home, network or session (launcher/confined), thrown away with this
// object. What it answers is bounded and checked here and believed in nothing else: a crash, a time-out or nonsense
// means "no icon". After a crash the next file gets a fresh reader, so that one hostile icon costs only itself. Files
// of one batch share a reader: one that has taken it over can spoil the pictures that come after its own, and nothing
// else.
//
// Blocking, for one thread, which must outlive the object: call it from a worker thread, never from an event loop.

#include <kj/io.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "launcher/reader/reader-protocol.h"

namespace latchkey {

// Rows of RGBA, 8 bits each, not premultiplied, without gaps.
struct Pixels {
  uint32_t width = 0;
  uint32_t height = 0;
  std::string rgba = {};
};

struct FilePreview {
  enum class Kind { Nothing, Image, Text, Listing };
  Kind kind = Kind::Nothing;
  Pixels image = {};
  std::vector<std::string> lines = {};  // First lines, or first names of an archive. Fit to be shown.
};

class ReaderClient {
public:
  // `program`: latchkey-reader; empty: the one beside the running program.
  explicit ReaderClient(std::string program = {});
  ~ReaderClient();
  KJ_DISALLOW_COPY_AND_MOVE(ReaderClient);

  // `file` is borrowed: a regular file opened for reading. `side`: longest side of the picture, at most 1024.
  std::optional<Pixels> icon(int file, uint32_t side);
  // The same for many, in their order, in as few processes as possible. -1 has none.
  std::vector<std::optional<Pixels>> icons(const std::vector<int>& files, uint32_t side);

  // Of images a small picture, of text the first lines, of archives the first names.
  FilePreview preview(int file, uint32_t side);

private:
  struct Process;
  struct Answer;
  Process& ensureProcess();
  std::optional<Answer> ask(reader::Task task, int file, uint32_t side);

  std::string m_program;
  std::unique_ptr<Process> m_process;
};

}  // namespace latchkey
