// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How an instance reaches a screen, and nothing else on it.
//
//   wayland            A socket of its own that the compositor knows to be this app's (wp_security_context_v1): it
//   offers
//                      no screen capture, virtual input, clipboard control or layers there. It ends with the instance.
//   own X server       For apps that speak X11 only: a server of their own (Xwayland, Xephyr), itself confined, started
//   when
//                      the app first connects. Its socket, cookie and window belong to this instance.
//   shared X server    The session's. "Can see and control everything on your screen, including these questions": given
//   by
//                      an explicit grant only, never chosen here.
//   none               No session with a screen, or none that can be given safely.
//
// A compositor without security contexts is asked what it offers: if there is nothing privileged in it, its plain
// socket gives an app no more than the context would, and is used; if there is, the app gets an X server of its own,
// which is a client with none of it.
//
// Attack: an app that keeps its sockets after its instance has ended. The compositor's listener closes with
// `keepAlive`; the X server dies with it; both sockets lie in the instance's runtime directory, which goes too.

#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <kj/io.h>

#include <string>
#include <utility>
#include <vector>

namespace latchkey {

struct DisplayRequest {
  std::string app = {};  // Holder without profile.
  std::string instance = {};
  std::string runtimeDirectory = {};  // Of the instance, on the host: sockets and cookies are made in it.
  std::string insideRuntime = {};     // XDG_RUNTIME_DIR inside the sandbox.
  std::vector<std::pair<std::string, std::string>> session =
      {};                           // WAYLAND_DISPLAY, DISPLAY, XAUTHORITY, XDG_RUNTIME_DIR
  std::string windowsProgram = {};  // `latchkey-windows`; empty: beside the running program.
  bool needsX = false;              // Speaks X11 only, as far as we know.
};

// What the person allows of it.
struct DisplayPermits {
  bool sharedX = false;
  bool clipboard = false;  // An X server of its own shares the session's clipboard.
};

// To be bound at `path` inside.
struct DisplayBinding {
  kj::AutoCloseFd object;  // O_PATH
  std::string path = {};
  bool write = false;
};

struct Display {
  std::string name = "none";  // For InstanceInfo.desktop.
  std::vector<DisplayBinding> bindings = {};
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::vector<std::string> notes = {};  // For the journal and doctor: why it is not better.
  kj::Own<void> keepAlive = {};         // Dropping it closes the sockets and ends the X server.
};

// Never fails for want of a screen: that is "none" with a note. Takes at most two seconds, should a compositor hang.
// Only what `permits` changes waits for them, since the compositor may be asked meanwhile; if they fail, so does this,
// and what was made is closed.
kj::Promise<Display> openDisplay(kj::UnixEventPort& events, kj::Timer& timer, DisplayRequest request,
                                 kj::Promise<DisplayPermits> permits);

// Whether an ELF program is linked to X11 and to no toolkit that speaks Wayland: xterm and its kind.
bool speaksXOnly(const std::string& program);

}  // namespace latchkey
