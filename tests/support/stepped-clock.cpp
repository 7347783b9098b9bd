// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Loaded into a broker by a test, with LD_PRELOAD: its wall clock is off by the seconds that are in the file
// STEPPED_CLOCK names, which the test changes while the broker runs. The clock that never jumps is left alone.
//
// The program itself knows nothing of it. Nobody is let in by this who could not start a broker of their own making.

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

namespace {

// Before the broker confines itself and closes what it did not open.
const volatile int64_t* mapped() {
  const char* name = getenv("STEPPED_CLOCK");
  int fd = name == nullptr ? -1 : open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return nullptr;
  void* place = mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  return place == MAP_FAILED ? nullptr : static_cast<const int64_t*>(place);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t which, timespec* time) noexcept {
  static const volatile int64_t* const seconds = mapped();
  auto result = static_cast<int>(syscall(SYS_clock_gettime, which, time));
  if (result == 0 && which == CLOCK_REALTIME && seconds != nullptr) time->tv_sec += *seconds;
  return result;
}
