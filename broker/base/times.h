// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Times, durations and amounts as people and scripts write them: RFC 3339 UTC; `30s`, `15m`, `8h`, `7d`; `500M`, `1G`.

#include <kj/common.h>

#include <string>
#include <string_view>

#include "broker/base/clock.h"

namespace latchkey {

// "2026-01-31T12:00:00Z"; empty for zero.
std::string formatTime(WallTime time);

// Number of the day on the person's own calendar: one more each midnight.
int64_t dayOf(WallTime time);
// The day to keep a count for that was begun on day `counted`, when it is `today`. One that lies a little ahead stays:
// a clock set back, or a journey westward, gives no second day. One that lies further ahead was begun by a clock that
// was wrong, and is today's from now on: else it would never end.
int64_t dayOfCount(int64_t counted, int64_t today);

// A number and one of s, m, h, d, at most ten years, above zero. Nothing for anything else.
kj::Maybe<Duration> parseDuration(std::string_view text);

// RFC 3339 with "Z" or a numeric offset. Nothing for anything else, an impossible date among it.
kj::Maybe<WallTime> parseTime(std::string_view text);

// A number of bytes, above zero: plain, or with K, M, G or T behind it (1024 each), which may be spelled KiB. Nothing
// for anything else.
kj::Maybe<uint64_t> parseBytes(std::string_view text);
// As parseBytes() reads it: "500M", "1000".
std::string formatBytes(uint64_t bytes);

}  // namespace latchkey
