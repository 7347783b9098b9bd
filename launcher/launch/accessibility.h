// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A way for a screen reader to read the app, and for the app to read nobody.
//
// Programs put themselves on the session's accessibility bus, where everybody may look at everybody. Between the app
// and that bus stands xdg-dbus-proxy, itself confined: the app may register and announce itself, and who reads it may
// call it; it sees no names and can call nothing else.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include <string>

#include "launcher/confined/confined.h"

namespace latchkey {

class AccessibilityBus final {
public:
  // `bus`: O_PATH of the bus's socket. `directory`: where the app's own socket is made; the app sees it as `inside`.
  AccessibilityBus(kj::UnixEventPort& events, kj::Timer& timer, int bus, std::string directory, std::string inside);
  ~AccessibilityBus();
  KJ_DISALLOW_COPY_AND_MOVE(AccessibilityBus);

  // Resolves when programs can connect. Fails if that does not come.
  kj::Promise<void> ready();
  std::string address() const { return "unix:path=" + m_inside; }

private:
  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  std::string m_path;
  std::string m_inside;
  kj::AutoCloseFd m_life;  // Closed: the proxy ends.
  Confined m_proxy;
};

}  // namespace latchkey
