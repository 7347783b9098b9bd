// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the broker does not need, it gives up before it listens.

namespace latchkey {

// - no new privileges, for it and whatever it starts;
// - not readable, traceable or dumpable by other processes of the same user: cookies and decisions are in its memory;
// - no core dumps; files it makes are its user's alone;
// - system calls that nobody below it needs, which all of them inherit (unneeded-calls.h);
// - descriptors that whoever started it left open are closed, but for the `handed` first ones after the standard three.
//
// Returns how many descriptors a program may have open that it starts: the broker's own limit is raised, theirs is not.
unsigned long confineBroker(int handed);

}  // namespace latchkey
