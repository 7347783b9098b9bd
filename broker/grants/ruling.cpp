// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/ruling.h"

#include "broker/grants/reach.h"

namespace latchkey {

bool forbids(const Refusal& refusal, Kind kind, const Object& object, Access access) {
  auto named = object;
  named.device = named.inode = 0;  // A "never" is about the name: the thing under it may be saved anew.
  return access >= refusal.access && reaches(refusal.kind, refusal.object, kind, named);
}

Ruling rulingOn(const std::vector<Grant>& grants, const std::vector<Refusal>& refusals, Kind kind, const Object& object,
                Access access) {
  const Grant* yes = nullptr;
  const Refusal* no = nullptr;
  bool paths = hasPath(kind);
  auto where = [](const auto& rule) { return whereOf(rule.kind, rule.object); };
  for (const auto& grant : grants) {
    if (!permits(grant, kind, object, access)) continue;
    if (yes == nullptr || (paths && isMoreSpecific(where(grant), where(*yes)))) yes = &grant;
  }
  for (const auto& refusal : refusals) {
    if (!forbids(refusal, kind, object, access)) continue;
    if (no == nullptr || (paths && isMoreSpecific(where(refusal), where(*no)))) no = &refusal;
  }
  if (yes != nullptr && (no == nullptr || (paths && isMoreSpecific(where(*yes), where(*no)))))
    return {.says = Ruling::Says::Yes, .grant = *yes};
  if (no != nullptr) return {.says = Ruling::Says::No, .refusal = *no};
  return {};
}

}  // namespace latchkey
