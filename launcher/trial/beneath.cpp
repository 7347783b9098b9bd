// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/trial/beneath.h"

#include <dirent.h>
#include <errno.h>
#include <kj/common.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace latchkey::trial {

kj::AutoCloseFd openBeneath(int root, const std::string& relative, int flags) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long fd;
  int tries = 0;  // EAGAIN: something was renamed meanwhile and the kernel could not be sure.
  do fd = syscall(SYS_openat2, root, relative.empty() ? "." : relative.c_str(), &how, sizeof how);
  while (fd < 0 && (errno == EINTR || (errno == EAGAIN && ++tries < 64)));
  return kj::AutoCloseFd(static_cast<int>(fd));
}

kj::AutoCloseFd openParentBeneath(int root, const std::string& relative) {
  auto slash = relative.rfind('/');
  return openBeneath(root, slash == relative.npos ? std::string() : relative.substr(0, slash), O_PATH | O_DIRECTORY);
}

std::string lastPart(const std::string& relative) { return relative.substr(relative.rfind('/') + 1); }

bool statusBeneath(int root, const std::string& relative, struct stat& status) {
  auto fd = openBeneath(root, relative, O_PATH);
  return fd.get() >= 0 && fstat(fd, &status) == 0;
}

std::vector<std::string> namesIn(int directory) {
  std::vector<std::string> names;
  // A descriptor of its own, since closedir() closes it and the position is shared.
  auto own = openBeneath(directory, {}, O_RDONLY | O_DIRECTORY);
  if (own.get() < 0) return names;
  auto* stream = fdopendir(own.release());
  if (stream == nullptr) return names;
  KJ_DEFER(closedir(stream));
  while (auto* entry = readdir(stream)) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace latchkey::trial
