// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/policy.h"

#include <kj/debug.h>

#include <QTest>

#include <chrono>

#include "tests/support/fake-clock.h"

using namespace latchkey;
using namespace latchkey::network;
using namespace std::chrono_literals;
using Says = Judgement::Says;

namespace {

Destination to(const std::string& text) {
  KJ_IF_MAYBE (destination, destinationFrom(text)) return *destination;
  throw std::runtime_error("no destination: " + text);
}

struct World {
  FakeClock clock;
  Policy policy{clock};

  void allow(const std::string& id, const std::string& destination) {
    policy.add({.id = id, .destination = to(destination), .deadline = {}});
  }
  void deny(const std::string& id, const std::string& destination) {
    policy.add({.id = id, .destination = to(destination), .deny = true, .deadline = {}});
  }
  // "ask", "yes ID", "no ID", "if-local ID".
  std::string says(const std::string& wanted) {
    auto judged = policy.judge(to(wanted));
    const char* words[] = {"ask", "yes", "no", "if-local"};
    auto word = std::string(words[static_cast<int>(judged.says)]);
    return judged.id.empty() ? word : word + " " + judged.id;
  }
};

}  // namespace

class PolicyTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void nothingIsAllowedByItself();
  void theMoreSpecificDecides();
  void ofEqualOnesTheRefusal();
  void aNameIsAskedAboutAgainWhereItLeads();
  void aLocalGrantLetsTheNameBeLookedUp();
  void whatIsTakenBackStaysRefused();
  void whatLapsedIsAskedAbout();
  void aSuspendedGrantRefuses();
  void timeEndsIt();
  void turningTheClockBackGivesNothing();
  void refusalsForTheRunAreBounded();
  void aRefusalReachesWhatCarriesTheAddress();
  void whatIsBlockedIsBlockedWhole();
  void aThousandRulesCostNoTime();
};

void PolicyTest::nothingIsAllowedByItself() {
  World world;
  QCOMPARE(world.says("example.org:443/tcp"), "ask");
  world.allow("a", "example.org:443/tcp");
  QCOMPARE(world.says("example.org:443/tcp"), "yes a");
  QCOMPARE(world.says("example.org:443/udp"), "ask");
  QCOMPARE(world.says("example.org:80/tcp"), "ask");
  QCOMPARE(world.says("www.example.org:443/tcp"), "ask");
  QCOMPARE(world.says("93.184.216.34:443/tcp"), "ask");
  QVERIFY(world.policy.isInForce("a"));
  QVERIFY(!world.policy.isInForce("b"));
}

void PolicyTest::theMoreSpecificDecides() {
  World world;
  world.allow("internet", "internet");
  world.deny("tracker", "*.tracker.example");
  world.allow("good", "good.tracker.example:443/tcp");
  QCOMPARE(world.says("example.org:443/tcp"), "yes internet");
  QCOMPARE(world.says("a.tracker.example:443/tcp"), "no tracker");
  QCOMPARE(world.says("good.tracker.example:443/tcp"), "yes good");
  QCOMPARE(world.says("good.tracker.example:80/tcp"), "no tracker");
  world.deny("all", "everything");
  QCOMPARE(world.says("example.org:443/tcp"), "yes internet");
  QCOMPARE(world.says("10.0.0.1:443/tcp"), "no all");
}

void PolicyTest::ofEqualOnesTheRefusal() {
  for (bool first : {true, false}) {
    World world;
    if (first) world.deny("no", "example.org:443");
    world.allow("yes", "example.org:443");
    if (!first) world.deny("no", "example.org:443");
    QCOMPARE(world.says("example.org:443/tcp"), "no no");
  }
}

