// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Times and durations as people and scripts write them: RFC 3339 UTC, and `30s`, `15m`, `8h`, `7d`.

#include <kj/common.h>

#include <string>
#include <string_view>

#include "broker/base/clock.h"

namespace latchkey {

// "2026-01-31T12:00:00Z"; empty for zero.
std::string formatTime(WallTime time);

// A number and one of s, m, h, d, at most ten years, above zero. Nothing for anything else.
kj::Maybe<Duration> parseDuration(std::string_view text);

// RFC 3339 with "Z" or a numeric offset. Nothing for anything else, an impossible date among it.
kj::Maybe<WallTime> parseTime(std::string_view text);

}  // namespace latchkey
