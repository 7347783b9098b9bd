// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A short talk with the session's compositor: what it offers, and a listener for one app.

#include <kj/async-unix.h>
#include <kj/io.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

struct wl_display;
struct wl_registry;

namespace latchkey {

using SessionVariables = std::vector<std::pair<std::string, std::string>>;
std::string sessionVariable(const SessionVariables& session, std::string_view name);

// Path of the session's Wayland socket; empty if the session names none.
std::string waylandSocket(const SessionVariables& session);

class WaylandLink {
public:
  // Connects; nothing if nobody listens there.
  static kj::Maybe<kj::Own<WaylandLink>> connect(kj::UnixEventPort& events, const std::string& socket);
  ~WaylandLink();
  KJ_DISALLOW_COPY_AND_MOVE(WaylandLink);

  // Resolves when globals() is complete. Fails if the compositor hangs up.
  kj::Promise<void> look();
  const std::vector<std::string>& globals() const { return m_globals; }
  bool offersContexts() const { return m_manager != 0; }

  // Makes the compositor accept on `listener`, as an app of ours, until the other end of `closer` is closed.
  kj::Promise<void> listen(int listener, int closer, const std::string& app, const std::string& instance);

private:
  WaylandLink(kj::UnixEventPort& events, wl_display* display);
  kj::Promise<void> roundTrip();
  [[noreturn]] void fail();

  struct Disconnect {
    void operator()(wl_display* display) const;
  };
  std::unique_ptr<wl_display, Disconnect> m_display;  // Outlives the observer of its descriptor.
  wl_registry* m_registry = nullptr;
  kj::UnixEventPort::FdObserver m_observer;
  std::vector<std::string> m_globals;
  uint32_t m_manager = 0;  // Name of the security context manager.
};

// Interfaces that give a client something beyond its own windows, or that nobody here knows. None: the plain socket
// gives an app no more than a security context would.
std::vector<std::string> privilegedAmong(const std::vector<std::string>& globals);

}  // namespace latchkey
