// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a program of ours calls that waits in a KJ loop, speaks over sockets it has or Unix ones it makes, reads files
// and has threads: the common part of the allow lists of portals. Whoever needs more says so, and whoever can do with
// less has a list of its own (portals/peer).
//
// Not in it, and so not there for the program: running programs, making processes, namespaces and mounts, writing,
// making, removing and renaming files, sockets of any other family, signals to others, tracing, any limit.

#include <set>

#include "broker/confinement/call-filter.h"

namespace latchkey {

// For a filter that answers ENOSYS to the rest: then a newer C library does with an older call what it would do with a
// newer one, as on an older kernel, instead of failing.
void allowUsualCalls(CallFilter& filter);

// Their numbers; some of them not with every argument.
std::set<int> usualCalls();

// For a sanitized program, and a filter that lets the rest through: what a sanitizer does is not ours to list, so what
// would hurt most is denied instead.
void denyUnusualCalls(CallFilter& filter);

}  // namespace latchkey
