// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Processes of ours, as the broker holds them: started by it, or come home to it.

#include <capnp/capability.h>
#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <kj/io.h>
#include <kj/timer.h>

#include <string>
#include <vector>

#include "broker/base/let-go.h"
#include "broker/base/spawn.h"

namespace latchkey {

// Dropping it hangs up. It does not end the process: those outlive brokers on purpose.
struct Helper {
  int pid = 0;
  kj::AutoCloseFd pidfd;  // May be none, in tests.
  kj::Own<void> connection;
  kj::Promise<void> hungUp = kj::NEVER_DONE;  // The connection broke. Never fails.
  kj::Promise<void> ended = kj::NEVER_DONE;   // The process has ended. Never fails.
};

struct StandardStreams {
  StandardStreams() = default;
  StandardStreams(StandardStreams&&) = default;
  StandardStreams& operator=(StandardStreams&&) = default;
  ~StandardStreams() noexcept {
    for (auto* stream : {&in, &out, &error}) letGo(kj::mv(*stream));
  }
  kj::AutoCloseFd in, out, error;  // None: /dev/null.
};

// Another machine's folder while it can be looked at. Dropping it ends that.
struct FarFolder {
  int pid = 0;
  kj::Own<void> control;
  kj::Promise<kj::AutoCloseFd> root = nullptr;  // Fails with what went wrong, in words.
  kj::Promise<void> ended = kj::NEVER_DONE;     // Never fails.
};

// Starts our programs. The broker's own starts real ones; tests start what they like.
class Programs {
public:
  virtual ~Programs() noexcept(false) = default;
  virtual Helper startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) = 0;
  virtual Helper startFilePortal(capnp::Capability::Client bootstrap) = 0;
  virtual Helper startDesktopPortal(capnp::Capability::Client bootstrap) = 0;
  virtual Helper startNetworkPortal(capnp::Capability::Client bootstrap) = 0;
  virtual Helper startPackages(capnp::Capability::Client bootstrap) = 0;
  // `stream` speaks SFTP with a server.
  virtual FarFolder startFarFolder(kj::AutoCloseFd stream, bool writable);
  // The window, with the display variables given. Resolves when it has ended.
  virtual kj::Promise<void> startWindow(const std::vector<std::string>& environment) = 0;
};

// One launcher is kept in reserve, started a moment after another was wanted: the next launch does not wait for a
// process to start. What waits holds the other end of a socket that nobody has spoken on yet, and nothing else: no
// instance, no order, no cookie, nothing of an app. It becomes one instance's when it is given that one's streams, and
// serves no other. It ends with the broker, and if it has ended before it is wanted, one is started as if there had
// been none.
class SystemPrograms final : public Programs, private kj::TaskSet::ErrorHandler {
public:
  // `descriptors`: how many each of them may have open.
  SystemPrograms(kj::LowLevelAsyncIoProvider& io, kj::UnixEventPort& port, kj::Timer& timer, unsigned long descriptors);
  Helper startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) override;
  Helper startFilePortal(capnp::Capability::Client bootstrap) override;
  Helper startDesktopPortal(capnp::Capability::Client bootstrap) override;
  Helper startNetworkPortal(capnp::Capability::Client bootstrap) override;
  Helper startPackages(capnp::Capability::Client bootstrap) override;
  FarFolder startFarFolder(kj::AutoCloseFd stream, bool writable) override;
  kj::Promise<void> startWindow(const std::vector<std::string>& environment) override;

  // Speaks with other machines (system-ways.h). Ends when it is hung up on.
  Helper startPeerPortal(capnp::Capability::Client bootstrap);
  // What `latchkey-peer --make-identity` writes.
  kj::Promise<std::string> makeIdentity();

private:
  struct Started {
    Spawned child;
    kj::AutoCloseFd socket;  // Its descriptor 3 is the other end.
  };
  Spawned start(const SpawnOrder& order) const;
  Started started(const std::string& program, std::vector<std::string> arguments, std::vector<int> fds) const;
  Helper connected(Started started, capnp::Capability::Client bootstrap);
  void refillReserve();
  void keepReserve();
  kj::Maybe<Started> tryReserve(const StandardStreams& streams);
  void taskFailed(kj::Exception&& exception) override;

  kj::LowLevelAsyncIoProvider& m_io;
  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  unsigned long m_descriptors;
  kj::Maybe<Started> m_reserve;
  kj::Promise<void> m_refilling = nullptr;
  kj::TaskSet m_tasks;
};

// Resolves when the process has ended, and reaps it if it is a child. Never fails.
kj::Promise<void> whenEnded(kj::UnixEventPort& port, kj::AutoCloseFd pidfd);

// Whether `pidfd` is of the living process `pid`: what the kernel says, not what somebody wrote.
bool isPidfdOf(int pidfd, int pid);

// SIGKILL, to that very process. No effect on one that has ended.
void killByPidfd(int pidfd);

}  // namespace latchkey
