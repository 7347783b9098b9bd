// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// An X server for one instance, itself confined, as a window on the session's display.
//
// The socket is ours and there from the beginning; the server is started when somebody first connects, takes the
// connection from the socket's queue, and ends when its last client has gone. So an app that never speaks X costs
// nothing, and nothing waits for a server to come up.
//
// The server knows one cookie, listens on no other socket (none abstract, none by network), and has nothing of the
// session but the one socket it draws through. An X client can do to its server what it likes: that is its own.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include <string>
#include <vector>

#include "launcher/confined/confined.h"

namespace latchkey {

struct NestedXOrder {
  enum class Host { Wayland, X };
  Host host = Host::Wayland;
  std::string title = {};
  std::string windows = {};          // The program that looks after the windows in it.
  bool clipboard = false;            // It is shared with the session's; on Wayland only.
  std::string socketDirectory = {};  // The instance's runtime directory.
  kj::AutoCloseFd hostSocket = {};   // O_PATH: the display it draws on.
  std::string hostNumber = {};       // Of an X host.
  std::string hostCookie = {};       // Empty: it wants none.
};

class NestedX {
public:
  static bool available(NestedXOrder::Host host);

  NestedX(kj::UnixEventPort& events, kj::Timer& timer, NestedXOrder order);
  ~NestedX();
  KJ_DISALLOW_COPY_AND_MOVE(NestedX);

  // For the app: the socket (O_PATH) and an authority file.
  kj::AutoCloseFd socket() const;
  kj::AutoCloseFd authority() const;

private:
  kj::Promise<void> serve();
  kj::Promise<void> serveOnce();
  struct Server {
    Confined windows;
    Confined confined;
  };
  Server startServer();

  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  NestedXOrder m_order;
  kj::AutoCloseFd m_directory;
  kj::AutoCloseFd m_authority;      // O_PATH
  kj::AutoCloseFd m_hostAuthority;  // O_PATH
  kj::AutoCloseFd m_listener;
  kj::Promise<void> m_serving;
};

}  // namespace latchkey
