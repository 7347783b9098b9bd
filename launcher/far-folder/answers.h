// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What of another machine's answers sshfs may see.
//
// sshfs takes every reading that failed for the end of the file: with a connection that breaks, or a disk of the
// owner's that fails, a copy would be short and nobody would be told. So whatever is no answer to what was asked, and
// every reading that could not be done, never gets to sshfs: then the whole mount ends, of which the kernel makes
// errors.
//
// - SFTP's frames are looked at and no more: how long, of which kind, to which question. Bytes are not copied.
// - A server that says that a file ends where it does not is believed here: what is in a file is its word anyway. The
//   file portal of an app compares it with what it says the size is (portals/files/open.cpp).
// - What is asked and not answered ends it as well. Somebody waits, and cannot even be killed.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <unordered_map>

namespace latchkey {

class Answers {
public:
  using Time = std::chrono::steady_clock::time_point;
  // Also what `latchkey-far-stream` ends with, as its exit status.
  enum class Fault { None = 0, NoAnswer = 10, NotRead = 11, TooLate = 12 };

  struct Part {
    size_t size = 0;  // So much from the start may go on. The rest is to be shown again, with more.
    Fault fault = Fault::None;
  };

  // What sshfs asks.
  Part asked(const char* bytes, size_t size, Time now);
  // What the other machine answers. After a fault nothing may go on.
  Part answered(const char* bytes, size_t size, Time now);
  Fault faultAt(Time now);

private:
  static constexpr size_t KINDS = 256;
  struct Question {
    uint8_t kind = 0;
    uint32_t length = 0;  // To be read.
    uint64_t turn = 0;
  };
  // Of one kind. Answers to later questions are none to the first: it is waited for since it was asked, or since what
  // was before it was answered.
  struct Waiting {
    std::set<uint64_t> turns;
    Time since = {};  // That the first of them is the first.
  };

  Fault judge(const char* frame, size_t shown, uint32_t length, Time now);

  std::mutex m_lock;
  std::unordered_map<uint32_t, Question> m_open;
  std::array<Waiting, KINDS> m_waiting;
  uint64_t m_turn = 0;
  // Still to come of the frame under way: of what is asked, and of what is answered.
  size_t m_restAsked = 0, m_restAnswered = 0;
  bool m_begun = false;
};

}  // namespace latchkey
