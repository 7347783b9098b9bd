// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Threads that have descriptors of their own.
//
// Telling the kernel of a name may have to wait until an app's request about the same folder has been answered. Killed
// in that moment, a process keeps the thread that waits, beyond the reach of any signal; and that thread would keep
// open all it shares with the others: the connection on which the app's answer was to come, so that both wait for ever,
// and the broker's, so that nobody hears of it. A thread that stands apart shares nothing. When the process is killed
// its connections close, the kernel ends what was unanswered, and the thread gets what it waits for and ends, too.
//
// What it writes to must be another open file than the one that requests are read from (FUSE_DEV_IOC_CLONE), as that
// one is not closed before its last user is gone. What was not even read yet is seen to by the mount helper; or
// where that was killed as well, by the next portal (former-views.cpp).
//
// A thread that is in a call to a disk that does not answer cannot stand apart: it needs what the others have. It keeps
// all that open after a kill, and what follows from that is seen to by the mount helper as well, which hears of the
// kill at once: from the sentinel, a thread that stands apart with the end of a pipe, and never does anything.

#include <initializer_list>

namespace latchkey::files {

// To be called before other descriptors are opened: what is numbered lower is copied whenever a thread stands apart.
void prepareToStandApart();

// One open file of the process, and the number it is to have for the thread.
struct Kept {
  int file;
  int number;
};

// The calling thread has only these from now on, and 0 to 2. Where the kernel does not give it that, all
// stay shared. True: it has these and no others.
bool standApart(std::initializer_list<Kept> kept);

}  // namespace latchkey::files
