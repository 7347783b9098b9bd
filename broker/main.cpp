// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkeyd: the broker. One for each set of Latchkey's places; a second one ends at once, in silence.
//
//     latchkeyd                in the foreground, logging to stderr
//     latchkeyd --background   returns when it listens; what started it is not its parent any more. Started for what
//                              somebody wanted at that moment, it ends when nobody has wanted anything for 30 s.
//     --idle SECONDS           after so many instead; 0: never
//
// Where the session's service manager listens for it (doorways.h), it is started by whoever comes, and begun again by
// it.

#include <errno.h>
#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/numbers.h"
#include "broker/broker.h"
#include "broker/confine.h"
#include "broker/door.h"
#include "broker/doorways.h"
#include "broker/system-ways.h"
#include "broker/version.h"

using namespace latchkey;

namespace {

constexpr long IDLE_SECONDS = 30;
constexpr size_t MOST_PROGRAMS = 512;
constexpr size_t MOST_RETURNING = 4096;

class SocketStreams final : public Streams {
public:
  explicit SocketStreams(kj::LowLevelAsyncIoProvider& io) : m_io(io) {}
  kj::Own<kj::AsyncIoStream> wrap(kj::AutoCloseFd socket) override {
    return m_io.wrapSocketFd(kj::mv(socket), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
  }

private:
  kj::LowLevelAsyncIoProvider& m_io;
};

// Nothing if another broker has it. Held until this process ends, however it does.
kj::Maybe<kj::AutoCloseFd> tryLock(const Places& places) {
  auto path = places.runtime + "/broker.lock";
  int raw;
  KJ_SYSCALL(raw = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), path);
  kj::AutoCloseFd fd(raw);
  if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
    if (errno == EWOULDBLOCK) return nullptr;
    KJ_FAIL_SYSCALL("flock", errno, path);
  }
  return kj::mv(fd);
}

// Who is started by the session has to serve those who come to the session's sockets: one that somebody started for a
// moment, before the session listened, is waited for.
kj::AutoCloseFd waitForLock(const Places& places) {
  constexpr timespec PAUSE{0, 20'000'000};
  for (int tries = 0; tries < 250; ++tries) {
    auto lock = tryLock(places);
    KJ_IF_MAYBE (held, lock) return kj::mv(*held);
    nanosleep(&PAUSE, nullptr);
  }
  KJ_FAIL_REQUIRE("another broker runs that the session did not start, and does not end", places.runtime);
}

// To the parent, who waits: closed when the child listens or ends, with the reason written first if it cannot start.
kj::AutoCloseFd startup;  // NOLINT(cert-err58-cpp): nothing is done.

void sayWhyNotStarted(const std::string& why) {
  if (startup.get() >= 0) (void)!write(startup, why.data(), std::min<size_t>(why.size(), PIPE_BUF));
}

// The parent waits here until the child listens or has ended, says what it was told, and leaves.
void goToBackground() {
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  pid_t child;
  KJ_SYSCALL(child = fork());
  if (child == 0) {
    startup = kj::mv(theirs);
    return;
  }
  theirs = nullptr;
  char why[PIPE_BUF];
  ssize_t length;
  while ((length = read(ours, why, sizeof why)) < 0 && errno == EINTR) {}
  if (length > 0) (void)!write(STDOUT_FILENO, why, static_cast<size_t>(length));
  _exit(length > 0 ? 1 : 0);
}

// Resolves when nothing runs, waits or is connected, and has not been for a while.
kj::Promise<void> untilIdle(kj::Timer& timer, Broker& broker, Door& person, Door& returning, kj::Duration patience) {
  if (patience == 0 * kj::SECONDS) co_await kj::Promise<void>(kj::NEVER_DONE);
  auto since = timer.now();
  for (;;) {
    co_await timer.afterDelay(kj::min(patience, 1 * kj::SECONDS));
    bool idle = broker.isIdle() && person.guests() == 0 && returning.guests() == 0;
    if (!idle) since = timer.now();
    if (timer.now() - since < patience) continue;
    logInfo("nobody needs it");
    co_return;
  }
}

