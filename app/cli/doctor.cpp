// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/command.h"

namespace latchkey::cli {

int examine(Call& call) {
  call.atMost(0);
  Console::complain("the examination of this machine is not in this version yet");
  return COULD_NOT;
}

}  // namespace latchkey::cli
