// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How much may pass: at a time, on one day, and in all. Shared by all that is connected by one grant, whatever sandbox
// that is in, or by all that one app is connected with.

#include <kj/time.h>

#include <algorithm>
#include <cstdint>

#include "broker/base/times.h"

namespace latchkey::network {

class Meter {
public:
  // 0: as much as it wants.
  struct Limits {
    uint64_t bytesPerSecond = 0, bytes = 0, bytesPerDay = 0;
  };
  // What others have counted: in all, and on a day of that number.
  struct Count {
    uint64_t passed = 0, today = 0;
    int64_t day = 0;
  };

  void limit(const Limits& limits) {
    m_limits = limits;
    m_tokens = std::min(m_tokens, burst());
  }
  // Never less than is known here: what was told may be old.
  void learn(const Count& count) {
    m_count.passed = std::max(m_count.passed, count.passed);
    begin(count.day);
    if (count.day == m_count.day) m_count.today = std::max(m_count.today, count.today);
  }
  // A clock that is set back gives no second day.
  void onDay(int64_t today) {
    m_count.day = dayOfCount(m_count.day, today);
    begin(today);
  }

  // Bytes that may pass now, `wanted` at most. 0 while there are none: see `pause`.
  size_t allowed(size_t wanted, kj::TimePoint now) {
    wanted = static_cast<size_t>(
        std::min({uint64_t{wanted}, left(m_limits.bytes, m_count.passed), left(m_limits.bytesPerDay, m_count.today)}));
    if (m_limits.bytesPerSecond == 0) return wanted;
    if (m_filled > now) m_filled = now;
    auto gone = std::min<uint64_t>(static_cast<uint64_t>((now - m_filled) / kj::NANOSECONDS), 1'000'000'000);
    auto fresh = static_cast<uint64_t>(static_cast<unsigned __int128>(m_limits.bytesPerSecond) * gone / 1'000'000'000);
    if (fresh != 0) {
      m_tokens = std::min(burst(), m_tokens + fresh);
      m_filled = now;
    }
    return static_cast<size_t>(std::min<uint64_t>(wanted, m_tokens));
  }
  void passed(uint64_t bytes) {
    m_tokens -= std::min(m_tokens, bytes);
    m_count.passed += bytes;
    m_count.today += bytes;
  }
  uint64_t passedInAll() const { return m_count.passed; }
  bool isLimited() const { return m_limits.bytes != 0 || m_limits.bytesPerDay != 0; }
  bool isUsedUp() const { return left(m_limits.bytes, m_count.passed) == 0 || isUsedUpForToday(); }
  bool isUsedUpForToday() const { return left(m_limits.bytesPerDay, m_count.today) == 0; }
  static constexpr kj::Duration pause() { return 20 * kj::MILLISECONDS; }

private:
  void begin(int64_t day) {
    if (day <= m_count.day) return;
    m_count.day = day;
    m_count.today = 0;
  }
  static uint64_t left(uint64_t limit, uint64_t passed) {
    return limit == 0 ? UINT64_MAX : limit - std::min(limit, passed);
  }
  // What passes at once after a silence: a tenth of a second's worth, and at least a packet.
  uint64_t burst() const { return std::max<uint64_t>(m_limits.bytesPerSecond / 10, 1500); }

  Limits m_limits;
  Count m_count;
  uint64_t m_tokens = UINT64_MAX;  // Until it is limited for the first time.
  kj::TimePoint m_filled = kj::origin<kj::TimePoint>();
};

}  // namespace latchkey::network
