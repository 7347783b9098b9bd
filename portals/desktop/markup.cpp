// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/markup.h"

#include <vector>

#include "broker/base/text.h"

namespace latchkey::desktop {
namespace {

constexpr size_t DEEPEST = 32;
constexpr std::pair<std::string_view, char> ENTITIES[] = {
    {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Nothing for an ampersand that begins none of the five. Numbers of characters are not taken: they say what could be
// said plainly.
kj::Maybe<std::string> decoded(std::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '&') {
      plain += text[at++];
      continue;
    }
    bool known = false;
    for (auto& [entity, character] : ENTITIES) {
      if (!text.substr(at).starts_with(entity)) continue;
      plain += character;
      at += entity.size();
      known = true;
      break;
    }
    if (!known) return nullptr;
  }
  return plain;
}

class Cleaner {
public:
  explicit Cleaner(std::string_view text) : m_text(text) {}

  kj::Maybe<std::string> clean() {
    while (m_at < m_text.size()) {
      if (!(m_text[m_at] == '<' ? element() : characters())) return nullptr;
    }
    if (!m_open.empty()) return nullptr;
    while (m_clean.ends_with(' ')) m_clean.pop_back();
    return m_clean;
  }

private:
  bool characters() {
    auto end = std::min(m_text.find('<', m_at), m_text.size());
    auto plain = decoded(m_text.substr(m_at, end - m_at));
    m_at = end;
    KJ_IF_MAYBE (text, plain) {
      std::string collapsed;
      for (char c : *text) {
        bool blank = isBlank(c);
        if (blank && (m_blank || (m_clean.empty() && collapsed.empty()))) continue;
        collapsed += blank ? ' ' : c;
        m_blank = blank;
      }
      m_clean += quotedForMarkup(escaped(collapsed));
      return true;
    }
    return false;
  }

  std::string_view name() {
    auto start = m_at;
    while (m_at < m_text.size() && isNameChar(m_text[m_at])) ++m_at;
    return m_text.substr(start, m_at - start);
  }
  void skipBlanks() {
    while (m_at < m_text.size() && isBlank(m_text[m_at])) ++m_at;
  }
  bool take(char c) {
    if (m_at >= m_text.size() || m_text[m_at] != c) return false;
    ++m_at;
    return true;
  }

  // An attribute; of all there are, only a link's address is kept.
  bool attribute(std::string& address) {
    auto key = name();
    skipBlanks();
    if (key.empty() || !take('=')) return false;
    skipBlanks();
    char quote = m_at < m_text.size() ? m_text[m_at] : '\0';
    if (quote != '"' && quote != '\'') return false;
    auto end = m_text.find(quote, m_at + 1);
    if (end == m_text.npos) return false;
    auto raw = m_text.substr(m_at + 1, end - m_at - 1);
    m_at = end + 1;
    if (raw.find('<') != raw.npos) return false;
    auto value = decoded(raw);
    KJ_IF_MAYBE (held, value) {
      if (key == "href") address = escaped(*held);
      return true;
    }
    return false;
  }

  bool element() {
    ++m_at;
    if (take('/')) return closing();
    auto tag = name();
    if (tag.empty() || m_open.size() >= DEEPEST) return false;
    std::string address;
    skipBlanks();
    while (m_at < m_text.size() && m_text[m_at] != '>' && m_text[m_at] != '/') {
      if (!attribute(address)) return false;
      skipBlanks();
    }
    bool empty = take('/');
    if (!take('>')) return false;
    if (isKept(tag)) {
      m_clean += "<" + std::string(tag);
      if (tag == "a") m_clean += " href=\"" + quotedForMarkup(address) + "\"";
      m_clean += ">";
      if (empty) m_clean += "</" + std::string(tag) + ">";
    }
    if (!empty) m_open.emplace_back(tag);
    return true;
  }

  bool closing() {
    auto tag = name();
    skipBlanks();
    if (!take('>') || m_open.empty() || m_open.back() != tag) return false;
    m_open.pop_back();
    if (isKept(tag)) m_clean += "</" + std::string(tag) + ">";
    return true;
  }

  static bool isKept(std::string_view tag) { return tag == "b" || tag == "i" || tag == "a"; }

  std::string_view m_text;
  size_t m_at = 0;
  std::string m_clean;
  bool m_blank = false;  // The last character was one.
  std::vector<std::string> m_open;
};

}  // namespace

kj::Maybe<std::string> cleanMarkup(std::string_view text) { return Cleaner(text).clean(); }

std::string quotedForMarkup(std::string_view text) {
  std::string quoted;
  for (char c : text) {
    std::string_view replacement;
    for (auto& [entity, character] : ENTITIES) {
      if (character == c && c != '\'') replacement = entity;
    }
    if (replacement.empty()) {
      quoted += c;
    } else {
      quoted += replacement;
    }
  }
  return quoted;
}

std::string withoutMarkup(std::string_view clean) {
  std::string text;
  bool inside = false;
  for (char c : clean) {
    if (c == '<') inside = true;
    if (!inside) text += c;
    if (c == '>') inside = false;
  }
  auto plain = decoded(text);
  KJ_IF_MAYBE (held, plain) return *held;
  return {};
}

}  // namespace latchkey::desktop
