// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/plan.h"

#include <kj/debug.h>

#include <algorithm>

#include "launcher/sandbox/environment.h"

namespace latchkey::sandbox {
namespace {

constexpr unsigned FALLBACK_ID = 1000;

// GLib opens what an app opens with an app of its own choice, in the same sandbox, and asks the portal only where it
// finds none. This one is what it finds, for all that anybody opens: xdg-open asks the portal.
const std::string OPENING = "/run/latchkey/open";
constexpr const char* OPENER =
    "[Desktop Entry]\nType=Application\nName=Another app\nExec=xdg-open %u\nNoDisplay=true\n";

// The one resolver there is, also where there is no network: then it refuses at once. It answers when the person has,
// so nobody asks again meanwhile.
constexpr const char* RESOLVER = "nameserver 127.0.0.53\noptions timeout:30 attempts:2 edns0\n";

// What a system has beside /usr, as links into it.
constexpr const char* ROOT_FOLDERS[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};

// Of /etc the host's, whatever an app runs on: whom the person's system trusts, and what ports are called.
constexpr const char* OF_THE_HOST[] = {"ca-certificates", "pki", "protocols", "services", "ssl"};
// What is said here, and no runtime says.
constexpr const char* SAID_HERE[] = {"group",  "hosts",       "localtime",     "machine-id",
                                     "passwd", "resolv.conf", "nsswitch.conf", "ld.so.preload"};

// For a runtime that says nothing about fonts.
constexpr const char* FONTS =
    "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n<fontconfig>\n"
    "<dir>/usr/share/fonts</dir>\n<dir>/run/latchkey/system/share/fonts</dir>\n<dir prefix=\"xdg\">fonts</dir>\n"
    "<cachedir prefix=\"xdg\">fontconfig</cachedir>\n</fontconfig>\n";

// Absolute, no empty, "." or ".." part, no NUL or control character.
bool isPlainPath(std::string_view path) {
  if (!path.starts_with('/') || path.size() < 2 || path.ends_with('/')) return false;
  for (size_t start = 1; start <= path.size();) {
    auto end = std::min(path.find('/', start), path.size());
    auto part = path.substr(start, end - start);
    if (part.empty() || part == "." || part == "..") return false;
    start = end + 1;
  }
  return path.find('\0') == path.npos;
}

bool isWithin(std::string_view path, std::string_view place) {
  return path == place || (path.starts_with(place) && path[place.size()] == '/');
}

// A home or label there would cover what the sandbox itself is made of.
bool isOurs(std::string_view path) {
  for (auto place : {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/proc", "/dev", "/sys",
                     "/run/latchkey"}) {
    if (isWithin(path, place)) return true;
  }
  return path == "/tmp" || path == "/run" || path == "/run/user" || path == "/var" || path == "/home";
}

void requirePlace(const std::string& path) {
  KJ_REQUIRE(isPlace(path), "not a place a sandbox can show something at", path);
}

// A name for the passwd file: what the host calls the person, unless that would not be one line and one field.
std::string plainUserName(const std::string& name) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  bool plain =
      !name.empty() && name.size() <= 32 && name[0] != '-' && name != "root" && std::ranges::all_of(name, fits);
  return plain ? name : "user";
}

class Planner {
public:
  Planner(const SandboxRequest& request, const HostFacts& host)
      : m_request(request),
        m_host(host),
        m_uid(insideId(host.uid)),
        m_gid(insideId(host.gid)),
        m_user(plainUserName(request.userName)) {}

  Plan make() {
    separate();
    showSystem();
    showConfiguration();
    addPrivatePlaces();
    addExposures();
    setEnvironment();
    add(FilterSystemCalls{m_request.abilities});
    return std::move(m_plan);
  }

private:
  void add(Operation operation) { m_plan.push_back(std::move(operation)); }
  void set(std::string name, std::string value) { add(SetEnvironment{std::move(name), std::move(value)}); }

  void separate() {
    add(OwnUserNamespace{m_uid, m_gid});
    add(OwnPidNamespace{});
    add(OwnIpcNamespace{});
    add(OwnNetworkNamespace{});
    add(OwnCgroupNamespace{});
    add(OwnHostname{"latchkey"});
    if (!m_request.abilities.ownSandboxes) add(NoNestedNamespaces{});
    add(NewSession{});
    add(DieWithLauncher{});
    add(FirstProgramIsInit{});
  }

