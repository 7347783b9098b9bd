// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Connections by name: what is asked is the name, and what it leads to is found out afterwards.

#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

std::string named(const Server& server, const char* name, const char* rest = "/tcp") {
  return std::string(name) + ":" + std::to_string(server.port) + rest;
}

}  // namespace

class ByNameTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void theNameIsAskedAbout() {
    World world({{"web.test", {HOST}}});
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    QCOMPARE(word(sandbox->run("connect " + place(server, "web.test"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.at(0).destination, named(server, "web.test"));
    QVERIFY(!sandbox->asked.at(0).raw);
    QCOMPARE(server.connections, 0);
    sandbox->sayYes();
    auto answer = sandbox->run("connect " + place(server, "web.test"));
    QCOMPARE(word(answer), std::string("ok"));
    QCOMPARE(sandbox->run("stream " + word(answer, 1) + " 100000"), std::string("same"));
    QCOMPARE(server.connections, 1);
  }

  void theNameDoesNotOpenItsAddress() {
    World world({{"web.test", {HOST}}, {"other.test", {HOST}}});
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(named(server, "web.test"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "web.test"))), std::string("ok"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "other.test"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 2);
    QCOMPARE(server.connections, 1);
  }

  void namesAreAnsweredWithoutAsking() {
    World world;
    auto sandbox = world.sandbox();
    auto answer = sandbox->run("resolve nobody-knows.example");
    QVERIFY2(answer.find("198.1") != std::string::npos && answer.find("fd6c:6174:6368:1:") != std::string::npos,
             answer.c_str());
    QCOMPARE(sandbox->asked.size(), 0);
  }

  void everyNameServerIsOurs() {
    World world;
    Server udp(world, HOST, 53, true), tcp(world, HOST, 53);
    auto sandbox = world.sandbox();
    auto own = sandbox->run("dns 127.0.0.53 some.example");
    QVERIFY2(own.starts_with("address 198.1"), own.c_str());
    for (auto* server : {HOST, "8.8.8.8", "192.168.77.1"}) {
      QCOMPARE(sandbox->run(std::string("dns ") + server + " some.example"), own);
      QCOMPARE(sandbox->run(std::string("dns ") + server + " some.example tcp"), own);
    }
    QCOMPARE(sandbox->run("dns 2600:1::1 some.example"), own);
    // Also where it may be reached.
    sandbox->grant("everything");
    QCOMPARE(sandbox->run(std::string("dns ") + HOST + " some.example"), own);
    QCOMPARE(sandbox->run(std::string("dns ") + HOST + " some.example tcp"), own);
    QCOMPARE(udp.datagrams + tcp.connections, 0);
    QCOMPARE(sandbox->asked.size(), 0);
  }

  void namesThatLeadToTheLocalNetworkAreAskedAgain() {
    World world({{"router.test", {"192.168.77.1"}}});
    Server server(world, "192.168.77.1");
    auto sandbox = world.sandbox();
    sandbox->grant("internet");
    QCOMPARE(word(sandbox->run("connect " + place(server, "router.test"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 1);
    QCOMPARE(sandbox->asked[0].destination, named(server, "router.test", "/tcp@local"));
    QCOMPARE(sandbox->asked[0].local, std::string("192.168.77.1"));
    QCOMPARE(server.connections, 0);
    sandbox->sayYes();
    QCOMPARE(word(sandbox->run("connect " + place(server, "router.test"))), std::string("ok"));
    QCOMPARE(server.connections, 1);
  }

  void namesThatLeadToThisComputerAreAskedByAddress() {
    World world({{"rebound.test", {"127.0.0.1"}}, {"self.test", {"203.0.113.2"}}});
    Server server(world, "127.0.0.1");
    auto sandbox = world.sandbox();
    sandbox->grant("internet");
    sandbox->grant("local-network");
    QCOMPARE(word(sandbox->run("connect " + place(server, "rebound.test"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.at(0).local, std::string("127.0.0.1"));
    QVERIFY(sandbox->asked.at(0).destination.starts_with("127.0.0.1:"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "self.test"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.at(1).local, std::string("203.0.113.2"));
    QCOMPARE(server.connections, 0);
  }

  void reboundNamesReachNothingMore() {
    World world({{"web.test", {HOST}}});
    Server server(world, HOST), router(world, "192.168.77.1", server.port);
    auto sandbox = world.sandbox();
    sandbox->grant(named(server, "web.test"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "web.test"))), std::string("ok"));
    world.setNames({{"web.test", {"192.168.77.1"}}});
    QCOMPARE(word(sandbox->run("connect " + place(server, "web.test"))), std::string("ECONNREFUSED"));
    // And mixed with what was meant, it is left out.
    world.setNames({{"web.test", {"192.168.77.1", "127.0.0.1", HOST}}});
    QCOMPARE(word(sandbox->run("connect " + place(server, "web.test"))), std::string("ok"));
    QCOMPARE(server.connections, 2);
    QCOMPARE(router.connections, 0);
  }

  // The grant is of the name: it leads where that leads now, and no longer where it led, to who begins then.
  void grantedNamesAreFollowedToNewAddresses() {
    World world({{"web.test", {HOST}}});
    Server before(world, HOST), after(world, "203.0.113.3", before.port);
    auto sandbox = world.sandbox();
    sandbox->grant(named(before, "web.test"));
    QCOMPARE(word(sandbox->run("connect " + place(before, "web.test"))), std::string("ok"));
    world.setNames({{"web.test", {"203.0.113.3"}}});
    QCOMPARE(word(sandbox->run("connect " + place(before, "web.test"))), std::string("ok"));
    QCOMPARE(before.connections, 1);
    QCOMPARE(after.connections, 1);
    // What was open stays where it was.
    QCOMPARE(sandbox->run("send 0 still"), std::string("ok"));
    QCOMPARE(sandbox->run("recv 0"), std::string("got still"));
    QCOMPARE(before.received, std::string("still"));
    QCOMPARE(sandbox->asked.size(), 0);
    // Neither address is open by itself.
    for (auto* address : {HOST, "203.0.113.3"}) {
      QCOMPARE(word(sandbox->run("connect " + place(before, address))), std::string("ECONNREFUSED"));
    }
    QCOMPARE(sandbox->asked.size(), 2);
    QCOMPARE(before.connections + after.connections, 2);
  }

  void allAddressesAreTried() {
    std::vector<std::string> twenty;
    for (int i = 0; i < 19; ++i) twenty.push_back("198.51.100." + std::to_string(i + 1));  // No route to them.
    twenty.push_back(HOST);
    World world({{"many.test", twenty}, {"second.test", {"203.0.113.99", HOST}}});
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant("internet");
    QCOMPARE(word(sandbox->run("connect " + place(server, "many.test"))), std::string("ok"));
    // Nobody answers at the first: the second is tried a quarter of a second later.
    auto answer = sandbox->run("connect " + place(server, "second.test"));
    QCOMPARE(word(answer), std::string("ok"));
    QVERIFY2(std::stod(word(answer, 2)) < 2000, answer.c_str());
  }

  void namesThatLeadNowhereAreUnreachable() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->grant("everything");
    QCOMPARE(word(sandbox->run("connect nowhere.test 80")), std::string("EHOSTUNREACH"));
    // An address of ours that stands for no name.
    QCOMPARE(word(sandbox->run("connect 198.18.77.77 80")), std::string("EHOSTUNREACH"));
    QCOMPARE(sandbox->asked.size(), 0);
  }

  void blockedNamesAreNoNames() {
    World world;
    auto sandbox = world.sandbox();
    sandbox->grant("*.tracker.test", {.deny = true});
    QCOMPARE(sandbox->run("dns 127.0.0.53 a.tracker.test"), std::string("rcode 3"));
    QVERIFY(sandbox->run("dns 127.0.0.53 a.good.test").starts_with("address"));
  }

  void nobodyIsAskedForANameBeforeItIsAllowed() {
    // The file is read anew for each look-up: a name that appears while the question waits is found.
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->person = [&](const Asked& asked) -> kj::Promise<Outcome> {
      world.setNames({{"late.test", {HOST}}});
      auto call = KJ_ASSERT_NONNULL(sandbox->network).addRequest();
      auto grant = call.initGrant();
      grant.setId("late");
      grant.setDestination(asked.destination.c_str());
      return call.send().then([](auto&&) { return Outcome::GRANTED; });
    };
    QCOMPARE(word(sandbox->run("connect " + place(server, "late.test"))), std::string("ok"));
  }
};

NETWORK_TEST_MAIN(ByNameTest)
#include "by-name-test.moc"
