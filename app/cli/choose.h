// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From what a person typed to the one thing they mean.

#include <functional>
#include <string>
#include <vector>

#include "app/cli/command.h"

namespace latchkey::cli {

// Ids are long. An unambiguous beginning of at least four characters does; a whole id always means itself.
// Throws with one line if it means none, or several.
std::string chooseId(std::string_view what, const std::string& typed, const std::vector<std::string>& known);

// What goes on between this machine and others.
schema::Sharing::Client sharing(Call& call);
// By its petname, or the beginning of its id.
std::string chooseMachine(Call& call, const std::string& typed);
std::string chooseInstance(Call& call, const std::string& typed);
// `ended`: among those that ended too.
std::vector<std::string> chooseGrants(Call& call, const std::vector<std::string>& typed, bool ended);

// APP-ID or APP-ID@PROFILE of an app with this profile.
std::string holderName(std::string_view app, std::string_view profile);

}  // namespace latchkey::cli
