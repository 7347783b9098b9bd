// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Who has files of a sandbox mapped. The kernel does not tell a file system of mappings, so the processes themselves
// are looked at, as seen from outside: /proc/PID/maps names the mount's device and the inode.
//
// Any process in a sandbox may be the one, also of a sandbox within the sandbox. Looking at one can hang for as long as
// that process holds its own memory's lock, which an app can arrange: so it is done in a thread of its own, within a
// bound, and "not known" is an answer.

#include <kj/async.h>
#include <kj/timer.h>

#include <memory>
#include <string>
#include <vector>

#include "portals/files/inbox.h"

namespace latchkey::files {

struct Process {
  pid_t pid = 0;     // 0: it is not there any more.
  std::string name;  // As `ps` shows it.
};

// The process of a thread, if it was there already at `when` (nanoseconds since boot): numbers are used again.
Process processOf(pid_t thread, int64_t when);

struct Mapping {
  uint64_t inode = 0;  // As the sandbox's file system numbers it.
  Process process;
};

class Mappings final {
public:
  Mappings(Inbox& inbox, kj::Timer& timer) : m_inbox(inbox), m_timer(timer), m_busy(std::make_shared<bool>(false)) {}

  // Of what is mounted by FUSE in that mount namespace. Nothing: it could not be found out, or not within `patience`.
  kj::Promise<kj::Maybe<std::vector<Mapping>>> find(int mountNamespace, kj::Duration patience);

private:
  Inbox& m_inbox;
  kj::Timer& m_timer;
  std::shared_ptr<bool> m_busy;  // RPC thread only. One at a time: a second would hang where the first does.
};

// The same, in the caller's thread, however long it takes.
kj::Maybe<std::vector<Mapping>> mappingsIn(int mountNamespace);

}  // namespace latchkey::files
