// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What may lie in a clipboard, by name: "text/html", "image/png". X has names of its own for text.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::windows {

constexpr size_t MOST_TYPES = 50;
constexpr size_t MOST_AT_ONCE = 8;  // Contents under way, in each direction.
constexpr const char* TEXT_TYPE = "text/plain;charset=utf-8";
constexpr const char* PLAIN_TYPE = "text/plain";

// Whether it can be the name of a type: printable, with a slash, and not too long.
bool isType(std::string_view name);

// One a line, and back. What is no type is left out, and what is too many.
std::string linesOf(const std::vector<std::string>& types);
std::vector<std::string> typesOf(std::string_view lines);

// The best type for text in UTF-8 among them; empty: none.
std::string textAmong(const std::vector<std::string>& types);

std::string fromLatin1(std::string_view text);

// UTF-8 in pieces, wherever they are cut; what Latin-1 has not becomes "?".
class ToLatin1 {
public:
  std::string operator()(std::string_view piece);

private:
  uint32_t m_code = 0;
  unsigned m_missing = 0;  // Bytes of the character begun.
};

}  // namespace latchkey::windows
