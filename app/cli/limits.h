// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How much may be exchanged over the network, as it is typed and as it is told.

#include <string>

#include "app/cli/command.h"
#include "broker/schema/grant.capnp.h"

namespace latchkey::cli {

// --rate, --bytes and --bytes-a-day.
bool saysLimits(const Call& call);
// UsageError where they are said of something else than the network.
void requireNetwork(const Call& call, schema::Kind kind);
// Sets those that are said; "none" takes one away.
void changeLimits(const Call& call, schema::Limits::Builder limits);

// As many uses as `--uses` says, or a UsageError.
uint64_t usesFrom(const std::string& word);

// "2M a second, 500M a day"; empty where there are none.
std::string limitWords(schema::Limits::Reader limits, std::string_view between = ", ");

}  // namespace latchkey::cli
