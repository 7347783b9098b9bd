// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/backends.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "broker/base/files.h"
#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.";
constexpr size_t LARGEST_FILE = 256 * 1024;

std::string environment(const char* name) {
  auto value = getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= text.size();) {
    auto end = std::min(text.find(mark, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string trimmed(const std::string& text) {
  auto start = text.find_first_not_of(" \t\r");
  if (start == text.npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

std::string lowered(std::string text) {
  for (auto& c : text) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  return text;
}

// The keys of one group of a key file. These files are the desktop's, not an app's.
std::map<std::string, std::string> group(const std::string& path, const std::string& wanted) {
  std::map<std::string, std::string> keys;
  KJ_IF_MAYBE (text, tryReadFile(path, LARGEST_FILE)) {
    bool inside = false;
    for (auto& raw : split(*text, '\n')) {
      auto line = trimmed(raw);
      if (line.starts_with('[')) inside = line == "[" + wanted + "]";
      auto equals = line.find('=');
      if (inside && equals != line.npos && !line.starts_with('#'))
        keys.emplace(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
    }
  }
  return keys;
}

// Instances' ids have letters and digits only, so that what ends in one ends in no other.
std::string suffixOf(const App& app) {
  std::string suffix;
  for (char c : app.instance) {
    if (isalnum(static_cast<unsigned char>(c)) != 0) suffix += c;
  }
  return suffix.empty() ? suffix : "_" + suffix;
}

}  // namespace

BackendPlaces BackendPlaces::fromEnvironment() {
  BackendPlaces places;
  auto home = environment("HOME");
  auto or_ = [](std::string value, std::string otherwise) { return value.empty() ? otherwise : value; };
  auto config = or_(environment("XDG_CONFIG_HOME"), home + "/.config");
  auto data = or_(environment("XDG_DATA_HOME"), home + "/.local/share");
  auto name = std::string("/xdg-desktop-portal");
  places.configurations.push_back(config + name);
  for (auto& one : split(or_(environment("XDG_CONFIG_DIRS"), "/etc/xdg"), ':'))
    places.configurations.push_back(one + name);
  places.configurations.push_back("/etc" + name);
  places.configurations.push_back(data + name);
  places.portals.push_back(data + name + "/portals");
  for (auto& one : split(or_(environment("XDG_DATA_DIRS"), "/usr/local/share:/usr/share"), ':')) {
    places.configurations.push_back(one + name);
    places.portals.push_back(one + name + "/portals");
  }
  places.desktops = split(lowered(environment("XDG_CURRENT_DESKTOP")), ':');
  places.own = config + "/latchkey/portals.conf";
  return places;
}

BackendChoice::BackendChoice(const BackendPlaces& places) : m_desktops(places.desktops) {
  for (auto& directory : places.portals) {
    std::error_code ignored;
    std::vector<std::string> files;
    for (auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
      if (entry.path().extension() == ".portal") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (auto& file : files) {
      auto name = std::filesystem::path(file).stem().string();
      if (std::ranges::find(m_portals, name, &Portal::name) != m_portals.end()) continue;
      auto keys = group(file, "portal");
      // The host's own frontend, whatever a file says: behind it all apps would be one, and its questions those of
      // none.
      if (keys["DBusName"].empty() || keys["DBusName"].starts_with("org.freedesktop.portal.")) continue;
      m_portals.push_back({.name = name,
                           .busName = keys["DBusName"],
                           .interfaces = split(keys["Interfaces"], ';'),
                           .useIn = split(lowered(keys["UseIn"]), ';')});
    }
  }
  std::vector<std::string> names;
  for (auto& desktop : places.desktops) names.push_back("/" + desktop + "-portals.conf");
  names.emplace_back("/portals.conf");
  for (auto& directory : places.configurations) {
    for (auto& name : names) {
      if (m_preferences != nullptr) continue;
      auto said = read(directory + name);
      if (!said.empty()) m_preferences = std::move(said);
    }
  }
  if (!places.own.empty()) m_own = read(places.own);
}

BackendChoice::Preferences BackendChoice::read(const std::string& path) {
  Preferences preferences;
  for (auto& [key, value] : group(path, "preferred")) preferences[key] = split(value, ';');
  return preferences;
}

kj::Maybe<std::vector<std::string>> BackendChoice::named(const Preferences& preferences,
                                                         const std::string& interface) const {
  auto own = preferences.find(interface), common = preferences.find("default");
  auto decisive = own == preferences.end() ? common : own;
  std::vector<std::string> found;
  if (decisive == preferences.end()) return found;
  if (std::ranges::find(decisive->second, "none") != decisive->second.end()) return nullptr;
  addNamed(decisive->second, interface, found);
  if (found.empty() && common != preferences.end()) addNamed(common->second, interface, found);
  return found;
}

void BackendChoice::addNamed(const std::vector<std::string>& names, const std::string& interface,
                             std::vector<std::string>& found) const {
  for (auto& name : names) {
    for (auto& portal : m_portals) {
      bool serves = std::ranges::find(portal.interfaces, interface) != portal.interfaces.end();
      bool known = std::ranges::find(found, portal.busName) != found.end();
      if (serves && !known && (name == "*" || portal.name == name)) found.push_back(portal.busName);
    }
  }
}

std::vector<std::string> BackendChoice::findAll(const std::string& interface) const {
  std::vector<std::string> found;
  KJ_IF_MAYBE (preferences, m_preferences) {
    auto preferred = named(*preferences, interface);
    KJ_IF_MAYBE (some, preferred) {
      if (!some->empty()) return *some;
    } else {
      return found;
    }
  }
  for (auto& desktop : m_desktops) {
    for (auto& portal : m_portals) {
      bool serves = std::ranges::find(portal.interfaces, interface) != portal.interfaces.end();
      bool meant = std::ranges::find(portal.useIn, desktop) != portal.useIn.end();
      if (serves && meant) found.push_back(portal.busName);
    }
  }
  return found;
}

kj::Maybe<std::string> BackendChoice::find(const std::string& interface) const {
  auto all = findAll(interface);
  if (all.empty()) return nullptr;
  return all.front();
}

kj::Maybe<std::string> BackendChoice::instead(const std::string& interface) const {
  auto chosen = named(m_own, interface);
  KJ_IF_MAYBE (some, chosen) {
    if (!some->empty()) return some->front();
  }
  return nullptr;
}

kj::Maybe<std::string> Backends::find(const std::string& interface) const {
  if (m_session == nullptr) return nullptr;
  return m_choice.find(interface);
}

std::vector<std::string> Backends::findAll(const std::string& interface) const {
  if (m_session == nullptr) return {};
  return m_choice.findAll(interface);
}

kj::Maybe<std::string> Backends::instead(const std::string& interface) const {
  if (m_session == nullptr) return nullptr;
  return m_choice.instead(interface);
}

std::string Backends::handle(const std::string& path, const App& app) { return path + suffixOf(app); }

kj::Maybe<std::string> Backends::pathOf(const std::string& handle, const App& app) {
  auto suffix = suffixOf(app);
  if (!handle.ends_with(suffix)) return nullptr;
  return handle.substr(0, handle.size() - suffix.size());
}

kj::Promise<Message> Backends::askRaw(const Request& request, const App& app, std::string busName,
                                      std::string interface, std::string method, Value::List arguments) {
  arguments.insert(arguments.begin(), Value(app.id));
  auto path = handle(request.path(), app);
  arguments.insert(arguments.begin(), Value::path(path));
  bool answered = false;
  KJ_DEFER(if (!answered) bus().tell(
      {.destination = busName, .path = path, .interface = std::string(IMPL) + "Request", .member = "Close"}));
  auto answer = co_await bus().call({.destination = busName,
                                     .path = DESKTOP_PATH,
                                     .interface = interface,
                                     .member = method,
                                     .arguments = std::move(arguments),
                                     .patience = NO_LIMIT});
  answered = true;
  co_return answer;
}

kj::Promise<Response> Backends::ask(const Request& request, const App& app, std::string busName, std::string interface,
                                    std::string method, Value::List arguments) {
  auto answer = co_await askRaw(request, app, busName, interface, method, std::move(arguments));
  if (answer.signature != "ua{sv}") throwBusError(error::FAILED, "the desktop's backend gave a wrong answer");
  auto code = answer.arguments[0].asNumber();
  co_return Response{code > 2 ? Response::Other : static_cast<Response::Code>(code),
                     answer.arguments[1].asDictionary()};
}

}  // namespace latchkey::desktop