void PolicyTest::aNameIsAskedAboutAgainWhereItLeads() {
  World world;
  world.allow("a", "example.org");
  auto wanted = to("example.org:80/tcp");
  auto leading = [&](const char* address) {
    return world.says(wanted.leadingTo(KJ_ASSERT_NONNULL(addressFrom(address)), false).text());
  };
  QCOMPARE(leading("93.184.216.34"), "yes a");
  QCOMPARE(leading("192.168.1.1"), "ask");
  QCOMPARE(leading("127.0.0.1"), "ask");
  QCOMPARE(leading("169.254.169.254"), "ask");
  world.allow("b", "local-network");
  QCOMPARE(leading("192.168.1.1"), "yes b");
  QCOMPARE(leading("127.0.0.1"), "ask");
  QCOMPARE(leading("169.254.169.254"), "ask");
  world.allow("c", "everything");
  QCOMPARE(leading("127.0.0.1"), "yes c");
  QCOMPARE(leading("169.254.169.254"), "ask");
}

void PolicyTest::aLocalGrantLetsTheNameBeLookedUp() {
  World world;
  world.allow("a", "nas.example:445/tcp@local");
  QCOMPARE(world.says("nas.example:445/tcp"), "if-local a");
  QCOMPARE(world.says("nas.example:445/tcp@local"), "yes a");
  QCOMPARE(world.says("nas.example:80/tcp"), "ask");
  world.allow("b", "*.fritz.box@local");
  QCOMPARE(world.says("x.fritz.box:1/tcp"), "if-local b");
  // Not by a preset: that would look up any name at all.
  world.allow("c", "local-network");
  QCOMPARE(world.says("secret.attacker.example:1/tcp"), "ask");
  world.deny("d", "nas.example");
  QCOMPARE(world.says("nas.example:445/tcp"), "no d");
}

void PolicyTest::whatIsTakenBackStaysRefused() {
  World world;
  world.allow("a", "example.org:443/tcp");
  QVERIFY(world.policy.revoke("a"));
  QVERIFY(!world.policy.revoke("a"));
  QCOMPARE(world.says("example.org:443/tcp"), "no");
  QCOMPARE(world.says("example.org:80/tcp"), "ask");
  QVERIFY(!world.policy.isInForce("a"));
  // A wider one that stood before goes on for the rest, not for this.
  world.deny("d", "example.org:443/tcp");
  world.allow("b", "*.example.org");
  QCOMPARE(world.says("example.org:443/tcp"), "no d");
  QVERIFY(world.policy.revoke("d"));
  QCOMPARE(world.says("example.org:443/tcp"), "yes b");
  world.allow("c", "example.org:443/tcp");
  world.policy.revoke("c");
  QCOMPARE(world.says("example.org:443/tcp"), "no");
  QCOMPARE(world.says("www.example.org:443/tcp"), "yes b");
  world.allow("e", "example.org:443/tcp");
  QCOMPARE(world.says("example.org:443/tcp"), "yes e");
}

void PolicyTest::whatLapsedIsAskedAbout() {
  World world;
  world.allow("a", "example.org");
  QVERIFY(world.policy.lapse("a"));
  QVERIFY(!world.policy.lapse("a"));
  QCOMPARE(world.says("example.org:443/tcp"), "ask");
}

void PolicyTest::aSuspendedGrantRefuses() {
  World world;
  world.allow("a", "example.org");
  QVERIFY(world.policy.suspend("a", true));
  QCOMPARE(world.says("example.org:443/tcp"), "no a");
  QVERIFY(!world.policy.isInForce("a"));
  world.allow("b", "*.example.org");
  QCOMPARE(world.says("example.org:443/tcp"), "no a");
  QCOMPARE(world.says("www.example.org:443/tcp"), "yes b");
  QVERIFY(world.policy.suspend("a", false));
  QCOMPARE(world.says("example.org:443/tcp"), "yes a");
  world.deny("d", "example.org");
  QVERIFY(world.policy.suspend("d", true));
  QCOMPARE(world.says("example.org:443/tcp"), "yes a");
  QVERIFY(!world.policy.suspend("x", true));
}

