// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Between packer.h and latchkey-chunks, on its standard input and output: a head, and then the bytes.

#include <cstddef>
#include <cstdint>

namespace latchkey::repository::packer {

constexpr char PACK = 'p', UNPACK = 'u';
constexpr size_t MOST = 48 << 20;  // Blob::MAX_SIZE; chunks are smaller.

struct Question {
  uint32_t what = 0;
  uint32_t bytes = 0;  // So many follow.
  uint32_t size = 0;   // To unpack: so many are expected.
};

struct Answer {
  uint32_t sound = 0;
  uint32_t bytes = 0;  // So many follow.
};

}  // namespace latchkey::repository::packer
