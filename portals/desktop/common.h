// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the portals of all apps share.

#include "portals/desktop/pipewire.h"
#include "portals/desktop/settings-source.h"
#include "portals/desktop/system-state.h"
#include "portals/desktop/transfers.h"

namespace latchkey::desktop {

struct Common {
  // `system`: the system's bus, if there is one.
  Common(Backends& backends, kj::UnixEventPort& events, kj::Timer& timer, kj::Maybe<Bus&> system = nullptr)
      : settings(backends), system(system), pipewire(events, timer) {}

  SettingsSource settings;
  SystemState system;
  PipeWire pipewire;
  Transfers transfers;
};

}  // namespace latchkey::desktop
