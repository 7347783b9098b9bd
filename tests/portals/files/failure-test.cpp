// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// When things break: the portal killed at any moment, no room, limits, a folder that goes elsewhere on the host.

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTest>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {
std::string text(long number) { return std::to_string(number); }
GrantOptions tree() { return {.access = Access::WRITE, .scope = Scope::TREE}; }

// What is beyond the reach of any signal would keep the test, too: it ends here.
[[noreturn]] void hangs(const char* what, int round) {
  qFatal("%s hangs (round %d): its file systems have to be unmounted by force", what, round);
}

}  // namespace

class FailureTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void whatWasSyncedIsThereWhateverHappens();
  void killedWhileItTellsOfNames();
  void killedWhileItTellsOfANameThatIsAskedAbout();
  void withoutWhatMountsItEnds();
  void withoutWhatMountsNobodyWaits_data();
  void withoutWhatMountsNobodyWaits();
  void whatAFormerPortalMountedGoes();
  void nothingIsKeptOfSandboxesThatEnded();
  void noRoomIsSaidAndPasses();
  void aSizeLimitOfTheSessionIsSaidAndPasses();
  void aGrantFollowsItsFolder();
  void aGrantedFolderThatIsGoneIsGone();
};

// The probe appends numbered records, each synced, and writes down the last number that was acknowledged where no
// portal is in between. LATCHKEY_KILLS makes it longer.
void FailureTest::whatWasSyncedIsThereWhateverHappens() {
  auto* more = getenv("LATCHKEY_KILLS");
  int rounds = more ? atoi(more) : 200;
  std::mt19937 random(4711);
  World world;
  fs::create_directories(world.path("Documents/p"));
  long total = 0;
  for (int round = 0; round < rounds; ++round) {
    auto name = "Documents/p/" + std::to_string(round);
    auto box = world.sandbox("box" + std::to_string(round));
    box->give(world.path("Documents/p"), tree());
    auto writing = box->start("records " + world.path(name) + " " + world.home + "/acknowledged");
    world.pass(1 + static_cast<int>(random() % 25));
    world.killPortal();
    auto answer = world.wait(kj::mv(writing));  // Not a hang.
    QVERIFY2(answer.front() == '-', answer.c_str());
    long acknowledged = -1;
    std::ifstream(world.privateHome + "/acknowledged") >> acknowledged;
    fs::remove(world.privateHome + "/acknowledged");
    std::ifstream in(world.path(name));
    long found = -1;
    // What was under way when it was killed may be there in part, without its end of line.
    for (std::string line; std::getline(in, line) && !in.eof();) QCOMPARE(atol(line.c_str()), ++found);
    QVERIFY2(found >= acknowledged, (text(found) + " < " + text(acknowledged)).c_str());
    total += acknowledged + 1;
    QCOMPARE(box->number("stat " + world.path(name)) < 0, true);
    world.dropBroker();
    box = nullptr;
    world.startPortal();
  }
  QVERIFY(total > rounds);
  qInfo("%ld synced records in %d kills", total, rounds);
}

