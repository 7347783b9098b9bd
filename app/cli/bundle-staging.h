// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Parts of making the folder of a bundle (bundle-sources.h), whatever it is made of.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/desktop/desktop-entry.h"

namespace latchkey::cli {

struct StagedManifest {
  std::string id = {};
  std::string name = {};
  std::string version = {};
  std::string summary = {};
  std::string icon = {};
  std::string desktop = {};
  std::vector<std::string> command = {};
};

// Quoted, for a manifest.
std::string tomlText(std::string_view text);

// FOLDER/manifest.toml.
void writeManifest(const std::string& folder, const StagedManifest& manifest);

// What is read and not run: documentation, but for whose it is.
bool isPaper(std::string_view below);

// With the folders it needs. Throws UsageError.
void copyFile(const std::filesystem::path& from, const std::filesystem::path& to);

// The entry in that file, as one of that id. Nothing, and the reason, if it is none.
std::optional<DesktopEntry> readEntryFile(const std::string& id, const std::string& path, std::string& problem);

// Where the entry of a bundle lies below files/.
std::string entryPlace(const std::string& id);

// Copies the picture - a path, or a name to be found in the host's themes - and answers its path below files/; empty if
// there is none that can be in a bundle.
std::string stageIcon(const std::filesystem::path& files, const std::string& icon, const std::string& id);

// What the entry starts, as a bundle names it. Throws UsageError if that is not there.
std::vector<std::string> commandOf(const DesktopEntry& entry, const std::filesystem::path& files);

// What was typed, or what is known otherwise if that can be an id. Throws UsageError.
std::string requireId(const std::string& typed, const std::string& otherwise);

}  // namespace latchkey::cli
