// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/grant-tree.h"

#include <kj/exception.h>

#include <map>
#include <set>

#include "tests/broker/grants/sample.h"
#include "tests/support/fake-clock.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

// A forest grown and cut at random, and what must be true of it however it came about.
struct Forest {
  FakeClock clock;
  GrantTree tree{clock};
  Chance& chance;
  std::vector<GrantId> ids;
  std::set<GrantId> dead;
  int number = 0;

  explicit Forest(Chance& chance) : chance(chance) {}

  GrantId grow(const GrantId& parent) {
    auto grant = treeGrant("app" + std::to_string(chance.below(4)), "/a");
    grant.id = GrantId("g" + std::to_string(++number));
    grant.parent = parent;
    grant.created = clock.wall();
    switch (chance.below(4)) {
      case 0: break;
      case 1: grant.lifetime = Lifetime::untilTime(clock.wall() + 1h * (1 + chance.below(100))); break;
      case 2: grant.lifetime = Lifetime::run(); break;
      case 3: grant.lifetime = Lifetime::once(); break;
    }
    bool bound = grant.lifetime.type < Lifetime::Type::Until;
    if (bound) grant.instance = InstanceId("i" + std::to_string(chance.below(3)));
    if (chance.oneIn(3)) grant.limits.uses = 1 + chance.below(5);
    auto id = grant.id;
    tree.add(std::move(grant));
    ids.push_back(id);
    return id;
  }

  void end(const std::vector<GrantId>& which, GrantState how) {
    auto ended = tree.wouldEnd(which, how);
    tree.apply(ended);
    for (const auto& grant : ended) dead.insert(grant.id);
  }

  void step() {
    auto some = ids.empty() ? GrantId("none") : chance.among(ids);
    const auto* node = tree.find(some);
    switch (chance.below(10)) {
      case 0: grow({}); break;
      case 1:
      case 2:
      case 3:
        if (node != nullptr && !node->grant.hasEnded()) grow(some);
        break;
      case 4: end({some, ids.empty() ? some : chance.among(ids)}, GrantState::Revoked); break;
      case 5: tree.apply(tree.wouldTurn({some}, GrantState::Suspended)); break;
      case 6: tree.apply(tree.wouldTurn({some}, GrantState::Active)); break;
      case 7: clock.advance(1min * chance.below(3000)); break;
      case 8: clock.stepWall(1h * static_cast<int64_t>(chance.below(72)) - 36h); break;
      case 9: end(tree.count(some, {.uses = 1, .when = clock.wall()}), GrantState::Expired); break;
    }
    if (chance.oneIn(4)) end(tree.due(), GrantState::Expired);
    if (chance.oneIn(20)) end(idsOf(tree.ofInstance(InstanceId("i0"))), GrantState::Expired);
  }

  static std::vector<GrantId> idsOf(const std::vector<const GrantTree::Node*>& nodes) {
    std::vector<GrantId> result;
    for (const auto* node : nodes) result.push_back(node->grant.id);
    return result;
  }

  // Whether anything that says no stands at or above it.
  bool isBarred(const GrantId& id) const {
    for (const auto* node = tree.find(id); node != nullptr; node = node->parent) {
      if (node->grant.state != GrantState::Active || node->deadline.passed(clock)) return true;
      if (dead.contains(node->grant.id)) return true;
    }
    return false;
  }

  // Empty, or what is wrong.
  QString wrong() const {
    for (const auto& id : ids) {
      bool live = tree.isLive(id);
      auto name = QString::fromStdString(id.text());
      if (live && isBarred(id)) return name + " lives below something dead";
      if (!live && !isBarred(id)) return name + " is dead for no reason";
      if (dead.contains(id) && !tree.find(id)->grant.hasEnded()) return name + " came back";
      const auto* node = tree.find(id);
      if (node->parent != nullptr && node->parent->grant.hasEnded() && !node->grant.hasEnded())
        return name + " outlived its parent";
    }
    return {};
  }
};

Grant named(Grant grant, const char* id, const char* parent = "") {
  grant.id = GrantId(id);
  grant.parent = GrantId(parent);
  return grant;
}

}  // namespace

class GrantTreeTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void nothingLivesBelowSomethingDead();
  void lookingUpAgreesWithLookingAtAll();
  void revokingEndsTheSubtree();
  void revokingParentAndChildTellsEachOnce();
  void suspendingHoldsTheSubtreeAndResumeGivesItBack();
  void resumedChildOfASuspendedParentStaysSuspended();
  void whatEndedDoesNotComeBack();
  void childrenOfUnknownOrEndedParentsAreRefused();
  void untilEndsByTime();
  void untilSurvivesSteppingBack();
  void untilEndsWhenSteppedPast();
  void standingGrantLapsesUnused();
  void usedStandingGrantDoesNotLapse();
  void usesOfAChildAreUsesOfItsParent();
  void lastUseMayGoOnUntilItIsClosed();
  void bytesEndAtOnce();
  void endedOnesArePurgedChildrenFirst();
  void deepChainsNeedNoStack();
};

void GrantTreeTest::nothingLivesBelowSomethingDead() {
  Chance chance;
  for (int sequence = 0; sequence < 300; ++sequence) {
    Forest forest(chance);
    for (int step = 0; step < 120; ++step) {
      forest.step();
      auto wrong = forest.wrong();
      QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
  }
}

void GrantTreeTest::lookingUpAgreesWithLookingAtAll() {
  Chance chance;
  for (int sequence = 0; sequence < 100; ++sequence) {
    Forest forest(chance);
    for (int step = 0; step < 150; ++step) forest.step();
    std::map<std::string, std::set<GrantId>> living, ended, bound;
    for (const auto& id : forest.ids) {
      const auto& grant = forest.tree.find(id)->grant;
      (grant.hasEnded() ? ended : living)[grant.holder].insert(id);
      if (!grant.hasEnded() && !grant.instance.empty()) bound[grant.instance.text()].insert(id);
    }
    auto setOf = [](const auto& nodes) {
      auto ids = Forest::idsOf(nodes);
      return std::set<GrantId>(ids.begin(), ids.end());
    };
    for (const auto* holder : {"app0", "app1", "app2", "app3", "nobody"}) {
      QVERIFY(setOf(forest.tree.ofHolder(holder, GrantTree::Which::Living)) == living[holder]);
      QVERIFY(setOf(forest.tree.ofHolder(holder, GrantTree::Which::Ended)) == ended[holder]);
    }
    for (const auto* instance : {"i0", "i1", "i2"}) {
      QVERIFY(setOf(forest.tree.ofInstance(InstanceId(instance))) == bound[instance]);
    }
    size_t alive = 0;
    for (const auto& [holder, ids] : living) alive += ids.size();
    QCOMPARE(forest.tree.ofObject({.path = "/a"}).size(), alive);
    QCOMPARE(forest.tree.all(GrantTree::Which::Living).size(), alive);
  }
}

// you -> top -> middle -> leaf, and beside
struct Family {
  FakeClock clock;
  GrantTree tree{clock};
  Family() {
    tree.add(named(treeGrant("app", "/a"), "top"));
    tree.add(named(treeGrant("app", "/a/b"), "middle", "top"));
    tree.add(named(fileGrant("app", "/a/b/c"), "leaf", "middle"));
    tree.add(named(fileGrant("app", "/a/d"), "beside", "top"));
  }
  bool isLive(const char* id) const { return tree.isLive(GrantId(id)); }
  void end(const char* id) { tree.apply(tree.wouldEnd({GrantId(id)}, GrantState::Revoked)); }
  void turn(const char* id, GrantState state) { tree.apply(tree.wouldTurn({GrantId(id)}, state)); }
};

void GrantTreeTest::revokingEndsTheSubtree() {
  Family family;
  auto ended = family.tree.wouldEnd({GrantId("middle")}, GrantState::Revoked);
  QVERIFY2(family.isLive("leaf"), "asking changes nothing");
  QCOMPARE(ended.size(), 2u);
  QCOMPARE(ended[0].id, GrantId("middle"));
  family.tree.apply(ended);
  QVERIFY(!family.isLive("middle") && !family.isLive("leaf"));
  QVERIFY(family.isLive("top") && family.isLive("beside"));
  QVERIFY(ended[1].ended == family.clock.wall());
}

void GrantTreeTest::revokingParentAndChildTellsEachOnce() {
  Family family;
  std::vector<GrantId> ids{GrantId("leaf"), GrantId("top"), GrantId("leaf"), GrantId("nobody"), GrantId("middle")};
  auto ended = family.tree.wouldEnd(ids, GrantState::Revoked);
  QCOMPARE(ended.size(), 4u);
  QCOMPARE(ended[0].id, GrantId("top"));
  family.tree.apply(ended);
  QCOMPARE(family.tree.wouldEnd(ids, GrantState::Revoked).size(), 0u);
}

void GrantTreeTest::suspendingHoldsTheSubtreeAndResumeGivesItBack() {
  Family family;
  family.turn("middle", GrantState::Suspended);
  QVERIFY(!family.isLive("middle") && !family.isLive("leaf"));
  QVERIFY(family.isLive("top") && family.isLive("beside"));
  QCOMPARE(family.tree.shown(*family.tree.find(GrantId("leaf"))).state, GrantState::Suspended);
  family.turn("middle", GrantState::Active);
  QVERIFY(family.isLive("middle") && family.isLive("leaf"));
}

void GrantTreeTest::resumedChildOfASuspendedParentStaysSuspended() {
  Family family;
  family.turn("leaf", GrantState::Suspended);
  family.turn("top", GrantState::Suspended);
  family.turn("leaf", GrantState::Active);
  QVERIFY(!family.isLive("leaf"));
  family.turn("top", GrantState::Active);
  QVERIFY(family.isLive("leaf"));
}

void GrantTreeTest::whatEndedDoesNotComeBack() {
  Family family;
  family.end("leaf");
  QCOMPARE(family.tree.wouldTurn({GrantId("leaf")}, GrantState::Active).size(), 0u);
  auto forged = named(fileGrant("app", "/a/b/c"), "leaf", "middle");
  QVERIFY_THROWS_EXCEPTION(kj::Exception, family.tree.apply({forged}));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, family.tree.add(forged));
  QVERIFY(!family.isLive("leaf"));
}

