// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the person's rules say about one thing: which of them decides, where several reach it.
//
// A rule that does not speak of the access in question does not count: a grant for reading neither allows nor forbids
// changing, and a refusal of changing forbids no reading. Of those that count, the most specific decides; of several
// that are equally specific, a refusal. See broker/base/where.h for what is more specific, and of the network
// broker/base/destination.h. The portals apply the same order to whatever is opened or connected.

#include <vector>

#include "broker/grants/records.h"

namespace latchkey {

struct Ruling {
  enum class Says : uint8_t { Nothing, Yes, No };
  Says says = Says::Nothing;
  kj::Maybe<Grant> grant{};      // Yes.
  kj::Maybe<Refusal> refusal{};  // No.
};

// Whether this refusal forbids that.
bool forbids(const Refusal& refusal, Kind kind, const Object& object, Access access);

// `grants` are in force, all of them and the refusals of one holder.
Ruling rulingOn(const std::vector<Grant>& grants, const std::vector<Refusal>& refusals, Kind kind, const Object& object,
                Access access);

}  // namespace latchkey
