// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/too-wide.h"

#include "broker/base/files.h"
#include "broker/base/text.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

// Every sandbox has these, from the system or empty and its own.
constexpr const char* OF_THE_SANDBOX[] = {"/usr",   "/bin",    "/sbin", "/lib", "/lib32",
                                          "/lib64", "/libx32", "/etc",  "/tmp"};

bool holds(const std::string& folder, const std::string& place) {
  if (liesIn(place, folder)) return true;
  KJ_IF_MAYBE (real, tryResolve(place)) return liesIn(real->path, folder);
  return false;
}

}  // namespace

std::string tooWide(const Places& places, Kind kind, const Object& object) {
  if (kind == Kind::File && (object.scope == Scope::Siblings || object.scope == Scope::Pattern)) {
    std::string folder(whereOf(kind, object).root());
    for (auto one : OF_THE_SANDBOX) {
      if (folder == one) return "every program has a " + folder + " of its own: give single files in it";
    }
  }
  if (kind != Kind::Folder) return {};
  auto shown = brief(object.path, 200);
  if (holds(object.path, places.home)) {
    return shown +
           " holds your whole home, and a program has a home of its own there: give the folders it needs, such as " +
           brief(places.home, 200) + "/Documents";
  }
  for (auto* own : {&places.runtime, &places.data, &places.state, &places.config}) {
    if (holds(object.path, *own)) return shown + " holds Latchkey's own files: give the folders in it that are needed";
  }
  for (auto one : OF_THE_SANDBOX) {
    if (object.path == one)
      return "every program has a " + shown + " of its own: give the folders in it that are needed";
  }
  return {};
}

}  // namespace latchkey
