// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A disk that does not answer: a file system of the test's own, mounted in the person's folder, that stops. Whoever
// uses it waits, as on the host; nobody else does. All of it runs in a user namespace where mounting is allowed.

#include <signal.h>
#include <sys/wait.h>

#include <QTest>
#include <filesystem>

#include "tests/portals/files/disk.h"
#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;
namespace schema = latchkey::schema;

namespace {

bool inNamespace = false;

struct Stuck {
  World world;
  kj::Own<Disk> disk;
  kj::Own<Sandbox> box;
  schema::LiveGrant::Client grant;

  Stuck()
      : disk(kj::heap<Disk>(world.path("Documents/p/disk"))),
        box(prepare(world)),
        grant(box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE})) {}
  static kj::Own<Sandbox> prepare(World& world) {
    world.write("Documents/p/a.txt", "good");
    world.write("Documents/other.txt", "other");
    return world.sandbox("one", 12);
  }
  std::string path(const std::string& name) { return world.path("Documents/p/" + name); }
};

}  // namespace

class StuckTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
    if (!inNamespace) QSKIP("no user namespace in which this user may mount");
  }
  void theDiskWorks();
  void othersGoOn();
  void manyMayHang();
  void questionsAreAskedMeanwhile();
  void takingBackWorksMeanwhile();
  void everyKindOfCallMayHang_data();
  void everyKindOfCallMayHang();
  void locksMayHang_data();
  void locksMayHang();
  void theSandboxMayEndMeanwhile();
  void aPortalKilledMeanwhileLeavesNobodyWaiting_data();
  void aPortalKilledMeanwhileLeavesNobodyWaiting();
};

void StuckTest::theDiskWorks() {
  Stuck stuck;
  QVERIFY(stuck.disk->works);
  QCOMPARE(stuck.box->content(stuck.path("disk/f")), "disk");
}

