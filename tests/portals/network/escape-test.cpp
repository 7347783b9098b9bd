// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What an app tries on its own wire. Nothing here relies on the sandbox's seccomp, which refuses much of it before.

#include <fcntl.h>

#include <fstream>

#include "broker/base/descriptor.h"
#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

class EscapeTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void nothingOfTheWireIsTheApps_data() {
    QTest::addColumn<QString>("what");
    for (auto* what : {"mark", "raw", "packet", "tun", "route", "gate"}) QTest::newRow(what) << what;
  }
  void nothingOfTheWireIsTheApps() {
    QFETCH(QString, what);
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));  // The gate is there.
    auto answer = sandbox->run("try " + what.toStdString());
    QVERIFY2(answer == "EPERM" || answer == "EACCES" || answer == "EBUSY", answer.c_str());
    QCOMPARE(sandbox->run("send 0 hello"), std::string("ok"));
    QCOMPARE(sandbox->run("recv 0"), std::string("got hello"));
  }

  void ownNamespaceLeadsNowhere() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant("everything");
    auto answer = sandbox->run("try enter " + std::to_string(server.port));
    QVERIFY2(answer != "done", answer.c_str());
    QCOMPARE(server.connections, 0);
  }

  void ourListenerIsNoWayOut() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    auto ports = QString::fromStdString(sandbox->run("listeners")).split(' ', Qt::SkipEmptyParts);
    QVERIFY(!ports.empty());
    for (auto& port : ports) {
      auto answer = sandbox->run("connect 127.0.0.1 " + port.toStdString());
      // Mostly before connect() has returned.
      auto end = word(answer) == "ok" ? sandbox->run("recv " + word(answer, 1)) : word(answer);
      QCOMPARE(end, std::string("ECONNRESET"));
    }
    QCOMPARE(server.connections, 1);
  }

  void loopbackInsideIsTheSandboxsOwn() {
    World world;
    Server server(world, "127.0.0.1");
    auto sandbox = world.sandbox();
    sandbox->grant("everything");
    QCOMPARE(word(sandbox->run("connect " + place(server, "127.0.0.1"))), std::string("ECONNREFUSED"));
    QCOMPARE(server.connections, 0);
  }

  void addressesOfThisComputerAreTheirOwnQuestion() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->grant("internet");
    QCOMPARE(word(sandbox->run("connect 203.0.113.2 80")), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.at(0).destination, std::string("203.0.113.2:80/tcp@local"));
  }

  void localNetworkIsNotTheInternet() {
    World world;
    Server server(world, "192.168.77.1");
    auto sandbox = world.sandbox();
    sandbox->grant("internet");
    QCOMPARE(word(sandbox->run("connect " + place(server, "192.168.77.1"))), std::string("ECONNREFUSED"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "::ffff:192.168.77.1"))), std::string("ECONNREFUSED"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "64:ff9b::c0a8:4d01"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 3);
    QCOMPARE(server.connections, 0);
  }

  void foreignNamespacesAreNotEntered() {
    World world;
    auto call = world.portal().attachRequest();
    call.setInstance("bad");
    for (auto* place : {"/proc/self/ns/net", "/proc/self/ns/mnt", "/dev/null"}) {
      auto attempt = world.portal().attachRequest();
      attempt.setInstance("bad");
      attempt.initFacts().setNetworkNamespace(descriptorOf(kj::AutoCloseFd(open(place, O_RDONLY | O_CLOEXEC))));
      auto failed = attempt.send().then([](auto&&) { return false; }, [](kj::Exception&&) { return true; });
      QVERIFY2(world.wait(kj::mv(failed)), place);
    }
  }

  void thePortalIsConfined() {
    World world;
    std::ifstream status("/proc/" + std::to_string(world.portalPid()) + "/status");
    std::string all((std::istreambuf_iterator<char>(status)), {});
    QVERIFY(all.find("Seccomp:\t2") != std::string::npos);
    QVERIFY(all.find("NoNewPrivs:\t1") != std::string::npos);
    QVERIFY(all.find("CapEff:\t0000000000000000") != std::string::npos);
  }
};

NETWORK_TEST_MAIN(EscapeTest)
#include "escape-test.moc"
