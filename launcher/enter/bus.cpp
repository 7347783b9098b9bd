// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/enter/bus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey::enter {
namespace {

constexpr char DAEMON[] = "/usr/bin/dbus-daemon";
constexpr char PLACE[] = "/run/latchkey/bus";
constexpr char CONFIGURATION[] = "/run/latchkey/bus/session.conf";
constexpr int FIRST_PASSED = 3;  // Where sd_listen_fds(3) says descriptors are handed over.

// Everybody on it is the app or the portal, so everything is allowed; the limits are there so that a program gone wild
// fills its own bus and not the machine. Whole messages count in memory once for each who receives them.
constexpr char RULES[] = R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>systemd:</listen>
  <auth>EXTERNAL</auth>
  <servicedir>/run/latchkey/bus/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_message_size">16777216</limit>
  <limit name="max_incoming_bytes">67108864</limit>
  <limit name="max_outgoing_bytes">67108864</limit>
  <limit name="max_message_unix_fds">16</limit>
  <limit name="max_completed_connections">256</limit>
  <limit name="max_incomplete_connections">64</limit>
  <limit name="max_connections_per_user">256</limit>
  <limit name="max_pending_service_starts">256</limit>
  <limit name="max_names_per_connection">256</limit>
  <limit name="max_match_rules_per_connection">2048</limit>
  <limit name="max_replies_per_connection">1024</limit>
  <limit name="service_start_timeout">10000</limit>
</busconfig>
)";

// What Latchkey's portal owns, and the name that stands for who would start it.
constexpr const char* NAMES[] = {
    "org.freedesktop.systemd1",      "org.freedesktop.portal.Desktop", "org.freedesktop.portal.Documents",
    "org.freedesktop.Notifications", "org.kde.StatusNotifierWatcher",  "org.a11y.Bus",
    "org.freedesktop.portal.IBus",   "org.freedesktop.portal.Fcitx",
};

bool writeFile(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  auto length = static_cast<ssize_t>(strlen(text));
  bool whole = write(fd, text, static_cast<size_t>(length)) == length;
  return close(fd) == 0 && whole;
}

bool writeConfiguration() {
  char path[256], text[512];
  if (mkdir(PLACE, 0700) < 0 && errno != EEXIST) return false;
  snprintf(path, sizeof path, "%s/services", PLACE);
  if (mkdir(path, 0700) < 0 && errno != EEXIST) return false;
  for (auto name : NAMES) {
    snprintf(path, sizeof path, "%s/services/%s.service", PLACE, name);
    snprintf(text, sizeof text, "[D-BUS Service]\nName=%s\nExec=/bin/false\nSystemdService=latchkey.service\n", name);
    if (!writeFile(path, text)) return false;
  }
  return writeFile(CONFIGURATION, RULES);
}

sockaddr_un address() {
  sockaddr_un result{};
  result.sun_family = AF_UNIX;
  snprintf(result.sun_path, sizeof result.sun_path, "/run/user/%u/bus", getuid());
  return result;
}

[[noreturn]] void becomeDaemon(int listener) {
  setsid();
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd) {
    if (dup2(nothing, fd) < 0) _exit(127);
  }
  if (listener == FIRST_PASSED) {
    fcntl(listener, F_SETFD, 0);
  } else if (dup2(listener, FIRST_PASSED) < 0) {
    _exit(127);
  }
  syscall(SYS_close_range, FIRST_PASSED + 1u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
  char own[16];
  snprintf(own, sizeof own, "%d", getpid());
  setenv("LISTEN_PID", own, 1);
  setenv("LISTEN_FDS", "1", 1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const char* words[] = {"dbus-daemon",
                         "--nofork",
                         "--nopidfile",
                         "--nosyslog",
                         "--systemd-activation",
                         "--config-file=/run/latchkey/bus/session.conf",
                         nullptr};
  execv(DAEMON, const_cast<char**>(words));
  _exit(127);
}

}  // namespace

bool Bus::listen() {
  auto place = address();
  m_listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return m_listener >= 0 && bind(m_listener, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0 &&
         ::listen(m_listener, 64) == 0;
}

bool Bus::start() {
  m_daemon = -1;
  pid_t child = writeConfiguration() ? fork() : -1;
  if (child == 0) becomeDaemon(m_listener);
  if (child > 0) m_daemon = child;
  // From now on it is the daemon's alone: once that has gone, whoever tries to connect hears so instead of waiting.
  close(m_listener);
  m_listener = -1;
  return child > 0;
}

int Bus::connect() const {
  if (m_daemon <= 0) return -1;
  auto place = address();
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0) return fd;
  close(fd);
  return -1;
}

void Bus::reaped(pid_t child) {
  if (child == m_daemon) m_daemon = -1;
}

bool Bus::isAlone() const {
  if (m_daemon <= 0) return false;
  auto processes = opendir("/proc");
  if (processes == nullptr) return false;
  bool alone = true;
  while (auto entry = readdir(processes)) {
    auto pid = strtol(entry->d_name, nullptr, 10);
    if (pid > 1 && pid != m_daemon) alone = false;
  }
  closedir(processes);
  return alone;
}

}  // namespace latchkey::enter