// The host changes names in the very folder in which the app makes some: what tells the kernel of them waits for the
// app's call, and that for an answer.
void FailureTest::killedWhileItTellsOfNames() {
  auto* more = getenv("LATCHKEY_KILLS");
  int rounds = more ? atoi(more) : 100;
  std::mt19937 random(4712);
  World world;
  fs::create_directories(world.path("Documents/p"));
  std::atomic<bool> stop = false;
  std::thread host([&] {
    for (int i = 0; !stop; ++i) {
      auto name = world.path("Documents/p/host" + std::to_string(i % 8)), other = name + "-";
      close(open(name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
      usleep(50);
      (void)(i % 2 ? unlink(name.c_str()) : rename(name.c_str(), other.c_str()));
    }
  });
  KJ_DEFER(stop = true; host.join());
  for (int round = 0; round < rounds; ++round) {
    constexpr size_t PROCESSES = 3;
    auto box = world.sandbox("box" + std::to_string(round), PROCESSES);
    box->give(world.path("Documents/p"), tree());
    kj::Vector<kj::Promise<std::string>> making;
    for (size_t i = 0; i < PROCESSES; ++i) {
      making.add(box->start("names " + world.path("Documents/p") + " app" + std::to_string(i) + "-", i));
    }
    world.pass(20 + static_cast<int>(random() % 40));
    if (!world.killPortalWithin(10)) hangs("a killed portal", round);
    for (auto& one : making) {
      auto answer = world.wait(kj::mv(one));
      QVERIFY2(answer.front() == '-', answer.c_str());
    }
    world.dropBroker();
    box = nullptr;
    world.startPortal();
  }
}

void FailureTest::killedWhileItTellsOfANameThatIsAskedAbout() {
  World world;
  world.write("Documents/p/a", "text");
  world.write("Documents/p/b", "more");
  auto box = world.sandbox("one", 2);
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  for (auto* name : {"a", "b", "none"}) box->run("stat " + world.path("Documents/p/") + name);
  box->sayNothing();
  auto held = box->start("open " + world.path("Documents/p/new") + " wc");
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  fs::remove(world.path("Documents/p/b"));
  world.write("Documents/p/none", "there");
  world.pass(200);
  auto other = box->start("stat " + world.path("Documents/p/later"), 1);
  world.pass(50);
  if (!world.killPortalWithin(10)) hangs("a killed portal", 0);
  for (auto* one : {&held, &other}) {
    auto answer = world.wait(kj::mv(*one));
    QVERIFY2(answer.front() == '-', answer.c_str());
  }
  // The next one serves the same sandbox.
  world.dropBroker();
  world.startPortal();
  box->attach();
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  QCOMPARE(box->content(world.path("Documents/p/a")), "text");
  QCOMPARE(box->content(world.path("Documents/p/none")), "there");
  QCOMPARE(box->number("stat " + world.path("Documents/p/b")), -ENOENT);
}

void FailureTest::withoutWhatMountsItEnds() {
  World world;
  world.write("Documents/p/a", "text");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), tree());
  QCOMPARE(box->content(world.path("Documents/p/a")), "text");
  QVERIFY(world.mountHelperPid() > 0);
  kill(world.mountHelperPid(), SIGKILL);
  QVERIFY(world.portalEndsWithin(5));
  QCOMPARE(box->number("open " + world.path("Documents/p/a") + " r") < 0, true);
  world.dropBroker();
  world.startPortal();
  box->attach();
  box->give(world.path("Documents/p"), tree());
  QCOMPARE(box->content(world.path("Documents/p/a")), "text");
}

void FailureTest::withoutWhatMountsNobodyWaits_data() {
  QTest::addColumn<bool>("both");
  QTest::newRow("killed alone") << false;
  QTest::newRow("killed together") << true;
}

// As above, and nobody is left who answers what had not been read: a name that is made holds up what is told, and that
// keeps the connection. The next portal ends it.
void FailureTest::withoutWhatMountsNobodyWaits() {
  QFETCH(bool, both);
  World world;
  world.write("Documents/p/a", "text");
  world.write("Documents/p/b", "more");
  auto box = world.sandbox("one", 3);
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  for (auto* name : {"a", "b"}) box->run("stat " + world.path("Documents/p/") + name);
  box->sayNothing();
  kj::Vector<kj::Promise<std::string>> making;
  making.add(box->start("open " + world.path("Documents/p/new") + " wc"));
  QVERIFY(world.until([&] { return box->waiting == 1; }));
  // Next in line for the folder, before what is told.
  making.add(box->start("open " + world.path("Documents/p/later") + " wc", 1));
  world.pass(100);
  fs::remove(world.path("Documents/p/b"));
  world.pass(200);
  auto former = world.portalPid();
  QVERIFY(world.mountHelperPid() > 0);
  kill(world.mountHelperPid(), SIGKILL);
  if (both) kill(former, SIGKILL);
  bool noticed = false;
  world.awaitPortal(noticed, 5);
  QVERIFY(noticed);
  world.dropBroker();
  world.startPortal();
  box->attach();
  box->give(world.path("Documents/p"), {.scope = Scope::TREE});
  for (auto& one : making) {
    auto answer = world.wait(kj::mv(one).exclusiveJoin(
        world.io().provider->getTimer().afterDelay(5 * kj::SECONDS).then([] { return std::string("hangs"); })));
    QVERIFY2(answer.front() == '-', answer.c_str());
  }
  if (!world.until([&] { return waitpid(former, nullptr, WNOHANG) == former; })) hangs("a portal", 0);
  QCOMPARE(box->content(world.path("Documents/p/a")), "text");
  QCOMPARE(box->number("stat " + world.path("Documents/p/b")), -ENOENT);
}

// However often: the sandbox has what one portal mounts, and its own home.
void FailureTest::whatAFormerPortalMountedGoes() {
  World world;
  world.write("Documents/a", "text");
  world.write("notes.txt", "notes");
  fs::create_directories(world.privateHome + "/.config");
  std::ofstream(world.privateHome + "/.config/own") << "own";
  world.seeHomeNames = true;
  auto box = world.sandbox();
  auto give = [&] {
    box->give(world.path("Documents"), tree());
    box->give("/etc/passwd");
    box->give("/usr/share/doc", {.scope = Scope::TREE});
  };
  give();
  auto mounts = box->mounts();
  for (int round = 0; round < 3; ++round) {
    QCOMPARE(box->content(world.path("Documents/a")), "text");
    QCOMPARE(box->content(world.path(".config/own")), "own");
    QCOMPARE(box->run("list " + world.home), "0 .config Documents Downloads notes.txt");
    QCOMPARE(box->mounts(), mounts);
    world.killPortal();
    world.dropBroker();
    world.startPortal();
    box->attach();
    give();
  }
  QCOMPARE(box->mounts(), mounts);
}

