// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-launch: builds one sandbox, runs one program in it, waits. Started by the broker with
//   0, 1, 2  the program's own streams     3  the connection to the broker     4  where to log

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "broker/base/log.h"
#include "launcher/launch/launch-run.h"

using namespace latchkey;

namespace {

constexpr int BROKER = 3;
constexpr int LOG = 4;
constexpr int STREAM_NUMBER = 10;

// What this process will never need again. bubblewrap sets the same for the sandbox.
void confine() {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // No core dump and no reading of memory by others of the person's processes: the cookie is in it.
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  signal(SIGPIPE, SIG_IGN);
  setsid();  // Keys of the terminal the broker was started from are not for us.
}

// The program's streams move aside, so that nothing we print can reach them.
sandbox::StandardStreams takeStreams() {
  int moved[3];
  for (int fd = 0; fd < 3; ++fd) KJ_SYSCALL(moved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, STREAM_NUMBER), fd);
  int nothing;
  KJ_SYSCALL(nothing = open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd = 0; fd < 3; ++fd) KJ_SYSCALL(dup2(nothing, fd));
  if (fcntl(LOG, F_GETFD) >= 0) dup2(LOG, STDERR_FILENO);
  for (int fd : {BROKER, LOG}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  close(nothing);
  return {moved[0], moved[1], moved[2]};
}

int launch() {
  confine();
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
      .host = sandbox::HostFacts::gather(),
      .streams = streams,
  };
  LaunchRun run(kj::mv(world), kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT));
  run.run().wait(io.waitScope);
  return 0;
}

}  // namespace

int main() {
  try {
    return launch();
  } catch (const kj::Exception& exception) {
    logError(reason(exception));
    return 1;
  }
}
