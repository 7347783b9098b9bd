// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where text for the person goes, and how it may look there.

#include <string>
#include <string_view>

namespace latchkey::cli {

enum class Tone { Plain, Strong, Faint, Good, Bad };

// Nobody reads any more what we write (`latchkey log | head`).
struct ReaderGone {};

class Console {
public:
  // Colours only where stdout is a terminal that knows them and NO_COLOR is not set.
  static Console ofProcess();
  explicit Console(bool colours = false, unsigned columns = 0) : m_colours(colours), m_columns(columns) {}

  // `text` must be fit to be shown: see broker/base/text.h.
  std::string toned(std::string_view text, Tone tone) const;
  // 0: not a terminal, nothing needs to fit.
  unsigned columns() const { return m_columns; }

  // To stdout, whole. Throws ReaderGone.
  void print(std::string_view text) const;
  // One line on stderr: "latchkey: ...". Escapes it.
  static void complain(std::string_view text);
  // Asks on stderr, by a sentence of ours, and reads a line of stdin. Nothing and anything but y is no.
  static bool saysYes(std::string_view question);

private:
  bool m_colours;
  unsigned m_columns;
};

}  // namespace latchkey::cli
