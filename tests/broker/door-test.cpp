// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The sockets themselves, and the process that holds them: real ones.

#include <fcntl.h>
#include <kj/async-io.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <QtTest>

#include <utility>

#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/spawn.h"
#include "broker/base/start-broker.h"
#include "broker/door.h"
#include "broker/doorways.h"
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

  std::vector<std::string> environment() const {
    auto base = root.path().toStdString();
    return {"HOME=" + base, "XDG_RUNTIME_DIR=" + base + "/r", "XDG_DATA_HOME=" + base + "/d",
            "XDG_STATE_HOME=" + base + "/s", "XDG_CONFIG_HOME=" + base + "/c"};
  }
  Spawned start(std::vector<std::string> arguments = {}) {
    ensureOwnDirectory(root.path().toStdString() + "/r");
    return spawn({.program = binary("latchkeyd"),
                  .arguments = arguments,
                  .environment = environment(),
                  .fds = {-1, -1, STDERR_FILENO}});
  }
  // As a service manager starts it, with sockets from 3 on. Only the shell knows the number the process will have.
  Spawned startWith(const std::vector<int>& sockets, int output, const std::string& many,
                    std::vector<std::string> arguments = {}) {
    std::vector<std::string> words{"-c", "LISTEN_PID=$$ exec \"$@\"", "sh", binary("latchkeyd")};
    words.insert(words.end(), arguments.begin(), arguments.end());
    auto variables = environment();
    variables.push_back("LISTEN_FDS=" + many);
    variables.emplace_back("LISTEN_FDNAMES=latchkeyd.socket:latchkeyd.socket");
    std::vector<int> fds{-1, -1, output};
    fds.insert(fds.end(), sockets.begin(), sockets.end());
    return spawn({.program = "/bin/sh", .arguments = words, .environment = variables, .fds = fds});
  }
  Spawned startWith(const std::vector<int>& sockets, std::vector<std::string> arguments = {}) {
    return startWith(sockets, STDERR_FILENO, std::to_string(sockets.size()), kj::mv(arguments));
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
  std::string version(kj::AsyncIoContext& io) { return version(io, connect()); }
  static std::string version(kj::AsyncIoContext& io, kj::AutoCloseFd socket) {
    auto stream = io.lowLevelProvider->wrapUnixSocketFd(kj::mv(socket), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC);
    Connection connection(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
    auto answer = connection.bootstrap().castAs<schema::Person>().statusRequest().send().wait(io.waitScope);
    return answer.getStatus().getVersion().cStr();
  }
};

// The session's sockets, listened at by this test.
struct SessionSockets {
  kj::AutoCloseFd person, returning;

  explicit SessionSockets(const Places& places) {
    places.ensure();
    person = listenAt(places.personSocket());
    returning = listenAt(places.returnSocket());
  }
};

kj::AutoCloseFd socketAt(int type, const std::string& path) {
  kj::AutoCloseFd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  unlink(path.c_str());
  KJ_SYSCALL(fchmod(fd, 0600));
  KJ_SYSCALL(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), path);
  return fd;
}

uint64_t inodeOf(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

class DoorTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void GHSA_89xm_3m96_w3jg_anotherUserIsTurnedAway();
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
  void whoComesToTheSessionsSocketsIsServed();
  void sessionsSocketsOutliveTheBroker();
  void otherSocketsOfASessionAreRefused_data();
  void otherSocketsOfASessionAreRefused();
  void whatWasHandedOverIsForgotten();
  void brokerOfTheSessionWaitsForTheOneBefore();
  void brokerOfTheMomentLeavesTheSessionsSockets();
  void nameOfAnotherIsNotRemoved();
};

