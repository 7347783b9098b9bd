// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Taking back: nothing that was open stays usable, nothing accepted is lost, nothing waits for anything stuck.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QTest>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;

namespace {

GrantOptions writing() { return {.access = Access::WRITE}; }
std::string text(long number) { return std::to_string(number); }

}  // namespace

class RevocationTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void battery27_anOpenDescriptorFails();
  void aMappingFaults();
  void aDescriptorPassedOnFails();
  void aHeldFolderCanNeitherBeListedNorEntered();
  void procSelfFdDoesNotReopen();
  void dirtyMappingsAreSavedAndNothingHangs();
  void acceptedWritesAreInTheFile();
  void suspendRefusesAndResumeRevives();
  void aSuspendedGrantIsNotAskedAbout();
  void whatWasTakenBackIsNotAskedAboutUntilGivenAgain();
  void anotherGrantKeepsWhatItReaches();
  void otherFilesAreUntouched();
  void aQuestionInTheSameFolderDoesNotDelayIt();
  void aStuckInodeDoesNotDelayAnother();
  void aHundredInARow();
  void manyCachedFilesOfAFolder();
  void XdpRevokePermissions_oldDescriptorsSeeNoLaterContent();
  void detachEndsEverything();
};

void RevocationTest::battery27_anOpenDescriptorFails() {
  World world;
  world.write("Documents/a.txt", "secret");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"), writing());
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r+"));
  QCOMPARE(box->run("read " + fd + " 64 0").substr(0, 1), "6");
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
  QCOMPARE(box->number("write " + fd + " changed 0"), -EACCES);
  QCOMPARE(box->number("ftruncate " + fd + " 0"), -EACCES);
  QCOMPARE(box->number("fallocate " + fd + " 0 100"), -EACCES);
  QCOMPARE(box->number("fsync " + fd), -EACCES);
  QCOMPARE(box->number("fstat " + fd), -EACCES);
  QCOMPARE(box->number("open " + world.path("Documents/a.txt") + " r"), -EACCES);
  QCOMPARE(world.read("Documents/a.txt"), "secret");
}

void RevocationTest::aMappingFaults() {
  World world;
  world.write("Documents/a.txt", std::string(8192, 'x'));
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"), writing());
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r+"));
  auto map = text(box->number("mmap " + fd + " 8192 rw"));
  QCOMPARE(box->run("peek " + map + " 5000"), "0 x");
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->run("peek " + map + " 0"), "-7 SIGBUS");
  QCOMPARE(box->run("peek " + map + " 5000"), "-7 SIGBUS");
  QCOMPARE(box->run("poke " + map + " 0 y"), "-7 SIGBUS");
}

void RevocationTest::aDescriptorPassedOnFails() {
  World world;
  world.write("Documents/a.txt", "secret");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"));
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  QCOMPARE(box->run("passed " + fd).substr(0, 1), "6");
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("passed " + fd), -EACCES);
}

void RevocationTest::aHeldFolderCanNeitherBeListedNorEntered() {
  World world;
  world.write("Documents/p/a.txt", "x");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  auto fd = text(box->number("open " + world.path("Documents/p") + " rd"));
  QCOMPARE(box->number("listfd " + fd), 3);
  QVERIFY(box->number("openat " + fd + " a.txt r") >= 0);
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("listfd " + fd), -EACCES);
  QCOMPARE(box->number("openat " + fd + " a.txt r"), -EACCES);
  QCOMPARE(box->number("openat " + fd + " b.txt wc"), -EACCES);
}

void RevocationTest::procSelfFdDoesNotReopen() {
  World world;
  world.write("Documents/a.txt", "secret");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"));
  auto read = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  auto path = text(box->number("open " + world.path("Documents/a.txt") + " p"));
  // A read-only grant is not widened either.
  QCOMPARE(box->number("open /proc/self/fd/" + read + " r+"), -EACCES);
  QVERIFY(box->number("open /proc/self/fd/" + path + " r") >= 0);
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("open /proc/self/fd/" + read + " r"), -EACCES);
  QCOMPARE(box->number("open /proc/self/fd/" + path + " r"), -EACCES);
}

// Sent from the serving thread this hangs beyond the reach of SIGKILL.
void RevocationTest::dirtyMappingsAreSavedAndNothingHangs() {
  World world;
  constexpr size_t SIZE = 1 << 20;
  world.write("Documents/a.bin", std::string(SIZE, 'x'));
  auto box = world.sandbox();
  for (char fill : {'1', '2', '3', '4', '5'}) {
    auto grant = box->give(world.path("Documents/a.bin"), writing());
    auto fd = text(box->number("open " + world.path("Documents/a.bin") + " r+"));
    auto map = text(box->number("mmap " + fd + " " + text(SIZE) + " rw"));
    QCOMPARE(box->run("fillmap " + map + " " + std::string(1, fill)), "0");
    world.wait(grant.revokeRequest().send().ignoreResult());
    QCOMPARE(box->run("peek " + map + " 0"), "-7 SIGBUS");
    QVERIFY(world.read("Documents/a.bin") == std::string(SIZE, fill));
  }
}

