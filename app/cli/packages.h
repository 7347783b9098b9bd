// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the commands about installed bundles share.

#include <string>

#include "app/cli/command.h"
#include "broker/schema/packages.capnp.h"

namespace latchkey::cli {

schema::Packages::Client packages(Call& call);

// The one of that id. Throws one line for a person if the store knows nothing of it.
capnp::Response<schema::Packages::FindResults> findPackage(Call& call, const std::string& id);

// With --yes; else the person is asked, on the terminal only. Enter means no.
bool agrees(const Call& call, const std::string& question);

}  // namespace latchkey::cli
