// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/desktop/conformance/peers-desk.h"

#include <kj/debug.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "broker/base/spawn.h"
#include "portals/desktop/file-uri.h"
#include "tests/portals/desktop/conformance/app-choice.h"

namespace latchkey::test {
namespace {

using namespace desktop;

constexpr char STORE[] = "org.freedesktop.impl.portal.PermissionStore";
constexpr char STORE_PATH[] = "/org/freedesktop/impl/portal/PermissionStore";

// Where the peer keeps a right, and whether it asks where nothing is said.
struct Kept {
  std::string table;
  bool asks = false;
  std::string id = {};  // Empty: the table's name.
};
const std::map<std::string, Kept> KEPT{
    {"screenshot", {"screenshot", true}}, {"notifications", {"notifications"}},    {"wallpaper", {"wallpaper"}},
    {"background", {"background"}},       {"camera", {"devices", true, "camera"}},
};

std::string pathOf(int fd) {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored);
}

std::string folder(const char* variable) {
  auto value = getenv(variable);
  return value == nullptr ? "" : value;
}

}  // namespace

PeersDesk::PeersDesk(Backends& backends, App app)
    : m_backends(backends),
      m_app(std::move(app)),
      m_entries({.runtime = "",
                 .data = folder("XDG_DATA_HOME") + "/latchkey",
                 .state = "",
                 .config = folder("XDG_CONFIG_HOME") + "/latchkey",
                 .home = folder("HOME")},
                besideUs("latchkey")) {}

// Every file is chosen by the backend.
kj::Promise<kj::Maybe<Picked>> PeersDesk::choose(Chooser) { return kj::Maybe<Picked>(nullptr); }

kj::Promise<Permission> PeersDesk::permit(std::string right, std::string claim) {
  return permitFor({}, std::move(right), std::move(claim));
}

kj::Promise<bool> PeersDesk::openAddress(std::string uri, bool ask) { return openAddressFor({}, std::move(uri), ask); }

kj::Promise<bool> PeersDesk::openFile(kj::AutoCloseFd file, bool write, bool ask) {
  return openFileFor({}, kj::mv(file), write, ask);
}

kj::Promise<std::vector<std::string>> PeersDesk::stored(std::string table, std::string id) {
  try {
    auto answer = co_await m_backends.call({.destination = STORE,
                                            .path = STORE_PATH,
                                            .interface = STORE,
                                            .member = "GetPermission",
                                            .arguments = {table, id, m_app.id}});
    co_return answer.arguments.at(0).asTexts();
  } catch (const kj::Exception&) {
    co_return std::vector<std::string>();
  }
}

kj::Promise<PeersDesk::Consent> PeersDesk::consent(std::string table, std::string id) {
  auto kept = co_await stored(table, id.empty() ? table : id);
  if (kept.empty()) co_return Consent::Unset;
  if (kept[0] == "no") co_return Consent::No;
  co_return kept[0] == "ask" ? Consent::Ask : Consent::Yes;
}

kj::Promise<Permission> PeersDesk::permitFor(Asking asking, std::string right, std::string) {
  constexpr std::string_view inhibit = "inhibit-";
  if (right.starts_with(inhibit)) {
    auto kept = co_await stored("inhibit", "inhibit");
    co_return Permission{kept.empty() || std::ranges::find(kept, right.substr(inhibit.size())) != kept.end()};
  }
  auto found = KEPT.find(right);
  if (found == KEPT.end()) co_return Permission{true};
  auto said = co_await consent(found->second.table, found->second.id);
  if (said == Consent::No || said == Consent::Yes) co_return Permission{said == Consent::Yes};
  if (said == Consent::Unset && !found->second.asks) co_return Permission{true};
  co_return Permission{co_await askAccess(asking, right)};
}

