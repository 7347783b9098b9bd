// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/single-window.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/log.h"

namespace latchkey::ui {
namespace {

constexpr size_t LONGEST_MESSAGE = 64 + 4096;  // A word, and a path.
constexpr int PATIENCE_MS = 200;

}  // namespace

SingleWindow::SingleWindow(std::string socket, QObject* parent) : QObject(parent), m_path(std::move(socket)) {}

SingleWindow::~SingleWindow() {
  if (m_fd < 0) return;
  m_notifier.reset();
  close(m_fd);
  unlink(m_path.c_str());
}

bool SingleWindow::tellOther(const QByteArray& word) {
  bool told = false;
  auto failure = kj::runCatchingExceptions([&] {
    KJ_IF_MAYBE (fd, tryConnect(m_path))
      told = send(fd->get(), word.constData(), size_t(word.size()), MSG_NOSIGNAL) == word.size();
  });
  KJ_IF_MAYBE (exception, failure) logWarning(reason(*exception));
  return told;
}

bool SingleWindow::listen() {
  auto failure = kj::runCatchingExceptions([&] { m_fd = listenAt(m_path).release(); });
  KJ_IF_MAYBE (exception, failure) {
    logWarning(reason(*exception));
    return false;
  }
  m_notifier = std::make_unique<QSocketNotifier>(m_fd, QSocketNotifier::Read);
  connect(m_notifier.get(), &QSocketNotifier::activated, this, &SingleWindow::accept);
  return true;
}

void SingleWindow::accept() {
  int fd = accept4(m_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  kj::AutoCloseFd connection(fd);
  if (peerCredentials(fd).uid != getuid()) return;
  // Who connects writes at once; who does not is not waited for.
  pollfd wait{fd, POLLIN, 0};
  poll(&wait, 1, PATIENCE_MS);
  char message[LONGEST_MESSAGE];
  auto length = read(fd, message, sizeof message);
  if (length <= 0) return;
  QByteArray whole(message, length);
  auto space = whole.indexOf(' ');
  auto word = space < 0 ? whole : whole.first(space), path = space < 0 ? QByteArray() : whole.mid(space + 1);
  bool sound = word == "look" ? path.startsWith('/') && !path.contains('\0') : space < 0;
  if (sound) Q_EMIT told(word, path);
}

}  // namespace latchkey::ui
