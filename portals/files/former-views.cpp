// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a portal that is no more has left in a sandbox.
//
// Its mounts are dead, and no more than in the way. But its connection may live on: a thread of it can be
// uninterruptible in the kernel with the connection open - on a disk that does not answer, or telling of a name in a
// folder that an app holds while it waits for the portal's answer (apart.h). While what mounted for it stands by that
// hurts nobody. Where that was killed as well, apps would wait for ever.
//
// The kernel lets those end a connection who may unmount it: here that is us, in the sandbox's user namespace, and
// nobody in the sandbox. A portal that lives and has lost its broker is cut off by that, too, as it should be.
//
// Known hole: in a trial the mounts are overlays over a view that is mounted nowhere. Those cannot be ended so.

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "portals/files/mount-steps.h"

namespace latchkey::files {

void endFormerViews(const Job& job) {
  int proc = ownProc();
  check(setns(job.mount, CLONE_NEWNS), "enter the mount namespace");
  int root = check(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "open /");
  std::vector<unsigned long long> left;
  // Each round one fewer, whatever a sandbox moves about meanwhile.
  for (;;) {
    auto views = mountedNow(proc);
    std::erase_if(views, [&](auto& one) { return !one.view || std::ranges::find(left, one.id) != left.end(); });
    if (views.empty()) break;
    // The way to one that lies in another may hang as long as that one does.
    auto& next = *std::ranges::min_element(views, {}, [](auto& one) { return one.path.size(); });
    int fd = openIn(root, next.path.c_str() + 1, O_PATH | O_NOFOLLOW);
    auto id = fd < 0 ? 0 : mountIdOf(fd);
    // Perhaps another one that lies over it.
    bool known = std::ranges::any_of(views, [&](auto& one) { return one.id == id; });
    if (!known || unmountAt(proc, fd, FORCE | DETACH) != 0) left.push_back(known ? id : next.id);
    if (fd >= 0) close(fd);
  }
  close(root);
}

}  // namespace latchkey::files
