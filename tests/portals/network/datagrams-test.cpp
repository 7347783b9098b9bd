// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

class DatagramsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void datagramsWaitAndArrive_data() {
    QTest::addColumn<QString>("host");
    QTest::newRow("4") << HOST;
    QTest::newRow("6") << "2600:1::1";
  }
  void datagramsWaitAndArrive() {
    QFETCH(QString, host);
    auto text = host.toStdString();
    World world;
    Server server(world, text, 0, true);
    auto sandbox = world.sandbox();
    auto paf = kj::newPromiseAndFulfiller<Outcome>();
    auto answer = paf.promise.fork();
    sandbox->person = [&](const Asked&) { return answer.addBranch(); };
    auto told = sandbox->start("udp " + place(server, text.c_str()) + " hello");
    QVERIFY(world.until([&] { return sandbox->asked.size() == 1; }));
    world.pass(300);
    QCOMPARE(server.datagrams, 0);
    auto wanted = text.find(':') == text.npos ? target(server, HOST, "/udp") : target(server, "[2600:1::1]", "/udp");
    QCOMPARE(sandbox->asked[0].destination, wanted);
    QCOMPARE(sandbox->asked[0].pid, sandbox->pid());
    sandbox->grant(wanted);
    paf.fulfiller->fulfill(Outcome::GRANTED);
    QCOMPARE(world.wait(kj::mv(told)), std::string("got hello"));
    QCOMPARE(server.datagrams, 1);
    QCOMPARE(sandbox->run("udp " + place(server, text.c_str()) + " again"), std::string("got again"));
    QCOMPARE(sandbox->asked.size(), 1);
  }

  void noIsTold() {
    World world;
    Server server(world, HOST, 0, true);
    auto sandbox = world.sandbox();
    QCOMPARE(sandbox->run("udp " + place(server) + " hello"), std::string("ECONNREFUSED"));
    QCOMPARE(server.datagrams, 0);
    QCOMPARE(sandbox->asked.size(), 1);
  }

  void bytesOfTheDayAreUsedUp() {
    World world;
    Server server(world, HOST, 0, true);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server, HOST, "/udp"), {.bytesPerDay = 10});
    QCOMPARE(sandbox->run("udp " + place(server) + " hello"), std::string("got hello"));
    QVERIFY(world.until([&] { return sandbox->ended.size() == 1; }));
    QVERIFY(sandbox->connections()[0].ends_with("bytesUsedUp"));
    QCOMPARE(sandbox->run("udp " + place(server) + " again"), std::string("ECONNREFUSED"));
    QCOMPARE(server.datagrams, 1);
    QCOMPARE(sandbox->asked.size(), 1);
  }

  void tcpAllowsNoUdp() {
    World world;
    Server server(world, HOST, 0, true);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server));
    QCOMPARE(sandbox->run("udp " + place(server) + " hello"), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 1);
    QCOMPARE(server.datagrams, 0);
  }

  void closedPortIsRefused() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->grant("203.0.113.1");
    QCOMPARE(sandbox->run("udp 203.0.113.1 9 hello"), std::string("ECONNREFUSED"));
  }

  void largeOnesArriveWhole() {
    World world;
    Server server(world, HOST, 0, true);
    auto sandbox = world.sandbox();
    sandbox->grant("203.0.113.1");
    for (auto size : {"1", "1472", "1473", "9000", "60000"}) {
      QCOMPARE(sandbox->run("large " + place(server) + " " + size), std::string("same"));
    }
  }

  void revokedStopsWithTheNext() {
    World world;
    Server server(world, HOST, 0, true);
    auto sandbox = world.sandbox();
    auto live = sandbox->grant("203.0.113.1");
    QCOMPARE(sandbox->run("udp " + place(server) + " hello"), std::string("got hello"));
    world.wait(live.revokeRequest().send().ignoreResult());
    QCOMPARE(sandbox->run("udp " + place(server) + " hello"), std::string("ECONNREFUSED"));
    QCOMPARE(server.datagrams, 1);
    QCOMPARE(sandbox->asked.size(), 0);
  }

  void pingIsAskedAboutAndAnswered() {
    World world;
    auto sandbox = world.sandbox();
    QCOMPARE(sandbox->run("ping 203.0.113.1 1").substr(0, 3) == "got", false);
    QCOMPARE(sandbox->asked.at(0).destination, std::string("203.0.113.1/ping"));
    sandbox->sayYes();
    QCOMPARE(sandbox->run("ping 203.0.113.3"), std::string("got 0 7 hello"));
    QCOMPARE(sandbox->run("ping 2600:1::1"), std::string("got 129 7 hello"));
    QCOMPARE(sandbox->asked.size(), 3);
  }
};

NETWORK_TEST_MAIN(DatagramsTest)
#include "datagrams-test.moc"
