// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is open by way of a grant, as it is told when somebody asks.

#include <QTest>

#include <fstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::LiveGrant;
using latchkey::schema::OpenFile;
using latchkey::schema::Scope;
using Answer = capnp::Response<LiveGrant::OpenFilesResults>;

namespace {

struct Granted {
  Granted() {
    world.write("Documents/p/a.txt", std::string(5000, 'a'));
    world.write("Documents/p/b.txt", "bbb");
    world.write("Documents/q/c.txt", "ccc");
    box = world.sandbox();
    tree = box->give(in("p"), {.access = Access::WRITE, .scope = Scope::TREE});
  }
  std::string in(const std::string& name) const { return world.path("Documents/" + name); }
  Answer open(LiveGrant::Client grant, uint32_t most = 100) {
    auto call = grant.openFilesRequest();
    call.setMost(most);
    return world.wait(kj::Promise<Answer>(call.send()));
  }
  Answer open() { return open(KJ_ASSERT_NONNULL(tree)); }
  std::string command(long fd, const std::string& what, const std::string& rest = {}) {
    return what + " " + std::to_string(fd) + " " + rest;
  }
  World world;
  kj::Own<Sandbox> box;
  kj::Maybe<LiveGrant::Client> tree;
};

std::string pathOf(OpenFile::Reader file) {
  return {reinterpret_cast<const char*>(file.getPath().begin()), file.getPath().size()};
}

std::string commOf(int pid) {
  std::string name;
  std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm"), name);
  return name;
}

}  // namespace

class OpenFilesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void programFileAndBytesAreTold();
  void writingIsTold();
  void closedItIsNotThere();
  void theLastUserIsNamedWhileItIsThere();
  void aMappingIsFoundAfterItsDescriptorWasClosed();
  void aMappingMadeByAChildIsTheChilds();
  void onlyOfThisGrantAndThisSandbox();
  void notMoreThanAskedFor();
  void theNewestUseComesFirst();
};

