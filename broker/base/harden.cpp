// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/harden.h"

#include <kj/debug.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace latchkey {

void harden() {
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  rlimit none{0, 0};
  KJ_SYSCALL(setrlimit(RLIMIT_CORE, &none));
}

unsigned long raiseDescriptorLimit() {
  rlimit files{};
  KJ_SYSCALL(getrlimit(RLIMIT_NOFILE, &files));
  auto usual = files.rlim_cur;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  return usual;
}

}  // namespace latchkey
