// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/private-home.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broker/base/ids.h"

namespace latchkey::sandbox {
namespace {

// -1 and errno, as the kernel has it.
int openDirectory(int at, const char* path) {
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(syscall(SYS_openat2, at, path, &how, sizeof how));
}

void requireOwn(int fd, const std::string& path) {
  struct stat info;
  KJ_SYSCALL(fstat(fd, &info), path);
  KJ_REQUIRE(S_ISDIR(info.st_mode), "the private home is not a directory", path);
  KJ_REQUIRE(info.st_uid == geteuid(), "the private home belongs to somebody else", path);
  KJ_REQUIRE((info.st_mode & 0022) == 0, "others may write to the private home", path);
}

// An app's own planting, so a name of random parts: it cannot be in the way as well.
void putAside(int parent, const char* name) {
  auto aside = std::string(name) + ".aside-" + randomToken().substr(0, 8);
  KJ_SYSCALL(renameat2(parent, name, parent, aside.c_str(), RENAME_NOREPLACE), name);
}

kj::AutoCloseFd stepInto(int parent, const std::string& name) {
  // Twice: once for what is there, once after making it. Whoever keeps swapping it gets a refusal.
  for (int attempt = 0; attempt < 3; ++attempt) {
    int fd = openDirectory(parent, name.c_str());
    if (fd >= 0) return kj::AutoCloseFd(fd);
    auto error = errno;
    if (error == ELOOP || error == ENOTDIR || error == EXDEV) {
      putAside(parent, name.c_str());
    } else if (error != ENOENT) {
      KJ_FAIL_SYSCALL("openat2", error, name);
    }
    if (mkdirat(parent, name.c_str(), 0755) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdirat", errno, name);
  }
  KJ_FAIL_REQUIRE("something keeps changing in the private home", name);
}

}  // namespace

PrivateHome PrivateHome::open(const std::string& profileDirectory) {
  int profile;
  KJ_SYSCALL(profile = ::open(profileDirectory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
             profileDirectory);
  kj::AutoCloseFd parent(profile);
  requireOwn(profile, profileDirectory);
  int home = openDirectory(profile, "home");
  if (home < 0 && errno == ENOENT) {
    if (mkdirat(profile, "home", 0700) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdirat", errno, profileDirectory);
    home = openDirectory(profile, "home");
  }
  auto error = errno;
  KJ_REQUIRE(home >= 0, "the private home is not a directory", profileDirectory, error);
  PrivateHome opened((kj::AutoCloseFd(home)));
  requireOwn(home, profileDirectory + "/home");
  return opened;
}

void PrivateHome::ensureDirectory(std::string_view below) const {
  kj::AutoCloseFd at;
  int parent = m_fd.get();
  for (size_t start = 0; start < below.size();) {
    auto end = std::min(below.find('/', start), below.size());
    std::string name(below.substr(start, end - start));
    KJ_REQUIRE(!name.empty() && name != "." && name != "..", "not a plain path", std::string(below));
    at = stepInto(parent, name);
    parent = at.get();
    start = end + 1;
  }
}

}  // namespace latchkey::sandbox
