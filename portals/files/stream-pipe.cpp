// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/stream-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace latchkey::files {

// The kernel needs a place in it for each page, the partial ones and the header too.
constexpr int SIZE = 2 * MOST_WRITTEN;

StreamPipe& StreamPipe::mine() {
  static thread_local StreamPipe pipe;
  return pipe;
}

bool StreamPipe::open() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) < 0) return false;
  m_read = kj::AutoCloseFd(fds[0]);
  m_write = kj::AutoCloseFd(fds[1]);
  // A page too small and the kernel would refuse the app's request: a system that gives less gives none.
  if (fcntl(m_write, F_SETPIPE_SZ, SIZE) >= SIZE) return true;
  m_read = nullptr;
  m_write = nullptr;
  return false;
}

bool StreamPipe::takeExpected() {
  if (!m_expected || m_impossible) return false;
  m_expected = false;
  m_impossible = m_read.get() < 0 && !open();
  return !m_impossible;
}

ssize_t StreamPipe::fill(int fuse) { return splice(fuse, nullptr, m_write, nullptr, SIZE, 0); }

void StreamPipe::settle() {
  int left = 0;
  if (ioctl(m_read, FIONREAD, &left) == 0 && left == 0) return;
  m_read = nullptr;
  m_write = nullptr;
}

ssize_t writeFromPipe(int pipe, int file, off_t offset, size_t length) {
  size_t done = 0;
  while (done < length) {
    auto moved = splice(pipe, nullptr, file, &offset, length - done, SPLICE_F_MOVE);
    if (moved < 0 && errno == EINTR) continue;
    if (moved <= 0) return done > 0 ? static_cast<ssize_t>(done) : moved;
    done += static_cast<size_t>(moved);
  }
  return static_cast<ssize_t>(done);
}

}  // namespace latchkey::files
