// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/screen-modes.h"

#include <charconv>

namespace latchkey::cli {
namespace {

constexpr char ESC = '\x1b';
constexpr size_t LONGEST_SEQUENCE = 64;
constexpr unsigned CURSOR_SHOWN = 25;
constexpr unsigned ALTERNATE[] = {47, 1047, 1049};
// Others are the terminal's own business or are not set back by who sets them.
constexpr unsigned FOLLOWED[] = {1, 9, 47, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1047, 1049, 2004};

bool followed(unsigned mode) {
  for (auto one : FOLLOWED) {
    if (one == mode) return true;
  }
  return false;
}

}  // namespace

void ScreenModes::follow(std::string_view output) {
  for (char c : output) one(c);
}

void ScreenModes::one(char c) {
  if (c == '\x18' || c == '\x1a') {  // CAN, SUB: end of any sequence.
    m_state = State::Text;
    return;
  }
  switch (m_state) {
    case State::Text:
      if (c == ESC) m_state = State::Escape;
      return;
    case State::Escape:
      m_state = State::Text;
      if (c == '[') m_state = State::Sequence, m_parameters.clear();
      else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_') m_state = State::String;
      else if (c == '=') m_keypad = true;
      else if (c == '>') m_keypad = false;
      else if (c == 'c') m_private.clear(), m_cursorHidden = m_keypad = false;
      else if (c == ESC) m_state = State::Escape;
      return;
    case State::Sequence:
      if (c == ESC) m_state = State::Escape;
      else if (c >= 0x40 && c <= 0x7e) m_state = State::Text, finish(c);
      else if (m_parameters.size() < LONGEST_SEQUENCE) m_parameters += c;
      return;
    case State::String:
      if (c == '\a') m_state = State::Text;
      else if (c == ESC) m_state = State::StringEscape;
      return;
    case State::StringEscape:
      m_state = State::Text;
      if (c != '\\') {
        m_state = State::Escape;
        one(c);
      }
      return;
  }
}

void ScreenModes::finish(char final) {
  if ((final != 'h' && final != 'l') || !m_parameters.starts_with('?')) return;
  for (size_t at = 1; at <= m_parameters.size();) {
    unsigned mode = 0;
    auto begin = m_parameters.data() + at, end = m_parameters.data() + m_parameters.size();
    auto stopped = std::from_chars(begin, end, mode).ptr;
    if (mode == CURSOR_SHOWN) m_cursorHidden = final == 'l';
    else if (followed(mode) && final == 'h') m_private.insert(mode);
    else if (followed(mode)) m_private.erase(mode);
    if (stopped == end || *stopped != ';') return;
    at = static_cast<size_t>(stopped - m_parameters.data()) + 1;
  }
}

bool ScreenModes::alternateScreen() const {
  for (auto mode : ALTERNATE) {
    if (m_private.contains(mode)) return true;
  }
  return false;
}

std::string ScreenModes::reset() const {
  std::string out = "\x18\x1b\\";  // CAN and ST: no sequence or string goes on.
  out += "\x1b[?2026l";            // Updates held back are shown.
  if (alternateScreen()) out += "\x1b[?1049l";
  out += "\x1b[!p\x1b[0m\x1b(B\x0f";  // Soft reset, colours, plain letters.
  out += "\x1b[?1;5;6;9;69;1000;1002;1003;1004;1005;1006;1015;2004l\x1b[?7;25h\x1b[4l\x1b>";
  out += "\x1b[>4;0m\x1b[=0u";                        // Keys are reported plainly.
  out += "\x1b]104\a\x1b]110\a\x1b]111\a\x1b]112\a";  // The palette is the person's.
  return out;
}

std::string ScreenModes::again() const {
  std::string out;
  for (auto mode : m_private) out += "\x1b[?" + std::to_string(mode) + "h";
  if (m_cursorHidden) out += "\x1b[?25l";
  if (m_keypad) out += "\x1b=";
  return out;
}

}  // namespace latchkey::cli
