// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Parts of `latchkey rules`, which is two files.

#include "app/cli/command.h"

namespace latchkey::cli {

capnp::Response<schema::Person::GrantsResults> allGrants(Call& call);
capnp::Response<schema::Person::RefusalsResults> allRefusals(Call& call);

int exportRules(Call& call);
int importRules(Call& call);

}  // namespace latchkey::cli
