// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <kj/debug.h>

#include "broker/ceilings.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

// One line of the file. Keeps where it is, for the message.
class Line {
public:
  Line(std::string_view text, const std::string& file, size_t number) : m_rest(text), m_file(file), m_number(number) {
    skipBlanks();
  }

  bool atEnd() const { return m_rest.empty() || m_rest.front() == '#'; }

  bool take(std::string_view word) {
    if (!m_rest.starts_with(word)) return false;
    m_rest.remove_prefix(word.size());
    skipBlanks();
    return true;
  }

  std::string name() {
    size_t length = 0;
    while (length < m_rest.size() && ((m_rest[length] >= 'a' && m_rest[length] <= 'z') || m_rest[length] == '-'))
      ++length;
    std::string result(m_rest.substr(0, length));
    m_rest.remove_prefix(length);
    skipBlanks();
    return result;
  }

  std::string text() {
    require(take1('"'), "a text in quotes");
    std::string result;
    while (!m_rest.empty() && m_rest.front() != '"') {
      if (take1('\\'))
        require(m_rest.starts_with('"') || m_rest.starts_with('\\'), "after a backslash a quote or a backslash");
      result += m_rest.front();
      m_rest.remove_prefix(1);
    }
    require(take1('"'), "a closing quote");
    skipBlanks();
    return result;
  }

  void require(bool condition, std::string_view expected) {
    if (condition) return;
    kj::throwFatalException(
        kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__,
                      kj::str(m_file.c_str(), ", line ", m_number, ": expected ", std::string(expected).c_str())));
  }

private:
  bool take1(char c) {
    if (m_rest.empty() || m_rest.front() != c) return false;
    m_rest.remove_prefix(1);
    return true;
  }
  void skipBlanks() {
    while (!m_rest.empty() && (m_rest.front() == ' ' || m_rest.front() == '\t' || m_rest.front() == '\r')) {
      m_rest.remove_prefix(1);
    }
  }

  std::string_view m_rest;
  const std::string& m_file;
  size_t m_number;
};

std::string placeOf(std::string path, const std::string& home, Line& line) {
  if (path == "~" || path.starts_with("~/")) path = home + path.substr(1);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  line.require(
      path.starts_with('/') && !path.contains("//") && !(path + "/").contains("/../") && !(path + "/").contains("/./"),
      "an absolute path, or one that begins with ~/");
  return path;
}

void readKind(CeilingRule& rule, const std::string& name, Line& line) {
  if (name == "start") {
    rule.start = true;
    return;
  }
  rule.kind = kindNamed(name);
  line.require(rule.kind != nullptr,
               "a kind: file, folder, network, listen, service, desktop, device, app, window or start");
}

void readField(CeilingRule& rule, const std::string& name, const std::string& home, Line& line) {
  line.require(line.take("="), "\"=\" after a field's name");
  auto value = line.text();
  line.require(!value.empty(), "a text that is not empty");
  if (name == "app") rule.app = value;
  else if (name == "kind") readKind(rule, value, line);
  else if (name == "path") rule.path = placeOf(value, home, line);
  // "x11" is what the shared X server was called before it was a grant.
  else if (name == "target") rule.target = value == "x11" ? "shared-x11" : value;
  else if (name == "access") {
    line.require(value == "read" || value == "write", "\"read\" (which forbids both) or \"write\"");
    rule.writeOnly = value == "write";
  } else {
    line.require(false, "app, kind, path, access or target; \"" + name + "\" is not known");
  }
}

// What is not written as destinations are would forbid nothing, and nobody would know.
void requireTarget(const CeilingRule& rule, Line& line) {
  KJ_IF_MAYBE (kind, rule.kind) {
    if (rule.target.empty() || !isOfNetwork(*kind)) return;
    line.require(isCanonical(*kind, rule.target),
                 *kind == Kind::Network
                     ? "a destination in the last rule, as \"example.org:443\", \"*.example.org\" or "
                       "\"internet\""
                     : "a place to listen in the last rule, as \"8080/tcp@network\"");
  }
}

}  // namespace

std::vector<CeilingRule> parseCeilings(const std::string& text, const std::string& file, const std::string& home) {
  std::vector<CeilingRule> rules;
  std::vector<std::string> seen;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    auto end = std::min(text.find('\n', at), text.size());
    Line line(std::string_view(text).substr(at, end - at), file, ++number);
    at = end + 1;
    if (line.atEnd()) continue;
    if (line.take("[[never]]")) {
      if (!rules.empty()) requireTarget(rules.back(), line);
      rules.emplace_back().line = number;
      seen.clear();
    } else {
      auto name = line.name();
      line.require(!name.empty(), "[[never]] or a field");
      line.require(!rules.empty(), "[[never]] before the first field");
      for (auto& before : seen) line.require(before != name, "each field once");
      seen.push_back(name);
      readField(rules.back(), name, home, line);
    }
    line.require(line.atEnd(), "nothing more on this line");
  }
  Line end("", file, number);
  if (!rules.empty()) requireTarget(rules.back(), end);
  return rules;
}

}  // namespace latchkey
