// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/desktop-rights.h"

#include <array>

#include "broker/holder.h"

namespace latchkey {
namespace {

struct Row {
  DesktopRight right;
  std::string_view name;
  bool AppSettings::* shown;
};
constexpr std::array<Row, 3> ROWS = {{{DesktopRight::SharedX11, "shared-x11", &AppSettings::sharedX},
                                      {DesktopRight::OwnSandboxes, "own-sandboxes", &AppSettings::ownSandboxes},
                                      {DesktopRight::SeeHomeNames, "see-home-names", &AppSettings::seeHomeNames}}};

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

AppSettings withRights(const Ledger& ledger, Ceilings& ceilings, AppSettings settings) {
  for (auto& row : ROWS) {
    settings.*row.shown = rightHeld(ledger, ceilings, settings.app, InstanceId(), row.right) != nullptr;
  }
  return settings;
}

RightChanges changesFor(const Ledger& ledger, const AppSettings& wanted) {
  RightChanges changes;
  for (auto& row : ROWS) {
    bool held = false;
    for (auto& grant : ledger.ofHolder(wanted.app, Ledger::Which::Living)) {
      bool same = grant.kind == Kind::Desktop && grant.object.target == row.name;
      if (!same || !grant.instance.empty()) continue;
      held = held || grant.state == GrantState::Active;
      if (!(wanted.*row.shown)) changes.revoke.push_back(grant.id);
    }
    if (wanted.*row.shown && !held) changes.add.push_back(standing(wanted.app, row.right));
  }
  return changes;
}

AppSettings withoutRights(AppSettings settings) {
  for (auto& row : ROWS) settings.*row.shown = false;
  return settings;
}

}  // namespace latchkey
