// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whether two screens show the same words: what is written on a terminal, and what keys mean. No terminal in here.
//
// The safe answer comes first. Enter and all else do nothing: who presses keys by habit adds nobody.

#include <string>
#include <vector>

namespace latchkey::cli {

class WordsQuestion {
public:
  // `name` is the other machine's own word, and escaped here; so are the words.
  WordsQuestion(const std::string& name, const std::vector<std::string>& words, unsigned columns, bool colours);

  // Lines end in "\r\n": the terminal is raw.
  std::string text() const;

  enum class Answer { None, Match, Differ };
  // m they match; d they differ, and so does Esc.
  static Answer press(char key);

private:
  std::string m_name, m_words;
  bool m_colours;
};

}  // namespace latchkey::cli
