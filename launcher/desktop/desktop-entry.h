// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One app as its .desktop file describes it. All of it is a claim: it names and starts, it decides nothing.
//
// Texts are fit to be shown (escaped, bounded). `exec`, `tryExec` and `directory` are as written, to be taken apart by
// exec-line.h; they never pass through a shell.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/key-file.h"

namespace latchkey {

struct BundleStart;

struct DesktopAction {
  std::string id = {};
  std::string name = {};
  std::string icon = {};
  std::string exec = {};
};

struct DesktopEntry {
  std::string id = {};    // File id without ".desktop".
  std::string file = {};  // Where it was read.
  std::string name = {};
  std::string genericName = {};
  std::string comment = {};
  std::string icon = {};  // Name or absolute path. Untrusted: decode by the reader only.
  std::string exec = {};
  std::string tryExec = {};
  std::string directory = {};  // Path=
  std::string startupWmClass = {};
  std::vector<std::string> keywords = {};
  std::vector<std::string> categories = {};
  std::vector<std::string> mimeTypes = {};
  std::vector<std::string> onlyShowIn = {};
  std::vector<std::string> notShowIn = {};
  std::vector<DesktopAction> actions = {};
  bool hidden = false;
  bool noDisplay = false;
  bool terminal = false;
  bool dbusActivatable = false;   // Started by Exec all the same: there is no session bus to activate it on.
  bool latchkeyOverride = false;  // Written by us (override-entry.h): not an app, but how one is started.
  std::string bundle = {};        // Of an installed bundle (bundle-entries.h): its id. Else empty.
  std::string version = {};       // Of that bundle.
  std::string hides = {};         // The file of a system entry with this bundle's id, which the bundle comes before.
  std::shared_ptr<const BundleStart> start = {};  // What it runs, of a bundle that was looked up by its id.

  const DesktopAction* findAction(std::string_view action) const;
};

// Nothing if it is malformed or no application; `problem` says why. A hidden one is an entry with `hidden`, whatever
// else it lacks.
std::optional<DesktopEntry> readDesktopEntry(std::string id, std::string file, std::string text,
                                             std::string_view locale, std::string* problem = nullptr);

}  // namespace latchkey
