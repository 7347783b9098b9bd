// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A sandbox while it is built and while it lives.
//
// start() runs bubblewrap, whose first program is our `latchkey-enter` as process 1; from then on the two talk over a
// socket pair (launcher/enter/protocol.h). Dropping the object, or its process dying, ends every process of the
// sandbox:
//   - process 1 ends when its socket closes; the kernel then kills its whole pid namespace;
//   - bubblewrap and process 1 have each other's and the launcher's death as a signal, should that fail.
// The kernel undoes mounts and namespaces with the last process. So there is nothing to clean up, and nothing to leave.
//
// Which process is number 1, seen from outside, is what the kernel says about its message, checked against the parent
// it must have; never a number read from text.

#include <kj/async-unix.h>
#include <kj/io.h>

#include <deque>
#include <string>
#include <vector>

#include "launcher/sandbox/operation.h"
#include "launcher/sandbox/process-handle.h"
#include "launcher/sandbox/program-order.h"

namespace latchkey::sandbox {

struct Programs {
  std::string bubblewrap;
  std::string enter;

  // `latchkey-enter` beside the running program, bubblewrap where the system has it. Throws if bubblewrap is missing or
  // setuid.
  static Programs find();
};

struct StandardStreams {
  int in = 0;
  int out = 1;
  int err = 2;
};

// Why the program could not be executed.
struct StartRefusal {
  enum class What { Program, Directory, Terminal, Limits, Other, Died };  // Died: the sandbox ended first; see ended().
  What what = What::Other;
  int error = 0;
};

class Sandbox final {
public:
  // `slots`: the descriptors that the plan's BindDescriptor name. Borrowed for the call.
  static kj::Own<Sandbox> start(kj::UnixEventPort& events, const Programs& programs, const Plan& plan,
                                const std::vector<int>& slots);
  ~Sandbox();
  KJ_DISALLOW_COPY_AND_MOVE(Sandbox);

  // Resolves when process 1 is there and waits. Fails with one line if bubblewrap could not.
  kj::Promise<void> standing();
  // Process 1 seen from here. Only after standing().
  const ProcessHandle& first() const;
  // Listening at $LATCHKEY_SOCKET.
  kj::AutoCloseFd takeListener();

  // Lets the program run. The streams are passed on, not kept.
  kj::Promise<kj::Maybe<StartRefusal>> run(const ProgramOrder& order, const StandardStreams& streams);

  // The sandbox's own message bus, before anybody connects to it. Between `standing` and `run`.
  void startBus();
  // Resolves when somebody inside has connected to the bus or it was started, if that happens.
  kj::Promise<void> busUsed() { return m_busUsed.addBranch(); }
  // A new connection to it. Fails if it does not run.
  kj::Promise<kj::AutoCloseFd> connectBus();

  // To the program's process group; once it has ended, to all it left behind.
  void signal(int number);
  // At once and for all processes.
  void kill();

  // Resolves when the last process has gone and bubblewrap has been reaped: the wait status of the program, or of
  // process 1 if it never told.
  kj::Promise<int> ended();
  bool programEnded() const { return m_status != nullptr; }

private:
  Sandbox(kj::UnixEventPort& events, pid_t bubblewrap, kj::AutoCloseFd channel, kj::AutoCloseFd errors,
          kj::PromiseFulfillerPair<void> busUsed);

  struct Received;
  // Nothing when the channel has closed.
  kj::Promise<kj::Maybe<Received>> receive();
  void acceptReady(const Received& received);
  void takeWord(Received received);
  std::string complaint();
  kj::Promise<void> reaped();

  pid_t m_bubblewrapPid;
  ProcessHandle m_bubblewrap;
  kj::AutoCloseFd m_channel;
  kj::AutoCloseFd m_errors;
  kj::AutoCloseFd m_listener;
  kj::Maybe<ProcessHandle> m_first;
  kj::UnixEventPort::FdObserver m_channelEvents;
  kj::UnixEventPort::FdObserver m_endEvents;
  kj::Own<kj::PromiseFulfiller<void>> m_busStarted;
  kj::ForkedPromise<void> m_busUsed;
  std::deque<kj::Own<kj::PromiseFulfiller<kj::AutoCloseFd>>> m_wantBus;  // In the order asked.
  kj::Maybe<int> m_status;                                               // Of the program.
  int m_bubblewrapStatus = 0;
  bool m_reaped = false;
};

}  // namespace latchkey::sandbox
