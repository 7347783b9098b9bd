// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/memory-file.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/mman.h>
#include <unistd.h>

namespace latchkey::sandbox {

kj::AutoCloseFd memoryFile(const char* name, std::span<const unsigned char> content) {
  int fd;
  KJ_SYSCALL(fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  kj::AutoCloseFd file(fd);
  kj::FdOutputStream(fd).write(content.data(), content.size());
  KJ_SYSCALL(lseek(fd, 0, SEEK_SET));
  KJ_SYSCALL(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
  return file;
}

kj::AutoCloseFd memoryFile(const char* name, std::string_view content) {
  return memoryFile(name, std::span(reinterpret_cast<const unsigned char*>(content.data()), content.size()));
}

}  // namespace latchkey::sandbox
