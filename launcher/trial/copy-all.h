// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The bytes of one open file to another.

#include <cstdint>

namespace latchkey::trial {

struct Copied {
  enum class Fault { None, Reading, Writing, More };
  uint64_t bytes = 0;
  Fault fault = Fault::None;
  int error = 0;  // errno, of Reading and Writing.
};

// From where they stand to the end; `most`: what comes behind so many bytes is a fault (More), and is not written.
Copied copyAll(int from, int to, uint64_t most = UINT64_MAX);

}  // namespace latchkey::trial
