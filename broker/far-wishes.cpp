// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/far-wishes.h"

#include <kj/debug.h>

#include "broker/base/failure.h"
#include "broker/grants/reach.h"
#include "broker/to-share.h"

namespace latchkey {

FarWishes::FarWishes(Powerbox& powerbox, Ledger& ledger, Sharing& sharing, Ceilings& ceilings)
    : m_powerbox(powerbox), m_ledger(ledger), m_sharing(sharing), m_ceilings(ceilings) {
  m_powerbox.giveThrough(*this);
}

kj::Promise<GrantId> FarWishes::ask(Wish wish) {
  auto machine = m_ledger.machine(wish.machine);
  if (machine == nullptr || KJ_ASSERT_NONNULL(machine).blocked) co_return GrantId();
  auto holder = holderOfMachine(wish.machine);
  if (!m_powerbox.mayAskFromAfar(holder)) fail("tooMany");
  Question question;
  question.holder = holder;
  question.kind = wish.kind;
  question.access = wish.access;
  question.claim = wish.claim;
  question.object.scope = wish.kind == Kind::Folder ? Scope::Tree : Scope::File;
  if (!hasPath(wish.kind)) question.object.scope = Scope::Port;
  question.directory = wish.kind == Kind::Folder;
  question.stripe = KJ_ASSERT_NONNULL(machine).stripe;
  question.wish = kj::mv(wish);
  auto decision = co_await m_powerbox.ask(kj::mv(question), nullptr);
  co_return decision.grant;
}

kj::Promise<Giver::Gift> FarWishes::pick(Question question, Answer answer) {
  auto& wish = KJ_ASSERT_NONNULL(question.wish);
  ToShare wanted{.machine = wish.machine,
                 .kind = wish.kind,
                 .target = answer.target,
                 .name = answer.name,
                 .access = answer.access,
                 .lifetime = answer.lifetime,
                 .limits = answer.limits,
                 .origin = Origin::Prompt};
  if (hasPath(wish.kind)) {
    if (answer.chosen.size() != 1) fail(wish.kind == Kind::Folder ? "pick one folder" : "pick one file");
    wanted.target = answer.chosen[0].path;
    if (answer.chosen[0].object.get() >= 0) wanted.file = kj::mv(answer.chosen[0].object);
  } else if (wanted.target.empty()) {
    fail("say which one is given");
  }
  Gift gift{.mayPassOn = answer.mayPassOn, .wish = wish.id};
  gift.grant = co_await grantToShare(m_ledger, m_ceilings, kj::mv(wanted));
  co_return kj::mv(gift);
}

GrantId FarWishes::give(Gift gift) { return m_sharing.share(kj::mv(gift.grant), gift.mayPassOn, gift.wish); }

}  // namespace latchkey
