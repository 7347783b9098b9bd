// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app may send to the desktop portals. The app runs the bus it speaks on, so everything that comes from there
// is its own: here the bus is this file. It greets as a bus does and then says whatever the input says, either as bytes
// of its own or as a call of a portal's method whose arguments are the input's.
//
// Crashes, hangs and growth are faults. So is a yes: nobody here allows anything, so nothing may be opened, granted or
// trashed.
//
// Input: pieces of [kind][length, 2 bytes][bytes]. An odd kind is a call: the method of the table that kind names, and
// the bytes are its arguments as marshalled. An even one is sent as it is.

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "broker/base/log.h"
#include "tests/portals/desktop/desktop-world.h"

using namespace latchkey;
using namespace latchkey::desktop;

namespace {

struct Target {
  const char* path;
  const char* interface;
  const char* member;
  const char* signature;
};
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
};

// A message as it goes over the wire, little-endian.
class Wire {
public:
  static std::string call(const Target& target, uint32_t serial, std::string_view body, bool fds) {
    Wire wire;
    wire.m_bytes = "l\1\0\1";
    wire.number(static_cast<uint32_t>(body.size()));
    wire.number(serial);
    wire.number(0);  // Of the fields; known below.
    wire.field(1, 'o', target.path);
    wire.field(2, 's', target.interface);
    wire.field(3, 's', target.member);
    wire.field(6, 's', "org.freedesktop.portal.Desktop");
    wire.field(7, 's', ":1.7");
    if (*target.signature != '\0') wire.field(8, 'g', target.signature);
    if (fds) wire.count();
    return wire.finish(16) + std::string(body);
  }
  // The answer to our first call, Hello: our name.
  static std::string hello() {
    std::string name = ":1.9";
    Wire wire;
    wire.m_bytes = std::string("l\2\1\1", 4);
    wire.number(static_cast<uint32_t>(4 + name.size() + 1));
    wire.number(1);
    wire.number(0);
    wire.pad(8);
    wire.m_bytes += std::string("\5\1u\0", 4);
    wire.number(1);
    wire.field(7, 's', "org.freedesktop.DBus");
    wire.field(6, 's', name.c_str());
    wire.field(8, 'g', "s");
    auto head = wire.finish(16);
    Wire body;
    body.number(static_cast<uint32_t>(name.size()));
    return head + body.m_bytes + name + '\0';
  }

private:
  void pad(size_t to) {
    while (m_bytes.size() % to != 0) m_bytes += '\0';
  }
  void number(uint32_t value) {
    for (int i = 0; i < 4; ++i) m_bytes += static_cast<char>(value >> (8 * i));
  }
  void field(char code, char type, const char* text) {
    pad(8);
    m_bytes += code;
    m_bytes += '\1';
    m_bytes += type;
    m_bytes += '\0';
    if (type == 'g') {
      m_bytes += static_cast<char>(strlen(text));
    } else {
      number(static_cast<uint32_t>(strlen(text)));
    }
    m_bytes += text;
    m_bytes += '\0';
  }
  void count() {
    pad(8);
    m_bytes += std::string("\11\1u\0", 4);
    number(1);
  }
  std::string finish(size_t start) {
    auto length = static_cast<uint32_t>(m_bytes.size() - start);
    for (int i = 0; i < 4; ++i) m_bytes[12 + static_cast<size_t>(i)] = static_cast<char>(length >> (8 * i));
    pad(8);
    return m_bytes;
  }
  std::string m_bytes;
};

struct World {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  Backends backends{nullptr, BackendChoice(BackendPlaces{})};
  Common common{backends, io.unixEventPort, io.provider->getTimer(), nullptr};
  SessionBuses session{io.unixEventPort, io.provider->getTimer(), ""};
};

World& world() {
  static auto made = new World;  // Never ended: libFuzzer leaves by _exit.
  return *made;
}

void send(int fd, const std::string& bytes, bool descriptor) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  int null = -1;
  if (descriptor) {
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    auto first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(first), &null, sizeof null);
  }
  if (!bytes.empty()) sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (null >= 0) close(null);
}

void turn(kj::AsyncIoContext& io, int fd) {
  char answer[65536];
  for (int i = 0; i < 4; ++i) {
    io.provider->getTimer().afterDelay(0 * kj::NANOSECONDS).wait(io.waitScope);
    while (recv(fd, answer, sizeof answer, MSG_DONTWAIT) > 0) {}
  }
}

}  // namespace

// The library loses a list of its own when a connection breaks off while something is being read.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libsystemd";
}  // NOLINT(bugprone-reserved-identifier)

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  setenv("LATCHKEY_LOG", "error", 1);
  startLog("fuzz");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto& here = world();
  int ends[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends));
  kj::AutoCloseFd server(ends[0]);
  test::FakeDesk desk;
  {
    Bus bus(here.io.unixEventPort, here.io.provider->getTimer(), kj::AutoCloseFd(ends[1]));
    Frontend frontend(bus, here.io.provider->getTimer(),
                      {.instance = "i1",
                       .id = "org.example.App",
                       .holder = "org.example.App",
                       .name = "Example",
                       .icon = "",
                       .home = "/home/anna"},
                      desk);
    addPortals(frontend, here.backends, here.common);
    addIntegration(frontend, here.backends, here.session);
    auto serving = bus.run().eagerlyEvaluate(nullptr);
    send(server, "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n", false);
    turn(here.io, server);
    send(server, Wire::hello(), false);
    turn(here.io, server);
    uint32_t serial = 100;
    for (size_t at = 0; at + 3 <= size;) {
      auto kind = data[at];
      auto length = std::min<size_t>(data[at + 1] | data[at + 2] << 8, size - at - 3);
      std::string bytes(reinterpret_cast<const char*>(data) + at + 3, length);
      at += 3 + length;
      if (kind % 2 == 0) {
        send(server, bytes, false);
      } else {
        auto& target = TARGETS[(kind / 2) % std::size(TARGETS)];
        bool wants = strchr(target.signature, 'h') != nullptr;
        send(server, Wire::call(target, ++serial, bytes, wants), wants);
      }
      turn(here.io, server);
    }
    turn(here.io, server);
  }
  KJ_ASSERT(desk.granted.empty());
  return 0;
}