kj::Promise<void> untilToldToEnd(kj::UnixEventPort& port, Broker& broker) {
  auto terminated = port.onSignal(SIGTERM).ignoreResult();
  auto interrupted = port.onSignal(SIGINT).ignoreResult();
  return broker.whenAskedToStop().exclusiveJoin(kj::mv(terminated)).exclusiveJoin(kj::mv(interrupted));
}

void serve(const Places& places, Doorways doorways, unsigned long descriptors, kj::Duration patience) {
  auto io = kj::setupAsyncIo();
  auto& port = io.unixEventPort;
  auto& timer = io.provider->getTimer();
  SystemClock clock;
  SystemPrograms programs(*io.lowLevelProvider, port, timer, descriptors);
  SocketStreams streams(*io.lowLevelProvider);
  SystemWays ways(programs, *io.lowLevelProvider, io.provider->getNetwork(), port);
  Broker broker(
      {.places = places, .clock = clock, .timer = timer, .programs = programs, .streams = streams, .ways = ways});
  broker.homecoming().watchWith([&](kj::AutoCloseFd pidfd) { return whenEnded(port, kj::mv(pidfd)); });

  auto own = geteuid();
  Door person(port, *io.lowLevelProvider, timer, kj::mv(doorways.person), MOST_PROGRAMS,
              [&](PeerCredentials peer, kj::Promise<void>) -> kj::Maybe<capnp::Capability::Client> {
                if (!isSameUser(peer, own)) return nullptr;
                return capnp::Capability::Client(broker.person());
              });
  Door returning(port, *io.lowLevelProvider, timer, kj::mv(doorways.returning), MOST_RETURNING,
                 [&](PeerCredentials peer, kj::Promise<void> hungUp) -> kj::Maybe<capnp::Capability::Client> {
                   if (!isSameUser(peer, own)) return nullptr;
                   return capnp::Capability::Client(broker.homecoming().bootstrapFor(peer, kj::mv(hungUp)));
                 });
  startup = nullptr;
  logInfo("listening");
  untilToldToEnd(port, broker).exclusiveJoin(untilIdle(timer, broker, person, returning, patience)).wait(io.waitScope);
  logInfo("ending");
  broker.stop();
  // What was declined must reach those who asked.
  timer.afterDelay(50 * kj::MILLISECONDS).wait(io.waitScope);
}

int run(bool background, kj::Duration patience) {
  startLog("latchkeyd");
  KjLogLines kjLines;
  // Before anybody can connect, and so take us for one who can be told to end.
  kj::UnixEventPort::captureSignal(SIGTERM);
  kj::UnixEventPort::captureSignal(SIGINT);
  auto handed = descriptorsHandedOver();
  auto descriptors = confineBroker(handed);
  auto places = Places::fromEnvironment();
  places.ensure();
  if (handed > 0) {
    auto doorways = Doorways::takeOver(places, handed);
    auto lock = waitForLock(places);
    serve(places, kj::mv(doorways), descriptors, patience);
    return 0;
  }
  if (background) goToBackground();
  auto lock = tryLock(places);
  if (lock == nullptr) return 0;
  // Or the session listens, which has just been told that a broker is wanted.
  KJ_IF_MAYBE (doorways, Doorways::tryMake(places)) serve(places, kj::mv(*doorways), descriptors, patience);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  bool background = false;
  long idle = -1;
  for (int i = 1; i < count; ++i) {
    std::string_view word = words[i];
    if (word == "--background") {
      background = true;
    } else if (word == "--idle" && i + 1 < count && numberFrom<long>(words[i + 1])) {
      idle = *numberFrom<long>(words[++i]);
    } else if (word == "--version") {
      printf("latchkeyd %s\n", VERSION);
      return 0;
    } else {
      fprintf(stderr, "usage: latchkeyd [--background] [--idle SECONDS] [--version]\n");
      return 2;
    }
  }
  try {
    if (idle < 0) idle = background ? IDLE_SECONDS : 0;
    return run(background, idle * kj::SECONDS);
  } catch (const kj::Exception& exception) {
    logError(reason(exception));
    sayWhyNotStarted(reason(exception));
    return 1;
  }
}
