// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Locks and shared writing between a sandbox and the host, and between processes of one sandbox.

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <QTest>

#include <filesystem>
#include <fstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

std::string text(long number) { return std::to_string(number); }

// A lock of the host's, by an open file of its own.
class HostLock {
public:
  explicit HostLock(const std::string& path) : m_fd(open(path.c_str(), O_RDWR | O_CLOEXEC)) {}
  ~HostLock() { close(m_fd); }
  bool lock(short type, off_t start = 0, off_t length = 0) {
    struct flock lock{};
    lock.l_type = type, lock.l_whence = SEEK_SET, lock.l_start = start, lock.l_len = length;
    return fcntl(m_fd, F_OFD_SETLK, &lock) == 0;
  }
  bool flock(int operation) { return ::flock(m_fd, operation | LOCK_NB) == 0; }

private:
  int m_fd;
};

struct Shared {
  World world;
  kj::Own<Sandbox> box;
  std::string path;
  Shared() {
    world.write("Documents/p/a", "0123456789");
    path = world.path("Documents/p/a");
    box = world.sandbox("one", 3);
    box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  }
  std::string opened(const std::string& flags = "+") { return text(box->number("open " + path + " " + flags)); }
  std::string say(size_t process, const std::string& command) { return world.wait(box->start(command, process)); }
};

std::string updates(int count) {
  std::string script = ".timeout 20000\n";
  for (int i = 0; i < count; ++i) script += "UPDATE c SET n = n + 1;\n";
  return script;
}

}  // namespace

class LocksTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void recordLocksAreTheHosts();
  void flockIsTheHosts();
  void ownersInOneSandboxAreToldApart();
  void aLockShowsWhatTheHostWrote();
  void waitingHoldsUpNobody();
  void waitingIsInterrupted();
  void whoEndsLetsGo();
  void aRevokedGrantLetsGo();
  void sqliteSharedWithTheHost();
  void sqliteWalAmongProcessesOfOneSandbox();
  void aFileOpenOutsideIsNotMappedForWriting();
  void aMappedPageNeverGoesOverWhatTheHostWrote();
  void twoSandboxesAreOutsideForEachOther();
  void appendersDoNotOverwriteEachOther();
};

void LocksTest::recordLocksAreTheHosts() {
  Shared s;
  auto fd = s.opened();
  HostLock host(s.path);
  QVERIFY(host.lock(F_WRLCK, 0, 10));
  QCOMPARE(s.box->number("lock " + fd + " w 5 1"), -EAGAIN);
  QCOMPARE(s.box->number("lock " + fd + " r 5 1"), -EAGAIN);
  QCOMPARE(s.box->run("getlock " + fd + " w 5 1"), "0 held");
  QCOMPARE(s.box->number("lock " + fd + " w 20 1"), 0);
  QVERIFY(!host.lock(F_WRLCK, 20, 1));
  QVERIFY(host.lock(F_UNLCK, 0, 10));
  QCOMPARE(s.box->run("getlock " + fd + " w 5 1"), "0 free");
  QCOMPARE(s.box->number("lock " + fd + " r 0 0"), 0);
  QVERIFY(host.lock(F_RDLCK, 0, 1));
  QVERIFY(!host.lock(F_WRLCK, 0, 1));
  QCOMPARE(s.box->number("lock " + fd + " u 0 0"), 0);
  QVERIFY(host.lock(F_WRLCK, 0, 0));
  QVERIFY(host.lock(F_UNLCK, 0, 0));
  // POSIX: closing any descriptor of the file lets go.
  QCOMPARE(s.box->number("lock " + fd + " w 0 0"), 0);
  QVERIFY(!host.lock(F_WRLCK));
  QCOMPARE(s.box->number("close " + s.opened()), 0);
  QVERIFY(host.lock(F_WRLCK));
}

