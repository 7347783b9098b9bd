// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/patience.h"

#include <algorithm>

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr Duration FIRST_PAUSE = 5s;
constexpr Duration LONGEST_PAUSE = 5min;
constexpr unsigned ROW = 3;
constexpr size_t KEPT = 256;
constexpr size_t QUESTIONS_PER_MINUTE = 60;
constexpr size_t ANSWERED_PER_MINUTE = 3000;
constexpr size_t LINES_PER_MINUTE = 120;

Duration pauseAfter(unsigned times) {
  auto pause = FIRST_PAUSE;
  for (unsigned i = 1; i < times && pause < LONGEST_PAUSE; ++i) pause *= 2;
  return std::min(pause, LONGEST_PAUSE);
}

bool within(std::deque<ElapsedTime>& times, ElapsedTime now, size_t limit) {
  while (!times.empty() && now - times.front() >= 1min) times.pop_front();
  if (times.size() >= limit) return false;
  times.push_back(now);
  return true;
}

}  // namespace

bool sameThing(const Question& one, const Question& other) {
  if (one.holder != other.holder || one.kind != other.kind || one.create != other.create) return false;
  if (one.object.inode != 0 && other.object.inode != 0) {
    return one.object.inode == other.object.inode && one.object.device == other.object.device;
  }
  return one.object.path == other.object.path && one.object.target == other.object.target;
}

Patience::Mood Patience::mood(const Question& question) {
  // A "no" to reading is one to changing too, not the other way round.
  auto denied = m_denied.find(question.instance);
  if (denied != m_denied.end()) {
    for (auto& before : denied->second) {
      if (sameThing(before, question) && before.access <= question.access) return Mood::Denied;
    }
  }
  auto found = m_apps.find(question.holder);
  if (found == m_apps.end()) return Mood::Listening;
  auto now = m_clock.elapsed();
  if (now < found->second.until) return Mood::Paused;
  for (auto& closed : found->second.closed) {
    if (sameThing(closed.question, question) && now < closed.until) return Mood::Paused;
  }
  return Mood::Listening;
}

bool Patience::admit(const std::string& holder) {
  return within(m_apps[holder].admitted, m_clock.elapsed(), QUESTIONS_PER_MINUTE);
}

bool Patience::admitAnswered(const std::string& holder) {
  return within(m_apps[holder].answered, m_clock.elapsed(), ANSWERED_PER_MINUTE);
}

bool Patience::mayJournal(const std::string& holder) {
  return within(m_apps[holder].journalled, m_clock.elapsed(), LINES_PER_MINUTE);
}

void Patience::denied(const Question& question) {
  auto& before = m_denied[question.instance];
  if (before.size() < KEPT * 16) before.push_back(question);
  m_apps[question.holder].inARow = 0;
}

bool Patience::dismissed(const Question& question) {
  auto& app = m_apps[question.holder];
  auto now = m_clock.elapsed();
  auto found = std::ranges::find_if(app.closed, [&](auto& closed) { return sameThing(closed.question, question); });
  if (found == app.closed.end()) {
    app.closed.push_back({question, 0, {}});
    if (app.closed.size() > KEPT) app.closed.pop_front();
    found = app.closed.end() - 1;
  }
  found->until = now + pauseAfter(++found->times);
  if (++app.inARow < ROW) return false;
  app.until = now + pauseAfter(app.inARow - ROW + 1);
  return true;
}

void Patience::allowed(const Question& question) {
  auto& app = m_apps[question.holder];
  app.inARow = 0;
  app.until = {};
  std::erase_if(app.closed, [&](auto& closed) { return sameThing(closed.question, question); });
}

void Patience::instanceEnded(const InstanceId& instance) { m_denied.erase(instance); }

}  // namespace latchkey
