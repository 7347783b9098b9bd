// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// manifest.toml of a bundle: what its author says about it, and what the app will ask for.
//
// It claims and grants nothing. Fields, defaults and bounds stand in packaging/FORMAT.md; whatever is unknown,
// malformed or out of bounds refuses the bundle, with line and field. Read in the confined process only (bundler.h).

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/bundle/bundle-file.h"

namespace latchkey {

struct Worded {  // In one language.
  std::string language = {};
  std::string text = {};
};

struct BundleManifest {
  // A runtime is what apps run on: its files are their /usr. It starts nothing, claims nothing, and needs none itself.
  enum class Kind { App, Runtime };
  struct Translation {
    std::string language = {};
    std::string name = {};
    std::string summary = {};
    std::string description = {};
    std::string changes = {};
  };
  struct Command {
    std::string name = {};
    std::vector<std::string> words = {};
    std::string desktop = {};  // Path in the bundle; empty: in no menu.
  };
  struct Service {
    std::string name = {};
    std::vector<std::string> words = {};
    std::vector<uint16_t> listen = {};
  };
  struct Claim {
    std::string kind = {};
    std::string target = {};
    std::string access = "read";
    std::string reason = {};
    std::vector<Worded> reasons = {};
  };
  struct Slot {  // What it offers to other apps, or needs of them.
    std::string name = {};
    std::string kind = {};
    std::string service = {};  // Of what it offers: which of its services.
    std::string reason = {};   // Of what it needs.
    std::vector<Worded> reasons = {};
  };

  Kind kind = Kind::App;
  std::string id = {};
  std::string version = {};
  std::string name = {};
  std::string summary = {};
  std::string description = {};
  std::string changes = {};
  std::string licence = {};
  std::string homepage = {};
  std::string icon = {};
  std::string appstream = {};
  std::string runtime = "host";            // Else the id of a runtime, and
  std::string runtimeName = {};            // what that has to be: "debian/13".
  std::vector<std::string> provides = {};  // Of a runtime: what it is.
  bool ownSandboxes = false;
  bool gpu = false;
  bool needsX = false;
  uint64_t memoryLimit = 0;
  uint32_t processLimit = 0;
  uint32_t cpuPercent = 0;
  std::vector<Translation> translations = {};
  std::vector<Command> commands = {};
  std::vector<Service> services = {};
  std::vector<Claim> claims = {};
  std::vector<Slot> offers = {};
  std::vector<Slot> needs = {};

  static std::variant<BundleManifest, BundleProblem> parse(std::string_view text);
};

// What is wrong with a command line; empty if it may be one. The program is a path below files/ or an absolute one of
// what it runs on, and no word is anything to a launcher that knows marks of its own (`@@`, CVE-2021-21381).
std::string objectionToCommand(const std::vector<std::string>& words);

}  // namespace latchkey
