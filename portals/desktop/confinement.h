// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portal's own confinement: it takes apart what apps and the desktop's services send over D-Bus and PipeWire, so it
// has no business running programs, reaching the network, or writing files.

namespace latchkey::desktop {

// An allow list of system calls: sockets to the session's own services, files to be read, memory to be shared with
// PipeWire. Before there is a second thread.
void confine();

}  // namespace latchkey::desktop