void PolicyTest::timeEndsIt() {
  World world;
  QCOMPARE(world.policy.untilNextExpiry(), Duration::max());
  world.policy.add(
      {.id = "a", .destination = to("example.org"), .deadline = Deadline::at(world.clock.wall() + 15min, world.clock)});
  world.policy.add({.id = "b",
                    .destination = to("other.org"),
                    .deny = true,
                    .deadline = Deadline::at(world.clock.wall() + 20min, world.clock)});
  QVERIFY(world.policy.untilNextExpiry() == Duration(15min));
  world.clock.advance(14min + 59s);
  QCOMPARE(world.says("example.org:1/tcp"), "yes a");
  QVERIFY(world.policy.expired().empty());
  world.clock.advance(1s);
  QCOMPARE(world.says("example.org:1/tcp"), "ask");
  QVERIFY(!world.policy.isInForce("a"));
  QVERIFY(world.policy.expired() == std::vector<std::string>{"a"});
  QCOMPARE(world.says("other.org:1/tcp"), "no b");
  world.clock.advance(5min);
  QCOMPARE(world.says("other.org:1/tcp"), "ask");
}

void PolicyTest::turningTheClockBackGivesNothing() {
  World world;
  world.policy.add(
      {.id = "a", .destination = to("example.org"), .deadline = Deadline::at(world.clock.wall() + 15min, world.clock)});
  world.clock.stepWall(-24h);
  world.clock.advance(15min);
  QCOMPARE(world.says("example.org:1/tcp"), "ask");
}

void PolicyTest::refusalsForTheRunAreBounded() {
  World world;
  for (int i = 0; i < 1'500; ++i) world.policy.refuse(to("n" + std::to_string(i) + ".example:1/tcp"));
  QCOMPARE(world.says("n0.example:1/tcp"), "ask");
  QCOMPARE(world.says("n1499.example:1/tcp"), "no");
  QCOMPARE(world.says("n1499.example:2/tcp"), "ask");
  world.policy.refuse(to("n1499.example:1/tcp"));
  world.allow("a", "*.example");
  QCOMPARE(world.says("n1499.example:1/tcp"), "yes a");
}

void PolicyTest::aRefusalReachesWhatCarriesTheAddress() {
  World world;
  world.allow("a", "local-network");
  world.deny("d", "10.0.0.1");
  QCOMPARE(world.says("10.0.0.2:80/tcp"), "yes a");
  QCOMPARE(world.says("[64:ff9b::10.0.0.1]:80/tcp"), "no d");
}

void PolicyTest::whatIsBlockedIsBlockedWhole() {
  World world;
  QVERIFY(!world.policy.isBlocked("example.org"));
  world.deny("a", "*.tracker.example");
  world.deny("b", "one.example:80/tcp");
  world.deny("c", "other.example@local");
  world.deny("d", "internet");
  world.deny("e", "nas.local");
  QVERIFY(world.policy.isBlocked("tracker.example"));
  QVERIFY(world.policy.isBlocked("x.tracker.example"));
  QVERIFY(world.policy.isBlocked("nas.local"));
  for (auto name : {"one.example", "other.example", "example.org", "x.nas.local"})
    QVERIFY(!world.policy.isBlocked(name));
  world.allow("f", "internet:443");
  QVERIFY(world.policy.isBlocked("x.tracker.example"));
  world.allow("g", "x.tracker.example:443/tcp");
  QVERIFY(!world.policy.isBlocked("x.tracker.example"));
  QVERIFY(world.policy.isBlocked("y.tracker.example"));
  world.policy.suspend("a", true);
  QVERIFY(!world.policy.isBlocked("y.tracker.example"));
}

void PolicyTest::aThousandRulesCostNoTime() {
  World world;
  for (int i = 0; i < 1'000; ++i) world.allow(std::to_string(i), "host" + std::to_string(i) + ".example.org:443/tcp");
  auto wanted = to("host999.example.org:443/tcp"), address = to("93.184.216.34:443/tcp");
  auto begin = std::chrono::steady_clock::now();
  for (int round = 0; round < 100; ++round) {
    QVERIFY(world.policy.judge(wanted).says == Says::Allow);
    QVERIFY(world.policy.judge(address).says == Says::Ask);
  }
  // Measured: about 10 us each; what takes 50 times that has become something else.
  QVERIFY(std::chrono::steady_clock::now() - begin < 100ms);
}

QTEST_GUILESS_MAIN(PolicyTest)
#include "policy-test.moc"
