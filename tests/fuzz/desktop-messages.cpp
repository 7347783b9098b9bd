// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app may send to the desktop portals. The app runs the bus it speaks on, so everything that comes from there
// is its own: here the bus is this file. It greets as a bus does and then says whatever the input says, either as bytes
// of its own or as a call of a portal's method whose arguments are the input's.
//
// The desktop's backends are this file as well: what they answer is not believed either.
//
// Crashes, hangs and growth are faults. So is a yes: unless the input says that the person allows everything, nothing
// may be granted, put into the menu, started or used.
//
// Input: pieces of [kind][length, 2 bytes][bytes]. An odd kind is a call: the method of the table that kind names, and
// the bytes are its arguments as marshalled. 2 is sent by the desktop as it is; with 4 the person allows everything
// from now on; from 6 on the desktop answers what it was last asked, by the signature that kind names. Every other one
// is sent by the app as it is.

#include <kj/async-io.h>
#include <kj/debug.h>
#include <sys/socket.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "broker/base/log.h"
#include "tests/portals/desktop/desktop-world.h"
#include "tests/portals/desktop/wire.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char DESK[] = "/org/freedesktop/portal/desktop";
constexpr char DOCS[] = "/org/freedesktop/portal/documents";
constexpr Target TARGETS[] = {
    {DESK, "org.freedesktop.portal.FileChooser", "OpenFile", "ssa{sv}"},
    {DESK, "org.freedesktop.portal.FileChooser", "SaveFile", "ssa{sv}"},
    {DESK, "org.freedesktop.portal.FileChooser", "SaveFiles", "ssa{sv}"},
    {DESK, "org.freedesktop.portal.OpenURI", "OpenURI", "ssa{sv}"},
    {DESK, "org.freedesktop.portal.OpenURI", "OpenFile", "sha{sv}"},
    {DESK, "org.freedesktop.portal.OpenURI", "SchemeSupported", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Notification", "AddNotification", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Notification", "RemoveNotification", "s"},
    {DESK, "org.freedesktop.portal.Settings", "ReadAll", "as"},
    {DESK, "org.freedesktop.portal.Settings", "Read", "ss"},
    {DESK, "org.freedesktop.portal.Account", "GetUserInformation", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Email", "ComposeEmail", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Inhibit", "Inhibit", "sua{sv}"},
    {DESK, "org.freedesktop.portal.Inhibit", "CreateMonitor", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Background", "RequestBackground", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Print", "PreparePrint", "ssa{sv}a{sv}a{sv}"},
    {DESK, "org.freedesktop.portal.Print", "Print", "ssha{sv}"},
    {DESK, "org.freedesktop.portal.Screenshot", "Screenshot", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Trash", "TrashFile", "h"},
    {DESK, "org.freedesktop.portal.Secret", "RetrieveSecret", "ha{sv}"},
    {DESK, "org.freedesktop.portal.Wallpaper", "SetWallpaperURI", "ssa{sv}"},
    {DESK, "org.freedesktop.portal.ScreenCast", "CreateSession", "a{sv}"},
    {DESK, "org.freedesktop.portal.ProxyResolver", "Lookup", "s"},
    {DESK, "org.freedesktop.host.portal.Registry", "Register", "sa{sv}"},
    {DESK, "org.freedesktop.DBus.Properties", "Get", "ss"},
    {DESK, "org.freedesktop.DBus.Properties", "GetAll", "s"},
    {DESK, "org.freedesktop.DBus.Introspectable", "Introspect", ""},
    {DOCS, "org.freedesktop.portal.Documents", "AddFull", "ahusas"},
    {DOCS, "org.freedesktop.portal.Documents", "GrantPermissions", "ssas"},
    {DOCS, "org.freedesktop.portal.Documents", "Info", "s"},
    {DOCS, "org.freedesktop.portal.FileTransfer", "StartTransfer", "a{sv}"},
    {DOCS, "org.freedesktop.portal.FileTransfer", "AddFiles", "saha{sv}"},
    {DOCS, "org.freedesktop.portal.FileTransfer", "RetrieveFiles", "sa{sv}"},
    {"/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher", "RegisterStatusNotifierItem", "s"},
    {"/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Notify", "susssasa{sv}i"},
    {"/org/a11y/bus", "org.a11y.Bus", "GetAddress", ""},
    {"/org/freedesktop/IBus", "org.freedesktop.IBus.Portal", "CreateInputContext", "s"},
    {"/org/freedesktop/IBus/InputContext_1", "org.freedesktop.IBus.InputContext", "SetSurroundingText", "vuu"},
    {"/inputmethod", "org.fcitx.Fcitx.InputMethod1", "CreateInputContext", "a(ss)"},
    {DESK, "org.freedesktop.portal.RemoteDesktop", "CreateSession", "a{sv}"},
    {DESK, "org.freedesktop.portal.RemoteDesktop", "SelectDevices", "oa{sv}"},
    {DESK, "org.freedesktop.portal.RemoteDesktop", "Start", "osa{sv}"},
    {DESK, "org.freedesktop.portal.RemoteDesktop", "NotifyPointerAxis", "oa{sv}dd"},
    {DESK, "org.freedesktop.portal.RemoteDesktop", "NotifyKeyboardKeycode", "oa{sv}iu"},
    {DESK, "org.freedesktop.portal.RemoteDesktop", "ConnectToEIS", "oa{sv}"},
    {DESK, "org.freedesktop.portal.ScreenCast", "SelectSources", "oa{sv}"},
    {DESK, "org.freedesktop.portal.ScreenCast", "Start", "osa{sv}"},
    {DESK, "org.freedesktop.portal.ScreenCast", "OpenPipeWireRemote", "oa{sv}"},
    {DESK, "org.freedesktop.portal.Clipboard", "RequestClipboard", "oa{sv}"},
    {DESK, "org.freedesktop.portal.Clipboard", "SetSelection", "oa{sv}"},
    {DESK, "org.freedesktop.portal.Clipboard", "SelectionRead", "os"},
    {DESK, "org.freedesktop.portal.Clipboard", "SelectionWriteDone", "oub"},
    {DESK, "org.freedesktop.portal.InputCapture", "CreateSession", "sa{sv}"},
    {DESK, "org.freedesktop.portal.InputCapture", "GetZones", "oa{sv}"},
    {DESK, "org.freedesktop.portal.InputCapture", "SetPointerBarriers", "oa{sv}aa{sv}u"},
    {DESK, "org.freedesktop.portal.InputCapture", "Enable", "oa{sv}"},
    {DESK, "org.freedesktop.portal.GlobalShortcuts", "CreateSession", "a{sv}"},
    {DESK, "org.freedesktop.portal.GlobalShortcuts", "BindShortcuts", "oa(sa{sv})sa{sv}"},
    {DESK, "org.freedesktop.portal.GlobalShortcuts", "ListShortcuts", "oa{sv}"},
    {DESK, "org.freedesktop.portal.Camera", "AccessCamera", "a{sv}"},
    {DESK, "org.freedesktop.portal.DynamicLauncher", "PrepareInstall", "ssva{sv}"},
    {DESK, "org.freedesktop.portal.DynamicLauncher", "RequestInstallToken", "sva{sv}"},
    {DESK, "org.freedesktop.portal.DynamicLauncher", "Install", "sssa{sv}"},
    {DESK, "org.freedesktop.portal.DynamicLauncher", "Launch", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Screenshot", "PickColor", "sa{sv}"},
    {DESK, "org.freedesktop.portal.Wallpaper", "SetWallpaperFile", "sha{sv}"},
    {DESK, "org.freedesktop.portal.Inhibit", "QueryEndResponse", "o"},
    {"/org/freedesktop/portal/desktop/request/1_7/t", "org.freedesktop.portal.Request", "Close", ""},
    {"/org/freedesktop/portal/desktop/session/1_7/t", "org.freedesktop.portal.Session", "Close", ""},
};

// What a backend answers.
constexpr const char* ANSWERS[] = {"ua{sv}", "u", "h", "v", "", "a{sa{sv}}"};

// A backend for everything, as a desktop's files name it.
const BackendChoice& choice() {
  static auto made = [] {
    char directory[] = "/tmp/latchkey-fuzz-XXXXXX";
    std::string place = KJ_REQUIRE_NONNULL(kj::Maybe<const char*>(mkdtemp(directory)));
    std::string interfaces;
    for (auto name :
         {"Account", "Clipboard", "DynamicLauncher", "Email", "GlobalShortcuts", "Inhibit", "InputCapture", "Lockdown",
          "Notification", "Print", "RemoteDesktop", "ScreenCast", "Screenshot", "Settings", "Wallpaper"})
      interfaces += std::string("org.freedesktop.impl.portal.") + name + ";";
    std::ofstream(place + "/fake.portal") << "[portal]\nDBusName=org.example.Fake\nInterfaces=" << interfaces << "\n";
    std::ofstream(place + "/portals.conf") << "[preferred]\ndefault=fake\n";
    BackendChoice found({.configurations = {place}, .portals = {place}, .desktops = {}, .own = ""});
    std::filesystem::remove_all(place);
    return found;
  }();
  return made;
}

kj::AsyncIoContext& world() {
  static auto made = new kj::AsyncIoContext(kj::setupAsyncIo());  // Never ended: libFuzzer leaves by _exit.
  return *made;
}

// The far end of a connection of ours: greets as a bus does, and reads.
class FarEnd {
public:
  FarEnd() {
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends));
    m_far = kj::AutoCloseFd(ends[0]);
    near = kj::AutoCloseFd(ends[1]);
  }
  void say(const std::string& bytes, unsigned descriptors = 0) { sendBytes(m_far, bytes, descriptors); }
  void read() {
    char bytes[65536];
    for (ssize_t size; (size = recv(m_far, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
      m_heard.append(bytes, static_cast<size_t>(size));
  }
  // The number of the last call heard that waits for an answer; of what has been read until now.
  uint32_t lastCall() {
    auto number = [&](size_t at) {
      uint32_t value = 0;
      memcpy(&value, m_heard.data() + at, sizeof value);
      return value;
    };
    auto start = m_heard.find("BEGIN\r\n");
    if (!m_greeted && start == m_heard.npos) return m_last;
    if (!m_greeted) m_heard.erase(0, start + strlen("BEGIN\r\n"));
    m_greeted = true;
    while (m_heard.size() >= 16) {
      auto size = 16 + size_t{(number(12) + 7) / 8 * 8} + number(4);
      if (m_heard.size() < size) break;
      if (m_heard[1] == 1 && (m_heard[2] & 1) == 0) m_last = number(8);
      m_heard.erase(0, size);
    }
    return m_last;
  }
  bool heard(const std::string& text) const { return m_heard.find(text) != m_heard.npos; }

  kj::AutoCloseFd near;

private:
  kj::AutoCloseFd m_far;
  std::string m_heard;
  bool m_greeted = false;
  uint32_t m_last = 0;
};

// One app, with the portals before it and the desktop behind them, both of them this file.
class Scene {
public:
  Scene() {
    for (auto end : {&app, &session}) {
      end->say("DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n");
      turn();
      end->say(Wire::hello());
      turn();
    }
  }

  void turn() {
    for (int i = 0; i < 4; ++i) {
      world().provider->getTimer().afterDelay(0 * kj::NANOSECONDS).wait(world().waitScope);
      app.read();
      session.read();
    }
  }
  void call(const Target& target, const std::string& body) {
    bool wants = strchr(target.signature, 'h') != nullptr;
    app.say(Wire::call(target, ++m_serial, body, wants ? 1 : 0, {}), wants ? 1 : 0);
  }

  FarEnd app, session;
  FakeDesk desk;

private:
  kj::UnixEventPort& m_events = world().unixEventPort;
  kj::Timer& m_timer = world().provider->getTimer();
  Bus m_sessionBus{m_events, m_timer, kj::mv(session.near)};
  kj::Promise<void> m_sessionServing = m_sessionBus.run().eagerlyEvaluate(nullptr);
  Backends m_backends{m_sessionBus, choice()};
  Common m_common{m_backends, m_events, m_timer, nullptr};
  SessionBuses m_noSession{m_events, m_timer, ""};
  Bus m_bus{m_events, m_timer, kj::mv(app.near)};
  Frontend m_frontend{m_bus,
                      m_timer,
                      {.instance = "i1",
                       .id = "org.example.App",
                       .holder = "org.example.App",
                       .name = "Example",
                       .icon = "",
                       .home = "/home/anna"},
                      desk};
  kj::Promise<void> m_serving = [this] {
    addPortals(m_frontend, m_backends, m_common);
    addIntegration(m_frontend, m_backends, m_noSession);
    return m_bus.run().eagerlyEvaluate(nullptr);
  }();
  uint32_t m_serial = 100;
};

}  // namespace

// The library loses a list of its own when a connection breaks off while something is being read.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libsystemd";
}  // NOLINT(bugprone-reserved-identifier)

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  setenv("LATCHKEY_LOG", "error", 1);
  startLog("fuzz");
  // What is sent as a call is one: it would all be in vain otherwise.
  Scene scene;
  scene.call({DESK, "org.freedesktop.DBus.Peer", "Nothing", ""}, {});
  scene.turn();
  KJ_ASSERT(scene.app.heard("UnknownMethod"));
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Scene scene;
  bool allowed = false;
  for (size_t at = 0; at + 3 <= size;) {
    auto kind = data[at];
    auto length = std::min<size_t>(data[at + 1] | data[at + 2] << 8, size - at - 3);
    std::string bytes(reinterpret_cast<const char*>(data) + at + 3, length);
    at += 3 + length;
    if (kind % 2 == 1) {
      scene.call(TARGETS[(kind / 2) % std::size(TARGETS)], bytes);
    } else if (kind == 2) {
      scene.session.say(bytes);
    } else if (kind == 4) {
      allowed = true;
      scene.desk.onPermit = [](const std::string&) { return Permission{.granted = true, .grant = "g1"}; };
    } else if (kind >= 6 && kind < 6 + 2 * std::size(ANSWERS)) {
      auto signature = ANSWERS[(kind - 6) / 2];
      unsigned descriptors = strchr(signature, 'h') != nullptr ? 1 : 0;
      scene.session.say(Wire::answer(scene.session.lastCall(), signature, bytes, descriptors), descriptors);
    } else {
      scene.app.say(bytes);
    }
    scene.turn();
  }
  scene.turn();
  if (!allowed) {
    KJ_ASSERT(scene.desk.granted.empty());
    KJ_ASSERT(scene.desk.menu.empty() && scene.desk.starting == nullptr);
    KJ_ASSERT(scene.desk.journal.empty() && scene.desk.inUse.empty());
  }
  return 0;
}
