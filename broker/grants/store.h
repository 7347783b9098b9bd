// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The store: what has been decided, on disk. One SQLite file in write-ahead mode, `store.sqlite`, with one writer.
//
// It is read once, at the start, and from then on only written: memory is what counts while a broker runs. So a file
// that somebody edits meanwhile changes nothing; it is noticed before the next write, set aside (`store.changed-...`),
// and a new one written from memory. A damaged one is set aside too (`store.damaged-...`) and never believed in part.
// At the start every record is checked like a message from a stranger: a malformed one, one without its parent, or one
// that would allow more than its parent is refused with a line and taken out. (What the person's own user edits
// well-formed while no broker runs is believed: whoever can do that can do anything the person can.)
//
// A state directory that cannot be written is no reason to lose what is in it: then the content is read from a private
// copy, and every commit() tries again.

#include <kj/memory.h>

#include <map>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/grants/machine-record.h"
#include "broker/grants/records.h"
#include "broker/grants/share-record.h"
#include "broker/grants/store-error.h"

namespace latchkey {

constexpr int64_t STORE_VERSION = 8;
constexpr uint64_t JOURNAL_KEPT = 50'000;

// A grant with the moment its time ends by the clock that never jumps, which means something until the next boot.
struct StoredGrant {
  Grant grant{};
  ElapsedTime deadline{};  // Zero: none.
  std::string boot{};
};

struct Contents {
  std::vector<StoredGrant> grants{};  // Parents before children.
  std::vector<AppSettings> settings{};
  std::vector<Refusal> refusals{};
  std::vector<Survivor> survivors{};
  std::vector<Machine> machines{};
  std::vector<Invitation> invitations{};
  std::vector<Share> shares{};
  std::vector<Offer> offers{};
  std::map<std::string, std::string> facts{};
  uint64_t lastSequence = 0;
};

// What one transaction writes.
struct Changes {
  std::vector<StoredGrant> grants{};
  std::vector<GrantId> purged{};
  std::vector<JournalEntry> journal{};
  std::vector<AppSettings> settings{};
  std::vector<Refusal> refusals{};
  std::vector<RequestId> forgotten{};
  std::vector<Survivor> survivors{};
  std::vector<InstanceId> gone{};  // Of survivors.
  std::vector<Machine> machines{};
  std::vector<std::string> goneMachines{};
  std::vector<Invitation> invitations{};
  std::vector<std::string> goneInvitations{};
  std::vector<Share> shares{};
  std::vector<Offer> offers{};
  std::vector<std::string> goneOffers{};
  std::map<std::string, std::string> facts{};
};

class Store final {
public:
  // Throws StoreError for Newer and Busy only; see trouble() for the rest.
  explicit Store(const std::string& directory);
  ~Store() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Store);

  // What was there at the start. Once.
  Contents takeContents();

  enum class Durability : uint8_t {
    Flushed,  // On disk when commit() returns.
    Lazy,     // Survives our own end at once, the machine's end soon. Never half.
  };
  // All of it or nothing; throws StoreError. With Changed the file was not ours any more and has been replaced by an
  // empty one: commit everything anew.
  void commit(const Changes& changes, Durability durability);

  // Whether the file is still the one we wrote last. Cheap.
  bool isUntouched() const;

  std::vector<JournalEntry> journal(const JournalFilter& filter);

  // Why it cannot be written since the start; nothing once it can.
  kj::Maybe<StoreError> trouble() const;
  const std::vector<std::string>& notices() const;

private:
  struct Impl;
  kj::Own<Impl> m_impl;
};

}  // namespace latchkey
