// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <sstream>

#include "broker/base/exec-line.h"
#include "broker/base/text.h"
#include "launcher/desktop/app-catalog.h"
#include "launcher/desktop/app-id.h"
#include "launcher/desktop/terminal.h"
#include "launcher/launch/program.h"
#include "launcher/manifest/manifest.h"
#include "launcher/sandbox/plan.h"

namespace latchkey {
namespace {

// The launcher's own environment is the broker's; what counts is the session the person started the app from.
DesktopPlaces sessionPlaces(const Order& order) {
  auto places = DesktopPlaces::from([&](std::string_view name) {
    auto value = sandbox::valueOf(order.environment, name);
    return value.empty() && name == "HOME" ? order.home : value;
  });
  places.searchPath.clear();
  std::istringstream path(sandbox::INSIDE_PATH);
  for (std::string directory; std::getline(path, directory, ':');) places.searchPath.push_back(directory);
  return places;
}

bool isShownInside(const std::string& path) { return path.starts_with("/usr/") || path.starts_with("/opt/"); }

struct Line {
  std::string exec = {};
  std::string name = {};
  std::string icon = {};
};

Line lineOf(const DesktopEntry& entry, const DesktopAction* action) {
  if (action == nullptr) return {entry.exec, entry.name, entry.icon};
  return {action->exec, entry.name, action->icon.empty() ? entry.icon : action->icon};
}

// Puts a terminal around the program, in the same sandbox.
bool wrapInTerminal(Program& program, const Order& order, const DesktopPlaces& places) {
  bool wayland = !sandbox::valueOf(order.environment, "WAYLAND_DISPLAY").empty();
  auto terminal = findTerminal(places.searchPath, wayland);
  if (!terminal) return false;
  auto words = terminal->words;
  program.arguments[0] = program.path;
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  program.path = words[0];
  program.arguments = std::move(words);
  program.needsX = terminal->needsX;
  return true;
}

Resolution programOf(const DesktopEntry& entry, const Order& order, const DesktopPlaces& places) {
  auto shown = escaped(order.app);
  auto action = order.action.empty() ? nullptr : entry.findAction(order.action);
  if (!order.action.empty() && action == nullptr)
    return NotFound{shown + ": the app has no action " + escaped(order.action)};
  auto line = lineOf(entry, action);
  auto expanded =
      expandExec(line.exec, {.name = line.name, .icon = line.icon, .file = entry.file, .arguments = order.arguments});
  if (auto problem = std::get_if<ExecProblem>(&expanded)) return NotExecutable{shown + ": " + problem->reason};
  Program program{
      .app = order.app,
      .name = line.name,
      .icon = line.icon,
      .arguments = std::get<std::vector<std::string>>(expanded),
      .directory = isShownInside(entry.directory) ? entry.directory : std::string(),
  };
  program.path = findProgram(program.arguments[0]);
  if (program.path.empty())
    return NotFound{shown + ": its program " + escaped(program.arguments[0]) + " is not installed for everybody"};
  if (entry.terminal && !order.terminal && !wrapInTerminal(program, order, places)) {
    return NotExecutable{shown + ": it needs a terminal, and none is installed (install foot or xterm)"};
  }
  return program;
}

// What the manifest claims for the app. Only claims: the person decides whether it gets them.
kj::Maybe<std::string> addClaims(Program& program, const std::string& latchkeyConfig) {
  auto found = findManifest(ManifestPlaces::of(latchkeyConfig), program.app);
  if (auto problem = std::get_if<ManifestProblem>(&found)) return problem->text;
  auto& manifest = std::get<Manifest>(found);
  program.ownSandboxes = manifest.ownSandboxes;
  program.gpu = manifest.gpu;
  program.needsX = program.needsX || manifest.needsX;
  return nullptr;
}

}  // namespace

Resolution resolveApp(const Order& order, const std::string& latchkeyConfig) {
  auto shown = escaped(order.app);
  if (!isAppId(order.app)) return NotFound{shown + ": not the name of an app"};
  AppCatalog catalog(sessionPlaces(order));
  std::string problem;
  auto entry = catalog.find(order.app, &problem);
  if (!entry) return NotFound{shown + ": " + (problem.empty() ? "there is no such app" : problem)};
  auto resolution = programOf(*entry, order, catalog.places());
  if (auto program = std::get_if<Program>(&resolution)) {
    KJ_IF_MAYBE (fault, addClaims(*program, latchkeyConfig)) return NotExecutable{*fault};
  }
  return resolution;
}

void nameAfterApp(Program& program, const Order& order) {
  if (!isAppId(order.runAs)) return;
  AppCatalog catalog(sessionPlaces(order));
  auto entry = catalog.find(order.runAs);
  if (!entry) return;
  program.name = entry->name;
  program.icon = entry->icon;
}

}  // namespace latchkey
