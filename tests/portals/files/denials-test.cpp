// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Standing refusals among grants: the most specific decides, a refusal where two are equally so, and what is open obeys
// at once.

#include <QTest>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;

namespace {

GrantOptions grant(Scope scope, Access access = Access::WRITE) { return {.access = access, .scope = scope}; }
GrantOptions never(Scope scope, Access access = Access::READ) {
  return {.access = access, .scope = scope, .deny = true};
}
std::string text(long number) { return std::to_string(number); }

struct Granted {
  Granted() {
    world.write("Documents/p/a.txt", "aaa");
    world.write("Documents/p/secret.txt", "secret");
    world.write("Documents/p/sub/b.txt", "bbb");
    box = world.sandbox();
    tree = box->give(world.path("Documents/p"), grant(Scope::TREE));
  }
  std::string in(const std::string& name) const { return world.path("Documents/p/" + name); }
  World world;
  kj::Own<Sandbox> box;
  kj::Maybe<latchkey::schema::LiveGrant::Client> tree;
};

}  // namespace

class DenialsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void whatIsRefusedInATreeIsNotReached();
  void whatIsRefusedIsNotMovedOutOfItsRefusal();
  void refusedChangingLeavesReading();
  void theMoreSpecificDecides_data();
  void theMoreSpecificDecides();
  void whatIsOpenIsCut();
  void aMappingFaults();
  void unrelatedDescriptorsGoOn();
  void takenBackItIsReachedAgain();
  void alsoWhatIsNotThereYet();
  void itOutlivesTheBroker();
  void lapsedIsAskedAboutAgainAndTakenBackIsNot();
};

void DenialsTest::whatIsRefusedInATreeIsNotReached() {
  Granted s;
  s.box->give(s.in("secret.txt"), never(Scope::FILE));
  QCOMPARE(s.box->content(s.in("a.txt")), "aaa");
  QCOMPARE(s.box->content(s.in("secret.txt")), "E13");
  QCOMPARE(s.box->number("stat " + s.in("secret.txt")), -EACCES);
  QCOMPARE(s.box->number("open " + s.in("secret.txt") + " w"), -EACCES);
  QCOMPARE(s.box->number("unlink " + s.in("secret.txt")), -EACCES);
  QCOMPARE(s.box->asked.size(), 0u);
  QCOMPARE(s.world.read("Documents/p/secret.txt"), "secret");
}

void DenialsTest::whatIsRefusedIsNotMovedOutOfItsRefusal() {
  Granted s;
  s.world.write("Documents/p/sub/deep/c.txt", "ccc");
  QVERIFY(s.box->number("stat " + s.in("secret.txt")) >= 0);  // Known to the kernel by now.
  s.box->give(s.in("sub/deep/c.txt"), never(Scope::FILE));
  s.box->give(s.in("secret.txt"), never(Scope::FILE));
  QCOMPARE(s.box->number("rename " + s.in("sub") + " " + s.in("other")), -EACCES);
  QCOMPARE(s.box->number("rename " + s.in("sub/deep") + " " + s.in("other")), -EACCES);
  QCOMPARE(s.box->number("mkdir " + s.in("new")), 0);
  QCOMPARE(s.box->number("exchange " + s.in("sub") + " " + s.in("new")), -EACCES);
  QCOMPARE(s.box->number("rename " + s.in("secret.txt") + " " + s.in("b.txt")), -EACCES);
  QCOMPARE(s.box->number("rename " + s.in("a.txt") + " " + s.in("secret.txt")), -EACCES);
  QCOMPARE(s.box->number("link " + s.in("secret.txt") + " " + s.in("b.txt")), -EACCES);
  QCOMPARE(s.box->number("rename " + s.in("new") + " " + s.in("newer")), 0);
  QCOMPARE(s.world.read("Documents/p/sub/deep/c.txt"), "ccc");
}

void DenialsTest::refusedChangingLeavesReading() {
  Granted s;
  s.box->give(s.in("secret.txt"), never(Scope::FILE, Access::WRITE));
  QCOMPARE(s.box->content(s.in("secret.txt")), "secret");
  QCOMPARE(s.box->number("open " + s.in("secret.txt") + " r+"), -EACCES);
  QCOMPARE(s.box->number("unlink " + s.in("secret.txt")), -EACCES);
  QVERIFY(s.box->number("open " + s.in("a.txt") + " r+") >= 0);
}

void DenialsTest::theMoreSpecificDecides_data() {
  QTest::addColumn<QByteArray>("allowed");
  QTest::addColumn<int>("allowedScope");
  QTest::addColumn<QByteArray>("refused");
  QTest::addColumn<int>("refusedScope");
  QTest::addColumn<bool>("reached");
  auto row = [](const char* name, const char* allowed, Scope allowedScope, const char* refused, Scope refusedScope,
                bool reached) {
    QTest::newRow(name) << QByteArray(allowed) << int(allowedScope) << QByteArray(refused) << int(refusedScope)
                        << reached;
  };
  row("file before tree", "q/sub/f.txt", Scope::FILE, "q", Scope::TREE, true);
  row("tree before file", "q", Scope::TREE, "q/sub/f.txt", Scope::FILE, false);
  row("a tie is a no", "q/sub/f.txt", Scope::FILE, "q/sub/f.txt", Scope::FILE, false);
  row("trees tie", "q", Scope::TREE, "q", Scope::TREE, false);
  row("deeper tree", "q/sub", Scope::TREE, "q", Scope::TREE, true);
  row("shallower tree", "q", Scope::TREE, "q/sub", Scope::TREE, false);
  row("folder before tree", "q/sub", Scope::FOLDER, "q/sub", Scope::TREE, true);
  row("pattern before folder", "q/sub/*.txt", Scope::PATTERN, "q/sub", Scope::FOLDER, true);
  row("refused pattern before folder", "q/sub", Scope::FOLDER, "q/sub/*.txt", Scope::PATTERN, false);
  row("pattern before siblings", "q/sub/*.txt", Scope::PATTERN, "q/sub/f.mkv", Scope::SIBLINGS, true);
  row("siblings before folder", "q/sub/f.mkv", Scope::SIBLINGS, "q/sub", Scope::FOLDER, true);
  row("file before pattern", "q/sub/f.txt", Scope::FILE, "q/sub/*", Scope::PATTERN, true);
  row("a pattern that does not match", "q/sub", Scope::TREE, "q/sub/*.pdf", Scope::PATTERN, true);
}

