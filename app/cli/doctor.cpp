// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/command.h"
#include "broker/base/spawn.h"

namespace latchkey::cli {

// By a program of its own, which becomes this one: it links what this one cannot.
int examine(Call& call) {
  call.atMost(0);
  auto program = besideUs("latchkey-doctor");
  bool colours = call.console.toned("x", Tone::Good) != "x";
  const char* how = call.json() ? "--json" : colours ? "--colours" : "--plain";
  char* words[] = {program.data(), const_cast<char*>(how), nullptr};
  execv(program.c_str(), words);
  Console::complain("cannot run " + program + ": " + strerror(errno));
  return COULD_NOT;
}

}  // namespace latchkey::cli