void LocksTest::flockIsTheHosts() {
  Shared s;
  auto fd = s.opened("r");
  HostLock host(s.path);
  QVERIFY(host.flock(LOCK_SH));
  QCOMPARE(s.box->number("flock " + fd), -EAGAIN);
  QVERIFY(host.flock(LOCK_UN));
  QCOMPARE(s.box->number("flock " + fd), 0);
  QVERIFY(!host.flock(LOCK_SH));
  QCOMPARE(s.box->number("close " + fd), 0);
  QVERIFY(s.world.until([&] { return host.flock(LOCK_EX); }));
}

void LocksTest::ownersInOneSandboxAreToldApart() {
  Shared s;
  auto one = s.opened();
  auto two = s.say(1, "open " + s.path + " +");
  QCOMPARE(s.box->number("lock " + one + " w 0 5"), 0);
  QCOMPARE(s.say(1, "lock " + two + " w 0 5"), text(-EAGAIN));
  QCOMPARE(s.say(1, "lock " + two + " w 5 5"), "0");
  // The same process by another descriptor: its own lock does not stand in its way; an open file's own does.
  auto again = s.opened();
  QCOMPARE(s.box->number("lock " + again + " w 0 5"), 0);
  QCOMPARE(s.box->number("ownlock " + again + " w 0 5"), -EAGAIN);
}

// With the lock, at once, however long the kernel would have trusted what it has.
void LocksTest::aLockShowsWhatTheHostWrote() {
  Shared s;
  auto fd = s.opened();
  auto reading = s.opened("r");
  for (int i = 0; i < 200; ++i) {
    QCOMPARE(s.box->number("read " + reading + " 10 0"), 10);
    char now = static_cast<char>('a' + i % 26), hex[8];
    snprintf(hex, sizeof hex, "1 %02x", now);
    {
      kj::AutoCloseFd host(open(s.path.c_str(), O_WRONLY | O_CLOEXEC));
      QCOMPARE(pwrite(host, &now, 1, 3), 1);
    }
    QCOMPARE(s.box->number("lock " + fd + " r 0 0"), 0);
    QCOMPARE(s.box->run("read " + reading + " 1 3"), std::string(hex));
    QCOMPARE(s.box->number("lock " + fd + " u 0 0"), 0);
  }
}

void LocksTest::waitingHoldsUpNobody() {
  Shared s;
  auto fd = s.opened();
  HostLock host(s.path);
  for (bool whole : {false, true}) {
    QVERIFY(whole ? host.flock(LOCK_EX) : host.lock(F_WRLCK));
    auto waiting = s.box->start(whole ? "flock " + fd + " wait" : "waitlock " + fd + " w 0 0");
    s.world.pass(100);
    QCOMPARE(s.say(1, "stat " + s.world.path("Documents/p/none")), text(-ENOENT));
    QCOMPARE(s.say(2, "open " + s.path + " w").front() == '-', false);
    QVERIFY(!waiting.poll(s.world.io().waitScope));
    QVERIFY(whole ? host.flock(LOCK_UN) : host.lock(F_UNLCK));
    QCOMPARE(s.world.wait(kj::mv(waiting)), "0");
    QVERIFY(whole ? !host.flock(LOCK_SH) : !host.lock(F_RDLCK));
    QCOMPARE(s.box->number(whole ? "flock " + fd + " u" : "lock " + fd + " u 0 0"), 0);
  }
}

void LocksTest::waitingIsInterrupted() {
  Shared s;
  auto fd = s.opened();
  HostLock host(s.path);
  QVERIFY(host.lock(F_WRLCK));
  QCOMPARE(s.box->number("alarm 100"), 0);
  QCOMPARE(s.box->number("waitlock " + fd + " w 0 0"), -EINTR);
  QVERIFY(host.lock(F_UNLCK));
  s.world.pass(50);
  QVERIFY(host.lock(F_WRLCK));  // Nobody waits any more.
}

