// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/bundle-rules.h"

#include <algorithm>

#include "broker/base/exec-line.h"
#include "broker/base/text.h"
#include "launcher/bundle/folded-names.h"
#include "launcher/desktop/desktop-entry.h"

namespace latchkey {
namespace {

using Type = BundleEntry::Type;

constexpr uint64_t MAX_ICON = 4 << 20, MAX_APPSTREAM = 1 << 20;
constexpr std::string_view ENDING = ".desktop";

std::string below(std::string_view path) { return std::string(bundle::FILES) + "/" + std::string(path); }

const BundleEntry* find(const std::vector<BundleEntry>& entries, const std::string& path) {
  auto at = std::ranges::lower_bound(entries, BundleEntry{.path = path}, goesBefore);
  return at != entries.end() && at->path == path ? &*at : nullptr;
}

// A file, not a link to one: what is looked at is what is signed.
std::string fileProblem(const std::vector<BundleEntry>& entries, const std::string& path, uint64_t most) {
  auto entry = find(entries, below(path));
  if (entry == nullptr || entry->type != Type::File) return "there is no file " + brief(below(path), 200);
  return entry->size <= most ? "" : brief(below(path), 200) + " is too large";
}

std::string programProblem(const std::vector<BundleEntry>& entries, const std::string& program) {
  if (program.starts_with('/')) return "";  // Of what it runs on.
  auto entry = find(entries, below(program));
  bool could = entry != nullptr && (entry->type == Type::Link || (entry->type == Type::File && entry->executable));
  return could ? "" : "there is no program " + brief(below(program), 200);
}

std::string desktopNameProblem(const std::string& id, std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  bool named = name == id + std::string(ENDING) ||
               (name.starts_with(id + ".") && name.ends_with(ENDING) && name.size() > id.size() + 1 + ENDING.size());
  return named ? "" : "a desktop entry must be called " + id + ".desktop or " + id + ".WORD.desktop";
}

std::string inManifest(const std::string& field, const std::string& problem) {
  return problem.empty() ? "" : std::string(bundle::MANIFEST) + ": " + field + ": " + problem;
}

std::string execProblem(const std::string& exec) {
  auto expanded = expandExec(exec, {});
  if (auto problem = std::get_if<ExecProblem>(&expanded)) return problem->reason;
  auto& words = std::get<std::vector<std::string>>(expanded);
  for (auto& word : words) {
    if (escaped(word) != word) return "Exec holds control or invisible characters";
    if (word.starts_with("@@")) return "Exec holds a mark of another launcher (@@)";
  }
  if (words[0].starts_with('-') || words[0].find('=') != std::string::npos)
    return "Exec begins with an option or a variable";
  return "";
}

}  // namespace

std::string objectionTo(const BundleManifest& manifest, const std::vector<BundleEntry>& entries) {
  // Systems have such names (perl's Sys and sys). Nobody is shown one of theirs, and where two of them were one, it
  // would not be installed.
  if (manifest.kind == BundleManifest::Kind::App) {
    if (auto problem = objectionToNames(entries); !problem.empty()) return problem;
  }
  for (auto& command : manifest.commands) {
    if (auto problem = programProblem(entries, command.words[0]); !problem.empty())
      return inManifest("commands.command", problem);
    if (command.desktop.empty()) continue;
    if (auto problem = desktopNameProblem(manifest.id, command.desktop); !problem.empty())
      return inManifest("commands.desktop", problem);
    if (auto problem = fileProblem(entries, command.desktop, bundle::MAX_SURVEYED); !problem.empty())
      return inManifest("commands.desktop", problem);
  }
  for (auto& service : manifest.services) {
    if (auto problem = programProblem(entries, service.words[0]); !problem.empty())
      return inManifest("services.command", problem);
  }
  if (!manifest.icon.empty()) {
    if (auto problem = fileProblem(entries, manifest.icon, MAX_ICON); !problem.empty())
      return inManifest("icon", problem);
  }
  if (!manifest.appstream.empty())
    return inManifest("appstream", fileProblem(entries, manifest.appstream, MAX_APPSTREAM));
  return "";
}

std::string objectionToDesktopFile(const BundleManifest& manifest, std::string_view path, std::string text) {
  auto said = [&](const std::string& problem) { return brief(path, 200) + ": " + brief(problem, 200); };
  std::string problem;
  auto entry = readDesktopEntry(manifest.id, std::string(path), std::move(text), "", &problem);
  if (!entry) return said(problem.empty() ? "is no desktop entry" : problem);
  if (entry->hidden) return said("is hidden");
  problem = execProblem(entry->exec);
  for (auto& action : entry->actions) {
    if (problem.empty() && !action.exec.empty()) problem = execProblem(action.exec);
  }
  return problem.empty() ? "" : said(problem);
}

std::vector<std::string> desktopFilesOf(const BundleManifest& manifest) {
  std::vector<std::string> paths;
  for (auto& command : manifest.commands) {
    if (!command.desktop.empty()) paths.push_back(below(command.desktop));
  }
  return paths;
}

}  // namespace latchkey
