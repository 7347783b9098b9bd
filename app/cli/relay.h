// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Carries bytes between the person's terminal and a program's pseudo-terminal, and stands still when told to.
//
// While somebody holds it, nothing the program writes reaches the terminal and no key reaches the program: that is what
// makes a question on the same terminal trustworthy. What the program writes meanwhile waits in the kernel, the program
// with it when that is full.

#include <kj/async-unix.h>

#include <functional>
#include <string>

#include "app/cli/screen-modes.h"
#include "app/cli/terminal.h"

namespace latchkey::cli {

class Relay {
public:
  struct Ways {
    bool keys = true;  // Terminal to program: its standard input is the pseudo-terminal. Else keys are only read, and
                       // the terminal only made raw, while somebody holds us.
    bool output = true;
  };

  // `suspend` is called for a Ctrl-Z that the program itself could not act on (see suspendKey()).
  Relay(kj::UnixEventPort& port, Terminal& terminal, kj::AutoCloseFd master, Ways ways, std::function<void()> suspend);

  // Everything the program wrote has been shown. For the end, when nobody holds the other side any more.
  kj::Promise<void> drained();

  // After a stop or a change of job: looks again whether the terminal is ours.
  void foregroundChanged();
  // Tells the program how large the terminal is. `Again`: even if it did not change, so that it draws its screen anew.
  enum class Resize { IfChanged, Again };
  void resize(Resize how);

  // Until the returned object is dropped: output stands still, keys come from keys(). One at a time.
  class Hold;
  kj::Promise<kj::Own<Hold>> hold();

  const ScreenModes& modes() const { return m_modes; }
  Terminal& terminal() { return m_terminal; }

private:
  kj::Promise<void> readKeys();
  kj::Promise<void> feedProgram();
  kj::Promise<void> showOutput();
  kj::Promise<void> untilRelease();
  kj::Promise<void> showAll(std::string text);
  void routeKeys(std::string_view keys);
  // A program that leads its own session cannot be stopped by Ctrl-Z: nobody would be there to continue it. It is then
  // for us to stop, like sudo and ssh do. A shell that ignores the key, or a job of that shell, is left alone.
  bool suspendKey(char key) const;
  void release();

  Terminal& m_terminal;
  kj::AutoCloseFd m_master;
  Ways m_ways;
  kj::Own<kj::UnixEventPort::FdObserver> m_watchTerminal, m_watchMaster;
  std::function<void()> m_suspend;
  ScreenModes m_modes;

  bool m_held = false;
  bool m_showing = false;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> m_released, m_shown, m_foreground, m_hold, m_toFeed, m_typed;
  kj::ForkedPromise<void> m_outputEnd = nullptr;
  std::string m_pending;  // Keys on their way to the program.
  std::string m_keys;     // Keys for who holds us.
  kj::Promise<void> m_reading = nullptr, m_feeding = nullptr;
};

class Relay::Hold {
public:
  explicit Hold(Relay& relay) : m_relay(relay) {}
  ~Hold() noexcept(false) { m_relay.release(); }
  KJ_DISALLOW_COPY_AND_MOVE(Hold);

  // What was typed, as it came. Cancel it freely: nothing gets lost.
  kj::Promise<std::string> keys();
  void discardTyped();
  // Passes something on to the program after all.
  void pass(std::string_view keys);

private:
  Relay& m_relay;
};

}  // namespace latchkey::cli