  void showSystem() {
    if (m_request.runtime) {
      showRuntime();
    } else {
      for (auto& directory : m_host.systemDirectories) add(ReadOnlySystem{directory});
      for (auto& [path, target] : m_host.rootLinks) add(Symlink{target, path});
      if (m_request.optional && m_host.optional) add(ReadOnlySystem{"/opt"});
    }
    add(ProcessFiles{});
    add(MinimalDevices{});
    if (m_request.abilities.ownSandboxes) addWhatSandboxesShow();
    if (!m_request.graphics) return;
    for (auto& device : m_host.graphics) add(BindDevice{device});
    for (auto& path : m_host.graphicsInformation) add(ReadOnlySystem{path});
  }

  void showRuntime() {
    auto& runtime = *m_request.runtime;
    add(BindDescriptor{runtime.slot, "/usr", Reach::Read});
    for (auto name : ROOT_FOLDERS) {
      if (has(runtime.folders, name)) add(Symlink{std::string("usr/") + name, std::string("/") + name});
    }
  }

  // WebKit's sandbox shows these of /sys to its processes and does not start where one is missing. Empty ones do.
  void addWhatSandboxesShow() {
    for (auto name : {"block", "bus", "class", "dev", "devices"}) add(Directory{std::string("/sys/") + name, 0755});
  }

  void showConfiguration() {
    for (auto& path : m_host.configuration) {
      if (!m_request.runtime || isOfTheHost(path)) add(ReadOnlySystem{path});
    }
    if (m_request.runtime) showRuntimeConfiguration();
    for (auto& [path, target] : m_host.configurationLinks) add(Symlink{target, path});
    auto id = std::to_string(m_uid), group = std::to_string(m_gid);
    add(SyntheticFile{"/etc/passwd", m_user + ":x:" + id + ":" + group + "::" + m_request.home + ":" + shell() + "\n" +
                                         "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"});
    add(SyntheticFile{"/etc/group", m_user + ":x:" + group + ":\nnogroup:x:65534:\n"});
    add(SyntheticFile{"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"});
    add(SyntheticFile{"/etc/resolv.conf", RESOLVER});
    add(SyntheticFile{"/etc/hosts", "127.0.0.1 localhost latchkey\n::1 localhost\n"});
    // Not the machine's: a stable number across apps would be a tracking name.
    add(SyntheticFile{"/etc/machine-id", "00000000000000000000000000000000\n"});
    if (m_request.runtime) return;
    for (auto& path : m_host.caches) add(ReadOnlySystem{path});
  }

  // Links, so that what leads out of there by steps up leads to where it lies. Without a cache of its own the loader
  // looks into the folders that it was built for, which are the runtime's.
  void showRuntimeConfiguration() {
    auto& names = m_request.runtime->configuration;
    for (auto& name : names) {
      bool ours = std::ranges::find(SAID_HERE, name) != std::end(SAID_HERE) ||
                  std::ranges::find(OF_THE_HOST, name) != std::end(OF_THE_HOST);
      if (!ours) add(Symlink{"/usr/etc/" + name, "/etc/" + name});
    }
    if (!has(names, "fonts")) add(SyntheticFile{"/etc/fonts/fonts.conf", FONTS});
  }

  // Not a word of it is run, and a desktop of two looks is none.
  void showLooks() {
    if (!m_request.runtime) return;
    for (auto& path : m_host.looks) add(ReadOnlySystem{path, HOST_LOOKS + path.substr(path.rfind('/'))});
  }

  void addPrivatePlaces() {
    add(Directory{"/tmp", 01777});
    add(Directory{"/var/tmp", 01777});
    add(Directory{"/run/latchkey", 0700});
    add(Directory{"/run/user", 0755});
    add(Directory{runtimeDirectory(m_host), 0700});
    // xdg-open, xdg-email and Qt ask the portal to open things where there is a file of this name, and look for
    // programs of their own sandbox otherwise. Empty: what we are is said nowhere.
    add(SyntheticFile{runtimeDirectory(m_host) + "/flatpak-info", ""});
    addOpening();
    showLooks();
    requirePlace(m_request.home);
    addHome();
    addBundle();
    for (auto& label : m_request.labels) {
      if (isWithin(label, m_request.home)) continue;  // Made in the private home, by who prepares it.
      requirePlace(label);
      KJ_REQUIRE(!m_request.bundle || !isInBundle(label), "the app's own files are there", label);
      add(Directory{label, 0755});
    }
  }

  // Read-only for good: nothing inside can remount it, and what is written to is never what was signed.
  void addBundle() {
    if (!m_request.bundle) return;
    KJ_REQUIRE(!isInBundle(m_request.home), "the app's own files are where the home is", m_request.home);
    add(BindDescriptor{*m_request.bundle, BUNDLE_PLACE, Reach::Read});
  }

