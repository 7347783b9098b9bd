// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/exec-line.h"

#include <format>
#include <optional>

namespace latchkey {
namespace {

constexpr size_t MAX_EXEC = 32768;
constexpr size_t MAX_WORDS = 1024;

// One word of Exec with its field codes still in it.
using Word = std::string;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// Splits by the rules of the specification, and by those of shells where files of the wild use them: single quotes, and
// backslashes outside quotes. Nothing is ever expanded.
std::variant<std::vector<Word>, ExecProblem> split(std::string_view exec) {
  std::vector<Word> words;
  std::optional<Word> word;
  auto current = [&]() -> Word& { return word ? *word : word.emplace(); };
  for (size_t i = 0; i < exec.size(); ++i) {
    char c = exec[i];
    if (isBlank(c)) {
      if (word) words.push_back(std::move(*word));
      word.reset();
    } else if (c == '\\') {
      if (++i == exec.size()) return ExecProblem{"Exec ends in a backslash"};
      current() += exec[i];
    } else if (c == '\'' || c == '"') {
      current();  // Also "" is a word.
      for (++i; i < exec.size() && exec[i] != c; ++i) {
        bool escape = c == '"' && exec[i] == '\\' && i + 1 < exec.size() &&
                      std::string_view("\"`$\\").find(exec[i + 1]) != std::string_view::npos;
        if (escape) ++i;
        current() += exec[i];
      }
      if (i == exec.size()) return ExecProblem{"Exec has a quote that is not closed"};
    } else {
      current() += c;
    }
    if (words.size() > MAX_WORDS) return ExecProblem{"Exec has too many words"};
  }
  if (word) words.push_back(std::move(*word));
  return words;
}

bool isDeprecated(char code) { return std::string_view("dDnNvm").find(code) != std::string_view::npos; }
bool isFiles(char code) { return std::string_view("fFuU").find(code) != std::string_view::npos; }

bool hasFieldCode(std::string_view text) {
  for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 2)) {
    if (!text.substr(at + 1).starts_with('%')) return true;
  }
  return false;
}

class Expander {
public:
  explicit Expander(const ExecContext& context) : m_context(context) {}

  std::string expand(const Word& word) {
    if (auto code = wholeCode(word)) return expandWhole(*code);
    return expandWithin(word);
  }

  std::vector<std::string> finish() {
    // What Exec has no place for, or only a place for one, still comes: the person named it.
    if (m_taken == 0 || m_partly)
      m_words.insert(m_words.end(), m_context.arguments.begin() + m_taken, m_context.arguments.end());
    return std::move(m_words);
  }

private:
  static std::optional<char> wholeCode(const Word& word) {
    if (word.size() != 2 || word[0] != '%' || word[1] == '%') return {};
    return word[1];
  }

  std::string expandWhole(char code) {
    auto add = [&](const std::string& text) { m_words.push_back(text); };
    if (isFiles(code)) {
      if (m_taken == 0) m_words.insert(m_words.end(), m_context.arguments.begin(), m_context.arguments.end());
      m_taken = static_cast<long>(m_context.arguments.size());
      m_partly = false;
    } else if (code == 'i') {
      if (!m_context.icon.empty()) add("--icon"), add(m_context.icon);
    } else if (code == 'c') {
      add(m_context.name);
    } else if (code == 'k') {
      add(m_context.file);
    } else if (!isDeprecated(code)) {
      return std::format("Exec has an unknown field code %{}", printable(code));
    }
    return {};
  }

  std::string expandWithin(std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        result += text[i];
        continue;
      }
      if (++i == text.size()) return "Exec has a single % at the end of a word";
      char code = text[i];
      if (code == '%') result += '%';
      else if (isFiles(code)) result += next();
      else if (code == 'c') result += m_context.name;
      else if (code == 'k') result += m_context.file;
      else if (code == 'i') result += m_context.icon;
      else if (!isDeprecated(code)) return std::format("Exec has an unknown field code %{}", printable(code));
    }
    m_words.push_back(std::move(result));
    return {};
  }

  // A code inside a word can only take one.
  std::string next() {
    if (m_taken > 0 || m_context.arguments.empty()) return {};
    m_taken = 1;
    m_partly = true;
    return m_context.arguments.front();
  }

  static char printable(char code) { return code > 0x20 && code < 0x7f ? code : '?'; }

  const ExecContext& m_context;
  std::vector<std::string> m_words;
  long m_taken = 0;  // How many of the arguments have found their place.
  bool m_partly = false;
};

}  // namespace

Expansion expandExec(std::string_view exec, const ExecContext& context) {
  if (exec.size() > MAX_EXEC) return ExecProblem{"Exec is too long"};
  if (exec.find('\0') != exec.npos) return ExecProblem{"Exec holds a NUL byte"};
  auto words = split(exec);
  if (auto problem = std::get_if<ExecProblem>(&words)) return *problem;
  auto& list = std::get<std::vector<Word>>(words);
  if (list.empty() || list[0].empty()) return ExecProblem{"Exec names no program"};
  if (hasFieldCode(list[0])) return ExecProblem{"Exec has a field code in place of the program"};
  Expander expander(context);
  for (auto& word : list) {
    if (auto reason = expander.expand(word); !reason.empty()) return ExecProblem{std::move(reason)};
  }
  return expander.finish();
}

std::string quotedForExec(std::string_view word) {
  std::string quoted = "\"";
  for (char c : word) {
    if (std::string_view("\"`$\\").find(c) != std::string_view::npos) quoted += '\\';
    if (c == '%') quoted += '%';
    quoted += c;
  }
  quoted += '"';
  // The value as a whole is unescaped once before it is split.
  std::string value;
  for (char c : quoted) {
    if (c == '\\') value += "\\\\";
    else if (c == '\n') value += "\\n";
    else if (c == '\t') value += "\\t";
    else if (c == '\r') value += "\\r";
    else value += c;
  }
  return value;
}

std::string_view fileFieldCode(std::string_view exec) {
  for (size_t i = 0; i + 1 < exec.size(); ++i) {
    if (exec[i] != '%') continue;
    if (isFiles(exec[i + 1])) return exec.substr(i, 2);
    ++i;
  }
  return {};
}

}  // namespace latchkey
