// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// How things end: by time, by the last close, by somebody's death; and what goes on without a broker.

#include <signal.h>
#include <time.h>

#include <QElapsedTimer>
#include <QTest>

#include <filesystem>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

#if __has_feature(thread_sanitizer)
constexpr auto ALONE = 4;  // With the sanitizer's own, from the first other one on.
#else
constexpr auto ALONE = 3;  // One for requests, one that listens for changes, the sentinel.
#endif

std::string text(long number) { return std::to_string(number); }

int64_t in(int milliseconds) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec + milliseconds * 1'000'000LL;
}

}  // namespace

class LifetimeTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void aGrantExpiresWhileOpen();
  void aGrantExpiresWithoutABroker();
  void onceEndsWithTheLastClose();
  void usesAreCounted();
  void liveHandlesAreReported();
  void seeingIsNotReading();
  void anEndedSandboxLeavesNothing();
  void aKilledAppWithAQuestionLeavesNothing();
  void sandboxesThatEndWhileReportedOnTakeNobodyAlong();
  void aKilledPortalMeansErrorsNotHangs();
  void withoutABrokerGrantsGoOnAndNewQuestionsAreDeclined();
  void aHeldQuestionIsAskedAgainOfTheNextBroker();
  void thePortalGoesWhenNothingIsLeft();
  void descriptorsStayFew();
};

void LifetimeTest::aGrantExpiresWhileOpen() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  auto options = GrantOptions{};
  options.expires = in(700);
  box->give(world.path("Documents/a.txt"), options);
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  auto map = text(box->number("mmap " + fd + " 7 r"));
  QCOMPARE(box->run("peek " + map + " 0"), "0 c");
  QVERIFY(world.until([&] { return box->ended.size() == 1; }, 5));
  // The end is told before the kernel forgets the pages it has.
  QVERIFY(world.until([&] { return box->number("read " + fd + " 64 0") == -EACCES; }, 3));
  QVERIFY(world.until([&] { return box->run("peek " + map + " 0") == "-7 SIGBUS"; }, 3));
  // Expired is not taken back: it is asked about again.
  QCOMPARE(box->content(world.path("Documents/a.txt")), "E13");
  QCOMPARE(box->asked.size(), 1u);
}

void LifetimeTest::aGrantExpiresWithoutABroker() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  auto options = GrantOptions{};
  options.expires = in(900);
  box->give(world.path("Documents/a.txt"), options);
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  world.dropBroker();
  QCOMPARE(box->run("read " + fd + " 64 0").substr(0, 1), "7");
  QVERIFY(world.until([&] { return box->number("read " + fd + " 64 0") == -EACCES; }, 5));
}

void LifetimeTest::onceEndsWithTheLastClose() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  auto options = GrantOptions{};
  options.once = true;
  box->give(world.path("Documents/a.txt"), options);
  auto one = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  auto two = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  QCOMPARE(box->number("close " + one), 0);
  world.pass(200);
  QVERIFY(box->ended.empty());
  QCOMPARE(box->run("read " + two + " 64 0").substr(0, 1), "7");
  QCOMPARE(box->number("close " + two), 0);
  QVERIFY(world.until([&] { return box->ended.size() == 1; }));
  QCOMPARE(box->content(world.path("Documents/a.txt")), "E13");
  QCOMPARE(box->asked.size(), 1u);
}

void LifetimeTest::usesAreCounted() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  auto options = GrantOptions{};
  options.uses = 2;
  auto grant = box->give(world.path("Documents/a.txt"), options);
  QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
  QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
  QCOMPARE(box->content(world.path("Documents/a.txt")), "E13");
  auto counters = world.wait(grant.countersRequest().send());
  QCOMPARE(counters.getUses(), 2u);
  QVERIFY(counters.getBytesRead() >= 7);
  QVERIFY(counters.getUsed() > 0);
}

void LifetimeTest::liveHandlesAreReported() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  box->give(world.path("Documents/a.txt"));
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r"));
  QVERIFY(world.until([&] { return box->liveReports.size() == 1 && box->liveReports.begin()->second.back() == 1; }, 3));
  QCOMPARE(box->number("close " + fd), 0);
  QVERIFY(world.until([&] { return box->liveReports.begin()->second.back() == 0; }, 3));
}

void LifetimeTest::seeingIsNotReading() {
  World world;
  world.write("Documents/p/a.txt", "content");
  auto box = world.sandbox();
  auto options = GrantOptions{};
  options.see = true;
  options.scope = Scope::TREE;
  box->give(world.path("Documents/p"), options);
  QCOMPARE(box->run("list " + world.path("Documents/p")), "0 a.txt");
  QCOMPARE(box->run("stat " + world.path("Documents/p/a.txt")).substr(0, 6), "0 file");
  QCOMPARE(box->asked.size(), 0u);
  QCOMPARE(box->content(world.path("Documents/p/a.txt")), "E13");
  QCOMPARE(box->asked.size(), 1u);
}

void LifetimeTest::anEndedSandboxLeavesNothing() {
  World world;
  world.write("Documents/a.txt", "content");
  { auto warm = world.sandbox("warm"); }
  auto count = [&] { return world.wait(world.portal().statisticsRequest().send()); };
  QVERIFY(world.until([&] { return count().getSandboxes() == 0; }, 40));
  auto before = count().getDescriptors();
  auto threads = [&] {
    return std::distance(fs::directory_iterator("/proc/" + text(world.portalPid()) + "/task"),
                         fs::directory_iterator());
  };
  for (int i = 0; i < 20; ++i) {
    auto box = world.sandbox("box" + text(i));
    box->give(world.path("Documents/a.txt"), {.access = Access::WRITE});
    QVERIFY(box->number("open " + world.path("Documents/a.txt") + " r+") >= 0);
    if (i % 2) box->killApp();
  }
  QVERIFY(world.until([&] { return count().getSandboxes() == 0; }, 40));
  QVERIFY(world.until([&] { return count().getDescriptors() <= before; }, 40));
  QVERIFY(world.until([&] { return threads() == ALONE; }, 40));
}

