// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// An app's server, reached from outside by grant; and what is told of what listens.

#include "broker/base/log.h"
#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

constexpr uint16_t PORT = 8080;
constexpr auto LOCALHOST = "8080/tcp@localhost";
constexpr auto NETWORK = "8080/tcp@network";
constexpr auto FAR = "203.0.113.2";  // As far0 sees us.

int64_t afterNow(std::chrono::nanoseconds time) {
  return (std::chrono::system_clock::now() + time).time_since_epoch().count();
}

// The number of a listening socket in the app.
std::string serve(Sandbox& sandbox, const char* address = "0.0.0.0") {
  auto answer = sandbox.run(std::string("serve ") + address + " 8080");
  return word(answer) == "ok" ? word(answer, 1) : answer;
}

// Why not; empty if it could be.
std::string refusal(Sandbox& sandbox, const std::string& listening) {
  std::string why;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { sandbox.letIn(listening); })) why = reason(*exception);
  return why;
}

}  // namespace

class VisitorsTest : public QObject {
  Q_OBJECT
  // Somebody is let in and has said something; then `cut` is done. Both sides are told, at once.
  void cutWhileOpen(const std::function<void(World&, Sandbox&, schema::NetworkLive::Client)>& cut,
                    const char* outcome) {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    auto live = sandbox->letIn(LOCALHOST);
    Visitor visitor(world, "127.0.0.1", PORT);
    auto inside = word(sandbox->run("accept " + server), 1);
    visitor.send("hello");
    QCOMPARE(sandbox->run("recv " + inside), std::string("got hello"));
    auto began = std::chrono::steady_clock::now();
    auto reading = sandbox->start("recv " + inside);
    cut(world, *sandbox, live);
    QCOMPARE(visitor.received(), std::string("ECONNRESET"));
    QCOMPARE(world.wait(kj::mv(reading)), std::string("ECONNRESET"));
    auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    qInfo("both were told within %.1f ms", took);
    QVERIFY(took < 500);
    if (sandbox->network == nullptr) return;
    QVERIFY2(sandbox->connections().at(0).ends_with(outcome), sandbox->connections().at(0).c_str());
  }

  // Its bytes of the day are one.
  static void useUp(World& world, Sandbox& sandbox) {
    auto call = KJ_ASSERT_NONNULL(sandbox.network).limitRequest();
    call.initLimits().setBytesPerDay(1);
    world.wait(call.send().ignoreResult());
  }

private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void nobodyIsLetInWithoutAGrant() {
    World world;
    auto sandbox = world.sandbox();
    serve(*sandbox);
    QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
    QCOMPARE(Visitor(world, FAR, PORT, true).outcome, std::string("ECONNREFUSED"));
    // Grants of another sandbox's, and of another port, are none.
    auto other = world.sandbox("other");
    other->letIn(LOCALHOST);
    sandbox->letIn("8081/tcp@localhost");
    Visitor visitor(world, "127.0.0.1", PORT);
    QCOMPARE(visitor.received(), std::string("ECONNRESET"));
    QCOMPARE(sandbox->run("accept 0 0.3"), std::string("TIMEOUT"));
    QVERIFY(other->connections().at(0).ends_with("nothingListens"));
  }

