// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/flatpak/flatpak-metadata.h"

#include <algorithm>
#include <array>

#include "broker/base/key-file.h"
#include "broker/base/text.h"

namespace latchkey::flatpak {
namespace {

using Kind = Permission::Kind;

constexpr size_t MAX_NAME = 1000, MAX_ID = 200;

struct List {
  std::string_view key;
  Kind kind;
};
constexpr std::array LISTS = {List{"shared", Kind::Share},       List{"sockets", Kind::Socket},
                              List{"devices", Kind::Device},     List{"filesystems", Kind::Filesystem},
                              List{"persistent", Kind::Persist}, List{"features", Kind::Feature}};

// Groups that give nothing. Others that we do not know are told, as Flatpak may know them.
bool givesNothing(std::string_view group) {
  constexpr std::array KNOWN = {"Application", "Runtime", "Instance", "Build", "ExtensionOf", "Extra Data"};
  return std::ranges::find(KNOWN, group) != KNOWN.end() || group.starts_with("Extension ");
}

bool isId(std::string_view id) {
  auto allowed = [](unsigned char c) { return isalnum(c) || c == '.' || c == '_' || c == '-'; };
  return id.size() <= MAX_ID && id.find('.') != id.npos && id.front() != '.' && id.front() != '-' && id.back() != '.' &&
         id.find("..") == id.npos && std::ranges::all_of(id, allowed);
}

bool canBeShown(std::string_view text) { return text.size() <= MAX_NAME && escaped(text) == text; }

// "xdg-music:ro" -> "xdg-music" and "ro".
Permission fileSystem(const std::string& text) {
  for (std::string_view mode : {"ro", "rw", "create", "reset"}) {
    if (text.size() > mode.size() + 1 && text.ends_with(mode) && text[text.size() - mode.size() - 1] == ':')
      return {Kind::Filesystem, text.substr(0, text.size() - mode.size() - 1), std::string(mode)};
  }
  return {Kind::Filesystem, text, ""};
}

// Reads one file into a list that may have something in it already.
class Reader {
public:
  explicit Reader(std::vector<Permission>& permissions) : m_permissions(permissions) {}

  std::optional<Problem> read(const KeyFile& file) {
    for (auto& group : file.groups()) {
      if (group.name == "Context") context(group);
      else if (group.name == "Session Bus Policy") bus(group, Kind::SessionBus);
      else if (group.name == "System Bus Policy") bus(group, Kind::SystemBus);
      else if (group.name == "Environment") environment(group);
      else if (group.name == "USB Devices") usb(group);
      else if (!givesNothing(group.name)) unknown(group);
    }
    if (m_permissions.size() > MAX_PERMISSIONS) m_problem = "it says more than an app can need";
    if (m_problem.empty()) return {};
    return Problem{m_problem};
  }

private:
  void context(const KeyFile::Group& group) {
    for (auto& entry : group.entries) {
      auto list = std::ranges::find(LISTS, entry.key, &List::key);
      if (list != LISTS.end()) {
        for (auto& value : listValue(entry.value)) listed(list->kind, value);
      } else if (entry.key == "unset-environment") {
        for (auto& value : listValue(entry.value)) takeAway({Kind::Environment, value});
      } else {
        put({Kind::Unknown, std::string(entry.key) + "=" + unescapedValue(entry.value), ""});
      }
    }
  }

  void listed(Kind kind, const std::string& value) {
    bool away = value.starts_with('!');
    auto name = away ? value.substr(1) : value;
    auto permission = kind == Kind::Filesystem ? fileSystem(name) : Permission{kind, name, ""};
    if (!away) return put(std::move(permission));
    // "!host:reset" ends all that was there before.
    if (permission.mode == "reset")
      std::erase_if(m_permissions, [](auto& one) { return one.kind == Kind::Filesystem; });
    takeAway(permission);
  }

  void bus(const KeyFile::Group& group, Kind kind) {
    for (auto& entry : group.entries) {
      Permission permission{kind, std::string(entry.key), unescapedValue(entry.value)};
      if (permission.mode == "none") takeAway(permission);
      else if (permission.mode == "see" || permission.mode == "talk" || permission.mode == "own") put(permission);
      else put({Kind::Unknown, permission.name + "=" + permission.mode, ""});
    }
  }