// Neither in the portal nor in what mounts for it, which both could open no more than this.
void FailureTest::nothingIsKeptOfSandboxesThatEnded() {
  World world(false);
  world.write("Documents/p/a", "text");
  rlimit few{64, 64};
  world.startPortal();
  auto helper = world.mountHelperPid();
  auto statistics = [&] { return world.wait(world.portal().statisticsRequest().send()); };
  auto before = statistics().getDescriptors();
  QCOMPARE(prlimit(world.portalPid(), RLIMIT_NOFILE, &few, nullptr), 0);
  QCOMPARE(prlimit(helper, RLIMIT_NOFILE, &few, nullptr), 0);
  for (int i = 0; i < 80; ++i) {
    auto box = world.sandbox("box" + std::to_string(i));
    box->give(world.path("Documents/p"), tree());
    QCOMPARE(box->content(world.path("Documents/p/a")), "text");
    box->killApp();
    box = nullptr;
    QVERIFY(world.until([&] { return statistics().getSandboxes() == 0 && statistics().getDescriptors() <= before; }));
  }
  QCOMPARE(world.mountHelperPid(), helper);
}

void FailureTest::noRoomIsSaidAndPasses() {
  World world;
  world.write("Documents/p/a", "text");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), tree());
  auto fd = text(box->number("open " + world.path("Documents/p/a") + " +"));
  auto error = box->number("fallocate " + fd + " 0 1000000000000000");
  QVERIFY2(error == -ENOSPC || error == -EFBIG, text(error).c_str());
  QCOMPARE(box->number("write " + fd + " more 4"), 4);
  QCOMPARE(box->number("fsync " + fd), 0);
  QCOMPARE(world.read("Documents/p/a"), "textmore");
}

void FailureTest::aSizeLimitOfTheSessionIsSaidAndPasses() {
  World world(false);
  world.write("Documents/p/a", "text");
  rlimit before{}, small{65536, 0};
  getrlimit(RLIMIT_FSIZE, &before);
  small.rlim_max = before.rlim_max;
  setrlimit(RLIMIT_FSIZE, &small);
  world.startPortal();
  setrlimit(RLIMIT_FSIZE, &before);
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), tree());
  auto fd = text(box->number("open " + world.path("Documents/p/a") + " +"));
  QCOMPARE(box->number("write " + fd + " x 70000"), -EFBIG);
  QCOMPARE(box->number("ftruncate " + fd + " 70000"), -EFBIG);
  QCOMPARE(box->number("write " + fd + " more 4"), 4);
  QCOMPARE(world.read("Documents/p/a"), "textmore");
}

// Renamed on the host while it is in use: the grant is for the folder, not for whatever is called so next.
void FailureTest::aGrantFollowsItsFolder() {
  World world;
  world.write("Documents/p/a", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), tree());
  auto fd = text(box->number("open " + world.path("Documents/p/a") + " +"));
  fs::rename(world.path("Documents/p"), world.path("Documents/q"));
  world.write("Documents/p/a", "another's");
  QCOMPARE(box->number("write " + fd + " AAA 0"), 3);
  world.pass(1100);
  QCOMPARE(box->content(world.path("Documents/p/a")), "AAA");
  QCOMPARE(world.read("Documents/q/a"), "AAA");
  QCOMPARE(world.read("Documents/p/a"), "another's");
  QCOMPARE(box->content(world.path("Documents/q/a")), "E13");
}

void FailureTest::aGrantedFolderThatIsGoneIsGone() {
  World world;
  world.write("Documents/p/a", "aaa");
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), tree());
  auto fd = text(box->number("open " + world.path("Documents/p/a") + " +"));
  fs::remove_all(world.path("Documents/p"));
  world.pass(1100);
  QCOMPARE(box->number("open " + world.path("Documents/p/a") + " r"), -ENOENT);
  QCOMPARE(box->number("open " + world.path("Documents/p/new") + " wc"), -ENOENT);
  QCOMPARE(box->run("read " + fd + " 3 0"), "3 616161");
  QVERIFY(!world.exists("Documents/p"));
}

QTEST_GUILESS_MAIN(FailureTest)
#include "failure-test.moc"
