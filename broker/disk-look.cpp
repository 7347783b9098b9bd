// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/disk-look.h"

#include <signal.h>

#include <atomic>
#include <thread>

#include "broker/base/failure.h"

namespace latchkey {
namespace {

// A disk that sleeps may take longer, and is waited for by who asked alone.
constexpr auto WORKING_DISK = std::chrono::milliseconds(250), BESIDE_ONE_THAT_HANGS = std::chrono::milliseconds(2);

std::atomic<int> looks{0}, hanging{0};

}  // namespace

std::chrono::milliseconds startLook(std::function<void()> look) {
  if (looks.load() >= MOST_LOOKS) fail("too many disks do not answer");
  ++looks;
  // Signals are the decider's.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  KJ_DEFER(pthread_sigmask(SIG_SETMASK, &before, nullptr));
  KJ_ON_SCOPE_FAILURE(--looks);
  std::thread([look = std::move(look)]() mutable {
    look();
    look = nullptr;
    --looks;
  }).detach();
  return hanging.load() > 0 ? BESIDE_ONE_THAT_HANGS : WORKING_DISK;
}

void looksHanging(int change) { hanging += change; }

}  // namespace latchkey