void LifetimeTest::aKilledAppWithAQuestionLeavesNothing() {
  World world;
  auto box = world.sandbox();
  box->sayNothing();
  auto held = box->start("open " + world.path("Documents/a.txt") + " r");
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  box->killApp();
  QVERIFY(world.until([&] { return box->withdrawn == 1; }));
  QVERIFY(world.until([&] { return world.wait(world.portal().statisticsRequest().send()).getSandboxes() == 0; }));
  QCOMPARE(world.wait(kj::mv(held)), "gone");
}

// What is still to be told of a sandbox when it ends must not outlive it in its own list of tasks.
void LifetimeTest::sandboxesThatEndWhileReportedOnTakeNobodyAlong() {
  World world;
  world.write("Documents/a.txt", "content");
  auto other = world.sandbox("other");
  other->give(world.path("Documents/a.txt"));
  for (int i = 0; i < 12; ++i) {
    auto box = world.sandbox("short" + std::to_string(i));
    box->give(world.path("Documents/a.txt"), {.once = i % 2 == 1});
    auto fd = std::to_string(box->number("open " + world.path("Documents/a.txt") + " r"));
    QCOMPARE(box->number("close " + fd), 0);
    box->killApp();
    world.pass(40);
  }
  QVERIFY(world.until([&] { return world.wait(world.portal().statisticsRequest().send()).getSandboxes() == 1; }));
  world.pass(200);
  QCOMPARE(other->content(world.path("Documents/a.txt")), "content");
}

void LifetimeTest::aKilledPortalMeansErrorsNotHangs() {
  World world;
  world.write("Documents/a.txt", std::string(100'000, 'x'));
  auto box = world.sandbox("one", 2);
  box->sayNothing();
  box->give(world.path("Documents/a.txt"), {.access = Access::WRITE});
  auto fd = text(box->number("open " + world.path("Documents/a.txt") + " r+"));
  auto held = box->start("stat " + world.path("Documents/q.txt"), 1);
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  world.killPortal();
  QVERIFY(world.wait(kj::mv(held), 5).starts_with("-"));
  QVERIFY(box->number("write " + fd + " x 0", 5) < 0);
  QVERIFY(box->number("open " + world.path("Documents/a.txt") + " r", 5) < 0);
  QVERIFY(box->number("list " + world.path("Documents"), 5) < 0);
}

void LifetimeTest::withoutABrokerGrantsGoOnAndNewQuestionsAreDeclined() {
  World world;
  world.write("Documents/a.txt", "content");
  auto box = world.sandbox();
  box->give(world.path("Documents/a.txt"));
  world.dropBroker();
  world.pass(1000);  // Until the portal has noticed: what is asked before that is held for the next one.
  QCOMPARE(box->content(world.path("Documents/a.txt")), "content");
  QElapsedTimer timer;
  timer.start();
  QCOMPARE(box->content(world.path("Documents/other.txt")), "E13");
  QVERIFY(timer.elapsed() >= 1500);
  QCOMPARE(box->asked.size(), 0u);
}

void LifetimeTest::aHeldQuestionIsAskedAgainOfTheNextBroker() {
  World world;
  world.write("Documents/a.txt", "content");
  world.write("Documents/b.txt", "bbb");
  auto box = world.sandbox("one", 2);
  box->give(world.path("Documents/b.txt"));
  box->sayNothing();
  auto held = box->start("stat " + world.path("Documents/a.txt"), 1);
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  world.dropBroker();
  world.pass(3000);  // Longer than a new question would wait.
  QVERIFY(!held.poll(world.io().waitScope));
  box->sayYes();
  world.returnBroker();
  QCOMPARE(world.wait(kj::mv(held)).substr(0, 6), "0 file");
  QCOMPARE(box->asked.size(), 2u);
  // It came home with what it holds, and can be told to end it.
  auto list = world.wait(KJ_ASSERT_NONNULL(box->files).grantsRequest().send());
  QCOMPARE(list.getList().size(), 2u);
  QCOMPARE(box->content(world.path("Documents/b.txt")), "bbb");
  for (auto one : list.getList()) world.wait(one.getHandle().revokeRequest().send().ignoreResult());
  QCOMPARE(box->content(world.path("Documents/b.txt")), "E13");
}

void LifetimeTest::thePortalGoesWhenNothingIsLeft() {
  World world;
  { auto box = world.sandbox(); }
  world.dropBroker();
  auto gone = [&] {
    std::error_code ignored;
    return !fs::exists("/proc/" + text(world.portalPid()) + "/exe", ignored);
  };
  QVERIFY(world.until(gone, 20));
}

void LifetimeTest::descriptorsStayFew() {
  World world;
  for (int i = 0; i < 5000; ++i) world.write("Documents/p/" + text(i % 50) + "/" + text(i), "x");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  QCOMPARE(
      box->number("exec find%20" + world.path("Documents/p") + "%20-type%20f%20-exec%20cat%20{}%20+%20>/dev/null", 60),
      0);
  auto figures = world.wait(world.portal().statisticsRequest().send());
  QVERIFY(figures.getInodes() >= 5000);
  QVERIFY2(figures.getDescriptors() < 100, text(figures.getDescriptors()).c_str());
}

QTEST_GUILESS_MAIN(LifetimeTest)
#include "lifetime-test.moc"
