// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Closing what was only passed on.
//
// Some disks find out only at closing that they cannot keep what was written. Then kj::AutoCloseFd throws, out of
// whatever is being destroyed: a full share at the end of `latchkey run ... >/share/log` would end a broker that never
// wrote a byte of it. Whoever did write has a descriptor of their own, and is told at closing that.

#include <kj/io.h>
#include <unistd.h>

namespace latchkey {

inline void letGo(kj::AutoCloseFd fd) noexcept {
  if (fd.get() >= 0) (void)::close(fd.release());
}

}  // namespace latchkey
