// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/exports/png.h"

#include <algorithm>
#include <array>

namespace latchkey {
namespace {

constexpr uint32_t MAX_SIDE = 1024;  // The reader's.
constexpr size_t MAX_BLOCK = 65535;  // Of a deflate stream that stores.
constexpr uint32_t ADLER_MODULUS = 65521;
constexpr uint32_t CRC_POLYNOMIAL = 0xedb88320;

std::string big(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  return bytes;
}

constexpr std::array<uint32_t, 256> CRC_TABLE = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    auto value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ CRC_POLYNOMIAL : value >> 1;
    table[byte] = value;
  }
  return table;
}();

uint32_t crcOf(const std::string& bytes) {
  uint32_t crc = ~0U;
  for (unsigned char byte : bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >> 8);
  return ~crc;
}

uint32_t adlerOf(const std::string& bytes) {
  uint32_t low = 1, high = 0;
  for (unsigned char byte : bytes) {
    low = (low + byte) % ADLER_MODULUS;
    high = (high + low) % ADLER_MODULUS;
  }
  return (high << 16) | low;
}

// A zlib stream of stored blocks.
std::string stored(const std::string& bytes) {
  std::string stream = "\x78\x01";
  for (size_t at = 0; at < bytes.size(); at += MAX_BLOCK) {
    auto length = std::min(MAX_BLOCK, bytes.size() - at);
    stream += at + length == bytes.size() ? '\1' : '\0';  // The last one.
    for (auto half : {length, ~length}) {
      stream += static_cast<char>(half);
      stream += static_cast<char>(half >> 8);
    }
    stream.append(bytes, at, length);
  }
  return stream + big(adlerOf(bytes));
}

std::string chunk(const std::string& type, const std::string& content) {
  return big(static_cast<uint32_t>(content.size())) + type + content + big(crcOf(type + content));
}

}  // namespace

std::string pngOf(const Pixels& pixels) {
  auto [width, height, rgba] = pixels;
  bool sound =
      width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE && rgba.size() == size_t{4} * width * height;
  if (!sound) return {};
  std::string rows;
  for (size_t row = 0; row < height; ++row) rows += '\0' + rgba.substr(row * width * 4, size_t{4} * width);
  std::string depth("\x08\x06\x00\x00\x00", 5);  // 8 bits each of red, green, blue and opacity.
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", big(width) + big(height) + depth) + chunk("IDAT", stored(rows)) +
         chunk("IEND", "");
}

}  // namespace latchkey
