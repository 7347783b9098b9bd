// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/exports/bundle-exports.h"

#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "broker/base/exec-line.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/exports/png.h"
#include "launcher/store/layout.h"

namespace latchkey {
namespace {

constexpr std::string_view ENDING = ".desktop", PICTURE_ENDING = ".png";
constexpr std::string_view MARK = "X-Latchkey-Bundle";
constexpr size_t MAX_ENTRY = 64 << 10, LONGEST_VALUE = 2000, LONGEST_LOCALE = 40;
constexpr size_t MOST_FILES = 20'000;
constexpr off_t MAX_PICTURE = 4 << 20;
// What is taken over as it is written, and which of it may be translated.
constexpr std::array<std::string_view, 4> WORDED = {"Name", "GenericName", "Comment", "Keywords"};
constexpr std::array<std::string_view, 6> PLAIN = {"Categories", "StartupWMClass", "StartupNotify",
                                                   "NoDisplay",  "OnlyShowIn",     "NotShowIn"};

bool isLocale(std::string_view text) {
  return !text.empty() && text.size() <= LONGEST_LOCALE && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '@' ||
           c == '-' || c == '.';
  });
}

bool isTaken(std::string_view key) {
  auto bracket = key.find('[');
  auto base = key.substr(0, bracket);
  if (bracket == key.npos)
    return std::ranges::find(PLAIN, base) != PLAIN.end() || std::ranges::find(WORDED, base) != WORDED.end();
  return std::ranges::find(WORDED, base) != WORDED.end() && key.ends_with(']') &&
         isLocale(key.substr(bracket + 1, key.size() - bracket - 2));
}

// As it is written and as it is read.
bool isPlain(std::string_view value) {
  auto read = unescapedValue(value);
  return value.size() <= LONGEST_VALUE && escaped(value) == value && escaped(read) == read;
}

void line(std::string& text, std::string_view key, std::string_view value) {
  (((text += key) += '=') += value) += '\n';
}

void takeOver(std::string& text, const KeyFile::Group& group, bool (*wanted)(std::string_view)) {
  for (auto& [key, value] : group.entries) {
    if (wanted(key) && isPlain(value)) line(text, key, value);
  }
}

// Of files only.
std::string typesOf(const DesktopEntry& entry) {
  std::string list;
  for (auto& type : entry.mimeTypes) {
    bool file = !type.starts_with("x-scheme-handler/") && !type.starts_with("inode/") && isPlain(type) &&
                type.find(';') == type.npos && type.find('\\') == type.npos;
    if (file) (list += type) += ';';
  }
  return list;
}

// A text as the value of a key.
std::string valueOf(std::string_view text) {
  std::string value;
  for (char c : text) value += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return value;
}

// Whose a file is: the id of a bundle if we wrote it for one.
kj::Maybe<std::string> markOf(const std::string& path) {
  auto text = tryReadFile(path, KeyFile::MAX_SIZE);
  KJ_IF_MAYBE (content, text) {
    auto keys = KeyFile::parse(std::move(*content));
    auto group = keys ? keys->find("Desktop Entry") : nullptr;
    auto mark = group == nullptr ? std::nullopt : group->find(MARK);
    if (mark) return std::string(*mark);
  }
  return nullptr;
}

std::vector<std::string> namesIn(const std::string& folder, std::string_view ending) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (auto& file : std::filesystem::directory_iterator(folder, ignored)) {
    if (names.size() >= MOST_FILES) break;
    if (auto name = file.path().filename().string(); name.ends_with(ending)) names.push_back(std::move(name));
  }
  return names;
}

bool differs(const std::string& path, const std::string& text) {
  auto there = tryReadFile(path, KeyFile::MAX_SIZE);
  KJ_IF_MAYBE (content, there) return *content != text;
  return true;
}

// Ids that somebody else's files give a meaning to.
std::set<std::string> foreignIds(const AppCatalog& catalog, const std::set<std::string>& wanted) {
  std::set<std::string> foreign;
  for (auto& place : catalog.places({})) {
    if (wanted.contains(place.id) && !foreign.contains(place.id) && markOf(place.file) == nullptr)
      foreign.insert(place.id);
  }
  return foreign;
}

}  // namespace

BundleExports::BundleExports(DesktopPlaces places, std::string latchkey, Picture picture)
    : m_places(std::move(places)), m_latchkey(std::move(latchkey)), m_picture(std::move(picture)) {}

