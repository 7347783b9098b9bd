// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What `latchkey repo` shares among its acts.

#include <optional>
#include <string>

#include "app/cli/command.h"
#include "launcher/repository/follower.h"

namespace latchkey::cli {

// Of publishers. Nothing if `act` is none of theirs.
std::optional<int> publishRepository(Call& call, const std::string& act);

}  // namespace latchkey::cli
