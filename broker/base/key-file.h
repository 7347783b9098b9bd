// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The file format of desktop entries and icon themes: groups of keys.
//
// Bundles and apps bring such files, so a malformed one is normal input. What could be read in two ways is refused as a
// whole - NUL bytes (CVE-2021-43860), a group or key given twice, lines that are neither - because another reader, or a
// person's editor, might see the other meaning. A refused file is as if it were not there, and why is kept for who
// asks.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

// What a group or key given twice means: nothing at all, or - for files that only choose pictures - the first one.
enum class Repeats { Refused, FirstCounts };

class KeyFile {
public:
  static constexpr size_t MAX_SIZE = 1 << 20;
  static constexpr size_t MAX_LINES = 20000;

  struct Entry {
    std::string_view key;    // "Name[de]" as written.
    std::string_view value;  // As written, still escaped.
  };
  struct Group {
    std::string_view name;
    std::vector<Entry> entries;
    std::optional<std::string_view> find(std::string_view key) const;
  };

  // Takes the text; `problem` says why there is no result: "line 3: ...".
  static std::optional<KeyFile> parse(std::string text, std::string* problem = nullptr, Repeats = Repeats::Refused);

  const Group* find(std::string_view group) const;
  const std::vector<Group>& groups() const { return m_groups; }

  KeyFile(KeyFile&&) = default;
  KeyFile& operator=(KeyFile&&) = default;

private:
  KeyFile() = default;
  std::vector<char> m_text;  // Not a string: moving it must not move the characters.
  std::vector<Group> m_groups;
};

// `\s \n \t \r \\` undone; `\;` too. Anything else after a backslash stays as it is.
std::string unescapedValue(std::string_view value);
// Split at ';' that is not escaped, each part unescaped, empty parts dropped.
std::vector<std::string> listValue(std::string_view value);
bool boolValue(std::optional<std::string_view> value);

// The keys under which a translation for `locale` may stand, best first, without the bare key:
// "Name[lang_COUNTRY@MODIFIER]", "Name[lang_COUNTRY]", "Name[lang@MODIFIER]", "Name[lang]".
std::vector<std::string> localizedKeys(std::string_view key, std::string_view locale);
std::optional<std::string_view> findLocalized(const KeyFile::Group& group, std::string_view key,
                                              std::string_view locale);

}  // namespace latchkey
