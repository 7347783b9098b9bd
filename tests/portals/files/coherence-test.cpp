// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the kernel keeps for long, and that it is not kept when the host or the grant changes. What was looked at is
// trusted for long, so each of these would fail without the watch, not only be late.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QTest>
#include <chrono>
#include <filesystem>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;
namespace schema = latchkey::schema;

namespace {

constexpr int PATIENCE = 8;
GrantOptions tree() { return {.access = Access::WRITE, .scope = Scope::TREE}; }

// A granted folder whose every name, attribute and list the kernel has.
struct Known {
  World world;
  kj::Own<Sandbox> box;
  schema::LiveGrant::Client grant;

  Known() : box(prepare(world)), grant(box->give(world.path("Documents/p"), tree())) {
    for (int i = 0; i < 2; ++i) {
      for (auto name : {"", "/a.txt", "/b.txt", "/sub", "/sub/c.txt", "/none"}) stat(name);
      box->run("list " + path(""));
      box->run("list " + path("/sub"));
      box->content(path("/a.txt"));
    }
  }
  static kj::Own<Sandbox> prepare(World& world) {
    world.write("Documents/p/a.txt", "aaa");
    world.write("Documents/p/b.txt", "bbb");
    world.write("Documents/p/sub/c.txt", "ccc");
    return world.sandbox();
  }
  std::string path(const std::string& name) { return world.path("Documents/p" + name); }
  std::string stat(const std::string& name) { return box->run("stat " + path(name)); }
  bool becomes(const std::string& name, const std::string& expected) {
    return world.until([&] { return stat(name).starts_with(expected); }, PATIENCE);
  }
};

}  // namespace

class CoherenceTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void aLongerFileIsSeen();
  void anotherModeIsSeen();
  void whatWasNotThereIsSeen();
  void whatIsGoneIsSeen();
  void anotherNameIsSeen();
  void aFileInPlaceOfAnotherIsSeen();
  void aMovedFolderIsNotReachedAnyMore();
  void aNameInAMovedFolderIsNotSeen();
  void aNameInAReplacedFolderIsSeen();
  void theListIsRight();
  void anOpenFileSeesNewContent();
  void anOpenFileSeesWhatAMappingWrote();
  void secondNamesAreNotTrusted();
  void ownChangesAreSeenAtOnce();
  void twoSandboxesSeeEachOther();
  void manyChangesAtOnce();
  void takenBackNamesAreRefusedAtOnce();
  void expiredNamesAreAskedAbout();
};

void CoherenceTest::aLongerFileIsSeen() {
  Known known;
  known.world.write("Documents/p/a.txt", "longer");
  QVERIFY(known.becomes("/a.txt", "0 file 6 "));
  QCOMPARE(known.box->content(known.path("/a.txt")), "longer");
}

void CoherenceTest::anotherModeIsSeen() {
  Known known;
  fs::permissions(known.path("/a.txt"), fs::perms(0400));
  QVERIFY(known.world.until([&] { return known.stat("/a.txt").find(" 256 ") != std::string::npos; }, PATIENCE));
  fs::permissions(known.path("/sub"), fs::perms(0500));
  QVERIFY(known.world.until([&] { return known.stat("/sub").find(" 320 ") != std::string::npos; }, PATIENCE));
  fs::permissions(known.path("/sub"), fs::perms(0700));
}

void CoherenceTest::whatWasNotThereIsSeen() {
  Known known;
  QVERIFY(known.stat("/none").starts_with("-2"));
  known.world.write("Documents/p/none", "now");
  QVERIFY(known.becomes("/none", "0 file 3 "));
}

void CoherenceTest::whatIsGoneIsSeen() {
  Known known;
  fs::remove(known.path("/b.txt"));
  QVERIFY(known.becomes("/b.txt", "-2"));
  fs::remove_all(known.path("/sub"));
  QVERIFY(known.becomes("/sub", "-2"));
}

void CoherenceTest::anotherNameIsSeen() {
  Known known;
  fs::rename(known.path("/b.txt"), known.path("/none"));
  QVERIFY(known.becomes("/none", "0 file 3 "));
  QVERIFY(known.becomes("/b.txt", "-2"));
}

void CoherenceTest::aFileInPlaceOfAnotherIsSeen() {
  Known known;
  known.world.write("Documents/p/new", "another");
  fs::rename(known.path("/new"), known.path("/a.txt"));
  QVERIFY(known.becomes("/a.txt", "0 file 7 "));
  QCOMPARE(known.box->content(known.path("/a.txt")), "another");
}

