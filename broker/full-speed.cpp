// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/full-speed.h"

#include "broker/base/files.h"
#include "broker/base/text.h"
#include "broker/grants/reach.h"
#include "broker/holder.h"

namespace latchkey {

std::string notFast(Ceilings& ceilings, const Grant& grant) {
  if (!grant.fast) return {};
  if (!mayBeFast(grant)) return "only a whole folder can be at full speed, and not for once";
  auto shown = brief(grant.object.path, 200);
  for (auto& place : ceilings.hidden(Holder::parse(grant.holder).app)) {
    auto real = tryResolve(place);
    bool within = liesIn(place, grant.object.path);
    KJ_IF_MAYBE (thing, real) within = within || liesIn(thing->path, grant.object.path);
    if (within) return shown + " holds " + brief(place, 200) + ", which no program gets: give it without full speed";
  }
  return {};
}

}  // namespace latchkey
