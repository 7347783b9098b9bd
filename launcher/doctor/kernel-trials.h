// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Trying out what the kernel lets an ordinary person do. Each runs in a child that does it and ends.

#include "launcher/doctor/doctor.h"

namespace latchkey {

Trial tryUserNamespaces();
Trial tryNestedUserNamespaces();
Trial tryDevice(const char* path);
Trial tryFuseMount();
// A wire of our own in a network namespace of our own.
Trial tryWire();
// Turning connections there to a listener of ours.
Trial tryRedirection();
Trial trySystemCallFilter();

}  // namespace latchkey
