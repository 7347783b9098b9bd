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
Trial trySystemCallFilter();

}  // namespace latchkey
