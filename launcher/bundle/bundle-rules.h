// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What manifest, list and desktop entries of one bundle say of each other. All of it is refused where it disagrees;
// nothing is guessed.

#include <string>
#include <string_view>
#include <vector>

#include "launcher/bundle/bundle-manifest.h"
#include "launcher/bundle/digest-list.h"

namespace latchkey {

// Empty if the manifest is that of these entries: what it names is there, and is what it has to be.
std::string objectionTo(const BundleManifest& manifest, const std::vector<BundleEntry>& entries);

// Empty if the desktop entry may stand for a command of this bundle. Its file is named after the bundle, so that it can
// never come before another app's; its Exec says where files go, and is never run as it is.
std::string objectionToDesktopFile(const BundleManifest& manifest, std::string_view path, std::string text);

// Files the rules want to see the contents of, by their paths in the bundle: its desktop entries.
std::vector<std::string> desktopFilesOf(const BundleManifest& manifest);

}  // namespace latchkey
