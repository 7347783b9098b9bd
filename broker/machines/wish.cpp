// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/wish.h"

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "broker/grants/grant-schema.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

// As long as `latchkey-peer` lets through, whatever is in it.
constexpr size_t NAME_CHARACTERS = 60, CLAIM_CHARACTERS = 200, APP_CHARACTERS = 60;
constexpr std::chrono::hours LONGEST(24 * 366);

bool canBeAskedFor(Kind kind) {
  return kind == Kind::File || kind == Kind::Folder || kind == Kind::Service || kind == Kind::Network;
}

Duration lengthFrom(uint64_t seconds) {
  constexpr auto MOST = static_cast<uint64_t>(std::chrono::seconds(LONGEST).count());
  return std::chrono::seconds(std::min(seconds, MOST));
}

}  // namespace

Wish wishFrom(const std::string& machine, schema::Wish::Reader from) {
  Wish wish;
  wish.id = textOf(from.getId());
  wish.machine = machine;
  wish.kind = fromSchema(from.getKind());
  if (!canBeAskedFor(wish.kind)) fail("unknown");
  wish.name = brief(textOf(from.getTarget()), NAME_CHARACTERS);
  bool files = wish.kind == Kind::File || wish.kind == Kind::Folder;
  wish.access = files ? fromSchema(from.getAccess()) : Access::Write;
  wish.claim = brief(textOf(from.getClaim()), CLAIM_CHARACTERS);
  wish.app = brief(textOf(from.getApp()), APP_CHARACTERS);
  wish.length = lengthFrom(from.getSeconds());
  wish.always = from.getAlways() && from.getSeconds() == 0;
  return wish;
}

void toSchema(const Wish& wish, schema::Wish::Builder to) {
  to.setId(wish.id.c_str());
  to.setKind(toSchema(wish.kind));
  to.setTarget(wish.name.c_str());
  to.setAccess(toSchema(wish.access));
  to.setClaim(wish.claim.c_str());
  to.setApp(wish.app.c_str());
  to.setSeconds(static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(wish.length).count()));
  to.setAlways(wish.always);
}

std::string faultOf(const Wish& wish) {
  if (!canBeAskedFor(wish.kind))
    return "a machine can be asked for a folder, a file, a service or a host of its network";
  if (brief(wish.name, NAME_CHARACTERS) != wish.name) return "its name is no plain line of at most 60 letters";
  if (brief(wish.claim, CLAIM_CHARACTERS) != wish.claim) return "the reason is no plain line of at most 200 letters";
  if (brief(wish.app, APP_CHARACTERS) != wish.app) return "the app's name is no plain line of at most 60 letters";
  if (wish.length < Duration::zero() || wish.length > LONGEST) return "that is longer than a year: ask for `always`";
  return {};
}

}  // namespace latchkey
