// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Time as the broker sees it, injected so that tests can step it.
//
// Two clocks on purpose. Wall time says what a person reads ("until 14:00"); a person or a time server may step it in
// either direction. Elapsed time never jumps and runs on while the machine sleeps. A lifetime that was given as a
// length ("15 minutes") is kept as a wall time and enforced by both: see Deadline.

#include <chrono>
#include <cstdint>

namespace latchkey {

using Duration = std::chrono::nanoseconds;
// Since 1970-01-01 UTC. Zero stands for "never".
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;
// Since an arbitrary start, the same for all processes until the next boot.
using ElapsedTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

class Clock {
public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual ElapsedTime elapsed() const = 0;
};

class SystemClock final : public Clock {
public:
  WallTime wall() const override;        // CLOCK_REALTIME
  ElapsedTime elapsed() const override;  // CLOCK_BOOTTIME
};

// A moment that has come as soon as *either* clock says so: turning the wall clock back does not lengthen a grant, and
// a machine that slept past it finds it gone.
class Deadline {
public:
  Deadline() = default;  // Never.
  static Deadline at(WallTime when, const Clock& clock);
  // One that was made earlier since the same boot, from its two moments.
  static Deadline at(WallTime wall, ElapsedTime elapsed);

  bool passed(const Clock& clock) const;
  // Time left by the clock that will get there first; zero when passed; Duration::max() for never.
  Duration left(const Clock& clock) const;
  bool never() const { return m_wall == WallTime(); }
  WallTime wall() const { return m_wall; }
  ElapsedTime elapsed() const { return m_elapsed; }

private:
  WallTime m_wall;
  ElapsedTime m_elapsed;
};

inline int64_t toNanos(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime fromNanos(int64_t nanos) { return WallTime(Duration(nanos)); }

}  // namespace latchkey
