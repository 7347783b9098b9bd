// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Ways to other machines, as the broker has them: the network, the person's ssh, and the program that reads what comes.
// The broker's own are real ones; tests have theirs.

#include <capnp/capability.h>
#include <kj/async.h>
#include <kj/function.h>
#include <kj/io.h>

#include <string>
#include <vector>

#include "broker/machines/route.h"

namespace latchkey {

// Dropping it stops listening.
class OpenPort {
public:
  virtual ~OpenPort() noexcept(false) = default;
  virtual uint16_t port() const = 0;
};

// A portal that runs. Dropping it ends it.
struct RunningPortal {
  kj::Own<void> process;
  kj::Promise<void> gone = kj::NEVER_DONE;  // It ended, or hung up. Never fails.
};

class Ways {
public:
  virtual ~Ways() noexcept(false) = default;

  virtual RunningPortal startPeerPortal(capnp::Capability::Client bootstrap) = 0;
  // An `Identity`, as `latchkey-peer --make-identity` writes it.
  virtual kj::Promise<std::string> makeIdentity() = 0;

  // A connected stream socket. Fails with one line; takes as long as it takes.
  virtual kj::Promise<kj::AutoCloseFd> connect(const Route& route) = 0;

  // At all addresses, on the first of these ports that is free. Throws if none is. `from`: their address, without port.
  using Accept = kj::Function<void(kj::AutoCloseFd socket, std::string from)>;
  virtual kj::Own<OpenPort> listen(const std::vector<uint16_t>& ports, Accept accept) = 0;

  // Of this machine, as others might reach it; those of the local network first.
  virtual std::vector<std::string> ownAddresses() = 0;
  virtual std::string ownName() = 0;
  // Resolves when addresses of this machine have changed. Never fails.
  virtual kj::Promise<void> whenNetworkChanges() = 0;
};

}  // namespace latchkey
