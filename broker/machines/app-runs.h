// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Apps that are shared: started and stopped from another machine.

#include <kj/async.h>

#include <cstdint>

#include "broker/grants/grant.h"
#include "broker/schema/machine.capnp.h"

namespace latchkey {

// What the last start by one grant has come to.
struct AppRun {
  enum class State : uint8_t { None, Starting, Running, Exited, Signalled, Failed };
  State state = State::None;
  int code = 0;         // Exited: the status. Signalled: the signal.
  uint64_t number = 0;  // Grows with each start.
  WallTime since{};     // Of that state.

  bool isLive() const { return state == State::Starting || state == State::Running; }
  bool operator==(const AppRun&) const = default;
};

AppRun fromSchema(schema::AppRun::Reader run);
void toSchema(const AppRun& run, schema::AppRun::Builder builder);

// Starts what is shared of kind `app`: here, or through the machine that it came from. One at a time by each grant;
// nothing is stopped by a grant that was not started by it.
class AppRuns {
public:
  virtual ~AppRuns() noexcept(false) = default;
  // Its number, as soon as it is under way; of one that runs already, that one's. Fails with the name of a
  // ThingFailure.
  virtual kj::Promise<uint64_t> start(Grant grant) = 0;
  // Returns when it has ended. Nothing to do where nothing runs.
  virtual kj::Promise<void> stop(Grant grant) = 0;
  // The grant has ended, or rests: what was started by it is over within a second.
  virtual kj::Promise<void> end(GrantId grant) = 0;
  virtual AppRun find(const GrantId& grant) const = 0;

  class Observer {
  public:
    virtual ~Observer() noexcept(false) = default;
    virtual void runChanged(const GrantId& grant, const AppRun& run) = 0;
  };
};

}  // namespace latchkey
