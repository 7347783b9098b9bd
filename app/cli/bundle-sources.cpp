// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/bundle-sources.h"

#include <fcntl.h>
#include <kj/io.h>

#include <filesystem>
#include <format>
#include <optional>

#include "app/cli/bundle-staging.h"
#include "app/cli/words.h"
#include "broker/base/text.h"
#include "launcher/desktop/app-image.h"
#include "launcher/reader/app-image-unpacker.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

kj::AutoCloseFd openFile(const std::string& path) {
  return kj::AutoCloseFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

// The file that `name` leads to; nothing if that is not below `files`, which nobody else can change.
std::optional<fs::path> fileBelow(const fs::path& files, const fs::path& name) {
  std::error_code missing;
  auto root = fs::canonical(files, missing), found = fs::canonical(files / name, missing);
  auto inside = found.lexically_relative(root);
  if (missing || inside.empty() || *inside.begin() == ".." || !fs::is_regular_file(found)) return {};
  return found;
}

}  // namespace

std::string bundleWord(std::string_view text) {
  std::string word;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (allowed) word += c;
    else if (!word.empty() && word.back() != '-') word += '-';
  }
  while (word.ends_with('-')) word.pop_back();
  return word.empty() ? "app" : word.substr(0, 60);
}

std::string skeletonManifest(const BundleOrigin& origin) {
  auto word = bundleWord(origin.name);
  return std::format(R"(format = 1
id = {}
version = {}
name = {}
summary = "One sentence about it"

[[commands]]
name = {}
command = [{}]

# What it will ask for, and why. It claims, it is given nothing.
# [[claims]]
# kind = "folder"
# target = "~/Music"
# reason = "to play your music"
)",
                     tomlText(origin.id), tomlText(origin.version.empty() ? "1.0" : origin.version),
                     tomlText(brief(origin.name, 60)), tomlText(word), tomlText("bin/" + word));
}

void stageDesktopEntry(const std::string& folder, const std::string& entryPath, const BundleOrigin& origin) {
  auto base = fs::path(entryPath).stem().string();
  std::string problem;
  auto entry = readEntryFile(base, entryPath, problem);
  if (!entry) throw UsageError(brief(entryPath, 200) + ": " + (problem.empty() ? "is no desktop entry" : problem));
  auto id = requireId(origin.id, base);
  auto files = fs::path(folder) / "files";
  fs::create_directories(files);
  if (!origin.files.empty()) {
    std::error_code failed;
    fs::copy(origin.files, files, fs::copy_options::recursive | fs::copy_options::copy_symlinks, failed);
    if (failed) throw UsageError("cannot copy " + brief(origin.files, 200) + ": " + failed.message());
  }
  auto desktop = entryPlace(id);
  copyFile(entryPath, files / desktop);
  writeManifest(folder, {.id = id,
                         .name = origin.name.empty() ? entry->name : origin.name,
                         .version = origin.version.empty() ? "1.0" : origin.version,
                         .summary = entry->comment.empty() ? entry->name : entry->comment,
                         .icon = stageIcon(files, entry->icon, id),
                         .desktop = desktop,
                         .command = commandOf(*entry, files)});
}

bool isAppImage(const std::string& path) {
  auto file = openFile(path);
  return file.get() >= 0 && std::holds_alternative<AppImage>(identifyAppImage(file));
}

void stageAppImage(const std::string& folder, const std::string& path, const BundleOrigin& origin) {
  auto shown = brief(path, 200);
  auto file = openFile(path);
  if (file.get() < 0) throw UsageError("cannot open " + shown);
  auto unpacked = unpackAppImage(file, folder + "/unpacked", "");
  if (auto problem = std::get_if<UnpackProblem>(&unpacked)) throw UsageError(shown + ": " + problem->reason);
  auto& image = std::get<UnpackedAppImage>(unpacked);
  auto files = fs::path(folder) / "files";
  auto icon = image.icon.empty() ? fs::path() : fs::path(image.icon).lexically_relative(fs::canonical(image.directory));
  fs::rename(image.directory, files);
  fs::remove_all(folder + "/unpacked");
  auto name = fs::path(path).stem().string();
  StagedManifest manifest{.id = requireId(origin.id, image.entry ? image.entry->id : name),
                          .name = origin.name,
                          .version = origin.version.empty() ? "1.0" : origin.version,
                          .command = {"AppRun"}};
  if (auto entry = image.entry ? fileBelow(files, fs::path(image.entry->file).filename()) : std::nullopt) {
    manifest.desktop = entryPlace(manifest.id);
    copyFile(*entry, files / manifest.desktop);
    manifest.summary = image.entry->comment;
    if (manifest.name.empty()) manifest.name = image.entry->name;
  }
  if (manifest.name.empty()) manifest.name = name;
  if (manifest.summary.empty()) manifest.summary = manifest.name;
  if (auto found = icon.empty() ? std::nullopt : fileBelow(files, icon))
    manifest.icon = stageIcon(files, found->string(), manifest.id);
  writeManifest(folder, manifest);
}

}  // namespace latchkey::cli
