// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/display/display.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <kj/timer.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"
#include "launcher/display/nested-x.h"
#include "launcher/display/wayland-link.h"
#include "launcher/display/x-authority.h"

namespace latchkey {
namespace {

constexpr auto PATIENCE = 10 * kj::SECONDS;  // Busy at login, say. Without an answer the app has no screen.
constexpr const char* SOCKET = "wayland";
constexpr const char* INSIDE_X_SOCKET = "/tmp/.X11-unix/X";
constexpr const char* INSIDE_AUTHORITY = "/run/latchkey/x11-authority";

kj::AutoCloseFd tryOpenSocket(const std::string& path) {
  kj::AutoCloseFd fd(path.empty() ? -1 : open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status{};
  if (fd.get() >= 0 && (fstat(fd, &status) < 0 || !S_ISSOCK(status.st_mode))) return nullptr;
  return fd;
}

// What stays while the instance lives. The X server goes before the socket it draws through.
struct Kept {
  kj::AutoCloseFd closer;
  kj::Own<NestedX> server;
};

class Opening {
public:
  Opening(kj::UnixEventPort& events, kj::Timer& timer, DisplayRequest request)
      : m_events(events), m_timer(timer), m_request(kj::mv(request)), m_kept(kj::heap<Kept>()) {}

  kj::Promise<Display> run(kj::Promise<DisplayPermits> permits) {
    auto socket = waylandSocket(m_request.session);
    if (!socket.empty()) {
      co_await m_timer.timeoutAfter(PATIENCE, openWayland(socket)).catch_([this](kj::Exception&& e) {
        note("the compositor could not be asked: " + reason(e));
      });
    }
    m_permits = co_await permits;
    if (m_plain) openPlain(*m_plain, socket);
    openX();
    m_display.keepAlive = kj::mv(m_kept);
    co_return kj::mv(m_display);
  }

private:
  void note(std::string text) { m_display.notes.push_back(std::move(text)); }
  void set(const char* name, std::string value) { m_display.environment.emplace_back(name, std::move(value)); }

  kj::Promise<void> openWayland(std::string socket) {
    auto connected = WaylandLink::connect(m_events, socket);
    KJ_IF_MAYBE (link, connected) {
      co_await (*link)->look();
      if ((*link)->offersContexts()) {
        co_await openContext(**link);
      } else {
        m_plain = privilegedAmong((*link)->globals());
      }
    } else {
      note("no compositor listens at " + escaped(socket));
    }
  }

  kj::Promise<void> openContext(WaylandLink& link) {
    auto path = m_request.runtimeDirectory + "/" + SOCKET;
    auto listener = listenAt(path);
    int ends[2];
    KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
    kj::AutoCloseFd theirs(ends[0]), ours(ends[1]);
    co_await link.listen(listener, theirs, m_request.app, m_request.instance);
    m_kept->closer = kj::mv(ours);
    useWayland(tryOpenSocket(path));
  }

  void openPlain(const std::vector<std::string>& privileged, const std::string& socket) {
    m_wayland = tryOpenSocket(socket);  // For an X server of the app's own, whatever the app itself gets.
    if (m_wayland.get() < 0) return;
    if (privileged.empty()) {
      note("this compositor has no separate sockets for apps, but its common one gives them nothing of others");
      useWayland(duplicate(m_wayland.get()));
    } else if (m_permits.sharedX) {
      note("this compositor lets apps see and control everything on the screen, as allowed");
      useWayland(duplicate(m_wayland.get()));
    } else {
      note("this compositor has no separate sockets for apps and its common one would let them use " +
           escaped(privileged[0]) + ": the app gets an X server of its own");
    }
  }

  void useWayland(kj::AutoCloseFd socket) {
    m_wayland = duplicate(socket.get());
    m_display.bindings.push_back({kj::mv(socket), m_request.insideRuntime + "/wayland-0", true});
    set("WAYLAND_DISPLAY", "wayland-0");
    set("XDG_SESSION_TYPE", "wayland");
    m_display.name = "wayland";
  }

  void openX() {
    auto number = localDisplayNumber(sessionVariable(m_request.session, "DISPLAY"));
    auto host = number ? tryOpenSocket(INSIDE_X_SOCKET + *number) : nullptr;
    if (m_permits.sharedX && host.get() >= 0) return shareX(*number, kj::mv(host));
    if (!m_request.needsX && m_display.name != "none") return;
    if (m_wayland.get() >= 0 && NestedX::available(NestedXOrder::Host::Wayland)) {
      return nestX({.host = NestedXOrder::Host::Wayland, .hostSocket = duplicate(m_wayland.get())});
    }
    if (host.get() >= 0 && NestedX::available(NestedXOrder::Host::X)) {
      return nestX({.host = NestedXOrder::Host::X,
                    .hostSocket = kj::mv(host),
                    .hostNumber = *number,
                    .hostCookie = hostCookie(*number)});
    }
    if (m_wayland.get() >= 0 || host.get() >= 0) {
      note(m_wayland.get() >= 0 ? "Xwayland is not installed: apps that need X11 have no screen"
                                : "Xephyr is not installed: apps have no screen of their own");
    }
  }

  std::string hostCookie(const std::string& number) {
    auto path = sessionVariable(m_request.session, "XAUTHORITY");
    if (path.empty()) path = sessionVariable(m_request.session, "HOME") + "/.Xauthority";
    KJ_IF_MAYBE (file, tryReadFile(path, 64 << 10)) {
      return findXCookie(*file, number).value_or("");
    }
    return {};
  }

  void nestX(NestedXOrder order) {
    order.title = brief(m_request.app, 60);
    order.windows = m_request.windowsProgram.empty() ? besideUs("latchkey-windows") : m_request.windowsProgram;
    order.socketDirectory = m_request.runtimeDirectory;
    order.clipboard = m_permits.clipboard;
    m_kept->server = kj::heap<NestedX>(m_events, m_timer, kj::mv(order));
    m_display.bindings.push_back({m_kept->server->socket(), std::string(INSIDE_X_SOCKET) + "0", true});
    m_display.bindings.push_back({m_kept->server->authority(), INSIDE_AUTHORITY, false});
    set("DISPLAY", ":0");
    set("XAUTHORITY", INSIDE_AUTHORITY);
    if (m_display.name == "none") set("XDG_SESSION_TYPE", "x11");
    m_display.name = "own X server";
  }

  void shareX(const std::string& number, kj::AutoCloseFd host) {
    m_display.bindings.push_back({kj::mv(host), INSIDE_X_SOCKET + number, true});
    set("DISPLAY", ":" + number);
    if (auto cookie = hostCookie(number); !cookie.empty()) {
      auto path = m_request.runtimeDirectory + "/shared-x11-authority";
      replaceFile(path, xAuthorityFile(cookie), 0400);
      kj::AutoCloseFd fd(open(path.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
      m_display.bindings.push_back({kj::mv(fd), INSIDE_AUTHORITY, false});
      set("XAUTHORITY", INSIDE_AUTHORITY);
    }
    set("GSK_RENDERER",
        "cairo");  // The server cannot attach memory of the app's own IPC namespace: windows would be black.
    if (m_display.name == "none") set("XDG_SESSION_TYPE", "x11");
    m_display.name = "shared X server";
  }

  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  DisplayRequest m_request;
  Display m_display;
  kj::Own<Kept> m_kept;
  DisplayPermits m_permits;
  std::optional<std::vector<std::string>> m_plain;  // A compositor without contexts: what is privileged in it.
  kj::AutoCloseFd m_wayland;                        // O_PATH: what an X server of the app's own would draw through.
};

}  // namespace

kj::Promise<Display> openDisplay(kj::UnixEventPort& events, kj::Timer& timer, DisplayRequest request,
                                 kj::Promise<DisplayPermits> permits) {
  auto opening = kj::heap<Opening>(events, timer, kj::mv(request));
  auto promise = opening->run(kj::mv(permits));
  return promise.attach(kj::mv(opening));
}

}  // namespace latchkey
