// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A clock that tests turn by hand. Wall time and elapsed time move together unless stepped.

#include "broker/base/clock.h"

namespace latchkey {

class FakeClock final : public Clock {
public:
  WallTime wall() const override { return m_wall; }
  ElapsedTime elapsed() const override { return m_elapsed; }

  // Time passes.
  void advance(Duration by) {
    m_wall += by;
    m_elapsed += by;
  }
  // Somebody sets the wall clock, in either direction.
  void stepWall(Duration by) { m_wall += by; }

private:
  WallTime m_wall{std::chrono::hours(24 * 20'000)};
  ElapsedTime m_elapsed{std::chrono::hours(1)};
};

}  // namespace latchkey
