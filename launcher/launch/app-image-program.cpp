// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/launch/program.h"
#include "launcher/reader/app-image-unpacker.h"

namespace latchkey {
namespace {

std::string fileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Program programOf(UnpackedAppImage&& unpacked, const std::string& path, const Order& order) {
  Program program{
      .app = "appimage:" + path,
      .name = unpacked.entry ? unpacked.entry->name : fileName(path),
      .icon = unpacked.icon,
      .path = std::string(APP_IMAGE_PLACE) + "/AppRun",
      .arguments = {path},
      .environment = {{"APPDIR", APP_IMAGE_PLACE}, {"APPIMAGE", path}, {"ARGV0", path}},
      .image = std::move(unpacked.directory),
  };
  program.arguments.insert(program.arguments.end(), order.arguments.begin(), order.arguments.end());
  return program;
}

}  // namespace

Resolution resolveAppImage(const Order& order, const std::string& latchkeyData) {
  auto shown = escaped(order.app);
  KJ_IF_MAYBE (found, tryResolve(order.app)) {
    if (found->directory) return NotExecutable{shown + ": a folder, not an app"};
    // The file that was found, whatever its name means by now.
    auto again = "/proc/self/fd/" + std::to_string(found->fd.get());
    int image = open(again.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (image < 0) return NotExecutable{shown + ": " + strerror(errno)};
    kj::AutoCloseFd file(image);
    auto unpacked = unpackAppImage(file, latchkeyData, sandbox::valueOf(order.environment, "LANG"));
    if (auto problem = std::get_if<UnpackProblem>(&unpacked)) return NotExecutable{shown + ": " + problem->reason};
    return programOf(std::move(std::get<UnpackedAppImage>(unpacked)), found->path, order);
  }
  return NotFound{shown + ": there is no such file"};
}

}  // namespace latchkey
