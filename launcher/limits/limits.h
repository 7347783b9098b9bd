// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How much of the machine an instance may use.
//
// What can enforce that differs from machine to machine, so there are several back-ends behind one interface, and the
// one in force is named to the person rather than hidden:
//   systemd scope       memory, processes and CPU of the whole instance, by the session's service manager
//   delegated cgroup    the same, where a part of the cgroup tree is ours to use
//   rlimits             address space per process, and number of processes; no CPU share. Always there.

#include <kj/common.h>
#include <kj/memory.h>
#include <kj/vector.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "launcher/sandbox/process-handle.h"

namespace latchkey::sandbox {

struct LimitValues {
  uint64_t memory = 0;  // Bytes; 0: none, as for the others.
  uint32_t processes = 0;
  uint32_t cpuPercent = 0;  // Of one core.
};

// In force until dropped, at the end of the instance.
class AppliedLimits {
public:
  virtual ~AppliedLimits() = default;
  virtual std::string name() const = 0;
  // RLIMIT_... and value, for the program to be started with.
  virtual std::vector<std::pair<int, uint64_t>> resourceLimits() const { return {}; }
};

class LimitBackend {
public:
  virtual ~LimitBackend() = default;
  // Puts process 1 of a sandbox, and so all that will be its children, under `values`. Nothing if this machine has no
  // such means, or it refused.
  virtual kj::Maybe<kj::Own<AppliedLimits>> tryApply(const LimitValues& values, const ProcessHandle& first,
                                                     const std::string& instance) = 0;
};

kj::Own<LimitBackend> systemdScopes(
    std::string busAddress = {});  // Empty: the session's bus, if systemd runs the machine.
// `make` makes a group; false if it cannot. A test's also makes the files that the kernel puts into one.
using MakeGroup = std::function<bool(const std::string& directory)>;
kj::Own<LimitBackend> delegatedCgroups(std::string cgroupFileSystem = "/sys/fs/cgroup",
                                       std::string ownCgroupFile = "/proc/self/cgroup", MakeGroup make = nullptr);
kj::Own<LimitBackend> resourceLimits();

// Strongest first. The last never refuses.
kj::Vector<kj::Own<LimitBackend>> limitBackends();
kj::Own<AppliedLimits> applyStrongest(kj::ArrayPtr<kj::Own<LimitBackend>> backends, const LimitValues& values,
                                      const ProcessHandle& first, const std::string& instance);

}  // namespace latchkey::sandbox
