// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Reaching things below a directory one holds: never through a symbolic link, never upwards, whatever is renamed
// meanwhile. -1 and errno, as the kernel has it.

#include <fcntl.h>
#include <kj/io.h>
#include <sys/stat.h>

#include <string>
#include <vector>

namespace latchkey::trial {

// `relative` may be empty: the directory itself.
kj::AutoCloseFd openBeneath(int root, const std::string& relative, int flags);

// The directory that holds the last part of `relative`.
kj::AutoCloseFd openParentBeneath(int root, const std::string& relative);

std::string lastPart(const std::string& relative);

// Of the thing itself, not of what a link leads to. False: it is not there, or not to be reached this way.
bool statusBeneath(int root, const std::string& relative, struct stat& status);

// Without "." and "..", sorted. Empty if it cannot be read.
std::vector<std::string> namesIn(int directory);

}  // namespace latchkey::trial
