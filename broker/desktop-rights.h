// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What of the desktop itself an app may hold: grants of kind `desktop`, listed, revoked and lapsing like all others.
//
// - `shared-x11`: the screen's own X server. Who holds it can see and control everything on the screen, Latchkey's
//   questions included. Used when an app starts; what runs keeps it until it ends, for an X client cannot be cut off.
// - `own-sandboxes`: sandboxes of its own inside (browsers). Also used at the start.
// - `gpu`: the graphics card's own devices, and its driver. Used at the start.
// - `see-home-names`: the names in the home, and nothing of what is in the files. Held by the file portal, and cut
// live.
//
// All others are asked for through the desktop portals, one word for each of them, so that a ceiling can take any of
// them away: `[[never]]`, `kind = "desktop"`, `target = "print"`. What shows or takes something of the person's is a
// question
// (`asked`), and what is granted is taken back live. What the app could do by itself, or what shows a dialog of its own
// before anything happens, is allowed unless a "never" or a ceiling stands against it:
//
//     asked     screenshot screencast camera microphone location background account wallpaper email launchers usb
//               remote-desktop input-capture global-shortcuts clipboard
//     allowed   notifications inhibit print choose-files open-with documents file-transfer settings secret trash
//               network-state proxies memory-state power-state realtime game-mode tray media-keys accessibility
//               inhibit-logout inhibit-switch inhibit-suspend inhibit-idle sound x-clipboard
//               input-methods
//
// `sound` is to be heard, not to hear; `x-clipboard` the clipboard of who has an X server of its own: on Wayland a
// compositor has it for every app. Both are used at the start. For `microphone` no portal asks: recording does
// (microphones.h).
//
// The settings of an app show the first four as switches, and all that is allowed as switches that can be turned off. A
// switch is no second authority: it reads the grants and refusals, and turning it adds or revokes one.

#include <vector>

#include "broker/ceilings.h"
#include "broker/grants/ledger.h"

namespace latchkey {

enum class DesktopRight : uint8_t {
  SharedX11,
  OwnSandboxes,
  Gpu,
  SeeHomeNames,
  Screenshot,
  Screencast,
  Camera,
  Microphone,
  Location,
  Background,
  Account,
  Wallpaper,
  Email,
  Launchers,
  Usb,
  RemoteDesktop,
  InputCapture,
  GlobalShortcuts,
  Clipboard,
  Notifications,
  Inhibit,
  Print,
  ChooseFiles,
  OpenWith,
  Documents,
  FileTransfer,
  Settings,
  Secret,
  Trash,
  NetworkState,
  Proxies,
  MemoryState,
  PowerState,
  Realtime,
  GameMode,
  Tray,
  MediaKeys,
  Accessibility,
  InhibitLogout,
  InhibitSwitch,
  InhibitSuspend,
  InhibitIdle,
  Sound,
  XClipboard,
  InputMethods
};

std::string_view nameOf(DesktopRight right);
kj::Maybe<DesktopRight> desktopRightNamed(std::string_view name);
inline bool isUsedAtStart(DesktopRight right) { return right < DesktopRight::SeeHomeNames; }
// Asked for through the desktop portals.
inline bool isOfPortals(DesktopRight right) { return right > DesktopRight::SeeHomeNames; }
inline bool isAllowedUnasked(DesktopRight right) { return right >= DesktopRight::Notifications; }
// "shared-x11, own-sandboxes, ...": for messages.
std::string allDesktopRights();
// Interfaces without "org.freedesktop.portal." that a ceiling takes away from this app.
std::vector<std::string> absentPortals(Ceilings& ceilings, const std::string& app);
// The right that a grant is of; nothing for grants of other kinds.
kj::Maybe<DesktopRight> desktopRightOf(const Grant& grant);
bool isOfHomeNames(const Grant& grant);

Object objectOf(DesktopRight right);
Access accessOf(DesktopRight right);

// The grant that gives it to this instance now, if it is below the ceilings.
kj::Maybe<Grant> rightHeld(const Ledger& ledger, Ceilings& ceilings, const std::string& holder,
                           const InstanceId& instance, DesktopRight right);

// Of what is allowed unasked: whether it is, to this app.
bool isAllowed(const Ledger& ledger, Ceilings& ceilings, const std::string& holder, DesktopRight right);

// The switches as the grants and refusals say.
AppSettings withRights(const Ledger& ledger, Ceilings& ceilings, AppSettings settings);
// What is to be done for the switches to be as `wanted`, compared with the standing grants.
struct RightChanges {
  std::vector<Grant> add;
  std::vector<GrantId> revoke;
  std::vector<DesktopRight> refuse;
  std::vector<RequestId> forget;  // Refusals.
};
// Throws for a name of no right, or of none that is allowed unasked.
RightChanges changesFor(const Ledger& ledger, const AppSettings& wanted);
AppSettings withoutRights(AppSettings settings);

}  // namespace latchkey
