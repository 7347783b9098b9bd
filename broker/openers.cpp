// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/openers.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr size_t LONGEST_URI = 16 * 1024;
constexpr size_t LONGEST_ENTRY = 64 * 1024, LONGEST_TYPES = 4 << 20, MOST_ENTRIES = 5000;
constexpr std::string_view HANDLER = "x-scheme-handler/";
constexpr std::string_view ARROW = " -> ";
constexpr std::array<std::string_view, 3> ALWAYS = {"http", "https", "mailto"};
// The last ones are windows into a browser's own insides.
constexpr std::array<std::string_view, 16> NEVER = {
    "file", "javascript", "data",   "vbscript", "blob",    "filesystem",       "about",         "view-source",
    "jar",  "resource",   "chrome", "wyciwyg",  "desktop", "chrome-extension", "moz-extension", "latchkey"};

bool isSmall(char c) { return c >= 'a' && c <= 'z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Files of `folder` and those directly below: ids have at most one part of that kind in practice.
template <typename Visit>
bool anyEntry(const std::string& folder, Visit visit) {
  std::error_code ignored;
  size_t seen = 0;
  auto options = std::filesystem::directory_options::skip_permission_denied;
  for (auto& entry : std::filesystem::recursive_directory_iterator(folder, options, ignored)) {
    if (++seen > MOST_ENTRIES) return false;
    if (entry.path().extension() == ".desktop" && visit(entry.path().string())) return true;
  }
  return false;
}

// One item of a MimeType line in the entry's main group.
bool claims(const std::string& file, const std::string& type) {
  auto text = tryReadFile(file, LONGEST_ENTRY);
  KJ_IF_MAYBE (content, text) {
    bool main = false;
    for (size_t at = 0; at < content->size();) {
      auto end = std::min(content->find('\n', at), content->size());
      std::string_view line(content->data() + at, end - at);
      at = end + 1;
      if (line.starts_with('[')) main = line.starts_with("[Desktop Entry]");
      if (main && line.starts_with("MimeType=") && (";" + std::string(line.substr(9)) + ";").contains(";" + type + ";"))
        return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> dataFolders(const Places& places) {
  std::vector<std::string> folders{std::filesystem::path(places.data).parent_path().string()};
  auto given = getenv("XDG_DATA_DIRS");
  std::string_view list = given == nullptr || *given == '\0' ? "/usr/local/share:/usr/share" : given;
  while (!list.empty()) {
    auto end = std::min(list.find(':'), list.size());
    if (list.starts_with('/')) folders.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return folders;
}

std::string schemeOf(std::string_view uri) {
  if (uri.size() > LONGEST_URI || uri.contains(' ') || escaped(uri) != uri) return {};
  auto colon = uri.find(':');
  if (colon == uri.npos || colon == 0 || colon > 64 || colon + 1 == uri.size()) return {};
  std::string scheme(uri.substr(0, colon));
  for (auto& c : scheme) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  bool plain = isSmall(scheme[0]) && std::ranges::all_of(scheme, [](char c) {
                 return isSmall(c) || isDigit(c) || c == '+' || c == '-' || c == '.';
               });
  return plain ? scheme : std::string();
}

bool isOpenable(const std::string& scheme, const Places& places) {
  if (scheme.empty() || std::ranges::find(NEVER, scheme) != NEVER.end()) return false;
  if (std::ranges::find(ALWAYS, scheme) != ALWAYS.end()) return true;
  auto type = std::string(HANDLER) + scheme;
  return std::ranges::any_of(dataFolders(places), [&](auto& folder) {
    return anyEntry(folder + "/applications", [&](const std::string& file) { return claims(file, type); });
  });
}

std::string typeOf(const std::string& path, bool directory) {
  if (directory) return "inode/directory";
  auto name = path.substr(path.rfind('/') + 1);
  // "50:text/plain:*.txt", heaviest first; the longest ending wins where there are several of a weight.
  std::string best;
  size_t length = 0;
  auto database = tryReadFile("/usr/share/mime/globs2", LONGEST_TYPES);
  KJ_IF_MAYBE (lines, database) {
    for (size_t at = 0; at < lines->size();) {
      auto end = std::min(lines->find('\n', at), lines->size());
      std::string_view line(lines->data() + at, end - at);
      at = end + 1;
      auto first = line.find(':'), second = line.find(":*.");
      if (line.starts_with('#') || first == line.npos || second == line.npos || second <= first) continue;
      auto ending = line.substr(second + 2);
      bool fits = name.size() > ending.size() && name.ends_with(ending) && ending.size() > length;
      if (!fits || escaped(ending) != ending) continue;
      length = ending.size();
      best = line.substr(first + 1, second - first - 1);
    }
  }
  return best.empty() ? "application/octet-stream" : brief(best, 100);
}

bool isAppName(std::string_view app) {
  return !app.empty() && app.size() <= 255 && app[0] != '-' && app[0] != '.' && !app.contains('/') &&
         !app.contains(' ') && escaped(app) == app;
}

Object rememberedAs(const std::string& type, const std::string& app) {
  auto shown = type.starts_with(HANDLER) ? type.substr(HANDLER.size()) : type;
  return {.target = shown + std::string(ARROW) + app, .scope = Scope::Host};
}

std::string rememberedFor(const Ledger& ledger, const std::string& holder, const InstanceId& instance,
                          const std::string& type) {
  auto begin = rememberedAs(type, "").target;
  std::string app;
  WallTime newest{};
  for (auto& grant : ledger.applicable(holder, instance)) {
    bool counts = grant.kind == Kind::App && grant.state == GrantState::Active && grant.created >= newest;
    if (!counts || !grant.object.target.starts_with(begin)) continue;
    newest = grant.created;
    app = grant.object.target.substr(begin.size());
  }
  return isAppName(app) ? app : std::string();
}

}  // namespace latchkey
