// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Services of elsewhere, found inside by name and at localhost; and what the broker is given to share: connections to
// what listens inside, and to one host outside. Whatever is at the other end of `dial` is played by the test.

#include <sys/socket.h>

#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

constexpr auto DB = "db:5432/tcp";

// Why not; empty if it could be.
template <typename Call>
std::string refusalOf(Call&& call) {
  std::string why;
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([&] { call(); })) why = exception->getDescription().cStr();
  return why;
}

kj::AutoCloseFd descriptor(World& world, schema::Descriptor::Client from) {
  auto fd = world.wait(from.getFd());
  return kj::AutoCloseFd(dup(KJ_REQUIRE_NONNULL(fd, "no descriptor")));
}

kj::Own<Visitor> reached(World& world, Sandbox& sandbox, uint16_t port) {
  auto call = KJ_ASSERT_NONNULL(sandbox.network).reachRequest();
  call.setPort(port);
  return kj::heap<Visitor>(world, descriptor(world, world.wait(call.send()).getSocket()));
}

kj::Own<Visitor> dialled(World& world, const std::string& destination) {
  auto call = world.portal().dialRequest();
  call.setDestination(destination.c_str());
  return kj::heap<Visitor>(world, descriptor(world, world.wait(call.send()).getSocket()));
}

// Of a connect() that is refused. At localhost the kernel has mostly said yes before we know, and then it is reset.
std::string outcome(Sandbox& sandbox, const std::string& connected) {
  return word(connected) == "ok" ? sandbox.run("recv " + word(connected, 1)) : word(connected);
}

}  // namespace

class ServicesTest : public QObject {
  Q_OBJECT
  static void rows() {
    QTest::addColumn<QString>("host");
    QTest::newRow("by name") << "db";
    QTest::newRow("at localhost") << "127.0.0.1";
    QTest::newRow("at localhost, v6") << "::1";
  }

private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void bytesPassBothWays_data() { rows(); }
  void bytesPassBothWays() {
    QFETCH(QString, host);
    World world;
    auto sandbox = world.sandbox();
    auto live = sandbox->serveFromElsewhere(DB);
    auto app = sandbox->run("connect " + host.toStdString() + " 5432");
    QCOMPARE(word(app), std::string("ok"));
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
    QCOMPARE(sandbox->dialled[0].grant, std::string("g1"));
    Visitor service(world, kj::mv(sandbox->dialled[0].socket));
    sandbox->run("send " + word(app, 1) + " question");
    QCOMPARE(service.received(), std::string("question"));
    service.send("the-answer");
    QCOMPARE(sandbox->run("recv " + word(app, 1)), std::string("got the-answer"));
    QCOMPARE(sandbox->connections(), std::vector<std::string>{"open db:5432/tcp 8 10 "});
    QVERIFY(sandbox->asked.empty());
    // Each side ends by itself.
    sandbox->run("shutdown " + word(app, 1));
    QCOMPARE(service.received(), std::string("end"));
    service.send("last-words");
    service.close();
    QCOMPARE(sandbox->run("collect " + word(app, 1)), std::string("got last-words"));
    auto counters = world.wait(live.countersRequest().send());
    QCOMPARE(counters.getUses(), 1);
    QCOMPARE(counters.getBytesOut(), 8);
    QCOMPARE(counters.getBytesIn(), 20);
  }

