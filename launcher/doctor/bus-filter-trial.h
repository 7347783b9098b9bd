// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Trying out the installed xdg-dbus-proxy, by which apps are read aloud: whether it keeps an app from asking the bus
// for what is said to others (CVE-2026-34080). Old ones know that wish in one spelling only, and a bus takes many.

#include "launcher/doctor/doctor.h"

namespace latchkey {

// The filter stands between a bus and a program that are both us: what reaches the bus is seen, no bus of the session
// is needed, and nothing of the session touched. At most ten seconds.
Trial tryBusFilter(const std::string& program);

}  // namespace latchkey
