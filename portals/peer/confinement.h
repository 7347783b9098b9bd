// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portal's own confinement: it reads what other machines send, so nothing of this machine is within its reach but
// the descriptors that it is given.

namespace latchkey::peer {

// 256 MiB of memory and 4,096 descriptors at most: who takes more ends this process, which the broker starts again, and
// not the machine.
void limitItself();

// An allow list of system calls: those on descriptors that there are, memory that is not executable, time. No files, no
// sockets made, connected or bound, no programs, no processes, no threads. After all is set up that needs more.
void confine();

}  // namespace latchkey::peer
