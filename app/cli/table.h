// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Plain aligned columns. Everything put into a cell is escaped here, so that no listing can forget it.

#include <string>
#include <vector>

#include "app/cli/console.h"

namespace latchkey::cli {

struct Cell {
  std::string text;
  Tone tone = Tone::Plain;
};

class Table {
public:
  explicit Table(std::vector<std::string> titles) : m_titles(std::move(titles)) {}

  void row(std::vector<Cell> cells);
  bool empty() const { return m_rows.empty(); }
  // Ends with a newline. On a terminal the last column is cut in the middle to fit, where that leaves something to
  // read.
  std::string text(const Console& console) const;

private:
  std::vector<std::string> m_titles;
  std::vector<std::vector<Cell>> m_rows;
};

// Code points, which is what most terminals show in one column each.
size_t shownWidth(const std::string& text);

}  // namespace latchkey::cli
