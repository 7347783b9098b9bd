// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Other machines and invitations to them, as the store keeps them.
//
// Of an invitation the secret itself is kept, not a digest: both proofs are HMACs by it, and who has only a digest can
// check neither. It stands in a file of mode 0600 beside the key that could do much more. Once used it is good for the
// machine that used it alone, which may have lost our proof on the way; when its day is over, or it is void, it is
// taken out.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/clock.h"

namespace latchkey {

struct MachineRoute {
  // Numbers are stored: add at the end.
  enum class Origin : uint8_t { Typed, Invitation, Seen, Found };

  std::string text{};  // As it is typed.
  Origin origin = Origin::Typed;
  WallTime tried{};       // Zero: never.
  std::string outcome{};  // Empty: it worked, or was never tried.
  bool operator==(const MachineRoute&) const = default;
};

struct Machine {
  std::string id{};           // Hash of its public key.
  std::string certificate{};  // The one that is believed, DER.
  std::string petname{};      // Unique among machines.
  std::string announced{};    // What it calls itself, escaped.
  uint8_t stripe = 0;         // Which of the colours.
  uint16_t version = 0;       // The newest protocol it ever spoke.
  bool blocked = false;
  WallTime paired{};
  WallTime seen{};      // Last time it was connected. Zero: never.
  std::string route{};  // By which it was connected last.
  std::vector<MachineRoute> routes{};
  bool operator==(const Machine&) const = default;
};

struct Invitation {
  std::string id{};      // 16 bytes. No secret: it is said before anything is proven.
  std::string secret{};  // 16 bytes; empty once it is over or void.
  WallTime made{};
  WallTime until{};
  WallTime used{};     // Zero: not yet.
  std::string by{};    // The machine that used it.
  uint32_t tries = 0;  // With a wrong proof.
  bool operator==(const Invitation&) const = default;
};

constexpr size_t INVITATION_BYTES = 16;
constexpr uint8_t STRIPES = 8;
constexpr size_t MOST_ROUTES = 16;
constexpr size_t MAX_PETNAME = 200;

// Whose grants they are: what it may use of this one, and what this one holds of its. No app can be called so
// (holder.h).
constexpr std::string_view HELD_BY_MACHINE = "machine:", RECEIVED_FROM_MACHINE = "from:";
inline std::string holderOfMachine(const std::string& id) { return std::string(HELD_BY_MACHINE) + id; }
inline std::string holderFromMachine(const std::string& id) { return std::string(RECEIVED_FROM_MACHINE) + id; }
inline bool isHeldByMachine(std::string_view holder) { return holder.starts_with(HELD_BY_MACHINE); }
inline bool isReceivedFromMachine(std::string_view holder) { return holder.starts_with(RECEIVED_FROM_MACHINE); }
// The machine that such a holder is, or got it from; empty for an app.
std::string machineOfHolder(std::string_view holder);

// 52 letters of base 32.
bool isMachineId(std::string_view text);

// What is wrong with a record: one line, empty when nothing is.
std::string faultOf(const Machine& machine);
std::string faultOf(const Invitation& invitation);

}  // namespace latchkey
