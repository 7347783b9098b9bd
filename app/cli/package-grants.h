// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Single claims of a bundle that the person allows beforehand. Each becomes an ordinary grant by `Person.grant`, for
// always, or is said to be none; a claim is never more than the text it is named by.

#include <string>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/package-sheet.h"
#include "app/cli/package-words.h"

namespace latchkey::cli {

// The ones of `claims` that are named ("folder:~/Music"). Throws UsageError for one that the app does not claim, or
// that cannot be given beforehand.
std::vector<PackageClaim> chooseClaims(ClaimChanges claims, const std::vector<std::string>& named);

// Says what became of each. False if one could not be given.
bool allowClaims(Call& call, const std::string& app, const std::vector<PackageClaim>& claims);

// Ids of all grants of the app, in every profile.
std::vector<std::string> grantsOf(Call& call, const std::string& app);

}  // namespace latchkey::cli
