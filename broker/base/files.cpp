// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "broker/base/ids.h"

namespace latchkey {
namespace {

void describe(Resolved& thing) {
  struct stat status{};
  KJ_SYSCALL(fstat(thing.fd, &status));
  thing.directory = S_ISDIR(status.st_mode);
  thing.device = status.st_dev;
  thing.inode = status.st_ino;
  char buffer[PATH_MAX];
  auto link = "/proc/self/fd/" + std::to_string(thing.fd.get());
  ssize_t length = readlink(link.c_str(), buffer, sizeof buffer);
  KJ_REQUIRE(length > 0 && length < static_cast<ssize_t>(sizeof buffer) && buffer[0] == '/', "not a file with a path");
  thing.path.assign(buffer, static_cast<size_t>(length));
  KJ_REQUIRE(status.st_nlink > 0, "the file has been deleted", thing.path);
  // What lies in another mount namespace (a sandbox's) has a path of that namespace. Here it would name something else,
  // and a person would be shown one thing and give another.
  struct stat named{};
  bool same = lstat(thing.path.c_str(), &named) == 0 && named.st_ino == status.st_ino && named.st_dev == status.st_dev;
  KJ_REQUIRE(same, "its path leads to something else", thing.path);
}

// Symbolic links as usual, but none of /proc: those lead into other processes' sandboxes and descriptors.
int openPath(const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
}

void makeParents(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
    auto parent = path.substr(0, slash);
    if (mkdir(parent.c_str(), 0700) < 0 && errno != EEXIST && errno != EROFS && errno != EACCES) {
      KJ_FAIL_SYSCALL("mkdir", errno, parent);
    }
  }
}

}  // namespace

kj::Maybe<Resolved> tryResolve(const std::string& path) {
  int fd = openPath(path);
  if (fd < 0) return nullptr;
  Resolved thing{.fd = kj::AutoCloseFd(fd), .path = {}};
  describe(thing);
  return thing;
}

Resolved resolve(kj::AutoCloseFd fd) {
  Resolved thing{.fd = kj::mv(fd), .path = {}};
  describe(thing);
  return thing;
}

void ensureOwnDirectory(const std::string& path) {
  makeParents(path);
  if (mkdir(path.c_str(), 0700) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdir", errno, path);
  int raw = open(path.c_str(), O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_RDONLY);
  KJ_REQUIRE(raw >= 0, "not a directory of its own (a symbolic link is not accepted here)", path);
  kj::AutoCloseFd fd(raw);
  struct stat status{};
  KJ_SYSCALL(fstat(fd, &status));
  KJ_REQUIRE(status.st_uid == geteuid(), "belongs to somebody else", path, status.st_uid);
  if ((status.st_mode & 0777) != 0700) {
    KJ_SYSCALL(fchmod(fd, 0700), path);
  }
}

kj::AutoCloseFd duplicate(int fd) {
  int copy;
  KJ_SYSCALL(copy = fcntl(fd, F_DUPFD_CLOEXEC, 3));
  return kj::AutoCloseFd(copy);
}

kj::AutoCloseFd openPathIn(int directory, const char* name) {
  int fd;
  KJ_SYSCALL(fd = openat(directory, name, O_PATH | O_CLOEXEC | O_NOFOLLOW), name);
  return kj::AutoCloseFd(fd);
}

kj::Maybe<std::string> tryReadFile(const std::string& path, size_t limit) {
  int raw = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (raw < 0) return nullptr;
  kj::AutoCloseFd fd(raw);
  struct stat status{};
  if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) return nullptr;
  std::string content;
  char buffer[16384];
  for (;;) {
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count < 0) {
      if (errno == EINTR) continue;
      return nullptr;
    }
    if (count == 0) return content;
    if (content.size() + static_cast<size_t>(count) > limit) return nullptr;
    content.append(buffer, static_cast<size_t>(count));
  }
}

void replaceFile(const std::string& path, std::string_view content, unsigned mode) {
  auto beside = path + "." + randomToken().substr(0, 8);
  int raw;
  KJ_SYSCALL(raw = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode), beside);
  kj::AutoCloseFd fd(raw);
  KJ_ON_SCOPE_FAILURE(unlink(beside.c_str()));
  kj::FdOutputStream(fd.get()).write(content.data(), content.size());
  KJ_SYSCALL(fsync(fd), beside);
  KJ_SYSCALL(rename(beside.c_str(), path.c_str()), path);
}

}  // namespace latchkey