// The portal holds a folder open in which names are looked up: not when it is another one by then.
void CoherenceTest::aNameInAMovedFolderIsNotSeen() {
  Known known;
  fs::create_directories(known.path("/sub/deep"));
  for (int i = 0; i < 10; ++i) QVERIFY(known.stat("/sub/deep/n" + std::to_string(i)).starts_with("-2"));
  fs::create_directories(known.world.path("elsewhere"));
  fs::rename(known.path("/sub"), known.world.path("elsewhere/sub"));
  known.world.write("elsewhere/sub/deep/secret", "secret");
  QVERIFY(known.becomes("/sub/deep", "-2"));
  for (int i = 0; i < 50; ++i) QVERIFY(!known.stat("/sub/deep/secret").starts_with("0"));
}

void CoherenceTest::aNameInAReplacedFolderIsSeen() {
  Known known;
  for (int i = 0; i < 10; ++i) QVERIFY(known.stat("/sub/n" + std::to_string(i)).starts_with("-2"));
  fs::create_directories(known.world.path("elsewhere/other"));
  fs::rename(known.path("/sub"), known.world.path("elsewhere/sub"));
  fs::rename(known.world.path("elsewhere/other"), known.path("/sub"));
  known.world.write("Documents/p/sub/new", "new");
  QVERIFY(known.becomes("/sub/new", "0 file 3 "));
  QVERIFY(known.becomes("/sub/c.txt", "-2"));
}

// The folder is held by the app; what comes into it outside the grant is not reached by name.
void CoherenceTest::aMovedFolderIsNotReachedAnyMore() {
  Known known;
  fs::create_directories(known.world.path("elsewhere"));
  fs::rename(known.path("/sub"), known.world.path("elsewhere/sub"));
  known.world.write("elsewhere/sub/secret", "secret");
  for (int i = 0; i < 200; ++i) {
    QVERIFY(known.box->content(known.path("/sub/secret")).starts_with("E"));
    QVERIFY(known.box->content(known.path("/sub/c.txt")).starts_with("E"));
  }
  QVERIFY(known.becomes("/sub", "-2"));
}

void CoherenceTest::theListIsRight() {
  Known known;
  known.world.write("Documents/p/sub/d.txt", "d");
  auto lists = [&](const char* name) {
    return known.box->run("list " + known.path("/sub")).find(name) != std::string::npos;
  };
  QVERIFY(known.world.until([&] { return lists("d.txt"); }, PATIENCE));
  fs::remove(known.path("/sub/c.txt"));
  QVERIFY(known.world.until([&] { return !lists("c.txt"); }, PATIENCE));
  QVERIFY(lists("d.txt"));
}

void CoherenceTest::anOpenFileSeesNewContent() {
  Known known;
  auto fd = std::to_string(known.box->number("open " + known.path("/a.txt") + " r"));
  QVERIFY(known.box->run("read " + fd + " 8 0").find("616161") != std::string::npos);
  int host = open(known.path("/a.txt").c_str(), O_WRONLY | O_CLOEXEC);
  QCOMPARE(write(host, "xyz", 3), 3);
  QVERIFY(known.world.until([&] { return known.box->run("read " + fd + " 8 0").find("78797a") != std::string::npos; },
                            PATIENCE));
  close(host);
}

void CoherenceTest::anOpenFileSeesWhatAMappingWrote() {
  Known known;
  int host = open(known.path("/a.txt").c_str(), O_RDWR | O_CLOEXEC);
  auto* map = static_cast<char*>(mmap(nullptr, 3, PROT_READ | PROT_WRITE, MAP_SHARED, host, 0));
  QVERIFY(map != MAP_FAILED);
  known.stat("/a.txt");
  auto fd = std::to_string(known.box->number("open " + known.path("/a.txt") + " r"));
  QVERIFY(known.box->run("read " + fd + " 8 0").find("616161") != std::string::npos);
  map[0] = 'M';
  QVERIFY(known.world.until([&] { return known.box->run("read " + fd + " 8 0").find("4d6161") != std::string::npos; },
                            PATIENCE));
  munmap(map, 3);
  close(host);
}

void CoherenceTest::secondNamesAreNotTrusted() {
  Known known;
  known.world.write("elsewhere.txt", "two");
  fs::create_hard_link(known.world.path("elsewhere.txt"), known.path("/two.txt"));
  QVERIFY(known.becomes("/two.txt", "0 file 3 "));
  known.world.write("elsewhere.txt", "written by another name");
  QVERIFY(known.becomes("/two.txt", "0 file 23 "));
}

