// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Apps of other machines that were shared with this one: started, watched, stopped.

#include <string>

#include "app/cli/command.h"

namespace latchkey::cli {

// `run --on`: until it has ended there, with its status; with --no-wait until it runs.
int runFar(Call& call);
// `stop --on`: returns when they have ended.
int stopFar(Call& call);

// "running since 5 min ago", "ended with status 3"; of one that was never started: "not running".
std::string runWords(schema::OfferInfo::Reader offer, const Clock& clock);

}  // namespace latchkey::cli
