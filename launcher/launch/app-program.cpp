// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "broker/base/exec-line.h"
#include "broker/base/text.h"
#include "launcher/desktop/app-catalog.h"
#include "launcher/desktop/app-id.h"
#include "launcher/desktop/bundle-entries.h"
#include "launcher/desktop/terminal.h"
#include "launcher/launch/program.h"
#include "launcher/manifest/manifest.h"
#include "launcher/sandbox/plan.h"
#include "launcher/store/layout.h"
#include "launcher/store/runtime.h"

#if defined(__x86_64__)
#define ARCHITECTURE "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define ARCHITECTURE "aarch64-linux-gnu"
#else
#error "which folder do Debian's libraries lie in here?"
#endif

namespace latchkey {
namespace {

// The launcher's own environment is the broker's; what counts is the session the person started the app from.
DesktopPlaces sessionPlaces(const Order& order, const Places& ours) {
  auto places = DesktopPlaces::from([&](std::string_view name) {
    auto value = sandbox::valueOf(order.environment, name);
    return value.empty() && name == "HOME" ? order.home : value;
  });
  places.store = ours.store();  // There is one, whatever a session calls its data.
  places.searchPath.clear();
  std::istringstream path(sandbox::INSIDE_PATH);
  for (std::string directory; std::getline(path, directory, ':');) places.searchPath.push_back(directory);
  return places;
}

bool isShownInside(const std::string& path) { return path.starts_with("/usr/") || path.starts_with("/opt/"); }

// Where the bundle's own libraries are, for the loader; empty if it has none. Of Debian's packages they keep the folder
// of their architecture.
std::string ownLibraries(const InstalledApp& deploy) {
  std::string path;
  for (std::string below : {"lib", "lib/" ARCHITECTURE}) {
    if (store::tryEnter(deploy.folder, "files/" + below).get() < 0) continue;
    path += (path.empty() ? "" : ":") + std::string(sandbox::BUNDLE_PLACE) + "/" + below;
  }
  return path;
}

struct Line {
  std::string exec = {};
  std::string name = {};
  std::string icon = {};
};

Line lineOf(const DesktopEntry& entry, const DesktopAction* action) {
  if (action == nullptr) return {entry.exec, entry.name, entry.icon};
  return {action->exec, entry.name, action->icon.empty() ? entry.icon : action->icon};
}

// Where what is below /usr inside lies on the host.
std::string below(const InstalledApp& runtime, const std::string& path) {
  return runtime.path + "/files" + path.substr(strlen("/usr"));
}

// Puts a terminal around the program, in the same sandbox.
bool wrapInTerminal(Program& program, const Order& order, const DesktopPlaces& places) {
  bool wayland = !sandbox::valueOf(order.environment, "WAYLAND_DISPLAY").empty();
  auto ofRuntime = program.runtime ? below(*program.runtime, "/usr/bin") : std::string();
  auto terminal = findTerminal(program.runtime ? std::vector{ofRuntime} : places.searchPath, wayland);
  if (!terminal) return false;
  auto words = terminal->words;
  if (program.runtime) words[0].replace(0, ofRuntime.size(), "/usr/bin");
  program.arguments[0] = program.path;
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  program.path = words[0];
  program.arguments = std::move(words);
  program.needsX = terminal->needsX;
  return true;
}

// What a bundle's command line and its desktop entry say together: the manifest names the program and what it is always
// told, the entry where files go, and what an action is told.
std::variant<std::vector<std::string>, ExecProblem> bundledWords(const DesktopEntry& entry, const Line& line,
                                                                 const Order& order) {
  auto words = entry.start->words;
  auto expandedWith = [&](const ExecContext& context) { return expandExec(line.exec, context); };
  bool same = !order.action.empty();
  if (!same && !line.exec.empty()) {
    auto bare = expandedWith({});
    auto said = std::get_if<std::vector<std::string>>(&bare);
    same = said != nullptr && std::equal(said->begin() + 1, said->end(), words.begin() + 1, words.end());
  }
  if (!same) {
    words.insert(words.end(), order.arguments.begin(), order.arguments.end());
    return words;
  }
  auto expanded = expandedWith({.name = line.name, .file = entry.file, .arguments = order.arguments});
  if (auto said = std::get_if<std::vector<std::string>>(&expanded)) (*said)[0] = words[0];
  return expanded;
}

// Nothing where the host's /usr will do. The problem is one line that says what to do.
std::variant<std::shared_ptr<const InstalledApp>, NotReady> findRuntime(const BundleStart& start,
                                                                        const std::string& store) {
  auto need = runtimeOf(start.deploy->report->get());
  if (!need) return nullptr;
  std::string problem;
  KJ_IF_MAYBE (runtime, findInstalled(store, need->id, &problem)) {
    problem = objectionToRuntime(runtime->report->get(), *need);
    if (problem.empty()) return std::make_shared<const InstalledApp>(kj::mv(*runtime));
  }
  return NotReady{"it runs on " + need->text() + ", and " + problem + ": install that with `latchkey install " +
                  brief(need->id, 200) + "`"};
}

Resolution programOfBundle(const DesktopEntry& entry, const Line& line, const Order& order,
                           const DesktopPlaces& places) {
  auto shown = escaped(order.app);
  auto words = bundledWords(entry, line, order);
  if (auto problem = std::get_if<ExecProblem>(&words)) return NotExecutable{shown + ": " + problem->reason};
  auto& start = *entry.start;
  auto runtime = findRuntime(start, places.store);
  if (auto problem = std::get_if<NotReady>(&runtime)) return NotReady{shown + ": " + problem->reason};
  Program program{
      .app = entry.bundle,
      .name = line.name,
      .icon = line.icon,
      .path = start.words[0],
      .arguments = std::get<std::vector<std::string>>(std::move(words)),
      .environment = {{"LD_LIBRARY_PATH", ownLibraries(*start.deploy)}},
      .deploy = start.deploy,
      .runtime = std::get<std::shared_ptr<const InstalledApp>>(std::move(runtime)),
      .ownSandboxes = start.ownSandboxes,
      .gpu = start.gpu,
      .needsX = start.needsX,
      .memoryLimit = start.memoryLimit,
      .processLimit = start.processLimit,
      .cpuPercent = start.cpuPercent,
      .claims = start.claims,
  };
  if (program.environment[0].second.empty()) program.environment.clear();
  if (start.program == program.path && program.runtime && access(program.hostPath().c_str(), X_OK) < 0)
    return NotFound{shown + ": its program " + escaped(program.path) + " is not in its runtime"};
  if (start.program == program.path && !program.runtime && findProgram(program.path).empty())
    return NotFound{shown + ": its program " + escaped(program.path) + " is not installed on this computer"};
  if (entry.terminal && !order.terminal && !wrapInTerminal(program, order, places))
    return NotExecutable{shown + (program.runtime
                                      ? ": it needs a terminal, and its runtime has none"
                                      : ": it needs a terminal, and none is installed (install foot or xterm)")};
  return program;
}

Resolution programOf(const DesktopEntry& entry, const Order& order, const DesktopPlaces& places) {
  auto shown = escaped(order.app);
  auto action = order.action.empty() ? nullptr : entry.findAction(order.action);
  if (!order.action.empty() && action == nullptr)
    return NotFound{shown + ": the app has no action " + escaped(order.action)};
  auto line = lineOf(entry, action);
  if (entry.start) return programOfBundle(entry, line, order, places);
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

// What the manifest claims for the app. Only claims: the person decides whether it gets them. For a bundle its author
// has said it already, unless the person has a word of their own about it.
kj::Maybe<std::string> addClaims(Program& program, const std::string& latchkeyConfig) {
  auto places = ManifestPlaces::of(latchkeyConfig);
  if (program.deploy) {
    places.directories.resize(1);
    if (access((places.directories[0] + "/" + program.app + ".toml").c_str(), F_OK) < 0) return nullptr;
  }
  auto found = findManifest(places, program.app);
  if (auto problem = std::get_if<ManifestProblem>(&found)) return problem->text;
  auto& manifest = std::get<Manifest>(found);
  program.ownSandboxes = manifest.ownSandboxes;
  program.gpu = manifest.gpu;
  program.needsX = (program.needsX && !program.deploy) || manifest.needsX;
  program.memoryLimit = manifest.memoryLimit;
  program.processLimit = manifest.processLimit;
  program.cpuPercent = manifest.cpuPercent;
  if (!manifest.claims.empty()) program.claims = std::move(manifest.claims);
  return nullptr;
}

}  // namespace

std::string Program::hostPath() const {
  if (runtime && path.starts_with("/usr/")) return below(*runtime, path);
  auto inside = std::string(sandbox::BUNDLE_PLACE) + "/";
  return deploy && path.starts_with(inside) ? deploy->path + "/files/" + path.substr(inside.size()) : path;
}

Resolution resolveApp(const Order& order, const Places& ours) {
  auto shown = escaped(order.app);
  if (!isAppId(order.app)) return NotFound{shown + ": not the name of an app"};
  AppCatalog catalog(sessionPlaces(order, ours));
  std::string problem;
  auto entry = catalog.find(order.app, &problem);
  if (!entry) return NotFound{shown + ": " + (problem.empty() ? "there is no such app" : problem)};
  auto resolution = programOf(*entry, order, catalog.places());
  if (auto program = std::get_if<Program>(&resolution)) {
    KJ_IF_MAYBE (fault, addClaims(*program, ours.config)) return NotExecutable{*fault};
  }
  return resolution;
}

void nameAfterApp(Program& program, const Order& order, const Places& ours) {
  if (!isAppId(order.runAs)) return;
  AppCatalog catalog(sessionPlaces(order, ours));
  auto entry = catalog.find(order.runAs);
  if (!entry) return;
  program.name = entry->name;
  program.icon = entry->icon;
}

}  // namespace latchkey
