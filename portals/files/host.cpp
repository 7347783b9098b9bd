// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <memory>

#include "portals/files/rules.h"
#include "portals/files/turn.h"

namespace latchkey::files {
namespace {

constexpr uint64_t INSIDE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;

// /proc/self/fd, held open from the start: walking to it costs as much as the rest of an opening.
const kj::AutoCloseFd OWN_DESCRIPTORS(open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC));

int openBeneath(int root, const char* relative, uint64_t flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = INSIDE;
  long fd;
  // EAGAIN: somebody renamed meanwhile and the kernel could not be sure; it says to try again.
  int tries = 0;
  do fd = syscall(SYS_openat2, root, relative, &how, sizeof how);
  while (fd < 0 && (errno == EINTR || (errno == EAGAIN && ++tries < 64)));
  return fd < 0 ? -errno : static_cast<int>(fd);
}

Thing find(int root, const char* relative, uint64_t flags) {
  Turn::Away away;
  Thing thing;
  int fd = openBeneath(root, *relative ? relative : ".", flags);
  if (fd < 0) {
    // Leaving the folder, or a link where a folder was: to the app such a name does not lead anywhere.
    thing.error = fd == -EXDEV || fd == -ELOOP || fd == -EAGAIN ? EACCES : -fd;
    return thing;
  }
  thing.fd = kj::AutoCloseFd(fd);
  thing.error = fstat(fd, &thing.status) < 0 ? errno : 0;
  return thing;
}

}  // namespace

Thing findBeneath(int root, const char* relative) { return find(root, relative, O_PATH | O_NOFOLLOW); }

Thing findBeneath(int root, std::string_view relative) { return findBeneath(root, std::string(relative).c_str()); }

Thing lookIn(int folder, const char* name) {
  Turn::Away away;
  Thing thing;
  thing.error = fstatat(folder, name, &thing.status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0 ? errno : 0;
  return thing;
}

Thing findParentBeneath(int root, std::string_view relative) {
  auto slash = relative.rfind('/');
  auto folder = slash == relative.npos ? std::string_view() : relative.substr(0, slash);
  return find(root, std::string(folder).c_str(), O_PATH | O_NOFOLLOW | O_DIRECTORY);
}

int reopen(int path, int flags) {
  char number[16];
  *std::to_chars(number, number + sizeof number - 1, path).ptr = '\0';
  Turn::Away away;
  int fd;
  do fd = openat(OWN_DESCRIPTORS, number, flags | O_CLOEXEC | O_NOCTTY);
  while (fd < 0 && errno == EINTR);
  return fd < 0 ? -errno : fd;
}

std::vector<std::string> namesIn(int folder) {
  std::vector<std::string> names;
  int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return names;
  std::unique_ptr<DIR, int (*)(DIR*)> listing(fdopendir(fd), closedir);
  if (!listing) {
    close(fd);
    return names;
  }
  while (auto* entry = readdir(listing.get())) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

std::string procPath(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace latchkey::files
