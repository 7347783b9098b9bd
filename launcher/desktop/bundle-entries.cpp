// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/bundle-entries.h"

#include <sys/stat.h>

#include <algorithm>

#include "broker/base/text.h"
#include "launcher/bundle/bundle-id.h"
#include "launcher/desktop/in-language.h"
#include "launcher/store/layout.h"

namespace latchkey {
namespace {

using Report = schema::BundleReport;

constexpr size_t MAX_DESKTOP = 64 << 10;
constexpr std::string_view INSIDE = "/app/";

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

// One thing that can be started.
struct Startable {
  std::string name;
  capnp::List<capnp::Text>::Reader words;
  std::string desktop = {};
};

std::vector<Startable> startablesOf(Report::Reader report) {
  std::vector<Startable> all;
  for (auto one : report.getCommands()) all.push_back({text(one.getName()), one.getWords(), text(one.getDesktop())});
  auto taken = [&](const std::string& name) { return std::ranges::find(all, name, &Startable::name) != all.end(); };
  for (auto one : report.getServices()) {
    if (auto name = text(one.getName()); !taken(name)) all.push_back({name, one.getWords()});
  }
  return all;
}

std::string idOf(const InstalledApp& deploy, const Startable& one, size_t index) {
  return index == 0 ? deploy.id : deploy.id + "." + one.name;
}

DesktopEntry entryOf(const InstalledApp& deploy, const Startable& one, size_t index, std::string_view locale) {
  auto report = deploy.report->get();
  auto id = idOf(deploy, one, index);
  std::optional<DesktopEntry> read;
  if (!one.desktop.empty()) {
    KJ_IF_MAYBE (content, store::tryRead(deploy.folder, "files/" + one.desktop, MAX_DESKTOP))
      read = readDesktopEntry(id, deploy.path + "/files/" + one.desktop, std::move(*content), locale);
  }
  auto entry =
      read && !read->hidden ? std::move(*read) : DesktopEntry{.id = id, .file = deploy.path + "/manifest.toml"};
  if (!read || read->hidden) {
    // In no menu: for a terminal, a script, or another program.
    entry.noDisplay = true;
    entry.name = brief(
        inLanguage(report.getTranslations(), locale, [](auto one) { return one.getName(); }, report.getName()), 100);
    if (index > 0) entry.name += ": " + brief(one.name, 64);
    entry.comment = brief(text(report.getSummary()), 200);
  }
  entry.icon = report.getIcon().size() == 0 ? "" : deploy.path + "/files/" + text(report.getIcon());
  entry.tryExec.clear();    // It is here.
  entry.directory.clear();  // Of a host that it was not made on.
  entry.latchkeyOverride = false;
  entry.bundle = deploy.id;
  entry.version = deploy.version;
  return entry;
}

std::shared_ptr<const BundleStart> startOf(std::shared_ptr<const InstalledApp> deploy, const Startable& one,
                                           std::string_view locale) {
  auto report = deploy->report->get();
  auto start = std::make_shared<BundleStart>();
  for (auto word : one.words) start->words.push_back(text(word));
  if (start->words.empty()) return nullptr;
  auto& program = start->words[0];
  if (program.starts_with('/')) {
    start->program = program;
  } else {
    start->program = deploy->path + "/files/" + program;
    program.insert(0, INSIDE);
  }
  start->ownSandboxes = report.getOwnSandboxes();
  start->gpu = report.getGpu();
  start->needsX = report.getNeedsX();
  start->memoryLimit = report.getMemoryLimit();
  start->processLimit = report.getProcessLimit();
  start->cpuPercent = report.getCpuPercent();
  for (auto claim : report.getClaims()) {
    auto reason = inLanguage(claim.getReasons(), locale, [](auto words) { return words.getText(); }, claim.getReason());
    start->claims.push_back({.kind = text(claim.getKind()),
                             .target = text(claim.getTarget()),
                             .access = text(claim.getAccess()),
                             .reason = std::move(reason)});
  }
  start->deploy = std::move(deploy);
  return start;
}

// Its first startable, or the one of that name.
std::optional<DesktopEntry> startable(std::shared_ptr<const InstalledApp> deploy, std::string_view name,
                                      std::string_view locale) {
  auto all = startablesOf(deploy->report->get());
  for (size_t index = 0; index < all.size(); ++index) {
    if (name.empty() ? index != 0 : index == 0 || all[index].name != name) continue;
    auto entry = entryOf(*deploy, all[index], index, locale);
    entry.start = startOf(deploy, all[index], locale);
    if (entry.start) return entry;
  }
  return {};
}

}  // namespace

std::vector<DesktopEntry> entriesOf(const InstalledApp& deploy, std::string_view locale) {
  std::vector<DesktopEntry> entries;
  auto all = startablesOf(deploy.report->get());
  for (size_t index = 0; index < all.size(); ++index) entries.push_back(entryOf(deploy, all[index], index, locale));
  return entries;
}

std::vector<DesktopEntry> bundleEntries(const std::string& store, std::string_view locale) {
  std::vector<DesktopEntry> entries;
  for (auto& id : installedIds(store)) {
    KJ_IF_MAYBE (deploy, findInstalled(store, id)) {
      auto some = entriesOf(*deploy, locale);
      std::ranges::move(some, std::back_inserter(entries));
    }
  }
  return entries;
}

bool isInstalled(const std::string& store, std::string_view id) {
  struct stat status{};
  return !store.empty() && isBundleId(id) &&
         lstat((store + "/apps/" + std::string(id) + "/" + store::CURRENT).c_str(), &status) == 0;
}

std::optional<DesktopEntry> findBundle(const std::string& store, std::string_view id, std::string_view locale,
                                       std::string* problem) {
  std::string why;
  KJ_IF_MAYBE (deploy, findInstalled(store, id, &why)) {
    bool runtime = deploy->report->get().getIsRuntime();
    if (auto entry = startable(std::make_shared<InstalledApp>(kj::mv(*deploy)), "", locale)) return entry;
    why = brief(id, 200) +
          (runtime ? " is a runtime: apps run on it, and it starts nothing" : " has nothing that can be started");
  }
  if (problem != nullptr && isInstalled(store, id)) *problem = why;
  return {};
}

std::optional<DesktopEntry> findBundleCommand(const std::string& store, std::string_view id, std::string_view locale) {
  auto dot = id.rfind('.');  // No name of a command has one.
  if (dot == id.npos || dot + 1 == id.size()) return {};
  KJ_IF_MAYBE (deploy, findInstalled(store, id.substr(0, dot)))
    return startable(std::make_shared<InstalledApp>(kj::mv(*deploy)), id.substr(dot + 1), locale);
  return {};
}

}  // namespace latchkey
