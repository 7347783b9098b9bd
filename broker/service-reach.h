// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a grant of a service leads to: what an app here listens on, or a program of this computer, or one host of the
// network; or what another machine offered. A grant of files leads to a server of them.

#include "broker/instance.h"
#include "broker/launches.h"
#include "broker/machines/offers.h"
#include "broker/machines/shares.h"
#include "broker/network-grants.h"

namespace latchkey {

class ServiceReach final : public Reach {
public:
  ServiceReach(Ledger& ledger, Instances& instances, NetworkGrants& network)
      : m_ledger(ledger), m_instances(instances), m_network(network) {}
  KJ_DISALLOW_COPY_AND_MOVE(ServiceReach);

  // Before anything that a machine offered is used.
  void receiveThrough(Offers& offers) { m_offers = offers; }

  // Before any of this computer's files is shared.
  void serveThrough(Launches& launches) { m_launches = launches; }

  kj::Promise<kj::AutoCloseFd> open(const Grant& grant) override;
  bool isOff() override { return m_network.isOff(); }

  // The same for an app's grant. Either `socket` is connected with it, and the result is none; or the result leads
  // there.
  kj::Promise<kj::AutoCloseFd> dial(Grant grant, kj::AutoCloseFd socket);

private:
  kj::Promise<kj::AutoCloseFd> openHere(Grant grant);

  Ledger& m_ledger;
  Instances& m_instances;
  NetworkGrants& m_network;
  kj::Maybe<Offers&> m_offers;
  kj::Maybe<Launches&> m_launches;
};

}  // namespace latchkey