void DenialsTest::theMoreSpecificDecides() {
  QFETCH(QByteArray, allowed);
  QFETCH(int, allowedScope);
  QFETCH(QByteArray, refused);
  QFETCH(int, refusedScope);
  World world;
  world.write("Documents/q/sub/f.txt", "fff");
  auto box = world.sandbox();
  auto in = [&](const QByteArray& name) { return world.path("Documents/" + name.toStdString()); };
  box->give(in(refused), never(static_cast<Scope>(refusedScope)));
  box->give(in(allowed), grant(static_cast<Scope>(allowedScope)));
  QTEST(box->content(in("q/sub/f.txt")) == "fff", "reached");
  QCOMPARE(box->asked.size(), 0u);
}

void DenialsTest::whatIsOpenIsCut() {
  Granted s;
  auto fd = text(s.box->number("open " + s.in("secret.txt") + " r+"));
  QCOMPARE(s.box->run("read " + fd + " 64 0"), "6 736563726574");
  s.box->give(s.in("secret.txt"), never(Scope::FILE));
  QCOMPARE(s.box->number("read " + fd + " 64 0"), -EACCES);
  QCOMPARE(s.box->number("write " + fd + " changed 0"), -EACCES);
  QCOMPARE(s.box->number("ftruncate " + fd + " 0"), -EACCES);
  QCOMPARE(s.world.read("Documents/p/secret.txt"), "secret");
}

void DenialsTest::aMappingFaults() {
  Granted s;
  s.world.write("Documents/p/map.bin", std::string(8192, 'x'));
  auto fd = text(s.box->number("open " + s.in("map.bin") + " r+"));
  auto map = text(s.box->number("mmap " + fd + " 8192 rw"));
  QCOMPARE(s.box->run("poke " + map + " 0 y"), "0 y");
  s.box->give(s.in("*.bin"), never(Scope::PATTERN));
  QCOMPARE(s.box->run("peek " + map + " 0"), "-7 SIGBUS");
  QCOMPARE(s.world.read("Documents/p/map.bin").front(), 'y');  // What was done before is kept.
}

void DenialsTest::unrelatedDescriptorsGoOn() {
  Granted s;
  auto fd = text(s.box->number("open " + s.in("a.txt") + " r+"));
  auto folder = text(s.box->number("open " + s.in("") + " rd"));
  s.box->give(s.in("secret.txt"), never(Scope::FILE));
  QCOMPARE(s.box->run("read " + fd + " 64 0"), "3 616161");
  QVERIFY(s.box->number("listfd " + folder) > 0);
}

void DenialsTest::takenBackItIsReachedAgain() {
  Granted s;
  auto no = s.box->give(s.in("secret.txt"), never(Scope::FILE));
  QCOMPARE(s.box->content(s.in("secret.txt")), "E13");
  s.world.wait(no.revokeRequest().send().ignoreResult());
  QCOMPARE(s.box->content(s.in("secret.txt")), "secret");
}

void DenialsTest::alsoWhatIsNotThereYet() {
  Granted s;
  s.box->give(s.in("later.txt"), never(Scope::FILE));
  s.box->give(s.in("hidden"), never(Scope::TREE));
  QCOMPARE(s.box->number("open " + s.in("later.txt") + " wc"), -EACCES);
  QCOMPARE(s.box->number("mkdir " + s.in("hidden")), -EACCES);
  s.world.write("Documents/p/later.txt", "later");
  QCOMPARE(s.box->content(s.in("later.txt")), "E13");
}

void DenialsTest::itOutlivesTheBroker() {
  Granted s;
  s.box->give(s.in("secret.txt"), never(Scope::FILE));
  auto list = s.world.wait(KJ_ASSERT_NONNULL(s.box->files).grantsRequest().send());
  int denials = 0;
  for (auto live : list.getList()) denials += live.getDeny();
  QCOMPARE(denials, 1);
  QCOMPARE(list.getList().size(), 2u);
}

void DenialsTest::lapsedIsAskedAboutAgainAndTakenBackIsNot() {
  World world;
  world.write("Documents/a.txt", "aaa");
  world.write("Documents/b.txt", "bbb");
  auto box = world.sandbox();
  auto lapses = box->give(world.path("Documents/a.txt"), grant(Scope::FILE));
  auto revoked = box->give(world.path("Documents/b.txt"), grant(Scope::FILE));
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  world.wait(lapses.lapseRequest().send().ignoreResult());
  world.wait(revoked.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
  QCOMPARE(box->content(world.path("Documents/b.txt")), "E13");
  QCOMPARE(box->asked.size(), 0u);
  box->sayYes();
  QCOMPARE(box->content(world.path("Documents/a.txt")), "aaa");
  QCOMPARE(box->asked.size(), 1u);
}

QTEST_GUILESS_MAIN(DenialsTest)
#include "denials-test.moc"
