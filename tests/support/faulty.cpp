// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// One deliberate fault of the kind this build looks for.

#include <thread>

int main(int count, char**) {
  int shared = 0;
#ifdef LATCHKEY_THREAD_SANITIZER
  std::thread other([&shared] { ++shared; });
  ++shared;
  other.join();
#else
  auto* number = new int(count);
  delete number;
  shared = *static_cast<volatile int*>(number);
#endif
  return shared == 12345 ? 1 : 0;
}