  void nothingElseLeadsThere() {
    World world({{"db", {"203.0.113.1"}}});
    auto sandbox = world.sandbox();
    auto other = world.sandbox("other");
    sandbox->serveFromElsewhere(DB);
    // Another port, another name, another sandbox: asked about as ever, or nothing there.
    QCOMPARE(word(sandbox->run("connect db 5433")), std::string("ECONNREFUSED"));
    QCOMPARE(word(sandbox->run("connect 127.0.0.1 5433")), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), size_t(1));
    QCOMPARE(sandbox->asked[0].destination, std::string("db:5433/tcp"));
    QCOMPARE(word(other->run("connect 127.0.0.1 5432")), std::string("ECONNREFUSED"));
    QCOMPARE(word(other->run("connect db 5432")), std::string("ECONNREFUSED"));
    QCOMPARE(other->asked.size(), size_t(1));
    QVERIFY(sandbox->dialled.empty());
  }

  void aResetIsOneOnBothSides_data() { rows(); }
  void aResetIsOneOnBothSides() {
    QFETCH(QString, host);
    World world;
    auto sandbox = world.sandbox();
    sandbox->serveFromElsewhere(DB);
    for (bool byApp : {true, false}) {
      auto app = word(sandbox->run("connect " + host.toStdString() + " 5432"), 1);
      QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
      auto socket = kj::mv(sandbox->dialled[0].socket);
      sandbox->dialled.clear();
      if (byApp) {
        Visitor service(world, kj::mv(socket));
        sandbox->run("break " + app);
        QCOMPARE(service.received(), std::string("ECONNRESET"));
      } else {
        linger none{1, 0};
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        socket = nullptr;
        QCOMPARE(sandbox->run("recv " + app), std::string("ECONNRESET"));
      }
    }
  }

  void whatIsAwayRefuses_data() { rows(); }
  void whatIsAwayRefuses() {
    QFETCH(QString, host);
    World world;
    auto sandbox = world.sandbox();
    sandbox->isAway = true;
    sandbox->serveFromElsewhere(DB);
    auto app = sandbox->run("connect " + host.toStdString() + " 5432");
    QCOMPARE(outcome(*sandbox, app), std::string(host == "db" ? "ECONNREFUSED" : "ECONNRESET"));
    QVERIFY2(sandbox->connections().at(0).ends_with(host == "db" ? "refusedByOtherSide" : "notReachable"),
             sandbox->connections().at(0).c_str());
    sandbox->isAway = false;
    app = sandbox->run("connect " + host.toStdString() + " 5432");
    sandbox->run("send " + word(app, 1) + " x");
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
  }

  void revokedIsCutAndStaysSo_data() { rows(); }
  void revokedIsCutAndStaysSo() {
    QFETCH(QString, host);
    World world;
    auto sandbox = world.sandbox();
    auto live = sandbox->serveFromElsewhere(DB);
    auto app = sandbox->run("connect " + host.toStdString() + " 5432");
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
    Visitor service(world, kj::mv(sandbox->dialled[0].socket));
    auto reading = sandbox->start("recv " + word(app, 1));
    world.wait(live.revokeRequest().send().ignoreResult());
    QCOMPARE(world.wait(kj::mv(reading)), std::string("ECONNRESET"));
    QCOMPARE(service.received(), std::string("ECONNRESET"));
    QCOMPARE(word(sandbox->run("connect " + host.toStdString() + " 5432")), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->dialled.size(), size_t(1));
    // Given again, it is there again.
    sandbox->serveFromElsewhere(DB);
    QCOMPARE(word(sandbox->run("connect " + host.toStdString() + " 5432")), std::string("ok"));
  }

  void suspendedComesBack_data() { rows(); }
  void suspendedComesBack() {
    QFETCH(QString, host);
    World world;
    auto sandbox = world.sandbox();
    auto live = sandbox->serveFromElsewhere(DB);
    auto refused = [&] { return outcome(*sandbox, sandbox->run("connect " + host.toStdString() + " 5432")); };
    auto open = sandbox->run("connect " + host.toStdString() + " 5432");
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
    world.wait(live.suspendRequest().send().ignoreResult());
    QCOMPARE(sandbox->run("recv " + word(open, 1)), std::string("ECONNRESET"));
    QCOMPARE(refused(), std::string(host == "db" ? "ECONNREFUSED" : "ECONNRESET"));
    QCOMPARE(sandbox->dialled.size(), size_t(1));
    world.wait(live.resumeRequest().send().ignoreResult());
    QCOMPARE(word(sandbox->run("connect " + host.toStdString() + " 5432")), std::string("ok"));
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 2; }));
  }

  void whileTheNetworkIsOffThereIsNone() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->serveFromElsewhere(DB);
    auto server = word(sandbox->run("serve 0.0.0.0 8080"), 1);
    auto off = KJ_ASSERT_NONNULL(sandbox->network).cutAllRequest();
    off.setOff(true);
    world.wait(off.send().ignoreResult());
    QCOMPARE(word(sandbox->run("connect db 5432")), std::string("ECONNREFUSED"));
    QCOMPARE(outcome(*sandbox, sandbox->run("connect 127.0.0.1 5432")), std::string("ECONNRESET"));
    QVERIFY(sandbox->dialled.empty());
    QVERIFY(refusalOf([&] { reached(world, *sandbox, 8080); }).find("network is off") != std::string::npos);
  }

  void aPortThatTheAppHasIsItsOwn() {
    World world;
    auto sandbox = world.sandbox();
    auto server = word(sandbox->run("serve 127.0.0.1 5432"), 1);
    sandbox->serveFromElsewhere(DB);
    QCOMPARE(word(sandbox->run("connect 127.0.0.1 5432")), std::string("ok"));
    QCOMPARE(word(sandbox->run("accept " + server)), std::string("ok"));
    QVERIFY(sandbox->dialled.empty());
    QCOMPARE(word(sandbox->run("connect db 5432")), std::string("ok"));
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
  }

  void itIsNotTakenForTheAppsOwnListener() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->serveFromElsewhere(DB);
    QVERIFY(sandbox->listeners().empty());
  }

  void limitsHoldForIt() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->serveFromElsewhere(DB, {.bytes = 1000});
    auto app = sandbox->run("connect 127.0.0.1 5432");
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
    Visitor service(world, kj::mv(sandbox->dialled[0].socket));
    service.send(std::string(2000, 'x'));
    QVERIFY(world.until([&] { return sandbox->ended == std::vector<std::string>{"g1"}; }));
    QCOMPARE(word(sandbox->run("connect 127.0.0.1 5432")), std::string("ECONNREFUSED"));
  }

  void onlyAPlaceForAServiceIsOne_data() {
    QTest::addColumn<QString>("place");
    for (auto* place : {"db", "db:5432", "db:1-9/tcp", "db:5432/udp", "*.db:5432/tcp", "10.0.0.1:5432/tcp", "internet",
                        "localhost:5432/tcp", "db:5432/tcp@local", ""}) {
      QTest::newRow(place) << place;
    }
  }
  void onlyAPlaceForAServiceIsOne() {
    QFETCH(QString, place);
    World world;
    auto sandbox = world.sandbox();
    QVERIFY(!refusalOf([&] { sandbox->serveFromElsewhere(place.toStdString()); }).empty());
  }

  void aVanishedAppTakesTheConnectionAlong() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->serveFromElsewhere(DB);
    sandbox->run("connect 127.0.0.1 5432");
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
    Visitor service(world, kj::mv(sandbox->dialled[0].socket));
    sandbox->kill();
    auto last = service.received();
    QVERIFY2(last == "end" || last == "ECONNRESET", last.c_str());
  }

  // An answer that carries a descriptor and that nobody waits for any more is no harm to anybody else.
  void whoGivesUpBreaksNothing() {
    World world;
    auto sandbox = world.sandbox(), other = world.sandbox("other");
    sandbox->answersWithAnother = true;
    sandbox->serveFromElsewhere(DB);
    auto app = word(sandbox->run("connect 127.0.0.1 5432"), 1);
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 1; }));
    Visitor first(world, kj::mv(sandbox->dialled[0].socket));
    sandbox->run("send " + app + " question");
    QCOMPARE(first.received(), std::string("question"));
    world.holdsDials = true;
    for (int i = 0; i < 20; ++i) sandbox->run("connect 127.0.0.1 5432");
    QVERIFY(world.until([&] { return sandbox->dialled.size() == 21; }));
    sandbox->kill();
    QVERIFY(world.until([&] { return world.wait(world.portal().statisticsRequest().send()).getSandboxes() == 1; }));
    world.holdsDials = false;
    world.pass(100);
    other->serveFromElsewhere(DB);
    QCOMPARE(word(other->run("connect db 5432")), std::string("ok"));
    QVERIFY(world.until([&] { return other->dialled.size() == 1; }));
  }

  void whatListensInsideIsReached() {
    World world;
    auto sandbox = world.sandbox();
    for (auto* address : {"0.0.0.0", "127.0.0.1"}) {
      auto server = word(sandbox->run(std::string("serve ") + address + " 8080"), 1);
      auto visitor = reached(world, *sandbox, 8080);
      auto accepted = sandbox->run("accept " + server);
      QCOMPARE(word(accepted, 2), std::string("198.19.255.253"));
      visitor->send("hello");
      QCOMPARE(sandbox->run("recv " + word(accepted, 1)), std::string("got hello"));
      sandbox->run("close " + server);
    }
    QVERIFY(refusalOf([&] { reached(world, *sandbox, 8081); }).find("nothing listens there") != std::string::npos);
  }

  void oneHostOutsideIsReached() {
    World world({{"shop.test", {HOST}}, {"router.test", {"192.168.1.1"}}});
    Server server(world, HOST);
    auto to = [&](const std::string& host) { return host + ":" + std::to_string(server.port) + "/tcp"; };
    for (auto* host : {HOST, "shop.test"}) {
      auto visitor = dialled(world, to(host));
      visitor->send("hello");
      QCOMPARE(visitor->received(), std::string("hello"));
    }
    auto why = [&](const std::string& destination) { return refusalOf([&] { dialled(world, destination); }); };
    // Where it leads has to be what was shared.
    QVERIFY(why(to("router.test")).find("leads elsewhere") != std::string::npos);
    QVERIFY(why(to("nowhere.test")).find("no such name") != std::string::npos);
    for (auto* many : {"internet", "*.shop.test:80/tcp", "shop.test", "shop.test:80/udp", "203.0.113.0/24:80/tcp"})
      QVERIFY2(!why(many).empty(), many);
  }
};

NETWORK_TEST_MAIN(ServicesTest)
#include "services-test.moc"
