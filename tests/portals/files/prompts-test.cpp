// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Asking: what is there without a grant, what is held, who is told what.

#include <signal.h>
#include <sys/stat.h>

#include <QTest>

#include <filesystem>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;

class PromptsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void labelsAreThereWithoutAGrant();
  void labelsTellNothingOfTheRealFolder();
  void namesOutsideTheLabelsAreNotThere();
  void anOpenIsHeldAndAnswered();
  void theDescriptorSentIsTheThingItself();
  void declinedIsEaccesWhetherItExistsOrNot();
  void statIsHeldToo();
  void hiddenNamesAreNotThereAndNobodyIsAsked();
  void latchkeysOwnPlacesAreNeverThere();
  void listingAFolderAsksForTheFolder();
  void severalAskersDoNotBlockEachOther();
  void equalQuestionsAreAskedOnce();
  void aQuestionBlocksNoOtherWork();
  void aSignalWithdrawsTheQuestion();
  void aKilledAskerIsGoneAtOnceAndWithdraws();
  void deniedForTheRunIsNotAskedAgain();
  void aReadGrantThatIsToBeWrittenAsksAgain();
  void aNewFileIsAskedAboutAsSomethingToMake();
  void twoSandboxesAreAskedApart();
};

void PromptsTest::labelsAreThereWithoutAGrant() {
  World world;
  auto box = world.sandbox();
  QVERIFY(box->mounted());
  QCOMPARE(box->run("stat " + world.path("Documents")).substr(0, 5), "0 dir");
  QCOMPARE(box->run("stat " + world.path("Downloads")).substr(0, 5), "0 dir");
  QCOMPARE(box->asked.size(), 0u);
}

void PromptsTest::labelsTellNothingOfTheRealFolder() {
  World world;
  world.write("Documents/a.txt", "x");
  auto box = world.sandbox();
  auto documents = box->run("stat " + world.path("Documents")), downloads = box->run("stat " + world.path("Downloads"));
  QCOMPARE(documents, downloads);
}

void PromptsTest::namesOutsideTheLabelsAreNotThere() {
  World world;
  world.write("secret.txt", "x");
  auto box = world.sandbox();
  QCOMPARE(box->number("stat " + world.path("secret.txt")), -ENOENT);
  // What the app makes there goes to its private home.
  QVERIFY(box->number("open " + world.path("mine.txt") + " wc") >= 0);
  QVERIFY(!world.exists("mine.txt"));
  QVERIFY(std::filesystem::exists(world.privateHome + "/mine.txt"));
  QCOMPARE(box->asked.size(), 0u);
}

void PromptsTest::anOpenIsHeldAndAnswered() {
  World world;
  world.write("Documents/a.txt", "hello");
  auto box = world.sandbox();
  box->sayYes();
  QCOMPARE(box->content(world.path("Documents/a.txt")), "hello");
  QCOMPARE(box->asked.size(), 1u);
  QCOMPARE(box->asked[0].path, world.path("Documents/a.txt"));
  QVERIFY(!box->asked[0].write && !box->asked[0].directory && !box->asked[0].create);
  QCOMPARE(box->asked[0].program, "probe");
  QVERIFY(box->asked[0].pid > 0);
}

void PromptsTest::theDescriptorSentIsTheThingItself() {
  World world;
  world.write("Documents/a.txt", "hello");
  struct stat status{};
  QCOMPARE(stat(world.path("Documents/a.txt").c_str(), &status), 0);
  auto box = world.sandbox();
  box->content(world.path("Documents/a.txt"));
  QCOMPARE(box->asked.size(), 1u);
  QCOMPARE(box->asked[0].inode, status.st_ino);
}

void PromptsTest::declinedIsEaccesWhetherItExistsOrNot() {
  World world;
  world.write("Documents/there.txt", "x");
  auto box = world.sandbox();
  for (auto* name : {"there.txt", "missing.txt"}) {
    auto path = world.path("Documents/") + name;
    for (auto command : {"open " + path + " r", "stat " + path, "lstat " + path, "list " + path, "readlink " + path,
                         "open " + path + " r+c", "unlink " + path, "truncate " + path + " 0", "getcwd " + path}) {
      QCOMPARE(box->number(command), -EACCES);
    }
  }
  QVERIFY(box->asked.size() >= 2);
  QCOMPARE(world.read("Documents/there.txt"), "x");
  QVERIFY(!world.exists("Documents/missing.txt"));
}

