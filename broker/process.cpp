// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/process.h"

#include <kj/debug.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/files.h"

namespace latchkey {
namespace {

// By number: glibc 2.41 declares its wrapper without C linkage.
bool sendSignal(int pidfd, int number) { return syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0; }

}  // namespace

SystemPrograms::SystemPrograms(kj::LowLevelAsyncIoProvider& io, kj::UnixEventPort& port, unsigned long descriptors)
    : m_io(io), m_port(port), m_descriptors(descriptors) {}

// Set from outside: lowering our own limit around the start could leave no number for what the start itself opens.
Spawned SystemPrograms::start(const SpawnOrder& order) const {
  auto child = spawn(order);
  rlimit files{};
  if (prlimit(child.pid, RLIMIT_NOFILE, nullptr, &files) == 0) {
    files.rlim_cur = m_descriptors;
    prlimit(child.pid, RLIMIT_NOFILE, &files, nullptr);
  }
  return child;
}

Helper SystemPrograms::connected(const std::string& program, std::vector<int> fds,
                                 capnp::Capability::Client bootstrap) {
  auto sockets = socketPair();
  fds[3] = sockets.theirs.get();
  auto child = start({.program = besideUs(program), .arguments = {}, .environment = ownEnvironment(), .fds = fds});
  auto stream = m_io.wrapUnixSocketFd(kj::mv(sockets.ours), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  auto connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER, kj::mv(bootstrap));
  auto hungUp = connection->disconnected();
  auto ended = whenEnded(m_port, duplicate(child.pidfd));
  return {child.pid, kj::mv(child.pidfd), kj::mv(connection), kj::mv(hungUp), kj::mv(ended)};
}

Helper SystemPrograms::startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) {
  return connected("latchkey-launch", {streams.in.get(), streams.out.get(), streams.error.get(), -1, STDERR_FILENO},
                   kj::mv(bootstrap));
}

Helper SystemPrograms::startFilePortal(capnp::Capability::Client bootstrap) {
  return connected("latchkey-files", {-1, -1, STDERR_FILENO, -1}, kj::mv(bootstrap));
}

Helper SystemPrograms::startDesktopPortal(capnp::Capability::Client bootstrap) {
  return connected("latchkey-desktop", {-1, -1, STDERR_FILENO, -1}, kj::mv(bootstrap));
}

Helper SystemPrograms::startNetworkPortal(capnp::Capability::Client bootstrap) {
  return connected("latchkey-net", {-1, -1, STDERR_FILENO, -1}, kj::mv(bootstrap));
}

kj::Promise<void> SystemPrograms::startWindow(const std::vector<std::string>& environment) {
  auto merged = environment;
  for (auto& entry : ownEnvironment()) {
    auto name = entry.substr(0, entry.find('=') + 1);
    bool replaced = false;
    for (auto& given : environment) replaced = replaced || given.starts_with(name);
    if (!replaced) merged.push_back(entry);
  }
  auto child = start({.program = besideUs("latchkey-ui"),
                      .arguments = {"--prompts"},
                      .environment = merged,
                      .fds = {-1, -1, STDERR_FILENO}});
  return whenEnded(m_port, kj::mv(child.pidfd));
}

kj::Promise<void> whenEnded(kj::UnixEventPort& port, kj::AutoCloseFd pidfd) {
  kj::UnixEventPort::FdObserver observer(port, pidfd, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  co_await observer.whenBecomesReadable();
  // Not a child of ours (it came home): ECHILD, and nothing to reap.
  siginfo_t status;
  waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &status, WEXITED | WNOHANG);
}

bool isPidfdOf(int pidfd, int pid) {
  if (pid <= 0 || pidfd < 0) return false;
  bool same = false;
  KJ_IF_MAYBE (info, tryReadFile("/proc/self/fdinfo/" + std::to_string(pidfd), 4096)) {
    same = info->contains("\nPid:\t" + std::to_string(pid) + "\n");
  }
  // Only a pidfd of a process that is still there takes signal 0; any other file that says "Pid:" does not.
  return same && sendSignal(pidfd, 0);
}

void killByPidfd(int pidfd) {
  if (pidfd >= 0) sendSignal(pidfd, SIGKILL);
}

}  // namespace latchkey
