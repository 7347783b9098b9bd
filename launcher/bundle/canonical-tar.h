// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The one tar archive that belongs to a list.
//
// Every byte of it follows from the list but for the contents of files: owner 0, one fixed time, 0755 or 0644. So
// there is no tar parser here to be fooled - a reader writes the headers itself and compares. An archive with a hard
// link, a device, a sparse file, a second file of one name, or a header that two programs read in two ways is simply
// not this archive. Any tar can unpack it (GNU long names).

#include <string>

#include "launcher/bundle/bundle-entry.h"

namespace latchkey::tar {

constexpr size_t BLOCK = 512;

// What stands before the contents of the entry.
std::string header(const BundleEntry& entry);
// Zeros that follow the contents.
size_t padding(const BundleEntry& entry);
// What follows the last entry.
std::string end();

}  // namespace latchkey::tar