  void addOpening() {
    if (m_host.handled.empty()) return;
    std::string defaults = "[Default Applications]\n";
    for (auto& type : m_host.handled) defaults += type + "=latchkey-open.desktop\n";
    add(Directory{OPENING, 0755});
    add(Directory{OPENING + "/applications", 0755});
    add(SyntheticFile{OPENING + "/applications/latchkey-open.desktop", OPENER});
    add(SyntheticFile{OPENING + "/mimeapps.list", defaults});
  }

  void addHome() {
    auto& changes = m_request.homeChanges;
    if (changes.empty()) return add(BindDescriptor{m_request.privateHome, m_request.home, Reach::Write});
    requirePlace(m_request.triedHome);
    requirePlace(changes);
    add(Overlay{m_request.triedHome, changes + "/upper", changes + "/work", m_request.home});
  }

  void addExposures() {
    for (auto& exposure : m_request.exposures) {
      KJ_REQUIRE(isPlainPath(exposure.path), "not a plain path", exposure.path);
      add(BindDescriptor{exposure.slot, exposure.path, exposure.reach});
    }
  }

  void setEnvironment() {
    add(EmptyEnvironment{});
    for (auto& [name, value] : passedOn(m_request.environment)) set(name, value);
    set("HOME", m_request.home);
    set("USER", m_user);
    set("LOGNAME", m_user);
    set("SHELL", shell());
    // What the author shipped comes before the host's, in the app's own sandbox only.
    auto own = [this](const char* below) { return m_request.bundle ? BUNDLE_PLACE + std::string(below) + ":" : ""; };
    set("PATH", own("/bin") + INSIDE_PATH);
    set("XDG_RUNTIME_DIR", runtimeDirectory(m_host));
    set("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + runtimeDirectory(m_host) + "/bus");  // Of its own: launcher/enter.
    set("GTK_USE_PORTAL", "1");
    set("IBUS_USE_PORTAL", "1");
    set("QT_QPA_PLATFORMTHEME", "xdgdesktopportal");
    set("ELECTRON_OZONE_PLATFORM_HINT",
        "auto");  // Before Electron 38 it looked for X alone, of which there may be none.
    auto looks = m_request.runtime ? HOST_LOOKS + std::string(":") : std::string();
    set("XDG_DATA_DIRS", own("/share") + "/usr/local/share:/usr/share:" + looks + OPENING);
    // Of the host's certificates that file alone is no link into its /usr.
    if (m_request.runtime && has(m_host.configuration, "/etc/ssl"))
      set("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt");
    set("XDG_CONFIG_DIRS", OPENING + ":/etc/xdg");
    set("GSETTINGS_BACKEND", "keyfile");  // There is no dconf service to write to.
    set("LATCHKEY", "1");
    set("LATCHKEY_SOCKET", APP_SOCKET);
    for (auto& [name, value] : m_request.additions) set(name, value);
  }

  static bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  }

  static bool isOfTheHost(std::string_view path) {
    return std::ranges::any_of(OF_THE_HOST, [&](auto name) { return isWithin(path, std::string("/etc/") + name); });
  }

  // The person's own if the system has it for everybody. What a runtime has, nobody here knows.
  std::string shell() const {
    if (m_request.runtime) return "/bin/sh";
    auto chosen = valueOf(m_request.environment, "SHELL");
    bool common = chosen == "/bin/bash" || chosen == "/usr/bin/bash" || chosen == "/bin/zsh" ||
                  chosen == "/usr/bin/zsh" || chosen == "/usr/bin/fish" || chosen == "/bin/dash";
    return common ? chosen : "/bin/sh";
  }

  const SandboxRequest& m_request;
  const HostFacts& m_host;
  unsigned m_uid;
  unsigned m_gid;
  std::string m_user;
  Plan m_plan;
};

}  // namespace

unsigned insideId(unsigned outside) { return outside == 0 ? FALLBACK_ID : outside; }

std::string runtimeDirectory(const HostFacts& host) { return "/run/user/" + std::to_string(insideId(host.uid)); }

bool isPlace(std::string_view path) { return isPlainPath(path) && !isOurs(path); }

bool isInBundle(std::string_view path) { return isWithin(path, BUNDLE_PLACE); }

Plan plan(const SandboxRequest& request, const HostFacts& host) { return Planner(request, host).make(); }

}  // namespace latchkey::sandbox
