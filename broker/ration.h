// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once

#include <deque>

#include "broker/base/clock.h"

namespace latchkey {

// So many in a minute.
class Ration {
public:
  explicit Ration(size_t most) : m_most(most) {}
  bool take(const Clock& clock) {
    auto now = clock.elapsed();
    while (!m_taken.empty() && now - m_taken.front() >= std::chrono::minutes(1)) m_taken.pop_front();
    if (m_taken.size() >= m_most) return false;
    m_taken.push_back(now);
    return true;
  }

private:
  size_t m_most;
  std::deque<ElapsedTime> m_taken;
};

}  // namespace latchkey
