// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/worker.h"

namespace latchkey::store {

Worker::~Worker() {
  {
    std::lock_guard lock(m_mutex);
    m_ending = true;
  }
  m_wake.notify_one();
  m_thread.join();
}

void Worker::add(std::function<void()> work) {
  {
    std::lock_guard lock(m_mutex);
    m_waiting.push_back(std::move(work));
  }
  m_wake.notify_one();
}

void Worker::loop() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(m_mutex);
      m_wake.wait(lock, [this] { return m_ending || !m_waiting.empty(); });
      if (m_ending) return;
      work = std::move(m_waiting.front());
      m_waiting.pop_front();
    }
    work();
  }
}

}  // namespace latchkey::store
