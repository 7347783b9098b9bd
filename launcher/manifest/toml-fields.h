// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A file of known fields in TOML: what both kinds of manifest are read with. A field nobody knows, of the wrong type or
// out of bounds is the problem of the whole, with file, line and field; the first problem stays, and what follows it
// changes nothing.

#include <cstdint>
#include <format>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Header only: a shared library for it would be loaded by every launch. With exceptions, caught right where it is
// called: without them its parser goes on after an error, into its own assertions (our fuzzer found "[= ").
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#include <toml++/toml.hpp>

namespace latchkey {

class TomlFields {
public:
  static constexpr size_t MAX_SIZE = 64 << 10;
  static constexpr size_t MAX_LIST = 64;
  static constexpr size_t MAX_TEXT = 300;
  static constexpr size_t MAX_PATH = 4096;

  using Setter = std::function<void(const toml::node&, const std::string& field)>;
  struct Field {
    std::string_view name;
    Setter set;
  };

  explicit TomlFields(std::string_view file) : m_file(file) {}

  void read(std::string_view text, const std::vector<Field>& known);

  // "FILE:LINE: FIELD: what is wrong", fit to be shown.
  const std::optional<std::string>& problem() const { return m_problem; }
  void fail(uint32_t line, const std::string& field, const std::string& what);

  Setter into(std::string& target, size_t most);
  Setter into(bool& target);
  void table(const toml::node& node, const std::string& field, const std::vector<Field>& known);
  // Each element in turn, up to the first problem.
  void tables(const toml::node& node, const std::string& field,
              const std::function<void(const toml::node&, const std::string& field)>& one,
              const char* called = "tables");
  // A table whose keys the author chooses: each in turn, up to the first problem.
  void named(const toml::node& node, const std::string& field,
             const std::function<void(const std::string& key, const toml::node&, const std::string& field)>& one);
  std::string text(const toml::node& node, const std::string& field, size_t most);
  std::vector<std::string> texts(const toml::node& node, const std::string& field);
  int64_t number(const toml::node& node, const std::string& field, int64_t least, int64_t most);
  // 512, "512M", "2G".
  uint64_t bytes(const toml::node& node, const std::string& field);

  static uint32_t line(const toml::node& node) { return node.source().begin.line; }

private:
  void readTable(const toml::table& table, const std::string& prefix, const std::vector<Field>& known);

  std::string m_file;
  std::optional<std::string> m_problem;
};

}  // namespace latchkey