void StuckTest::othersGoOn() {
  Stuck stuck;
  QCOMPARE(stuck.box->content(stuck.path("disk/f")), "disk");
  stuck.disk->stop();
  auto hangs = stuck.box->start("stat " + stuck.path("disk/f"), 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  auto other = stuck.world.sandbox("two");
  other->give(stuck.path("a.txt"));
  QCOMPARE(other->content(stuck.path("a.txt")), "good");
  for (int i = 0; i < 20; ++i) QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
  auto fd = std::to_string(stuck.box->number("open " + stuck.path("new.txt") + " wc"));
  QCOMPARE(stuck.box->number("write " + fd + " made 0"), 4);
  QCOMPARE(stuck.world.read("Documents/p/new.txt"), "made");
  stuck.disk->go();
  QVERIFY(stuck.world.wait(kj::mv(hangs)).starts_with("0 file"));
  for (int i = 0; i < 20; ++i) QCOMPARE(stuck.box->content(stuck.path("disk/f")), "disk");
}

void StuckTest::manyMayHang() {
  Stuck stuck;
  stuck.disk->stop();
  kj::Vector<kj::Promise<std::string>> hang;
  for (size_t i = 1; i <= 10; ++i) {
    // Names of their own: the kernel looks up one name for one process at a time.
    hang.add(stuck.box->start("open " + stuck.path(i % 2 ? "disk/f" : "disk/g" + std::to_string(i)) + " r", i));
    QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
  }
  stuck.disk->go();
  for (auto& one : hang) {
    auto answer = stuck.world.wait(kj::mv(one));
    QVERIFY2(!answer.starts_with("-") || answer.starts_with("-2"), answer.c_str());
  }
  QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
}

void StuckTest::questionsAreAskedMeanwhile() {
  Stuck stuck;
  stuck.disk->stop();
  auto hangs = stuck.box->start("stat " + stuck.path("disk/f"), 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  stuck.box->sayYes();
  QCOMPARE(stuck.box->content(stuck.world.path("Documents/other.txt")), "other");
  QCOMPARE(stuck.box->asked.size(), 1u);
  stuck.disk->go();
  stuck.world.wait(kj::mv(hangs));
}

void StuckTest::takingBackWorksMeanwhile() {
  Stuck stuck;
  auto fd = std::to_string(stuck.box->number("open " + stuck.path("a.txt") + " r"));
  QVERIFY(stuck.box->run("read " + fd + " 4 0").find("676f6f64") != std::string::npos);
  stuck.disk->stop();
  auto hangs = stuck.box->start("stat " + stuck.path("disk/f"), 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  stuck.world.wait(stuck.grant.revokeRequest().send().ignoreResult());
  QVERIFY(stuck.box->run("read " + fd + " 4 0").starts_with("-"));
  QCOMPARE(stuck.box->content(stuck.path("a.txt")), "E13");
  stuck.disk->go();
  QVERIFY(stuck.world.wait(kj::mv(hangs)).starts_with("-"));
}

void StuckTest::everyKindOfCallMayHang_data() {
  QTest::addColumn<int>("what");
  QTest::addColumn<QString>("command");
  auto row = [](Disk::What what, const char* command) { QTest::newRow(command) << int(what) << command; };
  row(Disk::Make, "mkdir D/new");
  row(Disk::Make, "symlink target D/new");
  row(Disk::Remove, "unlink D/f");
  row(Disk::Rename, "rename D/f D/g");
  row(Disk::Link, "link D/f D/g");
  row(Disk::Create, "open D/new wc");
  row(Disk::Change, "chmod D/f 600");
  row(Disk::Change, "truncate D/f 0");
  row(Disk::Attribute, "getxattr D/f user.a");
  row(Disk::Attribute, "setxattr D/f user.a b");
  row(Disk::Attribute, "removexattr D/f user.a");
  row(Disk::List, "list D");
}

// Another of the same sandbox goes on, and another sandbox does not notice.
void StuckTest::everyKindOfCallMayHang() {
  QFETCH(int, what);
  QFETCH(QString, command);
  Stuck stuck;
  auto other = stuck.world.sandbox("two");
  other->give(stuck.path("a.txt"));
  QVERIFY(stuck.box->run("stat " + stuck.path("disk/f")).starts_with("0 file"));
  stuck.disk->stop(Disk::What(what));
  auto line = command.replace("D/", QString::fromStdString(stuck.path("disk/")))
                  .replace(" D", " " + QString::fromStdString(stuck.path("disk")))
                  .toStdString();
  auto hangs = stuck.box->start(line, 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->hanging() > 0; }));
  for (int i = 0; i < 5; ++i) {
    QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
    QCOMPARE(other->content(stuck.path("a.txt")), "good");
  }
  QVERIFY(stuck.disk->hanging() > 0);
  stuck.disk->go();
  QVERIFY(!stuck.world.wait(kj::mv(hangs)).empty());
  QCOMPARE(stuck.box->run("stat " + stuck.path("a.txt")).substr(0, 6), "0 file");
}

void StuckTest::locksMayHang_data() {
  QTest::addColumn<QString>("command");
  for (auto command : {"lock FD w 0 1", "waitlock FD w 0 1", "ownlock FD w 0 1", "getlock FD w 0 1", "flock FD"})
    QTest::newRow(command) << command;
}

// Locks of others, also such as have to be waited for, go on.
void StuckTest::locksMayHang() {
  QFETCH(QString, command);
  Stuck stuck;
  auto other = stuck.world.sandbox("two");
  other->give(stuck.path("a.txt"));
  auto fd = stuck.world.wait(stuck.box->start("open " + stuck.path("disk/f") + " +", 1));
  stuck.disk->stop(Disk::Lock);
  auto hangs = stuck.box->start(command.replace("FD", QString::fromStdString(fd)).toStdString(), 1);
  QVERIFY(stuck.world.until([&] { return stuck.disk->hanging() > 0; }));
  auto mine = std::to_string(stuck.box->number("open " + stuck.path("a.txt") + " +"));
  QCOMPARE(stuck.box->number("lock " + mine + " w 0 1"), 0);
  auto next = stuck.world.wait(stuck.box->start("open " + stuck.path("a.txt") + " +", 2));
  auto waits = stuck.box->start("waitlock " + next + " w 0 1", 2);
  for (int i = 0; i < 5; ++i) {
    QCOMPARE(stuck.box->content(stuck.path("a.txt")), "good");
    QCOMPARE(other->content(stuck.path("a.txt")), "good");
  }
  QCOMPARE(stuck.box->number("lock " + mine + " u 0 1"), 0);
  QCOMPARE(stuck.world.wait(kj::mv(waits)), "0");
  QVERIFY(stuck.disk->hanging() > 0);
  stuck.disk->go();
  QVERIFY(!stuck.world.wait(kj::mv(hangs)).empty());
}

void StuckTest::theSandboxMayEndMeanwhile() {
  Stuck stuck;
  stuck.disk->stop();
  auto hangs =
      stuck.box->start("stat " + stuck.path("disk/f"), 1).catch_([](kj::Exception&&) { return std::string(); });
  QVERIFY(stuck.world.until([&] { return stuck.disk->waiting() > 0; }));
  auto other = stuck.world.sandbox("two");
  other->give(stuck.path("a.txt"));
  stuck.box->killApp();
  for (int i = 0; i < 50; ++i) {
    QCOMPARE(other->content(stuck.path("a.txt")), "good");
    stuck.world.pass(20);
  }
  stuck.disk->go();
  QCOMPARE(other->content(stuck.path("a.txt")), "good");
}

void StuckTest::aPortalKilledMeanwhileLeavesNobodyWaiting_data() {
  QTest::addColumn<int>("what");
  QTest::addColumn<QString>("command");
  QTest::addColumn<bool>("mounter");
  QTest::newRow("looking") << int(Disk::Any) << "stat disk/g" << false;
  QTest::newRow("making") << int(Disk::Make) << "mkdir disk/new" << false;
  QTest::newRow("looking, and what mounts is killed") << int(Disk::Any) << "stat disk/g" << true;
}

// The thread that hangs keeps the process, and with it all it had open, until the disk answers. Nobody is to know.
void StuckTest::aPortalKilledMeanwhileLeavesNobodyWaiting() {
  QFETCH(int, what);
  QFETCH(QString, command);
  QFETCH(bool, mounter);
  Stuck stuck;
  auto& world = stuck.world;
  auto other = world.sandbox("two", 3);
  other->give(stuck.path("a.txt"), {.access = Access::WRITE});
  auto fd = std::to_string(other->number("open " + stuck.path("a.txt") + " +"));
  QVERIFY(stuck.box->run("stat " + stuck.path("disk/f")).starts_with("0 file"));
  // Waits for a person, and for a lock: both have been read by the portal long before.
  other->sayNothing();
  auto held = other->start("stat " + world.path("Documents/other.txt"), 1);
  QVERIFY(world.until([&] { return other->waiting == 1; }));
  QCOMPARE(other->number("lock " + fd + " w 0 1"), 0);
  auto second = world.wait(other->start("open " + stuck.path("a.txt") + " +", 2));
  auto locking = other->start("waitlock " + second + " w 0 1", 2);
  world.pass(100);
  stuck.disk->stop(Disk::What(what));
  auto hangs = stuck.box->start(command.replace("disk/", QString::fromStdString(stuck.path("disk/"))).toStdString(), 1);
  QVERIFY(world.until([&] { return stuck.disk->hanging() > 0; }));
  world.pass(100);
  bool noticed = false;
  QVERIFY(world.mountHelperPid() > 0);
  if (mounter) kill(world.mountHelperPid(), SIGKILL);
  auto former = mounter ? world.awaitPortal(noticed, 5) : world.abandonPortal(noticed, 5);
  QVERIFY(noticed);
  bool ended = false;
  auto allEnd = [&] {
    for (auto* one : {&hangs, &held, &locking}) {
      auto answer = world.wait(kj::mv(*one), 5);
      QVERIFY2(answer.starts_with("-"), answer.c_str());
    }
    QVERIFY(other->number("write " + fd + " x 0", 5) < 0);
    ended = true;
  };
  if (!mounter) {
    allEnd();
    QVERIFY(other->number("open " + stuck.path("a.txt") + " r", 5) < 0);
    QVERIFY(stuck.box->number("list " + stuck.path(""), 5) < 0);
  }
  // The next one serves both of them, and another, beside the former. Where nobody was left to stand by, it ends what
  // waits.
  world.dropBroker();
  world.startPortal();
  for (auto* box : {other.get(), stuck.box.get()}) box->attach();
  if (mounter) allEnd();
  QVERIFY(ended);
  for (auto* box : {other.get(), stuck.box.get()}) {
    box->give(stuck.path("a.txt"), {.access = Access::WRITE});
    QCOMPARE(box->content(stuck.path("a.txt")), "good");
  }
  auto third = world.sandbox("three");
  third->give(stuck.path("a.txt"));
  QCOMPARE(third->content(stuck.path("a.txt")), "good");
  QVERIFY(stuck.disk->hanging() > 0);
  QCOMPARE(waitpid(former, nullptr, WNOHANG), 0);
  stuck.disk->go();
  QVERIFY(world.until([&] { return waitpid(former, nullptr, WNOHANG) == former; }));
  world.pass(100);
  for (auto* box : {other.get(), stuck.box.get(), third.get()}) QCOMPARE(box->content(stuck.path("a.txt")), "good");
}

int main(int count, char** words) {
  inNamespace = enterNamespace();
  StuckTest test;
  return QTest::qExec(&test, count, words);
}
#include "stuck-test.moc"
