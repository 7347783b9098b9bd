// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a Flatpak is allowed from the start, next to what Latchkey does instead. It grants nothing.

#include <unistd.h>

#include <filesystem>
#include <format>
#include <optional>

#include "app/cli/bundle-staging.h"
#include "app/cli/import.h"
#include "app/cli/package-words.h"
#include "broker/base/files.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "launcher/desktop/desktop-places.h"
#include "launcher/flatpak/flatpak-claims.h"
#include "launcher/flatpak/flatpak-places.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;
using flatpak::Instead;
using flatpak::Line;

std::string contentOf(const std::string& path) {
  KJ_IF_MAYBE (text, tryReadFile(path, flatpak::MAX_METADATA)) return *text;
  throw UsageError(brief(path, 200) + " cannot be read, or is larger than such a file may be");
}

flatpak::Metadata metadataOf(const std::string& path) {
  auto result = flatpak::readMetadata(contentOf(path));
  if (auto problem = std::get_if<flatpak::Problem>(&result))
    throw UsageError(brief(path, 200) + ": " + problem->reason);
  return std::move(std::get<flatpak::Metadata>(result));
}

struct Found {
  flatpak::Metadata metadata = {};
  std::string name = {}, summary = {};  // Of its desktop entry. Fit to be shown.
};

Found installed(const std::string& id) {
  auto places = flatpak::Places::of(DesktopPlaces::fromEnvironment().dataHome);
  auto there = flatpak::findInstalled(places, id);
  if (!there)
    throw UsageError("no Flatpak " + brief(id, 60) + " is installed here, and it is no file that can be imported");
  Found found{.metadata = metadataOf(there->metadata)};
  if (found.metadata.id != id) throw UsageError(brief(there->metadata, 200) + ": it is of another app");
  for (auto& path : there->overrides) {
    if (auto problem = flatpak::applyOverride(found.metadata, contentOf(path)))
      throw UsageError(brief(path, 200) + ": " + problem->reason);
  }
  std::string problem;
  auto entry = there->entry.empty() ? std::nullopt : readEntryFile(id, there->entry, problem);
  if (entry && !entry->hidden) {
    found.name = entry->name;
    found.summary = entry->comment;
  }
  return found;
}

Found find(const std::string& named) {
  if (named.find('/') != named.npos || access(named.c_str(), F_OK) == 0) return {.metadata = metadataOf(named)};
  return installed(named);
}

std::string titleOf(Instead instead) {
  switch (instead) {
    case Instead::Nothing: return "Works without anything of yours";
    case Instead::Asks: return "Is asked for when it comes to it";
    case Instead::Ability: return "Is an ability, which its manifest has to name";
    case Instead::Refused: return "Is not to be had";
  }
  return {};
}

void print(const Call& call, const Found& found, const std::vector<Line>& lines) {
  auto& metadata = found.metadata;
  auto text = call.console.toned(metadata.id, Tone::Strong) + (found.name.empty() ? "" : " " + quoted(found.name, 60)) +
              std::format(" has {} {} as a Flatpak, from the start and without a question.\n",
                          metadata.permissions.size(), metadata.permissions.size() == 1 ? "permission" : "permissions");
  for (auto instead : {Instead::Asks, Instead::Ability, Instead::Nothing, Instead::Refused}) {
    bool any = false;
    for (auto& line : lines) {
      if (line.instead != instead) continue;
      if (!any) text += "\n" + call.console.toned(titleOf(instead), Tone::Strong) + "\n";
      any = true;
      text += "  " + brief(line.permission, 120) + "\n      " + line.sentence + "\n";
    }
  }
  call.console.print(text + "\nNothing of this is given by Latchkey.\n");
}

void printJson(const Call& call, const std::vector<Line>& lines) {
  JsonArray json;
  for (auto& line : lines) {
    auto& object = json.object()
                       .field("permission", line.permission)
                       .field("instead", flatpak::nameOf(line.instead))
                       .field("sentence", line.sentence)
                       .field("ability", line.ability);
    bool claims = !line.claims.empty();
    object.field("kind", claims ? line.claims[0].kind : "")
        .field("target", claims ? line.claims[0].target : "")
        .field("access", claims ? line.claims[0].access : "");
  }
  call.console.print(json.finish());
}

int writeStart(const Call& call, const std::string& folder, const Found& found, const std::vector<Line>& lines) {
  auto manifest = folder + "/manifest.toml";
  if (access(manifest.c_str(), F_OK) == 0) {
    Console::complain(escaped(manifest) + " is there already");
    return FAILED;
  }
  fs::create_directories(folder + "/files/bin");
  replaceFile(manifest, flatpak::manifestFor(found.metadata, lines, found.name, found.summary), 0644);
  call.console.print("Wrote " + escaped(manifest) +
                     ", which claims the same and is given nothing. Put the program below " + escaped(folder) +
                     "/files, then: latchkey bundle build " + escaped(folder) + "\n");
  return DONE;
}

}  // namespace

int importFlatpak(Call& call, const std::string& named) {
  auto found = find(named);
  auto lines = flatpak::insteadOf(found.metadata);
  auto folder = call.typed.value("--output");
  if (call.json()) printJson(call, lines);
  else print(call, found, lines);
  return folder.empty() ? DONE : writeStart(call, folder, found, lines);
}

}  // namespace latchkey::cli
