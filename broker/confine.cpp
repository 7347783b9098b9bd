// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/confine.h"

#include <kj/debug.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "broker/unneeded-calls.h"

namespace latchkey {

unsigned long confineBroker(int handed) {
  close_range(3 + static_cast<unsigned>(handed), UINT_MAX, 0);
  KJ_SYSCALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  KJ_SYSCALL(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  rlimit none{0, 0};
  KJ_SYSCALL(setrlimit(RLIMIT_CORE, &none));
  // One connection for each launcher, app and window: the usual soft limit is for programs that use select().
  rlimit files{};
  KJ_SYSCALL(getrlimit(RLIMIT_NOFILE, &files));
  auto usual = files.rlim_cur;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  umask(0077);
  denyUnneededCalls();
  return usual;
}

}  // namespace latchkey
