// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Writing the listings of the command line: an array of flat objects, one object a line.

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey {

class JsonArray {
public:
  // Begins a new object; the fields that follow belong to it.
  JsonArray& object();
  JsonArray& field(std::string_view name, std::string_view value);
  JsonArray& field(std::string_view name, int64_t value);
  JsonArray& field(std::string_view name, double value);
  JsonArray& flag(std::string_view name, bool value);

  // The finished text with a closing newline. The array can be used no more.
  std::string finish();

private:
  void separate(std::string_view name);

  std::string m_text = "[";
  bool m_anyObject = false;
  bool m_anyField = false;
};

// Quoted and escaped. Bytes that are not UTF-8 appear as U+FFFD: JSON knows no bytes.
std::string jsonString(std::string_view text);

}  // namespace latchkey