void RevocationTest::acceptedWritesAreInTheFile() {
  World world;
  world.write("Documents/a.txt", "");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"), writing());
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " wa"));
  long written = 0;
  for (int i = 0; i < 200; ++i) written += box->number("append " + fd + " 0123456789");
  QCOMPARE(written, 2000);
  QCOMPARE(box->number("fsync " + fd), 0);
  world.wait(grant.revokeRequest().send().ignoreResult());
  QVERIFY(box->number("append " + fd + " lost") < 0);
  QCOMPARE(world.read("Documents/a.txt").size(), 2000u);
}

void RevocationTest::suspendRefusesAndResumeRevives() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"), writing());
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r+"));
  auto map = text(box->number("mmap " + fd + " 7 rw"));
  QCOMPARE(box->run("peek " + map + " 0"), "0 c");
  world.wait(grant.suspendRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
  QCOMPARE(box->run("peek " + map + " 0"), "-7 SIGBUS");
  world.wait(grant.resumeRequest().send().ignoreResult());
  QCOMPARE(box->run("read " + fd + " 64 0").substr(0, 1), "7");
  QCOMPARE(box->run("peek " + map + " 0"), "0 c");
  QCOMPARE(box->number("write " + fd + " CONTENT 0"), 7);
  QCOMPARE(world.read("Documents/a.txt"), "CONTENT");
  // What was revoked does not come back by it.
  world.wait(grant.revokeRequest().send().ignoreResult());
  world.wait(grant.resumeRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
}

void RevocationTest::aSuspendedGrantIsNotAskedAbout() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  auto options = GrantOptions{};
  options.suspended = true;
  auto grant = box->give(world.path("Documents/a.txt"), options);
  QCOMPARE(box->content(world.path("Documents/a.txt")), "E13");
  QCOMPARE(box->asked.size(), 0u);
  world.wait(grant.resumeRequest().send().ignoreResult());
  QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
}

void RevocationTest::whatWasTakenBackIsNotAskedAboutUntilGivenAgain() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"));
  QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
  world.wait(grant.revokeRequest().send().ignoreResult());
  QCOMPARE(box->content(world.path("Documents/a.txt")), "E13");
  QCOMPARE(box->asked.size(), 0u);
  box->give(world.path("Documents/a.txt"));
  QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
}

