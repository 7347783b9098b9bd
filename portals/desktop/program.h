// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// All the apps' portals in one process: a frontend for each bus, and one connection to the session's bus behind them.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include "broker/schema/desktop-portal.capnp.h"
#include "portals/desktop/backends.h"
#include "portals/desktop/common.h"
#include "portals/desktop/session.h"

namespace latchkey::desktop {

class Program final : private kj::TaskSet::ErrorHandler {
public:
  // `session`, `system`: addresses of their buses; empty: there is none.
  Program(kj::UnixEventPort& events, kj::Timer& timer, const std::string& session, const std::string& system,
          const BackendPlaces& places);
  ~Program() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Program);

  schema::DesktopPortal::Client client();

private:
  class Server;
  class Attached;

  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  SessionBuses m_buses;
  kj::Maybe<kj::Own<Bus>> m_session;
  kj::Maybe<kj::Own<Bus>> m_system;
  Backends m_backends;
  Common m_common;
  kj::TaskSet m_tasks;

  void taskFailed(kj::Exception&& exception) override;
};

}  // namespace latchkey::desktop
