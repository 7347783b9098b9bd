// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What other machines' persons ask of this one's: each is a question in the powerbox, whose answer is a share.
//
// Who asks is the machine whose session it came by. What it says of a thing is a suggestion to be read; which thing is
// given, how, and for how long is picked here, and held against what can be shared at all and the ceilings. Nothing
// that a machine asks makes anything be looked up on this one.
//
// How often a machine may ask is bounded (patience.h), whatever comes of it; so is what waits of one.

#include "broker/machines/sharing.h"
#include "broker/powerbox.h"

namespace latchkey {

class FarWishes final : private Giver {
public:
  FarWishes(Powerbox& powerbox, Ledger& ledger, Sharing& sharing, Ceilings& ceilings);
  KJ_DISALLOW_COPY_AND_MOVE(FarWishes);

  // The share that the person gave, or none. Dropping the promise withdraws the question. Fails with the name of a
  // ThingFailure for what nobody is asked about.
  kj::Promise<GrantId> ask(Wish wish);

private:
  kj::Promise<Gift> pick(Question question, Answer answer) override;
  GrantId give(Gift gift) override;

  Powerbox& m_powerbox;
  Ledger& m_ledger;
  Sharing& m_sharing;
  Ceilings& m_ceilings;
};

}  // namespace latchkey
