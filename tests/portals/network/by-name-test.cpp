// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Connections by name: what is asked is the name, and what it leads to is found out afterwards.

#include "broker/base/address.h"
#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

std::string named(const Server& server, const char* name, const char* rest = "/tcp") {
  return std::string(name) + ":" + std::to_string(server.port) + rest;
}

std::string labels(const std::string& name) {
  std::string all;
  for (size_t at = 0; at < name.size();) {
    auto label = name.substr(at, name.find('.', at) - at);
    all += static_cast<char>(label.size()) + label;
    at += label.size() + 1;
  }
  return all + '\0';
}

// Knows these names and no others: by their address, or by the name that they stand for.
struct NameServer {
  NameServer(World& world, std::map<std::string, std::string> names) : server(world, HOST, 53, true) {
    server.answers = [this, names = std::move(names)](const std::string& question) {
      std::string name;
      size_t at = 12;
      for (; question.at(at) != 0; at += static_cast<size_t>(question[at]) + 1)
        name += (name.empty() ? "" : ".") + question.substr(at + 1, static_cast<size_t>(question[at]));
      asked.insert(name);
      bool isFour = question.substr(at + 1, 2) == std::string({0, 1});
      auto known = names.find(name);
      bool answers = known != names.end() && isFour;
      std::string records;
      char count = 0;
      for (auto owner = labels(name); answers; ++count) {
        auto address = addressFrom(known->second);
        KJ_IF_MAYBE (found, address) {
          records += owner + std::string({0, 1, 0, 1, 0, 0, 0, 60, 0, 4});
          records += std::string(found->bytes.begin(), found->bytes.begin() + 4);
          answers = false;
        } else {
          auto target = labels(known->second);
          records += owner + std::string({0, 5, 0, 1, 0, 0, 0, 60, 0, static_cast<char>(target.size())}) + target;
          known = names.find(known->second);
          owner = target;
        }
      }
      auto answer = question.substr(0, 2) + "\x81";
      answer += static_cast<char>(known == names.end() ? 0x83 : 0x80);
      answer += std::string({0, 1, 0, count, 0, 0, 0, 0}) + question.substr(12, at - 12 + 5);
      return answer + records;
    };
  }
  std::set<std::string> asked;
  Server server;
};

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

  // A short name is asked about as the app says it. What the computer makes of it is found out after the answer, as
  // outside: the first of its domains that has such a name.
  void shortNamesAreCompletedAsOutside() {
    World world;
    NameServer names(world, {{"db.lab.test", HOST}, {"db.late.test", "203.0.113.3"}, {"db.home.test", "192.168.77.1"}});
    world.setResolver(HOST, "corp.test lab.test late.test");
    Server server(world, HOST), later(world, "203.0.113.3", server.port), router(world, "192.168.77.1", server.port);
    auto sandbox = world.sandbox();
    auto inside = sandbox->run("resolve db");
    QVERIFY2(inside.find("198.1") != std::string::npos, inside.c_str());
    QCOMPARE(word(sandbox->run("connect " + place(server, "db"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 1);
    QCOMPARE(sandbox->asked[0].destination, named(server, "db"));
    QVERIFY(!sandbox->asked[0].raw);
    QCOMPARE(names.asked, std::set<std::string>());
    sandbox->grant(named(server, "db"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "db"))), std::string("ok"));
    QVERIFY(names.asked.contains("db.corp.test") && names.asked.contains("db.lab.test"));
    QVERIFY(!names.asked.contains("db.late.test"));
    QCOMPARE(server.connections, 1);
    // The whole name is another one.
    QCOMPARE(word(sandbox->run("connect " + place(server, "db.lab.test"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 2);
    QCOMPARE(sandbox->asked[1].destination, named(server, "db.lab.test"));
    // In another network it is what that makes of it; the local one is a question of its own.
    world.setResolver(HOST, "home.test");
    QCOMPARE(word(sandbox->run("connect " + place(server, "db"))), std::string("ECONNREFUSED"));
    QCOMPARE(sandbox->asked.size(), 3);
    QCOMPARE(sandbox->asked[2].destination, named(server, "db", "/tcp@local"));
    QCOMPARE(sandbox->asked[2].local, std::string("192.168.77.1"));
    QCOMPARE(server.connections, 1);
    QCOMPARE(later.connections + router.connections, 0);
  }

  // It is the name that was said, however many others it stands for, and opens none of those.
  void aliasesAreFollowedAndNotOpened() {
    World world;
    NameServer names(world,
                     {{"www.lab.test", "cdn.lab.test"}, {"cdn.lab.test", "edge.lab.test"}, {"edge.lab.test", HOST}});
    world.setResolver(HOST);
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(named(server, "www.lab.test"));
    QCOMPARE(word(sandbox->run("connect " + place(server, "www.lab.test"))), std::string("ok"));
    QCOMPARE(sandbox->asked.size(), 0);
    for (auto* other : {"cdn.lab.test", "edge.lab.test"}) {
      QCOMPARE(word(sandbox->run("connect " + place(server, other))), std::string("ECONNREFUSED"));
      QCOMPARE(sandbox->asked.back().destination, named(server, other));
    }
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
