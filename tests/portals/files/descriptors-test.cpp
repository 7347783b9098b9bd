// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Descriptors of the portal are few: who opens without end is stopped, and nobody else. What is only read needs none.

#include <errno.h>
#include <sys/resource.h>

#include <QTest>
#include <filesystem>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;

namespace {

constexpr rlim_t LIMIT = 400;  // Of the portal of this test.

// For writing, until it may no more, or `most`.
std::vector<long> openMany(Sandbox& box, const std::string& path, int most) {
  std::vector<long> open;
  for (int i = 0; i < most; ++i) {
    auto fd = box.number("open " + path + " +");
    if (fd < 0) break;
    open.push_back(fd);
  }
  return open;
}

// Many files open for reading, more of them than the portal may hold open.
struct Readers {
  static constexpr int COUNT = 330;

  explicit Readers(Access access = Access::WRITE) {
    for (int i = 0; i < COUNT; ++i) world.write(name(i), content(i));
    box = world.sandbox("reader");
    grant = box->give(world.path("Documents/p"), {.access = access, .scope = Scope::TREE});
    for (int i = 0; i < COUNT; ++i) fds.push_back(box->number("open " + path(i) + " r"));
  }
  static std::string name(int i) { return "Documents/p/" + std::to_string(i); }
  static std::string content(int i) { return "content " + std::to_string(i); }
  std::string path(int i) const { return world.path(name(i)); }
  std::string read(int i) { return box->run("read " + std::to_string(fds[static_cast<size_t>(i)]) + " 100 0"); }
  std::string expected(int i) {
    auto text = content(i);
    return std::to_string(text.size()) + " " + QByteArray::fromStdString(text).toHex().toStdString();
  }
  uint32_t held() { return world.wait(world.portal().statisticsRequest().send()).getDescriptors(); }

  World world;
  kj::Own<Sandbox> box;
  kj::Maybe<latchkey::schema::LiveGrant::Client> grant;
  std::vector<long> fds;
};

}  // namespace

class DescriptorsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void oneThatOpensWithoutEndStarvesNobody();
  void whatIsClosedIsFreeAgain();
  void moreAreOpenForReadingThanThereAreDescriptors();
  void othersGetTheirShareOfThem();
  void whatTheAppRemovesItGoesOnReading();
  void whatTheHostReplacesIsNeverReadInItsPlace();
  void whatIsLockedNeverRests();
  void takenBackItStaysClosed();
};

void DescriptorsTest::oneThatOpensWithoutEndStarvesNobody() {
  World world;
  world.write("Documents/a.txt", "content");
  auto greedy = world.sandbox("greedy");
  greedy->give(world.path("Documents"), {.access = Access::WRITE, .scope = Scope::TREE});
  auto held = openMany(*greedy, world.path("Documents/a.txt"), LIMIT);
  QVERIFY(held.size() > LIMIT / 4 && held.size() < LIMIT / 2);
  QCOMPARE(greedy->number("open " + world.path("Documents/a.txt") + " +"), -ENFILE);
  // Nothing of it can rest, so there is none for reading either.
  QCOMPARE(greedy->number("open " + world.path("Documents/a.txt") + " r"), -ENFILE);
  // Each of those that follow has as much as what is left over, and always something.
  size_t before = held.size();
  std::vector<kj::Own<Sandbox>> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(world.sandbox("other" + std::to_string(i)));
    others.back()->give(world.path("Documents"), {.access = Access::WRITE, .scope = Scope::TREE});
    auto got = openMany(*others.back(), world.path("Documents/a.txt"), LIMIT).size();
    QVERIFY(got > 0 && got < before);
    before = got;
  }
  QCOMPARE(greedy->run("fstat " + std::to_string(held.front())), "0");
}

void DescriptorsTest::whatIsClosedIsFreeAgain() {
  World world;
  world.write("Documents/a.txt", "content");
  {
    auto first = world.sandbox("first");
    first->give(world.path("Documents"), {.access = Access::WRITE, .scope = Scope::TREE});
    for (int i = 0; i < 3; ++i) {
      auto held = openMany(*first, world.path("Documents/a.txt"), LIMIT);
      QVERIFY(held.size() > LIMIT / 4);
      for (auto fd : held) first->run("close " + std::to_string(fd));
      // Closing is told to the portal after it has happened.
      QVERIFY(world.until([&] { return world.wait(world.portal().statisticsRequest().send()).getDescriptors() < 60; }));
    }
    openMany(*first, world.path("Documents/a.txt"), LIMIT);
    first->killApp();
  }
  auto second = world.sandbox("second");
  second->give(world.path("Documents"), {.access = Access::WRITE, .scope = Scope::TREE});
  QVERIFY(world.until([&] {
    auto held = openMany(*second, world.path("Documents/a.txt"), LIMIT);
    for (auto fd : held) second->run("close " + std::to_string(fd));
    return held.size() > LIMIT / 4;
  }));
}

