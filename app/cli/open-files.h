// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What programs have open by way of what they were given.

#include <string>
#include <vector>

#include "app/cli/command.h"

namespace latchkey::cli {

// `latchkey grants show GRANT...`
int showGrants(Call& call, const std::vector<std::string>& typed);

// Programs that have something of these mapped and may die when it is taken back, one line each, on standard error.
void sayWhoMayDie(Call& call, const std::vector<std::string>& grants);

}  // namespace latchkey::cli
