// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// SHA-256, written out because nothing else in the broker or the launcher wants a cryptography library. For content
// addresses and for digests of secrets that are random to begin with; nothing here stretches or signs.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey {

using Sha256Digest = std::array<uint8_t, 32>;

class Sha256 {
public:
  void add(std::string_view bytes);
  // The object can be used no more.
  Sha256Digest finish();

private:
  std::array<uint32_t, 8> m_state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<char, 64> m_block{};
  size_t m_filled = 0;
  uint64_t m_total = 0;
};

std::string hexadecimal(const Sha256Digest& digest);

}  // namespace latchkey
