// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/ahead.h"

#include <algorithm>

namespace latchkey::store {
namespace {

constexpr size_t THREADS = 2;  // Of 64 MB each digest takes 80 ms. Not one for each processor: others work too.

}  // namespace

Ahead::Ahead(size_t count, std::function<std::string(size_t)> work) : m_work(std::move(work)), m_results(count) {
  for (size_t i = 0; i < std::min(count, THREADS); ++i) m_threads.emplace_back([this] { loop(); });
}

Ahead::~Ahead() {
  {
    std::lock_guard lock(m_mutex);
    m_next = m_results.size();
  }
  for (auto& thread : m_threads) thread.join();
}

std::string Ahead::wait(size_t i) {
  std::unique_lock lock(m_mutex);
  m_arrived.wait(lock, [&] { return m_results[i].there; });
  KJ_IF_MAYBE (exception, m_results[i].thrown) kj::throwFatalException(kj::mv(*exception));
  return std::move(m_results[i].problem);
}

void Ahead::loop() {
  std::unique_lock lock(m_mutex);
  while (m_next < m_results.size()) {
    auto i = m_next++;
    lock.unlock();
    Result result{.there = true};
    result.thrown = kj::runCatchingExceptions([&] { result.problem = m_work(i); });
    lock.lock();
    if (!result.problem.empty() || result.thrown != nullptr) m_next = m_results.size();
    m_results[i] = std::move(result);
    m_arrived.notify_all();
  }
}

}  // namespace latchkey::store
