// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/manifest/toml-fields.h"

#include <algorithm>
#include <charconv>

#include "broker/base/text.h"
#include "launcher/manifest/toml-guard.h"

namespace latchkey {
namespace {

bool isClean(std::string_view text) { return escaped(text) == text; }

}  // namespace

void TomlFields::read(std::string_view text, const std::vector<Field>& known) {
  if (text.size() > MAX_SIZE) return fail(0, "", "larger than a manifest may be (64 KiB)");
  if (auto objection = objectionTo(text); !objection.what.empty()) return fail(objection.line, "", objection.what);
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(error.source().begin.line, "", std::string(error.description()));
  }
  readTable(table, "", known);
}

void TomlFields::fail(uint32_t line, const std::string& field, const std::string& what) {
  if (m_problem) return;
  m_problem = std::format("{}:{}: {}{}{}", escaped(m_file), line, field, field.empty() ? "" : ": ", brief(what, 300));
}

TomlFields::Setter TomlFields::into(std::string& target, size_t most) {
  return [this, &target, most](auto& node, auto& field) { target = text(node, field, most); };
}
TomlFields::Setter TomlFields::into(bool& target) {
  return [this, &target](const toml::node& node, const std::string& field) {
    if (auto value = node.as_boolean()) target = value->get();
    else fail(line(node), field, "must be true or false");
  };
}

void TomlFields::readTable(const toml::table& table, const std::string& prefix, const std::vector<Field>& known) {
  for (auto& [key, node] : table) {
    if (m_problem) return;
    auto field = prefix + brief(key.str(), 60);
    auto found = std::ranges::find(known, key.str(), &Field::name);
    if (found == known.end()) return fail(key.source().begin.line, field, "there is no such field");
    found->set(node, field);
  }
}

void TomlFields::table(const toml::node& node, const std::string& field, const std::vector<Field>& known) {
  if (auto inner = node.as_table()) readTable(*inner, field + ".", known);
  else fail(line(node), field, "must be a table");
}

std::string TomlFields::text(const toml::node& node, const std::string& field, size_t most) {
  auto value = node.as_string();
  if (value == nullptr) return fail(line(node), field, "must be a text"), std::string();
  if (value->get().empty() || value->get().size() > most) {
    return fail(line(node), field, std::format("must have 1 to {} bytes", most)), std::string();
  }
  if (!isClean(value->get())) return fail(line(node), field, "holds control or invisible characters"), std::string();
  return value->get();
}

std::vector<std::string> TomlFields::texts(const toml::node& node, const std::string& field) {
  auto array = node.as_array();
  if (array == nullptr || array->empty() || array->size() > MAX_LIST) {
    fail(line(node), field, "must be an array of 1 to 64 texts");
    return {};
  }
  std::vector<std::string> result;
  for (auto& one : *array) result.push_back(text(one, field, MAX_PATH));
  return result;
}

int64_t TomlFields::number(const toml::node& node, const std::string& field, int64_t least, int64_t most) {
  auto value = node.as_integer();
  if (value != nullptr && value->get() >= least && value->get() <= most) return value->get();
  fail(line(node), field, std::format("must be a whole number from {} to {}", least, most));
  return 0;
}

void TomlFields::tables(const toml::node& node, const std::string& field,
                        const std::function<void(const toml::node&, const std::string& field)>& one,
                        const char* called) {
  auto array = node.as_array();
  if (array == nullptr || array->size() > MAX_LIST)
    return fail(line(node), field, std::string("must be an array of at most 64 ") + called);
  for (auto& element : *array) {
    one(element, field);
    if (m_problem) return;
  }
}

void TomlFields::named(
    const toml::node& node, const std::string& field,
    const std::function<void(const std::string& key, const toml::node&, const std::string& field)>& one) {
  auto table = node.as_table();
  if (table == nullptr || table->size() > MAX_LIST)
    return fail(line(node), field, "must be a table of at most 64 entries");
  for (auto& [key, value] : *table) {
    one(std::string(key.str()), value, field + "." + brief(key.str(), 60));
    if (m_problem) return;
  }
}

uint64_t TomlFields::bytes(const toml::node& node, const std::string& field) {
  constexpr int64_t LEAST = 1 << 20, MOST = int64_t{1} << 44;
  if (node.is_integer()) return static_cast<uint64_t>(number(node, field, LEAST, MOST));
  auto value = node.as_string();
  auto written = value == nullptr ? std::string_view() : std::string_view(value->get());
  int64_t unit = written.ends_with('K')   ? 1 << 10
                 : written.ends_with('M') ? 1 << 20
                 : written.ends_with('G') ? 1 << 30
                                          : 0;
  int64_t amount = 0;
  if (unit != 0) {
    auto digits = written.substr(0, written.size() - 1);
    auto end = std::from_chars(digits.data(), digits.data() + digits.size(), amount);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size() || amount < 0 || amount > MOST / unit)
      amount = 0;
  }
  if (amount * unit < LEAST)
    fail(line(node), field, "must be a number of bytes of at least 1 MiB, or like \"512M\", \"2G\"");
  return static_cast<uint64_t>(amount * unit);
}

}  // namespace latchkey
