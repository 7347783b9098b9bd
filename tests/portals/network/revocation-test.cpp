// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/clock.h"
#include "broker/base/times.h"
#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t today() { return dayOf(SystemClock().wall()); }

// Of all that the app of this sandbox has.
void limit(World& world, Sandbox& sandbox, uint64_t bytesPerSecond, uint64_t bytesPerDay, uint64_t passedToday) {
  auto call = KJ_ASSERT_NONNULL(sandbox.network).limitRequest();
  call.initLimits().setBytesPerSecond(bytesPerSecond);
  call.getLimits().setBytesPerDay(bytesPerDay);
  call.setPassedToday(passedToday);
  call.setDay(today());
  world.wait(call.send().ignoreResult());
}

}  // namespace

class RevocationTest : public QObject {
  Q_OBJECT
  // Data flows; then `cut` is done. Both sides are told, at once.
  void cutWhileDataFlows(std::function<void(Sandbox&, schema::NetworkLive::Client)> cut) {
    World world;
    Server server(world, HOST);
    server.farewell = "never";  // So it only reads.
    auto sandbox = world.sandbox();
    auto live = sandbox->grant(target(server));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    auto flow = sandbox->start("flow 0");
    QVERIFY(world.until([&] { return server.received.size() > 10000; }));
    auto began = std::chrono::steady_clock::now();
    double far = -1;
    auto since = [&] {
      return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    };
    server.onEnd = [&] { far = since(); };
    cut(*sandbox, live);
    auto answer = world.wait(kj::mv(flow));
    auto near = since();
    QVERIFY2(word(answer) == "ECONNRESET" || word(answer) == "EPIPE", answer.c_str());
    QVERIFY(world.until([&] { return server.open == 0; }));
    QCOMPARE(server.lastError, std::string("ECONNRESET"));
    qInfo("the app was told after %.1f ms, the other side after %.1f ms", near, far);
    QVERIFY(near < 500 && far < 500);
  }

private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void revokedDataStopsOnBothSides() {
    kj::Promise<void> call = nullptr;
    cutWhileDataFlows(
        [&](Sandbox&, auto live) { call = live.revokeRequest().send().ignoreResult().eagerlyEvaluate(nullptr); });
  }

