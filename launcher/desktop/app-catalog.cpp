// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/app-catalog.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "broker/base/files.h"
#include "broker/base/text.h"
#include "launcher/desktop/app-id.h"
#include "launcher/desktop/bundle-entries.h"
#include "launcher/desktop/override-entry.h"

namespace latchkey {
namespace {

constexpr unsigned MAX_DEPTH = 6;
constexpr size_t MAX_FILES = 20000;
constexpr std::string_view SUFFIX = ".desktop";

// All entries below one applications folder. Sorted, so that two files of one id in one folder are decided the same way
// every time: the one less deep first.
class Walk {
public:
  explicit Walk(std::string_view wanted) : m_wanted(wanted) {}

  std::vector<AppCatalog::Place> run(const std::string& folder) {
    visit(folder, "", 0);
    std::ranges::stable_sort(m_found, {}, &Found::depth);
    std::vector<AppCatalog::Place> places;
    for (auto& found : m_found) places.push_back(std::move(found.place));
    return places;
  }

private:
  struct Found {
    unsigned depth;
    AppCatalog::Place place;
  };

  void visit(const std::string& folder, const std::string& prefix, unsigned depth) {
    std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(folder.c_str()), closedir);
    if (!directory) return;
    struct stat status{};
    fstat(dirfd(directory.get()), &status);
    std::pair self(status.st_dev, status.st_ino);
    if (std::ranges::find(m_above, self) != m_above.end()) return;  // A link back up.
    m_above.push_back(self);
    while (auto entry = readdir(directory.get())) {
      std::string name = entry->d_name;
      if (name.starts_with('.') || m_found.size() >= MAX_FILES) continue;
      auto path = folder + "/" + name;
      if (name.ends_with(SUFFIX)) {
        take(prefix + name.substr(0, name.size() - SUFFIX.size()), std::move(path), depth);
      } else if (depth < MAX_DEPTH && isDirectory(*entry, path) && mayLead(prefix + name + "-")) {
        visit(path, prefix + name + "-", depth + 1);
      }
    }
    m_above.pop_back();
  }

  bool mayLead(std::string_view prefix) const { return m_wanted.empty() || m_wanted.starts_with(prefix); }

  void take(std::string id, std::string path, unsigned depth) {
    if (m_wanted.empty() ? isAppId(id) : id == m_wanted) m_found.push_back({depth, {std::move(id), std::move(path)}});
  }

  static bool isDirectory(const dirent& entry, const std::string& path) {
    if (entry.d_type != DT_UNKNOWN && entry.d_type != DT_LNK) return entry.d_type == DT_DIR;
    struct stat status{};
    return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  }