void LocksTest::whoEndsLetsGo() {
  Shared s;
  auto fd = s.say(1, "open " + s.path + " +");
  QCOMPARE(s.say(1, "lock " + fd + " w 0 0"), "0");
  HostLock host(s.path);
  QVERIFY(!host.lock(F_RDLCK));
  auto ended = s.box->start("exit", 1);
  QVERIFY(s.world.until([&] { return host.lock(F_WRLCK); }));
}

void LocksTest::aRevokedGrantLetsGo() {
  World world;
  world.write("Documents/a", "text");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a"), {.access = Access::WRITE});
  auto fd = text(box->number("open " + world.path("Documents/a") + " +"));
  QCOMPARE(box->number("lock " + fd + " w 0 0"), 0);
  HostLock host(world.path("Documents/a"));
  QVERIFY(!host.lock(F_RDLCK));
  world.wait(grant.revokeRequest().send().ignoreResult());
  QVERIFY(world.until([&] { return host.lock(F_WRLCK); }));
  QCOMPARE(box->number("lock " + fd + " w 0 0"), -EACCES);
}

// Both count up by one connection each, which keeps what it has read: a change the other made must be seen with the
// lock.
void LocksTest::sqliteSharedWithTheHost() {
  if (!fs::exists("/usr/bin/sqlite3")) QSKIP("sqlite3 is not installed");
  Shared s;
  auto db = s.world.path("Documents/p/db");
  QCOMPARE(system(("sqlite3 " + db +
                   " 'CREATE TABLE c(n); INSERT INTO c VALUES(0); CREATE TABLE f(t); INSERT INTO f "
                   "SELECT hex(randomblob(4000)) FROM generate_series(1,40);' 2>/dev/null || sqlite3 " +
                   db + " 'SELECT n FROM c' >/dev/null")
                      .c_str()),
           0);
  std::ofstream(s.world.privateHome + "/script") << updates(1000);
  std::ofstream(s.world.root + "/script") << updates(1000);
  auto inside = s.box->start("exec sqlite3%20" + db + "%20<~/script");
  QCOMPARE(system(("sqlite3 " + db + " <" + s.world.root + "/script").c_str()), 0);
  QCOMPARE(s.world.wait(kj::mv(inside), 120), "0");
  QCOMPARE(system(("test `sqlite3 " + db + " 'SELECT n FROM c'` = 2000").c_str()), 0);
  QCOMPARE(system(("test `sqlite3 " + db + " 'PRAGMA integrity_check'` = ok").c_str()), 0);
  QCOMPARE(s.box->number("exec test%20`sqlite3%20" + db + "%20'SELECT%20n%20FROM%20c'`%20=%202000"), 0);
}

void LocksTest::sqliteWalAmongProcessesOfOneSandbox() {
  if (!fs::exists("/usr/bin/sqlite3")) QSKIP("sqlite3 is not installed");
  Shared s;
  auto db = s.world.path("Documents/p/wal");
  std::ofstream(s.world.privateHome + "/make")
      << "PRAGMA journal_mode=WAL; CREATE TABLE c(n); INSERT INTO c VALUES(0);\n";
  std::ofstream(s.world.privateHome + "/script") << updates(1000);
  QCOMPARE(s.box->number("exec sqlite3%20" + db + "%20<~/make|grep%20-q%20wal"), 0);
  auto one = s.box->start("exec sqlite3%20" + db + "%20<~/script", 1);
  auto two = s.box->start("exec sqlite3%20" + db + "%20<~/script", 2);
  QCOMPARE(s.world.wait(kj::mv(one), 120), "0");
  QCOMPARE(s.world.wait(kj::mv(two), 120), "0");
  QCOMPARE(s.box->number("exec test%20`sqlite3%20" + db + "%20'SELECT%20n%20FROM%20c'`%20=%202000"), 0);
  QCOMPARE(s.box->number("exec test%20`sqlite3%20" + db + "%20'PRAGMA%20integrity_check'`%20=%20ok"), 0);
}

