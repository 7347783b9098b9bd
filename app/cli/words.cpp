// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/words.h"

#include <algorithm>

#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

const Option& find(const std::vector<Option>& known, const std::string& name) {
  auto at = std::find_if(known.begin(), known.end(), [&](auto& option) { return option.name == name; });
  if (at == known.end()) throw UsageError("there is no option " + brief(name, 60));
  return *at;
}

}  // namespace

Typed Typed::parse(const std::vector<std::string>& arguments, const std::vector<Option>& known, Order order) {
  Typed typed;
  size_t i = 0;
  for (; i < arguments.size(); ++i) {
    auto& word = arguments[i];
    if (word == "--") {
      typed.m_dashed = typed.m_words.empty();
      ++i;
      break;
    }
    if (word.size() < 2 || word[0] != '-') {
      if (order == Order::BeforeWords) break;
      typed.m_words.push_back(word);
      continue;
    }
    auto equals = word.find('=');
    auto name = word.substr(0, equals);
    auto& option = find(known, name);
    bool optional = option.value.starts_with('[');
    std::string value;
    if (equals != word.npos) {
      if (option.value.empty()) throw UsageError(name + " takes no value");
      value = word.substr(equals + 1);
    } else if (!option.value.empty() && !optional) {
      if (++i == arguments.size()) throw UsageError(name + " needs a value: " + std::string(option.value));
      value = arguments[i];
    }
    auto& values = typed.m_options[name];
    if (!values.empty() && !option.value.ends_with("...")) throw UsageError(name + " is there twice");
    values.push_back(value);
  }
  typed.m_words.insert(typed.m_words.end(), arguments.begin() + static_cast<ptrdiff_t>(i), arguments.end());
  return typed;
}

std::string Typed::value(std::string_view option, std::string_view otherwise) const {
  auto at = m_options.find(option);
  return at == m_options.end() ? std::string(otherwise) : at->second.front();
}

std::vector<std::string> Typed::values(std::string_view option) const {
  auto at = m_options.find(option);
  return at == m_options.end() ? std::vector<std::string>() : at->second;
}

}  // namespace latchkey::cli
