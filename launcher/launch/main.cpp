// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-launch: builds one sandbox, runs one program in it, waits. Started by the broker with
//   0, 1, 2  the program's own streams     3  the connection to the broker     4  where to log
//
// `--reserve`: started before anybody wants it, so that a launch does not wait for that. The streams are not there yet:
// they come over 3, with one byte, before anything else is said there.

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/base/harden.h"
#include "broker/base/log.h"
#include "launcher/launch/launch-run.h"

using namespace latchkey;

namespace {

constexpr int BROKER = 3;
constexpr int LOG = 4;
constexpr int STREAM_NUMBER = 10;
constexpr int STREAMS = 3;

// What the process is called while it waits: who lists processes sees that it runs nothing.
constexpr const char* IN_RESERVE = "latchkey-spare";
constexpr const char* AT_WORK = "latchkey-launch";

// What this process will never need again. bubblewrap sets the same for the sandbox.
void confine() {
  harden();
  signal(SIGPIPE, SIG_IGN);
  setsid();  // Keys of the terminal the broker was started from are not for us.
}

// Puts what is wanted now in the place of 0, 1 and 2. False if nobody will want anything: the broker has gone.
bool waitInReserve() {
  prctl(PR_SET_NAME, IN_RESERVE);
  char word;
  iovec part{&word, sizeof word};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * STREAMS)] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t length;
  KJ_SYSCALL(length = recvmsg(BROKER, &header, MSG_CMSG_CLOEXEC));
  if (length == 0) return false;
  auto rights = CMSG_FIRSTHDR(&header);
  KJ_REQUIRE(
      rights != nullptr && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len == CMSG_LEN(sizeof(int) * STREAMS),
      "no streams to work with");
  int given[STREAMS];
  memcpy(given, CMSG_DATA(rights), sizeof given);
  for (int fd = 0; fd < STREAMS; ++fd) {
    kj::AutoCloseFd received(given[fd]);
    KJ_SYSCALL(dup2(received, fd));
  }
  prctl(PR_SET_NAME, AT_WORK);
  return true;
}

// The program's streams move aside, so that nothing we print can reach them.
sandbox::StandardStreams takeStreams() {
  int moved[STREAMS];
  for (int fd = 0; fd < STREAMS; ++fd) KJ_SYSCALL(moved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, STREAM_NUMBER), fd);
  int nothing;
  KJ_SYSCALL(nothing = open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd = 0; fd < STREAMS; ++fd) KJ_SYSCALL(dup2(nothing, fd));
  if (fcntl(LOG, F_GETFD) >= 0) dup2(LOG, STDERR_FILENO);
  for (int fd : {BROKER, LOG}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  close(nothing);
  return {moved[0], moved[1], moved[2]};
}

int launch(bool reserve) {
  confine();
  if (reserve && !waitInReserve()) return 0;
  auto streams = takeStreams();
  startLog("latchkey-launch");
  KjLogLines kjLines;
  auto io = kj::setupAsyncIo();
  auto stream =
      io.lowLevelProvider->wrapUnixSocketFd(kj::AutoCloseFd(BROKER), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  LaunchWorld world{
      .io = *io.lowLevelProvider,
      .events = io.unixEventPort,
      .timer = io.provider->getTimer(),
      .places = Places::fromEnvironment(),
      .programs = sandbox::Programs::find(),
      .streams = streams,
  };
  LaunchRun run(kj::mv(world), kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT));
  run.run().wait(io.waitScope);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return launch(count > 1 && strcmp(words[1], "--reserve") == 0);
  } catch (const kj::Exception& exception) {
    logError(reason(exception));
    return 1;
  }
}
