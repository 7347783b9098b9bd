// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// For tests that mount something in the person's folder.

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

namespace latchkey::test {

// A user namespace where mounting is allowed. Before there is a thread.
inline bool enterNamespace() {
  auto uid = getuid(), gid = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << uid << " " << uid << " 1";
  std::ofstream("/proc/self/gid_map") << gid << " " << gid << " 1";
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace latchkey::test
