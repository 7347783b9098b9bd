// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How much may pass by one grant: at a time, and in all. Shared by all that is connected by it.

#include <kj/time.h>

#include <algorithm>
#include <cstdint>

namespace latchkey::network {

class Meter {
public:
  Meter() = default;
  Meter(uint64_t bytesPerSecond, uint64_t bytes) : m_rate(bytesPerSecond), m_limit(bytes) { m_tokens = burst(); }

  // Bytes that may pass now, `wanted` at most. 0 while there are none: see `pause`.
  size_t allowed(size_t wanted, kj::TimePoint now) {
    if (m_limit != 0) wanted = static_cast<size_t>(std::min<uint64_t>(wanted, m_limit - std::min(m_limit, m_passed)));
    if (m_rate == 0) return wanted;
    if (m_filled > now) m_filled = now;
    auto gone = std::min<uint64_t>(static_cast<uint64_t>((now - m_filled) / kj::NANOSECONDS), 1'000'000'000);
    auto fresh = static_cast<uint64_t>(static_cast<unsigned __int128>(m_rate) * gone / 1'000'000'000);
    if (fresh != 0) {
      m_tokens = std::min(burst(), m_tokens + fresh);
      m_filled = now;
    }
    return static_cast<size_t>(std::min<uint64_t>(wanted, m_tokens));
  }
  void passed(uint64_t bytes) {
    m_tokens -= std::min(m_tokens, bytes);
    m_passed += bytes;
  }
  bool isUsedUp() const { return m_limit != 0 && m_passed >= m_limit; }
  static constexpr kj::Duration pause() { return 20 * kj::MILLISECONDS; }

private:
  // What passes at once after a silence: a tenth of a second's worth, and at least a packet.
  uint64_t burst() const { return std::max<uint64_t>(m_rate / 10, 1500); }

  uint64_t m_rate = 0, m_limit = 0;
  uint64_t m_tokens = 0, m_passed = 0;
  kj::TimePoint m_filled = kj::origin<kj::TimePoint>();
};

}  // namespace latchkey::network
