// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/program.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/base/text.h"
#include "launcher/sandbox/plan.h"

namespace latchkey {
namespace {

bool isFile(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

// Directories without symbolic links, the name as it was typed: `busybox` and its many names stay many programs.
std::string withResolvedFolder(const std::string& path) {
  auto slash = path.rfind('/');
  char resolved[PATH_MAX];
  auto folder = slash == 0 ? std::string("/") : path.substr(0, slash);
  if (realpath(folder.c_str(), resolved) == nullptr) return path;
  std::string result = resolved;
  return (result == "/" ? "" : result) + path.substr(slash);
}

bool isProgram(const std::string& path) { return isFile(path) && access(path.c_str(), X_OK) == 0; }

// The first on the search path; empty if there is none.
std::string searched(const std::string& name) {
  std::string path = sandbox::INSIDE_PATH;
  for (size_t start = 0; start <= path.size();) {
    auto end = std::min(path.find(':', start), path.size());
    auto candidate = path.substr(start, end - start) + "/" + name;
    if (isProgram(candidate)) return candidate;
    start = end + 1;
  }
  return {};
}

std::string absolute(const std::string& path, const Order& order) {
  if (path.starts_with('/')) return path;
  return (order.workingDirectory.empty() ? order.home : order.workingDirectory) + "/" + path;
}

std::string fileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Resolution resolveCommand(const Order& order) {
  auto& typed = order.command[0];
  bool isPath = typed.find('/') != typed.npos;
  auto path = isPath ? absolute(typed, order) : searched(typed);
  if (path.empty()) return NotFound{escaped(typed) + ": there is no such program"};
  struct stat info;
  if (stat(path.c_str(), &info) < 0) return NotFound{escaped(typed) + ": there is no such program"};
  if (!S_ISREG(info.st_mode) || access(path.c_str(), X_OK) < 0)
    return NotExecutable{escaped(typed) + ": not a program that can be executed"};
  path = withResolvedFolder(path);
  return Program{
      .app = order.runAs.empty() ? "command:" + path : order.runAs,
      .name = fileName(path),
      .path = path,
      .arguments = order.command,
  };
}

std::string findProgram(const std::string& name) {
  if (name.find('/') == name.npos) return searched(name);
  return name.starts_with('/') && isProgram(name) ? withResolvedFolder(name) : std::string();
}

Resolution resolve(const Order& order, const Places& places) {
  if (order.command.empty()) {
    return order.app.starts_with('/') ? resolveAppImage(order, places.data) : resolveApp(order, places);
  }
  auto resolution = resolveCommand(order);
  auto program = std::get_if<Program>(&resolution);
  if (program != nullptr && !order.runAs.empty()) nameAfterApp(*program, order, places);
  return resolution;
}

}  // namespace latchkey
