// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/place.h"

#include <filesystem>

#include "app/cli/names.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "broker/base/where.h"

namespace latchkey::cli {
namespace {

Place placeOfPattern(const std::string& typed) {
  auto whole = absolutePath(typed);
  auto slash = whole.rfind('/');
  auto pattern = whole.substr(slash + 1);
  auto fault = faultOfPattern(pattern);
  if (!fault.empty()) throw UsageError(fault);
  KJ_IF_MAYBE (folder, tryResolve(slash == 0 ? "/" : whole.substr(0, slash))) {
    if (!folder->directory) throw UsageError(brief(typed, 60) + ": a pattern is about files in a folder");
    auto path = (folder->path == "/" ? "" : folder->path) + "/" + pattern;
    return {.kind = schema::Kind::FILE, .scope = schema::Scope::PATTERN, .path = path, .fd = kj::mv(folder->fd)};
  }
  throw UsageError("there is no folder for " + brief(typed, 60));
}

}  // namespace

std::string absolutePath(const std::string& typed) {
  std::error_code failure;
  auto path = std::filesystem::absolute(typed, failure).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return failure ? typed : path;
}

Place choosePlace(const std::string& typed, kj::Maybe<schema::Scope> scope) {
  KJ_IF_MAYBE (wanted, scope) {
    if (*wanted == schema::Scope::PATTERN) return placeOfPattern(typed);
  }
  KJ_IF_MAYBE (thing, tryResolve(typed)) {
    auto reach = scope.orDefault(thing->directory ? schema::Scope::TREE : schema::Scope::FILE);
    bool folders = reach == schema::Scope::FOLDER || reach == schema::Scope::TREE;
    bool files = reach == schema::Scope::FILE || reach == schema::Scope::SIBLINGS;
    if (thing->directory ? !folders : !files) {
      throw UsageError(brief(typed, 60) + (thing->directory ? " is a folder: its scope is folder or tree"
                                                            : " is a file: its scope is file, siblings or pattern"));
    }
    return {.kind = thing->directory ? schema::Kind::FOLDER : schema::Kind::FILE,
            .scope = reach,
            .path = thing->path,
            .device = thing->device,
            .inode = thing->inode,
            .fd = kj::mv(thing->fd)};
  }
  throw UsageError("there is no file or folder " + brief(typed, 60));
}

void Place::fill(schema::Object::Builder object) const {
  object.setPath(asData(path));
  object.setTarget(ptr(escaped(path)));
  object.setDevice(device);
  object.setInode(inode);
  object.setScope(scope);
}

}  // namespace latchkey::cli
