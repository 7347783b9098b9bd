// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// This command's connection to the broker.

#include <kj/async-io.h>

#include <stdexcept>

#include "broker/base/connection.h"
#include "broker/base/places.h"
#include "broker/schema/person.capnp.h"

namespace latchkey::cli {

// There is no broker, and none can be started: why.
class Unreachable : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

class Link {
public:
  explicit Link(kj::AsyncIoContext& io) : m_io(io) {}

  // Starts the broker if none runs, and connects anew if the one we knew has gone. Throws with one line for the person.
  schema::Person::Client person();
  // The same, having heard an answer from it: a broker that is just being killed may still let us connect. For what
  // must not be asked twice, such as starting a program.
  schema::Person::Client personWhoAnswers();
  // As person(), without starting one.
  kj::Maybe<schema::Person::Client> tryPerson();

  // Resolves when the broker we are connected to has gone.
  kj::Promise<void> lost() { return m_connection->disconnected(); }

  const Places& places();
  kj::AsyncIoContext& io() { return m_io; }
  kj::WaitScope& waits() { return m_io.waitScope; }

private:
  void connect(kj::AutoCloseFd fd);

  kj::AsyncIoContext& m_io;
  kj::Maybe<Places> m_places;  // Read when first needed: inside a sandbox there are none.
  kj::Own<Connection> m_connection;
  kj::Promise<void> m_watch = nullptr;
  bool m_lost = true;
};

}  // namespace latchkey::cli
