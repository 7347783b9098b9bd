// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Making the kernel forget what it keeps of files that may no longer be used.
//
// An invalidation can wait for the very thread that serves the sandbox: the kernel first writes dirty pages back, which
// is a request to us. Sent from the serving thread with a dirty shared mapping it hangs beyond the reach of SIGKILL. So
// it leaves from threads that do nothing else; and because one inode on a dead disk may hang for ever, each further
// revocation has threads of its own, and a batch gets another thread whenever it makes no progress.

#include <kj/timer.h>

#include <memory>

#include "portals/files/inbox.h"
#include "portals/files/session.h"

namespace latchkey::files {

// Resolves to whether all of them were done within `patience`; what was not goes on by itself.
kj::Promise<bool> invalidateAll(Inbox& inbox, kj::Timer& timer, std::shared_ptr<Session> session,
                                std::vector<NodeId> nodes, kj::Duration patience);

// Nodes of which the kernel may still keep something, in all sandboxes.
uint64_t stillToInvalidate();

// Threads at work at this moment, in all sandboxes.
int invalidatingThreads();

}  // namespace latchkey::files
