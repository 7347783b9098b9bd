// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Every portal there is, one file each: what it takes, what it checks, whom it asks. Adding one to a frontend is all
// that is ever done with it.

#include "portals/desktop/backends.h"
#include "portals/desktop/frontend.h"
#include "portals/desktop/session.h"

namespace latchkey::desktop {

void addFileChooser(Frontend& frontend, Backends& backends);
void addTrash(Frontend& frontend);
void addAccessibility(Frontend& frontend, Backends& backends);
void addTray(Frontend& frontend, Backends& backends, SessionBuses& session);
void addMediaPlayers(Frontend& frontend, SessionBuses& session);

// All of them. Those that the desktop has no backend for are absent, so that apps fall back.
void addPortals(Frontend& frontend, Backends& backends);
// What shows itself in the session: tray icons, media players.
void addIntegration(Frontend& frontend, Backends& backends, SessionBuses& session);

// What an administrator's desktop has switched off ("disable-printing"). False where nobody says.
kj::Promise<bool> isLockedDown(Backends& backends, std::string what);

}  // namespace latchkey::desktop
