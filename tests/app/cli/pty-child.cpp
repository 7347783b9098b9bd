// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/app/cli/pty-child.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <QDir>
#include <QElapsedTimer>

#include <vector>

namespace latchkey::test {
namespace {

std::vector<char*> pointers(QList<QByteArray>& list) {
  std::vector<char*> all;
  for (auto& one : list) all.push_back(one.data());
  all.push_back(nullptr);
  return all;
}

QList<QByteArray> bytes(const QStringList& list) {
  QList<QByteArray> all;
  for (auto& one : list) all << one.toUtf8();
  return all;
}

// All of its jobs: a shell gives each a process group of its own. One that lived on would start a real broker in the
// place of the fake one.
void killSession(pid_t leader) {
  for (auto& entry : QDir("/proc").entryList(QDir::Dirs)) {
    auto pid = entry.toInt();
    if (pid > 1 && getsid(pid) == leader) kill(pid, SIGKILL);
  }
}

}  // namespace

PtyChild::PtyChild(const QStringList& command, const QStringList& environment, const QString& directory) {
  auto words = bytes(command), names = bytes(environment);
  auto argv = pointers(words), envp = pointers(names);
  auto where = directory.toUtf8();
  winsize size{24, 80, 0, 0};
  if (openpty(&m_fd, &m_slave, nullptr, nullptr, &size) < 0) qFatal("openpty");
  fcntl(m_fd, F_SETFD, FD_CLOEXEC);
  fcntl(m_slave, F_SETFD, FD_CLOEXEC);
  m_pid = fork();
  if (m_pid == 0) {
    if (!where.isEmpty() && chdir(where.constData()) < 0) _exit(99);
    login_tty(dup(m_slave));
    execvpe(argv[0], argv.data(), envp.data());
    _exit(98);
  }
}

PtyChild::~PtyChild() {
  if (m_pid > 0) {
    killSession(m_pid);
    kill(m_pid, SIGKILL);
    waitpid(m_pid, nullptr, 0);
  }
  close(m_fd);
  close(m_slave);
}

bool PtyChild::readSome(int milliseconds) {
  pollfd ready{m_fd, POLLIN, 0};
  if (poll(&ready, 1, milliseconds) <= 0) return false;
  char buffer[4096];
  auto count = read(m_fd, buffer, sizeof buffer);
  if (count <= 0) return false;
  m_seen.append(buffer, count);
  return true;
}

bool PtyChild::expect(const QByteArray& text, int milliseconds) {
  QElapsedTimer timer;
  timer.start();
  for (;;) {
    auto at = m_seen.indexOf(text, m_matched);
    if (at >= 0) {
      m_matched = at + text.size();
      return true;
    }
    if (timer.elapsed() > milliseconds) {
      qWarning("not seen: %s\nbut: %s", text.constData(),
               m_seen.mid(m_matched).toPercentEncoding(" \n[]<>;:?=/()'\",").constData());
      return false;
    }
    readSome(50);
  }
}

QByteArray PtyChild::watch(int milliseconds) {
  auto from = m_seen.size();
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < milliseconds) readSome(20);
  return m_seen.mid(from);
}

void PtyChild::type(const QByteArray& keys) {
  [[maybe_unused]] auto written = write(m_fd, keys.constData(), static_cast<size_t>(keys.size()));
}

void PtyChild::resize(unsigned short rows, unsigned short columns) {
  winsize size{rows, columns, 0, 0};
  ioctl(m_fd, TIOCSWINSZ, &size);
}

int PtyChild::waitForEnd(int milliseconds) {
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < milliseconds) {
    readSome(20);
    int status = 0;
    if (waitpid(m_pid, &status, WNOHANG) != m_pid) continue;
    while (readSome(0)) {}
    m_pid = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  return -1;
}

bool PtyChild::sane() const {
  termios settings{};
  tcgetattr(m_slave, &settings);
  constexpr tcflag_t LOCAL = ECHO | ICANON | ISIG;
  return (settings.c_lflag & LOCAL) == LOCAL && (settings.c_oflag & OPOST) && (settings.c_iflag & ICRNL);
}

}  // namespace latchkey::test
