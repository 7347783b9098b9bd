// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A pipe by which what an app writes in one go gets from its pages into the host's without being copied to us between.
//
// Each thread that serves has one, once it is of use. What is in it belongs to the request that is being served; what
// that leaves behind goes with the pipe.

#include <kj/io.h>
#include <sys/types.h>

namespace latchkey::files {

// Of one request. With its header it fits into a pipe of the size that everybody may have.
constexpr unsigned MOST_WRITTEN = 512 << 10;

class StreamPipe {
public:
  // This thread's.
  static StreamPipe& mine();

  // The next request is likely to be a large one for writing, too.
  void expect() { m_expected = true; }
  // Whether it is, once. False also if there can be no pipe that holds a request.
  bool takeExpected();
  // As read(): a request from `fuse`, whole.
  ssize_t fill(int fuse);
  // After the request.
  void settle();
  int end() const { return m_read; }

private:
  bool open();

  kj::AutoCloseFd m_read, m_write;
  bool m_expected = false, m_impossible = false;
};

// `length` bytes from a pipe to a place in a file; how many, or -1 and errno if none.
ssize_t writeFromPipe(int pipe, int file, off_t offset, size_t length);

}  // namespace latchkey::files
