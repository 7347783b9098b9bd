// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// System calls that neither the broker nor anything below it ever needs, taken away for good.
//
// Everything below the broker inherits the filter, so one loaded once, when the broker starts, covers launchers,
// portals, readers, bubblewrap and nested X servers, at no cost to a launch. It holds what all of them can do without:
// looking into or driving other processes, kernel keys, modules, bpf, tracing, io_uring, opening by handle. Whoever can
// do with less adds a filter of their own (portals/files/confinement). Executing, mounting and making namespaces stay:
// launchers exist to do that, start a broker when theirs has died, and nested X servers when their first client comes.
//
// An app's own filter is stricter and says what it says now: of equal refusals the kernel takes the newest filter's.

namespace latchkey {

// Does nothing where an ancestor has done it: a broker started by a launcher.
void denyUnneededCalls();
bool unneededCallsAreDenied();

}  // namespace latchkey
