// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is under way while a trial is kept, written down before it is done.
//
// Who keeps may be killed at any moment. No file is half then, but one may stand beside its place under a name of ours:
// the new one, what it took the place of, or - somebody was quicker than the look after the exchange - what belongs
// there. And a folder that was being deleted has changed, by us. Both are told by two files in the trial's directory:
//
//   keeping    the one draft there may be, and what it was about to be exchanged for. Locked by who keeps.
//   removing   folders that were being deleted: that they changed is no conflict. What is in them is still looked at.
//
// A kill is survived, a power failure only as far as the disk has them.

#include <kj/io.h>
#include <sys/stat.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace latchkey::trial {

using Identity = std::pair<dev_t, ino_t>;
inline Identity identityOf(const struct stat& status) { return {status.st_dev, status.st_ino}; }

// Those that a keep of the trial in `directory` has begun to delete.
std::set<Identity> foldersBeingRemoved(const std::string& directory);

class KeepLog {
public:
  explicit KeepLog(const std::string& directory);
  KJ_DISALLOW_COPY_AND_MOVE(KeepLog);

  // Why nothing may be kept at the moment; empty if it may.
  const std::string& fault() const { return m_fault; }

  bool busy() const { return m_busy; }  // Somebody keeps.

  // Ends what an earlier one was killed in. `why` is empty unless somebody had put something there meanwhile.
  struct Left {
    std::string path, why;
  };
  Left putInOrder();

  // A file `draft` is about to be made beside the place `relative` below `base`. False: that cannot be written down.
  bool announce(const std::string& base, const std::string& relative, const std::string& draft);
  // It is there now, and about to change places with `old`.
  bool announceExchange(const struct stat& draft, const struct stat& old);

  void announceRemoval(const struct stat& folder);
  bool isBeingRemoved(const struct stat& status) const {
    return S_ISDIR(status.st_mode) && m_removed.contains(identityOf(status));
  }

private:
  bool append(std::string_view text);

  std::string m_fault;
  bool m_busy = false;
  kj::AutoCloseFd m_keeping;
  kj::AutoCloseFd m_removing;
  std::set<Identity> m_removed;
};

}  // namespace latchkey::trial
