// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey import`: which of its three trades is meant; and apps from packages of other kinds, in one step - packed as
// a bundle, signed by the person, installed as any other.

#include "app/cli/import.h"

#include <unistd.h>

#include <filesystem>

#include "app/cli/bundle-sources.h"
#include "app/cli/bundle.h"
#include "app/cli/install.h"
#include "app/cli/place.h"
#include "app/cli/staging.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

// Options that are of one trade alone.
void requireNone(const Call& call, std::initializer_list<std::string_view> options, std::string_view what) {
  for (auto option : options) {
    if (call.typed.has(option)) throw UsageError(std::string(option) + " is not of " + std::string(what));
  }
}

int importPackage(Call& call, const std::string& path) {
  Staging staging, built;
  auto output = call.typed.value("--output");
  auto file = output.empty() ? built.path() + "/bundle.latchkey" : output;
  stageFile(call, staging.path(), path);
  auto key = ensureSigningKey(call);
  auto status = packBundle(call, staging.path(), path, file, &key, output.empty() ? path : output);
  if (status != DONE || !output.empty()) return status;
  return installBundleFile(call, file, path, escaped(absolutePath(path)));
}

}  // namespace

int importApp(Call& call) {
  if (call.typed.has("--data")) {
    call.atMost(0);
    requireNone(call, {"--output", "--key", "--id", "--name", "--version", "--allow", "--replace-older"}, "--data");
    return importData(call);
  }
  requireNone(call, {"--to", "--replace", "--dry-run"}, "anything but --data");
  call.atMost(1);
  auto& named = call.word(0, "APP-ID, a metadata file, an AppImage or a Debian package (or --data)");
  if (isDebianFile(named) || isAppImage(named)) {
    requireNone(call, {"--json"}, "packages");
    return importPackage(call, named);
  }
  requireNone(call, {"--key", "--id", "--name", "--version", "--yes", "--allow", "--replace-older"}, "Flatpaks");
  return importFlatpak(call, named);
}

}  // namespace latchkey::cli
