// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The real ways to other machines (machines/ways.h). The broker makes and accepts connections and reads not a byte of
// them: each goes to the portal as a descriptor.

#include <kj/async-io.h>
#include <kj/async-unix.h>

#include "broker/machines/ways.h"
#include "broker/process.h"

namespace latchkey {

class SystemWays final : public Ways, private kj::TaskSet::ErrorHandler {
public:
  SystemWays(SystemPrograms& programs, kj::LowLevelAsyncIoProvider& io, kj::Network& network, kj::UnixEventPort& port);
  KJ_DISALLOW_COPY_AND_MOVE(SystemWays);

  RunningPortal startPeerPortal(capnp::Capability::Client bootstrap) override;
  kj::Promise<std::string> makeIdentity() override { return m_programs.makeIdentity(); }
  kj::Promise<kj::AutoCloseFd> connect(const Route& route) override;
  kj::Own<OpenPort> listen(const std::vector<uint16_t>& ports, Accept accept) override;
  std::vector<std::string> ownAddresses() override;
  std::string ownName() override;
  kj::Promise<void> whenNetworkChanges() override;

private:
  kj::Promise<kj::AutoCloseFd> connectTcp(std::string host, uint16_t port);
  kj::AutoCloseFd startSsh(const Route& route);
  void taskFailed(kj::Exception&& exception) override;

  SystemPrograms& m_programs;
  kj::LowLevelAsyncIoProvider& m_io;
  kj::Network& m_network;
  kj::UnixEventPort& m_port;
  kj::AutoCloseFd m_changes;  // What the kernel says of addresses. None where it says nothing.
  kj::Maybe<kj::Own<kj::UnixEventPort::FdObserver>> m_observer;
  kj::TaskSet m_tasks;
};

}  // namespace latchkey
