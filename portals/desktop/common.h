// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the portals of all apps share.

#include "portals/desktop/settings-source.h"
#include "portals/desktop/transfers.h"

namespace latchkey::desktop {

struct Common {
  explicit Common(Backends& backends) : settings(backends) {}

  SettingsSource settings;
  Transfers transfers;
};

}  // namespace latchkey::desktop
