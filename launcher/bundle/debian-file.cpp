// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/debian-file.h"

#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "broker/base/text.h"
#include "launcher/bundle/archive.h"
#include "launcher/bundle/bundle-entry.h"
#include "launcher/bundle/extractor.h"

namespace latchkey {
namespace {

constexpr std::string_view MAGIC = "!<arch>\n";
constexpr size_t MEMBER_HEAD = 60, MAX_MEMBERS = 10, BLOCK = 512;
constexpr uint64_t MAX_CONTROL = 64 << 10, MAX_NAMES = 16 << 10;
constexpr size_t MAX_LEFT_OUT = 1000;

struct Refusal {
  std::string why;
};
[[noreturn]] void refuse(std::string why) { throw Refusal{std::move(why)}; }

uint64_t numberOf(std::string_view text, int base) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  uint64_t number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size()) refuse("it is damaged");
  return number;
}

// --- the file itself: an archive of ar's

struct Member {
  std::string name = {};
  uint64_t at = 0, size = 0;
};

std::vector<Member> membersOf(int file, uint64_t size) {
  char head[MEMBER_HEAD];
  if (pread(file, head, MAGIC.size(), 0) != static_cast<ssize_t>(MAGIC.size()) ||
      std::string_view(head, MAGIC.size()) != MAGIC)
    refuse("it is no Debian package");
  std::vector<Member> members;
  for (uint64_t at = MAGIC.size(); at < size;) {
    if (members.size() == MAX_MEMBERS) refuse("it is damaged");
    if (pread(file, head, sizeof head, static_cast<off_t>(at)) != static_cast<ssize_t>(sizeof head))
      refuse("it is damaged");
    std::string_view text(head, sizeof head);
    if (text.substr(58) != "`\n") refuse("it is damaged");
    auto name = text.substr(0, 16);
    while (!name.empty() && (name.back() == ' ' || name.back() == '/')) name.remove_suffix(1);
    Member member{.name = std::string(name), .at = at + sizeof head, .size = numberOf(text.substr(48, 10), 10)};
    if (member.size > size - member.at) refuse("it is damaged");
    at = member.at + member.size + member.size % 2;
    members.push_back(std::move(member));
  }
  return members;
}

// The one member of that name, whatever it is packed by.
ArchiveSource tarOf(const std::vector<Member>& members, int file, const std::string& name) {
  constexpr std::array ENDS = {std::pair{"", Compression::None}, std::pair{".gz", Compression::Gzip},
                               std::pair{".xz", Compression::Xz}, std::pair{".zst", Compression::Zstd},
                               std::pair{".bz2", Compression::Bzip2}};
  const Member* found = nullptr;
  Compression compression = Compression::None;
  for (auto& member : members) {
    for (auto& [end, how] : ENDS) {
      if (member.name != name + end) continue;
      if (found != nullptr) refuse("it is damaged");
      found = &member;
      compression = how;
    }
  }
  if (found == nullptr) refuse("it has no " + name);
  return ArchiveSource(file, found->at, found->size, compression);
}

// --- an archive of tar's, one entry after the other

struct TarEntry {
  char type = '0';
  std::string path = {}, target = {};
  uint64_t mode = 0, size = 0;
};

class TarReader {
public:
  explicit TarReader(ArchiveSource& source) : m_source(source) {}

  std::optional<TarEntry> next() {
    skip(m_left + m_padding);
    m_left = m_padding = 0;
    std::string longPath, longTarget;
    for (;;) {
      std::array<char, BLOCK> head;
      if (!fill(head.data(), head.size())) refuse("it is damaged");
      if (std::ranges::all_of(head, [](char c) { return c == 0; })) return {};
      auto entry = read({head.data(), head.size()});
      switch (entry.type) {
        case 'L': longPath = text(named(entry.size)); continue;
        case 'K': longTarget = text(named(entry.size)); continue;
        case 'x': extended(named(entry.size), longPath, longTarget); continue;
        case 'g': skipWhole(entry.size); continue;
        default: break;
      }
      if (!longPath.empty()) entry.path = longPath;
      if (!longTarget.empty()) entry.target = longTarget;
      bool file = entry.type == '0';
      if (!file) entry.size = entry.type == '5' || entry.type == '1' || entry.type == '2' ? 0 : entry.size;
      if (entry.size > bundle::MAX_BYTES) refuse("it is larger than a bundle may be");
      m_left = entry.size;
      m_padding = (BLOCK - entry.size % BLOCK) % BLOCK;
      return entry;
    }
  }

  // The next bytes of this entry's file.
  size_t read(char* bytes, size_t most) {
    auto wanted = static_cast<size_t>(std::min<uint64_t>(most, m_left));
    if (!fill(bytes, wanted)) refuse("it is damaged");
    m_left -= wanted;
    return wanted;
  }

private:
  bool fill(char* bytes, size_t size) { return m_source.read(bytes, size) == size; }

