// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The person's trash, as freedesktop.org's Trash specification 1.0 has it: the home's on its own file system, else
// `.Trash/UID` or `.Trash-UID` at the top of the mount.
//
// An app says what is to go. So nothing here goes by a path twice: the folder is held by descriptor, the thing in it is
// the one that was checked, before it is moved and after (GHSA-rqr9-jwwf-wxgj), and no link is followed on the way.

#include <string>

#include "broker/base/files.h"

namespace latchkey {

// Blocks on disks. `dataHome`: $XDG_DATA_HOME. `now`: seconds since 1970. False if it cannot be moved; then it is where
// it was.
bool moveToTrash(const Resolved& thing, const std::string& dataHome, int64_t now);

}  // namespace latchkey
