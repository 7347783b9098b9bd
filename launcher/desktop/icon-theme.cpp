// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/icon-theme.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <unordered_map>

#include "broker/base/files.h"
#include "broker/base/key-file.h"

namespace latchkey {
namespace {

constexpr off_t MAX_ICON = 4 << 20;
constexpr size_t MAX_THEMES = 16;
constexpr size_t MAX_FOLDERS = 2000;
constexpr size_t MAX_FILES = 200000;
constexpr std::string_view EXTENSIONS[] = {".png", ".svg", ".xpm"};  // In the specification's order.

bool isThemeName(std::string_view name) {
  return !name.empty() && name.size() < 200 && !name.starts_with('.') && name.find('/') == name.npos;
}

bool isIconName(std::string_view name) { return isThemeName(name) && name.find('\0') == name.npos; }

int number(const KeyFile::Group& group, std::string_view key, int otherwise) {
  auto value = group.find(key);
  int result = otherwise;
  if (value) std::from_chars(value->data(), value->data() + value->size(), result);
  return std::clamp(result, 0, 8192);
}

// "a,b" as themes write lists.
std::vector<std::string> commaList(std::optional<std::string_view> value) {
  std::vector<std::string> parts;
  if (!value) return parts;
  for (size_t start = 0; start <= value->size();) {
    auto end = std::min(value->find(',', start), value->size());
    auto part = value->substr(start, end - start);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    start = end + 1;
  }
  return parts;
}

std::optional<KeyFile> readIndex(const std::string& path) {
  KJ_IF_MAYBE (text, tryReadFile(path, KeyFile::MAX_SIZE)) {
    return KeyFile::parse(std::move(*text), nullptr, Repeats::FirstCounts);
  }
  return {};
}

// A folder of a theme and the sizes its icons are good for.
struct Folder {
  std::string path = {};
  int size = 0, scale = 1, least = 0, most = 0;

  static Folder from(const std::string& path, const KeyFile::Group& group) {
    Folder folder{.path = path, .size = number(group, "Size", 0), .scale = number(group, "Scale", 1)};
    auto type = group.find("Type").value_or("Threshold");
    folder.least = folder.most = folder.size;
    if (type == "Scalable") {
      folder.least = number(group, "MinSize", folder.size);
      folder.most = number(group, "MaxSize", folder.size);
    } else if (type == "Threshold") {
      int threshold = number(group, "Threshold", 2);
      folder.least -= threshold;
      folder.most += threshold;
    }
    return folder;
  }

  // 0 where the icons are meant for it. Too large is better than too small: shrinking keeps what there is.
  std::pair<int, bool> distance(int wanted, int wantedScale) const {
    if (scale == wantedScale && wanted >= least && wanted <= most) return {0, false};
    int pixels = wanted * wantedScale;
    if (pixels < least * scale) return {least * scale - pixels, false};
    if (pixels > most * scale) return {pixels - most * scale, true};
    return {0, scale < wantedScale};
  }
};

struct Candidate {
  size_t folder;
  size_t base;
  size_t extension;
};

class Theme {
public:
  Theme(const std::vector<std::string>& bases, const std::string& name) {
    for (auto& base : bases) {
      auto path = base + "/" + name;
      if (access(path.c_str(), X_OK) == 0) m_bases.push_back(path);
    }
    for (auto& base : m_bases) {
      auto index = readIndex(base + "/index.theme");
      if (!index) continue;
      describe(*index);
      break;
    }
  }

  const std::vector<std::string>& inherits() const { return m_inherits; }

  std::optional<std::string> find(const std::string& name, int size, int scale) {
    list();
    auto found = m_icons.find(name);
    if (found == m_icons.end()) return {};
    auto& candidates = found->second;
    auto rank = [&](const Candidate& one) {
      auto [distance, smaller] = m_folders[one.folder].distance(size, scale);
      return std::tuple(distance, smaller, one.folder, one.base, one.extension);
    };
    auto& best = *std::ranges::min_element(candidates, {}, rank);
    return m_bases[best.base] + "/" + m_folders[best.folder].path + "/" + name +
           std::string(EXTENSIONS[best.extension]);
  }

private:
  void describe(const KeyFile& index) {
    auto head = index.find("Icon Theme");
    if (head == nullptr) return;
    m_inherits = commaList(head->find("Inherits"));
    std::unordered_map<std::string_view, const KeyFile::Group*> groups;
    for (auto& group : index.groups()) groups.emplace(group.name, &group);
    for (auto key : {"Directories", "ScaledDirectories"}) {
      for (auto& path : commaList(head->find(key))) {
        auto group = groups.find(path);
        bool outside = path.starts_with('/') || path.find("..") != path.npos;
        if (group == groups.end() || outside || m_folders.size() == MAX_FOLDERS) continue;
        m_folders.push_back(Folder::from(path, *group->second));
      }
    }
  }

