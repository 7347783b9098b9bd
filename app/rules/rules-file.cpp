// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/rules/rules-file.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>

#include "broker/base/destination.h"
#include "broker/base/listening.h"
#include "broker/base/text.h"
#include "broker/base/times.h"
#include "broker/base/where.h"

namespace latchkey {
namespace {

constexpr size_t LONGEST_TEXT = 4095;
constexpr size_t LONGEST_LINE = 16 * 1024;
constexpr std::string_view HEADER = "latchkey-rules";

struct Fault {
  std::string text;
};

[[noreturn]] void expected(std::string_view what) { throw Fault{"expected " + std::string(what)}; }

// One line of the file.
class Line {
public:
  explicit Line(std::string_view text) : m_rest(text) { skipBlanks(); }

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
    if (!take1('"')) expected("a text in double quotes");
    std::string result;
    while (!m_rest.empty() && m_rest.front() != '"') {
      if (m_rest.front() == '\\') {
        m_rest.remove_prefix(1);
        if (m_rest.empty() || (m_rest.front() != '"' && m_rest.front() != '\\'))
          expected("a quote or a backslash after a backslash");
      }
      result += m_rest.front();
      m_rest.remove_prefix(1);
    }
    if (!take1('"')) expected("a closing quote");
    skipBlanks();
    if (result.empty()) expected("a text that is not empty");
    if (result.size() > LONGEST_TEXT) expected("a text of at most 4095 bytes");
    if (escaped(result) != result) expected("a text without control characters");
    return result;
  }
  bool yes() {
    if (take("true")) return true;
    if (take("false")) return false;
    expected("true or false");
  }

private:
  bool take1(char c) {
    if (m_rest.empty() || m_rest.front() != c) return false;
    m_rest.remove_prefix(1);
    return true;
  }
  void skipBlanks() {
    while (!m_rest.empty() && (m_rest.front() == ' ' || m_rest.front() == '\t' || m_rest.front() == '\r'))
      m_rest.remove_prefix(1);
  }

  std::string_view m_rest;
};

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool isPlainPath(std::string_view path) {
  if (path == "/" || path == "~") return true;
  if (path.starts_with("~/")) path.remove_prefix(1);
  if (!path.starts_with('/')) return false;
  while (!path.empty()) {
    auto end = std::min(path.find('/', 1), path.size());
    auto part = path.substr(1, end - 1);
    if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
    path.remove_prefix(end);
  }
  return true;
}

std::string_view nameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

class Reader {
public:
  std::vector<FileRule> read(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
      auto end = std::min(text.find('\n', at), text.size());
      ++number;
      if (end - at > LONGEST_LINE) expected("a line of at most 16384 bytes");
      Line line(text.substr(at, end - at));
      at = end + 1;
      if (line.atEnd()) continue;
      readLine(line);
      if (!line.atEnd()) expected("nothing more on this line");
    }
    finish();
    if (!m_known) expected("\"latchkey-rules = 1\"");
    return std::move(m_rules);
  }

  size_t number = 0;

private:
  void readLine(Line& line) {
    if (line.take("[[rule]]")) return begin(false);
    if (line.take("[[never]]")) return begin(true);
    auto name = line.name();
    if (name.empty()) expected("[[rule]], [[never]] or a field");
    if (!line.take("=")) expected("\"=\" after a field's name");
    if (m_rules.empty()) return readHeader(name, line);
    if (!m_seen.insert(name).second) expected("each field once");
    readField(m_rules.back(), name, line);
  }

  void begin(bool never) {
    if (!m_known) expected("\"latchkey-rules = 1\" before the first rule");
    finish();
    if (m_rules.size() >= MOST_RULES) expected("at most 2000 rules");
    m_rules.emplace_back().never = never;
    m_rules.back().line = number;
    m_seen.clear();
  }

  void readHeader(const std::string& name, Line& line) {
    if (name != HEADER || m_known) expected("\"latchkey-rules = 1\"");
    if (!line.take("1")) expected("1: this version of Latchkey reads no other");
    m_known = true;
  }

  static void readField(FileRule& rule, const std::string& name, Line& line) {
    if (name == "app") rule.app = line.text();
    else if (name == "place") rule.place = line.text();
    else if (name == "scope") rule.scope = line.text();
    else if (name == "access") rule.access = line.text();
    else if (name == "for" && !rule.never) rule.lasting = line.text();
    else if (name == "keep" && !rule.never) rule.keep = line.yes();
    else if (name == "names" && !rule.never) rule.names = line.yes();
    else if (name == "network") rule.network = line.text();
    else if (name == "listen" && !rule.never) rule.listen = line.text();
    else if (name == "rate" && !rule.never) rule.bytesPerSecond = amount(line);
    else if (name == "bytes" && !rule.never) rule.bytes = amount(line);
    else if (name == "bytes-a-day" && !rule.never) rule.bytesPerDay = amount(line);
    else
      expected("app, place, scope, access, for, keep, names, network, listen, rate, bytes or bytes-a-day; \"" + name +
               "\" is not known here");
  }

  static uint64_t amount(Line& line) {
    KJ_IF_MAYBE (bytes, parseBytes(line.text())) return *bytes;
    expected("a number of bytes such as 200000, 500K, 20M or 1G");
  }

