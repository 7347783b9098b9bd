// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The sockets themselves, and the process that holds them: real ones.

#include <fcntl.h>
#include <kj/async-io.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <QtTest>

#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/spawn.h"
#include "broker/base/start-broker.h"
#include "broker/door.h"
#include "broker/process.h"
#include "broker/schema/homecoming.capnp.h"
#include "broker/schema/person.capnp.h"

using namespace latchkey;

namespace {

class Greeter final : public schema::Descriptor::Server {};

std::string binary(const char* name) { return std::string(getenv("LATCHKEY_BIN")) + "/" + name; }

// latchkeyd with places of its own.
class Daemon {
public:
  QTemporaryDir root;
  Places places;
  Spawned child;

  Daemon() {
    auto base = root.path().toStdString();
    places = {.runtime = base + "/r/latchkey",
              .data = base + "/d/latchkey",
              .state = base + "/s/latchkey",
              .config = base + "/c/latchkey",
              .home = base};
    child = start();
  }
  ~Daemon() { end(SIGKILL); }

  Spawned start(std::vector<std::string> arguments = {}) {
    auto base = root.path().toStdString();
    ensureOwnDirectory(base + "/r");
    return spawn({.program = binary("latchkeyd"),
                  .arguments = arguments,
                  .environment = {"HOME=" + base, "XDG_RUNTIME_DIR=" + base + "/r", "XDG_DATA_HOME=" + base + "/d",
                                  "XDG_STATE_HOME=" + base + "/s", "XDG_CONFIG_HOME=" + base + "/c"},
                  .fds = {-1, -1, STDERR_FILENO}});
  }
  static int statusOf(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  int end(int signal) {
    if (child.pid == 0) return -1;
    kill(child.pid, signal);
    auto status = statusOf(child.pid);
    child.pid = 0;
    return status;
  }
  kj::AutoCloseFd connect() {
    for (int i = 0; i < 1000; ++i) {
      KJ_IF_MAYBE (fd, tryConnect(places.personSocket())) return kj::mv(*fd);
      usleep(10'000);
    }
    qFatal("the broker does not listen");
  }
  // The status through a connection of its own.
  std::string version(kj::AsyncIoContext& io) {
    auto stream = io.lowLevelProvider->wrapUnixSocketFd(connect(), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
    Connection connection(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
    auto answer = connection.bootstrap().castAs<schema::Person>().statusRequest().send().wait(io.waitScope);
    return answer.getStatus().getVersion().cStr();
  }
};

}  // namespace

class DoorTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void anotherUserIsTurnedAway();
  void whoHangsUpIsForgotten();
  void doorTakesOnlySoMany();
  void socketsAreTheirUsersAlone();
  void secondBrokerEndsInSilence();
  void brokerEndsInOrder_data();
  void brokerEndsInOrder();
  void brokerStartsAgainAfterKill();
  void brokerOfTheMomentEnds();
  void brokerWithAGuestStays();
  void brokerIsConfined();
  void returnSocketGivesNothingForKnowingIt();
  void pidfdsAreOfTheirProcess();
};

void DoorTest::anotherUserIsTurnedAway() {
  auto io = kj::setupAsyncIo();
  QTemporaryDir root;
  int admitted = 0;
  Door door(io.unixEventPort, *io.lowLevelProvider, io.provider->getTimer(), root.path().toStdString() + "/s", 10,
            [&](PeerCredentials peer, kj::Promise<void>) -> kj::Maybe<capnp::Capability::Client> {
              if (!isSameUser(peer, getuid())) return nullptr;
              ++admitted;
              return capnp::Capability::Client(kj::heap<Greeter>());
            });
  auto pair = socketPair();
  door.welcome(kj::mv(pair.ours), {.pid = 1, .uid = getuid() + 1, .gid = getgid()});
  char byte;
  QCOMPARE(read(pair.theirs, &byte, 1), ssize_t(0));  // Hung up, without a word.
  QCOMPARE(door.guests(), size_t(0));
  auto other = socketPair();
  door.welcome(kj::mv(other.ours), {.pid = 1, .uid = getuid(), .gid = getgid()});
  QCOMPARE(admitted, 1);
}

void DoorTest::whoHangsUpIsForgotten() {
  auto io = kj::setupAsyncIo();
  QTemporaryDir root;
  auto path = root.path().toStdString() + "/s";
  Door door(io.unixEventPort, *io.lowLevelProvider, io.provider->getTimer(), path, 10,
            [&](PeerCredentials, kj::Promise<void>) -> kj::Maybe<capnp::Capability::Client> {
              return capnp::Capability::Client(kj::heap<Greeter>());
            });
  auto connected = tryConnect(path);
  io.provider->getTimer().afterDelay(20 * kj::MILLISECONDS).wait(io.waitScope);
  QCOMPARE(door.guests(), size_t(1));
  connected = nullptr;
  io.provider->getTimer().afterDelay(50 * kj::MILLISECONDS).wait(io.waitScope);
  QCOMPARE(door.guests(), size_t(0));
}

void DoorTest::doorTakesOnlySoMany() {
  auto io = kj::setupAsyncIo();
  QTemporaryDir root;
  auto path = root.path().toStdString() + "/s";
  Door door(io.unixEventPort, *io.lowLevelProvider, io.provider->getTimer(), path, 3,
            [&](PeerCredentials, kj::Promise<void>) -> kj::Maybe<capnp::Capability::Client> {
              return capnp::Capability::Client(kj::heap<Greeter>());
            });
  kj::Vector<kj::AutoCloseFd> many;
  for (int i = 0; i < 5; ++i) many.add(KJ_ASSERT_NONNULL(tryConnect(path)));
  io.provider->getTimer().afterDelay(50 * kj::MILLISECONDS).wait(io.waitScope);
  QCOMPARE(door.guests(), size_t(3));
}

void DoorTest::socketsAreTheirUsersAlone() {
  Daemon daemon;
  daemon.connect();
  struct stat status{};
  QVERIFY(stat(daemon.places.runtime.c_str(), &status) == 0 && (status.st_mode & 0777) == 0700);
  for (auto& path : {daemon.places.personSocket(), daemon.places.returnSocket()}) {
    QVERIFY(stat(path.c_str(), &status) == 0);
    QVERIFY(S_ISSOCK(status.st_mode) && (status.st_mode & 0777) == 0600);
  }
}

void DoorTest::secondBrokerEndsInSilence() {
  Daemon daemon;
  auto io = kj::setupAsyncIo();
  auto version = daemon.version(io);
  auto second = daemon.start();
  QCOMPARE(Daemon::statusOf(second.pid), 0);
  QCOMPARE(daemon.version(io), version);  // The first still listens.
}

void DoorTest::brokerEndsInOrder_data() {
  QTest::addColumn<int>("signal");
  QTest::newRow("TERM") << SIGTERM;
  QTest::newRow("INT") << SIGINT;
}

void DoorTest::brokerEndsInOrder() {
  QFETCH(int, signal);
  Daemon daemon;
  daemon.connect();
  QCOMPARE(daemon.end(signal), 0);
  QVERIFY(access(daemon.places.personSocket().c_str(), F_OK) < 0);
  QVERIFY(access(daemon.places.returnSocket().c_str(), F_OK) < 0);
}

void DoorTest::brokerStartsAgainAfterKill() {
  Daemon daemon;
  auto io = kj::setupAsyncIo();
  auto version = daemon.version(io);
  daemon.end(SIGKILL);
  QVERIFY(access(daemon.places.personSocket().c_str(), F_OK) == 0);  // It had no time to tidy up.
  daemon.child = daemon.start();
  QCOMPARE(daemon.version(io), version);
}

void DoorTest::brokerOfTheMomentEnds() {
  Daemon daemon;
  auto io = kj::setupAsyncIo();
  QVERIFY(!daemon.version(io).empty());
  usleep(2'500'000);
  QVERIFY(!daemon.version(io).empty());  // Started for the session: it stays.
  QCOMPARE(daemon.end(SIGTERM), 0);
  daemon.child = daemon.start({"--idle", "1"});
  QVERIFY(!daemon.version(io).empty());
  QCOMPARE(Daemon::statusOf(daemon.child.pid), 0);  // By itself.
  daemon.child.pid = 0;
  QVERIFY(access(daemon.places.personSocket().c_str(), F_OK) != 0);
}

void DoorTest::brokerWithAGuestStays() {
  Daemon daemon;
  daemon.end(SIGTERM);
  daemon.child = daemon.start({"--idle", "1"});
  auto guest = daemon.connect();
  usleep(3'500'000);
  QCOMPARE(waitpid(daemon.child.pid, nullptr, WNOHANG), 0);
  guest = nullptr;
  QCOMPARE(Daemon::statusOf(daemon.child.pid), 0);
  daemon.child.pid = 0;
}

void DoorTest::brokerIsConfined() {
  Daemon daemon;
  daemon.connect();
  auto proc = "/proc/" + std::to_string(daemon.child.pid);
  auto status = KJ_ASSERT_NONNULL(tryReadFile(proc + "/status", 1 << 16));
  QVERIFY(status.contains("NoNewPrivs:\t1\n"));
  QVERIFY(status.contains("Umask:\t0077\n"));
  if (geteuid() == 0) QSKIP("root reads everything");
  // Not even its own user reads its memory, its environment or its descriptors.
  QVERIFY(open((proc + "/mem").c_str(), O_RDONLY) < 0);
  QVERIFY(open((proc + "/environ").c_str(), O_RDONLY) < 0);
  QVERIFY(open((proc + "/fd").c_str(), O_RDONLY | O_DIRECTORY) < 0);
}

void DoorTest::returnSocketGivesNothingForKnowingIt() {
  Daemon daemon;
  daemon.connect();
  auto io = kj::setupAsyncIo();
  auto fd = KJ_ASSERT_NONNULL(tryConnect(daemon.places.returnSocket()));
  Connection connection(io.lowLevelProvider->wrapUnixSocketFd(kj::mv(fd), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC),
                        capnp::rpc::twoparty::Side::CLIENT);
  // Not the person's interface, and nothing of its own without a cookie.
  QVERIFY_THROWS_EXCEPTION(kj::Exception,
                           connection.bootstrap().castAs<schema::Person>().statusRequest().send().wait(io.waitScope));
  auto call = connection.bootstrap().castAs<schema::Homecoming>().launcherRequest();
  call.setInstance("x");
  QVERIFY_THROWS_EXCEPTION(kj::Exception, call.send().wait(io.waitScope));
}

void DoorTest::pidfdsAreOfTheirProcess() {
  auto child = spawn({.program = "/bin/sleep", .arguments = {"1000"}, .environment = {}, .fds = {-1, -1, -1}});
  QVERIFY(isPidfdOf(child.pidfd, child.pid));
  QVERIFY(!isPidfdOf(child.pidfd, getpid()));
  QVERIFY(!isPidfdOf(child.pidfd, 0));
  QVERIFY(!isPidfdOf(-1, child.pid));
  QVERIFY(!isPidfdOf(STDERR_FILENO, child.pid));
  // A file that says so is not one.
  QTemporaryDir root;
  auto path = root.path().toStdString() + "/f";
  replaceFile(path, "Pid:\t" + std::to_string(child.pid) + "\n");
  kj::AutoCloseFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  QVERIFY(!isPidfdOf(file, child.pid));
  killByPidfd(child.pidfd);
  QCOMPARE(Daemon::statusOf(child.pid), 128 + SIGKILL);
  QVERIFY(!isPidfdOf(child.pidfd, child.pid));
  killByPidfd(child.pidfd);  // Battery 32: no effect on whoever has the number now.
}

QTEST_GUILESS_MAIN(DoorTest)
#include "door-test.moc"
