// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/rules/preview.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <set>

namespace latchkey {
namespace {

struct Closes {
  void operator()(DIR* directory) const { closedir(directory); }
};

bool isPlainFile(DIR* directory, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_REG;
  struct stat status{};
  return fstatat(dirfd(directory), entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Preview previewOf(const Where& where, const PreviewLimits& limits) {
  Preview preview;
  std::string folder(where.root());
  int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  std::unique_ptr<DIR, Closes> directory(fd < 0 ? nullptr : fdopendir(fd));
  if (!directory) {
    if (fd >= 0) close(fd);
    return {.names = {}, .there = false};
  }
  auto until = std::chrono::steady_clock::now() + limits.time;
  std::set<std::string> first;
  for (size_t seen = 0; auto* entry = readdir(directory.get()); ++seen) {
    if (seen >= limits.entries || (seen % 256 == 255 && std::chrono::steady_clock::now() > until)) {
      preview.more = true;
      break;
    }
    std::string name = entry->d_name;
    if (!where.covers(folder == "/" ? "/" + name : folder + "/" + name) || !isPlainFile(directory.get(), *entry))
      continue;
    ++preview.total;
    first.insert(std::move(name));
    if (first.size() > limits.names) first.erase(std::prev(first.end()));
  }
  preview.names.assign(first.begin(), first.end());
  return preview;
}

}  // namespace latchkey