void RevocationTest::anotherGrantKeepsWhatItReaches() {
  World world;
  world.write("Documents/p/a.txt", "content");
  auto box = world.sandbox();
  auto tree = box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  auto fd = text(box->number("open " + world.path("Documents/p/a.txt") + " r"));
  auto file = box->give(world.path("Documents/p/a.txt"));
  world.wait(tree.revokeRequest().send().ignoreResult());
  QCOMPARE(box->run("read " + fd + " 64 0").substr(0, 1), "7");
  world.wait(file.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
}

void RevocationTest::otherFilesAreUntouched() {
  World world;
  world.write("Documents/a.txt", "aaa");
  world.write("Documents/b.txt", "bbb");
  auto box = world.sandbox();
  auto a = box->give(world.path("Documents/a.txt"), writing());
  auto b = box->give(world.path("Documents/b.txt"), writing());
  auto fa = text(box->number("open " + world.path("Documents/a.txt") + " r+"));
  auto fb = text(box->number("open " + world.path("Documents/b.txt") + " r+"));
  world.wait(a.revokeRequest().send().ignoreResult());
  QCOMPARE(box->number("read " + fa + " 64 0"), -EACCES);
  QCOMPARE(box->number("write " + fb + " BBB 0"), 3);
  QCOMPARE(world.read("Documents/b.txt"), "BBB");
}

void RevocationTest::aQuestionInTheSameFolderDoesNotDelayIt() {
  World world;
  world.write("Documents/a.txt", "aaa");
  auto box = world.sandbox("one", 3);
  box->sayNothing();
  auto grant = box->give(world.path("Documents/a.txt"));
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  auto lookup = box->start("stat " + world.path("Documents/q.txt"), 1);
  auto make = box->start("open " + world.path("Documents/new.txt") + " wc", 2);
  QVERIFY(world.until([&] { return box->waiting >= 1; }));
  world.wait(grant.revokeRequest().send().ignoreResult(), 3);
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
}

// A fifo-backed stall is not to be had without root; the nearest the suite gets is a page that stays dirty while the
// portal is stopped: its invalidation waits for the kernel's write-back, which waits for the portal.
void RevocationTest::aStuckInodeDoesNotDelayAnother() {
  World world;
  world.write("Documents/stuck.bin", std::string(4096, 'x'));
  world.write("Downloads/free.txt", "free");
  auto one = world.sandbox("one"), two = world.sandbox("two");
  auto stuck = one->give(world.path("Documents/stuck.bin"), writing());
  auto free = two->give(world.path("Downloads/free.txt"));
  auto fd = text(one->number("open " + world.path("Documents/stuck.bin") + " r+"));
  auto map = text(one->number("mmap " + fd + " 4096 rw"));
  auto other = text(two->number("open " + world.path("Downloads/free.txt") + " r"));
  QCOMPARE(two->run("read " + other + " 64 0").substr(0, 1), "4");
  QCOMPARE(one->run("fillmap " + map + " z"), "0");
  // Both at once: the second does not stand behind the first.
  auto first = stuck.revokeRequest().send().ignoreResult().eagerlyEvaluate(nullptr);
  auto second = free.revokeRequest().send().ignoreResult().eagerlyEvaluate(nullptr);
  world.wait(kj::mv(second), 3);
  QCOMPARE(two->number("read " + other + " 64 0"), -EACCES);
  world.wait(kj::mv(first), 5);
  QCOMPARE(one->run("peek " + map + " 0"), "-7 SIGBUS");
}

void RevocationTest::aHundredInARow() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  std::vector<qint64> micros;
  for (int i = 0; i < 100; ++i) {
    auto grant = box->give(world.path("Documents/a.txt"), writing());
    auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r+"));
    auto map = text(box->number("mmap " + fd + " 7 rw"));
    QCOMPARE(box->run("poke " + map + " 0 c"), "0 c");
    QElapsedTimer timer;
    timer.start();
    world.wait(grant.revokeRequest().send().ignoreResult());
    micros.push_back(timer.nsecsElapsed() / 1000);
    QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
    QCOMPARE(box->run("peek " + map + " 0"), "-7 SIGBUS");
    QCOMPARE(box->number("close " + fd), 0);
  }
  std::ranges::sort(micros);
  qInfo("revoking an open, mapped, dirty file: median %lld us, p99 %lld us", micros[50], micros[98]);
  // The contract is 50 ms for 99 of 100, which is measured where nothing else runs (files-bench); the usual one keeps
  // it here as well.
  QVERIFY2(micros[50] < 50'000, "later than the contract allows");
  QVERIFY2(micros[98] < 2'000'000, "a revocation hung");
}

void RevocationTest::manyCachedFilesOfAFolder() {
  World world;
  for (int i = 0; i < 1000; ++i) world.write("Documents/p/" + text(i), "x");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  QCOMPARE(box->number("exec cat%20" + world.path("Documents/p") + "/*%20>/dev/null"), 0);
  auto fd = text(box->number("open " + world.path("Documents/p/500") + " r"));
  QElapsedTimer timer;
  timer.start();
  world.wait(grant.revokeRequest().send().ignoreResult());
  qInfo("revoking 1000 cached files: %lld us", timer.nsecsElapsed() / 1000);
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
  QCOMPARE(box->number("stat " + world.path("Documents/p/1")), -EACCES);
}

// The document portal's old descriptors go on reading what is written later, and their writes arrive.
void RevocationTest::XdpRevokePermissions_oldDescriptorsSeeNoLaterContent() {
  World world;
  world.write("Documents/a.txt", "early");
  auto box = world.sandbox();
  auto grant = box->give(world.path("Documents/a.txt"), writing());
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r+"));
  auto folder = text(box->number("open " + world.path("Documents") + " p"));
  QCOMPARE(box->run("read " + fd + " 64 0").substr(0, 1), "5");
  world.wait(grant.revokeRequest().send().ignoreResult());
  world.write("Documents/a.txt", "later");
  QCOMPARE(box->number("read " + fd + " 64 0"), -EACCES);
  QCOMPARE(box->number("write " + fd + " forged 0"), -EACCES);
  QCOMPARE(box->number("openat " + folder + " a.txt r"), -EACCES);
  QCOMPARE(world.read("Documents/a.txt"), "later");
}

void RevocationTest::detachEndsEverything() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox("one", 2);
  auto grant = box->give(world.path("Documents/a.txt"));
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  box->sayNothing();
  auto held = box->start("stat " + world.path("Documents/q.txt"), 1);
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  world.wait(KJ_ASSERT_NONNULL(box->files).detachRequest().send().ignoreResult());
  QVERIFY(box->number("read " + fd + " 64 0") < 0);
  QVERIFY(world.wait(kj::mv(held)).starts_with("-"));
  QVERIFY(!box->mounted());
  auto figures = world.wait(world.portal().statisticsRequest().send());
  QCOMPARE(figures.getSandboxes(), 0u);
  QCOMPARE(figures.getHeldRequests(), 0u);
}

QTEST_GUILESS_MAIN(RevocationTest)
#include "revocation-test.moc"
