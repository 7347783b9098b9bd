// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Newer versions of what is installed, from the repositories that are followed.

#include <string>

#include "app/cli/command.h"

namespace latchkey::cli {

struct Updates {
  bool asked = false;  // Something is offered by somebody.
  unsigned installed = 0, failed = 0;
};

// Of all apps whose updates come by themselves, or of this one. What claims more than the installed version waits.
Updates updateFromRepositories(Call& call, const std::string& only);

// A bundle's file: looked at, shown, asked about and installed. `called`, `origin`: what the person calls it.
int installBundleFile(Call& call, const std::string& path, const std::string& called, const std::string& origin);

}  // namespace latchkey::cli
