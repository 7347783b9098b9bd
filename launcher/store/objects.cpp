// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/objects.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "launcher/store/layout.h"

namespace latchkey::store {
namespace {

constexpr size_t BUFFER = 256 << 10;
constexpr int TRIES = 50;
constexpr useconds_t BETWEEN_TRIES = 4'000;

std::string folderOf(const BundleEntry& entry) { return "objects/" + entry.digest.substr(0, 2); }
std::string nameOf(const BundleEntry& entry) { return entry.digest.substr(2) + (entry.executable ? ".x" : ""); }

bool isObjectName(std::string_view name) {
  if (name.ends_with(".x")) name.remove_suffix(2);
  return isDigest("00" + std::string(name));
}

bool isAs(const struct stat& status, const BundleEntry& entry) {
  return S_ISREG(status.st_mode) && (status.st_mode & 07777) == modeOf(entry) && status.st_uid == geteuid() &&
         static_cast<uint64_t>(status.st_size) == entry.size;
}

// Whoever has it open for writing could change it after it was digested, and its mode and name do not hinder them.
enum class Writers { None, Some, Unknown };

Writers writersOf(int file) {
  // Of what this process wrote, a program that it is just starting in another thread has a copy until it runs.
  for (int tried = 0; tried < TRIES; ++tried) {
    if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
      KJ_SYSCALL(fcntl(file, F_SETLEASE, F_UNLCK));
      return Writers::None;
    }
    if (errno != EAGAIN && errno != EINTR) return Writers::Unknown;  // Not every file system has leases.
    usleep(BETWEEN_TRIES);
  }
  return Writers::Some;
}

}  // namespace

unsigned modeOf(const BundleEntry& entry) { return entry.executable ? 0555 : 0444; }

void copyInto(int from, int folder, const std::string& name, const BundleEntry& entry) {
  int raw;
  KJ_SYSCALL(raw = openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600), name);
  kj::AutoCloseFd to(raw);
  off_t at = 0;
  while (static_cast<uint64_t>(at) < entry.size) {
    ssize_t count;
    KJ_SYSCALL(count = sendfile(to, from, &at, entry.size - static_cast<uint64_t>(at)));
    KJ_REQUIRE(count > 0, "a file of the store is shorter than it was", entry.path);
  }
  KJ_SYSCALL(fchmod(to, modeOf(entry)));
}

std::string digestOfFile(int file) {
  Digester digester;
  std::vector<char> buffer(BUFFER);
  for (off_t at = 0;;) {
    auto count = pread(file, buffer.data(), buffer.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {};
    if (count == 0) return digester.finish();
    digester.add({buffer.data(), static_cast<size_t>(count)});
    at += count;
  }
}

kj::AutoCloseFd Objects::open(const BundleEntry& entry) const {
  return tryOpen(m_store, folderOf(entry) + "/" + nameOf(entry));
}

bool Objects::has(const BundleEntry& entry) const {
  // Asked of each file of an app, several times. Whether all above it are folders is seen when it is linked.
  struct stat status{};
  auto path = folderOf(entry) + "/" + nameOf(entry);
  return fstatat(m_store, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && isAs(status, entry);
}

std::string Objects::examine(int folder, const std::string& name, const BundleEntry& entry) {
  auto file = tryOpen(folder, name);
  struct stat status{};
  if (file.get() < 0 || fstat(file, &status) < 0) return brief(entry.path, 200) + ": is missing";
  bool whole = status.st_nlink == 1 && static_cast<uint64_t>(status.st_size) == entry.size;
  auto writers = whole ? writersOf(file) : Writers::None;
  if (writers == Writers::Some) return brief(entry.path, 200) + ": is still being written";
  if (writers == Writers::Unknown) {
    auto own = name + ".own";
    copyInto(file, folder, own, entry);
    KJ_SYSCALL(renameat(folder, own.c_str(), folder, name.c_str()), name);
    file = tryOpen(folder, name);
    KJ_SYSCALL(fsync(file), name);
  }
  return whole && digestOfFile(file) == entry.digest ? "" : brief(entry.path, 200) + ": is not what was signed";
}

void Objects::adopt(int folder, const std::string& name, const BundleEntry& entry) { put(folder, name, entry, false); }

std::string Objects::replace(int folder, const std::string& name, const BundleEntry& entry) {
  auto problem = examine(folder, name, entry);
  if (problem.empty()) put(folder, name, entry, true);
  return problem;
}

void Objects::put(int folder, const std::string& name, const BundleEntry& entry, bool over) {
  auto file = tryOpen(folder, name);
  if (file.get() < 0) fail(brief(entry.path, 200) + ": was lost while it was stored");
  m_step();
  KJ_SYSCALL(fchmod(file, modeOf(entry)), name);
  auto parent = folderOf(entry);
  if (mkdirat(m_store, parent.c_str(), 0700) < 0 && errno != EEXIST) KJ_FAIL_SYSCALL("mkdir", errno, parent);
  auto objects = tryEnter(m_store, parent);
  if (objects.get() < 0) fail("the store is damaged: " + parent + " is no folder");
  // What is not as it should be makes way in any case.
  struct stat there{};
  bool taken = fstatat(objects, nameOf(entry).c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0;
  m_step();
  if (taken && isAs(there, entry) && !over) {
    KJ_SYSCALL(unlinkat(folder, name.c_str(), 0), name);
  } else {
    if (taken && S_ISDIR(there.st_mode)) fail("the store is damaged: a folder lies among its contents");
    KJ_SYSCALL(renameat(folder, name.c_str(), objects, nameOf(entry).c_str()), name);
  }
}

bool Objects::link(const BundleEntry& entry, int folder, const std::string& name) {
  auto objects = tryEnter(m_store, folderOf(entry));
  if (objects.get() < 0) return false;
  m_step();
  if (linkat(objects, nameOf(entry).c_str(), folder, name.c_str(), 0) == 0) return true;
  if (errno == ENOENT) return false;
  if (errno != EMLINK && errno != EPERM) KJ_FAIL_SYSCALL("link", errno, name);
  auto from = open(entry);
  if (from.get() < 0) return false;
  copyInto(from, folder, name, entry);
  return true;
}

uint64_t Objects::release(const BundleEntry& entry) {
  auto folder = tryEnter(m_store, folderOf(entry));
  struct stat status{};
  if (folder.get() < 0 || fstatat(folder, nameOf(entry).c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) return 0;
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1) return 0;
  m_step();
  return unlinkat(folder, nameOf(entry).c_str(), 0) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

uint64_t Objects::sweep() {
  uint64_t bytes = 0;
  auto all = tryEnter(m_store, "objects");
  if (all.get() < 0) return 0;
  for (auto& first : namesIn(all)) {
    auto folder = tryEnter(all, first);
    if (folder.get() < 0) continue;
    for (auto& name : namesIn(folder)) {
      struct stat status{};
      if (!isObjectName(name) || fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) continue;
      if (!S_ISREG(status.st_mode) || status.st_nlink != 1) continue;
      m_step();
      if (unlinkat(folder, name.c_str(), 0) == 0) bytes += static_cast<uint64_t>(status.st_size);
    }
    unlinkat(all, first.c_str(), AT_REMOVEDIR);  // Where it is empty now.
  }
  return bytes;
}

}  // namespace latchkey::store