void PromptsTest::statIsHeldToo() {
  World world;
  world.write("Documents/a.txt", "hello");
  auto box = world.sandbox();
  auto paf = kj::newPromiseAndFulfiller<Outcome>();
  box->person = [&](const Asked&) { return kj::mv(paf.promise); };
  auto held = box->start("stat " + world.path("Documents/a.txt"));
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  world.pass(300);
  QVERIFY(!held.poll(world.io().waitScope));
  paf.fulfiller->fulfill(Outcome::DECLINED);
  QCOMPARE(world.wait(kj::mv(held)), std::to_string(-EACCES));
}

void PromptsTest::hiddenNamesAreNotThereAndNobodyIsAsked() {
  World world;
  world.write("Documents/.hidden", "x");
  world.write("Documents/.dir/a.txt", "x");
  auto box = world.sandbox();
  box->sayYes();
  QCOMPARE(box->number("stat " + world.path("Documents/.hidden")), -ENOENT);
  QCOMPARE(box->number("open " + world.path("Documents/.dir/a.txt") + " r"), -ENOENT);
  QCOMPARE(box->number("open " + world.path("Documents/.missing") + " r"), -ENOENT);
  QCOMPARE(box->asked.size(), 0u);
}

void PromptsTest::latchkeysOwnPlacesAreNeverThere() {
  World world;
  world.write("Documents/state/store", "x");
  world.hidden.push_back(world.path("Documents/state"));
  auto box = world.sandbox();
  box->give(world.path("Documents"), {.access = Access::WRITE, .scope = Scope::TREE});
  QCOMPARE(box->number("stat " + world.path("Documents/state")), -ENOENT);
  QCOMPARE(box->number("stat " + world.path("Documents/state/store")), -ENOENT);
  QCOMPARE(box->run("list " + world.path("Documents")), "0");
  QVERIFY(box->number("rename " + world.path("Documents/state") + " " + world.path("Documents/other")) < 0);
  QVERIFY(box->number("mkdir " + world.path("Documents/state")) < 0);
  QVERIFY(box->tryGrant(world.path("Documents/state/store")) != nullptr);
  QCOMPARE(box->asked.size(), 0u);
}

void PromptsTest::listingAFolderAsksForTheFolder() {
  World world;
  world.write("Documents/a.txt", "x");
  world.write("Documents/b.txt", "x");
  auto box = world.sandbox();
  QCOMPARE(box->number("list " + world.path("Documents")), -EACCES);
  QCOMPARE(box->asked.size(), 1u);
  QVERIFY(box->asked[0].directory);
  QCOMPARE(box->asked[0].size, 2u);
  world.pass(100);  // Longer than what counts as the same attempt.
  box->sayYes({.scope = Scope::FOLDER});
  QCOMPARE(box->run("list " + world.path("Documents")), "0 a.txt b.txt");
}

void PromptsTest::severalAskersDoNotBlockEachOther() {
  World world;
  world.write("Documents/slow.txt", "slow");
  world.write("Documents/quick.txt", "quick");
  auto box = world.sandbox("one", 3);
  auto slow = kj::newPromiseAndFulfiller<Outcome>();
  box->person = [&](const Asked& asked) -> kj::Promise<Outcome> {
    if (asked.path.ends_with("slow.txt")) return kj::mv(slow.promise);
    return Outcome::DECLINED;
  };
  auto held = box->start("open " + world.path("Documents/slow.txt") + " r", 0);
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  QCOMPARE(world.wait(box->start("open " + world.path("Documents/quick.txt") + " r", 1)), std::to_string(-EACCES));
  QCOMPARE(world.wait(box->start("stat " + world.path("Documents"), 2)).substr(0, 5), "0 dir");
  QVERIFY(!held.poll(world.io().waitScope));
  slow.fulfiller->fulfill(Outcome::DECLINED);
  QCOMPARE(world.wait(kj::mv(held)), std::to_string(-EACCES));
}

void PromptsTest::equalQuestionsAreAskedOnce() {
  World world;
  world.write("Documents/a.txt", "x");
  auto box = world.sandbox("one", 2);
  auto paf = kj::newPromiseAndFulfiller<Outcome>();
  box->person = [&](const Asked&) -> kj::Promise<Outcome> {
    if (box->asked.size() > 1) return Outcome::DECLINED;
    return kj::mv(paf.promise);
  };
  auto one = box->start("stat " + world.path("Documents/a.txt"), 0);
  auto two = box->start("stat " + world.path("Documents/a.txt"), 1);
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  world.pass(1500);  // For the second to get there, also where everything is slow.
  QCOMPARE(box->asked.size(), 1u);
  paf.fulfiller->fulfill(Outcome::DECLINED);
  QCOMPARE(world.wait(kj::mv(one)), std::to_string(-EACCES));
  QCOMPARE(world.wait(kj::mv(two)), std::to_string(-EACCES));
}

