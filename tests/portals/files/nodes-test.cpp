// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/nodes.h"

#include <QTest>
#include <map>
#include <random>

#include "portals/files/rules.h"
#include "portals/files/turn.h"

using namespace latchkey::files;

class NodesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void behavesLikeAMap();
  void anotherThingIsAnotherNode();
  void staleIdsFindNothing();
  void turnIsTakenFromWhoIsAway();
  void turnIsNotTakenFromWhoWorks();
};

// Thousands of random steps beside a plain map of paths.
void NodesTest::behavesLikeAMap() {
  Nodes nodes;
  std::mt19937 random(7);
  std::map<std::string, NodeId> known{{"/", ROOT_NODE}};
  auto any = [&] { return *std::next(known.begin(), static_cast<long>(random() % known.size())); };
  for (int step = 0; step < 20'000; ++step) {
    auto [path, id] = any();
    auto name = std::to_string(random() % 40);
    auto child = join(path, name);
    if (random() % 3) {
      if (path.size() > 30) continue;
      auto& node = nodes.lookedUp(id, name, {1, std::hash<std::string>()(child) | 1});
      known[child] = node.id;
    } else if (path != "/") {
      // The kernel forgets leaves first.
      bool leaf = std::next(known.find(path)) == known.end() || !isBelow(std::next(known.find(path))->first, path);
      if (!leaf) continue;
      nodes.forget(id, nodes.find(id)->lookups);
      known.erase(path);
    }
    if (step % 500 == 0) {
      for (auto& [place, number] : known) {
        auto* node = nodes.find(number);
        QVERIFY(node && nodes.pathOf(*node) == place && nodes.at(place) == node);
      }
    }
  }
  QCOMPARE(nodes.count(), known.size());
  size_t seen = 0;
  for (size_t part = 0; part < nodes.parts(); ++part) nodes.eachIn(part, [&](Node&) { ++seen; });
  QCOMPARE(seen, known.size());
}

void NodesTest::anotherThingIsAnotherNode() {
  Nodes nodes;
  auto first = nodes.lookedUp(ROOT_NODE, "name", {1, 1}).id;
  auto second = nodes.lookedUp(ROOT_NODE, "name", {1, 2}).id;
  QVERIFY(first != second);
  QVERIFY(nodes.find(first)->gone);
  QCOMPARE(nodes.child(ROOT_NODE, "name")->id, second);
  nodes.removed(ROOT_NODE, "name");
  QVERIFY(!nodes.child(ROOT_NODE, "name"));
}

void NodesTest::staleIdsFindNothing() {
  Nodes nodes;
  auto first = nodes.lookedUp(ROOT_NODE, "a", {1, 1}).id;
  nodes.forget(first, 1);
  auto second = nodes.lookedUp(ROOT_NODE, "b", {1, 2}).id;
  QVERIFY(first != second);
  QVERIFY(!nodes.find(first));
  QVERIFY(nodes.find(second));
  QVERIFY(!nodes.find(0));
  QVERIFY(!nodes.find(~0ULL));
}

void NodesTest::turnIsTakenFromWhoIsAway() {
  Turn turn;
  std::atomic<bool> answer = false, back = false;
  std::thread absent([&] {
    turn.take();
    {
      Turn::Away away;
      while (!answer) std::this_thread::yield();
    }
    back = true;
    turn.give();
  });
  while (!turn.isAway()) std::this_thread::yield();
  turn.take();
  QCOMPARE(turn.stuck(), 1U);
  answer = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  QVERIFY(!back);  // It waits like anybody else.
  turn.give();
  absent.join();
  QVERIFY(back);
  QCOMPARE(turn.stuck(), 0U);
}

void NodesTest::turnIsNotTakenFromWhoWorks() {
  Turn turn;
  turn.take();
  std::atomic<bool> got = false;
  std::thread other([&] {
    turn.take();
    got = true;
    turn.give();
  });
  std::this_thread::sleep_for(3 * Turn::PATIENCE);
  QVERIFY(!got);
  turn.give();
  other.join();
  QVERIFY(got);
}

QTEST_GUILESS_MAIN(NodesTest)
#include "nodes-test.moc"
