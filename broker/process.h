// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Processes of ours, as the broker holds them: started by it, or come home to it.

#include <capnp/capability.h>
#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <kj/io.h>

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

// Starts our programs. The broker's own starts real ones; tests start what they like.
class Programs {
public:
  virtual ~Programs() noexcept(false) = default;
  virtual Helper startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) = 0;
  virtual Helper startFilePortal(capnp::Capability::Client bootstrap) = 0;
  virtual Helper startDesktopPortal(capnp::Capability::Client bootstrap) = 0;
  virtual Helper startNetworkPortal(capnp::Capability::Client bootstrap) = 0;
  // The window, with the display variables given. Resolves when it has ended.
  virtual kj::Promise<void> startWindow(const std::vector<std::string>& environment) = 0;
};

class SystemPrograms final : public Programs {
public:
  // `descriptors`: how many each of them may have open.
  SystemPrograms(kj::LowLevelAsyncIoProvider& io, kj::UnixEventPort& port, unsigned long descriptors);
  Helper startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) override;
  Helper startFilePortal(capnp::Capability::Client bootstrap) override;
  Helper startDesktopPortal(capnp::Capability::Client bootstrap) override;
  Helper startNetworkPortal(capnp::Capability::Client bootstrap) override;
  kj::Promise<void> startWindow(const std::vector<std::string>& environment) override;

private:
  Spawned start(const SpawnOrder& order) const;
  Helper connected(const std::string& program, std::vector<int> fds, capnp::Capability::Client bootstrap);

  kj::LowLevelAsyncIoProvider& m_io;
  kj::UnixEventPort& m_port;
  unsigned long m_descriptors;
};

// Resolves when the process has ended, and reaps it if it is a child. Never fails.
kj::Promise<void> whenEnded(kj::UnixEventPort& port, kj::AutoCloseFd pidfd);

// Whether `pidfd` is of the living process `pid`: what the kernel says, not what somebody wrote.
bool isPidfdOf(int pidfd, int pid);

// SIGKILL, to that very process. No effect on one that has ended.
void killByPidfd(int pidfd);

}  // namespace latchkey
