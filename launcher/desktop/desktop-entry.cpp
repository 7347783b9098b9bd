// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/desktop-entry.h"

#include <algorithm>

#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr size_t MAX_TEXT = 200;     // Characters of a text for people.
constexpr size_t MAX_VALUE = 65536;  // Bytes of anything else.
constexpr size_t MAX_LIST = 256;
constexpr size_t MAX_ACTIONS = 32;

class Reading {
public:
  Reading(const KeyFile::Group& group, std::string_view locale) : m_group(group), m_locale(locale) {}

  std::string shown(std::string_view key) const {
    auto value = findLocalized(m_group, key, m_locale);
    return value ? brief(unescapedValue(*value), MAX_TEXT) : std::string();
  }
  std::vector<std::string> shownList(std::string_view key) const {
    return bounded(findLocalized(m_group, key, m_locale));
  }
  std::string plain(std::string_view key) const {
    auto value = m_group.find(key);
    return value && value->size() <= MAX_VALUE ? unescapedValue(*value) : std::string();
  }
  std::vector<std::string> list(std::string_view key) const { return bounded(m_group.find(key)); }
  bool flag(std::string_view key) const { return boolValue(m_group.find(key)); }

  std::string icon() const {
    auto value = findLocalized(m_group, "Icon", m_locale);
    if (!value || value->size() > 4096) return {};
    auto name = unescapedValue(*value);
    // A name, or a path that says where it starts: never a path below wherever somebody happens to be.
    return name.starts_with('/') || name.find('/') == name.npos ? name : std::string();
  }

private:
  static std::vector<std::string> bounded(std::optional<std::string_view> value) {
    if (!value || value->size() > MAX_VALUE) return {};
    auto parts = listValue(*value);
    if (parts.size() > MAX_LIST) parts.resize(MAX_LIST);
    for (auto& part : parts) part = brief(part, MAX_TEXT);
    return parts;
  }

  const KeyFile::Group& m_group;
  std::string_view m_locale;
};

std::vector<DesktopAction> readActions(const KeyFile& file, const std::vector<std::string>& ids,
                                       std::string_view locale) {
  std::vector<DesktopAction> actions;
  for (auto& id : ids) {
    auto group = file.find("Desktop Action " + id);
    if (group == nullptr || actions.size() == MAX_ACTIONS) continue;
    if (std::ranges::find(actions, id, &DesktopAction::id) != actions.end()) continue;
    Reading reading(*group, locale);
    DesktopAction action{
        .id = id, .name = reading.shown("Name"), .icon = reading.icon(), .exec = reading.plain("Exec")};
    if (!action.name.empty() && !action.exec.empty()) actions.push_back(std::move(action));
  }
  return actions;
}

// Why it is no app; empty if it is one.
std::string lack(const DesktopEntry& entry, std::string_view type) {
  if (type != "Application") return "not an application";
  if (entry.name.empty()) return "has no Name";
  if (entry.exec.empty()) return "has no Exec";
  if (!entry.directory.empty() && !entry.directory.starts_with('/')) return "its Path is not absolute";
  return {};
}

}  // namespace

const DesktopAction* DesktopEntry::findAction(std::string_view action) const {
  auto found = std::ranges::find(actions, action, &DesktopAction::id);
  return found == actions.end() ? nullptr : &*found;
}

std::optional<DesktopEntry> readDesktopEntry(std::string id, std::string file, std::string text,
                                             std::string_view locale, std::string* problem) {
  auto refuse = [&](std::string_view why) -> std::optional<DesktopEntry> {
    if (problem != nullptr) *problem = why;
    return {};
  };
  auto parsed = KeyFile::parse(std::move(text), problem);
  if (!parsed) return {};
  auto group = parsed->find("Desktop Entry");
  if (group == nullptr) return refuse("has no group [Desktop Entry]");
  if (group != parsed->groups().data()) return refuse("[Desktop Entry] is not the first group");

  Reading reading(*group, locale);
  DesktopEntry entry;
  entry.id = std::move(id);
  entry.file = std::move(file);
  entry.hidden = reading.flag("Hidden");
  entry.latchkeyOverride = reading.flag("X-Latchkey-Override");
  entry.name = reading.shown("Name");
  entry.genericName = reading.shown("GenericName");
  entry.comment = reading.shown("Comment");
  entry.icon = reading.icon();
  entry.exec = reading.plain("Exec");
  entry.tryExec = reading.plain("TryExec");
  entry.directory = reading.plain("Path");
  entry.startupWmClass = reading.plain("StartupWMClass");
  entry.keywords = reading.shownList("Keywords");
  entry.categories = reading.list("Categories");
  entry.mimeTypes = reading.list("MimeType");
  entry.onlyShowIn = reading.list("OnlyShowIn");
  entry.notShowIn = reading.list("NotShowIn");
  entry.noDisplay = reading.flag("NoDisplay");
  entry.terminal = reading.flag("Terminal");
  entry.dbusActivatable = reading.flag("DBusActivatable");
  if (entry.hidden) return entry;
  if (auto why = lack(entry, reading.plain("Type")); !why.empty()) return refuse(why);
  entry.actions = readActions(*parsed, reading.list("Actions"), locale);
  return entry;
}

}  // namespace latchkey
