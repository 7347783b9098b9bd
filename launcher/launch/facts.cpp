// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/facts.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"

namespace latchkey {
namespace {

kj::AutoCloseFd namespaceOf(pid_t pid, const char* kind) {
  auto path = "/proc/" + std::to_string(pid) + "/ns/" + kind;
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_RDONLY | O_CLOEXEC), path);
  return kj::AutoCloseFd(fd);
}

}  // namespace

Facts Facts::of(const sandbox::ProcessHandle& first, std::string limits, std::string desktop) {
  Facts facts;
  facts.m_child = first.pid();
  facts.m_pidfd = duplicate(first.fd());
  facts.m_mounts = namespaceOf(first.pid(), "mnt");
  facts.m_pids = namespaceOf(first.pid(), "pid");
  facts.m_network = namespaceOf(first.pid(), "net");
  int users;
  // The owner, which with nested namespaces is not the one the app is in.
  KJ_SYSCALL(users = ioctl(facts.m_mounts, NS_GET_USERNS));
  facts.m_users = kj::AutoCloseFd(users);
  KJ_REQUIRE(!first.ended(), "the sandbox ended while it was looked at");
  facts.m_limits = kj::mv(limits);
  facts.m_desktop = kj::mv(desktop);
  return facts;
}

void Facts::write(schema::SandboxFacts::Builder builder) const {
  builder.setChild(m_child);
  builder.setPidfd(descriptorOf(duplicate(m_pidfd)));
  builder.setMountNamespace(descriptorOf(duplicate(m_mounts)));
  builder.setUserNamespace(descriptorOf(duplicate(m_users)));
  builder.setPidNamespace(descriptorOf(duplicate(m_pids)));
  builder.setNetworkNamespace(descriptorOf(duplicate(m_network)));
  builder.setLimits(m_limits.c_str());
  builder.setDesktop(m_desktop.c_str());
  builder.setBusUsed(m_busUsed);
}

}  // namespace latchkey
