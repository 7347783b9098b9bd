// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/places.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "broker/base/files.h"

namespace latchkey {
namespace {

std::string variable(const char* name) {
  auto value = getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string placed(const char* name, const std::string& otherwise) {
  auto value = variable(name);
  // The base directory specification says to ignore relative values.
  return (value.starts_with('/') ? value : otherwise) + "/latchkey";
}

}  // namespace

Places Places::fromEnvironment() {
  auto home = variable("HOME");
  KJ_REQUIRE(home.starts_with('/'), "HOME is not set to an absolute path");
  char resolved[PATH_MAX];
  if (realpath(home.c_str(), resolved) != nullptr) home = resolved;
  auto runtime = variable("XDG_RUNTIME_DIR");
  KJ_REQUIRE(runtime.starts_with('/'),
             "XDG_RUNTIME_DIR is not set: Latchkey needs a login session's runtime directory");
  return {
      .runtime = runtime + "/latchkey",
      .data = placed("XDG_DATA_HOME", home + "/.local/share"),
      .state = placed("XDG_STATE_HOME", home + "/.local/state"),
      .config = placed("XDG_CONFIG_HOME", home + "/.config"),
      .home = home,
  };
}

void Places::ensure() const {
  for (auto* directory : {&runtime, &data, &state, &config}) ensureOwnDirectory(*directory);
}

}  // namespace latchkey
