// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Which program an order means, and whose it is.

#include <kj/common.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "broker/base/places.h"
#include "launcher/launch/launch-order.h"
#include "launcher/manifest/manifest.h"
#include "launcher/store/installed.h"

namespace latchkey {

struct Program {
  std::string app = {};  // Holder.
  std::string name = {};
  std::string icon = {};
  std::string path = {};                             // Inside the sandbox.
  std::vector<std::string> arguments = {};           // argv[0] among them.
  sandbox::Environment environment = {};             // Beside that of every app.
  std::string image = {};                            // Host directory to be shown at APP_IMAGE_PLACE.
  std::shared_ptr<const InstalledApp> deploy = {};   // Whose files are shown at sandbox::BUNDLE_PLACE. Held: it stays.
  std::shared_ptr<const InstalledApp> runtime = {};  // Whose files are shown as /usr instead of the host's. Likewise.
  std::string directory = {};                        // Working directory the app itself asks for; empty: none.
  bool ownSandboxes = false;
  bool gpu = false;
  bool needsX = false;
  uint64_t memoryLimit = 0;  // What the author says is enough. Where the person set none.
  uint32_t processLimit = 0;
  uint32_t cpuPercent = 0;
  std::vector<ManifestClaim> claims = {};

  // Where it lies outside.
  std::string hostPath() const;
};

constexpr const char* APP_IMAGE_PLACE = "/run/latchkey/image";

struct NotFound {
  std::string reason = {};
};
struct NotExecutable {
  std::string reason = {};
};

// Something else is missing, and the person can change that.
struct NotReady {
  std::string reason = {};
};

using Resolution = std::variant<Program, NotFound, NotExecutable, NotReady>;

// A plain command: looked up on the search path that sandboxes have, or by its path. Its identity is where it lies.
Resolution resolveCommand(const Order& order);

// An app of the person's desktop, or of an installed bundle, by its id. Arguments take the places that its Exec has for
// them, each as a whole. What its manifest claims is added, and claims only; a manifest that does not parse keeps the
// app from starting.
Resolution resolveApp(const Order& order, const Places& places);

// A command run with the identity of an app is called what the app is called.
void nameAfterApp(Program& program, const Order& order, const Places& places);

// An AppImage file. Blocks while it is unpacked, by a confined reader, the first time.
Resolution resolveAppImage(const Order& order, const std::string& latchkeyData);

// Where `name`, a path or a word to be searched, lies for a sandbox; empty if it is no program there.
std::string findProgram(const std::string& name);

// What the order asks for.
Resolution resolve(const Order& order, const Places& places);

}  // namespace latchkey
