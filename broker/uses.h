// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once

#include <map>

#include "broker/grants/ledger.h"

namespace latchkey {

// What one instance uses of the desktop now, counted on the grants. Handles may outlive the one who gave them.
class Uses final {
public:
  Uses(Ledger& ledger, const Clock& clock, InstanceId instance)
      : m_ledger(ledger), m_clock(clock), m_instance(kj::mv(instance)) {}

  void begin(const GrantId& grant) {
    auto& usage = m_usage[grant];
    ++usage.live;
    ++usage.uses;
    tell(grant);
  }
  void end(const GrantId& grant) {
    --m_usage[grant].live;
    tell(grant);
  }

private:
  void tell(const GrantId& grant) {
    m_usage[grant].used = m_clock.wall();
    m_ledger.recordUse(grant, m_instance, m_usage[grant]);
  }

  Ledger& m_ledger;
  const Clock& m_clock;
  InstanceId m_instance;
  std::map<GrantId, Usage> m_usage;
};

}  // namespace latchkey