  void skip(uint64_t bytes) {
    std::array<char, 16 << 10> block;
    while (bytes > 0) {
      auto part = static_cast<size_t>(std::min<uint64_t>(bytes, block.size()));
      if (!fill(block.data(), part)) refuse("it is damaged");
      bytes -= part;
    }
  }

  void skipWhole(uint64_t size) {
    if (size > bundle::MAX_BYTES) refuse("it is damaged");
    skip(size + (BLOCK - size % BLOCK) % BLOCK);
  }

  // What stands in an entry of its own because it is too long for a head.
  std::string named(uint64_t size) {
    if (size > MAX_NAMES) refuse("it holds a name that is too long");
    std::string text(size, '\0');
    if (!fill(text.data(), text.size())) refuse("it is damaged");
    skip((BLOCK - size % BLOCK) % BLOCK);
    return text;
  }

  // "27 path=...\n", one after the other.
  static void extended(std::string_view records, std::string& path, std::string& target) {
    while (!records.empty()) {
      auto space = records.find(' ');
      if (space == records.npos) refuse("it is damaged");
      auto length = numberOf(records.substr(0, space), 10);
      if (length <= space + 1 || length > records.size() || records[length - 1] != '\n') refuse("it is damaged");
      auto record = records.substr(space + 1, length - space - 2);
      if (record.starts_with("path=")) path = record.substr(5);
      if (record.starts_with("linkpath=")) target = record.substr(9);
      if (record.starts_with("size=")) refuse("it holds a file that is too large");
      records.remove_prefix(length);
    }
  }

  static std::string text(std::string_view field) { return std::string(field.substr(0, field.find('\0'))); }

