// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/trash.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr unsigned MOST_OF_A_NAME = 10'000;

struct Can {
  kj::AutoCloseFd files, info;
  std::string top;  // Paths in it are relative to this; empty: absolute.
};

kj::AutoCloseFd openFolder(int parent, const char* name) {
  return kj::AutoCloseFd(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// A folder of ours alone, made where it is not there. None if it is a link, or somebody else's.
kj::AutoCloseFd ownFolder(int parent, const char* name) {
  if (parent < 0) return {};
  mkdirat(parent, name, 0700);
  auto fd = openFolder(parent, name);
  struct stat status{};
  if (fd.get() < 0 || fstat(fd, &status) < 0 || status.st_uid != getuid() || (status.st_mode & 0022) != 0) return {};
  return fd;
}

Can canIn(const kj::AutoCloseFd& trash, std::string top) {
  return {.files = ownFolder(trash, "files"), .info = ownFolder(trash, "info"), .top = kj::mv(top)};
}

kj::AutoCloseFd sharedTrash(int top) {
  auto shared = openFolder(top, ".Trash");
  struct stat status{};
  bool sticky = shared.get() >= 0 && fstat(shared, &status) == 0 && (status.st_mode & S_ISVTX) != 0;
  if (!sticky) return {};
  return ownFolder(shared, std::to_string(getuid()).c_str());
}

// The folder at the top of the file system that holds `path`.
std::string topOf(std::string path, uint64_t device) {
  while (path != "/") {
    auto slash = path.rfind('/');
    auto parent = slash == 0 ? std::string("/") : path.substr(0, slash);
    struct stat status{};
    if (lstat(parent.c_str(), &status) < 0 || status.st_dev != device) break;
    path = parent;
  }
  return path;
}

Can canFor(const Resolved& thing, const std::string& dataHome) {
  auto home = kj::AutoCloseFd(open(dataHome.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status{};
  if (home.get() >= 0 && fstat(home, &status) == 0 && status.st_dev == thing.device)
    return canIn(ownFolder(home, "Trash"), {});
  auto top = topOf(thing.path, thing.device);
  auto folder = openFolder(AT_FDCWD, top.c_str());
  if (folder.get() < 0) return {};
  auto trash = sharedTrash(folder);
  if (trash.get() < 0) trash = ownFolder(folder, (".Trash-" + std::to_string(getuid())).c_str());
  return canIn(trash, top);
}

std::string percentEncoded(std::string_view path) {
  std::string out;
  for (unsigned char c : path) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' ||
                 c == '_' || c == '.' || c == '~';
    char code[4];
    snprintf(code, sizeof code, "%%%02X", c);
    out += plain ? std::string(1, static_cast<char>(c)) : code;
  }
  return out;
}

std::string infoOf(const Resolved& thing, const std::string& top, int64_t now) {
  auto path = top.empty() ? thing.path : thing.path.substr(top == "/" ? 1 : top.size() + 1);
  auto seconds = static_cast<time_t>(now);
  struct tm local{};
  localtime_r(&seconds, &local);
  char date[32];
  strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &local);
  return "[Trash Info]\nPath=" + percentEncoded(path) + "\nDeletionDate=" + date + "\n";
}

bool isThing(int folder, const std::string& name, const Resolved& thing) {
  struct stat status{};
  return fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_ino == thing.inode &&
         status.st_dev == thing.device;
}

bool writeAll(int fd, const std::string& text) {
  return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
}

// The name's own, or with a number behind it, held by its .trashinfo. Empty: none, or the disk refuses.
std::string reserved(const Can& can, const std::string& name, const std::string& info) {
  for (unsigned number = 1; number <= MOST_OF_A_NAME; ++number) {
    auto suffix = number == 1 ? "" : "." + std::to_string(number);
    auto tried = name.substr(0, 255 - 10 - suffix.size()) + suffix;
    auto file = tried + ".trashinfo";
    kj::AutoCloseFd fd(openat(can.info, file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd.get() < 0 && errno == EEXIST) continue;
    if (fd.get() < 0) return {};
    struct stat status{};
    bool free = fstatat(can.files, tried.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0;
    // Some disks find out only at closing that they have no room.
    bool written = free && writeAll(fd, info);
    if (close(fd.release()) == 0 && written) return tried;
    unlinkat(can.info, file.c_str(), 0);
    if (free) return {};
  }
  return {};
}

bool rename(int from, const std::string& name, int to, const std::string& other) {
  return renameat2(from, name.c_str(), to, other.c_str(), RENAME_NOREPLACE) == 0;
}

}  // namespace

bool moveToTrash(const Resolved& thing, const std::string& dataHome, int64_t now) {
  auto slash = thing.path.rfind('/');
  auto name = thing.path.substr(slash + 1);
  if (name.empty() || liesIn(thing.path, dataHome + "/Trash") || liesIn(dataHome, thing.path)) return false;
  auto folder = tryResolve(slash == 0 ? "/" : thing.path.substr(0, slash));
  KJ_IF_MAYBE (parent, folder) {
    if (parent->path != (slash == 0 ? "/" : thing.path.substr(0, slash))) return false;
    if (!isThing(parent->fd, name, thing)) return false;
    auto can = canFor(thing, dataHome);
    if (can.files.get() < 0 || can.info.get() < 0) return false;
    auto kept = reserved(can, name, infoOf(thing, can.top, now));
    if (kept.empty()) return false;
    bool moved = rename(parent->fd, name, can.files, kept);
    if (moved && isThing(can.files, kept, thing)) return true;
    // Somebody put another thing there between the look and the move: it goes back.
    if (moved) rename(can.files, kept, parent->fd, name);
    unlinkat(can.info, (kept + ".trashinfo").c_str(), 0);
  }
  return false;
}

}  // namespace latchkey
