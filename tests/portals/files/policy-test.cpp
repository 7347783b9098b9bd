// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Nothing an app can write is ever read as policy, also not what is not there yet (battery item 24, firejail 7154): a
// tree around Latchkey's own places is granted for writing, and the app tries to get something of its making into them.

#include <QTest>

#include <filesystem>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

constexpr const char* TREE = "Documents/config";

class Around {
public:
  Around() {
    world.write("Documents/config/latchkey/ceilings.toml", "real");
    world.hidden = {world.path("Documents/config/latchkey"), world.path("Documents/config/later/latchkey")};
    box = world.sandbox();
    box->give(world.path(TREE), {.access = Access::WRITE, .scope = Scope::TREE});
  }
  // Below the granted tree, as the app names it.
  std::string in(const std::string& name) const { return world.path(TREE) + "/" + name; }
  long number(const std::string& command) { return box->number(command); }
  bool isWhole() { return world.read("Documents/config/latchkey/ceilings.toml") == "real"; }

  World world;
  kj::Own<Sandbox> box;
};

}  // namespace

class PolicyTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void battery24_anExchangeDoesNotPutAFolderInItsPlace();
  void battery24_aPlaceThatIsMissingIsNotMade_data();
  void battery24_aPlaceThatIsMissingIsNotMade();
  void battery24_nothingIsPutOnTheWayToIt();
  void battery24_whatIsMovedAroundItIsNotRead();
};

void PolicyTest::battery24_anExchangeDoesNotPutAFolderInItsPlace() {
  Around around;
  QCOMPARE(around.number("mkdir " + around.in("own")), 0);
  QCOMPARE(around.number("mkdir " + around.in("own/config")), 0);
  QCOMPARE(around.number("mkdir " + around.in("own/config/latchkey")), 0);
  // Both ways round, the place itself and a folder on the way to it.
  QVERIFY(around.number("exchange " + around.in("own/config/latchkey") + " " + around.in("latchkey")) < 0);
  QVERIFY(around.number("exchange " + around.in("latchkey") + " " + around.in("own/config/latchkey")) < 0);
  fs::create_directories(around.world.path("Documents/config/later/latchkey"));
  QVERIFY(around.number("exchange " + around.in("own/config") + " " + around.in("later")) < 0);
  QVERIFY(around.number("exchange " + around.in("later") + " " + around.in("own/config")) < 0);
  QVERIFY(around.isWhole());
  // Others may be exchanged.
  QCOMPARE(around.number("mkdir " + around.in("other")), 0);
  QCOMPARE(around.number("exchange " + around.in("own/config") + " " + around.in("other")), 0);
  QVERIFY(around.world.exists("Documents/config/other/latchkey"));
}

void PolicyTest::battery24_aPlaceThatIsMissingIsNotMade_data() {
  QTest::addColumn<QString>("command");
  QTest::newRow("a folder") << "mkdir NAME";
  QTest::newRow("a file") << "open NAME wc";
  QTest::newRow("a symbolic link") << "symlink /tmp NAME";
  QTest::newRow("a hard link") << "link TREE/f NAME";
  QTest::newRow("a renamed folder") << "rename TREE/folder NAME";
  QTest::newRow("a renamed file") << "rename TREE/f NAME";
}

void PolicyTest::battery24_aPlaceThatIsMissingIsNotMade() {
  QFETCH(QString, command);
  Around around;
  auto tree = QString::fromStdString(around.world.path(TREE));
  QCOMPARE(around.number("mkdir " + around.in("folder")), 0);
  QCOMPARE(around.number("mkdir " + around.in("later")), 0);
  QVERIFY(around.number("open " + around.in("f") + " wc") >= 0);
  command.replace("TREE", tree);
  auto allowed = QString(command).replace("NAME", tree + "/allowed").toStdString();
  auto forbidden = command.replace("NAME", tree + "/later/latchkey").toStdString();
  QVERIFY2(around.number(forbidden) < 0, forbidden.c_str());
  QVERIFY(!around.world.exists("Documents/config/later/latchkey"));
  // The same with another name is what a tree for writing is about.
  QVERIFY2(around.number(allowed) >= 0, allowed.c_str());
  QVERIFY(around.isWhole());
}

// Whoever makes the folder above says what is in it.
void PolicyTest::battery24_nothingIsPutOnTheWayToIt() {
  Around around;
  QCOMPARE(around.number("mkdir " + around.in("own")), 0);
  QCOMPARE(around.number("mkdir " + around.in("own/latchkey")), 0);
  QVERIFY(around.number("open " + around.in("own/latchkey/ceilings.toml") + " wc") >= 0);
  QVERIFY(around.number("rename " + around.in("own") + " " + around.in("later")) < 0);
  QVERIFY(around.number("symlink own " + around.in("later")) < 0);
  QVERIFY(!around.world.exists("Documents/config/later"));
  // Nor in the place of one that is there: it can neither be replaced nor taken away.
  QCOMPARE(around.number("mkdir " + around.in("later")), 0);
  QVERIFY(around.number("rename " + around.in("own") + " " + around.in("later")) < 0);
  QVERIFY(around.number("rmdir " + around.in("later")) < 0);
  QVERIFY(!around.world.exists("Documents/config/later/latchkey"));
  QCOMPARE(around.number("rename " + around.in("own") + " " + around.in("other")), 0);
  QVERIFY(around.isWhole());
}

// Somebody on the host moves the place: what it holds stays closed by what it is, under any name.
void PolicyTest::battery24_whatIsMovedAroundItIsNotRead() {
  Around around;
  fs::rename(around.world.path("Documents/config/latchkey"), around.world.path("Documents/config/moved"));
  QCOMPARE(around.box->content(around.in("moved/ceilings.toml")), "E2");
  QVERIFY(around.number("open " + around.in("moved/new") + " wc") < 0);
  QVERIFY(around.number("rename " + around.in("moved") + " " + around.in("again")) < 0);
}

QTEST_GUILESS_MAIN(PolicyTest)
#include "policy-test.moc"
