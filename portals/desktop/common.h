// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the portals of all apps share.

#include "portals/desktop/settings-source.h"

namespace latchkey::desktop {

struct Common {
  explicit Common(Backends& backends) : settings(backends) {}

  SettingsSource settings;
};

}  // namespace latchkey::desktop
