// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include <string>

namespace latchkey::cli {
namespace {

constexpr int PATIENCE_MS = 5000;

kj::Maybe<kj::AutoCloseFd> tryOpen(const std::string& path) {
  int fd = open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return nullptr;
  return kj::AutoCloseFd(fd);
}

}  // namespace

kj::Maybe<kj::Own<Terminal>> Terminal::ofProcess(bool always) {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (!isatty(fd)) continue;
    KJ_IF_MAYBE (own, tryOpen("/proc/self/fd/" + std::to_string(fd))) return kj::heap<Terminal>(kj::mv(*own));
  }
  if (always) {
    KJ_IF_MAYBE (own, tryOpen("/dev/tty")) return kj::heap<Terminal>(kj::mv(*own));
  }
  return nullptr;
}

Terminal::Terminal(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) { KJ_SYSCALL(tcgetattr(m_fd, &m_before)); }

bool Terminal::inForeground() const {
  auto group = tcgetpgrp(m_fd);
  // Not our controlling terminal: nobody minds.
  return group < 0 || group == getpgrp();
}

winsize Terminal::size() const {
  winsize size{};
  ioctl(m_fd, TIOCGWINSZ, &size);
  return size;
}

void Terminal::makeRaw() {
  if (!inForeground()) return;
  if (!m_raw) tcgetattr(m_fd, &m_before);
  auto wanted = m_before;
  cfmakeraw(&wanted);
  // TCSADRAIN is not tried again after a signal by the C library.
  while (tcsetattr(m_fd, TCSADRAIN, &wanted) < 0 && errno == EINTR) {}
  m_raw = true;
}

void Terminal::restore() {
  if (!m_raw) return;
  m_raw = false;
  if (!inForeground()) return;
  while (tcsetattr(m_fd, TCSADRAIN, &m_before) < 0 && errno == EINTR) {}
}

void Terminal::write(std::string_view text) {
  while (!text.empty()) {
    auto count = ::write(m_fd, text.data(), text.size());
    if (count > 0) {
      text.remove_prefix(static_cast<size_t>(count));
    } else if (count < 0 && errno == EAGAIN) {
      pollfd slow{m_fd, POLLOUT, 0};
      if (poll(&slow, 1, PATIENCE_MS) <= 0) return;
    } else if (count < 0 && errno != EINTR) {
      return;
    }
  }
}

void Terminal::discardTyped() { tcflush(m_fd, TCIFLUSH); }

Pty makePty(const Terminal& like, LineEndings endings) {
  int raw;
  KJ_SYSCALL(raw = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  Pty pty{.master = kj::AutoCloseFd(raw), .slave = {}};
  KJ_SYSCALL(unlockpt(pty.master));
  // By the master, not by name: the name could be another's by now, or of another mount.
  KJ_SYSCALL(raw = ioctl(pty.master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  pty.slave = kj::AutoCloseFd(raw);
  auto settings = like.settings();
  if (endings == LineEndings::AsIs) settings.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  KJ_SYSCALL(tcsetattr(pty.slave, TCSANOW, &settings));
  auto size = like.size();
  KJ_SYSCALL(ioctl(pty.master, TIOCSWINSZ, &size));
  return pty;
}

}  // namespace latchkey::cli
