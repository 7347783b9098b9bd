// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A standing sandbox as the broker and the portals need to know it: by descriptors of its namespaces, not by its
// number.

#include <kj/io.h>

#include <string>

#include "broker/schema/launcher.capnp.h"
#include "launcher/sandbox/process-handle.h"

namespace latchkey {

class Facts {
public:
  // Opens the namespaces of `first`, process 1 of the sandbox.
  static Facts of(const sandbox::ProcessHandle& first, std::string limits, std::string desktop);

  void setBusUsed() { m_busUsed = true; }
  void write(schema::SandboxFacts::Builder builder) const;

private:
  pid_t m_child = 0;
  kj::AutoCloseFd m_pidfd;
  kj::AutoCloseFd m_mounts;
  kj::AutoCloseFd m_users;
  kj::AutoCloseFd m_pids;
  kj::AutoCloseFd m_network;
  std::string m_limits;
  std::string m_desktop;
  bool m_busUsed = false;
};

}  // namespace latchkey
