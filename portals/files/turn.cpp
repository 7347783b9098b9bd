// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/turn.h"

#include <errno.h>

namespace latchkey::files {
namespace {

thread_local Turn* mine = nullptr;

// Where some threads hang already the next one will hang too: its turn is not waited for as long.
constexpr auto SHORT_PATIENCE = std::chrono::milliseconds(2);

}  // namespace

void Turn::take() {
  mine = this;
  if (change(State::Free, State::Taken)) return;
  std::unique_lock<std::mutex> guard(m_lock);
  ++m_waiting;
  while (!change(State::Free, State::Taken)) {
    auto seen = m_calls.load();
    m_freed.wait_for(guard, m_stuck.load() ? SHORT_PATIENCE : PATIENCE);
    if (m_calls.load() == seen && takeFromAbsent(seen)) break;
  }
  --m_waiting;
}

bool Turn::takeFromAbsent(uint64_t seen) {
  if (m_state.load() != State::Away || m_calls.load() != seen) return false;
  // Counted first: who comes back takes the count down as soon as it finds its turn gone.
  ++m_stuck;
  if (change(State::Away, State::Taken)) return true;
  --m_stuck;
  return false;
}

void Turn::give() {
  mine = nullptr;
  m_state.store(State::Free);
  if (m_waiting.load() == 0) return;
  std::lock_guard<std::mutex> guard(m_lock);
  m_freed.notify_one();
}

Turn::Away::Away() : m_turn(mine) {
  if (!m_turn) return;
  mine = nullptr;  // Within, no other scope counts.
  m_call = ++m_turn->m_calls;
  m_turn->m_state.store(State::Away);
}

Turn::Away::~Away() {
  if (!m_turn) return;
  // The number tells this absence from that of the thread that has the turn by now.
  mine = m_turn;
  if (m_turn->m_calls.load() == m_call && m_turn->change(State::Away, State::Taken)) return;
  int error = errno;
  m_turn->take();
  --m_turn->m_stuck;
  errno = error;
}

}  // namespace latchkey::files
