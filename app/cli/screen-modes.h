// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a program has made of the screen, as far as it must be undone before a question and done again after it.
//
// Follows the program's output without changing it. For looks only: the terminal is put into a known state by reset()
// whatever was seen here, so a program that fools this gains a badly redrawn screen of its own and nothing else.

#include <set>
#include <string>
#include <string_view>

namespace latchkey::cli {

class ScreenModes {
public:
  void follow(std::string_view output);

  bool alternateScreen() const;
  // The program has something set that a shell's next line would suffer from.
  bool anySet() const { return !m_private.empty() || m_cursorHidden || m_keypad; }

  // Ends any sequence the program left unfinished, and puts back what could hide or disguise text: colours, palette,
  // margins, character sets, other screen, reverse video, stopped updates, mouse and paste reports.
  std::string reset() const;
  // Sets again what the program had set.
  std::string again() const;

private:
  enum class State { Text, Escape, Sequence, String, StringEscape };

  void one(char c);
  void finish(char final);

  State m_state = State::Text;
  std::string m_parameters;
  std::set<unsigned> m_private;  // DEC private modes that are set.
  bool m_cursorHidden = false;
  bool m_keypad = false;
};

}  // namespace latchkey::cli
