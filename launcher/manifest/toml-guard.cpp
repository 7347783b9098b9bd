// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/manifest/toml-guard.h"

#include <ctype.h>

#include <algorithm>
#include <type_traits>

namespace latchkey {
namespace {

constexpr size_t MAX_NESTING = 64;  // Of brackets; the library recurses.

// Follows strings and comments only as far as the objection takes.
class Guard {
public:
  explicit Guard(std::string_view text) : m_text(text) {}

  uint32_t line = 1;

  // Empty if the library may have it.
  std::string objection() {
    for (bool lineBegins = true; !m_text.empty();) {
      char c = take();
      if (c == '\n') {
        ++line;
        lineBegins = true;
        m_inHeader = false;
        continue;
      }
      if (c == ' ' || c == '\t' || c == '\r') continue;
      std::string problem = c == '"' || c == '\'' ? skipString(c) : c == '#' ? skipComment() : plain(c, lineBegins);
      if (!problem.empty()) return problem;
      lineBegins = false;
    }
    return {};
  }

private:
  char take() {
    char c = m_text.front();
    m_text.remove_prefix(1);
    return c;
  }

  std::string skipComment() {
    m_text.remove_prefix(std::min(m_text.find('\n'), m_text.size()));
    return {};
  }

  std::string skipString(char quote) {
    std::string three(3, quote);
    bool many = m_text.starts_with(three.substr(1));
    if (many) m_text.remove_prefix(2);
    while (!m_text.empty()) {
      if (many && m_text.starts_with(three)) return m_text.remove_prefix(3), std::string();
      char c = take();
      if (c == quote && !many) return {};
      if (c == '\n' && !many) break;
      if (c == '\n') ++line;
      if (c == '\\' && quote == '"' && !m_text.empty() && m_text.front() != '\n') take();
    }
    return "a text without end";
  }

  std::string plain(char c, bool lineBegins) {
    if (isWord(c)) return word(c);
    if (std::string_view("[]{}=,").find(c) == std::string_view::npos) return "an unusual character outside of quotes";
    if (lineBegins) m_inHeader = c == '[' && m_depth == 0;
    if (m_inHeader && lineBegins && !isHeader()) return "no table has such a name";
    if (c == '[' || c == '{') ++m_depth;
    if ((c == ']' || c == '}') && m_depth > 0) --m_depth;
    return m_depth > MAX_NESTING ? "nested too deep" : "";
  }

  static bool isWord(char c) { return (c > 0 && isalnum(c)) || c == '_' || c == '-' || c == '.'; }

  // A key may be any word; of values we know truths and whole numbers. Dates and fractions are in no manifest.
  std::string word(char first) {
    size_t length = 0;
    while (length < m_text.size() && isWord(m_text[length])) ++length;
    auto rest = std::string(1, first) + std::string(m_text.substr(0, length));
    m_text.remove_prefix(length);
    auto next = m_text.find_first_not_of(" \t");
    bool isKey = m_inHeader || (next != m_text.npos && m_text[next] == '=');
    if (isKey || rest == "true" || rest == "false") return {};
    auto digits = std::string_view(rest).substr(first == '-' ? 1 : 0);
    bool whole = !digits.empty() && digits.size() < 19 && digits.find_first_not_of("0123456789") == digits.npos;
    return whole ? "" : "neither a text, a whole number, true nor false";
  }

  bool isHeader() const {
    auto rest = m_text;
    if (rest.starts_with('[')) rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.empty()) return false;
    auto c = static_cast<unsigned char>(rest.front());
    return isalnum(c) || c == '_' || c == '-' || c == '"' || c == '\'';
  }

  static_assert(std::is_signed_v<char>, "what lies above ASCII is told by its sign");
  std::string_view m_text;
  size_t m_depth = 0;
  bool m_inHeader = false;
};

}  // namespace

TomlObjection objectionTo(std::string_view text) {
  if (text.find('\0') != text.npos) return {0, "holds a NUL byte"};
  Guard guard(text);
  auto what = guard.objection();
  return {guard.line, std::move(what)};
}

}  // namespace latchkey
