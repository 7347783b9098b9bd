// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A program that needs libother.so.7, and says which release of it there is: at once, and after each line that it
// reads.

#include <stdio.h>

extern "C" const char* otherRelease();

int main() {
  char line[100];
  do {
    puts(otherRelease());
    fflush(stdout);
  } while (fgets(line, sizeof line, stdin) != nullptr);
  return 0;
}