void PromptsTest::aQuestionBlocksNoOtherWork() {
  World world;
  world.write("Documents/granted.txt", "content");
  world.write("Documents/asked.txt", "x");
  auto box = world.sandbox("one", 2);
  box->sayNothing();
  box->give(world.path("Documents/granted.txt"));
  auto held = box->start("open " + world.path("Documents/asked.txt") + " r", 1);
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  QCOMPARE(box->content(world.path("Documents/granted.txt")), "content");
  QVERIFY(!held.poll(world.io().waitScope));
}

void PromptsTest::aSignalWithdrawsTheQuestion() {
  World world;
  auto box = world.sandbox();
  box->sayNothing();
  box->run("alarm 300");
  QCOMPARE(box->number("open " + world.path("Documents/a.txt") + " r"), -EINTR);
  QVERIFY(world.until([&] { return box->withdrawn == 1; }));
  QCOMPARE(box->waiting, 0);
}

void PromptsTest::aKilledAskerIsGoneAtOnceAndWithdraws() {
  World world;
  auto box = world.sandbox("one", 2);
  box->sayNothing();
  auto held = box->start("open " + world.path("Documents/a.txt") + " r", 0);
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  auto pid = box->asked[0].pid;
  QCOMPARE(kill(pid, SIGKILL), 0);
  QVERIFY(world.until([&] { return box->withdrawn == 1; }));
  QVERIFY(world.until(
      [&] { return kill(pid, 0) != 0 || !std::filesystem::exists("/proc/" + std::to_string(pid) + "/exe"); }));
  QCOMPARE(world.wait(kj::mv(held)), "gone");
}

void PromptsTest::deniedForTheRunIsNotAskedAgain() {
  World world;
  world.write("Documents/a.txt", "x");
  auto box = world.sandbox();
  box->person = [](const Asked&) -> kj::Promise<Outcome> { return Outcome::DENIED_FOR_RUN; };
  for (int i = 0; i < 3; ++i) QCOMPARE(box->number("stat " + world.path("Documents/a.txt")), -EACCES);
  QCOMPARE(box->asked.size(), 1u);
  QVERIFY(world.until([&] { return box->refused.size() == 1; }));
  // Given after all, it is there.
  box->give(world.path("Documents/a.txt"));
  QCOMPARE(box->content(world.path("Documents/a.txt")), "x");
}

void PromptsTest::aReadGrantThatIsToBeWrittenAsksAgain() {
  World world;
  world.write("Documents/a.txt", "old");
  auto box = world.sandbox();
  box->give(world.path("Documents/a.txt"));
  QCOMPARE(box->content(world.path("Documents/a.txt")), "old");
  QCOMPARE(box->number("open " + world.path("Documents/a.txt") + " wt"), -EACCES);
  QCOMPARE(box->asked.size(), 1u);
  QVERIFY(box->asked[0].write);
  QCOMPARE(world.read("Documents/a.txt"), "old");
  world.pass(100);
  box->sayYes({.access = Access::WRITE});
  auto fd = box->number("open " + world.path("Documents/a.txt") + " wt");
  QVERIFY(fd >= 0);
  QCOMPARE(box->number("write " + std::to_string(fd) + " new 0"), 3);
  QCOMPARE(world.read("Documents/a.txt"), "new");
}

void PromptsTest::aNewFileIsAskedAboutAsSomethingToMake() {
  World world;
  auto box = world.sandbox();
  box->sayYes({.access = Access::WRITE});
  auto fd = box->number("open " + world.path("Documents/new.txt") + " wc");
  QVERIFY(fd >= 0);
  QCOMPARE(box->asked.size(), 1u);
  QVERIFY(box->asked[0].create && box->asked[0].write);
  QCOMPARE(box->asked[0].inode, 0u);
  box->number("write " + std::to_string(fd) + " text 0");
  QCOMPARE(world.read("Documents/new.txt"), "text");
}

void PromptsTest::twoSandboxesAreAskedApart() {
  World world;
  world.write("Documents/a.txt", "x");
  auto one = world.sandbox("one"), two = world.sandbox("two");
  one->sayYes();
  QCOMPARE(one->content(world.path("Documents/a.txt")), "x");
  QCOMPARE(two->content(world.path("Documents/a.txt")), "E13");
  QCOMPARE(two->asked.size(), 1u);
}

QTEST_GUILESS_MAIN(PromptsTest)
#include "prompts-test.moc"
