// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/far-folder/answers.h"

#include <algorithm>
#include <utility>

namespace latchkey {
namespace {

using namespace std::chrono_literals;

enum Kind : uint8_t {
  INIT = 1,
  VERSION = 2,
  READ = 5,
  WRITE = 6,
  SETSTAT = 9,
  FSETSTAT = 10,
  REMOVE = 13,
  MKDIR = 14,
  RMDIR = 15,
  RENAME = 18,
  SYMLINK = 20,
  STATUS = 101,
  DATA = 103,
  EXTENDED = 200,
};
constexpr uint32_t ENDS_HERE = 1;

constexpr size_t LENGTH = 4;
constexpr size_t WITH_NUMBER = LENGTH + 1 + 4;  // Length, kind, which question.
constexpr size_t WITH_FIRST = WITH_NUMBER + 4;  // And the first figure of what follows.
// sshfs takes no longer ones. Its own are shorter than that, too: it writes 64 KiB at a time.
constexpr uint32_t LONGEST = 1 << 17;
constexpr uint32_t LONGEST_HANDLE = 256;

// Whoever only looks is not kept long. What changes something may take as long as a disk does.
constexpr auto LOOKING = 20s, CHANGING = 300s;

uint32_t numberAt(const char* bytes) {
  auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
  return at(0) << 24 | at(1) << 16 | at(2) << 8 | at(3);
}

std::chrono::seconds patienceFor(size_t kind) {
  switch (kind) {
    case WRITE:
    case SETSTAT:
    case FSETSTAT:
    case REMOVE:
    case MKDIR:
    case RMDIR:
    case RENAME:
    case SYMLINK:
    case EXTENDED: return CHANGING;
    default: return LOOKING;
  }
}

}  // namespace

Answers::Part Answers::asked(const char* bytes, size_t size, Time now) {
  size_t at = 0;
  for (;;) {
    auto part = std::min(m_restAsked, size - at);
    at += part;
    m_restAsked -= part;
    auto shown = size - at;
    if (shown < WITH_NUMBER) return {at};
    auto frame = bytes + at;
    auto length = numberAt(frame);
    auto kind = static_cast<uint8_t>(frame[LENGTH]);
    if (length < WITH_NUMBER - LENGTH) return {at, Fault::NoAnswer};
    Question question{.kind = kind};
    if (kind == READ) {
      // The number of the file, where, and at the very end how much.
      if (length > WITH_NUMBER + LONGEST_HANDLE + 16) return {at, Fault::NoAnswer};
      if (shown < LENGTH + length) return {at};
      question.length = numberAt(frame + length);
    }
    // Before the other side can answer it.
    if (kind != INIT) {
      std::lock_guard guard(m_lock);
      question.turn = ++m_turn;
      m_open[numberAt(frame + LENGTH + 1)] = question;
      auto& waiting = m_waiting[kind];
      if (waiting.turns.empty()) waiting.since = now;
      waiting.turns.insert(question.turn);
    }
    m_restAsked = LENGTH + length;
  }
}

Answers::Part Answers::answered(const char* bytes, size_t size, Time now) {
  size_t at = 0;
  for (;;) {
    auto part = std::min(m_restAnswered, size - at);
    at += part;
    m_restAnswered -= part;
    auto shown = size - at;
    if (shown < LENGTH) return {at};
    auto length = numberAt(bytes + at);
    if (length < WITH_NUMBER - LENGTH || length > LONGEST) return {at, Fault::NoAnswer};
    if (shown < std::min<size_t>(LENGTH + length, WITH_FIRST)) return {at};
    auto fault = judge(bytes + at, shown, length, now);
    if (fault != Fault::None) return {at, fault};
    m_restAnswered = LENGTH + length;
  }
}

Answers::Fault Answers::judge(const char* frame, size_t shown, uint32_t length, Time now) {
  auto kind = static_cast<uint8_t>(frame[LENGTH]);
  // The first, and alone of all no answer to a number.
  if (!std::exchange(m_begun, true)) return kind == VERSION ? Fault::None : Fault::NoAnswer;
  std::lock_guard guard(m_lock);
  auto found = m_open.find(numberAt(frame + LENGTH + 1));
  if (found == m_open.end()) return Fault::NoAnswer;
  auto question = found->second;
  m_open.erase(found);
  auto& waiting = m_waiting[question.kind];
  if (*waiting.turns.begin() == question.turn) waiting.since = now;
  waiting.turns.erase(question.turn);
  if (question.kind != READ) return Fault::None;
  if (shown < WITH_FIRST || length < WITH_FIRST - LENGTH) return Fault::NoAnswer;
  auto figure = numberAt(frame + WITH_NUMBER);
  if (kind == STATUS) return figure == ENDS_HERE ? Fault::None : Fault::NotRead;
  bool isData = kind == DATA && figure == length - (WITH_FIRST - LENGTH) && figure > 0 && figure <= question.length;
  return isData ? Fault::None : Fault::NoAnswer;
}

Answers::Fault Answers::faultAt(Time now) {
  std::lock_guard guard(m_lock);
  for (size_t kind = 0; kind < KINDS; ++kind) {
    auto& waiting = m_waiting[kind];
    if (!waiting.turns.empty() && now - waiting.since > patienceFor(kind)) return Fault::TooLate;
  }
  return Fault::None;
}

}  // namespace latchkey
