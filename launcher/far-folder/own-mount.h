// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A FUSE mount that no path leads to: whoever has its descriptor is in, and nobody else. No privilege is needed, since
// it is made in a user namespace of its own.

#include <kj/io.h>

namespace latchkey {

struct OwnMount {
  kj::AutoCloseFd fuse;  // To be served.
  kj::AutoCloseFd root;  // The top of it.
};

// Files in it have no power (set-uid, devices), and links in it are not followed by the kernel: they are another
// machine's words, and would lead to this one's files. Throws with what is missing.
OwnMount makeOwnMount(bool writable);

}  // namespace latchkey
