// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One connection to a message bus, served by KJ's event loop.
//
// libsystemd keeps the connection and the wire format; this turns its callbacks into promises. Its time-outs and
// unsent bytes are only looked at when the pump turns, so whatever is sent from outside the pump wakes it.

#include <kj/async-unix.h>
#include <kj/io.h>
#include <kj/timer.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "portals/desktop/value.h"

namespace latchkey::desktop {

// A message as it came. Its arguments are read when it arrives.
struct Message {
  std::string sender, path, interface, member, signature;
  Value::List arguments;
};

// A call that somebody made to us. One that is dropped unanswered is answered with an error.
class Call final {
public:
  Call(class Bus& bus, sd_bus_message* message);
  ~Call();
  KJ_DISALLOW_COPY_AND_MOVE(Call);

  const Message& message() const { return m_message; }
  const Value& argument(size_t index) const { return m_message.arguments.at(index); }
  void reply(const Value::List& results);
  void fail(const char* error, const std::string& text);
  bool answered() const { return m_answered; }

private:
  kj::Own<class BusLink> m_link;
  sd_bus_message* m_raw;
  Message m_message;
  bool m_answered = false;
};

// For what ends otherwise: a request has a limit of its own, and what waits for it is dropped then.
constexpr kj::Duration NO_LIMIT = kj::maxValue;

struct CallOrder {
  std::string destination, path, interface, member;
  Value::List arguments = {};
  kj::Duration patience = 25 * kj::SECONDS;
};

// An answer that is an error, thrown by call(): the text of the exception is "NAME: what it said".
[[noreturn]] void throwBusError(const std::string& name, const std::string& text);
// The name in such an exception; empty if it is none.
std::string busErrorName(const kj::Exception& exception);
std::string busErrorText(const kj::Exception& exception);

class Bus final : private kj::TaskSet::ErrorHandler {
public:
  // A connected socket of a bus that nobody has spoken on yet.
  Bus(kj::UnixEventPort& events, kj::Timer& timer, kj::AutoCloseFd socket);
  // By address, as in DBUS_SESSION_BUS_ADDRESS.
  Bus(kj::UnixEventPort& events, kj::Timer& timer, const std::string& address);
  ~Bus() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Bus);

  // Serves it. Resolves when the bus has gone. Never fails.
  kj::Promise<void> run();

  std::string ownName() const;
  // Whether we have it now. Takes no name away from anybody who does not allow it.
  kj::Promise<bool> own(const std::string& name);

  kj::Promise<Message> call(CallOrder order);
  // Without waiting for an answer.
  void tell(CallOrder order);
  // To everybody who listens, or to one.
  void signal(const std::string& path, const std::string& interface, const std::string& member,
              const Value::List& arguments, const std::string& destination = "");

  // Everything that is called on paths of ours. The call is the handler's.
  void serve(std::function<void(kj::Own<Call>)> handler) { m_serve = std::move(handler); }

  // Signals that match: told from then on, until the handle is dropped.
  class Match;
  kj::Own<Match> match(const std::string& rule, std::function<void(const Message&)> told);

private:
  friend class Call;
  friend class BusLink;
  void start();
  void adopt(sd_bus* raw);
  void kick();
  kj::Promise<void> turn();
  static int received(sd_bus_message* message, void* self, sd_bus_error* error);
  void taskFailed(kj::Exception&& exception) override;

  kj::UnixEventPort& m_events;
  kj::Timer& m_timer;
  sd_bus* m_bus = nullptr;
  kj::Own<BusLink> m_link;
  kj::AutoCloseFd m_socket;  // A copy: the library closes its own as soon as the other end has gone.
  kj::Maybe<kj::Own<kj::UnixEventPort::FdObserver>> m_observer;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> m_wake;
  std::function<void(kj::Own<Call>)> m_serve;
  kj::TaskSet m_tasks;
};

class Bus::Match {
public:
  explicit Match(sd_bus_slot* slot, std::unique_ptr<std::function<void(const Message&)>> told)
      : m_slot(slot), m_told(std::move(told)) {}
  ~Match() { sd_bus_slot_unref(m_slot); }
  KJ_DISALLOW_COPY_AND_MOVE(Match);

private:
  sd_bus_slot* m_slot;
  std::unique_ptr<std::function<void(const Message&)>> m_told;
};

}  // namespace latchkey::desktop
