// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a session remembers of locks. See locks.cpp.

#include <functional>
#include <memory>

#include "portals/files/nodes.h"

namespace latchkey::files {

// The locks of one owner on one file: they go when `fd` is closed.
struct HeldLock {
  std::shared_ptr<OpenFile> fd;  // Also of who is in a call to the host with it.
  bool writable = false;
  uint64_t handle = 0;  // By which it was locked last.
  GrantRef grant;
};

// How a file was when it was locked last. `settled`: a change from then on would show.
struct LockedAt {
  int64_t modified = -1;
  off_t size = -1;
  bool settled = false;
};

// 0 or an error; EAGAIN: somebody else has it.
using LockAttempt = std::function<int(Handle&)>;

}  // namespace latchkey::files
