// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What stands between malformed TOML and the library that reads it.
//
// The library's parser assumes things of malformed input that are not so, and assumes them as facts where assertions
// are off: it never gets to see text that comes near. Of TOML only texts, whole numbers, truths, arrays and tables
// pass.

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey {

struct TomlObjection {
  uint32_t line = 0;
  std::string what = {};  // Empty: the library may have it.
};

TomlObjection objectionTo(std::string_view text);

}  // namespace latchkey
