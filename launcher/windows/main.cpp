// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-windows APP wayland|x [clipboard]: the windows of an app that has an X server of its own.
//
// Started beside the server and confined like it. DISPLAY and XAUTHORITY name the server. With `wayland`, number 3 is
// the other end of Xwayland's connection, and COMPOSITOR where the compositor listens; with `clipboard` what is copied
// in there can be pasted elsewhere, and the other way.

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "launcher/windows/clipboard-types.h"
#include "launcher/windows/letters.h"
#include "launcher/windows/wayland-relay.h"
#include "launcher/windows/window-manager.h"
#include "launcher/windows/x-clipboard.h"

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

void attend(WaylandClipboard& clipboard, const Letter& letter) {
  switch (letter.kind) {
    case Letter::Kind::Offer: clipboard.offer(typesOf(letter.text)); break;
    case Letter::Kind::Withdraw: clipboard.withdraw(); break;
    case Letter::Kind::Fetch: clipboard.fetch(letter.text, letter.number); break;
    default: break;
  }
}

void tellOf(WaylandClipboard& clipboard, Outbox& windows) {
  clipboard.onFocused = [&](bool focused) { windows.add({.kind = Letter::Kind::Focus, .number = focused}); };
  clipboard.onOffered = [&](auto& types) { windows.add({.kind = Letter::Kind::Offered, .text = linesOf(types)}); };
  clipboard.onWanted = [&](auto& type, int descriptor) {
    windows.add({.kind = Letter::Kind::Wanted, .number = descriptor, .text = type});
  };
}

// In a thread of its own: the server answers nobody while it waits for the compositor.
void relay(int server, int compositor, std::string app, Clipboard clipboard, int windows) {
  WaylandRelay relay(server, compositor, std::move(app), clipboard);
  Outbox outbox(windows);
  relay.onClose = [&] { outbox.add({.kind = Letter::Kind::Close}); };
  if (relay.clipboard() != nullptr) tellOf(*relay.clipboard(), outbox);
  unsigned width = 0, height = 0;
  for (bool goesOn = true; goesOn;) {
    auto awaited = static_cast<short>(POLLIN | (outbox.isEmpty() ? 0 : POLLOUT));
    pollfd wait[] = {
        {relay.descriptor(0), relay.awaited(0), 0}, {relay.descriptor(1), relay.awaited(1), 0}, {windows, awaited, 0}};
    if (poll(wait, 3, -1) < 0 && errno != EINTR) break;
    while (auto letter = take(windows)) {
      if (letter->kind == Letter::Kind::Title) relay.setTitle(letter->text);
      if (relay.clipboard() != nullptr) attend(*relay.clipboard(), *letter);
    }
    goesOn = relay.pump();
    if (relay.screenWidth() != width || relay.screenHeight() != height) {
      width = relay.screenWidth();
      height = relay.screenHeight();
      outbox.add({.kind = Letter::Kind::Screen, .number = static_cast<int>(width), .more = static_cast<int>(height)});
    }
    outbox.send();
  }
  _exit(0);  // Without it there is no server.
}

class Program {
public:
  Program(int relay, Clipboard clipboard) : m_relay(relay), m_shares(clipboard == Clipboard::Shared && relay >= 0) {}

  int run() {
    if (!m_x.connect(nullptr)) return 1;
    WindowManager windows(m_x, m_relay >= 0, [this] { return m_largest; });
    windows.onTitle = [this](const std::string& title) {
      if (m_relay >= 0) post(m_relay, {.kind = Letter::Kind::Title, .text = title});
    };
    windows.begin();
    XClipboard clipboard([this](const Letter& letter) { post(m_relay, letter); });
    m_shares = m_shares && clipboard.connect(nullptr);
    endIfAlone();
    for (;;) {
      hear(windows, clipboard);
      if (!windows.dispatch() || (m_shares && !clipboard.goOn())) return 0;
      std::vector<pollfd> wait = {{xcb_get_file_descriptor(m_x.get()), POLLIN, 0}, {m_relay, POLLIN, 0}};
      if (m_shares) clipboard.addAwaited(wait);
      if (poll(wait.data(), wait.size(), m_shares ? clipboard.patience() : -1) < 0 && errno != EINTR) return 1;
    }
  }

private:
  // The app may have come and gone before us. The server looks whether anybody is left when somebody leaves.
  static void endIfAlone() { xcb_disconnect(xcb_connect(nullptr, nullptr)); }

  void hear(WindowManager& windows, XClipboard& clipboard) {
    if (m_relay < 0) return;
    while (auto letter = take(m_relay)) {
      if (letter->kind == Letter::Kind::Screen) m_largest = {letter->number, letter->more - ROOM_FOR_PANELS};
      // Nobody to ask: the server ends with the relay.
      if (letter->kind == Letter::Kind::Close && !windows.askToClose()) _exit(0);
      if (m_shares) clipboard.read(*letter);
    }
  }

  int m_relay;
  bool m_shares;
  Size m_largest;
  XLink m_x;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 3 || count > 4) return 2;
  bool shared = count == 4 && std::string_view(arguments[3]) == "clipboard";
  auto clipboard = shared ? Clipboard::Shared : Clipboard::Apart;
  signal(SIGPIPE, SIG_IGN);  // Who pastes may stop reading.
  int ends[2] = {-1, -1};
  if (std::string_view(arguments[2]) == "wayland") {
    int compositor = connectTo(getenv("COMPOSITOR"));
    if (compositor < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return 1;
    std::thread(relay, SERVER, compositor, std::string(arguments[1]), clipboard, ends[1]).detach();
  }
  return Program(ends[0], clipboard).run();
}
