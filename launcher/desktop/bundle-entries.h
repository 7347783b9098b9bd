// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How an installed bundle becomes apps: what of it can be started, and what each is called.
//
// ID is its first command, or the first service of a bundle without commands; ID.NAME is another one. All of them are
// one app - one holder, one home. A bundle comes before a desktop entry of the same id: the id is whose grants are
// looked up, and it is not to change hands because somebody installs something. ID.NAME is nobody's id and comes last,
// behind entries and other bundles.
//
// Read is what the confined reader said when the bundle was unpacked, and desktop entries, without following a link. It
// names and starts; what is started is in a sandbox whatever it is.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/desktop/desktop-entry.h"
#include "launcher/manifest/manifest.h"
#include "launcher/store/installed.h"

namespace latchkey {

// What starting an entry of a bundle means. The deploy is held: it is resolved once, and is not collected meanwhile.
struct BundleStart {
  std::shared_ptr<const InstalledApp> deploy;
  std::vector<std::string> words = {};  // Inside: the program below /app, or of the host.
  std::string program = {};             // The program's place on the host.
  bool ownSandboxes = false;
  bool gpu = false;
  bool needsX = false;
  uint64_t memoryLimit = 0;
  uint32_t processLimit = 0;
  uint32_t cpuPercent = 0;
  std::vector<ManifestClaim> claims = {};  // With the reason in the language of `locale`.
};

// Of one bundle, in the order of its manifest; commands first. `locale` as in desktop-places.h.
std::vector<DesktopEntry> entriesOf(const InstalledApp& deploy, std::string_view locale);

// Of all bundles, sorted by id.
std::vector<DesktopEntry> bundleEntries(const std::string& store, std::string_view locale);

bool isInstalled(const std::string& store, std::string_view id);

// The bundle of that id. `start` is set. Nothing and a `problem`: it is installed, and cannot be started.
std::optional<DesktopEntry> findBundle(const std::string& store, std::string_view id, std::string_view locale,
                                       std::string* problem = nullptr);
// ID.NAME of another one.
std::optional<DesktopEntry> findBundleCommand(const std::string& store, std::string_view id, std::string_view locale);

}  // namespace latchkey
