// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/launch/stream-relays.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "broker/base/log.h"

namespace latchkey {
namespace {

constexpr size_t PIECE = 64 * 1024;

struct Pipe {
  kj::AutoCloseFd readEnd, writeEnd;

  Pipe() {
    int fds[2];
    KJ_SYSCALL(pipe2(fds, O_CLOEXEC));
    readEnd = kj::AutoCloseFd(fds[0]);
    writeEnd = kj::AutoCloseFd(fds[1]);
  }
};

enum class Treatment { Pass, Relay };

// /dev/null, zero, full, random, urandom.
bool isMemoryDevice(dev_t device) {
  if (major(device) != 1) return false;
  auto number = minor(device);
  return number == 3 || number == 5 || (number >= 7 && number <= 9);
}

Treatment treatmentOf(int fd) {
  struct stat info;
  KJ_SYSCALL(fstat(fd, &info));
  int flags;
  KJ_SYSCALL(flags = fcntl(fd, F_GETFL));
  // From an open directory the whole file system is within reach of openat().
  KJ_REQUIRE(!S_ISDIR(info.st_mode), "a directory cannot be the input or output of an app");
  KJ_REQUIRE((flags & O_PATH) == 0, "a descriptor that is only a path cannot be the input or output of an app");
  if (S_ISREG(info.st_mode)) return Treatment::Relay;
  bool harmless = S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) ||
                  (S_ISCHR(info.st_mode) && (isMemoryDevice(info.st_rdev) || isatty(fd)));
  KJ_REQUIRE(harmless, "a device cannot be the input or output of an app: put a pipe between, such as 'cat DEVICE |'");
  return Treatment::Pass;
}

// One open(), so one position: 2>&1.
bool sameDescription(int first, int second) {
  return syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, first, second) == 0;
}

bool waitFor(int fd, short events, int stop) {
  for (;;) {
    pollfd wait[] = {{fd, events, 0}, {stop, POLLIN, 0}};
    if (poll(wait, 2, -1) < 0) {
      KJ_REQUIRE(errno == EINTR, "poll", errno);
      continue;
    }
    if (wait[1].revents != 0) return false;
    if (wait[0].revents != 0) return true;
  }
}

size_t held(int pipe) {
  int count = 0;
  return ioctl(pipe, FIONREAD, &count) == 0 && count > 0 ? static_cast<size_t>(count) : 0;
}

// False when the file takes no more.
bool writeAll(int fd, const char* data, size_t size) {
  while (size > 0) {
    auto written = write(fd, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      logWarning(std::string("the output of the app cannot be written: ") + strerror(errno));
      return false;
    }
    data += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// From the app to the file, until nobody can write any more.
void copyOutput(kj::AutoCloseFd from, kj::AutoCloseFd to, int stop) {
  char piece[PIECE];
  bool stopped = false;
  size_t left = 0;
  for (;;) {
    if (!stopped && !waitFor(from, POLLIN, stop)) {
      // No process of the app is left. Whoever else has got hold of the pipe does not keep us.
      stopped = true;
      left = held(from);
    }
    if (stopped && left == 0) return;
    auto got = read(from, piece, stopped ? std::min(left, sizeof piece) : sizeof piece);
    if (got < 0 && (errno == EINTR || errno == EAGAIN) && !stopped) continue;
    if (got <= 0 || !writeAll(to, piece, static_cast<size_t>(got))) return;
    if (stopped) left -= static_cast<size_t>(got);
  }
}

// From the file to the app. `kept` is the app's own end: it says how much was never read.
void copyInput(kj::AutoCloseFd from, kj::AutoCloseFd to, kj::AutoCloseFd kept, int stop) {
  char piece[PIECE];
  auto offset = lseek(from, 0, SEEK_CUR);
  if (offset < 0) return;
  bool going = true;
  while (going) {
    auto got = pread(from, piece, sizeof piece, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (ssize_t done = 0; going && done < got;) {
      going = waitFor(to, POLLOUT, stop);
      if (!going) break;
      auto written = write(to, piece + done, static_cast<size_t>(got - done));
      if (written < 0 && errno != EAGAIN && errno != EINTR) going = false;
      if (written > 0) done += written, offset += written;
    }
  }
  to = nullptr;  // The end of the file.
  while (waitFor(-1, 0, stop)) {}
  lseek(from, offset - static_cast<off_t>(held(kept)), SEEK_SET);
}

void doNotBlock(int fd) { KJ_SYSCALL(fcntl(fd, F_SETFL, O_NONBLOCK)); }

}  // namespace

StreamRelays::StreamRelays(sandbox::StandardStreams& streams) {
  Pipe stopping;
  m_stop = kj::mv(stopping.readEnd);
  m_stopping = kj::mv(stopping.writeEnd);
  auto out = treatmentOf(streams.out), err = treatmentOf(streams.err);
  if (treatmentOf(streams.in) == Treatment::Relay) relayInput(streams.in);
  if (out == Treatment::Relay && err == Treatment::Relay && sameDescription(streams.out, streams.err)) {
    relayOutputs(streams.out, streams.err);
  } else {
    int none = -1;
    if (out == Treatment::Relay) relayOutputs(streams.out, none);
    if (err == Treatment::Relay) relayOutputs(streams.err, none);
  }
}

StreamRelays::~StreamRelays() { finish(); }

void StreamRelays::finish() {
  m_stopping = nullptr;
  m_threads.clear();  // Joins.
}

void StreamRelays::relayInput(int& stream) {
  Pipe pipe;
  doNotBlock(pipe.writeEnd);
  int forApp;
  KJ_SYSCALL(forApp = fcntl(pipe.readEnd, F_DUPFD_CLOEXEC, stream));
  m_threads.add(kj::heap<kj::Thread>(
      [file = kj::AutoCloseFd(stream), to = kj::mv(pipe.writeEnd), kept = kj::mv(pipe.readEnd),
       stop = m_stop.get()]() mutable { copyInput(kj::mv(file), kj::mv(to), kj::mv(kept), stop); }));
  stream = forApp;
}

// `err` may be none.
void StreamRelays::relayOutputs(int& out, int& err) {
  Pipe pipe;
  doNotBlock(pipe.readEnd);
  int forErr = -1;
  if (err >= 0) {
    KJ_SYSCALL(forErr = fcntl(pipe.writeEnd, F_DUPFD_CLOEXEC, out));
  }
  m_threads.add(
      kj::heap<kj::Thread>([file = kj::AutoCloseFd(out), from = kj::mv(pipe.readEnd), stop = m_stop.get()]() mutable {
        copyOutput(kj::mv(from), kj::mv(file), stop);
      }));
  out = pipe.writeEnd.release();
  if (err >= 0) {
    close(err);
    err = forErr;
  }
}

}  // namespace latchkey
