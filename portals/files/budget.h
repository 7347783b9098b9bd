// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The descriptors that all sandboxes together hold in the portal for what they have open: those are limited. Shared as
// the kernel's switches share their memory: nobody may hold more than what is still free. So one that opens without end
// gets half of all, several of them equal parts, and whoever comes after them always finds room. What is open for
// reading only may be open without one: see resting.cpp.

#include <sys/resource.h>

#include <atomic>
#include <cstddef>

namespace latchkey::files {

class Budget {
public:
  // A quarter stays for what is not a file of an app: connections, watches, looks.
  Budget() {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    m_all = files.rlim_cur - files.rlim_cur / 4;
  }

  bool allowsMore(size_t held) const {
    auto taken = m_taken.load(std::memory_order_relaxed);
    return taken < m_all && held < m_all - taken;
  }
  void take() { m_taken.fetch_add(1, std::memory_order_relaxed); }
  void giveBack(size_t count = 1) { m_taken.fetch_sub(count, std::memory_order_relaxed); }

private:
  size_t m_all = 0;
  std::atomic<size_t> m_taken = 0;
};

}  // namespace latchkey::files