  std::string_view m_wanted;
  std::vector<Found> m_found;
  std::vector<std::pair<dev_t, ino_t>> m_above;
};

bool isProgram(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

void say(std::string* problem, std::string text) {
  if (problem != nullptr) *problem = std::move(text);
}

}  // namespace

AppCatalog::AppCatalog(DesktopPlaces places) : m_places(std::move(places)) {}

std::vector<AppCatalog::Place> AppCatalog::places(std::string_view id) const {
  std::vector<Place> all;
  for (auto& directory : m_places.inOrder()) {
    auto found = Walk(id).run(directory + "/applications");
    all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return all;
}

std::optional<DesktopEntry> AppCatalog::read(const Place& place, std::string* problem) const {
  KJ_IF_MAYBE (text, tryReadFile(place.file, KeyFile::MAX_SIZE)) {
    auto entry = readDesktopEntry(place.id, place.file, std::move(*text), m_places.locale, problem);
    if (!entry || !entry->latchkeyOverride) return entry;
    // Ours: what the person had there before comes next.
    Place kept{place.id, keptEntryPath(m_places, place.id)};
    if (place.file != kept.file && access(kept.file.c_str(), F_OK) == 0) {
      auto own = read(kept, problem);
      if (own && !own->latchkeyOverride) return own;
    }
    return entry;
  }
  say(problem, "cannot be read");
  return {};
}

bool AppCatalog::installed(const DesktopEntry& entry) const {
  if (entry.tryExec.empty()) return true;
  if (entry.tryExec.starts_with('/')) return isProgram(entry.tryExec);
  if (entry.tryExec.find('/') != std::string::npos) return false;
  return std::ranges::any_of(m_places.searchPath,
                             [&](const std::string& directory) { return isProgram(directory + "/" + entry.tryExec); });
}

bool AppCatalog::shownHere(const DesktopEntry& entry) const {
  // The session's names are in order of preference: the first that either list names decides.
  for (auto& desktop : m_places.desktops) {
    if (std::ranges::find(entry.onlyShowIn, desktop) != entry.onlyShowIn.end()) return true;
    if (std::ranges::find(entry.notShowIn, desktop) != entry.notShowIn.end()) return false;
  }
  return entry.onlyShowIn.empty();
}

std::vector<DesktopEntry> AppCatalog::all() const {
  std::vector<DesktopEntry> result;
  std::unordered_set<std::string> decided;
  std::unordered_map<std::string, size_t> bundles;  // Where in `result`.
  std::vector<DesktopEntry> further;
  for (auto& entry : bundleEntries(m_places.store, m_places.locale)) {
    if (entry.id != entry.bundle) {
      further.push_back(std::move(entry));
      continue;
    }
    bundles.emplace(entry.id, result.size());
    result.push_back(std::move(entry));
  }
  for (auto& place : places({})) {
    if (decided.contains(place.id)) continue;
    auto entry = read(place, nullptr);
    if (entry && entry->latchkeyOverride) continue;  // The app itself comes in a later folder.
    decided.insert(place.id);
    if (auto bundle = bundles.find(place.id); bundle != bundles.end()) {
      result[bundle->second].hides = place.file;
      continue;
    }
    if (entry && !entry->hidden && !entry->noDisplay && installed(*entry) && shownHere(*entry))
      result.push_back(std::move(*entry));
  }
  for (auto& entry : further) {
    if (!decided.contains(entry.id) && !bundles.contains(entry.id)) result.push_back(std::move(entry));
  }
  std::ranges::sort(result, [](auto& a, auto& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
  return result;
}

std::vector<DesktopEntry> AppCatalog::shown() const {
  auto result = all();
  std::erase_if(result, [this](auto& entry) { return entry.noDisplay || !shownHere(entry); });
  return result;
}

std::string AppCatalog::systemEntry(std::string_view id) const {
  for (auto& place : places(id)) {
    auto entry = read(place, nullptr);
    if (!entry || !entry->latchkeyOverride) return place.file;
  }
  return {};
}

std::optional<DesktopEntry> AppCatalog::find(std::string_view id, std::string* problem) const {
  auto refuse = [&](std::string text) -> std::optional<DesktopEntry> {
    say(problem, brief(id, 80) + ": " + text);
    return {};
  };
  if (!isAppId(id)) return refuse("not the name of an app");
  std::string damage;
  if (auto bundle = findBundle(m_places.store, id, m_places.locale, &damage)) return bundle;
  if (!damage.empty()) return refuse(damage);  // Nobody steps into its place.
  for (auto& place : places(id)) {
    std::string reason;
    auto entry = read(place, &reason);
    if (!entry) return refuse(shownPath(place.file, m_places.home) + ": " + reason);
    if (entry->latchkeyOverride) continue;
    if (entry->hidden) return refuse("removed from this person's apps (Hidden)");
    if (!installed(*entry)) return refuse("not installed: " + brief(entry->tryExec, 80) + " is missing");
    return entry;
  }
  if (auto command = findBundleCommand(m_places.store, id, m_places.locale)) return command;
  return refuse("there is no such app");
}

}  // namespace latchkey
