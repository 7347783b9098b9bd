// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-windows APP wayland|x: the windows of an app that has an X server of its own.
//
// Started beside the server and confined like it. DISPLAY and XAUTHORITY name the server. With `wayland`, number 3 is
// the other end of Xwayland's connection, and COMPOSITOR where the compositor listens.

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>

#include "launcher/windows/wayland-relay.h"
#include "launcher/windows/window-manager.h"

using namespace latchkey::windows;

namespace {

constexpr int SERVER = 3;
constexpr int ROOM_FOR_PANELS = 80;

int connectTo(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path == nullptr || strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

// What relay and windows say to each other.
struct FromRelay {
  bool wantsToClose = false;
  unsigned width = 0, height = 0;  // Of the screen.
};

// In a thread of its own: the server answers nobody while it waits for the compositor.
void relay(int server, int compositor, std::string app, int windows) {
  WaylandRelay relay(server, compositor, std::move(app));
  FromRelay told;
  auto tell = [&] { (void)send(windows, &told, sizeof told, MSG_NOSIGNAL); };
  relay.onClose = [&] {
    told.wantsToClose = true;
    tell();
    told.wantsToClose = false;
  };
  for (bool goesOn = true; goesOn;) {
    pollfd wait[] = {
        {relay.descriptor(0), relay.awaited(0), 0}, {relay.descriptor(1), relay.awaited(1), 0}, {windows, POLLIN, 0}};
    if (poll(wait, 3, -1) < 0 && errno != EINTR) break;
    if (wait[2].revents != 0) {
      char title[4096];
      auto size = recv(windows, title, sizeof title, MSG_DONTWAIT);
      if (size == 0) break;
      if (size > 0) relay.setTitle(std::string(title + 1, static_cast<size_t>(size) - 1));
    }
    goesOn = relay.pump();
    if (relay.screenWidth() != told.width || relay.screenHeight() != told.height) {
      told.width = relay.screenWidth();
      told.height = relay.screenHeight();
      tell();
    }
  }
  shutdown(windows, SHUT_RDWR);
  _exit(0);  // Without it there is no server.
}

class Program {
public:
  explicit Program(int relay) : m_relay(relay) {}

  int run() {
    if (!m_x.connect(nullptr)) return 1;
    WindowManager windows(m_x, m_relay >= 0, [this] { return m_largest; });
    windows.onTitle = [this](const std::string& title) {
      auto message = "t" + title;  // Never empty: that would be the end.
      if (m_relay >= 0) (void)send(m_relay, message.data(), message.size(), MSG_NOSIGNAL);
    };
    windows.begin();
    endIfAlone();
    for (;;) {
      hear(windows);
      if (!windows.dispatch()) return 0;
      pollfd wait[] = {{xcb_get_file_descriptor(m_x.get()), POLLIN, 0}, {m_relay, POLLIN, 0}};
      if (poll(wait, 2, -1) < 0 && errno != EINTR) return 1;
    }
  }

private:
  // The app may have come and gone before us. The server looks whether anybody is left when somebody leaves.
  static void endIfAlone() { xcb_disconnect(xcb_connect(nullptr, nullptr)); }

  void hear(WindowManager& windows) {
    FromRelay told;
    while (m_relay >= 0 && recv(m_relay, &told, sizeof told, MSG_DONTWAIT) == sizeof told) {
      m_largest = {static_cast<int>(told.width), static_cast<int>(told.height) - ROOM_FOR_PANELS};
      if (told.wantsToClose && !windows.askToClose()) _exit(0);  // Nobody to ask: the server ends with the relay.
    }
  }

  int m_relay;
  Size m_largest;
  XLink m_x;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  int ends[2] = {-1, -1};
  if (std::string_view(arguments[2]) == "wayland") {
    int compositor = connectTo(getenv("COMPOSITOR"));
    if (compositor < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return 1;
    std::thread(relay, SERVER, compositor, std::string(arguments[1]), ends[1]).detach();
  }
  return Program(ends[0]).run();
}
