// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/process.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/send-descriptors.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr auto BEFORE_RESERVE = 300 * kj::MILLISECONDS;  // The app that was just started goes first.

// By number: glibc 2.41 declares its wrapper without C linkage.
bool sendSignal(int pidfd, int number) { return syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0; }

// With the word that ends the waiting of a launcher in reserve (launcher/launch/main.cpp). False if it has gone.
bool sendStreams(int socket, const StandardStreams& streams) {
  kj::AutoCloseFd nothing;
  int fds[3] = {streams.in.get(), streams.out.get(), streams.error.get()};
  for (auto& fd : fds) {
    if (fd >= 0) continue;
    if (nothing.get() < 0) nothing = kj::AutoCloseFd(open("/dev/null", O_RDWR | O_CLOEXEC));
    fd = nothing.get();
  }
  char word = 0;
  return sendWithDescriptors(socket, {&word, 1}, fds, MSG_DONTWAIT) == 1;
}

}  // namespace

SystemPrograms::SystemPrograms(kj::LowLevelAsyncIoProvider& io, kj::UnixEventPort& port, kj::Timer& timer,
                               unsigned long descriptors)
    : m_io(io), m_port(port), m_timer(timer), m_descriptors(descriptors), m_tasks(*this) {}

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

SystemPrograms::Started SystemPrograms::started(const std::string& program, std::vector<std::string> arguments,
                                                std::vector<int> fds) const {
  auto sockets = socketPair();
  fds[3] = sockets.theirs.get();
  auto child = start({.program = besideUs(program),
                      .arguments = kj::mv(arguments),
                      .environment = ownEnvironment(),
                      .fds = kj::mv(fds)});
  return {kj::mv(child), kj::mv(sockets.ours)};
}

Helper SystemPrograms::connected(Started started, capnp::Capability::Client bootstrap) {
  auto stream = m_io.wrapUnixSocketFd(kj::mv(started.socket), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  auto connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER, kj::mv(bootstrap));
  auto hungUp = connection->disconnected();
  auto ended = whenEnded(m_port, duplicate(started.child.pidfd));
  return {started.child.pid, kj::mv(started.child.pidfd), kj::mv(connection), kj::mv(hungUp), kj::mv(ended)};
}

Helper SystemPrograms::startLauncher(StandardStreams streams, capnp::Capability::Client bootstrap) {
  refillReserve();
  KJ_IF_MAYBE (waiting, tryReserve(streams)) return connected(kj::mv(*waiting), kj::mv(bootstrap));
  return connected(
      started("latchkey-launch", {}, {streams.in.get(), streams.out.get(), streams.error.get(), -1, STDERR_FILENO}),
      kj::mv(bootstrap));
}

Helper SystemPrograms::startFilePortal(capnp::Capability::Client bootstrap) {
  return connected(started("latchkey-files", {}, {-1, -1, STDERR_FILENO, -1}), kj::mv(bootstrap));
}

Helper SystemPrograms::startDesktopPortal(capnp::Capability::Client bootstrap) {
  return connected(started("latchkey-desktop", {}, {-1, -1, STDERR_FILENO, -1}), kj::mv(bootstrap));
}

Helper SystemPrograms::startNetworkPortal(capnp::Capability::Client bootstrap) {
  return connected(started("latchkey-net", {}, {-1, -1, STDERR_FILENO, -1}), kj::mv(bootstrap));
}

Helper SystemPrograms::startPackages(capnp::Capability::Client bootstrap) {
  return connected(started("latchkey-packages", {}, {-1, -1, STDERR_FILENO, -1}), kj::mv(bootstrap));
}

Helper SystemPrograms::startPeerPortal(capnp::Capability::Client bootstrap) {
  return connected(started("latchkey-peer", {}, {-1, -1, STDERR_FILENO, -1}), kj::mv(bootstrap));
}

FarFolder Programs::startFarFolder(kj::AutoCloseFd, bool) { fail("folders of other machines cannot be shown here"); }

namespace {

// "F" and the descriptor, or why not.
kj::Promise<kj::AutoCloseFd> rootFrom(kj::AsyncCapabilityStream& control) {
  constexpr size_t MOST = 300;
  char words[MOST];
  kj::AutoCloseFd root;
  auto first = co_await control.tryReadWithFds(words, 1, MOST, &root, 1);
  if (first.byteCount == 1 && words[0] == 'F' && root.get() >= 0) co_return kj::mv(root);
  fail(first.byteCount == 0 ? "it ended at once" : brief(std::string(words, first.byteCount), MOST / 4));
}

}  // namespace

FarFolder SystemPrograms::startFarFolder(kj::AutoCloseFd stream, bool writable) {
  auto begun = started("latchkey-far-folder", {writable ? "write" : "read"}, {stream.get(), -1, STDERR_FILENO, -1});
  auto control = m_io.wrapUnixSocketFd(kj::mv(begun.socket), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  auto root = rootFrom(*control);
  auto ended = whenEnded(m_port, duplicate(begun.child.pidfd));
  m_tasks.add(whenEnded(m_port, kj::mv(begun.child.pidfd)));  // Reaped, whoever still waits for it.
  return {begun.child.pid, kj::mv(control), kj::mv(root), kj::mv(ended)};
}

kj::Promise<std::string> SystemPrograms::makeIdentity() {
  constexpr uint64_t MOST = 64 * 1024;
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  auto child = start({.program = besideUs("latchkey-peer"),
                      .arguments = {"--make-identity"},
                      .environment = ownEnvironment(),
                      .fds = {-1, theirs.get(), STDERR_FILENO}});
  theirs = nullptr;
  m_tasks.add(whenEnded(m_port, kj::mv(child.pidfd)));
  auto in = m_io.wrapInputFd(kj::mv(ours), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  auto bytes = co_await in->readAllBytes(MOST);
  co_return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

void SystemPrograms::refillReserve() {
  m_refilling =
      m_timer.afterDelay(BEFORE_RESERVE).then([this] { keepReserve(); }).eagerlyEvaluate([](auto&& exception) {
        logWarning("no launcher in reserve: " + reason(exception));
      });
}

void SystemPrograms::keepReserve() {
  if (m_reserve != nullptr) return;
  auto waiting = started("latchkey-launch", {"--reserve"}, {-1, -1, STDERR_FILENO, -1, STDERR_FILENO});
  // Reaped whenever it ends, wanted or not.
  m_tasks.add(whenEnded(m_port, duplicate(waiting.child.pidfd)));
  m_reserve = kj::mv(waiting);
}

// One that has gone does not take them, and is forgotten.
kj::Maybe<SystemPrograms::Started> SystemPrograms::tryReserve(const StandardStreams& streams) {
  auto waiting = kj::mv(m_reserve);
  m_reserve = nullptr;
  KJ_IF_MAYBE (found, waiting) {
    if (sendStreams(found->socket, streams)) return kj::mv(*found);
  }
  return nullptr;
}

void SystemPrograms::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

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
