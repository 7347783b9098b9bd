// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a person reads before a bundle is installed or a wider version accepted: who signed it, what it claims in plain
// sentences with the author's reasons, how large it is, and that nothing of it is given by that.

#include <string>

#include "app/cli/console.h"
#include "broker/schema/packages.capnp.h"

namespace latchkey::cli {

using ClaimChanges = capnp::List<schema::ClaimChange>::Reader;

std::string sheetText(schema::Sheet::Reader sheet, const Console& console);

// One claim a line. `update`: beside what the installed version says; unchanged ones are only counted.
std::string claimLines(ClaimChanges claims, bool update, const Console& console);

}  // namespace latchkey::cli
