// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/mount-steps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/numbers.h"
#include "broker/base/send-descriptors.h"

// linux/mount.h and sys/mount.h exclude each other in older C libraries.
extern "C" int umount2(const char*, int) noexcept;

namespace latchkey::files {

int check(long result, const char* what) {
  if (result < 0) throw Failure{what, errno};
  return static_cast<int>(result);
}

int openTree(int from, const char* path, unsigned flags) {
  return static_cast<int>(syscall(SYS_open_tree, from, path, flags));
}

int openIn(int folder, const char* name, int flags) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT;
  return static_cast<int>(syscall(SYS_openat2, folder, name, &how, sizeof how));
}

namespace {

// Makes one name in the sandbox's own tree. bwrap may have made its root read-only at the end: that is undone for a
// moment.
int makeIn(int folder, const char* name, bool directory) {
  auto make = [&] {
    if (directory) return mkdirat(folder, name, 0755);
    int fd = openat(folder, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_WRONLY, 0600);
    return fd < 0 ? fd : close(fd);
  };
  if (make() == 0 || errno == EEXIST) return 0;
  if (errno != EROFS) return -1;
  mount_attr writable{}, readOnly{};
  writable.attr_clr = MOUNT_ATTR_RDONLY;
  readOnly.attr_set = MOUNT_ATTR_RDONLY;
  if (syscall(SYS_mount_setattr, folder, "", AT_EMPTY_PATH, &writable, sizeof writable) < 0) return -1;
  int result = make();
  int error = errno;
  syscall(SYS_mount_setattr, folder, "", AT_EMPTY_PATH, &readOnly, sizeof readOnly);
  errno = error;
  return result == 0 || error == EEXIST ? 0 : -1;
}

}  // namespace

int mountPoint(const std::string& path, bool directory) {
  int at = check(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "open /");
  for (size_t start = 1; start < path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    auto name = path.substr(start, end - start);
    bool folder = end < path.size() || directory;
    int flags = O_PATH | O_NOFOLLOW | (folder ? O_DIRECTORY : 0);
    int next = openIn(at, name.c_str(), flags);
    if (next < 0 && errno == ENOENT) {
      check(makeIn(at, name.c_str(), folder), "make the mount point");
      next = openIn(at, name.c_str(), flags);
    }
    check(next, "reach the mount point");
    close(at);
    at = next;
    start = end + 1;
  }
  return at;
}

bool isEmpty(int folder) {
  int fd = check(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "read the mount point");
  char entries[1024];
  bool empty = true;
  long length;
  while (empty && (length = syscall(SYS_getdents64, fd, entries, sizeof entries)) > 0) {
    for (long at = 0; at < length;) {
      unsigned short size;
      memcpy(&size, entries + at + 16, sizeof size);
      auto* name = entries + at + 19;
      if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) empty = false;
      at += size;
    }
  }
  close(fd);
  return empty;
}

void moveTo(int tree, int point) {
  check(syscall(SYS_move_mount, tree, "", point, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH), "move_mount");
}

int ownProc() { return check(open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC), "open /proc/self"); }

namespace {

std::string unescaped(const char* text) {
  std::string result;
  for (; *text; ++text) {
    if (text[0] == '\\' && text[1] && text[2] && text[3]) {
      result.push_back(static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0')));
      text += 3;
    } else {
      result.push_back(*text);
    }
  }
  return result;
}

}  // namespace

std::vector<Mounted> mountedNow(int proc) {
  int fd = check(openat(proc, "mountinfo", O_RDONLY | O_CLOEXEC), "read the mounts");
  auto* file = fdopen(fd, "r");
  std::vector<Mounted> all;
  char* line = nullptr;
  size_t size = 0;
  while (getline(&line, &size, file) > 0) {
    Mounted one;
    one.view = strstr(line, " - fuse latchkey-files ") != nullptr;  // Blanks in names are written otherwise.
    char* rest = nullptr;
    strtok_r(line, " ", &rest);
    one.id = numberFrom<unsigned>(line).value_or(0);
    for (int skipped = 0; skipped < 3; ++skipped) strtok_r(nullptr, " ", &rest);
    if (auto* path = strtok_r(nullptr, " ", &rest)) one.path = unescaped(path);
    all.push_back(std::move(one));
  }
  free(line);
  fclose(file);
  return all;
}

unsigned long long mountIdOf(int fd) {
  struct statx status{};
  return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &status) == 0 ? status.stx_mnt_id : 0;
}

int unmountAt(int proc, int fd, int flags) {
  int names = check(openat(proc, "fd", O_PATH | O_DIRECTORY | O_CLOEXEC), "open descriptors");
  check(fchdir(names), "enter descriptors");
  close(names);
  return umount2(std::to_string(fd).c_str(), flags) == 0 ? 0 : errno;
}

void sendAnswer(int socket, const std::string& text, int fd, int second) {
  int fds[] = {fd, second};
  auto count = fd < 0 ? 0u : second < 0 ? 1u : 2u;
  check(sendWithDescriptors(socket, text, kj::arrayPtr(fds, count)), "answer");
}

}  // namespace latchkey::files
