// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/desktop-rights.h"

#include <kj/debug.h>

#include <algorithm>
#include <array>
#include <span>

#include "broker/holder.h"

namespace latchkey {
namespace {

struct Row {
  DesktopRight right;
  std::string_view name;
  std::string_view portal = {};
  bool AppSettings::* shown = nullptr;
};
using R = DesktopRight;
constexpr std::array<Row, 45> ROWS = {{{R::SharedX11, "shared-x11", "", &AppSettings::sharedX},
                                       {R::OwnSandboxes, "own-sandboxes", "", &AppSettings::ownSandboxes},
                                       {R::Gpu, "gpu", "", &AppSettings::gpu},
                                       {R::SeeHomeNames, "see-home-names", "", &AppSettings::seeHomeNames},
                                       {R::Screenshot, "screenshot", "Screenshot"},
                                       {R::Screencast, "screencast", "ScreenCast"},
                                       {R::Camera, "camera", "Camera"},
                                       {R::Microphone, "microphone", ""},
                                       {R::Location, "location", "Location"},
                                       {R::Background, "background", "Background"},
                                       {R::Account, "account", "Account"},
                                       {R::Wallpaper, "wallpaper", "Wallpaper"},
                                       {R::Email, "email", "Email"},
                                       {R::Launchers, "launchers", "DynamicLauncher"},
                                       {R::Usb, "usb", "Usb"},
                                       {R::RemoteDesktop, "remote-desktop", "RemoteDesktop"},
                                       {R::InputCapture, "input-capture", "InputCapture"},
                                       {R::GlobalShortcuts, "global-shortcuts", "GlobalShortcuts"},
                                       {R::Clipboard, "clipboard", "Clipboard"},
                                       {R::Notifications, "notifications", "Notification"},
                                       {R::Inhibit, "inhibit", "Inhibit"},
                                       {R::Print, "print", "Print"},
                                       {R::ChooseFiles, "choose-files", "FileChooser"},
                                       {R::OpenWith, "open-with", "OpenURI"},
                                       {R::Documents, "documents", "Documents"},
                                       {R::FileTransfer, "file-transfer", "FileTransfer"},
                                       {R::Settings, "settings", "Settings"},
                                       {R::Secret, "secret", "Secret"},
                                       {R::Trash, "trash", "Trash"},
                                       {R::NetworkState, "network-state", "NetworkMonitor"},
                                       {R::Proxies, "proxies", "ProxyResolver"},
                                       {R::MemoryState, "memory-state", "MemoryMonitor"},
                                       {R::PowerState, "power-state", "PowerProfileMonitor"},
                                       {R::Realtime, "realtime", "Realtime"},
                                       {R::GameMode, "game-mode", "GameMode"},
                                       {R::Tray, "tray"},
                                       {R::MediaKeys, "media-keys"},
                                       {R::Accessibility, "accessibility"},
                                       {R::InhibitLogout, "inhibit-logout"},
                                       {R::InhibitSwitch, "inhibit-switch"},
                                       {R::InhibitSuspend, "inhibit-suspend"},
                                       {R::InhibitIdle, "inhibit-idle"},
                                       {R::Sound, "sound"},
                                       {R::XClipboard, "x-clipboard"},
                                       {R::InputMethods, "input-methods"}}};
constexpr bool isInOrder() {
  for (size_t i = 0; i < ROWS.size(); ++i) {
    if (static_cast<size_t>(ROWS[i].right) != i) return false;
  }
  return true;
}
static_assert(isInOrder());
// Switches in the settings.
constexpr size_t SHOWN = 4;

Grant standing(const std::string& holder, DesktopRight right) {
  Grant grant;
  grant.holder = holder;
  grant.kind = Kind::Desktop;
  grant.object = objectOf(right);
  grant.access = accessOf(right);
  grant.lifetime = Lifetime::always();
  grant.origin = Origin::Added;
  return grant;
}

}  // namespace

std::string_view nameOf(DesktopRight right) { return ROWS[static_cast<size_t>(right)].name; }

kj::Maybe<DesktopRight> desktopRightNamed(std::string_view name) {
  for (auto& row : ROWS) {
    if (row.name == name) return row.right;
  }
  return nullptr;
}

std::string allDesktopRights() {
  std::string all;
  for (auto& row : ROWS) all += (all.empty() ? "" : ", ") + std::string(row.name);
  return all;
}

std::vector<std::string> absentPortals(Ceilings& ceilings, const std::string& app) {
  std::vector<std::string> absent;
  for (auto& row : ROWS) {
    if (row.portal.empty()) continue;
    bool forbidden = !ceilings.fault(app, Kind::Desktop, objectOf(row.right), accessOf(row.right)).empty();
    if (forbidden) absent.emplace_back(row.portal);
  }
  return absent;
}

kj::Maybe<DesktopRight> desktopRightOf(const Grant& grant) {
  if (grant.kind != Kind::Desktop) return nullptr;
  return desktopRightNamed(grant.object.target);
}

bool isOfHomeNames(const Grant& grant) {
  KJ_IF_MAYBE (right, desktopRightOf(grant)) return *right == DesktopRight::SeeHomeNames;
  return false;
}

Object objectOf(DesktopRight right) { return {.target = std::string(nameOf(right)), .scope = Scope::Host}; }

Access accessOf(DesktopRight right) { return right == DesktopRight::SeeHomeNames ? Access::Read : Access::Write; }

kj::Maybe<Grant> rightHeld(const Ledger& ledger, Ceilings& ceilings, const std::string& holder,
                           const InstanceId& instance, DesktopRight right) {
  auto object = objectOf(right);
  if (!ceilings.fault(Holder::parse(holder).app, Kind::Desktop, object, accessOf(right)).empty()) return nullptr;
  return ledger.permitting(holder, instance, Kind::Desktop, object, accessOf(right));
}

bool isAllowed(const Ledger& ledger, Ceilings& ceilings, const std::string& holder, DesktopRight right) {
  auto object = objectOf(right);
  return isAllowedUnasked(right) && ledger.refusing(holder, Kind::Desktop, object, accessOf(right)) == nullptr &&
         ceilings.fault(Holder::parse(holder).app, Kind::Desktop, object, accessOf(right)).empty();
}

AppSettings withRights(const Ledger& ledger, Ceilings& ceilings, AppSettings settings) {
  for (auto& row : std::span(ROWS).first<SHOWN>()) {
    settings.*row.shown = rightHeld(ledger, ceilings, settings.app, InstanceId(), row.right) != nullptr;
  }
  settings.off.clear();
  for (auto& row : ROWS) {
    if (isAllowedUnasked(row.right) && !isAllowed(ledger, ceilings, settings.app, row.right))
      settings.off.emplace_back(row.name);
  }
  return settings;
}

RightChanges changesFor(const Ledger& ledger, const AppSettings& wanted) {
  RightChanges changes;
  for (auto& row : std::span(ROWS).first<SHOWN>()) {
    bool held = false;
    for (auto& grant : ledger.ofHolder(wanted.app, Ledger::Which::Living)) {
      bool same = grant.kind == Kind::Desktop && grant.object.target == row.name;
      if (!same || !grant.instance.empty()) continue;
      held = held || grant.state == GrantState::Active;
      if (!(wanted.*row.shown)) changes.revoke.push_back(grant.id);
    }
    if (wanted.*row.shown && !held) changes.add.push_back(standing(wanted.app, row.right));
  }
  for (auto& name : wanted.off) {
    auto named = desktopRightNamed(name);
    auto right = KJ_REQUIRE_NONNULL(named, "there is no such right", name);
    KJ_REQUIRE(isAllowedUnasked(right), "this is not switched off: it is not on before it is asked for", name);
    if (ledger.refusing(wanted.app, Kind::Desktop, objectOf(right), accessOf(right)) == nullptr)
      changes.refuse.push_back(right);
  }
  for (auto& refusal : ledger.refusalsOf(wanted.app)) {
    auto named = desktopRightNamed(refusal.object.target);
    KJ_IF_MAYBE (right, named) {
      bool isSwitch = refusal.kind == Kind::Desktop && isAllowedUnasked(*right);
      if (isSwitch && std::ranges::find(wanted.off, nameOf(*right)) == wanted.off.end())
        changes.forget.push_back(refusal.id);
    }
  }
  return changes;
}

AppSettings withoutRights(AppSettings settings) {
  for (auto& row : std::span(ROWS).first<SHOWN>()) settings.*row.shown = false;
  settings.off.clear();
  return settings;
}

}  // namespace latchkey
