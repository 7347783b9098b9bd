// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/override-entry.h"

#include <errno.h>
#include <kj/debug.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "broker/base/exec-line.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/desktop/app-id.h"
#include "launcher/desktop/bundle-entries.h"

namespace latchkey {
namespace {

// What the entry must not say in our words. Everything else - names, icons, types, categories - stays the app's.
constexpr std::array REPLACED = {
    "Exec", "TryExec", "Path", "Terminal", "DBusActivatable", "Hidden", "X-Latchkey-Override", "X-Latchkey-For"};

bool isReplaced(std::string_view key) { return std::ranges::find(REPLACED, key) != REPLACED.end(); }

std::optional<KeyFile> readKeys(const std::string& path) {
  KJ_IF_MAYBE (text, tryReadFile(path, KeyFile::MAX_SIZE)) {
    return KeyFile::parse(std::move(*text));
  }
  return {};
}

bool isOurs(const std::string& path) {
  auto keys = readKeys(path);
  auto group = keys ? keys->find("Desktop Entry") : nullptr;
  return group != nullptr && boolValue(group->find("X-Latchkey-Override"));
}

bool exists(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

void ensureDirectory(const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    auto part = path.substr(0, slash);
    if (mkdir(part.c_str(), 0700) < 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
      KJ_FAIL_SYSCALL("mkdir", errno, part);
    if (slash == path.npos) return;
  }
}

std::string folderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

// Where the person's own entries of this id stand or would stand.
std::string ownPlace(const AppCatalog& catalog, std::string_view id) {
  auto applications = catalog.places().dataHome + "/applications";
  for (auto& place : catalog.places(id)) {
    if (place.file.starts_with(applications + "/")) return place.file;
  }
  return applications + "/" + std::string(id) + ".desktop";
}

void writeGroup(std::string& text, const KeyFile::Group& group, const std::string& exec) {
  ((text += "[") += group.name) += "]\n";
  for (auto& [key, value] : group.entries) {
    if (isReplaced(key)) continue;
    (((text += key) += "=") += value) += "\n";
  }
  ((text += "Exec=") += exec) += "\n";
}

}  // namespace

std::string keptEntryPath(const DesktopPlaces& places, std::string_view id) {
  return places.dataHome + "/latchkey/replaced-entries/" + std::string(id) + ".desktop";
}

OverrideEntry::OverrideEntry(const AppCatalog& catalog, std::string latchkey)
    : m_catalog(catalog), m_latchkey(std::move(latchkey)) {}

bool OverrideEntry::on(std::string_view id) const {
  if (!isAppId(id)) return false;
  if (isInstalled(m_catalog.places().store, id)) return true;  // There is no other way to start it.
  auto places = m_catalog.places(id);
  return !places.empty() && isOurs(places[0].file);
}

std::string OverrideEntry::textFor(const DesktopEntry& entry, const KeyFile& original) const {
  auto command = quotedForExec(m_latchkey) + " run ";
  auto withFiles = [](const std::string& exec) {
    auto code = fileFieldCode(exec);
    return code.empty() ? std::string() : " " + std::string(code);
  };
  std::string text = "# Written by Latchkey: this app always starts with it. Latchkey can undo this.\n";
  for (auto& group : original.groups()) {
    constexpr std::string_view ACTION = "Desktop Action ";
    if (group.name == "Desktop Entry") {
      writeGroup(text, group, command + quotedForExec(entry.id) + withFiles(entry.exec));
      text += "Terminal=false\nDBusActivatable=false\nX-Latchkey-Override=true\n";
    } else if (group.name.starts_with(ACTION)) {
      auto action = entry.findAction(group.name.substr(ACTION.size()));
      if (action == nullptr) continue;
      writeGroup(
          text, group,
          command + "--action " + quotedForExec(action->id) + " " + quotedForExec(entry.id) + withFiles(action->exec));
    }
  }
  return text;
}

std::string OverrideEntry::enable(std::string_view id) const {
  std::string problem;
  auto entry = m_catalog.find(id, &problem);
  if (!entry) return problem;
  if (!entry->bundle.empty()) return {};
  auto original = readKeys(entry->file);
  if (!original) return brief(id, 80) + ": cannot be read";
  auto place = ownPlace(m_catalog, id);
  auto kept = keptEntryPath(m_catalog.places(), id);
  ensureDirectory(folderOf(place));
  if (exists(place) && !isOurs(place)) {
    ensureDirectory(folderOf(kept));
    // A second name, not a move: at no moment is the person's file away. Left over from an interrupted call it is the
    // same.
    if (link(place.c_str(), kept.c_str()) < 0) {
      if (errno != EEXIST) KJ_FAIL_SYSCALL("link", errno, kept);
      struct stat here{}, there{};
      KJ_SYSCALL(lstat(place.c_str(), &here));
      KJ_SYSCALL(lstat(kept.c_str(), &there));
      if (here.st_ino != there.st_ino || here.st_dev != there.st_dev) {
        return "another entry is kept in " + shownPath(kept, m_catalog.places().home) + " already: move it away first";
      }
    }
  }
  replaceFile(place, textFor(*entry, *original), 0644);
  return {};
}

std::string OverrideEntry::disable(std::string_view id) const {
  if (!isAppId(id)) return brief(id, 80) + ": not the name of an app";
  if (isInstalled(m_catalog.places().store, id))
    return brief(id, 80) + ": it is a bundle, which nothing else can start";
  auto place = ownPlace(m_catalog, id);
  auto kept = keptEntryPath(m_catalog.places(), id);
  bool ours = exists(place) && isOurs(place);
  if (exists(kept) && (ours || !exists(place))) {
    KJ_SYSCALL(rename(kept.c_str(), place.c_str()), place);
  } else if (ours) {
    KJ_SYSCALL(unlink(place.c_str()), place);
  }
  return {};
}

}  // namespace latchkey
