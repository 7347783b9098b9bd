// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// System call filters, built from abilities.
//
// Two filters, because libseccomp lets an unconditional "allowed" swallow a condition on the same call:
//   calls()      which calls there are at all; what is not in syscall-table.h answers ENOSYS;
//   arguments()  which arguments are refused: terminal injection, namespaces by clone, socket families, personalities.
// The kernel runs both and takes the stricter answer.
//
// Arguments of which the kernel looks at the low 32 bits only are compared on these alone (CVE-2019-10063).
//
// Building takes libseccomp milliseconds, so it is done when Latchkey is built: see filters.h for what a launch uses.

#include <stdint.h>

#include <string>

#include "launcher/sandbox/operation.h"

namespace latchkey::sandbox {

class SeccompBuilder {
public:
  // Processors by kernel name: "x86_64" (with its 32-bit calls), "aarch64". Empty: the one this runs on.
  explicit SeccompBuilder(std::string processor = {});

  SeccompBuilder& allowNestedSandboxes();
  SeccompBuilder& allow32Bit();
  SeccompBuilder& refuseLocalSockets();

  // As SECCOMP_SET_MODE_FILTER takes them: a whole number of sock_filter.
  std::string calls() const;
  std::string arguments() const;

private:
  std::string m_processor;
  bool m_nested = false;
  bool m_thirtyTwoBit = false;
  bool m_localSockets = true;
};

struct Filters {
  std::string calls;
  std::string arguments;
};
Filters buildFilters(const Abilities& abilities);

}  // namespace latchkey::sandbox
