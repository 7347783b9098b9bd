// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <elf.h>
#include <fcntl.h>
#include <kj/io.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "launcher/display/display.h"

namespace latchkey {
namespace {

constexpr size_t MAX_HEADERS = 64;
constexpr size_t MAX_DYNAMIC = 1024;
constexpr std::array<std::string_view, 5> X = {"libX11.so", "libxcb.so", "libXt.so", "libXaw", "libXm.so"};
constexpr std::array<std::string_view, 12> TOOLKITS = {
    "libwayland-client", "libgtk-3",      "libgtk-4", "libgdk-3", "libQt5Gui", "libQt6Gui",
    "libQt5Widgets",     "libQt6Widgets", "libSDL2",  "libSDL3",  "libglfw",   "libclutter"};

template <typename T>
bool readAt(int fd, uint64_t offset, T* target, size_t count = 1) {
  return pread(fd, target, sizeof(T) * count, static_cast<off_t>(offset)) == static_cast<ssize_t>(sizeof(T) * count);
}

// Reads the names of the libraries that a 64-bit ELF file is linked to. Only reads: a malformed one simply has none.
std::vector<std::string> librariesOf(int fd) {
  Elf64_Ehdr header{};
  if (!readAt(fd, 0, &header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
    return {};
  std::vector<Elf64_Phdr> segments(std::min<size_t>(header.e_phnum, MAX_HEADERS));
  if (header.e_phentsize != sizeof(Elf64_Phdr) || !readAt(fd, header.e_phoff, segments.data(), segments.size()))
    return {};
  auto dynamic = std::ranges::find(segments, static_cast<Elf64_Word>(PT_DYNAMIC), &Elf64_Phdr::p_type);
  if (dynamic == segments.end()) return {};
  std::vector<Elf64_Dyn> entries(std::min<size_t>(dynamic->p_filesz / sizeof(Elf64_Dyn), MAX_DYNAMIC));
  if (!readAt(fd, dynamic->p_offset, entries.data(), entries.size())) return {};

  auto table = std::ranges::find(entries, static_cast<Elf64_Sxword>(DT_STRTAB), &Elf64_Dyn::d_tag);
  if (table == entries.end()) return {};
  auto address = table->d_un.d_ptr;
  auto holder = std::ranges::find_if(segments, [&](auto& s) {
    return s.p_type == PT_LOAD && address >= s.p_vaddr && address - s.p_vaddr < s.p_filesz;
  });
  if (holder == segments.end()) return {};
  auto names = holder->p_offset + (address - holder->p_vaddr);

  std::vector<std::string> libraries;
  for (auto& entry : entries) {
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag != DT_NEEDED) continue;
    char name[128] = {};
    if (pread(fd, name, sizeof name - 1, static_cast<off_t>(names + entry.d_un.d_val)) > 0)
      libraries.emplace_back(name);
  }
  return libraries;
}

}  // namespace

bool speaksXOnly(const std::string& program) {
  kj::AutoCloseFd fd(open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) return false;
  auto libraries = librariesOf(fd);
  auto any = [&](auto& names) {
    return std::ranges::any_of(libraries, [&](auto& library) {
      return std::ranges::any_of(names, [&](auto name) { return library.starts_with(name); });
    });
  };
  return any(X) && !any(TOOLKITS);
}

}  // namespace latchkey
