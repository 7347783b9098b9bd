// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Every system call there is on the processors we know, and what an app gets for it.
//
// A list of what is bad would let in whatever the next kernel adds: that is how CVE-2021-41133 came about. Here a call
// that stands nowhere answers ENOSYS, and a test compares the table with the kernel it runs on.

#include <kj/common.h>

#include <span>
#include <string_view>
#include <vector>

namespace latchkey::sandbox {

enum class SyscallGroup {
  Allowed,  // Perhaps with a look at its arguments, see seccomp-builder.cpp.
  Namespaces,
  Mounts,
  MountLists,
  Machine,
  Keys,
  OtherProcesses,
  Placement,
  Observation,
  Rings,
  Uninspectable,
  Multiplexed,
  OldProcessor,
  Gone,
  New,
};

struct SyscallRule {
  std::string_view name;
  SyscallGroup group = SyscallGroup::Allowed;
  int error = 0;  // What a refused call answers.
};

// Sorted by name; no name twice.
const std::vector<SyscallRule>& syscallTable();
kj::Maybe<const SyscallRule&> findSyscall(std::string_view name);

}  // namespace latchkey::sandbox
