// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/designations.h"

#include <sys/stat.h>

namespace latchkey::cli {
namespace {

constexpr std::string_view SYSTEM[] = {"/usr",  "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc",
                                       "/proc", "/sys", "/dev",  "/run", "/boot",  "/var",   "/root"};
// Inside those, but the person's: removable media, and temporary files.
constexpr std::string_view PERSONAL[] = {"/run/media", "/var/tmp"};

bool below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool atOrBelow(std::string_view path, std::string_view folder) { return path == folder || below(path, folder); }

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool plainThing(const Resolved& thing) {
  struct stat status{};
  return fstat(thing.fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

kj::Maybe<Resolved> tryNamed(const std::string& path, const std::string& home) {
  try {
    KJ_IF_MAYBE (thing, tryResolve(path)) {
      if (plainThing(*thing) && canBeNamed(thing->path, home)) return kj::mv(*thing);
    }
  } catch (const kj::Exception&) {
    // Deleted between the two looks: it names nothing.
  }
  return nullptr;
}

}  // namespace

bool canBeNamed(const std::string& path, const std::string& home) {
  if (path == "/" || path == "/tmp" || path == "/home" || atOrBelow(home, path)) return false;
  if (below(path, home)) return true;
  for (auto folder : PERSONAL) {
    if (below(path, folder)) return true;
  }
  for (auto folder : SYSTEM) {
    if (atOrBelow(path, folder)) return false;
  }
  return true;
}

kj::Maybe<std::string> pathOfUri(const std::string& uri) {
  std::string_view rest = uri;
  if (rest.starts_with("file://localhost/")) rest.remove_prefix(sizeof "file://localhost" - 1);
  else if (rest.starts_with("file:///")) rest.remove_prefix(sizeof "file://" - 1);
  else return nullptr;
  std::string path;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '?' || rest[i] == '#') return nullptr;
    if (rest[i] != '%') {
      path += rest[i];
      continue;
    }
    int high = i + 2 < rest.size() ? hexDigit(rest[i + 1]) : -1, low = i + 2 < rest.size() ? hexDigit(rest[i + 2]) : -1;
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return nullptr;
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return path;
}

std::string uriOfPath(const std::string& path) {
  constexpr std::string_view PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=:@";
  constexpr char HEX[] = "0123456789ABCDEF";
  std::string uri = "file://";
  for (char c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (PLAIN.find(c) != PLAIN.npos) uri += c;
    else uri += {'%', HEX[byte >> 4], HEX[byte & 15]};
  }
  return uri;
}

NamedArguments findNamed(std::vector<std::string> arguments, const WorkingDirectory& directory,
                         const std::string& home) {
  NamedArguments found;
  for (size_t i = 0; i < arguments.size(); ++i) {
    auto& argument = arguments[i];
    if (argument.empty() || argument[0] == '-' || argument.find('\0') != argument.npos) continue;
    auto uri = pathOfUri(argument);
    std::string path = argument;
    KJ_IF_MAYBE (inUri, uri) path = *inUri;
    bool relative = path[0] != '/';
    if (relative) path = directory.path + "/" + path;
    KJ_IF_MAYBE (thing, tryNamed(path, home)) {
      // Given with the folder already, and its name means the same inside.
      bool covered = directory.granted && relative && atOrBelow(thing->path, directory.path);
      if (!covered) {
        argument = uri == nullptr ? thing->path : uriOfPath(thing->path);
        found.things.push_back({.thing = kj::mv(*thing), .argument = i});
      }
    }
  }
  found.arguments = std::move(arguments);
  return found;
}

}  // namespace latchkey::cli
