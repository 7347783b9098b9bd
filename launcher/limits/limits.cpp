// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/limits/limits.h"

#include <kj/debug.h>
#include <sys/resource.h>

namespace latchkey::sandbox {
namespace {

class AppliedResourceLimits final : public AppliedLimits {
public:
  explicit AppliedResourceLimits(const LimitValues& values) : m_values(values) {}
  // What was asked for and is not there is said where the person looks.
  std::string name() const override { return m_values.cpuPercent == 0 ? "rlimits" : "rlimits, no CPU limit"; }
  std::vector<std::pair<int, uint64_t>> resourceLimits() const override {
    std::vector<std::pair<int, uint64_t>> limits;
    if (m_values.memory != 0) limits.emplace_back(RLIMIT_AS, m_values.memory);
    // Counted per user and namespace, so that the rest of the session does not count; our process 1 does.
    if (m_values.processes != 0) limits.emplace_back(RLIMIT_NPROC, m_values.processes + 1);
    return limits;
  }

private:
  LimitValues m_values;
};

class ResourceLimits final : public LimitBackend {
public:
  kj::Maybe<kj::Own<AppliedLimits>> tryApply(const LimitValues& values, const ProcessHandle&,
                                             const std::string&) override {
    return kj::Own<AppliedLimits>(kj::heap<AppliedResourceLimits>(values));
  }
};

}  // namespace

kj::Own<LimitBackend> resourceLimits() { return kj::heap<ResourceLimits>(); }

kj::Vector<kj::Own<LimitBackend>> limitBackends() {
  kj::Vector<kj::Own<LimitBackend>> all;
  all.add(systemdScopes());
  all.add(delegatedCgroups());
  all.add(resourceLimits());
  return all;
}

kj::Own<AppliedLimits> applyStrongest(kj::ArrayPtr<kj::Own<LimitBackend>> backends, const LimitValues& values,
                                      const ProcessHandle& first, const std::string& instance) {
  for (auto& backend : backends) {
    KJ_IF_MAYBE (applied, backend->tryApply(values, first, instance)) {
      return kj::mv(*applied);
    }
  }
  KJ_FAIL_ASSERT("no way to limit an instance");
}

}  // namespace latchkey::sandbox
