// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/wayland-words.h"

#include <string.h>

namespace latchkey::windows {
namespace {
void append(std::string& bytes, uint32_t word) { bytes.append(reinterpret_cast<const char*>(&word), sizeof word); }
}  // namespace

uint32_t wordAt(const std::string& message, size_t offset) {
  uint32_t word = 0;
  if (offset + sizeof word <= message.size()) memcpy(&word, message.data() + offset, sizeof word);
  return word;
}

std::pair<std::string, size_t> textAt(const std::string& message, size_t offset) {
  size_t size = wordAt(message, offset), begin = offset + 4;
  if (size == 0 || size > message.size() || begin + size > message.size()) return {"", message.size()};
  return {message.substr(begin, size - 1), begin + ((size + 3) & ~size_t{3})};
}

Saying& Saying::word(uint32_t value) {
  append(m_arguments, value);
  return *this;
}

Saying& Saying::text(std::string_view value) {
  word(static_cast<uint32_t>(value.size() + 1));
  m_arguments.append(value);
  m_arguments.append(4 - value.size() % 4, '\0');  // Its NUL, and up to a whole word.
  return *this;
}

std::string Saying::whole() const {
  std::string message;
  append(message, m_object);
  append(message, static_cast<uint32_t>((HEADER + m_arguments.size()) << 16 | m_opcode));
  return message + m_arguments;
}

}  // namespace latchkey::windows
