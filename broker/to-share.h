// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From what a person says is to be shared with another machine to the grant it makes.

#include <kj/async.h>
#include <kj/io.h>

#include "broker/ceilings.h"
#include "broker/grants/ledger.h"

namespace latchkey {

struct ToShare {
  std::string machine;
  Kind kind = Kind::Folder;
  // Of a file or folder its path, else as it is typed: "postgres:5432", "@computer:631", "db.example.org:5432".
  std::string target{};
  kj::Maybe<kj::AutoCloseFd> file{};  // O_PATH of the very thing; wins over the path.
  std::string name{};                 // What to call it there; empty: as it is.
  Access access = Access::Read;       // Of files.
  Lifetime lifetime{};
  Limits limits{};
  GrantId parent{};  // The grant of another machine's offer: then it is that, passed on.
  Origin origin = Origin::Added;
};

// Without id and times: nothing is committed. Fails with one line for the person where it cannot be shared.
kj::Promise<Grant> grantToShare(Ledger& ledger, Ceilings& ceilings, ToShare wanted);

}  // namespace latchkey