void GrantTreeTest::childrenOfUnknownOrEndedParentsAreRefused() {
  Family family;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, family.tree.add(named(fileGrant("app", "/a"), "x", "nobody")));
  family.end("middle");
  QVERIFY_THROWS_EXCEPTION(kj::Exception, family.tree.add(named(fileGrant("app", "/a"), "x", "leaf")));
  QVERIFY(family.tree.find(GrantId("x")) == nullptr);
}

void GrantTreeTest::untilEndsByTime() {
  Family family;
  family.tree.add(named(fileGrant("app", "/x", Lifetime::untilTime(family.clock.wall() + 1h)), "x"));
  QCOMPARE(family.tree.untilDue(), Duration(1h));
  family.clock.advance(1h - 1ns);
  QVERIFY(family.isLive("x") && family.tree.due().empty());
  family.clock.advance(1ns);
  QVERIFY2(!family.isLive("x"), "dead before anybody looked");
  QCOMPARE(family.tree.due(), std::vector{GrantId("x")});
}

void GrantTreeTest::untilSurvivesSteppingBack() {
  Family family;
  family.tree.add(named(fileGrant("app", "/x", Lifetime::untilTime(family.clock.wall() + 1h)), "x"));
  family.clock.stepWall(-24h);
  QVERIFY(family.isLive("x"));
  QCOMPARE(family.tree.untilDue(), Duration(1h));
  family.clock.advance(1h);
  QVERIFY(!family.isLive("x"));
  QCOMPARE(family.tree.due().size(), 1u);
}

void GrantTreeTest::untilEndsWhenSteppedPast() {
  Family family;
  family.tree.add(named(fileGrant("app", "/x", Lifetime::untilTime(family.clock.wall() + 1h)), "x"));
  family.clock.stepWall(1h);
  QVERIFY(!family.isLive("x"));
  QCOMPARE(family.tree.due().size(), 1u);
}

