// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The session as portals reach it: new connections to its bus, for what shows something of an app's there.

#include <string>

#include "portals/desktop/bus.h"

namespace latchkey::desktop {

class SessionBuses final {
public:
  SessionBuses(kj::UnixEventPort& events, kj::Timer& timer, std::string address)
      : m_events(events), m_timer(timer), m_address(std::move(address)) {}

  bool any() const { return !m_address.empty(); }
  // Fails if there is no bus.
  kj::Own<Bus> connect() { return kj::heap<Bus>(m_events, m_timer, m_address); }

private:
  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  std::string m_address;
};

}  // namespace latchkey::desktop
