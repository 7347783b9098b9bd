// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// bench-plan COMMAND [ARGUMENT...]: bare bubblewrap with the very operations and filters that latchkey-launch would
// use, and nothing else: no broker, no portal, no supervision. The peer of the launch benchmark.

#include <fcntl.h>
#include <kj/debug.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "launcher/sandbox/bwrap-words.h"
#include "launcher/sandbox/filters.h"
#include "launcher/sandbox/plan.h"

using namespace latchkey::sandbox;

namespace {

void place(int number, const void* bytes, size_t size) {
  int file;
  KJ_SYSCALL(file = memfd_create("bench", 0));
  KJ_SYSCALL(write(file, bytes, size));
  KJ_SYSCALL(lseek(file, 0, SEEK_SET));
  KJ_SYSCALL(dup2(file, number));
  close(file);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int FIRST = 100;
  auto host = HostFacts::gather();
  std::string home = getenv("HOME");
  SandboxRequest request{.home = home, .userName = "bench"};
  auto words = inBwrapWords(plan(request, host), FIRST + 1);
  for (auto& wanted : words.descriptors) {
    auto filters = compiledFilters(wanted.abilities);
    switch (wanted.kind) {
      case Inherited::Kind::Content: place(wanted.number, wanted.content.data(), wanted.content.size()); break;
      case Inherited::Kind::Calls: place(wanted.number, filters.calls.data(), filters.calls.size()); break;
      case Inherited::Kind::Arguments: place(wanted.number, filters.arguments.data(), filters.arguments.size()); break;
      case Inherited::Kind::Slot: {
        int directory;
        KJ_SYSCALL(directory = open(home.c_str(), O_PATH | O_DIRECTORY));
        KJ_SYSCALL(dup2(directory, wanted.number));
        close(directory);
        break;
      }
    }
  }
  auto joined = words.joined();
  place(FIRST, joined.data(), joined.size());
  auto number = std::to_string(FIRST);
  std::vector<char*> command = {const_cast<char*>("bwrap"), const_cast<char*>("--args"), number.data(),
                                const_cast<char*>("--")};
  for (int i = 1; i < argc; ++i) command.push_back(argv[i]);
  command.push_back(nullptr);
  execvp("bwrap", command.data());
  KJ_FAIL_SYSCALL("execvp", errno);
}
