// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/app-image.h"

#include <elf.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

namespace latchkey {
namespace {

constexpr uint64_t SQUASHFS_HEADER = 96;

bool readAt(int fd, uint64_t offset, void* target, size_t size) {
  return pread(fd, target, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

// Where the ELF file ends by its own account: the section table stands last. 0 if the header makes no sense.
template <typename Header>
uint64_t endOfElf(int fd, uint64_t size) {
  Header header{};
  if (!readAt(fd, 0, &header, sizeof header)) return 0;
  uint64_t table = header.e_shoff, count = header.e_shnum, step = header.e_shentsize;
  if (table == 0 || count == 0 || step == 0 || table > size) return 0;
  uint64_t end = table + count * step;  // At most 2^64: table <= file size, the others are 16 bits.
  return end <= size ? end : 0;
}

}  // namespace

std::variant<AppImage, NoAppImage> identifyAppImage(int fd) {
  struct stat status{};
  unsigned char start[16];
  if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || !readAt(fd, 0, start, sizeof start)) return NoAppImage{};
  if (memcmp(start, ELFMAG, SELFMAG) != 0 || start[8] != 'A' || start[9] != 'I') return NoAppImage{};
  if (start[10] == 1) {
    return NoAppImage{
        "this AppImage has the old type 1 format, which cannot be looked into without running it: ask its maker for a "
        "newer one"};
  }
  if (start[10] != 2) return NoAppImage{"this AppImage has a type that Latchkey does not know"};
  if (start[EI_DATA] != ELFDATA2LSB) return NoAppImage{"this AppImage is for another kind of machine"};
  auto size = static_cast<uint64_t>(status.st_size);
  uint64_t offset = start[EI_CLASS] == ELFCLASS64   ? endOfElf<Elf64_Ehdr>(fd, size)
                    : start[EI_CLASS] == ELFCLASS32 ? endOfElf<Elf32_Ehdr>(fd, size)
                                                    : 0;
  char magic[4];
  if (offset == 0 || offset + SQUASHFS_HEADER > size || !readAt(fd, offset, magic, sizeof magic) ||
      memcmp(magic, "hsqs", 4) != 0) {
    return NoAppImage{"this AppImage is damaged: no file system image behind its program"};
  }
  return AppImage{offset, size};
}

std::string appImageDirectory(const std::string& latchkeyData, std::string_view hash) {
  return latchkeyData + "/appimages/" + std::string(hash);
}

std::string fileHash(int fd) {
  crypto_hash_sha256_state sum;
  crypto_hash_sha256_init(&sum);
  std::vector<unsigned char> buffer(1 << 18);
  for (off_t at = 0;;) {
    auto count = pread(fd, buffer.data(), buffer.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {};
    if (count == 0) break;
    crypto_hash_sha256_update(&sum, buffer.data(), static_cast<size_t>(count));
    at += count;
  }
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&sum, digest);
  char text[2 * sizeof digest + 1];
  return sodium_bin2hex(text, sizeof text, digest, sizeof digest);
}

}  // namespace latchkey