void OpenFilesTest::programFileAndBytesAreTold() {
  Granted s;
  QCOMPARE(s.open().getList().size(), 0u);
  auto fd = s.box->number("open " + s.in("p/a.txt") + " r");
  QVERIFY(fd >= 0);
  QCOMPARE(s.box->number(s.command(fd, "read", "100 0")), 100);
  auto answer = s.open();
  QCOMPARE(answer.getList().size(), 1u);
  auto file = answer.getList()[0];
  QCOMPARE(pathOf(file), s.in("p/a.txt"));
  QCOMPARE(file.getAccess(), Access::READ);
  QVERIFY(!file.getDirectory());
  // The kernel reads ahead: at least what was asked for, at most what there is.
  QVERIFY(file.getBytesRead() >= 100 && file.getBytesRead() <= 5000);
  QCOMPARE(file.getBytesWritten(), 0u);
  QCOMPARE(file.getMapped(), OpenFile::Mapped::NO);
  // As the person's own `ps` has it: outside, not as it is numbered in there.
  auto pid = file.getProgram().getPid();
  QVERIFY(pid > 0 && pid != s.box->number("getpid"));
  QCOMPARE(std::string(file.getProgram().getName().cStr()), commOf(pid));
  auto now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
  QVERIFY(file.getOpened() <= file.getUsed());
  QVERIFY(file.getUsed() <= now && now - file.getUsed() < 60'000'000'000);
}

void OpenFilesTest::writingIsTold() {
  Granted s;
  auto fd = s.box->number("open " + s.in("p/b.txt") + " +");
  QCOMPARE(s.box->number(s.command(fd, "write", "hello 0")), 5);
  auto answer = s.open();
  QCOMPARE(answer.getList().size(), 1u);
  QCOMPARE(answer.getList()[0].getAccess(), Access::WRITE);
  QCOMPARE(answer.getList()[0].getBytesWritten(), 5u);
}

void OpenFilesTest::closedItIsNotThere() {
  Granted s;
  auto one = s.box->number("open " + s.in("p/a.txt") + " r");
  auto other = s.box->number("open " + s.in("p/a.txt") + " r");
  QCOMPARE(s.open().getList().size(), 2u);
  s.box->run(s.command(one, "close"));
  QVERIFY(s.world.until([&] { return s.open().getList().size() == 1; }));
  s.box->run(s.command(other, "close"));
  QVERIFY(s.world.until([&] { return s.open().getList().size() == 0; }));
}

// A descriptor goes to whom it is given: the one that opened it is not the one that reads.
void OpenFilesTest::theLastUserIsNamedWhileItIsThere() {
  Granted s;
  auto box = s.world.sandbox("two", 2);
  auto grant = box->give(s.in("p"), {.access = Access::WRITE, .scope = Scope::TREE});
  auto fd = box->number("open " + s.in("p/b.txt") + " +");
  QVERIFY(fd >= 0);
  auto opener = s.open(grant).getList()[0].getProgram().getPid();
  // The shell inherits it and writes by it.
  QCOMPARE(box->number("exec printf%20xyz%20>&" + std::to_string(fd)), 0);
  auto other = s.world.wait(box->start("open " + s.in("p/a.txt") + " r", 1));
  QVERIFY(std::stol(other) >= 0);
  auto answer = s.open(grant);
  auto list = answer.getList();
  QCOMPARE(list.size(), 2u);
  QVERIFY(list[0].getProgram().getPid() != opener && list[0].getProgram().getPid() > 0);
  // The shell has ended. Neither it nor who has its number now, nor the one that only opened it.
  QCOMPARE(pathOf(list[1]), s.in("p/b.txt"));
  QCOMPARE(list[1].getProgram().getPid(), 0);
  QCOMPARE(list[1].getProgram().getName().size(), 0u);
}

void OpenFilesTest::aMappingIsFoundAfterItsDescriptorWasClosed() {
  Granted s;
  auto fd = s.box->number("open " + s.in("p/a.txt") + " r");
  QVERIFY(s.box->number(s.command(fd, "mmap", "4096 r")) > 0);
  s.box->run(s.command(fd, "close"));
  auto answer = s.open();
  QCOMPARE(answer.getList().size(), 1u);
  auto file = answer.getList()[0];
  QCOMPARE(file.getMapped(), OpenFile::Mapped::YES);
  QCOMPARE(file.getMappers().size(), 1u);
  QCOMPARE(file.getMappers()[0].getPid(), file.getProgram().getPid());
  QCOMPARE(std::string(file.getMappers()[0].getName().cStr()), commOf(file.getProgram().getPid()));
}

void OpenFilesTest::aMappingMadeByAChildIsTheChilds() {
  Granted s;
  auto fd = s.box->number("open " + s.in("p/a.txt") + " r");
  QVERIFY(fd >= 0);
  QCOMPARE(s.open().getList()[0].getMapped(), OpenFile::Mapped::NO);
  // Another file mapped by the same process says nothing of this one.
  auto other = s.box->number("open " + s.in("p/b.txt") + " r");
  QVERIFY(s.box->number(s.command(other, "mmap", "3 r")) > 0);
  auto answer = s.open();
  for (auto file : answer.getList()) {
    bool isMapped = pathOf(file) == s.in("p/b.txt");
    QCOMPARE(file.getMapped(), isMapped ? OpenFile::Mapped::YES : OpenFile::Mapped::NO);
  }
}

void OpenFilesTest::onlyOfThisGrantAndThisSandbox() {
  Granted s;
  auto file = s.box->give(s.in("q/c.txt"));
  auto other = s.world.sandbox("two");
  auto theirs = other->give(s.in("p"), {.scope = Scope::TREE});
  QVERIFY(s.box->number("open " + s.in("p/a.txt") + " r") >= 0);
  QVERIFY(s.box->number("open " + s.in("q/c.txt") + " r") >= 0);
  auto mapped = other->number("open " + s.in("p/a.txt") + " r");
  QVERIFY(other->number(s.command(mapped, "mmap", "4096 r")) > 0);
  QCOMPARE(s.open().getList().size(), 1u);
  QCOMPARE(pathOf(s.open().getList()[0]), s.in("p/a.txt"));
  QCOMPARE(pathOf(s.open(file).getList()[0]), s.in("q/c.txt"));
  // The same file of the host, mapped in there alone.
  QCOMPARE(s.open().getList()[0].getMapped(), OpenFile::Mapped::NO);
  QCOMPARE(s.open(theirs).getList()[0].getMapped(), OpenFile::Mapped::YES);
}

void OpenFilesTest::notMoreThanAskedFor() {
  Granted s;
  for (int i = 0; i < 5; ++i) QVERIFY(s.box->number("open " + s.in("p/a.txt") + " r") >= 0);
  auto answer = s.open(KJ_ASSERT_NONNULL(s.tree), 3);
  QCOMPARE(answer.getList().size(), 3u);
  QCOMPARE(answer.getMore(), 2u);
}

void OpenFilesTest::theNewestUseComesFirst() {
  Granted s;
  auto first = s.box->number("open " + s.in("p/b.txt") + " +");
  QVERIFY(s.box->number("open " + s.in("p/a.txt") + " r") >= 0);
  QCOMPARE(pathOf(s.open().getList()[0]), s.in("p/a.txt"));
  QCOMPARE(s.box->number(s.command(first, "write", "x 0")), 1);
  QCOMPARE(pathOf(s.open().getList()[0]), s.in("p/b.txt"));
}

QTEST_GUILESS_MAIN(OpenFilesTest)
#include "open-files-test.moc"
