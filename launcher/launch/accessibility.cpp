// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/accessibility.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey {
namespace {

constexpr char PROXY[] = "/usr/bin/xdg-dbus-proxy";
constexpr char NAME[] = "at-spi";
constexpr auto START_LIMIT = 5 * kj::SECONDS;
constexpr int LIFE_NUMBER = 3;

// What a program needs to be read: to put itself into the tree, and to ask whether anybody listens.
std::vector<std::string> words() {
  std::vector<std::string> words{"--fd=" + std::to_string(LIFE_NUMBER), "unix:path=/bus", std::string("/own/") + NAME,
                                 "--filter", "--sloppy-names"};
  auto call = [&](const char* rule) { words.push_back(std::string("--call=org.a11y.atspi.Registry=") + rule); };
  call("org.a11y.atspi.Socket.Embed@/org/a11y/atspi/accessible/root");
  call("org.a11y.atspi.Socket.Unembed@/org/a11y/atspi/accessible/root");
  call("org.a11y.atspi.Registry.GetRegisteredEvents@/org/a11y/atspi/registry");
  call("org.a11y.atspi.DeviceEventController.GetKeystrokeListeners@/org/a11y/atspi/registry/deviceeventcontroller");
  call("org.a11y.atspi.DeviceEventController.GetDeviceEventListeners@/org/a11y/atspi/registry/deviceeventcontroller");
  call("org.a11y.atspi.DeviceEventController.NotifyListenersSync@/org/a11y/atspi/registry/deviceeventcontroller");
  call("org.a11y.atspi.DeviceEventController.NotifyListenersAsync@/org/a11y/atspi/registry/deviceeventcontroller");
  return words;
}

Confined startProxy(int bus, const std::string& directory, int life) {
  int raw;
  KJ_SYSCALL(raw = open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), directory);
  kj::AutoCloseFd own(raw);
  ConfinedProgram program{.program = PROXY, .arguments = words(), .descriptors = {-1, -1, -1, life}};
  program.places.push_back({bus, "/bus", true});
  program.places.push_back({own.get(), "/own", true});
  return Confined::start(program);
}

struct Pair {
  kj::AutoCloseFd ours, theirs;
  Pair() {
    int ends[2];
    // Both ways: the proxy says that it is ready by a byte, and ends when it can read the end.
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    ours = kj::AutoCloseFd(ends[0]);
    theirs = kj::AutoCloseFd(ends[1]);
    KJ_SYSCALL(fcntl(ours, F_SETFL, O_NONBLOCK));
  }
};

}  // namespace

AccessibilityBus::AccessibilityBus(kj::UnixEventPort& events, kj::Timer& timer, int bus, std::string directory,
                                   std::string inside)
    : m_events(events), m_timer(timer), m_path(directory + "/" + NAME), m_inside(inside + "/" + NAME), m_proxy([&] {
        unlink(m_path.c_str());
        Pair pair;
        m_life = kj::mv(pair.ours);
        return startProxy(bus, directory, pair.theirs.get());
      }()) {}

AccessibilityBus::~AccessibilityBus() { unlink(m_path.c_str()); }

kj::Promise<void> AccessibilityBus::ready() {
  kj::UnixEventPort::FdObserver observer(m_events, m_life.get(), kj::UnixEventPort::FdObserver::OBSERVE_READ);
  co_await m_timer.timeoutAfter(START_LIMIT, observer.whenBecomesReadable());
  char byte;
  KJ_REQUIRE(read(m_life, &byte, 1) == 1, "the accessibility proxy did not start");
}

}  // namespace latchkey
