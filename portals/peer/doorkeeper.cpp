// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/doorkeeper.h"

#include <algorithm>

#include "broker/base/address.h"
#include "portals/peer/failure.h"

namespace latchkey::peer {
namespace {

constexpr size_t MOST_WAITING = 16, MOST_FROM_ONE = 4;
constexpr unsigned MOST_TRIES = 3, MOST_TOLD = 10;
constexpr size_t MOST_REMEMBERED = 1024;
constexpr auto TRIES_COUNT_FOR = 10 * kj::MINUTES, TOLD_COUNT_FOR = 60 * kj::SECONDS;

}  // namespace

Doorkeeper::Place::Place(Doorkeeper& keeper, std::string from)
    : m_keeper(keeper), m_from(siteOf(from)), m_needed(nullptr) {
  auto paf = kj::newPromiseAndFulfiller<void>();
  m_cut = kj::mv(paf.fulfiller);
  m_needed = kj::mv(paf.promise);
  auto& all = m_keeper.m_waiting;
  auto isOfTheSame = [&](Place* place) { return place->m_from == m_from; };
  Place* gives = nullptr;
  if (static_cast<size_t>(std::ranges::count_if(all, isOfTheSame)) >= MOST_FROM_ONE) {
    gives = *std::ranges::find_if(all, isOfTheSame);
  } else if (all.size() >= MOST_WAITING) {
    gives = all.front();
  }
  if (gives != nullptr) {
    gives->m_cut->reject(failure(Why::REFUSED));
    gives->leave();
  }
  all.push_back(this);
}

void Doorkeeper::Place::leave() {
  if (m_here) m_keeper.m_waiting.remove(this);
  m_here = false;
}

bool Doorkeeper::mayTry(const std::string& from) {
  auto now = m_timer.now();
  auto isOver = [&](auto& entry) { return now - entry.second.first > TRIES_COUNT_FOR; };
  if (m_tries.size() >= MOST_REMEMBERED) std::erase_if(m_tries, isOver);
  auto place = siteOf(from);
  auto found = m_tries.find(place);
  if (found == m_tries.end()) {
    if (m_tries.size() >= MOST_REMEMBERED) return false;
    found = m_tries.emplace(place, Tries{0, now}).first;
  }
  auto& tries = found->second;
  if (isOver(*found)) tries = {0, now};
  if (tries.count >= MOST_TRIES) return false;
  // The pause is counted from the last one.
  if (++tries.count == MOST_TRIES) tries.first = now;
  return true;
}

void Doorkeeper::succeeded(const std::string& from) { m_tries.erase(siteOf(from)); }

bool Doorkeeper::mayTell() {
  auto now = m_timer.now();
  if (now - m_told.first > TOLD_COUNT_FOR) m_told = {0, now};
  return ++m_told.count <= MOST_TOLD;
}

}  // namespace latchkey::peer
