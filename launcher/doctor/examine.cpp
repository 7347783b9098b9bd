// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "broker/base/files.h"
#include "broker/base/folder-programs.h"
#include "broker/base/ids.h"
#include "broker/base/text.h"
#include "launcher/display/nested-x.h"
#include "launcher/display/wayland-link.h"
#include "launcher/display/x-authority.h"
#include "launcher/doctor/bubblewrap-trial.h"
#include "launcher/doctor/bus-filter-trial.h"
#include "launcher/doctor/doctor.h"
#include "launcher/doctor/kernel-trials.h"
#include "launcher/limits/limits.h"

namespace latchkey {
namespace {

constexpr auto PATIENCE = 2 * kj::SECONDS;

std::string firstOf(std::initializer_list<const char*> paths) {
  for (auto path : paths) {
    if (access(path, X_OK) == 0) return path;
  }
  return {};
}

std::string content(const char* path) {
  KJ_IF_MAYBE (text, tryReadFile(path, 64 << 10)) {
    return kj::mv(*text);
  }
  return {};
}

bool saysZero(const char* path) { return content(path).starts_with("0"); }

// A value of /etc/os-release, without quotes.
std::string releaseValue(std::string_view release, std::string_view key) {
  while (!release.empty()) {
    auto end = std::min(release.find('\n'), release.size());
    auto line = release.substr(0, end);
    release.remove_prefix(std::min(end + 1, release.size()));
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != '=') continue;
    line.remove_prefix(key.size() + 1);
    if (line.size() >= 2 && (line.front() == '"' || line.front() == '\'')) line = line.substr(1, line.size() - 2);
    return std::string(line);
  }
  return {};
}

// In a thread with a loop of its own, as the caller may be on one that must not stand still in a wait of ours.
void lookAtCompositor(const std::string& socket, MachineReport& report) {
  std::thread([&] {
    auto problem = kj::runCatchingExceptions([&] {
      auto io = kj::setupAsyncIo();
      auto connected = WaylandLink::connect(io.unixEventPort, socket);
      KJ_IF_MAYBE (link, connected) {
        io.provider->getTimer().timeoutAfter(PATIENCE, (*link)->look()).wait(io.waitScope);
        report.wayland = true;
        report.securityContext = (*link)->offersContexts();
        if (!report.securityContext) report.privilegedInterfaces = privilegedAmong((*link)->globals());
      }
    });
    (void)problem;  // It does not answer: there is no compositor.
  }).join();
}

// The strongest back-end that takes a process: tried on one made for it.
std::string limitsInForce() {
  std::string name;
  auto child = fork();
  if (child < 0) return name;
  if (child == 0) {
    for (;;) pause();
  }
  auto problem = kj::runCatchingExceptions([&] {
    auto handle = sandbox::ProcessHandle::open(child);
    auto backends = sandbox::limitBackends();
    auto applied = sandbox::applyStrongest(backends, {.memory = uint64_t{1} << 30, .processes = 100, .cpuPercent = 100},
                                           handle, "doctor-" + randomToken().substr(0, 8));
    name = applied->name();
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    child = 0;
  });
  (void)problem;
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  return name;
}

}  // namespace

MachineReport examine(const Variables& session) {
  MachineReport report;
  auto release = content("/etc/os-release");
  report.distribution = brief(releaseValue(release, "ID"), 40);
  report.family = brief(releaseValue(release, "ID_LIKE"), 80);

  tryBubblewrap(firstOf({"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"}), report);
  report.userNamespaces = tryUserNamespaces();
  report.nestedUserNamespaces = tryNestedUserNamespaces();
  report.appArmorRestricts = content("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").starts_with("1");
  report.switchedOff =
      saysZero("/proc/sys/kernel/unprivileged_userns_clone") || saysZero("/proc/sys/user/max_user_namespaces");
  report.fuseDevice = tryDevice("/dev/fuse");
  report.fuseMount = tryFuseMount();
  report.wire = tryWire();
  report.redirection = tryRedirection();
  report.systemCallFilter = trySystemCallFilter();

  if (auto socket = waylandSocket(session); !socket.empty()) lookAtCompositor(socket, report);
  auto display = localDisplayNumber(sessionVariable(session, "DISPLAY"));
  report.x11 = display && access(("/tmp/.X11-unix/X" + *display).c_str(), F_OK) == 0;
  report.xwayland = NestedX::available(NestedXOrder::Host::Wayland);
  report.xephyr = NestedX::available(NestedXOrder::Host::X);

  report.limits = limitsInForce();
  report.unsquashfs = access("/usr/bin/unsquashfs", X_OK) == 0;
  if (auto proxy = firstOf({"/usr/bin/xdg-dbus-proxy"}); !proxy.empty()) {
    std::string output;
    runBriefly(proxy, {"--version"}, output);
    while (output.ends_with('\n')) output.pop_back();
    report.busProxyVersion = brief(output.empty() ? "unknown version" : output, 60);
    report.busProxy = tryBusFilter(proxy);
  }
  report.servesFolders = !sftpServer().empty();
  report.showsFolders = !sshfs().empty();
  return report;
}

std::vector<Finding> diagnose() {
  Variables session;
  for (auto name : {"WAYLAND_DISPLAY", "DISPLAY", "XDG_RUNTIME_DIR"}) {
    if (auto value = getenv(name)) session.emplace_back(name, value);
  }
  return judge(examine(session));
}

}  // namespace latchkey
