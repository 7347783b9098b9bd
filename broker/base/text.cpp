// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/text.h"

#include <cstdint>
#include <cstdio>
#include <vector>

namespace latchkey {
namespace {

constexpr uint32_t INVALID = 0xffffffff;

// Takes one code point off the front. Invalid bytes come one at a time as INVALID, with `length` 1.
uint32_t decode(std::string_view text, size_t& length) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  auto continuation = [&](size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
  uint8_t first = byte(0);
  length = 1;
  if (first < 0x80) return first;
  if (first >= 0xc2 && first < 0xe0 && continuation(1)) {
    length = 2;
    return (first & 0x1fu) << 6 | (byte(1) & 0x3fu);
  }
  if ((first & 0xf0) == 0xe0 && continuation(1) && continuation(2)) {
    uint32_t point = (first & 0x0fu) << 12 | (byte(1) & 0x3fu) << 6 | (byte(2) & 0x3fu);
    if (point < 0x800 || (point >= 0xd800 && point < 0xe000)) return INVALID;
    length = 3;
    return point;
  }
  if (first >= 0xf0 && first < 0xf5 && continuation(1) && continuation(2) && continuation(3)) {
    uint32_t point = (first & 0x07u) << 18 | (byte(1) & 0x3fu) << 12 | (byte(2) & 0x3fu) << 6 | (byte(3) & 0x3fu);
    if (point < 0x10000 || point > 0x10ffff) return INVALID;
    length = 4;
    return point;
  }
  return INVALID;
}

// Characters that move, reverse, break or hide what stands around them.
bool deceptive(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xad || point == 0x34f || point == 0x61c ||
         point == 0x115f || point == 0x1160 || point == 0x17b4 || point == 0x17b5 ||
         (point >= 0x180b && point <= 0x180f) || point == 0x1680 || point == 0x2800 ||
         (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2060 && point <= 0x206f) || point == 0x3164 || point == 0xfeff || point == 0xffa0 ||
         (point >= 0xfff0 && point <= 0xfffb) || (point >= 0xe0000 && point <= 0xe0fff);
}

// Blanks other than the space. One between two words is how some languages write.
bool isOddBlank(uint32_t point) {
  return point == 0xa0 || (point >= 0x2000 && point <= 0x200a) || point == 0x202f || point == 0x205f || point == 0x3000;
}

// What is drawn over the character before it: the marks that scripts stack and those that are made for any.
bool isMark(uint32_t point) {
  struct Range {
    uint32_t first, last;
  };
  constexpr Range MARKS[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
                             {0x6d6, 0x6ed},   {0x730, 0x74a},   {0x816, 0x82d},   {0x8d3, 0x902},   {0x93c, 0x93c},
                             {0x941, 0x948},   {0x94d, 0x957},   {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},
                             {0xeb1, 0xeb1},   {0xeb4, 0xebc},   {0xec8, 0xecd},   {0xf71, 0xf84},   {0x102d, 0x1030},
                             {0x1032, 0x103a}, {0x17b7, 0x17bd}, {0x17c6, 0x17d3}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
                             {0x20d0, 0x20f0}, {0x302a, 0x302f}, {0x3099, 0x309a}, {0xa66f, 0xa67d}, {0xfe00, 0xfe0f},
                             {0xfe20, 0xfe2f}};
  for (auto& range : MARKS) {
    if (point <= range.last) return point >= range.first;
  }
  return false;
}

void append(std::string& out, std::string_view text, size_t length, uint32_t point, bool shown) {
  char escape[16];
  if (point == INVALID) {
    snprintf(escape, sizeof escape, "\\x%02x", static_cast<uint8_t>(text[0]));
  } else if (shown) {
    out.append(text.substr(0, length));
    return;
  } else if (point == '\n') {
    snprintf(escape, sizeof escape, "\\n");
  } else if (point == '\t') {
    snprintf(escape, sizeof escape, "\\t");
  } else if (point < 0x80) {
    snprintf(escape, sizeof escape, "\\x%02x", point);
  } else {
    snprintf(escape, sizeof escape, "\\u{%x}", point);
  }
  out += escape;
}

}  // namespace

std::string escaped(std::string_view untrusted) {
  std::string out;
  out.reserve(untrusted.size());
  constexpr size_t MOST_MARKS = 4;
  // The ends count as blanks: a name neither begins nor ends with one that is not seen.
  uint32_t before = ' ';
  size_t marks = MOST_MARKS;
  for (size_t length; !untrusted.empty(); untrusted.remove_prefix(length)) {
    auto point = decode(untrusted, length);
    size_t ignored = 0;
    auto after = untrusted.size() > length ? decode(untrusted.substr(length), ignored) : ' ';
    auto isBlank = [](uint32_t one) { return one == ' ' || isOddBlank(one); };
    bool shown = !deceptive(point);
    if (isOddBlank(point)) shown = !isBlank(before) && !isBlank(after);
    marks = isMark(point) ? marks + 1 : 0;
    if (marks > MOST_MARKS) shown = false;
    append(out, untrusted, length, point, shown);
    before = point;
  }
  return out;
}

std::string brief(std::string_view untrusted, size_t characters) {
  // What cannot be shown anyway is not worth escaping: the ends alone count.
  constexpr size_t LONGEST_CHARACTER = 4;
  std::string clean;
  if (untrusted.size() > 2 * characters * LONGEST_CHARACTER + 2) {
    clean = escaped(untrusted.substr(0, characters * LONGEST_CHARACTER)) +
            escaped(untrusted.substr(untrusted.size() - characters * LONGEST_CHARACTER));
  } else {
    clean = escaped(untrusted);
  }
  std::vector<size_t> starts;
  for (size_t i = 0; i < clean.size(); ++i) {
    if ((static_cast<uint8_t>(clean[i]) & 0xc0) != 0x80) starts.push_back(i);
  }
  if (starts.size() <= characters) return clean;
  if (characters < 3) return "…";
  size_t front = (characters - 1 + 1) / 2, back = characters - 1 - front;
  return clean.substr(0, starts[front]) + "…" + clean.substr(starts[starts.size() - back]);
}

std::string shownPath(std::string_view path, std::string_view home) {
  if (home.size() > 1 && path.starts_with(home) && (path.size() == home.size() || path[home.size()] == '/')) {
    return "~" + escaped(path.substr(home.size()));
  }
  return escaped(path);
}

bool isUtf8(std::string_view bytes) {
  for (size_t length; !bytes.empty(); bytes.remove_prefix(length)) {
    if (decode(bytes, length) == INVALID) return false;
  }
  return true;
}

}  // namespace latchkey
