// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A sandbox with one program of the system and what that is made of, and nothing to look at: for a program that does
// whatever another machine asks, with files that a portal mounts into it.
//
// An app sees the system, since it is made for one. Here the program's paths are chosen by a stranger, to whom this
// machine's programs, its kernel's figures and a place to fill with bytes are all more than what was shared.

#include <string>
#include <vector>

#include "launcher/sandbox/host-facts.h"
#include "launcher/sandbox/operation.h"

namespace latchkey::sandbox {

// `files`: the program and the libraries it is linked with, at the paths the host has them. `folder`, and `file` if
// there is one: empty places to mount on, since nobody can make any later.
Plan barePlan(const std::vector<std::string>& files, const std::string& folder, const std::string& file,
              const HostFacts& host);

// What the dynamic linker would load for `program`, the linker itself included, without running any of the program.
// `program` is the system's own. Throws if that cannot be told.
std::vector<std::string> loadedBy(const std::string& program);
// Of what the linker prints for that.
std::vector<std::string> pathsIn(const std::string& listing);

}  // namespace latchkey::sandbox
