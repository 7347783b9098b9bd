// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whose turn it is to touch a session: one thread at a time, but never one that waits for the host's disk.
//
// A call into a file system that does not answer cannot be ended by anybody. So a thread says when it is away in such a
// call, which costs two atomic writes. Whoever wants the turn then waits a moment and takes it; the thread that was
// away gets it back like anybody else when its call returns. What it held on to across the call must still hold then:
// the kernel keeps the inodes and open files of a request until the request is answered, so nodes and handles of a
// request stay, and the rest is looked up anew.
//
// Not a mutex: who takes the turn away is not who had it.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace latchkey::files {

class Turn {
public:
  // Longer than a disk takes that works.
  static constexpr auto PATIENCE = std::chrono::milliseconds(20);

  void take();
  void give();

  // Changes as long as calls to the host come back. `isAway` with the same number for long: one hangs.
  uint64_t calls() const { return m_calls.load(); }
  bool isAway() const { return m_state.load() == State::Away; }
  // Threads whose turn was taken while they were away, and that are away still.
  uint32_t stuck() const { return m_stuck.load(); }

  // This thread is in a call to the host until the end of the scope. Nothing, if it has no turn.
  class Away {
  public:
    Away();
    ~Away();
    Away(const Away&) = delete;
    Away& operator=(const Away&) = delete;

  private:
    Turn* m_turn;
    uint64_t m_call = 0;
  };

private:
  enum class State : uint32_t { Free, Taken, Away };
  bool change(State from, State to) { return m_state.compare_exchange_strong(from, to); }
  bool takeFromAbsent(uint64_t seen);

  std::atomic<State> m_state = State::Free;
  std::atomic<uint64_t> m_calls = 0;
  std::atomic<uint32_t> m_waiting = 0, m_stuck = 0;
  std::mutex m_lock;
  std::condition_variable m_freed;
};

// What a call to the host gives; others have the turn while it waits. By descriptors of the request's own alone.
template <typename Call>
auto away(Call call) {
  Turn::Away away;
  return call();
}

}  // namespace latchkey::files
