// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One grant as one sandbox is bound by it.
//
// Every open handle points at the grant it was opened under and asks `usable` before every single read and write: that
// is the deny flag of a revocation. It is an atomic so that it falls at once, whatever the serving thread is stuck in.
//
// A grant of one file holds for one inode, the one the person was shown. A file put in its place under the same name is
// another thing and is asked about again, unless the app itself replaced it by way of this grant (saving by rename).

#include <atomic>
#include <memory>
#include <string>

#include "broker/base/clock.h"
#include "broker/base/where.h"
#include "broker/schema/grant.capnp.h"
#include "portals/files/host.h"

namespace latchkey::files {

// What an operation needs, in rising order.
enum class Need { See, Read, Write };

struct Counters {
  uint32_t live = 0;
  uint64_t uses = 0;
  uint64_t bytesRead = 0;
  uint64_t bytesWritten = 0;
  int64_t used = 0;
  bool operator==(const Counters&) const = default;
};

class Grant {
public:
  enum class State { Active, Suspended, Revoked, Over };  // Over: expired, or "once" and closed.

  std::string id;
  std::string path;        // Of what was granted; with scope `pattern` its last part is the pattern.
  std::string root;        // The folder it reaches into: itself, or the one that holds the file.
  kj::AutoCloseFd rootFd;  // O_PATH of `root`; the folder stays this one wherever it is moved.
  schema::Scope scope = schema::Scope::FILE;
  Need most = Need::Read;  // The most it allows.
  bool once = false;
  bool deny = false;  // Not a grant at all: a standing refusal of `most` and more. It lies with the view's denials.
  bool fast = false;  // Mounted as it is, over what the view shows: see fast-folders.h.
  Deadline deadline;
  uint64_t usesLimit = 0;
  uint64_t bytesLimit = 0;
  bool flushed = false;  // RPC thread: what mappings held was saved shortly before the end.
  // What it was bound to, for good: the file, for scope `file`, else the folder it reaches into. Before: what it has to
  // be, if there is anything.
  Identity bound;
  bool replaced = false;  // Not bound: another thing has this name now.
  // Of the file, for scope `file`; unknown while there is none of that name. Guarded by the view's lock. Of a fast
  // folder, for good.
  Identity identity;

  std::atomic<State> state = State::Active;
  std::atomic<uint32_t> live = 0;
  std::atomic<uint64_t> uses = 0, bytesRead = 0, bytesWritten = 0;
  std::atomic<int64_t> used = 0;

  bool isFile() const { return scope == schema::Scope::FILE; }
  // Not one file, and files all the same: which ones is told by their names.
  bool isByName() const { return where().isByName(); }
  // No folder is ever made or shown by it.
  bool isFilesOnly() const { return isFile() || isByName(); }
  Where where() const;
  bool allows(Need need) const { return need <= most; }
  // Of a denial. Who may not read may not do anything with it; its name in a list is the folder's.
  bool denies(Need need) const { return most != Need::Write || need == Need::Write; }
  // In force at this moment, by state, time and limits.
  bool usable(const Clock& clock) const;
  // May be opened once more.
  bool usableAgain(const Clock& clock) const;

  // By name alone. For scope `file` the caller still has to compare the identity, for the two of names see that it is a
  // plain file.
  bool covers(std::string_view path) const;
  // Its entries, not only the folder itself, are covered.
  bool coversContent(std::string_view folder) const;
  // The app may make, remove and rename this name: not that of the granted folder itself.
  bool coversName(std::string_view path) const { return path != root && covers(path); }

  Counters counters() const;
  void opened(const Clock& clock);
};

using GrantRef = std::shared_ptr<Grant>;

}  // namespace latchkey::files