void DoorTest::GHSA_89xm_3m96_w3jg_anotherUserIsTurnedAway() {
  auto io = kj::setupAsyncIo();
  QTemporaryDir root;
  int admitted = 0;
  Door door(io.unixEventPort, *io.lowLevelProvider, io.provider->getTimer(), listenAt(root.path().toStdString() + "/s"),
            10, [&](PeerCredentials peer, kj::Promise<void>) -> kj::Maybe<capnp::Capability::Client> {
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
  Door door(io.unixEventPort, *io.lowLevelProvider, io.provider->getTimer(), listenAt(path), 10,
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
  Door door(io.unixEventPort, *io.lowLevelProvider, io.provider->getTimer(), listenAt(path), 3,
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

void DoorTest::whoComesToTheSessionsSocketsIsServed() {
  Daemon daemon;
  auto io = kj::setupAsyncIo();
  daemon.end(SIGTERM);
  SessionSockets session(daemon.places);
  auto early = daemon.connect();  // Waits in the queue: there is no broker yet.
  daemon.child = daemon.startWith({session.returning.get(), session.person.get()});  // In whatever order.
  QVERIFY(!Daemon::version(io, kj::mv(early)).empty());
  QVERIFY(!daemon.version(io).empty());
  // What is said at the one place is not said at the other.
  auto fd = KJ_ASSERT_NONNULL(tryConnect(daemon.places.returnSocket()));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, Daemon::version(io, kj::mv(fd)));
  for (auto& path : {daemon.places.personSocket(), daemon.places.returnSocket()}) {
    struct stat status{};
    QVERIFY(stat(path.c_str(), &status) == 0 && (status.st_mode & 0777) == 0600);
  }
}

void DoorTest::sessionsSocketsOutliveTheBroker() {
  Daemon daemon;
  auto io = kj::setupAsyncIo();
  daemon.end(SIGTERM);
  SessionSockets session(daemon.places);
  auto person = inodeOf(daemon.places.personSocket()), returning = inodeOf(daemon.places.returnSocket());
  for (auto ending : {SIGTERM, SIGKILL, 0}) {
    daemon.child = daemon.startWith({session.person.get(), session.returning.get()}, {"--idle", "1"});
    QVERIFY(!daemon.version(io).empty());
    if (ending != 0) daemon.end(ending);
    else QCOMPARE(Daemon::statusOf(std::exchange(daemon.child.pid, 0)), 0);  // Nobody needs it.
    QCOMPARE(inodeOf(daemon.places.personSocket()), person);
    QCOMPARE(inodeOf(daemon.places.returnSocket()), returning);
  }
}

void DoorTest::otherSocketsOfASessionAreRefused_data() {
  QTest::addColumn<QString>("which");
  QTest::addColumn<QByteArray>("reason");
  QTest::newRow("one") << "one" << QByteArray("not two sockets");
  QTest::newRow("three") << "three" << QByteArray("not two sockets");
  QTest::newRow("no number") << "no number" << QByteArray("LISTEN_FDS is no number");
  QTest::newRow("the same place twice") << "twice" << QByteArray("for the same place");
  QTest::newRow("another place") << "elsewhere" << QByteArray("at no place of this Latchkey's");
  QTest::newRow("datagrams") << "datagrams" << QByteArray("at no place of this Latchkey's");
  QTest::newRow("does not listen") << "silent" << QByteArray("at no place of this Latchkey's");
  QTest::newRow("no socket") << "file" << QByteArray("at no place of this Latchkey's");
  QTest::newRow("open to others") << "open" << QByteArray("SocketMode=0600");
  QTest::newRow("stale name") << "gone" << QByteArray("whose name is gone");
  QTest::newRow("name of something else") << "replaced" << QByteArray("whose name is another's");
}

void DoorTest::otherSocketsOfASessionAreRefused() {
  QFETCH(QString, which);
  QFETCH(QByteArray, reason);
  Daemon daemon;
  daemon.end(SIGTERM);
  SessionSockets session(daemon.places);
  auto person = daemon.places.personSocket();
  std::vector<int> fds{session.person.get(), session.returning.get()};
  kj::AutoCloseFd other;
  if (which == "one") fds.pop_back();
  if (which == "three") fds.push_back(session.person.get());
  if (which == "twice") fds[1] = fds[0];
  if (which == "elsewhere") other = listenAt(daemon.places.runtime + "/elsewhere");
  if (which == "datagrams") other = socketAt(SOCK_DGRAM, person);
  if (which == "silent") other = socketAt(SOCK_STREAM, person);
  if (which == "file") other = kj::AutoCloseFd(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (other.get() >= 0) fds[0] = other.get();
  if (which == "open") QCOMPARE(chmod(person.c_str(), 0666), 0);
  if (which == "gone" || which == "replaced") QCOMPARE(unlink(person.c_str()), 0);
  if (which == "replaced") replaceFile(person, "");
  int ends[2];
  QCOMPARE(pipe2(ends, O_CLOEXEC), 0);
  kj::AutoCloseFd ours(ends[0]), theirs(ends[1]);
  auto child = daemon.startWith(fds, theirs, which == "no number" ? "2x" : std::to_string(fds.size()));
  theirs = nullptr;
  QCOMPARE(Daemon::statusOf(child.pid), 1);
  char said[4096];
  auto length = read(ours, said, sizeof said);
  QVERIFY2(length > 0 && QByteArray(said, length).contains(reason), QByteArray(said, std::max<ssize_t>(length, 0)));
}

void DoorTest::whatWasHandedOverIsForgotten() {
  auto set = [](const std::string& process, const char* many) {
    setenv("LISTEN_PID", process.c_str(), 1);
    setenv("LISTEN_FDS", many, 1);
    setenv("LISTEN_FDNAMES", "a:b", 1);
  };
  auto nothingIsLeft = [] {
    return getenv("LISTEN_PID") == nullptr && getenv("LISTEN_FDS") == nullptr && getenv("LISTEN_FDNAMES") == nullptr;
  };
  set(std::to_string(getpid()), "2");
  QCOMPARE(descriptorsHandedOver(), 2);
  QVERIFY(nothingIsLeft());
  QCOMPARE(descriptorsHandedOver(), 0);
  set(std::to_string(getpid() + 1), "2");  // Meant for who started us.
  QCOMPARE(descriptorsHandedOver(), 0);
  QVERIFY(nothingIsLeft());
  for (auto nonsense : {"", "-1", "2 ", "0x2", "1000000", "99999999999999999999"}) {
    set(std::to_string(getpid()), nonsense);
    QVERIFY_THROWS_EXCEPTION(kj::Exception, descriptorsHandedOver());
    QVERIFY(nothingIsLeft());
  }
}

void DoorTest::brokerOfTheSessionWaitsForTheOneBefore() {
  Daemon daemon;
  auto io = kj::setupAsyncIo();
  QVERIFY(!daemon.version(io).empty());
  SessionSockets session = [&] {
    // As a service manager does, which takes the names over from whoever had them.
    unlink(daemon.places.personSocket().c_str());
    unlink(daemon.places.returnSocket().c_str());
    return SessionSockets(daemon.places);
  }();
  auto second = daemon.startWith({session.person.get(), session.returning.get()});
  auto guest = daemon.connect();
  usleep(300'000);
  QCOMPARE(waitpid(second.pid, nullptr, WNOHANG), 0);
  QCOMPARE(daemon.end(SIGTERM), 0);
  daemon.child = kj::mv(second);
  QVERIFY(!Daemon::version(io, kj::mv(guest)).empty());
  QVERIFY(!daemon.version(io).empty());  // The first took its own names with it, and not these.
}

void DoorTest::brokerOfTheMomentLeavesTheSessionsSockets() {
  Daemon daemon;
  daemon.end(SIGTERM);
  SessionSockets session(daemon.places);
  auto person = inodeOf(daemon.places.personSocket());
  auto child = daemon.start();
  QCOMPARE(Daemon::statusOf(child.pid), 0);
  QCOMPARE(inodeOf(daemon.places.personSocket()), person);
  // It has told the session that somebody is wanted.
  pollfd wait{session.person.get(), POLLIN, 0};
  QCOMPARE(poll(&wait, 1, 0), 1);
}

void DoorTest::nameOfAnotherIsNotRemoved() {
  Daemon daemon;
  daemon.connect();
  unlink(daemon.places.personSocket().c_str());
  auto other = listenAt(daemon.places.personSocket());
  auto inode = inodeOf(daemon.places.personSocket());
  QCOMPARE(daemon.end(SIGTERM), 0);
  QCOMPARE(inodeOf(daemon.places.personSocket()), inode);
  QVERIFY(access(daemon.places.returnSocket().c_str(), F_OK) < 0);
}

QTEST_GUILESS_MAIN(DoorTest)
#include "door-test.moc"
