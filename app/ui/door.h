// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How a session comes to a broker: the real socket, or a scripted person of the demo and the tests.
//
// Not for headers that QML can see.

#include <kj/async-io.h>

#include "broker/schema/person.capnp.h"

namespace latchkey::ui {

class Door {
public:
  struct Opened {
    kj::Own<void> connection;  // Dropping it hangs up. First, so that it goes last.
    schema::Person::Client person;
    kj::Promise<void> lost;  // Resolves when the connection has broken.
  };

  virtual ~Door() = default;
  // In KJ's thread. Called again after each loss.
  virtual kj::Promise<Opened> open(kj::AsyncIoContext& io) = 0;
};

}  // namespace latchkey::ui