  // Once. A theme has thousands of icons, and asking the kernel for each name in each folder is far slower.
  void list() {
    if (m_listed) return;
    m_listed = true;
    size_t count = 0;
    for (size_t base = 0; base < m_bases.size(); ++base) {
      for (size_t folder = 0; folder < m_folders.size(); ++folder) {
        auto path = m_bases[base] + "/" + m_folders[folder].path;
        std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
        if (!directory) continue;
        while (auto entry = readdir(directory.get())) {
          if (++count > MAX_FILES) return;
          take(entry->d_name, folder, base);
        }
      }
    }
  }

  void take(std::string_view name, size_t folder, size_t base) {
    for (size_t extension = 0; extension < std::size(EXTENSIONS); ++extension) {
      if (!name.ends_with(EXTENSIONS[extension])) continue;
      m_icons[std::string(name.substr(0, name.size() - 4))].push_back({folder, base, extension});
    }
  }

  std::vector<std::string> m_bases;
  std::vector<std::string> m_inherits;
  std::vector<Folder> m_folders;
  std::unordered_map<std::string, std::vector<Candidate>> m_icons;
  bool m_listed = false;
};

std::string settingOf(const std::string& path, std::string_view group, std::string_view key) {
  auto index = readIndex(path);
  auto found = index ? index->find(group) : nullptr;
  auto value = found == nullptr ? std::nullopt : found->find(key);
  return value && isThemeName(*value) ? std::string(*value) : std::string();
}

}  // namespace

struct IconTheme::State {
  std::vector<std::string> bases = {};
  std::vector<std::string> loose = {};
  std::vector<Theme> themes = {};
  std::map<std::tuple<std::string, unsigned, unsigned>, std::optional<std::string>> answers = {};
};

IconTheme::IconTheme(const DesktopPlaces& places, std::string theme) : m_state(std::make_unique<State>()) {
  m_state->bases.push_back(places.home + "/.icons");
  for (auto& directory : places.inOrder()) m_state->bases.push_back(directory + "/icons");
  m_state->loose = m_state->bases;
  for (auto& directory : places.inOrder()) m_state->loose.push_back(directory + "/pixmaps");

  // The theme, all it inherits, and hicolor at the very end; each once, however they refer to each other.
  std::vector<std::string> names{std::move(theme)};
  for (size_t i = 0; i < names.size() && names.size() < MAX_THEMES; ++i) {
    if (!isThemeName(names[i]) || names[i] == "hicolor") continue;
    m_state->themes.emplace_back(m_state->bases, names[i]);
    for (auto& parent : m_state->themes.back().inherits()) {
      if (std::ranges::find(names, parent) == names.end()) names.push_back(parent);
    }
  }
  m_state->themes.emplace_back(m_state->bases, "hicolor");
}

IconTheme::~IconTheme() = default;
IconTheme::IconTheme(IconTheme&&) noexcept = default;
IconTheme& IconTheme::operator=(IconTheme&&) noexcept = default;

std::string IconTheme::preferred(const DesktopPlaces& places) {
  bool kde = std::ranges::find(places.desktops, "KDE") != places.desktops.end();
  auto ofKde = settingOf(places.configHome + "/kdeglobals", "Icons", "Theme");
  if (kde) return ofKde.empty() ? "breeze" : ofKde;
  for (auto file : {"/gtk-4.0/settings.ini", "/gtk-3.0/settings.ini"}) {
    auto ofGtk = settingOf(places.configHome + file, "Settings", "gtk-icon-theme-name");
    if (!ofGtk.empty()) return ofGtk;
  }
  return "Adwaita";
}

std::optional<std::string> IconTheme::find(std::string_view icon, unsigned size, unsigned scale) const {
  if (icon.starts_with('/'))
    return access(std::string(icon).c_str(), R_OK) == 0 ? std::optional(std::string(icon)) : std::nullopt;
  for (auto extension : EXTENSIONS) {
    if (icon.ends_with(extension)) icon.remove_suffix(extension.size());  // Files of the wild give it.
  }
  if (!isIconName(icon) || size > 8192 || scale == 0 || scale > 16) return {};
  std::string name(icon);
  auto [known, fresh] = m_state->answers.try_emplace({name, size, scale});
  if (!fresh) return known->second;
  for (auto& theme : m_state->themes) {
    if (known->second = theme.find(name, static_cast<int>(size), static_cast<int>(scale)); known->second)
      return known->second;
  }
  for (auto& directory : m_state->loose) {
    for (auto extension : EXTENSIONS) {
      auto path = directory + "/" + name + std::string(extension);
      if (access(path.c_str(), R_OK) == 0) return known->second = path;
    }
  }
  return {};
}

int IconTheme::open(std::string_view icon, unsigned size, unsigned scale) const {
  auto path = find(icon, size, scale);
  int fd = path ? ::open(path->c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
  if (fd < 0) return -1;
  struct stat status{};
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= MAX_ICON) return fd;
  close(fd);
  return -1;
}

}  // namespace latchkey
