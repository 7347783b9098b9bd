// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Every portal there is, one file each: what it takes, what it checks, whom it asks. Adding one to a frontend is all
// that is ever done with it.

#include "portals/desktop/backends.h"
#include "portals/desktop/common.h"
#include "portals/desktop/frontend.h"
#include "portals/desktop/relayed-sessions.h"
#include "portals/desktop/session.h"

namespace latchkey::desktop {

void addAccount(Frontend& frontend, Backends& backends);
void addBackground(Frontend& frontend);
void addCamera(Frontend& frontend, Backends& backends, PipeWire& pipewire);
void addClipboard(Frontend& frontend, RelayedSessions& sessions);
void addDocuments(Frontend& frontend);
void addDynamicLauncher(Frontend& frontend, Backends& backends);
void addEmail(Frontend& frontend, Backends& backends);
void addFileChooser(Frontend& frontend, Backends& backends);
void addFileTransfer(Frontend& frontend, Transfers& transfers);
void addGlobalShortcuts(Frontend& frontend, RelayedSessions& sessions);
void addInhibit(Frontend& frontend, Backends& backends);
void addInputCapture(Frontend& frontend, RelayedSessions& sessions);
void addLocation(Frontend& frontend, SystemState& system);
void addNetwork(Frontend& frontend);
void addNotification(Frontend& frontend, Backends& backends);
void addPlainNotifications(Frontend& frontend, class Notifications& all);
void addOpenUri(Frontend& frontend, Backends& backends);
void addPrint(Frontend& frontend, Backends& backends);
void addRegistry(Frontend& frontend);
void addRemoteDesktop(Frontend& frontend, RelayedSessions& sessions, PipeWire& pipewire);
void addScreenCast(Frontend& frontend, RelayedSessions& sessions, PipeWire& pipewire);
void addScreenshot(Frontend& frontend, Backends& backends);
void addSecret(Frontend& frontend);
void addSettings(Frontend& frontend, SettingsSource& source);
void addSystemMonitors(Frontend& frontend, SystemState& system);
void addTrash(Frontend& frontend);
void addWallpaper(Frontend& frontend, Backends& backends);
void addAccessibility(Frontend& frontend, Backends& backends);
void addTray(Frontend& frontend, Backends& backends, SessionBuses& session);
void addInputMethods(Frontend& frontend, SessionBuses& session);
void addMediaPlayers(Frontend& frontend, SessionBuses& session);

// Streams that a backend started, for whoever its interface belongs to: what an app is told of them, and their nodes.
// Serial numbers are PipeWire's own where the backend names none; without PipeWire there are none.
extern const std::vector<OptionRule> STREAMS;
kj::Promise<std::vector<uint32_t>> streamsOf(Options& results, PipeWire& pipewire);

// All of them. Those that the desktop has no backend for are absent, so that apps fall back.
void addPortals(Frontend& frontend, Backends& backends, Common& common);
// What of the session an app is part of: tray icons, media players, screen readers, input methods.
void addIntegration(Frontend& frontend, Backends& backends, SessionBuses& session);

// What an administrator's desktop has switched off ("disable-printing"). False where nobody says.
kj::Promise<bool> isLockedDown(Backends& backends, std::string what);

}  // namespace latchkey::desktop
