// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/clock.h"

#include <kj/debug.h>
#include <time.h>

#include <algorithm>

namespace latchkey {
namespace {

Duration read(clockid_t which) {
  timespec now{};
  KJ_SYSCALL(clock_gettime(which, &now));
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

WallTime SystemClock::wall() const { return WallTime(read(CLOCK_REALTIME)); }
ElapsedTime SystemClock::elapsed() const { return ElapsedTime(read(CLOCK_BOOTTIME)); }

Deadline Deadline::at(WallTime when, const Clock& clock) {
  Deadline deadline;
  deadline.m_wall = when;
  // Far away ones must not overflow: a deadline beyond a century by elapsed time is bounded by the wall clock alone.
  auto ahead = std::clamp(when - clock.wall(), Duration::zero(), Duration(std::chrono::hours(24 * 36500)));
  deadline.m_elapsed = clock.elapsed() + ahead;
  return deadline;
}

Deadline Deadline::at(WallTime wall, ElapsedTime elapsed) {
  Deadline deadline;
  deadline.m_wall = wall;
  deadline.m_elapsed = elapsed;
  return deadline;
}

bool Deadline::passed(const Clock& clock) const { return left(clock) == Duration::zero(); }

Duration Deadline::left(const Clock& clock) const {
  if (never()) return Duration::max();
  auto shortest = std::min(m_wall - clock.wall(), Duration(m_elapsed - clock.elapsed()));
  return std::max(shortest, Duration::zero());
}

}  // namespace latchkey
