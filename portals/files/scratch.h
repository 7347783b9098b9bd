// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Our own names beside granted files, on the host.
//
//   .latchkey-save-PID.START-RANDOM        what an app writes before it renames it onto the granted name
//   .latchkey-kept-PID.START-RANDOM-NAME   the granted file NAME, put aside by an app for a moment
//
// PID and START (the kernel's start time) say whose it is: what a portal left that is gone is cleaned up by the next
// one that is given something in the same folder. A kept file goes back to its name if that is free.

#include <string>
#include <string_view>

namespace latchkey::files {

std::string scratchName();
std::string keptName(std::string_view name);

// Removes it, or puts it back. `folder` is O_PATH.
void cleanScratch(int folder, const std::string& hostName);

// What dead portals left in `folder`.
void cleanAfterTheDead(int folder);

}  // namespace latchkey::files
