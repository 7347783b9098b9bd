// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a grant to another machine is besides a grant, and what other machines offer, as the store keeps them.
//
// Of what is shared only the digest of its token is kept: who reads the store can check one, and has none. Of what was
// offered to us the token itself is kept, which is worth nothing without this machine's key.

#include <cstdint>
#include <string>
#include <vector>

#include "broker/grants/grant.h"
#include "broker/grants/machine-record.h"
#include "broker/grants/records.h"

namespace latchkey {

constexpr size_t TOKEN_BYTES = 32;

// Of a grant whose holder is a machine.
struct Share {
  GrantId grant{};
  bool mayPassOn = false;
  bool taken = false;  // The other machine has a token.
  Digest token{};      // Of it.
  std::string wish{};  // The other machine's wish that it answers.
  bool operator==(const Share&) const = default;
};

struct Offer {
  // Numbers are stored: add at the end.
  enum class State : uint8_t { New, Accepted, Declined, Over };
  enum class Why : uint8_t { EndedByOwner, Expired, UsedUp, OwnerEnded, Suspended, Replaced };

  std::string id{};       // Ours: for the person.
  std::string machine{};  // Whose it is.
  std::string theirs{};   // Its id there.
  Kind kind = Kind::Service;
  std::string title{};
  Access access = Access::Read;
  WallTime until{};  // Zero: no end is set.
  Limits limits{};
  bool mayPassOn = false;
  std::vector<std::string> chain{};  // Through whom it came, the origin first.
  std::string service{};             // What speaks there.
  WallTime since{};
  State state = State::New;
  Why why = Why::EndedByOwner;  // Of one that is over, or suspended.
  bool suspended = false;
  WallTime over{};
  GrantId grant{};      // Of one that was accepted: what this machine holds by it.
  std::string token{};  // Likewise.
  bool operator==(const Offer&) const = default;
};

// What is wrong with a record: one line, empty when nothing is.
std::string faultOf(const Offer& offer);

}  // namespace latchkey
