// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/command.h"
#include "broker/base/log.h"

int main(int argc, char** argv) {
  latchkey::startLog("latchkey");
  return latchkey::cli::act({argv + (argc > 0 ? 1 : 0), argv + argc});
}
