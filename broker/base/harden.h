// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What each of our long-lived processes does before anything else: decisions, cookies and the person's files are in
// their memory, and other programs of the same user run beside them.

namespace latchkey {

// No new privileges, for it and whatever it starts; not readable, traceable or dumpable by others of its user; no core
// dumps. Running a program ends the second of these, so it is done by each program for itself.
void harden();

// As many descriptors as the system gives: one for each app, window and open file, and the usual limit is meant for
// programs that use select(). Returns what the limit was, for what is started from here.
unsigned long raiseDescriptorLimit();

}  // namespace latchkey
