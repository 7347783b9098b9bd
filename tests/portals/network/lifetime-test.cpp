// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The portal dies, the broker goes and comes back, sandboxes end.

#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

class LifetimeTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void withoutThePortalAnAppIsOffline() {
    World world;
    Server server(world, HOST), udp(world, HOST, 0, true);
    auto sandbox = world.sandbox();
    sandbox->grant("everything");
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    world.killPortal();
    auto answer = sandbox->run("recv 0");
    QVERIFY2(answer == "end" || answer == "ECONNRESET", answer.c_str());
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ENETUNREACH"));
    QCOMPARE(sandbox->run("udp " + place(udp) + " hello"), std::string("ENETUNREACH"));
    QCOMPARE(server.connections, 1);
    QCOMPARE(udp.datagrams, 0);
    // The next one asks for itself: what it was told holds, and nothing else.
    world.startPortal();
    sandbox->attach();
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 1);
    sandbox->grant(target(server));
    auto again = sandbox->run("connect " + place(server));
    QCOMPARE(word(again), std::string("ok"));
    QCOMPARE(sandbox->run("stream " + word(again, 1) + " 100000"), std::string("same"));
  }

  void beforeThePortalAnAppIsOffline() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox("one", false);
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ENETUNREACH"));
    sandbox->attach();
    sandbox->grant(target(server));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
  }

  void openConnectionsOutliveTheBroker() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server));
    sandbox->run("connect " + place(server));
    world.dropBroker();
    QCOMPARE(sandbox->run("send 0 hello"), std::string("ok"));
    QCOMPARE(sandbox->run("recv 0"), std::string("got hello"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    world.returnBroker();
    auto grants = world.wait(KJ_ASSERT_NONNULL(sandbox->network).grantsRequest().send());
    QCOMPARE(grants.getList().size(), 1);
    QCOMPARE(std::string(grants.getList()[0].getId()), std::string("g1"));
    world.wait(grants.getList()[0].getHandle().revokeRequest().send().ignoreResult());
    QCOMPARE(sandbox->run("recv 0"), std::string("ECONNRESET"));
  }

  void whatWaitsIsAskedAgainByTheNextBroker() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->sayNothing();
    auto connecting = sandbox->start("connect " + place(server));
    QVERIFY(world.until([&] { return sandbox->asked.size() == 1; }));
    world.dropBroker();
    world.pass(300);
    sandbox->sayYes();
    world.returnBroker();
    QCOMPARE(word(world.wait(kj::mv(connecting))), std::string("ok"));
    QCOMPARE(sandbox->asked.size(), 2);
  }

  void withoutABrokerNewWishesAreDeclined() {
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    world.dropBroker();
    world.pass(100);
    auto answer = sandbox->run("connect " + place(server));
    QCOMPARE(word(answer), std::string("ECONNREFUSED"));
    auto took = std::stod(word(answer, 1));
    QVERIFY2(took > 1500 && took < 4000, answer.c_str());
    QCOMPARE(server.connections, 0);
  }

  void nothingIsLeftOfASandboxThatEnded() {
    World world;
    Server server(world, HOST);
    auto before = world.portal().statisticsRequest().send().wait(world.io().waitScope).getDescriptors();
    {
      auto sandbox = world.sandbox();
      sandbox->grant("everything");
      for (int i = 0; i < 5; ++i) sandbox->run("connect " + place(server));
      auto during = world.portal().statisticsRequest().send().wait(world.io().waitScope);
      QVERIFY(during.getDescriptors() > before + 10);
    }
    QVERIFY(world.until([&] {
      auto now = world.portal().statisticsRequest().send().wait(world.io().waitScope);
      // Pipes are kept.
      return now.getSandboxes() == 0 && now.getDescriptors() <= before + 8;
    }));
    QVERIFY(world.until([&] { return server.open == 0; }));
  }
};

NETWORK_TEST_MAIN(LifetimeTest)
#include "lifetime-test.moc"