void CoherenceTest::ownChangesAreSeenAtOnce() {
  Known known;
  for (int i = 0; i < 50; ++i) {
    auto name = "/own" + std::to_string(i);
    QVERIFY(known.stat(name).starts_with("-2"));
    auto fd = std::to_string(known.box->number("open " + known.path(name) + " wc"));
    QCOMPARE(known.box->number("write " + fd + " " + std::string(static_cast<size_t>(i + 1), 'x') + " 0"), i + 1);
    known.box->run("close " + fd);
    QVERIFY(known.stat(name).starts_with("0 file " + std::to_string(i + 1) + " "));
    QCOMPARE(known.box->number("rename " + known.path(name) + " " + known.path("/moved")), 0);
    QVERIFY(known.stat(name).starts_with("-2"));
    QVERIFY(known.stat("/moved").starts_with("0 file " + std::to_string(i + 1) + " "));
    QVERIFY(known.box->run("list " + known.path("")).find("moved") != std::string::npos);
    QCOMPARE(known.box->number("unlink " + known.path("/moved")), 0);
    QVERIFY(known.stat("/moved").starts_with("-2"));
    QVERIFY(known.box->run("list " + known.path("")).find("moved") == std::string::npos);
  }
}

void CoherenceTest::twoSandboxesSeeEachOther() {
  Known known;
  auto other = known.world.sandbox("two");
  other->give(known.path(""), tree());
  for (int i = 0; i < 2; ++i) {
    other->run("stat " + known.path("/a.txt"));
    other->run("stat " + known.path("/none"));
  }
  auto fd = std::to_string(known.box->number("open " + known.path("/none") + " wc"));
  known.box->run("write " + fd + " text 0");
  QVERIFY(
      known.world.until([&] { return other->run("stat " + known.path("/none")).starts_with("0 file 4 "); }, PATIENCE));
  known.box->run("write " + fd + " longer 0");
  QVERIFY(
      known.world.until([&] { return other->run("stat " + known.path("/none")).starts_with("0 file 6 "); }, PATIENCE));
  QCOMPARE(known.box->number("unlink " + known.path("/a.txt")), 0);
  QVERIFY(known.world.until([&] { return other->run("stat " + known.path("/a.txt")).starts_with("-2"); }, PATIENCE));
}

// More than the kernel's queue of events holds at once.
void CoherenceTest::manyChangesAtOnce() {
  Known known;
  for (int i = 0; i < 20'000; ++i) {
    auto name = known.path("/many" + std::to_string(i % 50));
    if (i % 2) fs::remove(name);
    else known.world.write("Documents/p/many" + std::to_string(i % 50), "x");
  }
  known.world.write("Documents/p/a.txt", "at the end");
  fs::remove(known.path("/b.txt"));
  QVERIFY(known.becomes("/a.txt", "0 file 10 "));
  QVERIFY(known.becomes("/b.txt", "-2"));
}

void CoherenceTest::takenBackNamesAreRefusedAtOnce() {
  Known known;
  known.world.wait(known.grant.revokeRequest().send().ignoreResult());
  QVERIFY(known.stat("/a.txt").starts_with("-13"));
  QVERIFY(known.stat("/sub/c.txt").starts_with("-13"));
  QVERIFY(known.becomes("/none", "-13"));
  QVERIFY(known.box->asked.size() == 0);
}

void CoherenceTest::expiredNamesAreAskedAbout() {
  Known known;
  auto soon = std::chrono::system_clock::now() + std::chrono::milliseconds(700);
  auto options = tree();
  options.expires = std::chrono::duration_cast<std::chrono::nanoseconds>(soon.time_since_epoch()).count();
  known.world.write("Documents/q/x.txt", "x");
  known.box->give(known.world.path("Documents/q"), options);
  QVERIFY(known.box->run("stat " + known.world.path("Documents/q/x.txt")).starts_with("0 file"));
  QVERIFY(known.box->run("stat " + known.world.path("Documents/q/none")).starts_with("-2"));
  QVERIFY(known.world.until([&] { return known.box->ended.size() == 1; }, PATIENCE));
  known.box->sayYes();
  auto look = [&] { return known.box->run("stat " + known.world.path("Documents/q/x.txt")); };
  // The end is told before the kernel has forgotten.
  QVERIFY(known.world.until([&] { return look().size() > 0 && known.box->asked.size() > 0; }, PATIENCE));
  QVERIFY(look().starts_with("0 file"));
}

QTEST_GUILESS_MAIN(CoherenceTest)
#include "coherence-test.moc"
