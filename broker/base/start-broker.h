// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How a program of the person's reaches the broker, whether one runs or not.

#include <kj/io.h>

#include "broker/base/places.h"

namespace latchkey {

// A connection to the `person` socket. Starts `latchkeyd`, found beside the running program, if nobody listens; it then
// lives on by itself, logging to state/broker.log. Several callers at once end up with one broker.
//
// Blocks until the broker listens, at most 5 s (usually below 20 ms). Throws with one line for a person: what the
// broker itself says if it cannot start, and then at once.
kj::AutoCloseFd ensureBroker(const Places& places);

// Starts one without waiting for its socket. Throws if it cannot start. For survivors, who poll the `return` socket
// anyway.
void startBroker(const Places& places);

}  // namespace latchkey