  void environment(const KeyFile::Group& group) {
    for (auto& entry : group.entries) put({Kind::Environment, std::string(entry.key), unescapedValue(entry.value)});
  }

  void usb(const KeyFile::Group& group) {
    for (auto& entry : group.entries) {
      if (entry.key == "hidden-devices") continue;
      for (auto& value : listValue(entry.value)) put({Kind::Usb, value, ""});
    }
  }

  void unknown(const KeyFile::Group& group) {
    for (auto& entry : group.entries) {
      put({Kind::Unknown, std::string(group.name) + ": " + std::string(entry.key) + "=" + unescapedValue(entry.value),
           ""});
    }
  }

  void takeAway(const Permission& permission) {
    std::erase_if(m_permissions, [&](auto& one) { return one.kind == permission.kind && one.name == permission.name; });
  }

  // Said again it is said anew.
  void put(Permission permission) {
    if (!canBeShown(permission.name) || !canBeShown(permission.mode)) {
      m_problem = "it holds control or invisible characters, or more than a line";
      return;
    }
    if (permission.name.empty() || m_permissions.size() > MAX_PERMISSIONS) return;
    takeAway(permission);
    m_permissions.push_back(std::move(permission));
  }

  std::vector<Permission>& m_permissions;
  std::string m_problem = {};
};

std::variant<KeyFile, Problem> parsed(std::string text) {
  if (text.size() > MAX_METADATA) return Problem{"it is larger than such a file may be"};
  if (!isUtf8(text)) return Problem{"it is no text"};
  std::string why;
  auto file = KeyFile::parse(std::move(text), &why);
  if (!file) return Problem{brief(why, 200)};
  return std::move(*file);
}

std::string valueOf(const KeyFile::Group& group, std::string_view key) {
  auto value = group.find(key);
  return value ? unescapedValue(*value) : std::string();
}

}  // namespace

std::string spelled(const Permission& permission) {
  auto& mode = permission.mode;
  switch (permission.kind) {
    case Kind::Share: return "--share=" + permission.name;
    case Kind::Socket: return "--socket=" + permission.name;
    case Kind::Device: return "--device=" + permission.name;
    case Kind::Filesystem: return "--filesystem=" + permission.name + (mode.empty() ? "" : ":" + mode);
    case Kind::Persist: return "--persist=" + permission.name;
    case Kind::Feature: return "--allow=" + permission.name;
    case Kind::SessionBus: return "--" + mode + "-name=" + permission.name;
    case Kind::SystemBus: return "--system-" + mode + "-name=" + permission.name;
    case Kind::Environment: return "--env=" + permission.name + "=" + mode;
    case Kind::Usb: return "--usb=" + permission.name;
    case Kind::Unknown: return permission.name;
  }
  return {};
}

std::variant<Metadata, Problem> readMetadata(std::string text) {
  auto file = parsed(std::move(text));
  if (auto problem = std::get_if<Problem>(&file)) return std::move(*problem);
  auto& keys = std::get<KeyFile>(file);
  auto application = keys.find("Application");
  if (application == nullptr) return Problem{"it is no app's: it has no group Application"};
  Metadata metadata{.id = valueOf(*application, "name"),
                    .runtime = valueOf(*application, "runtime"),
                    .command = valueOf(*application, "command")};
  if (metadata.id.empty() || !isId(metadata.id)) return Problem{"its name is no app's id"};
  if (!canBeShown(metadata.runtime) || !canBeShown(metadata.command))
    return Problem{"it holds control or invisible characters, or more than a line"};
  if (auto problem = Reader(metadata.permissions).read(keys)) return std::move(*problem);
  return metadata;
}

std::optional<Problem> applyOverride(Metadata& metadata, std::string text) {
  auto file = parsed(std::move(text));
  if (auto problem = std::get_if<Problem>(&file)) return std::move(*problem);
  return Reader(metadata.permissions).read(std::get<KeyFile>(file));
}

}  // namespace latchkey::flatpak
