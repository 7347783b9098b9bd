// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The KJ side of the window's connection, for all that asks something of the broker. Not for headers that QML can see.
//
// What is asked once is `ask`. What goes on - watching, waiting for a person elsewhere - is work with a name: it ends
// when it is over, when it is called off, and with the connection, whichever comes first. Its promise lives and dies in
// KJ's thread, so nothing on Qt's side ever owns one.

#include <kj/async.h>

#include "app/ui/door.h"
#include "app/ui/event-port.h"
#include "app/ui/session.h"
#include "broker/base/log.h"

namespace latchkey::ui {

struct Nothing {};

// Wraps `then` so that it runs only while `context` lives.
template <typename Value, typename Then>
std::function<void(Value&)> guarded(QObject* context, Then then) {
  return [context = QPointer<QObject>(context), then = std::move(then)](Value& value) {
    if (context) then(value);
  };
}

template <typename Value>
struct Outcome {
  QString fault;
  Value value = {};
};

// A refusal is a line for the person, no trouble of the window.
template <typename Value>
kj::Promise<Outcome<Value>> caught(kj::Promise<Value> promise) {
  Outcome<Value> outcome;
  try {
    outcome.value = co_await promise;
  } catch (const kj::Exception& exception) {
    outcome.fault = QString::fromStdString(reason(exception)).left(400);
    if (outcome.fault.isEmpty()) outcome.fault = QStringLiteral("no reason was given");
  }
  co_return outcome;
}

// All members but the port are used in its thread alone; `tell` is the only way back.
class Session::Line {
public:
  Line(Session& session, std::unique_ptr<Door> door, Presents presents);

  class World;

  // Runs `call` with the person and brings its value to `then`; a failure becomes `trouble`.
  template <typename Value>
  void ask(std::function<kj::Promise<Value>(schema::Person::Client&)> call, std::function<void(Value&)> then = {}) {
    with([this, call = std::move(call), then = std::move(then)](schema::Person::Client& person) {
      return call(person).then([this, then](Value&& value) {
        if (!then) return;
        auto kept = std::make_shared<Value>(std::move(value));
        tell([then, kept](Session&) { then(*kept); });
      });
    });
  }

  // Runs `call` with the person. `done` has the line about why not, empty when it was done, and the value; it is called
  // as long as `context` lives.
  template <typename Value, typename Call, typename Done>
  void tryAsk(QObject* context, Call call, Done done) {
    if (!m_session.online()) {
      Value none = {};
      return done(reconnecting(), none);
    }
    ask<Outcome<Value>>(
        [call](schema::Person::Client& person) { return caught<Value>(call(person)); },
        guarded<Outcome<Value>>(context, [done](Outcome<Value>& outcome) { done(outcome.fault, outcome.value); }));
  }
  static QString reconnecting();

  // One of a name: the former of that name is called off. Does nothing while there is no connection.
  void begin(const QString& name, std::function<kj::Promise<void>(schema::Person::Client)> work);
  void callOff(const QString& name);

  void post(std::function<void(World&)> work);
  // From KJ's thread: runs `work` in Qt's. Dropped if the session goes first.
  void tell(std::function<void(Session&)> work);
  void tellTrouble(kj::Exception& exception);

private:
  void with(std::function<kj::Promise<void>(schema::Person::Client&)> call);

  Session& m_session;
  std::unique_ptr<Door> m_door;
  Presents m_presents;
  World* m_world = nullptr;
  EventPort m_port;  // Last: its thread uses all of the above.
};

// For observers that are told of nothing but that something has changed.
template <typename Observer>
class ChangeWatcher final : public Observer::Server {
public:
  explicit ChangeWatcher(std::function<void()> changed) : m_changed(std::move(changed)) {}

  kj::Promise<void> changed(typename Observer::Server::ChangedContext) override {
    m_changed();
    return kj::READY_NOW;
  }

private:
  std::function<void()> m_changed;
};

template <typename Request>
kj::Promise<Nothing> sent(Request request) {
  co_await request.send();
  co_return Nothing();
}

}  // namespace latchkey::ui
