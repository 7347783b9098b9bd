// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The manifest: what an app says about itself beyond its desktop entry. It claims; it grants nothing - an ability
// claimed here becomes real only by the person's grant or setting.
//
// One TOML file, every field documented with its default in README.md. A field nobody knows, of the wrong type or out
// of bounds is refused, with file, line and field: a claim that is silently ignored would be taken for made.
//
// Today manifests come from two places, neither of which an app can write: the person's own
// $XDG_CONFIG_HOME/latchkey/apps/ID.toml, then the ones shipped with Latchkey, <prefix>/share/latchkey/apps/ID.toml.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace latchkey {

struct ManifestClaim {
  std::string kind = {};  // As in `latchkey grants`: "file", "folder", "network", ...
  std::string target = {};
  std::string access = {};  // "read" or "write".
  std::string reason = {};  // The app's own words. Fit to be shown.
};

struct Manifest {
  std::string id = {};
  std::string name = {};
  std::string version = {};
  std::string icon = {};
  std::vector<std::string> command = {};
  bool ownSandboxes = false;
  bool gpu = false;
  bool needsX = false;
  uint64_t memoryLimit = 0;  // Bytes; 0: Latchkey's own.
  uint32_t processLimit = 0;
  uint32_t cpuPercent = 0;
  std::vector<ManifestClaim> claims = {};
};

// "FILE:LINE: FIELD: what is wrong", one line, fit to be shown.
struct ManifestProblem {
  std::string text = {};
};

std::variant<Manifest, ManifestProblem> parseManifest(std::string_view text, std::string_view fileName);

// Where manifests of apps are looked for, in order. `shipped` is relative to the running program.
struct ManifestPlaces {
  std::vector<std::string> directories = {};
  static ManifestPlaces of(const std::string& latchkeyConfig);
};

// The app's manifest; an empty one with only the id if there is none. A problem in the first file found is a problem:
// the next file does not stand in for it.
std::variant<Manifest, ManifestProblem> findManifest(const ManifestPlaces& places, std::string_view app);

}  // namespace latchkey
