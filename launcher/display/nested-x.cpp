// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/display/nested-x.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <format>

#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "launcher/display/x-authority.h"

namespace latchkey {
namespace {

constexpr const char* XWAYLAND = "/usr/bin/Xwayland";
constexpr const char* XEPHYR = "/usr/bin/Xephyr";
constexpr const char* WINDOWS = "/run/x/windows";  // Inside.
constexpr const char* SOCKET = "x11";
constexpr const char* AUTHORITY = "x11-authority";
constexpr const char* HOST_AUTHORITY = "x11-host-authority";
constexpr unsigned MAX_FAILURES = 3;
constexpr auto TOO_SHORT = 2 * kj::SECONDS;
constexpr const char* SIZE = "800x600";

void writeIn(int directory, const char* name, const std::string& content) {
  int raw;
  KJ_SYSCALL(raw = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400), name);
  kj::AutoCloseFd fd(raw);
  kj::FdOutputStream(fd.get()).write(content.data(), content.size());
}

// The listener is number 3. `-terminate`: the server ends with its last client, and a
// while later: who is just connecting would be cut off. Shared memory is off: the app's is in a
// namespace of its own, and what cannot be attached shows as black windows.
std::vector<std::string> commonWords() {
  return {"-auth", "/run/x/authority", "-nolisten", "tcp",        "-nolisten",
          "local", "-terminate",       "2",         "-extension", "MIT-SHM"};
}

}  // namespace

bool NestedX::available(NestedXOrder::Host host) {
  return access(host == NestedXOrder::Host::Wayland ? XWAYLAND : XEPHYR, X_OK) == 0;
}

NestedX::NestedX(kj::UnixEventPort& events, kj::Timer& timer, NestedXOrder order)
    : m_events(events), m_timer(timer), m_order(kj::mv(order)), m_serving(nullptr) {
  int raw;
  KJ_SYSCALL(raw = open(m_order.socketDirectory.c_str(), O_DIRECTORY | O_CLOEXEC | O_PATH | O_NOFOLLOW),
             m_order.socketDirectory);
  m_directory = kj::AutoCloseFd(raw);
  for (auto name : {SOCKET, AUTHORITY, HOST_AUTHORITY}) unlinkat(m_directory, name, 0);
  writeIn(m_directory, AUTHORITY, xAuthorityFile(freshXCookie()));
  m_authority = openPathIn(m_directory, AUTHORITY);
  if (!m_order.hostCookie.empty()) {
    writeIn(m_directory, HOST_AUTHORITY, xAuthorityFile(m_order.hostCookie));
    m_hostAuthority = openPathIn(m_directory, HOST_AUTHORITY);
  }
  // The path of an instance's directory may be longer than a socket's address.
  m_listener = listenAt("/proc/self/fd/" + std::to_string(m_directory.get()) + "/" + SOCKET);
  m_serving = serve().eagerlyEvaluate([](kj::Exception&& e) { logError("X server of an app: " + reason(e)); });
}

NestedX::~NestedX() {
  for (auto name : {SOCKET, AUTHORITY, HOST_AUTHORITY}) unlinkat(m_directory, name, 0);
}

kj::AutoCloseFd NestedX::socket() const { return openPathIn(m_directory, SOCKET); }

kj::AutoCloseFd NestedX::authority() const { return openPathIn(m_directory, AUTHORITY); }

kj::Promise<void> NestedX::serve() {
  KJ_DEFER(m_listener = nullptr);  // Given up: who connects then is refused, and does not wait for ever.
  kj::UnixEventPort::FdObserver observer(m_events, m_listener.get(), kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (unsigned failures = 0; failures < MAX_FAILURES;) {
    pollfd wait{m_listener.get(), POLLIN, 0};
    if (poll(&wait, 1, 0) == 0) {
      co_await observer.whenBecomesReadable();
      continue;
    }
    auto begun = m_timer.now();
    co_await serveOnce();
    failures = m_timer.now() - begun < TOO_SHORT ? failures + 1 : 0;
  }
  logWarning("the X server of an app ends at once again and again: given up");
}

// The server's window, and who looks after the app's windows in it. Both end together.
kj::Promise<void> NestedX::serveOnce() {
  auto server = startServer();
  kj::UnixEventPort::FdObserver ended(m_events, server.confined.pidfd(), kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    pollfd wait{server.confined.pidfd(), POLLIN, 0};
    if (poll(&wait, 1, 0) > 0) break;
    co_await ended.whenBecomesReadable();
  }
}

NestedX::Server NestedX::startServer() {
  ConfinedProgram server{.descriptors = {-1, -1, -1, m_listener.get()}};
  ConfinedProgram windows{.program = WINDOWS, .arguments = {m_order.title}, .descriptors = {-1, -1, -1}};
  server.places.push_back({m_authority.get(), "/run/x/authority", false});
  int raw;
  KJ_SYSCALL(raw = open(m_order.windows.c_str(), O_PATH | O_CLOEXEC), m_order.windows);
  kj::AutoCloseFd program(raw), appSocket = socket(), ours, theirs;
  windows.places = {{program.get(), WINDOWS, false},
                    {m_authority.get(), "/run/x/authority", false},
                    {appSocket.get(), "/tmp/.X11-unix/X0", true}};
  windows.environment = {{"DISPLAY", ":0"}, {"XAUTHORITY", "/run/x/authority"}};
  if (m_order.host == NestedXOrder::Host::Wayland) {
    auto pair = socketPair();
    ours = kj::mv(pair.ours);
    theirs = kj::mv(pair.theirs);
    server.program = XWAYLAND;
    server.descriptors.push_back(theirs.get());
    server.environment = {{"WAYLAND_SOCKET", "4"}, {"XDG_RUNTIME_DIR", "/tmp"}};
    server.arguments = {":0", "-listenfd", "3", "-geometry", SIZE, "-decorate", "-shm"};
    windows.arguments.push_back("wayland");
    if (m_order.clipboard) windows.arguments.push_back("clipboard");
    windows.descriptors.push_back(ours.get());
    windows.places.push_back({m_order.hostSocket.get(), "/run/x/wayland", true});
    windows.environment.emplace_back("COMPOSITOR", "/run/x/wayland");
  } else {
    windows.arguments.push_back("x");
    // Xephyr takes a listener as services take one: by number 3 and its own process number, which the shell knows.
    server.program = "/bin/sh";
    server.places.push_back({m_order.hostSocket.get(), "/tmp/.X11-unix/X" + m_order.hostNumber, true});
    server.environment = {{"DISPLAY", ":" + m_order.hostNumber}, {"LISTEN_FDS", "1"}};
    if (m_hostAuthority.get() >= 0) {
      server.places.push_back({m_hostAuthority.get(), "/run/x/host-authority", false});
      server.environment.emplace_back("XAUTHORITY", "/run/x/host-authority");
    }
    server.arguments = {"-c",
                        "LISTEN_PID=$$ exec \"$@\"",
                        "sh",
                        XEPHYR,
                        m_order.hostNumber == "0" ? ":1" : ":0",
                        "-screen",
                        SIZE,
                        "-resizeable",
                        "-no-host-grab",
                        "-title",
                        m_order.title};
  }
  for (auto& word : commonWords()) server.arguments.push_back(word);
  auto looksAfter = Confined::start(windows);
  return {kj::mv(looksAfter), Confined::start(server)};
}

}  // namespace latchkey
