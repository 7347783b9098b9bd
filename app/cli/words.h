// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What was typed: options and words, against what a command knows.
//
// Strict on purpose: an option nobody knows is an error, not a word, and what stands after `--` is never an option.
// `run` reads options only up to its first word: everything behind that belongs to the program that is started, however
// much it looks like an option of ours (CVE-2024-32462 is what happens otherwise).

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

struct Option {
  std::string_view name;  // "--json"
  // What stands for its value in help; empty: takes none; "[...]": may have one after `=`; "...": may be said again.
  std::string_view value;
  std::string_view text;
  std::string_view completes = {};  // Kind of word `latchkey __complete` offers for the value.
};

enum class Order {
  Anywhere,     // Options may stand among the words.
  BeforeWords,  // The first word ends the options.
};

// The person typed something that cannot be meant. The text is one line.
class UsageError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

class Typed {
public:
  // Throws UsageError for an unknown option, a value that is missing or not wanted, or an option said twice.
  static Typed parse(const std::vector<std::string>& arguments, const std::vector<Option>& known, Order order);

  bool has(std::string_view option) const { return m_options.contains(option); }
  // Its value; `otherwise` if it was not said.
  std::string value(std::string_view option, std::string_view otherwise = {}) const;
  // All that were said.
  std::vector<std::string> values(std::string_view option) const;

  const std::vector<std::string>& words() const { return m_words; }
  // Whether `--` stood before the first word.
  bool dashed() const { return m_dashed; }

private:
  std::map<std::string, std::vector<std::string>, std::less<>> m_options;
  std::vector<std::string> m_words;
  bool m_dashed = false;
};

}  // namespace latchkey::cli
