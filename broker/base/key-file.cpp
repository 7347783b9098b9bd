// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/key-file.h"

#include <algorithm>
#include <format>
#include <unordered_set>

namespace latchkey {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Keys are [A-Za-z0-9-], and [locale] after that; we also take '_' and '.', which files of the wild have.
bool isKey(std::string_view key) {
  auto bracket = key.find('[');
  auto bare = key.substr(0, bracket);
  if (bare.empty()) return false;
  for (unsigned char c : bare) {
    // '*': names of a bus in what Flatpak writes.
    if (!isalnum(c) && c != '-' && c != '_' && c != '.' && c != '/' && c != '*') return false;
  }
  return bracket == key.npos || (key.ends_with(']') && key.size() > bracket + 2);
}

bool isControl(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }

// Reads line by line; the first thing that is wrong ends it.
class Parser {
public:
  Parser(std::string_view text, Repeats repeats) : m_text(text), m_repeats(repeats) {}

  bool run() {
    if (m_text.starts_with("\xef\xbb\xbf")) m_text.remove_prefix(3);
    while (!m_text.empty()) {
      if (++m_line > KeyFile::MAX_LINES) return refuse("too many lines");
      auto end = std::min(m_text.find('\n'), m_text.size());
      auto line = trimmed(m_text.substr(0, end));
      m_text.remove_prefix(std::min(end + 1, m_text.size()));
      if (line.empty() || line.front() == '#') continue;
      if (!(line.front() == '[' ? group(line) : entry(line))) return false;
    }
    return true;
  }

  std::vector<KeyFile::Group> groups = {};
  std::string problem = {};

private:
  bool refuse(std::string_view why) {
    problem = std::format("line {}: {}", m_line, why);
    return false;
  }

  bool group(std::string_view line) {
    if (line.size() < 3 || !line.ends_with(']')) return refuse("not a group");
    auto name = line.substr(1, line.size() - 2);
    if (name.find_first_of("[]") != name.npos || std::ranges::any_of(name, isControl)) return refuse("not a group");
    if (!m_names.insert(name).second) {
      if (m_repeats == Repeats::Refused) return refuse("a group given twice");
      m_skipping = true;
      return true;
    }
    m_skipping = false;
    groups.push_back({name, {}});
    m_keys.clear();
    return true;
  }

  bool entry(std::string_view line) {
    if (groups.empty()) return refuse("a key before any group");
    auto equals = line.find('=');
    if (equals == line.npos) return refuse("neither a group nor a key");
    auto key = trimmed(line.substr(0, equals));
    if (!isKey(key)) return refuse("not a key");
    if (m_skipping) return true;
    if (!m_keys.insert(key).second) return m_repeats == Repeats::Refused ? refuse("a key given twice") : true;
    groups.back().entries.push_back({key, trimmed(line.substr(equals + 1))});
    return true;
  }

  std::string_view m_text;
  Repeats m_repeats;
  bool m_skipping = false;
  size_t m_line = 0;
  std::unordered_set<std::string_view> m_names;
  std::unordered_set<std::string_view> m_keys;
};

}  // namespace

std::optional<std::string_view> KeyFile::Group::find(std::string_view key) const {
  for (auto& entry : entries) {
    if (entry.key == key) return entry.value;
  }
  return {};
}

std::optional<KeyFile> KeyFile::parse(std::string text, std::string* problem, Repeats repeats) {
  auto refuse = [&](std::string why) -> std::optional<KeyFile> {
    if (problem != nullptr) *problem = std::move(why);
    return {};
  };
  if (text.size() > MAX_SIZE) return refuse("larger than such a file may be");
  if (text.find('\0') != text.npos) return refuse("holds a NUL byte");
  KeyFile file;
  file.m_text.assign(text.begin(), text.end());
  Parser parser({file.m_text.data(), file.m_text.size()}, repeats);
  if (!parser.run()) return refuse(std::move(parser.problem));
  file.m_groups = std::move(parser.groups);
  return file;
}

const KeyFile::Group* KeyFile::find(std::string_view group) const {
  auto found = std::ranges::find(m_groups, group, &Group::name);
  return found == m_groups.end() ? nullptr : &*found;
}

std::string unescapedValue(std::string_view value) {
  std::string result;
  result.reserve(value.size());
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      result += value[i];
      continue;
    }
    switch (auto next = value[++i]) {
      case 's': result += ' '; break;
      case 'n': result += '\n'; break;
      case 't': result += '\t'; break;
      case 'r': result += '\r'; break;
      case '\\':
      case ';': result += next; break;
      default: (result += '\\') += next;
    }
  }
  return result;
}

std::vector<std::string> listValue(std::string_view value) {
  std::vector<std::string> parts;
  for (size_t start = 0, i = 0; i <= value.size(); ++i) {
    if (i < value.size() && value[i] == '\\') {
      ++i;
      continue;
    }
    if (i < value.size() && value[i] != ';') continue;
    if (i > start) parts.push_back(unescapedValue(value.substr(start, i - start)));
    start = i + 1;
  }
  return parts;
}

bool boolValue(std::optional<std::string_view> value) { return value == "true" || value == "1"; }

std::vector<std::string> localizedKeys(std::string_view key, std::string_view locale) {
  if (locale.empty()) return {};
  std::string_view modifier, country;
  if (auto at = locale.find('@'); at != locale.npos) modifier = locale.substr(at), locale = locale.substr(0, at);
  if (auto dot = locale.find('.'); dot != locale.npos) locale = locale.substr(0, dot);
  if (auto low = locale.find('_'); low != locale.npos) country = locale.substr(low), locale = locale.substr(0, low);
  std::vector<std::string> keys;
  if (!country.empty() && !modifier.empty()) keys.push_back(std::format("{}[{}{}{}]", key, locale, country, modifier));
  if (!country.empty()) keys.push_back(std::format("{}[{}{}]", key, locale, country));
  if (!modifier.empty()) keys.push_back(std::format("{}[{}{}]", key, locale, modifier));
  keys.push_back(std::format("{}[{}]", key, locale));
  return keys;
}

std::optional<std::string_view> findLocalized(const KeyFile::Group& group, std::string_view key,
                                              std::string_view locale) {
  for (auto& candidate : localizedKeys(key, locale)) {
    if (auto value = group.find(candidate)) return value;
  }
  return group.find(key);
}

}  // namespace latchkey
