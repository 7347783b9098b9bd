// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-far-stream: stands between another machine and sshfs, in a sandbox of its own. Started with
//   0  the stream to the other machine     1  sshfs
//
// Hands on what may be (answers.h), and ends with the first that may not, or when either side does. How it ended is its
// exit status: far-folder says it in words, and ends the mount.

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <memory>
#include <thread>

#include "launcher/far-folder/answers.h"

using namespace latchkey;

namespace {

constexpr int THERE = 0, SSHFS = 1;
constexpr size_t ROOM = 256UL << 10;
constexpr int LOOK_EVERY = 1000;  // Milliseconds.

using Clock = std::chrono::steady_clock;

// None: one of both sides has closed it.
[[noreturn]] void end(Answers::Fault how) { _exit(static_cast<int>(how)); }

void sendAll(int to, const char* bytes, size_t size) {
  while (size > 0) {
    auto sent = write(to, bytes, size);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) end(Answers::Fault::None);
    bytes += sent;
    size -= static_cast<size_t>(sent);
  }
}

// What may not go on yet stays at the start of the room.
template <typename Judge>
void handOn(int from, int to, Judge judge, const std::function<void()>& beforeWaiting) {
  auto room = std::make_unique<char[]>(ROOM);
  for (size_t held = 0;;) {
    beforeWaiting();
    auto got = read(from, room.get() + held, ROOM - held);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) end(Answers::Fault::None);
    held += static_cast<size_t>(got);
    auto part = judge(room.get(), held);
    sendAll(to, room.get(), part.size);
    if (part.fault != Answers::Fault::None) end(part.fault);
    held -= part.size;
    memmove(room.get(), room.get() + part.size, held);
  }
}

}  // namespace

int main() {
  prctl(PR_SET_NAME, "far-stream", 0, 0, 0);
  Answers answers;
  std::thread([&] {
    handOn(SSHFS, THERE, [&](auto bytes, auto size) { return answers.asked(bytes, size, Clock::now()); }, [] {});
  }).detach();
  auto looked = Clock::now();
  handOn(
      THERE, SSHFS, [&](auto bytes, auto size) { return answers.answered(bytes, size, Clock::now()); },
      [&] {
        // Also while other things are answered all the time.
        for (bool more = false; !more;) {
          pollfd wait{THERE, POLLIN, 0};
          more = poll(&wait, 1, LOOK_EVERY) != 0;
          auto now = Clock::now();
          if (now - looked < std::chrono::milliseconds(LOOK_EVERY)) continue;
          looked = now;
          auto fault = answers.faultAt(now);
          if (fault != Answers::Fault::None) end(fault);
        }
      });
}