  void revokedIsRefusedWithoutAQuestion() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    auto live = sandbox->grant(target(server));
    sandbox->run("connect " + place(server));
    world.wait(live.revokeRequest().send().ignoreResult());
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 0);
    QCOMPARE(server.connections, 1);
    QVERIFY(world.until([&] { return server.open == 0; }));
  }

  void lapsedIsAskedAgain() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    auto live = sandbox->grant(target(server));
    sandbox->run("connect " + place(server));
    world.wait(live.lapseRequest().send().ignoreResult());
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
    sandbox->run("connect " + place(server));
    QCOMPARE(sandbox->asked.size(), 1);
  }

  void otherGrantsGoOn() {
    World world;
    Server server(world, HOST), other(world, HOST);
    auto sandbox = world.sandbox();
    auto live = sandbox->grant(target(server));
    sandbox->grant(target(other));
    sandbox->run("connect " + place(server));
    sandbox->run("connect " + place(other));
    world.wait(live.revokeRequest().send().ignoreResult());
    QCOMPARE(sandbox->run("send 1 hello"), std::string("ok"));
    QCOMPARE(sandbox->run("recv 1"), std::string("got hello"));
  }

  void suspendedComesBack() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    auto live = sandbox->grant(target(server));
    sandbox->run("connect " + place(server));
    world.wait(live.suspendRequest().send().ignoreResult());
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
    world.wait(live.resumeRequest().send().ignoreResult());
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    QCOMPARE(sandbox->asked.size(), 0);
  }

  void oneConnectionIsEnded() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server));
    sandbox->run("connect " + place(server));
    auto call = KJ_ASSERT_NONNULL(sandbox->network).endConnectionRequest();
    call.setId(sandbox->idOf("open"));
    world.wait(call.send().ignoreResult());
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
    QVERIFY(world.until([&] { return server.open == 0; }));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
  }

  void heldConnectionIsEndedByARefusal() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->sayNothing();
    auto connecting = sandbox->start("connect " + place(server));
    QVERIFY(world.until([&] { return sandbox->waiting == 1; }));
    auto call = KJ_ASSERT_NONNULL(sandbox->network).endConnectionRequest();
    call.setId(sandbox->idOf("held"));
    world.wait(call.send().ignoreResult());
    QCOMPARE(word(world.wait(kj::mv(connecting))), std::string("ECONNREFUSED"));
    QVERIFY(world.until([&] { return sandbox->withdrawn == 1; }));
    QCOMPARE(server.connections, 0);
  }

  void panicCutsAndRefusesAllUntilItIsOver() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant("everything");
    sandbox->run("connect " + place(server));
    auto off = KJ_ASSERT_NONNULL(sandbox->network).cutAllRequest();
    off.setOff(true);
    world.wait(off.send().ignoreResult());
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
    QVERIFY(world.until([&] { return server.open == 0; }));
    QCOMPARE(server.connections, 1);
    auto on = KJ_ASSERT_NONNULL(sandbox->network).cutAllRequest();
    on.setOff(false);
    world.wait(on.send().ignoreResult());
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    QCOMPARE(sandbox->asked.size(), 0);
  }

  void refusalsHoldForWhatIsOpen() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant("203.0.113.0/24");
    sandbox->run("connect " + place(server));
    sandbox->grant("203.0.113.3", {.deny = true});
    QCOMPARE(sandbox->run("send 0 hello"), std::string("ok"));
    QCOMPARE(sandbox->run("recv 0"), std::string("got hello"));
    sandbox->grant("203.0.113.1", {.deny = true});
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 0);
  }

  void timeEndsItWithoutABroker() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server), {.expires = now() + 5'000'000'000});
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));  // Before that.
    world.dropBroker();
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
    QVERIFY(world.until([&] { return server.open == 0; }));
  }

  void onceIsOverWithTheConnection() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server), {.once = true});
    sandbox->run("connect " + place(server));
    sandbox->run("send 0 hello");
    QCOMPARE(sandbox->run("recv 0"), std::string("got hello"));
    QCOMPARE(sandbox->ended.size(), 0);
    sandbox->run("close 0");
    QVERIFY(world.until([&] { return sandbox->ended == std::vector<std::string>{"g1"}; }));
    sandbox->run("connect " + place(server));
    QCOMPARE(sandbox->asked.size(), 1);
    QCOMPARE(server.connections, 1);
  }

  void bytesAreUsedUp() {
    World world;
    Server server(world, HOST);
    server.farewell = "never";
    auto sandbox = world.sandbox();
    sandbox->grant(target(server), {.bytes = 100'000});
    sandbox->run("connect " + place(server));
    auto answer = sandbox->run("flow 0");
    QVERIFY2(word(answer) == "ECONNRESET" || word(answer) == "EPIPE", answer.c_str());
    QVERIFY(world.until([&] { return sandbox->ended.size() == 1; }));
    auto line = sandbox->connections()[0];
    QCOMPARE(word(line, 2), std::string("100000"));
    QVERIFY(server.received.size() <= 100'000);
    sandbox->run("connect " + place(server));
    QCOMPARE(sandbox->asked.size(), 1);
  }

  void bytesOfTheDayAreUsedUp() {
    World world;
    Server server(world, HOST);
    server.farewell = "never";
    auto sandbox = world.sandbox();
    sandbox->grant(target(server), {.bytesPerDay = 100'000, .passedToday = 30'000, .day = today()});
    sandbox->run("connect " + place(server));
    auto answer = sandbox->run("flow 0");
    QVERIFY2(word(answer) == "ECONNRESET" || word(answer) == "EPIPE", answer.c_str());
    QVERIFY(world.until([&] { return sandbox->ended.size() == 1; }));
    auto line = sandbox->connections()[0];
    QCOMPARE(word(line, 2), std::string("70000"));
    QVERIFY(line.ends_with("bytesUsedUp"));
    sandbox->run("connect " + place(server));
    QCOMPARE(sandbox->asked.size(), 1);
  }

  // Whoever gives it again: what passed while no broker was there, nobody else knows.
  void givenAgainItIsUsedUpStill_data() {
    QTest::addColumn<bool>("daily");
    QTest::newRow("in all") << false;
    QTest::newRow("a day") << true;
  }
  void givenAgainItIsUsedUpStill() {
    QFETCH(bool, daily);
    World world;
    Server server(world, HOST);
    server.farewell = "never";
    auto sandbox = world.sandbox();
    GrantOptions options{.bytes = daily ? 0u : 100'000u, .bytesPerDay = daily ? 100'000u : 0u, .id = "same"};
    sandbox->grant(target(server), options);
    sandbox->run("connect " + place(server));
    sandbox->run("flow 0");
    QVERIFY(world.until([&] { return sandbox->ended.size() == 1; }));
    sandbox->grant(target(server), options);
    QVERIFY(world.until([&] { return sandbox->ended.size() == 2; }));
    sandbox->run("connect " + place(server));
    QCOMPARE(sandbox->asked.size(), 1);
    // More of it is more.
    options.bytes *= 2;
    options.bytesPerDay *= 2;
    sandbox->grant(target(server), options);
    sandbox->sayYes();
    server.farewell.clear();
    auto connected = sandbox->run("connect " + place(server));
    QCOMPARE(word(connected), std::string("ok"));
    QCOMPARE(sandbox->run("stream " + word(connected, 1) + " 20000", 60), std::string("same"));
  }

  // What a broker says of a day that is over here is no use of today's.
  void anotherDaysBytesAreNotTodays() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server), {.bytesPerDay = 100'000, .passedToday = 100'000, .day = today() - 1});
    sandbox->run("connect " + place(server));
    QCOMPARE(sandbox->run("stream 0 40000", 60), std::string("same"));
    QCOMPARE(sandbox->ended.size(), 0);
  }

  void whatOthersUsedIsUsed() {
    World world;
    Server server(world, HOST);
    server.farewell = "never";
    auto sandbox = world.sandbox();
    sandbox->grant(target(server), {.bytes = 100'000, .passed = 90'000});
    sandbox->run("connect " + place(server));
    sandbox->run("flow 0");
    QVERIFY(world.until([&] { return sandbox->ended.size() == 1; }));
    QCOMPARE(word(sandbox->connections()[0], 2), std::string("10000"));
  }

  void aGrantsBytesAreThoseOfAllItsSandboxes() {
    World world;
    Server echo(world, HOST), server(world, HOST);
    server.farewell = "never";
    auto one = world.sandbox();
    auto other = world.sandbox("two");
    GrantOptions shared{.bytes = 100'000, .id = "shared"};
    one->grant(HOST, shared);
    other->grant(HOST, shared);
    QCOMPARE(word(other->run("connect " + place(echo))), std::string("ok"));
    QCOMPARE(other->run("stream 0 20000", 60), std::string("same"));  // Each way.
    QCOMPARE(word(other->run("connect " + place(echo))), std::string("ok"));
    one->run("connect " + place(server));
    one->run("flow 0");
    QVERIFY(world.until([&] { return one->ended.size() == 1 && other->ended.size() == 1; }));
    QCOMPARE(word(one->connections()[0], 2), std::string("60000"));
    QCOMPARE(other->run("recv 1"), std::string("ECONNRESET"));
  }

  void anAppsBytesOfTheDayEndAllItHas() {
    World world;
    Server server(world, HOST), another(world, HOST);
    server.farewell = another.farewell = "never";
    auto sandbox = world.sandbox();
    sandbox->sayYes();
    limit(world, *sandbox, 0, 100'000, 40'000);
    sandbox->grant(target(server));
    sandbox->grant(target(another));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    QCOMPARE(word(sandbox->run("connect " + place(another))), std::string("ok"));
    sandbox->run("flow 0");
    QVERIFY(world.until([&] { return server.open == 0 && another.open == 0; }));
    QCOMPARE(sandbox->run("recv 1"), std::string("ECONNRESET"));
    QVERIFY(sandbox->connections()[0].ends_with("bytesUsedUp"));
    // Nobody is asked: what is granted would not help.
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
    QCOMPARE(word(sandbox->run("connect 203.0.113.2 80")), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 0);
    QCOMPARE(sandbox->ended.size(), 0);
    QVERIFY(world.until([&] { return !sandbox->refused.empty(); }));
    // More of it: what is granted works again.
    limit(world, *sandbox, 0, 1'000'000, 0);
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    limit(world, *sandbox, 0, 0, 0);
    QCOMPARE(word(sandbox->run("connect " + place(another))), std::string("ok"));
  }

  void anAppsBytesAreThoseOfAllItsSandboxes() {
    World world;
    Server server(world, HOST);
    server.farewell = "never";
    auto one = world.sandbox();
    auto other = world.sandbox("one/2");
    for (auto* sandbox : {one.get(), other.get()}) {
      limit(world, *sandbox, 0, 100'000, 0);
      sandbox->grant(target(server));
    }
    other->run("connect " + place(server));
    one->run("connect " + place(server));
    one->run("flow 0");
    QVERIFY(world.until([&] { return server.open == 0; }));
    QCOMPARE(word(one->connections()[0], 2), std::string("100000"));
    QCOMPARE(other->run("recv 0"), std::string("ECONNRESET"));
  }

  void rateIsKept() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server), {.bytesPerSecond = 1'000'000});
    sandbox->run("connect " + place(server));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(sandbox->run("stream 0 1000000", 60), std::string("same"));
    // A million each way.
    qInfo("two million bytes at a million a second took %.2f s", static_cast<double>(timer.elapsed()) / 1000);
    QVERIFY(timer.elapsed() > 1700);
    QVERIFY(timer.elapsed() < 6000);
  }

  void anAppsRateIsKeptWhateverItsGrantsAllow() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    limit(world, *sandbox, 1'000'000, 0, 0);
    sandbox->grant(target(server), {.bytesPerSecond = 50'000'000});
    sandbox->run("connect " + place(server));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(sandbox->run("stream 0 1000000", 60), std::string("same"));
    QVERIFY(timer.elapsed() > 1700);
  }

  void reportsSayWhatLives() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server));
    sandbox->run("connect " + place(server));
    QVERIFY(world.until([&] { return sandbox->liveReports["g1"] == std::vector<uint32_t>{1}; }));
    sandbox->run("close 0");
    QVERIFY(world.until([&] { return !sandbox->liveReports["g1"].empty() && sandbox->liveReports["g1"].back() == 0; }));
  }
};

NETWORK_TEST_MAIN(RevocationTest)
#include "revocation-test.moc"
