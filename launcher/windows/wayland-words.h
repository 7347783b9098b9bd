// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Wayland's messages as bytes: an object's number, a size with an opcode, and arguments of whole words.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace latchkey::windows {

constexpr size_t HEADER = 8;
// Numbers from here on are given by the compositor, below by its client.
constexpr uint32_t FIRST_OF_COMPOSITOR = 0xff000000;

uint32_t wordAt(const std::string& message, size_t offset);  // 0 beyond its end.
inline uint32_t objectOf(const std::string& message) { return wordAt(message, 0); }
inline uint32_t opcodeOf(const std::string& message) { return wordAt(message, 4) & 0xffff; }

// The text at `offset` of a message, and where what follows it begins.
std::pair<std::string, size_t> textAt(const std::string& message, size_t offset);

// Puts a message together.
class Saying {
public:
  Saying(uint32_t object, uint32_t opcode) : m_object(object), m_opcode(opcode) {}
  Saying& word(uint32_t value);
  Saying& text(std::string_view value);
  std::string whole() const;

private:
  uint32_t m_object, m_opcode;
  std::string m_arguments = {};
};

}  // namespace latchkey::windows