void GrantTreeTest::standingGrantLapsesUnused() {
  FakeClock clock;
  GrantTree tree(clock);
  auto grant = named(fileGrant("app", "/x"), "x");
  grant.created = clock.wall();
  tree.add(grant);
  clock.advance(LAPSE - 1ns);
  QVERIFY(tree.isLive(GrantId("x")));
  clock.advance(1ns);
  QVERIFY(!tree.isLive(GrantId("x")));
  QCOMPARE(tree.due().size(), 1u);
}

void GrantTreeTest::usedStandingGrantDoesNotLapse() {
  FakeClock clock;
  GrantTree tree(clock);
  auto grant = named(fileGrant("app", "/x"), "x");
  grant.created = clock.wall();
  tree.add(grant);
  for (int month = 0; month < 12; ++month) {
    clock.advance(24h * 30);
    tree.count(GrantId("x"), {.uses = 1, .when = clock.wall()});
    QVERIFY(tree.due().empty() && tree.isLive(GrantId("x")));
  }
  clock.advance(LAPSE);
  QVERIFY(!tree.isLive(GrantId("x")));
}

void GrantTreeTest::usesOfAChildAreUsesOfItsParent() {
  FakeClock clock;
  GrantTree tree(clock);
  auto top = named(treeGrant("app", "/a"), "top");
  top.limits.uses = 3;
  tree.add(top);
  tree.add(named(fileGrant("app", "/a/b"), "one", "top"));
  tree.add(named(fileGrant("app", "/a/c"), "two", "top"));
  QVERIFY(tree.count(GrantId("one"), {.uses = 2}).empty());
  QCOMPARE(tree.count(GrantId("two"), {.uses = 1}), std::vector{GrantId("top")});
  QCOMPARE(tree.find(GrantId("top"))->grant.uses, 3u);
  QCOMPARE(tree.find(GrantId("two"))->grant.uses, 1u);
}

void GrantTreeTest::lastUseMayGoOnUntilItIsClosed() {
  FakeClock clock;
  GrantTree tree(clock);
  auto grant = named(fileGrant("app", "/a"), "x");
  grant.limits.uses = 1;
  tree.add(grant);
  tree.setLiveHandles(GrantId("x"), 1);
  QVERIFY(tree.count(GrantId("x"), {.uses = 1}).empty());
  tree.setLiveHandles(GrantId("x"), 0);
  QCOMPARE(tree.count(GrantId("x"), {}).size(), 1u);
}

void GrantTreeTest::bytesEndAtOnce() {
  FakeClock clock;
  GrantTree tree(clock);
  auto grant = named(fileGrant("app", "/a"), "x");
  grant.limits.bytes = 100;
  tree.add(grant);
  tree.setLiveHandles(GrantId("x"), 1);
  QVERIFY(tree.count(GrantId("x"), {.bytesRead = 99}).empty());
  QCOMPARE(tree.count(GrantId("x"), {.bytesWritten = 1}).size(), 1u);
}

void GrantTreeTest::endedOnesArePurgedChildrenFirst() {
  Family family;
  family.end("leaf");
  family.clock.advance(1h);
  family.end("top");
  QVERIFY(family.tree.purge(family.clock.wall() - 1h).empty());
  QCOMPARE(family.tree.purge(family.clock.wall()), std::vector{GrantId("leaf")});
  family.clock.advance(1ns);
  QCOMPARE(family.tree.purge(family.clock.wall()).size(), 3u);
  QCOMPARE(family.tree.size(), 0u);
}

void GrantTreeTest::deepChainsNeedNoStack() {
  FakeClock clock;
  GrantTree tree(clock);
  tree.add(named(treeGrant("app", "/a"), "g0"));
  for (int depth = 1; depth < 20'000; ++depth) {
    auto id = "g" + std::to_string(depth), parent = "g" + std::to_string(depth - 1);
    tree.add(named(treeGrant("app", "/a"), id.c_str(), parent.c_str()));
  }
  QVERIFY(tree.isLive(GrantId("g19999")));
  auto ended = tree.wouldEnd({GrantId("g0")}, GrantState::Revoked);
  QCOMPARE(ended.size(), 20'000u);
  tree.apply(ended);
  QVERIFY(!tree.isLive(GrantId("g19999")));
}

QTEST_GUILESS_MAIN(GrantTreeTest)
#include "grant-tree-test.moc"
