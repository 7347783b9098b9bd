// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the network portal asks and tells on behalf of one sandbox. Which sandbox, this object knows: no message says
// it.
//
// The portal is ours and confined, but what it asks about was chosen by an app: a wish that is no single host, or not
// written as destinations are, is declined and never shown. What it says of grants that are not this sandbox's own is
// not believed.

#include "broker/enforcement.h"
#include "broker/network-grants.h"
#include "broker/powerbox.h"
#include "broker/service-reach.h"

namespace latchkey {

class NetworkAskers final : public NetworkAskerSource {
public:
  NetworkAskers(Powerbox& powerbox, Ledger& ledger, Instances& instances, NetworkGrants& network,
                Enforcement& enforcement, ServiceReach& services, const Clock& clock)
      : m_powerbox(powerbox),
        m_ledger(ledger),
        m_instances(instances),
        m_network(network),
        m_enforcement(enforcement),
        m_services(services),
        m_clock(clock) {}
  schema::NetworkAsker::Client networkAskerFor(const InstanceId& instance) override;

  using Listeners = capnp::List<schema::Listener>::Reader;
  // Told all that listens in an instance by now, when it has changed.
  void whenListening(kj::Function<void(const InstanceId&, Listeners)> changed) { m_listening = kj::mv(changed); }

private:
  class Asker;

  Powerbox& m_powerbox;
  Ledger& m_ledger;
  Instances& m_instances;
  NetworkGrants& m_network;
  Enforcement& m_enforcement;
  ServiceReach& m_services;
  const Clock& m_clock;
  kj::Maybe<kj::Function<void(const InstanceId&, Listeners)>> m_listening;
};

}  // namespace latchkey
