// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/portals.h"

#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr char LOCKDOWN[] = "org.freedesktop.impl.portal.Lockdown";

}  // namespace

void addPortals(Frontend& frontend, Backends& backends, Common& common) {
  addAccount(frontend, backends);
  addBackground(frontend);
  addCamera(frontend, backends, common.pipewire);
  addDocuments(frontend);
  addDynamicLauncher(frontend, backends);
  addEmail(frontend, backends);
  addFileChooser(frontend, backends);
  addFileTransfer(frontend, common.transfers);
  addInhibit(frontend, backends);
  addLocation(frontend, common.system);
  addNetwork(frontend);
  addNotification(frontend, backends);
  addOpenUri(frontend, backends);
  addPrint(frontend, backends);
  addRegistry(frontend);
  addScreenshot(frontend, backends);
  addSecret(frontend);
  addSettings(frontend, common.settings);
  addSystemMonitors(frontend, common.system);
  addTrash(frontend);
  addWallpaper(frontend, backends);
  auto& sessions = frontend.keep(std::make_shared<RelayedSessions>(frontend, backends));
  addClipboard(frontend, sessions);
  addGlobalShortcuts(frontend, sessions);
  addInputCapture(frontend, sessions);
  addRemoteDesktop(frontend, sessions, common.pipewire);
  addScreenCast(frontend, sessions, common.pipewire);
}

void addIntegration(Frontend& frontend, Backends& backends, SessionBuses& session) {
  addAccessibility(frontend, backends);
  addTray(frontend, backends, session);
  addMediaPlayers(frontend, session);
  addInputMethods(frontend, session);
}

kj::Promise<bool> isLockedDown(Backends& backends, std::string what) {
  auto found = backends.find(LOCKDOWN);
  KJ_IF_MAYBE (backend, found) {
    try {
      auto answer = co_await backends.call({.destination = *backend,
                                            .path = DESKTOP_PATH,
                                            .interface = "org.freedesktop.DBus.Properties",
                                            .member = "Get",
                                            .arguments = {LOCKDOWN, what}});
      co_return answer.signature == "v" && answer.arguments[0].inside().asFlag();
    } catch (const kj::Exception& exception) {
      logInfo("the desktop does not say what is locked down: " + reason(exception));
    }
  }
  co_return false;
}

}  // namespace latchkey::desktop
