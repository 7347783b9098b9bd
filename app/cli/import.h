// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What `latchkey import` brings along: settings and data; what a Flatpak is allowed; an app from a file.

#include "app/cli/command.h"

namespace latchkey::cli {

int importData(Call& call);
int importFlatpak(Call& call, const std::string& named);

}  // namespace latchkey::cli
