// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the store keeps beside grants, as plain data.

#include <array>
#include <cstdint>
#include <string>

#include "broker/grants/grant.h"

namespace latchkey {

// One line of the journal; see JournalEntry in person.capnp for the words.
struct JournalEntry {
  uint64_t sequence = 0;  // Given by the ledger.
  WallTime time{};        // Given by the ledger where zero.
  std::string event{};
  std::string app{};  // Holder.
  InstanceId instance{};
  Kind kind = Kind::File;
  std::string target{};  // Escaped.
  GrantId grant{};
  std::string outcome{};
};

struct JournalFilter {
  std::string app{};  // Empty: all. Without a profile: all of its profiles.
  WallTime since{};
  uint64_t before = 0;  // Only smaller sequence numbers; 0: from the newest.
  uint32_t limit = 1000;
  std::string text{};  // In target, app, event or outcome.
  std::string kind{};  // A kind's name; empty: every kind.
};

struct AppSettings {
  std::string app{};  // Holder.
  std::string petname{};
  bool alwaysConfined = false;
  bool sharedX = false;
  bool ownSandboxes = false;
  bool seeHomeNames = false;
  bool gpu = false;
  uint64_t memoryLimit = 0;
  uint32_t processLimit = 0;
  uint32_t cpuPercent = 0;
  // Of the network, all that it has together and both ways, in bytes; 0: as much as it wants.
  uint64_t networkRate = 0;
  uint64_t networkPerDay = 0;
  std::vector<std::string> off{};  // Rights of the desktop that it is refused. Not kept here: desktop-rights.h.
  bool operator==(const AppSettings&) const = default;
};

// A standing "never".
struct Refusal {
  RequestId id{};  // Of the request that was answered so.
  std::string holder{};
  Kind kind = Kind::File;
  Object object{};
  Access access = Access::Read;
  WallTime since{};
};

using Digest = std::array<uint8_t, 32>;

// What lets a process that outlived the broker prove itself to the next one. Never the cookie itself.
struct Survivor {
  InstanceId instance{};
  std::string app{};  // Without profile; empty until the launcher said who it is.
  std::string profile{};
  std::string name{};
  std::string icon{};
  std::string command{};
  WallTime started{};
  int32_t pid = 0;
  Digest cookie{};
};

}  // namespace latchkey
