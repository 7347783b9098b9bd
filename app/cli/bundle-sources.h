// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Making the folder of a bundle - manifest.toml and files/ - of what is on this computer already.
//
// What is taken is copied as it is: programs that look for their files in /usr/share find the host's, if it has them.

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

struct BundleOrigin {  // What was typed; empty: taken from the source.
  std::string id = {};
  std::string name = {};
  std::string version = {};
  std::string files = {};  // Of a desktop entry: the folder that becomes files/.
};

// "My App" -> "my-app": a word for commands and ids.
std::string bundleWord(std::string_view text);

std::string skeletonManifest(const BundleOrigin& origin);

// Each throws UsageError where the source cannot become a bundle.
void stageDesktopEntry(const std::string& folder, const std::string& entry, const BundleOrigin& origin);

// An AppImage by its bytes, whatever it is called. None of it is run (launcher/reader).
bool isAppImage(const std::string& path);
void stageAppImage(const std::string& folder, const std::string& path, const BundleOrigin& origin);

// `packages`: "NAME[,NAME...]", the app first, then what it shall bring along. Answers what was left out, a line each.
std::vector<std::string> stageDebianPackage(const std::string& folder, const std::string& packages,
                                            const BundleOrigin& origin);

// `source`: the root of another system, or its /usr alone. `provides`: "debian/13[,...]". Answers what was left out.
// Throws UsageError for what no bundle may hold.
std::vector<std::string> stageRuntime(const std::string& folder, const std::string& source, const std::string& provides,
                                      const BundleOrigin& origin);

// A Debian package's file by its bytes, whatever it is called. It is taken apart in a confined process
// (launcher/bundle), and none of it is run. Answers what was left out.
bool isDebianFile(const std::string& path);
std::vector<std::string> stageDebianFile(const std::string& folder, const std::string& path,
                                         const BundleOrigin& origin);

// "libc.so.6 (libc6)": with the Debian package that brings it here, where there is one.
std::vector<std::string> whoseTheyAre(const std::vector<std::string>& needs);

}  // namespace latchkey::cli
