// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where in its sandbox the server of a shared folder or file finds it (Launches::serve).
//
// A folder lies at a path of its own name: how the person's folders are called that it lies in is nobody else's
// concern. A file is mounted by itself, at the path it has: its folder is empty there but for it.

#include <string>

#include "broker/ceilings.h"
#include "broker/grants/grant.h"

namespace latchkey {

// The kernel's figures: covered by the portal, which shows nothing there.
constexpr const char* COVERED = "/proc";

std::string servedPath(const Grant& grant);
// The folder that is served: itself, or the one that a file lies in.
std::string servedFolder(const Grant& grant);
// What a file portal is told is the home: no place that is served, but below a file's folder, so that the folder is
// not shown for it.
std::string servedHome(const Grant& grant);
// The name it is offered by.
std::string servedTitle(const Grant& grant);

// Why it cannot be served: one line, empty when it can. What no app may reach is hidden by its path, which such a
// server does not see: so nothing is served that holds any of it.
std::string faultOfServing(Ceilings& ceilings, const Grant& grant);

}  // namespace latchkey
