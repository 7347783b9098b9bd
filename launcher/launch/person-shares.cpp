// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/person-shares.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace latchkey {
namespace {

constexpr const char* LOOKS[] = {
    ".fonts", ".icons", ".themes", ".local/share/fonts", ".local/share/icons", ".local/share/themes"};

int openBelow(int home, const char* path, uint64_t flags) {
  open_how how{};
  how.flags = flags | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return static_cast<int>(syscall(SYS_openat2, home, path, &how, sizeof how));
}

bool isEmpty(int home, const char* path) {
  int fd = openBelow(home, path, O_RDONLY);
  if (fd < 0) return true;
  auto directory = fdopendir(fd);
  if (directory == nullptr) {
    close(fd);
    return true;
  }
  bool empty = true;
  while (auto entry = readdir(directory))
    empty = empty && (std::string_view(entry->d_name) == "." || std::string_view(entry->d_name) == "..");
  closedir(directory);
  return empty;
}

}  // namespace

std::vector<PersonShare> personShares(const std::string& home) {
  std::vector<PersonShare> result;
  int opened = open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return result;
  kj::AutoCloseFd top(opened);
  for (auto path : LOOKS) {
    int fd = openBelow(top, path, O_PATH);
    if (fd < 0) continue;
    kj::AutoCloseFd directory(fd);
    if (!isEmpty(top, path)) result.push_back({path, kj::mv(directory)});
  }
  return result;
}

}  // namespace latchkey