void DescriptorsTest::moreAreOpenForReadingThanThereAreDescriptors() {
  Readers s;
  for (auto fd : s.fds) QVERIFY2(fd >= 0, std::to_string(fd).c_str());
  QVERIFY(s.held() < LIMIT / 2);
  // Each of them, twice: whoever rested is had again, and others rest for it.
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < Readers::COUNT; ++i) QCOMPARE(s.read(i), s.expected(i));
  }
  QVERIFY(s.held() < LIMIT / 2);
  // Renamed in the sandbox, with its folder too, it is still found.
  QCOMPARE(s.box->number("rename " + s.path(0) + " " + s.world.path("Documents/p/renamed")), 0);
  QCOMPARE(s.box->number("mkdir " + s.world.path("Documents/p/below")), 0);
  QCOMPARE(s.box->number("rename " + s.path(1) + " " + s.world.path("Documents/p/below/1")), 0);
  QCOMPARE(s.box->number("rename " + s.world.path("Documents/p/below") + " " + s.world.path("Documents/p/moved")), 0);
  for (int i = 0; i < 2; ++i) QCOMPARE(s.read(i), s.expected(i));
  for (auto fd : s.fds) QCOMPARE(s.box->number("fstat " + std::to_string(fd)), 0);
  for (auto fd : s.fds) QCOMPARE(s.box->number("close " + std::to_string(fd)), 0);
  QVERIFY(s.world.until([&] { return s.held() < 60; }));
}

void DescriptorsTest::othersGetTheirShareOfThem() {
  Readers s;
  auto alone = s.held();
  s.world.write("Documents/q/a.txt", "content");
  auto other = s.world.sandbox("other");
  other->give(s.world.path("Documents/q"), {.access = Access::WRITE, .scope = Scope::TREE});
  // The reader makes room although it opens nothing itself.
  size_t got = 0;
  QVERIFY(s.world.until(
      [&] { return (got += openMany(*other, s.world.path("Documents/q/a.txt"), LIMIT).size()) > LIMIT / 5; }));
  QVERIFY(alone > LIMIT / 4);
  for (int i = 0; i < Readers::COUNT; ++i) QCOMPARE(s.read(i), s.expected(i));
}

void DescriptorsTest::whatTheAppRemovesItGoesOnReading() {
  Readers s;
  for (int i = 0; i < 50; ++i) QCOMPARE(s.box->number("unlink " + s.path(i)), 0);
  for (int i = 50; i < 100; ++i) QCOMPARE(s.box->number("rename " + s.path(i + 100) + " " + s.path(i)), 0);
  QVERIFY(!s.world.exists(Readers::name(0)));
  for (int i = 0; i < Readers::COUNT; ++i) QCOMPARE(s.read(i), s.expected(i));
}

void DescriptorsTest::whatTheHostReplacesIsNeverReadInItsPlace() {
  Readers s;
  namespace fs = std::filesystem;
  constexpr int SOME = 40;  // The oldest rest.
  for (int i = 0; i < SOME; ++i) {
    s.world.write("Documents/other", "another's");
    if (i % 2) fs::rename(s.world.path("Documents/other"), s.path(i));
    else fs::remove(s.path(i));
  }
  int lost = 0;
  for (int i = 0; i < SOME; ++i) {
    auto answer = s.read(i);
    if (answer == s.expected(i)) continue;  // It did not rest, or was in the kernel's pages.
    QCOMPARE(std::stol(answer), -ESTALE);
    ++lost;
  }
  QVERIFY(lost > 0);
  for (int i = SOME; i < Readers::COUNT; ++i) QCOMPARE(s.read(i), s.expected(i));
}

void DescriptorsTest::whatIsLockedNeverRests() {
  World world;
  for (int i = 0; i < Readers::COUNT; ++i) world.write(Readers::name(i), Readers::content(i));
  auto box = world.sandbox("locker"), other = world.sandbox("other");
  for (auto* one : {box.get(), other.get()}) one->give(world.path("Documents/p"), {.scope = Scope::TREE});
  auto first = world.path(Readers::name(0));
  auto fd = box->number("open " + first + " r");
  QCOMPARE(box->number("flock " + std::to_string(fd) + " x"), 0);
  for (int i = 1; i < Readers::COUNT; ++i) QVERIFY(box->number("open " + world.path(Readers::name(i)) + " r") >= 0);
  auto theirs = std::to_string(other->number("open " + first + " r"));
  QCOMPARE(other->number("flock " + theirs + " x"), -EAGAIN);
  QCOMPARE(box->number("flock " + std::to_string(fd) + " u"), 0);
  QCOMPARE(other->number("flock " + theirs + " x"), 0);
}

void DescriptorsTest::takenBackItStaysClosed() {
  Readers s(Access::READ);
  s.world.wait(KJ_ASSERT_NONNULL(s.grant).revokeRequest().send().ignoreResult());
  for (int i = 0; i < Readers::COUNT; ++i) QCOMPARE(std::stol(s.read(i)), -EACCES);
}

int main(int argc, char** argv) {
  rlimit limit{LIMIT, LIMIT};
  setrlimit(RLIMIT_NOFILE, &limit);
  DescriptorsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "descriptors-test.moc"
