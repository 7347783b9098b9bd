// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/mappings.h"

#include <dirent.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <set>
#include <thread>

#include "broker/base/files.h"
#include "broker/base/numbers.h"

namespace latchkey::files {
namespace {

// An app that has more than this mapped is told to have anything mapped.
constexpr size_t MOST_BYTES = 32 << 20;
constexpr size_t LONGEST_LINE = 16 << 10;

std::string placeOf(pid_t pid, const char* what) { return "/proc/" + std::to_string(pid) + "/" + what; }

// What is small.
std::string contentOf(pid_t pid, const char* what) {
  kj::AutoCloseFd fd(open(placeOf(pid, what).c_str(), O_RDONLY | O_CLOEXEC));
  char text[4096];
  auto length = fd.get() < 0 ? -1 : read(fd, text, sizeof text);
  return length <= 0 ? std::string() : std::string(text, static_cast<size_t>(length));
}

// The rest of a line is left out where it is longer than any that is of interest. False: it was too much.
bool eachLine(pid_t pid, const char* what, size_t& bytesLeft, const std::function<void(const char*)>& take) {
  kj::AutoCloseFd fd(open(placeOf(pid, what).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return true;  // Gone, or not ours.
  std::string line;
  char text[16384];
  for (ssize_t length; (length = read(fd, text, sizeof text)) > 0;) {
    if (static_cast<size_t>(length) > bytesLeft) return false;
    bytesLeft -= static_cast<size_t>(length);
    for (ssize_t i = 0; i < length; ++i) {
      if (text[i] != '\n') {
        if (line.size() < LONGEST_LINE) line += text[i];
        continue;
      }
      take(line.c_str());
      line.clear();
    }
  }
  return true;
}

std::vector<pid_t> allProcesses() {
  std::vector<pid_t> all;
  auto* list = opendir("/proc");
  if (!list) return all;
  while (auto* entry = readdir(list)) {
    if (auto pid = numberFrom<pid_t>(entry->d_name)) all.push_back(*pid);
  }
  closedir(list);
  return all;
}

// Who is in our own user namespace is in no sandbox. The person's own programs have more mapped than is worth reading.
bool isSandboxed(pid_t pid) {
  struct stat theirs{}, ours{};
  if (stat(placeOf(pid, "ns/user").c_str(), &theirs) < 0 || stat("/proc/self/ns/user", &ours) < 0) return false;
  return theirs.st_ino != ours.st_ino;
}

// "36 35 0:46 / /home/me/Documents rw,nosuid - fuse latchkey rw": the third of an exact "fuse", as ours are.
std::string deviceOfFuse(const char* line) {
  char device[64];
  auto* kind = strstr(line, " - fuse ");
  return kind && sscanf(line, "%*d %*d %63s", device) == 1 ? std::string(device) : std::string();
}

std::set<std::string> fuseDevicesIn(const struct stat& mountNamespace, const std::vector<pid_t>& processes,
                                    size_t& bytesLeft) {
  std::set<std::string> devices;
  for (auto pid : processes) {
    struct stat theirs{};
    if (stat(placeOf(pid, "ns/mnt").c_str(), &theirs) < 0) continue;
    if (theirs.st_ino != mountNamespace.st_ino || theirs.st_dev != mountNamespace.st_dev) continue;
    eachLine(pid, "mountinfo", bytesLeft, [&](const char* line) {
      auto device = deviceOfFuse(line);
      if (!device.empty()) devices.insert(kj::mv(device));
    });
    if (!devices.empty()) break;
  }
  return devices;
}

std::string nameOf(pid_t pid) {
  auto name = contentOf(pid, "comm");
  if (!name.empty()) name.pop_back();  // The end of the line.
  return name;
}

struct Search {
  kj::AutoCloseFd mountNamespace;
  kj::Maybe<std::vector<Mapping>> found;
  // RPC thread only.
  std::shared_ptr<bool> busy;
  kj::Own<kj::PromiseFulfiller<void>> done;
};

}  // namespace

Process processOf(pid_t thread, int64_t when) {
  auto status = contentOf(thread, "status");
  auto at = status.find("\nTgid:");
  if (thread <= 0 || at == std::string::npos) return {};
  at += sizeof "\nTgid:\t" - 1;
  auto pid = numberFrom<pid_t>(std::string_view(status).substr(at, status.find('\n', at) - at)).value_or(0);
  // Its name may hold anything, also ")": the times stand after the last one, the start as the 20th word.
  auto line = contentOf(pid, "stat");
  auto end = line.rfind(')');
  if (end == std::string::npos) return {};
  const char* word = line.c_str() + end + 1;
  for (int i = 0; i < 19 && word; ++i) word = strchr(word + 1, ' ');
  if (!word) return {};
  auto perTick = 1'000'000'000 / sysconf(_SC_CLK_TCK);
  if (strtoll(word, nullptr, 10) * perTick > when) return {};
  return {pid, nameOf(pid)};
}

kj::Maybe<std::vector<Mapping>> mappingsIn(int mountNamespace) {
  struct stat wanted{};
  if (fstat(mountNamespace, &wanted) < 0) return nullptr;
  auto bytesLeft = MOST_BYTES;
  auto processes = allProcesses();
  auto devices = fuseDevicesIn(wanted, processes, bytesLeft);
  // Not even a process of it may be looked at: then nothing is known.
  if (devices.empty()) return nullptr;
  std::vector<Mapping> found;
  for (auto pid : processes) {
    if (!isSandboxed(pid)) continue;
    std::set<uint64_t> inodes;
    // "7f12-7f13 rw-s 00000000 00:2e 1234  /home/me/Documents/a.txt", the device in two digits each, or more.
    bool whole = eachLine(pid, "maps", bytesLeft, [&](const char* line) {
      unsigned major = 0, minor = 0;
      unsigned long long inode = 0;
      // NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers fit.
      if (sscanf(line, "%*s %*s %*s %x:%x %llu", &major, &minor, &inode) != 3) return;
      if (devices.contains(std::to_string(major) + ":" + std::to_string(minor))) inodes.insert(inode);
    });
    if (!whole) return nullptr;
    for (auto inode : inodes) found.push_back({inode, {pid, nameOf(pid)}});
  }
  return kj::mv(found);
}

kj::Promise<kj::Maybe<std::vector<Mapping>>> Mappings::find(int mountNamespace, kj::Duration patience) {
  if (*m_busy || mountNamespace < 0) return kj::Maybe<std::vector<Mapping>>(nullptr);
  *m_busy = true;
  auto paf = kj::newPromiseAndFulfiller<void>();
  auto search = std::make_shared<Search>();
  search->mountNamespace = duplicate(mountNamespace);
  search->busy = m_busy;
  search->done = kj::mv(paf.fulfiller);
  // What the RPC thread owns goes back there, also at the end.
  std::thread([search, &inbox = m_inbox]() mutable {
    search->found = mappingsIn(search->mountNamespace);
    inbox.post([search = std::move(search)] {
      *search->busy = false;
      search->done->fulfill();
    });
  }).detach();
  return paf.promise.then([search]() mutable { return kj::mv(search->found); })
      .exclusiveJoin(m_timer.afterDelay(patience).then([]() -> kj::Maybe<std::vector<Mapping>> { return nullptr; }));
}

}  // namespace latchkey::files
