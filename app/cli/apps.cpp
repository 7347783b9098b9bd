// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/apps.h"

#include <kj/debug.h>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"
#include "launcher/desktop/app-catalog.h"
#include "launcher/desktop/override-entry.h"

namespace latchkey::cli {

std::vector<StartableApp> startableApps() {
  AppCatalog catalog(DesktopPlaces::fromEnvironment());
  OverrideEntry overrides(catalog, besideUs("latchkey"));
  std::vector<StartableApp> apps;
  for (auto& entry : catalog.all()) {
    bool bundled = !entry.bundle.empty();
    apps.push_back({.id = entry.id,
                    .name = entry.name,
                    .source = bundled ? "bundle" : entry.file,
                    .confined = bundled || overrides.on(entry.id),
                    .bundle = entry.bundle,
                    .version = entry.version,
                    .hides = entry.hides});
  }
  return apps;
}

int listApps(Call& call) {
  call.atMost(0);
  auto apps = startableApps();
  if (call.json()) {
    JsonArray json;
    for (auto& app : apps) {
      json.object()
          .field("id", app.id)
          .field("name", app.name)
          .field("source", app.source)
          .flag("confined", app.confined)
          .field("bundle", app.bundle)
          .field("version", app.version)
          .field("hides", app.hides);
    }
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"ID", "NAME", "FROM"});
  for (auto& app : apps) {
    auto from = app.version.empty() ? app.source : app.source + " " + app.version;
    if (!app.hides.empty()) from += " (comes before " + app.hides + ")";
    table.row({{app.id, Tone::Strong}, {app.name}, {from, Tone::Faint}});
  }
  call.console.print(table.empty() ? "No apps are installed.\n" : table.text(call.console));
  return DONE;
}

namespace {

int listConfined(Call& call) {
  JsonArray json;
  Table table({"ID", "NAME"});
  for (auto& app : startableApps()) {
    if (!app.confined || !app.bundle.empty()) continue;
    json.object().field("id", app.id).field("name", app.name);
    table.row({{app.id, Tone::Strong}, {app.name}});
  }
  if (call.json()) call.console.print(json.finish());
  else
    call.console.print(table.empty() ? "The desktop starts no app with Latchkey by itself.\n"
                                     : table.text(call.console));
  return DONE;
}

}  // namespace

int confineApp(Call& call) {
  call.atMost(2);
  if (call.typed.words().empty()) return listConfined(call);
  auto& app = call.typed.words()[0];
  auto how = call.typed.words().size() > 1 ? call.typed.words()[1] : "on";
  if (how != "on" && how != "off") throw UsageError("say on or off");
  AppCatalog catalog(DesktopPlaces::fromEnvironment());
  OverrideEntry overrides(catalog, besideUs("latchkey"));
  auto problem = how == "on" ? overrides.enable(app) : overrides.disable(app);
  if (!problem.empty()) {
    Console::complain(problem);
    return FAILED;
  }
  auto ask = call.link.person().settingsRequest();
  ask.setApp(app);
  auto answer = ask.send().wait(call.link.waits());
  auto change = call.link.person().setSettingsRequest();
  change.setSettings(answer.getSettings());
  change.getSettings().setApp(app);
  change.getSettings().setAlwaysConfined(how == "on");
  change.send().wait(call.link.waits());
  return DONE;
}

}  // namespace latchkey::cli
