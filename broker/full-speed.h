// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Folders mounted into a sandbox as they are: nothing of ours stands between the app and the disk. So nothing of ours
// can hide anything in them either, and what the app holds open of them it keeps until it ends.

#include <string>

#include "broker/ceilings.h"

namespace latchkey {

// Why this grant cannot be at full speed: one line; empty if it is not meant to be, or can.
std::string notFast(Ceilings& ceilings, const Grant& grant);

}  // namespace latchkey
