// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The person's terminal, and the one we make for a program.
//
// A program never gets the person's own: with it, it could push keys back as if typed (CVE-2017-5226), read keys that
// are meant for the shell, change its modes, or paint over it later, when its run has ended. It gets a pseudo-terminal
// of ours and we carry the bytes.

#include <kj/io.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <string_view>

namespace latchkey::cli {

class Terminal {
public:
  // The terminal among descriptors 0, 1, 2; none if they are all something else. `always`: then the controlling one.
  static kj::Maybe<kj::Own<Terminal>> ofProcess(bool always);

  // `fd` must be a file description of its own: it is made non-blocking, which the shell's must not become.
  explicit Terminal(kj::AutoCloseFd fd);
  ~Terminal() noexcept(false) { restore(); }
  KJ_DISALLOW_COPY_AND_MOVE(Terminal);

  int fd() const { return m_fd; }
  // Whether it is ours to read and to change: a job in the background may do neither.
  bool inForeground() const;
  winsize size() const;
  termios settings() const { return m_before; }

  // Every key as it is typed, nothing echoed, nothing done to output. Does nothing in the background.
  void makeRaw();
  // As it was found. Idempotent.
  void restore();
  bool raw() const { return m_raw; }

  // Whole, waiting for a slow terminal; gives up when it is gone.
  void write(std::string_view text);
  // Throws away what was typed and not yet read.
  void discardTyped();

private:
  kj::AutoCloseFd m_fd;
  termios m_before{};
  bool m_raw = false;
};

struct Pty {
  kj::AutoCloseFd master;  // Non-blocking.
  kj::AutoCloseFd slave;
};
// Like `like` in size and settings. `outputAsIs`: its line endings are left to the terminal that shows them.
enum class LineEndings { Made, AsIs };
Pty makePty(const Terminal& like, LineEndings endings);

}  // namespace latchkey::cli