  void bytesPassBothWays() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    QVERIFY(world.until([&] { return !sandbox->heard.empty(); }));
    auto live = sandbox->letIn(LOCALHOST);
    Visitor visitor(world, "127.0.0.1", PORT);
    QCOMPARE(visitor.outcome, std::string("ok"));
    auto accepted = sandbox->run("accept " + server);
    // Programs trust who comes from a loopback address.
    QCOMPARE(word(accepted, 2), std::string("198.19.255.253"));
    auto inside = word(accepted, 1);
    visitor.send("question");
    QCOMPARE(sandbox->run("recv " + inside), std::string("got question"));
    sandbox->run("send " + inside + " the-answer");
    QCOMPARE(visitor.received(), std::string("the-answer"));
    QCOMPARE(sandbox->connections(), std::vector<std::string>{"open 127.0.0.1 to 8080/tcp@localhost 10 8 "});
    auto call = KJ_ASSERT_NONNULL(sandbox->network).connectionsRequest();
    call.setMost(1);
    auto results = world.wait(call.send());
    auto one = results.getList()[0];
    QCOMPARE(one.getDirection(), schema::Connection::Direction::IN);
    QCOMPARE(std::string(one.getGrant()), std::string("g1"));
    QCOMPARE(one.getPid(), sandbox->pid());
    QCOMPARE(std::string(one.getProgram()), std::string("python3"));
    QVERIFY(std::string(one.getAddress()).starts_with("127.0.0.1:"));
    sandbox->run("close " + inside);
    QCOMPARE(visitor.received(), std::string("end"));
    visitor.close();
    QVERIFY(world.until([&] { return sandbox->connections()[0].ends_with("10 8 finished"); }));
    auto counters = world.wait(live.countersRequest().send());
    QCOMPARE(counters.getUses(), 1);
    QCOMPARE(counters.getLive(), 0);
    QCOMPARE(counters.getBytesIn(), 8);
    QCOMPARE(counters.getBytesOut(), 10);
    QVERIFY(world.until([&] { return sandbox->liveReports["g1"] == std::vector<uint32_t>({1, 0}); }));
  }

  void usedUpCutsWhoCame() {
    cutWhileOpen([](World& world, Sandbox& sandbox, auto) { useUp(world, sandbox); }, "bytesUsedUp");
  }
  void usedUpNobodyComes() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    sandbox->letIn(LOCALHOST);
    {
      Visitor visitor(world, "127.0.0.1", PORT);
      auto inside = word(sandbox->run("accept " + server), 1);
      visitor.send("hello");
      QCOMPARE(sandbox->run("recv " + inside), std::string("got hello"));
    }
    useUp(world, *sandbox);
    Visitor late(world, "127.0.0.1", PORT);
    QCOMPARE(late.received(), std::string("ECONNRESET"));
  }

  void whatListensOnLoopbackIsReachedToo_data() {
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("peer");
    QTest::newRow("v4") << "127.0.0.1" << "198.19.255.253";
    QTest::newRow("v6") << "::1" << "fd6c:6174:6368::2";
  }
  void whatListensOnLoopbackIsReachedToo() {
    QFETCH(QString, address);
    QFETCH(QString, peer);
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox, address.toUtf8().constData());
    sandbox->letIn(LOCALHOST);
    Visitor visitor(world, "127.0.0.1", PORT);
    auto accepted = sandbox->run("accept " + server);
    QCOMPARE(word(accepted, 2), peer.toStdString());
    visitor.send("hello");
    QCOMPARE(sandbox->run("recv " + word(accepted, 1)), std::string("got hello"));
  }

  void localhostIsNotForOtherComputers() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    auto live = sandbox->letIn(LOCALHOST);
    QCOMPARE(Visitor(world, FAR, PORT, true).outcome, std::string("ECONNREFUSED"));
    world.wait(live.revokeRequest().send().ignoreResult());
    sandbox->letIn(NETWORK);
    Visitor visitor(world, FAR, PORT, true);
    QCOMPARE(visitor.outcome, std::string("ok"));
    QCOMPARE(word(sandbox->run("accept " + server), 2), std::string("198.19.255.253"));
    QVERIFY2(sandbox->connections().at(0).starts_with("open 203.0.113.1 to 8080/tcp@network"),
             sandbox->connections().at(0).c_str());
  }

  void manyComeAtOnce() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox, "127.0.0.1");
    sandbox->letIn(NETWORK);
    std::vector<kj::Own<Visitor>> visitors;
    for (int i = 0; i < 60; ++i) visitors.push_back(kj::heap<Visitor>(world, FAR, PORT, true));
    for (size_t i = 0; i < visitors.size(); ++i) {
      visitors[i]->send("x");
      QCOMPARE(word(sandbox->run("accept " + server)), std::string("ok"));
    }
    auto statistics = world.wait(world.portal().statisticsRequest().send());
    QCOMPARE(statistics.getConnections(), 60);
    visitors.clear();
    sandbox = nullptr;
    QVERIFY(world.until([&] { return world.wait(world.portal().statisticsRequest().send()).getConnections() == 0; }));
    QCOMPARE(Visitor(world, FAR, PORT, true).outcome, std::string("ECONNREFUSED"));
  }

  void revokedIsResetOnBothSides() {
    cutWhileOpen(
        [](World& world, Sandbox&, auto live) {
          world.wait(live.revokeRequest().send().ignoreResult());
          // When it returns, the port is nobody's.
          QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
        },
        "endedByYou");
  }

  void suspendedComesBack() {
    cutWhileOpen(
        [](World& world, Sandbox& sandbox, auto live) {
          world.wait(live.suspendRequest().send().ignoreResult());
          QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
          QCOMPARE(sandbox.listeners(), std::vector<std::string>{"8080/tcp everywhere python3 "});
        },
        "pausedByYou");
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    auto live = sandbox->letIn(LOCALHOST, {.suspended = true});
    QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
    world.wait(live.resumeRequest().send().ignoreResult());
    Visitor visitor(world, "127.0.0.1", PORT);
    QCOMPARE(word(sandbox->run("accept " + server)), std::string("ok"));
  }

  void oneIsEnded() {
    cutWhileOpen(
        [](World& world, Sandbox& sandbox, auto) {
          auto call = KJ_ASSERT_NONNULL(sandbox.network).endConnectionRequest();
          call.setId(sandbox.idOf("open"));
          world.wait(call.send().ignoreResult());
          QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ok"));
          sandbox.run("accept 0");
          QVERIFY(world.until([&] { return sandbox.connections().size() == 2; }));
          sandbox.network = nullptr;
        },
        "");
  }

  void theSwitchTurnsAllAway() {
    cutWhileOpen(
        [](World& world, Sandbox& sandbox, auto) {
          auto turn = [&](bool off) {
            auto call = KJ_ASSERT_NONNULL(sandbox.network).cutAllRequest();
            call.setOff(off);
            world.wait(call.send().ignoreResult());
          };
          turn(true);
          Visitor turnedAway(world, "127.0.0.1", PORT);
          QCOMPARE(turnedAway.received(), std::string("ECONNRESET"));
          QCOMPARE(sandbox.connections().size(), 1);
          turn(false);
          Visitor again(world, "127.0.0.1", PORT);
          QCOMPARE(word(sandbox.run("accept 0")), std::string("ok"));
          turn(true);
        },
        "networkOff");
  }

  void detachedIsClosed() {
    cutWhileOpen(
        [](World& world, Sandbox& sandbox, auto) {
          world.wait(KJ_ASSERT_NONNULL(sandbox.network).detachRequest().send().ignoreResult());
          QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
          sandbox.network = nullptr;
        },
        "");
  }

  void onceIsOnce() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    sandbox->letIn(LOCALHOST, {.once = true});
    Visitor visitor(world, "127.0.0.1", PORT);
    auto inside = word(sandbox->run("accept " + server), 1);
    sandbox->run("close " + inside);
    QCOMPARE(visitor.received(), std::string("end"));
    visitor.close();
    QVERIFY(world.until([&] { return sandbox->ended == std::vector<std::string>{"g1"}; }));
    QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
    // The portal is well.
    sandbox->letIn(LOCALHOST);
    Visitor again(world, "127.0.0.1", PORT);
    QCOMPARE(word(sandbox->run("accept " + server)), std::string("ok"));
  }

  void itsTimeAndItsBytesEndIt() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    sandbox->letIn(LOCALHOST, {.expires = afterNow(std::chrono::seconds(5))});
    sandbox->letIn("8081/tcp@localhost", {.bytes = 4});
    Visitor visitor(world, "127.0.0.1", PORT);
    QCOMPARE(word(sandbox->run("accept " + server)), std::string("ok"));
    QCOMPARE(visitor.received(), std::string("ECONNRESET"));
    QVERIFY(world.until([&] { return sandbox->ended == std::vector<std::string>{"g1"}; }));
    QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
    auto other = word(sandbox->run("serve 0.0.0.0 8081"), 1);
    Visitor talker(world, "127.0.0.1", 8081);
    sandbox->run("accept " + other);
    talker.send("longer than four");
    QCOMPARE(talker.received(), std::string("ECONNRESET"));
    QVERIFY(world.until([&] { return sandbox->ended == std::vector<std::string>({"g1", "g2"}); }));
    QCOMPARE(Visitor(world, "127.0.0.1", 8081).outcome, std::string("ECONNREFUSED"));
  }

  void aPortThatIsTakenIsSaidToBe() {
    World world;
    Server taken(world, "127.0.0.1", PORT);
    auto sandbox = world.sandbox();
    QCOMPARE(refusal(*sandbox, LOCALHOST),
             std::string("something else listens on this port already: 8080/tcp@localhost"));
    QCOMPARE(sandbox->listeners(), std::vector<std::string>());
    auto grants = world.wait(KJ_ASSERT_NONNULL(sandbox->network).grantsRequest().send());
    QCOMPARE(grants.getList().size(), 0);
    for (auto text : {"", "8080", "0/tcp@localhost", "8080/udp@localhost", "8080/tcp@0.0.0.0"}) {
      QVERIFY2(refusal(*sandbox, text).starts_with("nothing to listen on"), refusal(*sandbox, text).c_str());
    }
    QVERIFY(!refusal(*sandbox, "80/tcp@localhost").empty());
  }

  void ofTwoSandboxesOneHasThePort() {
    World world;
    auto sandbox = world.sandbox(), other = world.sandbox("other");
    auto live = sandbox->letIn(LOCALHOST);
    QVERIFY(!refusal(*other, NETWORK).empty());
    world.wait(live.lapseRequest().send().ignoreResult());
    QCOMPARE(refusal(*other, NETWORK), std::string());
    // With its sandbox it is free again.
    other = nullptr;
    QVERIFY(world.until([&] { return refusal(*sandbox, LOCALHOST).empty(); }));
  }

  void theNextPortalListensAgain() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    sandbox->letIn(LOCALHOST);
    Visitor visitor(world, "127.0.0.1", PORT);
    auto inside = word(sandbox->run("accept " + server), 1);
    world.killPortal();
    auto end = visitor.received();
    QVERIFY2(end == "end" || end == "ECONNRESET", end.c_str());
    end = sandbox->run("recv " + inside);
    QVERIFY2(end == "end" || end == "ECONNRESET", end.c_str());
    QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
    world.startPortal();
    sandbox->attach();
    QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
    sandbox->letIn(LOCALHOST);
    Visitor again(world, "127.0.0.1", PORT);
    QCOMPARE(word(sandbox->run("accept " + server)), std::string("ok"));
  }

  void openPortsOutliveTheBroker() {
    World world;
    auto sandbox = world.sandbox();
    auto server = serve(*sandbox);
    sandbox->letIn(LOCALHOST);
    world.dropBroker();
    Visitor visitor(world, "127.0.0.1", PORT);
    QCOMPARE(word(sandbox->run("accept " + server)), std::string("ok"));
    sandbox->heard.clear();
    world.returnBroker();
    // The next one has to be told, as nothing has changed.
    QVERIFY(
        world.until([&] { return sandbox->heard == std::vector<std::string>{"8080/tcp everywhere python3 g1"}; }, 5));
    auto grants = world.wait(KJ_ASSERT_NONNULL(sandbox->network).grantsRequest().send());
    QCOMPARE(grants.getList().size(), 1);
    world.wait(grants.getList()[0].getHandle().revokeRequest().send().ignoreResult());
    QCOMPARE(visitor.received(), std::string("ECONNRESET"));
    QCOMPARE(Visitor(world, "127.0.0.1", PORT).outcome, std::string("ECONNREFUSED"));
  }

  void whatListensIsTold() {
    World world;
    auto sandbox = world.sandbox();
    // What is ours in there is not what the app does.
    world.pass(1500);
    QCOMPARE(sandbox->timesHeard, 0);
    QCOMPARE(sandbox->listeners(), std::vector<std::string>());
    serve(*sandbox, "127.0.0.1");
    std::vector<std::string> heard{"8080/tcp loopback python3 "};
    QVERIFY(world.until([&] { return sandbox->heard == heard; }, 3));
    auto times = sandbox->timesHeard;
    world.pass(2200);
    QCOMPARE(sandbox->timesHeard, times);  // Nothing has changed.
    sandbox->letIn(LOCALHOST);
    heard = {"8080/tcp loopback python3 g1"};
    QCOMPARE(sandbox->listeners(), heard);
    sandbox->run("serve 0.0.0.0 9090");
    heard.push_back("9090/tcp everywhere python3 ");
    QVERIFY(world.until([&] { return sandbox->heard == heard; }, 3));
    sandbox->run("close 0");
    heard.erase(heard.begin());
    QVERIFY(world.until([&] { return sandbox->heard == heard; }, 3));
  }
};

NETWORK_TEST_MAIN(VisitorsTest)
#include "visitors-test.moc"
