// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/machine-desk.h"

namespace latchkey {
namespace {

// One answer for what is not there and what is somebody else's.
kj::Promise<void> notYours() {
  return kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str("notYours"));
}

}  // namespace

kj::Promise<void> MachineDesk::offered(OfferedContext) { return kj::READY_NOW; }
kj::Promise<void> MachineDesk::withdrawn(WithdrawnContext) { return kj::READY_NOW; }
kj::Promise<void> MachineDesk::taken(TakenContext) { return notYours(); }
kj::Promise<void> MachineDesk::declined(DeclinedContext) { return kj::READY_NOW; }
kj::Promise<void> MachineDesk::restored(RestoredContext) { return notYours(); }

kj::Promise<void> MachineDesk::wished(WishedContext context) {
  context.getResults().setOffer("");  // Declined.
  return kj::READY_NOW;
}

}  // namespace latchkey
