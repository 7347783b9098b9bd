// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/digest-list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <format>
#include <optional>
#include <span>

namespace latchkey {
namespace {

using Type = BundleEntry::Type;

constexpr std::string_view TITLE = "latchkey digests 1";

// Takes lines off the front, each ended by a line feed.
class Lines {
public:
  explicit Lines(std::string_view text) : m_rest(text) {}
  bool any() const { return !m_rest.empty(); }
  unsigned number() const { return m_number; }

  // The parts of the next line between tabs; nothing if they are not so many at most.
  std::optional<std::span<const std::string_view>> next() {
    auto end = m_rest.find('\n');
    if (end == m_rest.npos) return {};
    ++m_number;
    auto line = m_rest.substr(0, end);
    m_rest.remove_prefix(end + 1);
    size_t count = 0;
    for (;;) {
      if (count == m_parts.size()) return {};
      auto tab = line.find('\t');
      m_parts[count++] = line.substr(0, tab);
      if (tab == line.npos) break;
      line.remove_prefix(tab + 1);
    }
    return std::span<const std::string_view>(m_parts.data(), count);
  }

private:
  std::string_view m_rest;
  std::array<std::string_view, 5> m_parts;
  unsigned m_number = 0;
};

std::optional<uint64_t> numberOf(std::string_view text) {
  uint64_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || text.size() > 12) return {};
  return value;
}

std::optional<BundleEntry> entryOf(std::span<const std::string_view> parts) {
  if (parts.size() == 2 && parts[0] == "dir")
    return BundleEntry{.type = Type::Directory, .path = std::string(parts[1])};
  if (parts.size() == 3 && parts[0] == "link")
    return BundleEntry{.type = Type::Link, .path = std::string(parts[1]), .target = std::string(parts[2])};
  if (parts.size() != 4 || (parts[0] != "file" && parts[0] != "program")) return {};
  auto size = numberOf(parts[1]);
  if (!size || !isDigest(parts[2])) return {};
  return BundleEntry{.path = std::string(parts[3]),
                     .executable = parts[0] == "program",
                     .size = *size,
                     .digest = std::string(parts[2])};
}

BundleProblem malformed(unsigned line) { return {std::format("its list of files is malformed in line {}", line)}; }

}  // namespace

std::variant<DigestList, BundleProblem> DigestList::parse(std::string_view text) {
  DigestList list;
  Lines lines(text);
  auto line = lines.next();
  if (!line || line->size() != 1 || (*line)[0] != TITLE) return malformed(1);
  line = lines.next();
  if (!line || line->size() != 3 || (*line)[0] != "app" || !isBundleId((*line)[1]) || !isBundleVersion((*line)[2]))
    return malformed(2);
  list.id = (*line)[1];
  list.version = (*line)[2];
  line = lines.next();
  if (!line || line->size() != 3 || (*line)[0] != "archive" || !isDigest((*line)[2])) return malformed(3);
  auto size = numberOf((*line)[1]);
  if (!size || *size > BundleHead::MAX_ARCHIVE) return malformed(3);
  list.archiveSize = *size;
  list.archiveDigest = (*line)[2];
  while (lines.any()) {
    line = lines.next();
    auto entry = line ? entryOf(*line) : std::nullopt;
    if (!entry) return malformed(lines.number() + (line ? 0 : 1));
    list.entries.push_back(std::move(*entry));
    if (list.entries.size() > bundle::MAX_ENTRIES) break;
  }
  if (auto problem = objectionTo(list.entries); !problem.empty()) return BundleProblem{problem};
  // "007", a size of a folder, whatever else says the same in other words.
  if (list.text() != text) return BundleProblem{"its list of files is not written as it has to be"};
  return list;
}

std::string DigestList::text() const {
  std::string all = std::format("{}\napp\t{}\t{}\narchive\t{}\t{}\n", TITLE, id, version, archiveSize, archiveDigest);
  for (auto& entry : entries) {
    switch (entry.type) {
      case Type::Directory: all += "dir\t" + entry.path + "\n"; break;
      case Type::Link: all += "link\t" + entry.path + "\t" + entry.target + "\n"; break;
      case Type::File:
        all += std::format("{}\t{}\t{}\t{}\n", entry.executable ? "program" : "file", entry.size, entry.digest,
                           entry.path);
        break;
    }
  }
  return all;
}

uint64_t DigestList::bytes() const {
  uint64_t sum = 0;
  for (auto& entry : entries) sum += entry.size;
  return sum;
}

const BundleEntry* DigestList::find(std::string_view path) const {
  BundleEntry wanted{.path = std::string(path)};
  auto at = std::ranges::lower_bound(entries, wanted, goesBefore);
  return at != entries.end() && at->path == path ? &*at : nullptr;
}

bool isBundleId(std::string_view text) {
  auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (text.size() > 200 || text.find('.') == text.npos || text.starts_with('-')) return false;
  char before = '.';
  for (char c : text) {
    if (c == '.' ? before == '.' : !letter(c)) return false;
    before = c;
  }
  return before != '.';
}

bool isBundleVersion(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".+-~").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 64 && text[0] >= '0' && text[0] <= '9' && std::ranges::all_of(text, allowed);
}

}  // namespace latchkey
