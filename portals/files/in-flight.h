// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What has been read of the sandboxes' connections and is not answered yet, in memory shared with the mount helper.
//
// A thread that is in a call to a disk that does not answer cannot be ended, not even by a kill, and with it stays open
// all the portal had: the kernel goes on waiting for its answers. Whoever outlives the portal can give them, but the
// kernel tells nobody what they are to; so it is written down here.
//
// Not all of it is: a request is read before it is noted, and one that comes by a pipe (stream-pipe.h) is not seen
// before it is answered. Requests are numbered in order, so those are looked for around the latest number that was
// seen.

#include <kj/common.h>

#include <cstddef>
#include <cstdint>

namespace latchkey::files {

class InFlight {
public:
  // Before the fork.
  InFlight();
  ~InFlight();
  KJ_DISALLOW_COPY_AND_MOVE(InFlight);

  // As the kernel wrote it. What does not fit is not noted.
  void noteRead(uint64_t connection, const void* request, size_t length);
  void noteAnswered(uint64_t connection, uint64_t request);

  // Answers all of it by this descriptor, the one it was read by.
  void refuse(uint64_t connection, int fuse) const;

private:
  struct Table;
  Table* m_table;
};

}  // namespace latchkey::files
