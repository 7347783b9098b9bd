// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/host-needs.h"

#include <elf.h>
#include <string.h>
#include <unistd.h>

#include <optional>

#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr size_t MAX_SEGMENTS = 64, MAX_DYNAMIC = 4096, MAX_NEEDED = 1000, MAX_NAME = 255;

template <typename T>
std::optional<T> at(int file, uint64_t offset) {
  T value;
  if (offset > (uint64_t{1} << 40)) return {};
  if (pread(file, &value, sizeof value, static_cast<off_t>(offset)) != static_cast<ssize_t>(sizeof value)) return {};
  return value;
}

std::string textAt(int file, uint64_t offset) {
  char text[MAX_NAME + 1];
  if (offset > (uint64_t{1} << 40)) return {};
  auto count = pread(file, text, sizeof text, static_cast<off_t>(offset));
  auto length = count <= 0 ? 0 : strnlen(text, static_cast<size_t>(count));
  if (length == 0 || length == static_cast<size_t>(count)) return {};
  std::string name(text, length);
  return escaped(name) == name ? name : "";
}

// 64-bit little-endian only: what Latchkey runs on.
std::vector<std::string> neededBy(int file) {
  auto header = at<Elf64_Ehdr>(file, 0);
  if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
      header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_phentsize != sizeof(Elf64_Phdr))
    return {};
  std::vector<Elf64_Phdr> loaded;
  std::optional<Elf64_Phdr> dynamic;
  for (size_t i = 0; i < std::min<size_t>(header->e_phnum, MAX_SEGMENTS); ++i) {
    auto segment = at<Elf64_Phdr>(file, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return {};
    if (segment->p_type == PT_LOAD) loaded.push_back(*segment);
    if (segment->p_type == PT_DYNAMIC) dynamic = segment;
  }
  if (!dynamic) return {};
  std::vector<uint64_t> names;
  std::optional<uint64_t> table;
  for (size_t i = 0; i < std::min<uint64_t>(dynamic->p_filesz / sizeof(Elf64_Dyn), MAX_DYNAMIC); ++i) {
    auto entry = at<Elf64_Dyn>(file, dynamic->p_offset + i * sizeof(Elf64_Dyn));
    if (!entry || entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_NEEDED && names.size() < MAX_NEEDED) names.push_back(entry->d_un.d_val);
    if (entry->d_tag != DT_STRTAB) continue;
    for (auto& segment : loaded) {
      if (entry->d_un.d_ptr >= segment.p_vaddr && entry->d_un.d_ptr - segment.p_vaddr < segment.p_filesz)
        table = entry->d_un.d_ptr - segment.p_vaddr + segment.p_offset;
    }
  }
  std::vector<std::string> result;
  for (auto offset : names) {
    auto name = table ? textAt(file, *table + offset) : std::string();
    if (!name.empty()) result.push_back(name);
  }
  return result;
}

// "/usr/bin/python3" of "#!/usr/bin/env python3".
std::string interpreterOf(int file) {
  char text[256];
  auto count = pread(file, text, sizeof text, 0);
  if (count < 3 || text[0] != '#' || text[1] != '!') return {};
  std::string_view line(text + 2, static_cast<size_t>(count) - 2);
  auto end = line.find('\n');
  if (end == line.npos) return {};
  line = line.substr(0, end);
  auto word = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    auto length = std::min(line.find_first_of(" \t"), line.size());
    std::string one(line.substr(0, length));
    line.remove_prefix(length);
    return one;
  };
  auto first = word(), second = word();
  auto name = first.ends_with("/env") && !second.empty() && second[0] != '-' ? second : first;
  return escaped(name) == name ? name : "";
}

}  // namespace

void HostNeeds::add(int file, bool executable) {
  for (auto& name : neededBy(file)) m_libraries.insert(name);
  if (auto name = executable ? interpreterOf(file) : std::string(); !name.empty()) m_interpreters.insert(name);
}

std::vector<std::string> HostNeeds::missing(const std::vector<BundleEntry>& entries) const {
  std::set<std::string> names;
  for (auto& entry : entries) names.insert(entry.path.substr(entry.path.rfind('/') + 1));
  std::set<std::string> missing = m_interpreters;
  for (auto& name : m_libraries) {
    if (!names.contains(name)) missing.insert(name);
  }
  return {missing.begin(), missing.end()};
}

}  // namespace latchkey