  void finish() {
    if (m_rules.empty()) return;
    auto fault = faultOf(m_rules.back());
    if (fault.empty()) return;
    number = m_rules.back().line;
    throw Fault{fault};
  }

  bool m_known = false;
  std::vector<FileRule> m_rules;
  std::set<std::string> m_seen;
};

std::string inQuotes(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

void writeAmount(const char* name, uint64_t bytes, std::string& out) {
  if (bytes != 0) out += std::string(name) + " = \"" + formatBytes(bytes) + "\"\n";
}

auto orderOf(const FileRule& rule) {
  return std::tie(rule.app, rule.place, rule.network, rule.listen, rule.scope, rule.never, rule.access, rule.lasting,
                  rule.names, rule.keep);
}

std::string faultOfNetwork(const FileRule& rule) {
  if (!rule.place.empty() || !rule.scope.empty() || rule.names || rule.access != "read")
    return "a rule is about a place or about the network, not both";
  if (rule.network.empty() == rule.listen.empty()) return "a rule is about where to connect, or what to be reached on";
  if (rule.never && !rule.listen.empty()) return "there is no such refusal: what nobody gave is not reached";
  if (!rule.network.empty()) {
    KJ_IF_MAYBE (to, destinationFrom(rule.network)) {
      if (to->text() == rule.network) return {};
    }
    return "that is not how `latchkey grants` writes where something connects to";
  }
  KJ_IF_MAYBE (at, listeningFrom(rule.listen)) {
    if (at->text() == rule.listen) return {};
  }
  return "that is not how `latchkey grants` writes what something is reached on";
}

std::string faultOfPlace(const FileRule& rule) {
  if (rule.bytesPerSecond != 0 || rule.bytes != 0 || rule.bytesPerDay != 0) return "rate and bytes are of the network";
  if (!isOneOf(rule.scope, {"file", "siblings", "pattern", "folder", "tree"}))
    return "a rule needs a scope: file, siblings, pattern, folder or tree";
  if (rule.place.size() > LONGEST_TEXT || escaped(rule.place) != rule.place || !isPlainPath(rule.place))
    return "a rule needs a place: an absolute path, or one that begins with ~/, without . and .. in it";
  if (!rule.isFolder() && isOneOf(rule.place, {"/", "~"})) return "that place is a folder: its scope is folder or tree";
  return rule.scope == "pattern" ? faultOfPattern(nameOf(rule.place)) : std::string();
}

}  // namespace

std::string faultOf(const FileRule& rule) {
  if (rule.app.empty() || rule.app.size() > 1024 || escaped(rule.app) != rule.app)
    return "a rule needs an app: who may, in plain text";
  auto fault = rule.isOfNetwork() ? faultOfNetwork(rule) : faultOfPlace(rule);
  if (!fault.empty()) return fault;
  if (!isOneOf(rule.access, {"read", "write"})) return "access is read or write";
  if (rule.lasting != "always" && parseTime(rule.lasting) == nullptr)
    return "for is always, or a time such as 2026-01-31T12:00:00Z";
  if (rule.keep && rule.lasting != "always") return "only what lasts always can be kept unused";
  return {};
}

RulesFile parseRules(std::string_view text) {
  if (text.size() > MOST_RULES_BYTES) return {.rules = {}, .fault = "it is larger than 1 MiB"};
  Reader reader;
  try {
    return {.rules = reader.read(text), .fault = {}};
  } catch (const Fault& fault) {
    return {.rules = {}, .fault = "line " + std::to_string(std::max<size_t>(reader.number, 1)) + ": " + fault.text};
  }
}

std::string writeRules(std::vector<FileRule> rules) {
  std::ranges::stable_sort(rules, [](auto& one, auto& other) { return orderOf(one) < orderOf(other); });
  std::string out = "# Rules of Latchkey. `latchkey rules import FILE` takes them over; it shows them first.\n" +
                    std::string(HEADER) + " = 1\n";
  for (auto& rule : rules) {
    auto fault = faultOf(rule);
    if (!fault.empty()) throw std::invalid_argument(fault);
    out += "\n# " + escaped(rule.comment) + "\n";
    out += rule.never ? "[[never]]\n" : "[[rule]]\n";
    out += "app = " + inQuotes(rule.app) + "\n";
    if (rule.isOfNetwork()) {
      out += rule.network.empty() ? "listen = " + inQuotes(rule.listen) : "network = " + inQuotes(rule.network);
      out += "\n";
      writeAmount("rate", rule.bytesPerSecond, out);
      writeAmount("bytes", rule.bytes, out);
      writeAmount("bytes-a-day", rule.bytesPerDay, out);
    } else {
      out += "place = " + inQuotes(rule.place) + "\nscope = " + inQuotes(rule.scope) + "\n";
      out += "access = " + inQuotes(rule.access) + "\n";
    }
    if (!rule.never) out += "for = " + inQuotes(rule.lasting) + "\n";
    if (rule.keep) out += "keep = true\n";
    if (rule.names) out += "names = true\n";
  }
  return out;
}

}  // namespace latchkey