std::string BundleExports::textFor(const DesktopEntry& entry, const KeyFile& original,
                                   const std::string& picture) const {
  auto group = original.find("Desktop Entry");
  if (group == nullptr) return {};
  auto run = [&](const std::string& options, const std::string& exec) {
    auto code = fileFieldCode(exec);
    return quotedForExec(m_latchkey) + " run " + options + quotedForExec(entry.id) +
           (code.empty() ? "" : " " + std::string(code));
  };
  std::string text = "# Written by Latchkey for an installed bundle: it comes and goes with it.\n[Desktop Entry]\n";
  line(text, "Type", "Application");
  takeOver(text, *group, isTaken);
  if (!picture.empty()) line(text, "Icon", valueOf(picture));
  if (auto types = typesOf(entry); !types.empty()) line(text, "MimeType", types);
  line(text, "Exec", run("", entry.exec));
  line(text, "Terminal", "false");  // One of its own, inside.
  line(text, "DBusActivatable", "false");
  line(text, "X-Latchkey-Override", "true");
  line(text, MARK, entry.bundle);
  std::string ids, actions;
  for (auto& action : entry.actions) {
    auto part = original.find("Desktop Action " + action.id);
    if (part == nullptr || !isLocale(action.id)) continue;
    (ids += action.id) += ';';
    actions += "\n[Desktop Action " + action.id + "]\n";
    takeOver(actions, *part, [](std::string_view key) { return key.starts_with("Name") && isTaken(key); });
    line(actions, "Exec", run("--action " + quotedForExec(action.id) + " ", action.exec));
  }
  if (!ids.empty()) line(text, "Actions", ids);
  text += actions;
  // Read as everybody will: what came out has to be an app with a name.
  auto read = readDesktopEntry(entry.id, "", text, "");
  return read ? text : std::string();
}

// Named by the deploy it is of, so that it is decoded once, and a desktop that remembers pictures by their paths shows
// the new one.
std::string BundleExports::pictureOf(const InstalledApp& deploy) const {
  std::string icon = deploy.report->get().getIcon().cStr();
  if (icon.empty()) return {};
  auto path = m_places.dataHome + "/latchkey/exports/" + deploy.id + "-" +
              deploy.path.substr(deploy.path.rfind('/') + 1) + std::string(PICTURE_ENDING);
  if (access(path.c_str(), R_OK) == 0) return path;
  auto file = store::tryOpen(deploy.folder, "files/" + icon);
  struct stat status{};
  if (file.get() < 0 || fstat(file, &status) < 0 || status.st_size > MAX_PICTURE) return {};
  auto pixels = m_picture(file);
  auto png = pixels ? pngOf(*pixels) : std::string();
  if (png.empty()) return {};
  replaceFile(path, png, 0644);
  return path;
}

BundleExports::Changes BundleExports::bringUpToDate() const {
  auto applications = m_places.dataHome + "/applications", pictures = m_places.dataHome + "/latchkey/exports";
  ensureOwnDirectory(m_places.dataHome + "/latchkey");
  ensureOwnDirectory(pictures);
  std::map<std::string, std::string> wanted;  // Texts by id.
  std::set<std::string> ids, shown, damaged;
  auto installed = installedIds(m_places.store);
  for (auto& id : installed) {
    KJ_IF_MAYBE (deploy, findInstalled(m_places.store, id)) {
      auto picture = pictureOf(*deploy);
      if (!picture.empty()) shown.insert(picture.substr(picture.rfind('/') + 1));
      for (auto& entry : entriesOf(*deploy, "")) {
        bool others = entry.id != id && std::ranges::binary_search(installed, entry.id);
        if (others || !entry.file.ends_with(ENDING)) continue;
        auto original = store::tryRead(deploy->folder, entry.file.substr(deploy->path.size() + 1), MAX_ENTRY);
        KJ_IF_MAYBE (content, original) {
          auto keys = KeyFile::parse(std::move(*content));
          auto text = keys ? textFor(entry, *keys, picture) : std::string();
          if (!text.empty()) wanted.emplace(entry.id, std::move(text));
        }
        ids.insert(entry.id);
      }
    } else {
      damaged.insert(id);  // Or just being changed. What stands there says so when it is started.
    }
  }
  AppCatalog catalog(m_places);
  auto foreign = foreignIds(catalog, ids);
  Changes changes;
  if (!wanted.empty()) std::filesystem::create_directories(applications);
  for (auto& [id, text] : wanted) {
    auto path = applications + "/" + id + std::string(ENDING);
    if (text.empty() || foreign.contains(id) || !differs(path, text)) continue;
    replaceFile(path, text, 0644);
    ++changes.written;
  }
  for (auto& name : namesIn(applications, ENDING)) {
    auto path = applications + "/" + name;
    auto id = name.substr(0, name.size() - ENDING.size());
    if (wanted.contains(id) && !foreign.contains(id)) continue;
    KJ_IF_MAYBE (bundle, markOf(path)) {
      bool stays = damaged.contains(*bundle) && !foreign.contains(id);
      if (!stays && unlink(path.c_str()) == 0) ++changes.removed;
    }
  }
  for (auto& name : namesIn(pictures, PICTURE_ENDING)) {
    bool stays = std::ranges::any_of(damaged, [&](auto& id) { return name.starts_with(id + "-"); });
    if (!stays && !shown.contains(name)) unlink((pictures + "/" + name).c_str());
  }
  return changes;
}

}  // namespace latchkey
