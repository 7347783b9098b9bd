// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/empty-directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/io.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "broker/base/ids.h"

namespace latchkey {
namespace {

std::vector<std::string> namesIn(int directory) {
  std::vector<std::string> names;
  int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return names;
  auto* list = fdopendir(fd);
  if (list == nullptr) {
    close(fd);
    return names;
  }
  while (auto* entry = readdir(list)) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(list);
  return names;
}

// A directory that may be entered and changed from now on. None if there is none of that name.
kj::AutoCloseFd openForRemoval(int parent, const std::string& name) {
  kj::AutoCloseFd directory(openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (directory.get() >= 0) chmod(("/proc/self/fd/" + std::to_string(directory.get())).c_str(), 0700);
  return directory;
}

}  // namespace

void emptyDirectory(const std::string& path) {
  kj::AutoCloseFd top(open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (top.get() < 0) return;
  auto waiting = namesIn(top);
  while (!waiting.empty()) {
    auto name = std::move(waiting.back());
    waiting.pop_back();
    if (unlinkat(top, name.c_str(), 0) == 0) continue;
    auto directory = openForRemoval(top, name);
    if (directory.get() < 0) continue;
    for (auto& below : namesIn(directory)) {
      if (unlinkat(directory, below.c_str(), 0) == 0) continue;
      // Brought up to the top, so that depth costs nothing. Its own "..", which that changes, must be writable.
      openForRemoval(directory, below);
      auto up = randomToken();
      if (renameat2(directory, below.c_str(), top, up.c_str(), RENAME_NOREPLACE) == 0) waiting.push_back(up);
    }
    unlinkat(top, name.c_str(), AT_REMOVEDIR);
  }
}

}  // namespace latchkey
