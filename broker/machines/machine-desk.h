// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a far machine may ask of this one. Nothing can be shared with machines yet: nothing is taken, restored or wished
// for, and what they offer is not kept.

#include "broker/schema/peer-portal.capnp.h"

namespace latchkey {

class MachineDesk final : public schema::MachineDesk::Server {
public:
  kj::Promise<void> offered(OfferedContext context) override;
  kj::Promise<void> withdrawn(WithdrawnContext context) override;
  kj::Promise<void> taken(TakenContext context) override;
  kj::Promise<void> declined(DeclinedContext context) override;
  kj::Promise<void> restored(RestoredContext context) override;
  kj::Promise<void> wished(WishedContext context) override;
};

}  // namespace latchkey
