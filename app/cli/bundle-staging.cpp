// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/bundle-staging.h"

#include <format>

#include "app/cli/bundle-sources.h"
#include "app/cli/words.h"
#include "broker/base/exec-line.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/desktop/icon-theme.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t MAX_ENTRY = 64 << 10;

std::string textOf(const StagedManifest& manifest) {
  auto text = std::format("format = 1\nid = {}\nversion = {}\nname = {}\nsummary = {}\n", tomlText(manifest.id),
                          tomlText(manifest.version), tomlText(brief(manifest.name, 60)),
                          tomlText(brief(manifest.summary, 200)));
  if (!manifest.icon.empty()) text += "icon = " + tomlText(manifest.icon) + "\n";
  text +=
      "\n[[commands]]\nname = " + tomlText(bundleWord(manifest.command[0].substr(manifest.command[0].rfind('/') + 1))) +
      "\ncommand = [";
  for (auto& word : manifest.command) text += (&word == &manifest.command[0] ? "" : ", ") + tomlText(word);
  text += "]\n";
  if (!manifest.desktop.empty()) text += "desktop = " + tomlText(manifest.desktop) + "\n";
  return text;
}

// The one it brings along, if it does. Where several sizes are, the largest that is no drawing for a poster.
std::string ownIcon(const fs::path& files, const std::string& icon) {
  if (icon.empty() || icon.find("..") != icon.npos) return {};
  std::vector<fs::path> places;
  if (icon[0] == '/') {
    places.push_back(files / icon.substr(icon.starts_with("/usr/") ? 5 : 1));
  } else {
    for (auto size : {"256x256", "128x128", "scalable", "512x512", "64x64", "48x48"}) {
      for (auto end : {".png", ".svg"}) places.push_back(files / "share/icons/hicolor" / size / "apps" / (icon + end));
    }
    for (auto end : {"", ".png", ".svg"}) places.push_back(files / "share/pixmaps" / (icon + end));
  }
  for (auto& place : places) {
    if (fs::is_regular_file(place)) return place.string();
  }
  return {};
}

bool isPicture(std::string_view path) { return path.ends_with(".png") || path.ends_with(".svg"); }

// A program of the entry's, as the manifest names it.
std::string programOf(const fs::path& files, const std::string& program) {
  auto name = program.substr(program.rfind('/') + 1);
  for (auto& below : {"bin/" + name, name}) {
    if (fs::is_regular_file(files / below)) return below;
  }
  auto path = program.starts_with("/") ? program : "/usr/bin/" + program;
  // A package's file lies there as it would be installed: /usr at the top, /opt in opt.
  auto own = path.substr(path.starts_with("/usr/") ? 5 : 1);
  if (own.find("..") == own.npos && fs::is_regular_file(files / own)) return own;
  if (path.starts_with("/usr/") && fs::exists(path)) return path;
  throw UsageError("its program " + brief(program, 100) + " is neither in bin/ of the files nor in /usr/bin");
}

}  // namespace

std::string tomlText(std::string_view text) {
  std::string all = "\"";
  for (char c : escaped(text)) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + "\"";
}

void writeManifest(const std::string& folder, const StagedManifest& manifest) {
  replaceFile(folder + "/manifest.toml", textOf(manifest), 0644);
}

bool isPaper(std::string_view below) {
  bool paper = below.starts_with("share/doc/") || below.starts_with("share/man/") || below.starts_with("share/info/") ||
               below.starts_with("share/lintian/") || below.starts_with("share/bug/");
  return paper && !below.ends_with("/copyright");
}

void copyFile(const fs::path& from, const fs::path& to) {
  fs::create_directories(to.parent_path());
  std::error_code problem;
  if (!fs::copy_file(from, to, fs::copy_options::overwrite_existing, problem))
    throw UsageError("cannot copy " + brief(from.string(), 200) + ": " + problem.message());
}

std::optional<DesktopEntry> readEntryFile(const std::string& id, const std::string& path, std::string& problem) {
  KJ_IF_MAYBE (text, tryReadFile(path, MAX_ENTRY)) return readDesktopEntry(id, path, *text, "", &problem);
  problem = "cannot be read, or is too large";
  return {};
}

std::string entryPlace(const std::string& id) { return "share/applications/" + id + ".desktop"; }

std::string stageIcon(const fs::path& files, const std::string& icon, const std::string& id) {
  auto path = icon;
  if (auto own = ownIcon(files, icon); !own.empty()) {
    path = own;
  } else if (!icon.empty() && icon[0] != '/') {
    path = IconTheme(DesktopPlaces::fromEnvironment(), "hicolor").find(icon, 128).value_or("");
  }
  if (!isPicture(path) || !fs::is_regular_file(path)) return {};
  auto below = "share/icons/" + id + path.substr(path.size() - 4);
  copyFile(path, files / below);
  return below;
}

std::vector<std::string> commandOf(const DesktopEntry& entry, const fs::path& files) {
  auto expanded = expandExec(entry.exec, {});
  if (auto problem = std::get_if<ExecProblem>(&expanded)) throw UsageError("its Exec: " + problem->reason);
  auto words = std::get<std::vector<std::string>>(expanded);
  words[0] = programOf(files, words[0]);
  return words;
}

std::string requireId(const std::string& typed, const std::string& otherwise) {
  auto id = typed.empty() ? otherwise : typed;
  if (id.find('.') == id.npos) throw UsageError("say what it is called: --id org.example." + bundleWord(brief(id, 40)));
  return id;
}

}  // namespace latchkey::cli
