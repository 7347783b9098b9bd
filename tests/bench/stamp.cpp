// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Says when it began to run: CLOCK_REALTIME in nanoseconds, on stdout. What `date +%s%N` says, for a sandbox that has
// no `date`.
// Static and without a library's start-up, so that the line is crossed when the program is executed, not when it is
// loaded.

#include <stdio.h>
#include <time.h>

int main() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  printf("%lld\n", static_cast<long long>(now.tv_sec) * 1'000'000'000 + now.tv_nsec);
}
