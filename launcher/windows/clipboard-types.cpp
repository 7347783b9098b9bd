// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/clipboard-types.h"

#include <algorithm>

namespace latchkey::windows {
namespace {
constexpr size_t LONGEST_TYPE = 200;
}  // namespace

bool isType(std::string_view name) {
  auto slash = name.find('/');
  return name.size() <= LONGEST_TYPE && slash != name.npos && slash > 0 && slash + 1 < name.size() &&
         std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string linesOf(const std::vector<std::string>& types) {
  std::string lines;
  size_t count = 0;
  for (auto& type : types) {
    if (!isType(type) || count == MOST_TYPES) continue;
    lines += type + "\n";
    ++count;
  }
  return lines;
}

std::vector<std::string> typesOf(std::string_view lines) {
  std::vector<std::string> types;
  for (size_t begin = 0; begin < lines.size() && types.size() < MOST_TYPES;) {
    auto end = std::min(lines.find('\n', begin), lines.size());
    if (auto type = lines.substr(begin, end - begin); isType(type)) types.emplace_back(type);
    begin = end + 1;
  }
  return types;
}

std::string textAmong(const std::vector<std::string>& types) {
  for (auto name : {TEXT_TYPE, "text/plain;charset=UTF-8", PLAIN_TYPE}) {
    if (std::ranges::find(types, name) != types.end()) return name;
  }
  return {};
}

std::string fromLatin1(std::string_view text) {
  std::string result;
  for (char byte : text) {
    auto code = static_cast<uint8_t>(byte);
    if (code < 0x80) {
      result += byte;
    } else {
      result += static_cast<char>(0xc0 | code >> 6);
      result += static_cast<char>(0x80 | (code & 0x3f));
    }
  }
  return result;
}

std::string ToLatin1::operator()(std::string_view piece) {
  std::string result;
  auto put = [&](uint32_t code) { result += code > 0xff ? '?' : static_cast<char>(code); };
  for (char one : piece) {
    auto byte = static_cast<uint8_t>(one);
    bool goesOn = (byte & 0xc0) == 0x80;
    if (m_missing > 0 && goesOn) {
      m_code = m_code << 6 | (byte & 0x3f);
      if (--m_missing == 0) put(m_code);
      continue;
    }
    if (m_missing > 0) put('?');
    m_missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
    m_code = byte & (0x3fu >> m_missing);
    if (m_missing == 0) put(goesOn ? '?' : byte);
  }
  return result;
}

}  // namespace latchkey::windows
