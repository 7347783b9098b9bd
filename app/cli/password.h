// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once

#include <string>
#include <string_view>

namespace latchkey::cli {

// A line of stdin, without its end. On a terminal it is asked for by `prompt` on stderr and not shown; whatever signal
// ends the asking, the terminal is as before. Empty at the end of input.
std::string readPassword(std::string_view prompt);

}  // namespace latchkey::cli
