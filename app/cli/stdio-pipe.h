// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bytes between this process's standard input and output and a socket, until either side ends: `latchkey peer serve
// --stdio`, which `ssh` runs for another machine. They are carried and not looked at.

#include <kj/async-io.h>

namespace latchkey::cli {

// Resolves when it is over. Throws UsageError where they are no pipes.
kj::Promise<void> carryStdio(kj::AsyncIoContext& io, kj::AutoCloseFd socket);

}  // namespace latchkey::cli
