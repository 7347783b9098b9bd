// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What two machines tell each other, copied word by word into messages of our own. Neither a broker nor another machine
// ever reads a message that was made by the other: sizes are looked at, texts from outside are escaped, and what has no
// place in the schema stays behind.

#include "broker/schema/machine.capnp.h"

namespace latchkey::peer {

enum class From { US, THEM };  // Theirs are escaped.

// Each throws if there is too much of something, or an id or a kind is none.
void copyHello(schema::Hello::Reader from, schema::Hello::Builder to, From whose);
void copyOffer(schema::Offer::Reader from, schema::Offer::Builder to, From whose);
void copyWish(schema::Wish::Reader from, schema::Wish::Builder to, From whose);

constexpr unsigned MOST_WITHDRAWN_AT_ONCE = 256;
template <typename Call>
void copyWithdrawals(capnp::List<schema::Withdrawal>::Reader from, Call& call);

// [a-z0-9], 64 at most, not empty.
capnp::Text::Reader checkedOffer(capnp::Text::Reader id);
constexpr size_t TOKEN_SIZE = 32;
capnp::Data::Reader checkedToken(capnp::Data::Reader token);

void copyWithdrawal(schema::Withdrawal::Reader from, schema::Withdrawal::Builder to);

template <typename Call>
void copyWithdrawals(capnp::List<schema::Withdrawal>::Reader from, Call& call) {
  KJ_REQUIRE(from.size() <= MOST_WITHDRAWN_AT_ONCE);
  auto to = call.initOffers(from.size());
  for (unsigned i = 0; i < from.size(); ++i) copyWithdrawal(from[i], to[i]);
}

}  // namespace latchkey::peer
