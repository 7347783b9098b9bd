// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/words-question.h"

#include <algorithm>

#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

constexpr char ESCAPE = '\x1b';
constexpr unsigned LEAST_COLUMNS = 40, MOST_COLUMNS = 400;
constexpr size_t LONGEST_WORD = 24;

}  // namespace

WordsQuestion::WordsQuestion(const std::string& name, const std::vector<std::string>& words, unsigned columns,
                             bool colours)
    : m_colours(colours) {
  columns = std::clamp(columns == 0 ? 80 : columns, LEAST_COLUMNS, MOST_COLUMNS);
  m_name = brief(name, columns / 2);
  for (auto& word : words) m_words += (m_words.empty() ? "" : "   ") + brief(word, LONGEST_WORD);
}

std::string WordsQuestion::text() const {
  auto strong = [this](const std::string& text) { return m_colours ? "\x1b[1m" + text + "\x1b[0m" : text; };
  return "A computer that calls itself “" + m_name +
         "”\r\n\r\n"
         "    " +
         strong(m_words) +
         "\r\n\r\n"
         "  Does the other screen show the same words, in this order?\r\n"
         "  d They differ   m The words match   Esc not now\r\n";
}

WordsQuestion::Answer WordsQuestion::press(char key) {
  switch (key) {
    case 'm': return Answer::Match;
    case 'd':
    case ESCAPE: return Answer::Differ;
    default: return Answer::None;
  }
}

}  // namespace latchkey::cli
