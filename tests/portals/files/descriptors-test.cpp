// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Descriptors of the portal are few: who opens without end is stopped, and nobody else.

#include <errno.h>
#include <sys/resource.h>

#include <QTest>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Scope;

namespace {

constexpr rlim_t LIMIT = 400;  // Of the portal of this test.

// Until it may no more, or `most`.
std::vector<long> openMany(Sandbox& box, const std::string& path, int most) {
  std::vector<long> open;
  for (int i = 0; i < most; ++i) {
    auto fd = box.number("open " + path + " r");
    if (fd < 0) break;
    open.push_back(fd);
  }
  return open;
}

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
};

void DescriptorsTest::oneThatOpensWithoutEndStarvesNobody() {
  World world;
  world.write("Documents/a.txt", "content");
  auto greedy = world.sandbox("greedy");
  greedy->give(world.path("Documents"), {.scope = Scope::TREE});
  auto held = openMany(*greedy, world.path("Documents/a.txt"), LIMIT);
  QVERIFY(held.size() > LIMIT / 4 && held.size() < LIMIT / 2);
  QCOMPARE(greedy->number("open " + world.path("Documents/a.txt") + " r"), -ENFILE);
  // Each of those that follow has as much as what is left over, and always something.
  size_t before = held.size();
  std::vector<kj::Own<Sandbox>> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(world.sandbox("other" + std::to_string(i)));
    others.back()->give(world.path("Documents"), {.scope = Scope::TREE});
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
    first->give(world.path("Documents"), {.scope = Scope::TREE});
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
  second->give(world.path("Documents"), {.scope = Scope::TREE});
  QVERIFY(world.until([&] {
    auto held = openMany(*second, world.path("Documents/a.txt"), LIMIT);
    for (auto fd : held) second->run("close " + std::to_string(fd));
    return held.size() > LIMIT / 4;
  }));
}

int main(int argc, char** argv) {
  rlimit limit{LIMIT, LIMIT};
  setrlimit(RLIMIT_NOFILE, &limit);
  DescriptorsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "descriptors-test.moc"
