// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/broker-door.h"

#include "broker/base/connection.h"
#include "broker/base/start-broker.h"

namespace latchkey::ui {

kj::Promise<Door::Opened> BrokerDoor::open(kj::AsyncIoContext& io) {
  // Blocks this thread for as long as a broker takes to start. The window's own thread never waits for this one.
  auto stream = io.lowLevelProvider->wrapUnixSocketFd(ensureBroker(m_places));
  auto connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  auto person = connection->bootstrap().castAs<schema::Person>();
  auto lost = connection->disconnected();
  return Opened{kj::mv(connection), kj::mv(person), kj::mv(lost)};
}

}  // namespace latchkey::ui
