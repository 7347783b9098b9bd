// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The door to the real broker: its `person` socket, starting a broker where none runs. Not for headers that QML can
// see.

#include "app/ui/door.h"
#include "broker/base/places.h"

namespace latchkey::ui {

class BrokerDoor final : public Door {
public:
  explicit BrokerDoor(Places places) : m_places(std::move(places)) {}
  kj::Promise<Opened> open(kj::AsyncIoContext& io) override;

private:
  Places m_places;
};

}  // namespace latchkey::ui