  static TarEntry read(std::string_view head) {
    uint64_t sum = 0;
    for (size_t i = 0; i < head.size(); ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(head[i]);
    if (numberOf(head.substr(148, 8), 8) != sum) refuse("it is damaged");
    TarEntry entry{.type = head[156] == '\0' ? '0' : head[156],
                   .path = text(head.substr(0, 100)),
                   .target = text(head.substr(157, 100)),
                   .mode = numberOf(head.substr(100, 8), 8),
                   .size = numberOf(head.substr(124, 12), 8)};
    bool prefixed = head.substr(257, 8) == std::string_view("ustar\00000", 8);
    if (auto prefix = text(head.substr(345, 155)); prefixed && !prefix.empty()) entry.path = prefix + "/" + entry.path;
    return entry;
  }

  ArchiveSource& m_source;
  uint64_t m_left = 0, m_padding = 0;
};

// --- paths

// "./usr/bin/x" -> {"usr", "bin", "x"}; steps up go up, and above the top nothing is.
std::optional<std::vector<std::string>> partsOf(std::string_view path, std::vector<std::string> parts = {}) {
  for (size_t start = 0; start <= path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    auto part = path.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else {
      if (parts.empty()) return {};
      parts.pop_back();
    }
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string path;
  for (auto& part : parts) path += (path.empty() ? "" : "/") + part;
  return path;
}

// Where it lies below files/: /usr at the top, /opt in opt. Nothing: it has no place there.
std::optional<std::vector<std::string>> placeOf(std::vector<std::string> parts) {
  if (parts.size() > 1 && parts[0] == "usr") {
    parts.erase(parts.begin());
    return parts;
  }
  if (parts.size() > 1 && parts[0] == "opt") return parts;
  return {};
}

// From the folder that holds `from` to `to`: steps up, then names.
std::string relativeTo(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  size_t common = 0;
  while (common + 1 < from.size() && common + 1 < to.size() && from[common] == to[common]) ++common;
  std::string path;
  for (size_t i = common; i + 1 < from.size(); ++i) path += "../";
  return path + joined({to.begin() + static_cast<ptrdiff_t>(common), to.end()});
}

// Nobody reads these of an app; where its licence is, stays.
bool isPaper(const std::string& path) {
  if (path.ends_with("/copyright")) return false;
  return std::ranges::any_of(std::array{"share/doc/", "share/man/", "share/info/", "share/lintian/", "share/bug/"},
                             [&](auto paper) { return path.starts_with(paper); });
}

// --- what it installs

class Contents {
public:
  Contents(DebianFile& package, int folder) : m_package(package), m_extractor(folder) {
    check(m_extractor.begin({.type = BundleEntry::Type::Directory, .path = std::string(bundle::FILES)}));
  }

  void take(TarReader& tar) {
    uint64_t entries = 0, bytes = 0;
    while (auto entry = tar.next()) {
      bytes += entry->size;
      if (++entries > bundle::MAX_ENTRIES || bytes > bundle::MAX_BYTES) refuse("it is larger than a bundle may be");
      takeOne(tar, *entry);
    }
  }

private:
  void leave(const TarEntry& entry, const char* why) {
    auto parts = partsOf(entry.path).value_or(std::vector<std::string>{});
    if (m_package.leftOut.size() < MAX_LEFT_OUT)
      m_package.leftOut.push_back(brief("/" + joined(parts), 300) + ": left out: " + why);
  }

  void takeOne(TarReader& tar, const TarEntry& entry) {
    auto parts = partsOf(entry.path);
    if (!parts || entry.path.find('\0') != entry.path.npos) refuse("it holds a path that leads out of it");
    auto place = placeOf(*parts);
    if (entry.type == '5') {
      if (place) ensureFolder(*place);
      return;
    }
    if (!place) return leave(entry, "only what is in /usr and /opt is taken along");
    if (isPaper(joined(*place))) return;
    if ((entry.mode & 06000) != 0 && entry.type == '0') return leave(entry, "it would run as somebody else");
    switch (entry.type) {
      case '0': return file(tar, *place, entry);
      case '1': return link(entry, *place, partsOf(entry.target));
      case '2': return link(entry, *place, symbolicTarget(*parts, entry.target));
      default: return leave(entry, "it is no file");
    }
  }

  static std::optional<std::vector<std::string>> symbolicTarget(std::vector<std::string> own,
                                                                const std::string& target) {
    own.pop_back();
    return target.starts_with('/') ? partsOf(target) : partsOf(target, std::move(own));
  }

  void link(const TarEntry& entry, const std::vector<std::string>& place,
            const std::optional<std::vector<std::string>>& to) {
    auto there = to ? placeOf(*to) : std::nullopt;
    if (!there) return leave(entry, "a link to what is not taken along");
    ensureFolder({place.begin(), place.end() - 1});
    write({.type = BundleEntry::Type::Link, .path = joined(place), .target = relativeTo(place, *there)});
  }

  void file(TarReader& tar, const std::vector<std::string>& place, const TarEntry& entry) {
    ensureFolder({place.begin(), place.end() - 1});
    write({.path = joined(place), .executable = (entry.mode & 0111) != 0, .size = entry.size});
    std::array<char, 64 << 10> block;
    while (auto count = tar.read(block.data(), block.size())) check(m_extractor.write({block.data(), count}));
    check(m_extractor.end());
  }

  void ensureFolder(const std::vector<std::string>& parts) {
    std::string path;
    for (auto& part : parts) {
      path += (path.empty() ? "" : "/") + part;
      if (m_folders.insert(path).second) write({.type = BundleEntry::Type::Directory, .path = path});
    }
  }

  void write(BundleEntry entry) {
    entry.path = std::string(bundle::FILES) + "/" + entry.path;
    if (entry.path.size() > bundle::MAX_PATH) refuse("it holds a path that is too long");
    check(m_extractor.begin(entry));
  }

  static void check(const std::string& problem) {
    if (!problem.empty()) refuse(problem);
  }

  DebianFile& m_package;
  Extractor m_extractor;
  std::set<std::string> m_folders = {};
};

// --- what is said about it

std::string controlOf(TarReader& tar) {
  while (auto entry = tar.next()) {
    auto parts = partsOf(entry->path);
    if (entry->type != '0' || !parts || *parts != std::vector<std::string>{"control"}) continue;
    if (entry->size > MAX_CONTROL) break;
    std::string text(entry->size, '\0');
    tar.read(text.data(), text.size());
    return text;
  }
  refuse("it does not say what it is");
}

void describe(DebianFile& package, std::string_view control) {
  while (!control.empty()) {
    auto end = std::min(control.find('\n'), control.size());
    auto line = control.substr(0, end);
    control.remove_prefix(std::min(end + 1, control.size()));
    for (auto [key, to] : {std::pair{"Package:", &package.name}, std::pair{"Version:", &package.version},
                           std::pair{"Description:", &package.summary}}) {
      if (!line.starts_with(key) || !to->empty()) continue;
      auto value = line.substr(strlen(key));
      while (value.starts_with(' ')) value.remove_prefix(1);
      *to = brief(value, 200);
    }
  }
  auto plain = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  if (package.name.size() < 2 || package.name.front() == '-' || !std::ranges::all_of(package.name, plain))
    refuse("its name is no package's");
}

}  // namespace

std::variant<DebianFile, BundleProblem> unpackDebianFile(int file, uint64_t size, int folder) {
  try {
    auto members = membersOf(file, size);
    if (members.empty() || members[0].name != "debian-binary") refuse("it is no Debian package");
    DebianFile package;
    auto control = tarOf(members, file, "control.tar");
    TarReader about(control);
    describe(package, controlOf(about));
    auto data = tarOf(members, file, "data.tar");
    TarReader contents(data);
    Contents(package, folder).take(contents);
    return package;
  } catch (const Refusal& refusal) {
    return BundleProblem{refusal.why};
  }
}

}  // namespace latchkey
