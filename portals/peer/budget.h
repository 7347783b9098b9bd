// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What one session has under way to the other machine and is not answered yet, kept below what that machine puts up
// with (README.md, Limits).
//
// Streams share it: each may have as much as is free, so that few are fast, and one whose reader sleeps leaves the
// others the larger part. Where nothing is free each still has one small write at a time: it is slow, not stuck.

#include <kj/async.h>
#include <kj/vector.h>

#include <algorithm>
#include <utility>

namespace latchkey::peer {

constexpr size_t MOST_OF_A_WRITE = 65536;

class Budget {
public:
  // Bytes that a stream may write now which has `bytes` unanswered in `writes` writes; 0: wait for `whenFreed`.
  size_t allowed(size_t bytes, size_t writes) const {
    auto least = writes == 0 ? SMALL : 0;
    if (m_writes >= MOST_WRITES) return least;
    auto free = m_bytes < MOST_BYTES ? MOST_BYTES - m_bytes : 0;
    auto share = free > bytes ? std::min(free - bytes, MOST_OF_A_WRITE) : 0;
    return share >= SMALL ? share : least;
  }
  void began(size_t bytes) {
    m_bytes += bytes;
    ++m_writes;
  }
  void answered(size_t bytes) {
    m_bytes -= bytes;
    --m_writes;
    for (auto& waiting : m_waiting) waiting->fulfill();
    m_waiting.clear();
  }
  kj::Promise<void> whenFreed() {
    auto paf = kj::newPromiseAndFulfiller<void>();
    m_waiting.add(kj::mv(paf.fulfiller));
    return kj::mv(paf.promise);
  }

private:
  static constexpr size_t MOST_BYTES = 2 << 20, MOST_WRITES = 96, SMALL = 8192;
  size_t m_bytes = 0, m_writes = 0;
  kj::Vector<kj::Own<kj::PromiseFulfiller<void>>> m_waiting;
};

// At most so many at once; the others wait in the order in which they came.
class Slots {
public:
  explicit Slots(size_t count) : m_free(count) {}

  class Held {
  public:
    explicit Held(Slots& slots) : m_slots(&slots) {}
    Held(Held&& other) noexcept : m_slots(std::exchange(other.m_slots, nullptr)) {}
    ~Held() noexcept(false) {
      if (m_slots != nullptr) m_slots->give();
    }

  private:
    Slots* m_slots;
  };

  kj::Promise<Held> take() {
    if (m_free > 0) {
      --m_free;
      return Held(*this);
    }
    auto paf = kj::newPromiseAndFulfiller<Held>();
    m_waiting.add(kj::mv(paf.fulfiller));
    return kj::mv(paf.promise);
  }

private:
  void give() {
    while (m_first < m_waiting.size()) {
      auto next = kj::mv(m_waiting[m_first++]);
      if (m_first == m_waiting.size()) {
        m_waiting.clear();
        m_first = 0;
      }
      if (!next->isWaiting()) continue;
      next->fulfill(Held(*this));
      return;
    }
    ++m_free;
  }

  size_t m_free, m_first = 0;
  kj::Vector<kj::Own<kj::PromiseFulfiller<Held>>> m_waiting;
};

}  // namespace latchkey::peer
