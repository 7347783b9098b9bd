// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a process keeps in memory to prove to a later broker that an earlier one started it: 256 random bits, told to it
// alone. The store has only their digest (broker/grants/digest.h).

#include <string>

namespace latchkey {

std::string freshCookie();

}  // namespace latchkey
