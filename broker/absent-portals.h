// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// An app's message bus while there are no portals for it: says to its daemon that they could not be started, so that
// whoever waits for them falls back at once instead of after the time limit of the bus.
//
// The bus holds what is said to a portal until somebody owns its name (systemd's activation, see launcher/enter/bus.h).
// To have it let go, one takes the part of systemd: owns its name and sends its signal. Nothing of what the bus says is
// read, so an app, to whom that bus belongs, can make nothing of it.

#include <string>

namespace latchkey {

// All that is said on a new connection, from its first byte.
std::string refusalOfPortals();

}  // namespace latchkey
