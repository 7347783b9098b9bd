// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Trying out the installed bubblewrap.

#include "launcher/doctor/doctor.h"

namespace latchkey {

// Fills in what concerns bubblewrap. `program` empty: it is not installed.
void tryBubblewrap(const std::string& program, MachineReport& report);

// Runs a program with its output in `output`; its exit status, -1 if it could not be run or took more than ten seconds.
int runBriefly(const std::string& program, const std::vector<std::string>& arguments, std::string& output);

}  // namespace latchkey
