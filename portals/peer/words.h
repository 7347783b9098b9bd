// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The words that people compare on two screens: 256, four of them say 32 bits. No two begin with the same three
// letters.

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::peer {

constexpr size_t WORDS_COMPARED = 4;

// One for each byte.
std::vector<std::string> wordsOf(std::string_view bytes);

}  // namespace latchkey::peer
