// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/host-facts.h"

#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace latchkey::sandbox {
namespace {

// Names no account, no host, no secret. The last ones are for connections: whom the system trusts, and what ports and
// protocols are called.
constexpr const char* CONFIGURATION[] = {
    "/etc/ld.so.cache", "/etc/fonts",        "/etc/alternatives",    "/etc/xdg",      "/etc/chromium.d", "/etc/ssl",
    "/etc/pki/tls",     "/etc/pki/ca-trust", "/etc/ca-certificates", "/etc/services", "/etc/protocols",
};

constexpr const char* CACHES_OF_TYPES[] = {"/usr/local/share/applications/mimeinfo.cache",
                                           "/usr/share/applications/mimeinfo.cache"};
constexpr size_t MOST_TYPES = 4096;
constexpr size_t LONGEST_TYPE = 128;

bool isMimeType(const std::string& type) {
  auto fits = [](unsigned char c) {
    return c < 128 && (isalnum(c) != 0 || std::string_view("!#$&^_.+-/").contains(c));
  };
  return type.size() <= LONGEST_TYPE && std::ranges::all_of(type, fits) && std::ranges::count(type, '/') == 1 &&
         !type.starts_with('/') && !type.ends_with('/');
}

constexpr const char* ROOT_NAMES[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

std::string linkTarget(const std::string& path) {
  char target[PATH_MAX];
  auto length = readlink(path.c_str(), target, sizeof target);
  return length <= 0 ? std::string() : std::string(target, static_cast<size_t>(length));
}

bool exists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

bool isDirectory(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool hasEntries(const std::string& path) {
  auto directory = opendir(path.c_str());
  if (directory == nullptr) return false;
  bool any = false;
  while (auto entry = readdir(directory)) any = any || entry->d_name[0] != '.';
  closedir(directory);
  return any;
}

}  // namespace

std::set<std::string> handledTypes(std::istream& cache) {
  std::set<std::string> types;
  for (std::string line; types.size() < MOST_TYPES && std::getline(cache, line);) {
    auto type = line.substr(0, line.find('='));
    if (type.size() < line.size() && isMimeType(type)) types.insert(type);
  }
  return types;
}

HostFacts HostFacts::gather(const std::string& root) {
  auto at = [&](const char* path) { return root == "/" ? std::string(path) : root + path; };
  HostFacts facts{.uid = getuid(), .gid = getgid()};
  facts.systemDirectories.push_back("/usr");
  for (auto name : ROOT_NAMES) {
    auto target = linkTarget(at(name));
    if (!target.empty()) {
      facts.rootLinks.emplace_back(name, target);
    } else if (isDirectory(at(name))) {
      facts.systemDirectories.push_back(name);
    }
  }
  for (auto path : CONFIGURATION) {
    if (exists(at(path))) facts.configuration.push_back(path);
  }
  auto zone = linkTarget(at("/etc/localtime"));
  // Only a zone of the system's own collection: a link elsewhere would lead nowhere inside.
  if (zone.starts_with("..")) zone.erase(0, 2);
  if (zone.starts_with("/usr/share/zoneinfo/")) facts.configurationLinks.emplace_back("/etc/localtime", zone);
  for (auto path : {"/usr/share/fonts", "/usr/share/icons", "/usr/share/themes"}) {
    if (isDirectory(at(path))) facts.looks.push_back(path);
  }
  if (isDirectory(at("/var/cache/fontconfig"))) facts.caches.push_back("/var/cache/fontconfig");
  if (isDirectory(at("/dev/dri"))) facts.graphics.push_back("/dev/dri");
  for (auto path : {"/sys/dev/char", "/sys/devices"}) {
    if (isDirectory(at(path))) facts.graphicsInformation.push_back(path);
  }
  std::set<std::string> handled;
  for (auto path : CACHES_OF_TYPES) {
    std::ifstream cache(at(path));
    handled.merge(handledTypes(cache));
  }
  facts.handled.assign(handled.begin(), handled.end());
  facts.optional = hasEntries(at("/opt"));
  return facts;
}

}  // namespace latchkey::sandbox
