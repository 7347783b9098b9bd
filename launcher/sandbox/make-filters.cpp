// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Runs while Latchkey is being built: writes the filters of all abilities as the source that filters.cpp includes.

#include <cstdio>

#include "launcher/sandbox/seccomp-builder.h"

using namespace latchkey::sandbox;

namespace {

void write(const char* name, unsigned number, const std::string& bytes) {
  std::printf("alignas(8) constexpr unsigned char %s_%u[] = {", name, number);
  for (unsigned char byte : bytes) std::printf("%u,", byte);
  std::printf("};\n");
}

}  // namespace

int main() {
  std::printf("namespace {\n");
  for (unsigned number = 0; number < 8; ++number) {
    auto filters = buildFilters(
        {.ownSandboxes = (number & 1) != 0, .thirtyTwoBit = (number & 2) != 0, .localSockets = (number & 4) == 0});
    write("CALLS", number, filters.calls);
    write("ARGUMENTS", number, filters.arguments);
  }
  std::printf("const latchkey::sandbox::CompiledFilters COMPILED_FILTERS[] = {\n");
  for (unsigned number = 0; number < 8; ++number) std::printf("  {CALLS_%u, ARGUMENTS_%u},\n", number, number);
  std::printf("};\n}\n");
}
