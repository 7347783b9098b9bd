// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/names.h"

#include "broker/base/times.h"

namespace latchkey::cli {

void readLifetime(std::string_view text, const Clock& clock, schema::Lifetime::Builder lifetime) {
  if (text == "once") return lifetime.setOnce();
  if (text == "run") return lifetime.setRun();
  if (text == "always") return lifetime.setAlways();
  KJ_IF_MAYBE (length, parseDuration(text)) return lifetime.setUntil(toNanos(clock.wall() + *length));
  KJ_IF_MAYBE (time, parseTime(text)) {
    if (*time <= clock.wall()) throw UsageError("that time has passed: " + std::string(text));
    return lifetime.setUntil(toNanos(*time));
  }
  throw UsageError("--for is one of: once, run, always, a length (30s, 15m, 8h, 7d), or a time (2026-01-31T12:00:00Z)");
}

std::string lifetimeName(schema::Lifetime::Reader lifetime) {
  switch (lifetime.which()) {
    case schema::Lifetime::ONCE: return "once";
    case schema::Lifetime::RUN: return "run";
    case schema::Lifetime::UNTIL: return timeText(lifetime.getUntil());
    case schema::Lifetime::ALWAYS: return "always";
  }
  return "unknown";
}

std::string lifetimeWords(schema::Lifetime::Reader lifetime) {
  switch (lifetime.which()) {
    case schema::Lifetime::ONCE: return "this time";
    case schema::Lifetime::RUN: return "while it runs";
    case schema::Lifetime::UNTIL: return "until " + timeText(lifetime.getUntil());
    case schema::Lifetime::ALWAYS: return "always";
  }
  return "unknown";
}

std::string timeText(int64_t nanos) { return formatTime(fromNanos(nanos)); }

std::string shortSize(uint64_t bytes) {
  constexpr const char* UNITS[] = {"B", "K", "M", "G", "T"};
  size_t unit = 0;
  for (; bytes >= 10'000 && unit + 1 < std::size(UNITS); ++unit) bytes /= 1024;
  return std::to_string(bytes) + UNITS[unit];
}

std::string agoText(int64_t nanos, const Clock& clock) {
  if (nanos == 0) return {};
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock.wall() - fromNanos(nanos)).count();
  constexpr int64_t MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  if (seconds < 1) return "now";
  if (seconds < MINUTE) return std::to_string(seconds) + " s ago";
  if (seconds < HOUR) return std::to_string(seconds / MINUTE) + " min ago";
  if (seconds < DAY) return std::to_string(seconds / HOUR) + " h ago";
  if (seconds < 2 * DAY) return "yesterday";
  if (seconds < 30 * DAY) return std::to_string(seconds / DAY) + " days ago";
  return timeText(nanos).substr(0, 10);
}

std::string targetOf(schema::Object::Reader object) {
  return object.getPath().size() > 0 ? bytes(object.getPath()) : text(object.getTarget());
}

}  // namespace latchkey::cli
