// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/layout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "launcher/bundle/bundle-id.h"

namespace latchkey::store {
namespace {

constexpr std::string_view VERSIONS = "versions/";
constexpr size_t DIGITS = 16;

kj::AutoCloseFd openBelow(int folder, const std::string& path, uint64_t flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  auto fd = static_cast<int>(syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how));
  return fd < 0 ? kj::AutoCloseFd() : kj::AutoCloseFd(fd);
}

bool isDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

kj::AutoCloseFd tryEnter(int folder, const std::string& path) {
  return openBelow(folder, path, O_RDONLY | O_DIRECTORY);
}

kj::AutoCloseFd tryOpen(int folder, const std::string& path) {
  auto file = openBelow(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat status{};
  if (file.get() < 0 || fstat(file, &status) < 0 || !S_ISREG(status.st_mode)) return {};
  return file;
}

kj::Maybe<std::string> tryRead(int folder, const std::string& path, size_t most) {
  auto file = tryOpen(folder, path);
  struct stat status{};
  if (file.get() < 0 || fstat(file, &status) < 0 || static_cast<uint64_t>(status.st_size) > most) return nullptr;
  std::string text(static_cast<size_t>(status.st_size), '\0');
  for (size_t got = 0; got < text.size();) {
    auto count = pread(file, text.data() + got, text.size() - got, static_cast<off_t>(got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return nullptr;
    got += static_cast<size_t>(count);
  }
  return text;
}

std::vector<std::string> namesIn(int folder) {
  std::vector<std::string> names;
  int raw = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::unique_ptr<DIR, int (*)(DIR*)> listing(raw < 0 ? nullptr : fdopendir(raw), closedir);
  while (listing) {
    auto entry = readdir(listing.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  return names;
}

std::string deployName(std::string_view version, std::string_view listDigest) {
  return std::string(version) + "-" + std::string(listDigest.substr(0, DIGITS));
}

bool isDeployName(std::string_view name) {
  if (name.size() <= DIGITS + 1 || name[name.size() - DIGITS - 1] != '-') return false;
  return std::ranges::all_of(name.substr(name.size() - DIGITS), isDigit) && isBundleVersion(versionOf(name));
}

std::string versionOf(std::string_view deployName) {
  return std::string(deployName.substr(0, deployName.size() - std::min(deployName.size(), DIGITS + 1)));
}

std::string linkedDeploy(int app, const char* link) {
  char target[512];
  auto length = readlinkat(app, link, target, sizeof target);
  if (length <= 0 || length == sizeof target) return {};
  std::string_view text(target, static_cast<size_t>(length));
  if (!text.starts_with(VERSIONS)) return {};
  text.remove_prefix(VERSIONS.size());
  return isDeployName(text) ? std::string(text) : std::string();
}

}  // namespace latchkey::store