void LocksTest::aFileOpenOutsideIsNotMappedForWriting() {
  Shared s;
  {
    int host = open(s.path.c_str(), O_RDWR | O_CLOEXEC);
    auto fd = s.opened();
    QCOMPARE(s.box->number("mmap " + fd + " 10 rw"), -ENODEV);
    // Reading and writing go on, and each sees the other's at once.
    QCOMPARE(s.box->number("write " + fd + " XY 0"), 2);
    QCOMPARE(s.world.read("Documents/p/a"), "XY23456789");
    QCOMPARE(pwrite(host, "Z", 1, 9), 1);
    QCOMPARE(s.box->run("read " + fd + " 2 8"), "2 385a");
    QCOMPARE(s.box->number("close " + fd), 0);
    close(host);
  }
  s.world.pass(50);
  auto fd = s.opened();
  auto mapping = s.box->number("mmap " + fd + " 10 rw");
  QVERIFY(mapping > 0);
  QCOMPARE(s.box->run("poke " + text(mapping) + " 0 M"), "0 M");
  QCOMPARE(s.box->number("msync " + text(mapping)), 0);
  QCOMPARE(s.world.read("Documents/p/a"), "MY2345678Z");
  // Again, and after writes of its own: nobody outside is in the way.
  QCOMPARE(s.box->number("write " + fd + " W 1"), 1);
  QCOMPARE(s.box->run("poke " + text(mapping) + " 2 N"), "0 N");
  QCOMPARE(s.box->number("msync " + text(mapping)), 0);
  QCOMPARE(s.world.read("Documents/p/a"), "MWN345678Z");
}

void LocksTest::aMappedPageNeverGoesOverWhatTheHostWrote() {
  Shared s;
  auto fd = s.opened();
  auto mapping = text(s.box->number("mmap " + fd + " 10 rw"));
  QCOMPARE(s.box->run("poke " + mapping + " 0 M"), "0 M");
  std::fstream(s.path, std::ios::in | std::ios::out) << "host";
  // Not silently: the app is told that its change is lost.
  QCOMPARE(s.box->number("msync " + mapping), -EIO);
  QCOMPARE(s.world.read("Documents/p/a"), "host456789");
  auto again = s.opened();
  QCOMPARE(s.box->run("read " + again + " 10 0"), "10 686f7374343536373839");
}

void LocksTest::twoSandboxesAreOutsideForEachOther() {
  Shared s;
  auto other = s.world.sandbox("two");
  other->give(s.world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  auto one = s.opened();
  auto two = text(other->number("open " + s.path + " +"));
  QVERIFY(s.box->number("mmap " + one + " 10 rw") > 0);
  QCOMPARE(other->number("mmap " + two + " 10 rw"), -ENODEV);
  QCOMPARE(s.box->number("lock " + one + " w 0 0"), 0);
  QCOMPARE(other->number("lock " + two + " r 0 0"), -EAGAIN);
}

void LocksTest::appendersDoNotOverwriteEachOther() {
  Shared s;
  std::string script = "for i in $(seq 200); do echo in >> " + s.path + "; done";
  std::ofstream(s.world.privateHome + "/script") << script;
  std::ofstream(s.path, std::ios::trunc);
  auto one = s.box->start("exec sh%20~/script", 1);
  auto two = s.box->start("exec sh%20~/script", 2);
  QCOMPARE(system(("for i in $(seq 200); do echo out >> " + s.path + "; done").c_str()), 0);
  QCOMPARE(s.world.wait(kj::mv(one), 60), "0");
  QCOMPARE(s.world.wait(kj::mv(two), 60), "0");
  QCOMPARE(system(("test `grep -cx in " + s.path + "` = 400 && test `grep -cx out " + s.path +
                   "` = 200 && test `wc -l <" + s.path + "` = 600")
                      .c_str()),
           0);
}

QTEST_GUILESS_MAIN(LocksTest)
#include "locks-test.moc"
