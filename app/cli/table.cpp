// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/table.h"

#include <algorithm>

#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

constexpr size_t GAP = 2;
constexpr size_t LEAST_LAST_COLUMN = 20;

}  // namespace

size_t shownWidth(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void Table::row(std::vector<Cell> cells) {
  cells.resize(m_titles.size());
  for (auto& cell : cells) cell.text = cell.text.empty() ? "-" : escaped(cell.text);
  m_rows.push_back(std::move(cells));
}

std::string Table::text(const Console& console) const {
  std::vector<size_t> widths;
  for (size_t column = 0; column < m_titles.size(); ++column) {
    size_t width = shownWidth(m_titles[column]);
    for (auto& row : m_rows) width = std::max(width, shownWidth(row[column].text));
    widths.push_back(width);
  }
  size_t before = 0;
  for (size_t column = 0; column + 1 < widths.size(); ++column) before += widths[column] + GAP;
  size_t room = console.columns() > before + LEAST_LAST_COLUMN ? console.columns() - before : SIZE_MAX;

  std::string out;
  auto line = [&](auto&& cellAt) {
    for (size_t column = 0; column < widths.size(); ++column) {
      Cell cell = cellAt(column);
      bool last = column + 1 == widths.size();
      auto shown = last && shownWidth(cell.text) > room ? brief(cell.text, room) : cell.text;
      out += console.toned(shown, cell.tone);
      if (!last) out.append(widths[column] - shownWidth(shown) + GAP, ' ');
    }
    out += '\n';
  };
  line([&](size_t column) { return Cell{m_titles[column], Tone::Faint}; });
  for (auto& row : m_rows) line([&](size_t column) { return row[column]; });
  return out;
}

}  // namespace latchkey::cli