kj::Promise<bool> PeersDesk::askAccess(Asking asking, std::string title) {
  auto interface = std::string("org.freedesktop.impl.portal.Access");
  auto found = m_backends.find(interface);
  KJ_IF_MAYBE (backend, found) {
    Request request(asking.request, "");
    auto answer = co_await m_backends.ask(request, m_app, *backend, interface, "AccessDialog",
                                          {asking.parent, title, "", "", asArgument({{"modal", Value(asking.modal)}})});
    co_return answer.code == Response::Success;
  }
  co_return false;
}

kj::Promise<bool> PeersDesk::openAddressFor(Asking asking, std::string uri, bool) {
  return openWith(asking, "x-scheme-handler/" + uri.substr(0, uri.find(':')), uri);
}

kj::Promise<bool> PeersDesk::openFileFor(Asking asking, kj::AutoCloseFd file, bool, bool) {
  struct stat info{};
  KJ_SYSCALL(fstat(file, &info));
  return openWith(asking, S_ISDIR(info.st_mode) ? "inode/directory" : "text/plain", fileUri(pathOf(file)));
}

// An app that was chosen often enough is not asked about, unless the person wants to be asked always.
kj::Promise<bool> PeersDesk::isSettled(std::string type, std::string app) {
  try {
    auto answer = co_await m_backends.call({.destination = STORE,
                                            .path = STORE_PATH,
                                            .interface = STORE,
                                            .member = "Lookup",
                                            .arguments = {"desktop-used-apps", type}});
    for (auto& [key, value] : answer.arguments.at(1).inside().asDictionary()) {
      if (key == "always-ask" && value.asFlag()) co_return false;
    }
    co_return true;
  } catch (const kj::Exception&) {
    co_return true;  // One app alone that is the default needs no choice.
  }
}

kj::Promise<bool> PeersDesk::openWith(Asking asking, std::string type, std::string uri) {
  auto apps = appsFor(type);
  if (apps.size() == 1 && co_await isSettled(type, apps[0])) co_return true;
  auto interface = std::string("org.freedesktop.impl.portal.AppChooser");
  auto found = m_backends.find(interface);
  KJ_IF_MAYBE (backend, found) {
    Request request(asking.request, "");
    auto answer = co_await m_backends.ask(request, m_app, *backend, interface, "ChooseApplication",
                                          {asking.parent, Value::texts(apps),
                                           asArgument({{"uri", uri},
                                                       {"content_type", type},
                                                       {"activation_token", asking.token},
                                                       {"modal", Value(asking.modal)}})});
    co_return answer.code == Response::Success;
  }
  co_return false;
}

kj::Promise<bool> PeersDesk::trash(kj::AutoCloseFd file) {
  struct stat info{};
  KJ_SYSCALL(fstat(file, &info));
  auto path = pathOf(file);
  auto home = getenv("HOME");
  if (home == nullptr || !S_ISREG(info.st_mode) || !path.starts_with(home)) return false;
  return unlink(path.c_str()) == 0;
}

// As the broker writes them.
kj::Promise<bool> PeersDesk::startWithSession(bool starts, std::vector<std::string> words) {
  if (!starts) m_entries.doNotStartWithSession(m_holder);
  return starts && m_entries.startWithSession(m_holder, {.name = m_app.name, .icon = "", .words = std::move(words)});
}

kj::Promise<bool> PeersDesk::putLauncher(std::string, Launcher launcher) {
  return m_entries.putInMenu(m_holder, launcher.id, {.name = launcher.name, .icon = "", .words = launcher.words});
}

kj::Promise<bool> PeersDesk::removeLauncher(std::string id) { return m_entries.takeFromMenu(m_holder, id); }

kj::Promise<std::string> PeersDesk::launcher(std::string id) {
  auto text = m_entries.inMenu(m_holder, id);
  KJ_IF_MAYBE (found, text) return std::move(*found);
  return std::string();
}

kj::Promise<Location> PeersDesk::locate(kj::AutoCloseFd file) { return Location{pathOf(file), true}; }

}  // namespace latchkey::test
