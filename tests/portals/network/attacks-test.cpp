// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What may not leave, by whatever word it is sent. A sniffer beyond the wire is the judge; beside each attack the same
// thing said plainly gets through, so that nothing passes for being broken.

#include <sys/socket.h>
#include <sys/un.h>

#include "tests/portals/network/test-main.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

using Heard = std::set<std::string>;

QString words(const Heard& heard) {
  QStringList all;
  for (auto& one : heard) all << QString::fromStdString(one);
  return all.join(", ");
}

constexpr auto OTHER = "203.0.113.3";

}  // namespace

class AttacksTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }

  void theSnifferHears() {
    World world;
    Server server(world, HOST, 8080), udp(world, HOST, 8080, true);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->sayNothing();
    auto connecting = sandbox->start("connect " + place(server));
    QVERIFY(world.until([&] { return sandbox->waiting == 1; }));
    world.pass(300);
    QCOMPARE(words(sniffer.heard()), "");
    sandbox->grant("203.0.113.1");
    QCOMPARE(sandbox->run("udp " + place(udp) + " hello"), std::string("got hello"));
    QCOMPARE(sandbox->run("ping 203.0.113.1"), std::string("got 0 7 hello"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    world.pass(50);
    QCOMPARE(words(sniffer.heard()),
             "icmp 203.0.113.1, syn 203.0.113.1:8080, tcp 203.0.113.1:8080, udp 203.0.113.1:8080");
  }

  void theNetworkIsNotTheAppsToChange_data() {
    QTest::addColumn<QString>("what");
    for (auto* what : {"address", "route", "no-route", "rule", "link", "qdisc"}) QTest::newRow(what) << what;
  }
  void theNetworkIsNotTheAppsToChange() {
    QFETCH(QString, what);
    World world;
    Server server(world, HOST);
    auto sandbox = world.sandbox();
    sandbox->grant(target(server));
    QCOMPARE(sandbox->run("change " + what.toStdString()), std::string("EPERM"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
  }

  // What was granted is the way, what was not is where it would be sent on to; and the other way round.
  void sourceRoutesLeadNowhere_data() {
    QTest::addColumn<QString>("command");
    for (auto* kind : {"131", "137"}) {
      QTest::newRow(qPrintable(QString("%1 behind").arg(kind)))
          << QString("route4 %1 203.0.113.1 192.168.77.1 8080").arg(kind);
      QTest::newRow(qPrintable(QString("%1 before").arg(kind)))
          << QString("route4 %1 192.168.77.1 203.0.113.1 8080").arg(kind);
    }
    for (auto* kind : {"2", "4"}) {
      QTest::newRow(qPrintable(QString("%1 of six").arg(kind)))
          << QString("route6 %1 2600:1::1 fd00::1 8080").arg(kind);
    }
  }
  void sourceRoutesLeadNowhere() {
    QFETCH(QString, command);
    World world;
    Server server(world, HOST, 8080), local(world, "192.168.77.1", 8080), six(world, "2600:1::1", 8080);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("203.0.113.1");
    sandbox->grant("[2600:1::1]");
    auto answer = sandbox->run(command.toStdString());
    QVERIFY2(answer != "done", answer.c_str());
    world.pass(200);
    QCOMPARE(words(sniffer.heard()), "");
    QCOMPARE(server.connections + local.connections + six.connections, 0);
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    QCOMPARE(word(sandbox->run("connect " + place(six, "2600:1::1"))), std::string("ok"));
  }

  void headersBetweenAreNotPassedOn() {
    World world;
    Server udp(world, "2600:1::1", 8080, true);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("[2600:1::1]");
    for (auto* option : {"54", "59"}) {
      auto answer = sandbox->run(std::string("option6 ") + option + " 2600:1::1 8080");
      QVERIFY2(answer == "EPERM" || answer == "TIMEOUT", answer.c_str());
    }
    QCOMPARE(words(sniffer.heard()), "");
    QCOMPARE(sandbox->run("udp 2600:1::1 8080 plain"), std::string("got plain"));
  }

  // However small an app wants its pieces: on this wire its kernel makes none. (Made by hand they are nothing: packet.)
  void datagramsArriveWholeOrNotAtAll() {
    World world;
    Server udp(world, "2600:1::1", 8080, true), other(world, "2600:1::1", 8081, true);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("[2600:1::1]:8080/udp");
    QCOMPARE(sandbox->run("pieces 2600:1::1 8081 4000"), std::string("ECONNREFUSED"));
    QCOMPARE(words(sniffer.heard()), "");
    QCOMPARE(sandbox->asked.size(), 1);
    QCOMPARE(sandbox->run("pieces 2600:1::1 8080 4000"), std::string("got 4000"));
    QCOMPARE(other.datagrams, 0);
  }

  // What was granted is a port of one protocol.
  void otherProtocolsAreNotThatPort_data() {
    QTest::addColumn<QString>("command");
    QTest::newRow("SCTP") << "protocol 132 stream 203.0.113.1 8080";
    QTest::newRow("DCCP") << "protocol 33 stream 203.0.113.1 8080";
    QTest::newRow("UDP-Lite") << "protocol 136 datagram 203.0.113.1 8080";
    QTest::newRow("UDP") << "protocol 17 datagram 203.0.113.1 8080";
    QTest::newRow("ping") << "ping 203.0.113.1 1";
  }
  void otherProtocolsAreNotThatPort() {
    QFETCH(QString, command);
    World world;
    Server server(world, HOST, 8080), udp(world, HOST, 8080, true);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("203.0.113.1:8080/tcp");
    auto answer = sandbox->run(command.toStdString());
    QVERIFY2(word(answer) != "got", answer.c_str());
    world.pass(100);
    QCOMPARE(words(sniffer.heard()), "");
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
  }

  // Where there is no such socket it is refused; where there is, it is TCP with another option, and asked about as
  // that.
  void pathsOfMultipathAreConnectionsEach() {
    World world;
    Server server(world, HOST, 8080), other(world, OTHER, 8080);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("203.0.113.1:8080/tcp");
    auto answer = sandbox->run("protocol 262 stream 203.0.113.3 8080");
    QVERIFY2(word(answer) != "got", answer.c_str());
    QCOMPARE(words(sniffer.heard()), "");
    auto granted = sandbox->run("protocol 262 stream 203.0.113.1 8080");
    if (answer == "EPROTONOSUPPORT" || answer == "ENOPROTOOPT") QSKIP("no multipath TCP here");
    QCOMPARE(granted, std::string("got protocol"));
    QCOMPARE(words(sniffer.heard()), "syn 203.0.113.1:8080, tcp 203.0.113.1:8080");
  }

  void sourcesAreOursWhateverTheAppsIs_data() {
    QTest::addColumn<QString>("source");
    for (auto* source : {"8.8.8.8", "192.168.77.9", "198.19.255.253", "203.0.113.1", "127.0.0.1"})
      QTest::newRow(source) << source;
  }
  void sourcesAreOursWhateverTheAppsIs() {
    QFETCH(QString, source);
    World world;
    Server server(world, HOST, 8080), other(world, OTHER, 8080);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("203.0.113.1:8080/tcp");
    auto refused = sandbox->run("from " + source.toStdString() + " 203.0.113.3 8080");
    QVERIFY2(word(refused) != "got", refused.c_str());
    sandbox->run("from " + source.toStdString() + " 203.0.113.1 8080");
    world.pass(100);
    for (auto& one : sniffer.heard())
      QVERIFY2(one == "syn 203.0.113.1:8080" || one == "tcp 203.0.113.1:8080", one.c_str());
    QCOMPARE(other.connections, 0);
  }

  // Not with everything granted either: finding devices is not part of the network here.
  void whatIsForAllIsForNobody() {
    World world;
    Server udp(world, HOST, 8080, true);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("everything");
    for (auto* all : {"255.255.255.255 8080", "203.0.113.255 8080", "224.0.0.251 5353", "239.255.255.250 1900",
                      "ff02::fb 5353", "ff02::1 8080"})
      sandbox->run(std::string("toall ") + all);
    world.pass(200);
    // An address of a network that the app cannot know of is one like any other: our kernel does not send to all for
    // it.
    QCOMPARE(words(sniffer.heard()), "");
    QCOMPARE(sandbox->run("udp " + place(udp) + " hello"), std::string("got hello"));
  }

  void namedDevicesLeadNowhereElse() {
    World world;
    Server server(world, HOST, 8080);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    for (auto* device : {"lo", "lk0", "out0", "eth0"}) {
      auto answer = sandbox->run(std::string("by ") + device + " 203.0.113.1 8080");
      QVERIFY2(answer != "done", answer.c_str());
    }
    QCOMPARE(words(sniffer.heard()), "");
    // Granted it is no way either: what is connected ends at a listener on another device.
    sandbox->grant("203.0.113.1");
    QCOMPARE(sandbox->run("by lk0 203.0.113.1 8080"), std::string("ECONNREFUSED"));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
  }

  void abstractSocketsOutsideAreOutside() {
    World world;
    auto sandbox = world.sandbox();
    kj::AutoCloseFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    auto text = "latchkey-attack-" + std::to_string(getpid());
    memcpy(name.sun_path + 1, text.data(), text.size());
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    KJ_SYSCALL(bind(listener, reinterpret_cast<sockaddr*>(&name), size));
    KJ_SYSCALL(listen(listener, 5));
    kj::AutoCloseFd own(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    QCOMPARE(::connect(own, reinterpret_cast<sockaddr*>(&name), size), 0);
    sandbox->grant("everything");
    QCOMPARE(sandbox->run("abstract " + text), std::string("ECONNREFUSED"));
  }

  void questionsForNamesCarryNothingOut() {
    World world;
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->sayNothing();
    // Addresses are of our own making, and the others wait for an answer.
    QCOMPARE(sandbox->run("tunnel evil.example.net 200 1"), std::string("answered 200"));
    QCOMPARE(sandbox->asked.size(), 0);
    sandbox->run("tunnel evil.example.net 500 16");
    QVERIFY(sandbox->asked.size() <= 64);
    QVERIFY(!sandbox->asked.empty());
    QCOMPARE(words(sniffer.heard()), "");
  }

  void whatIsAllowedToCarryIsBoundedAndSaid() {
    World world;
    world.setResolver(HOST);
    Server names(world, HOST, 53, true);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("*.evil.example.net/name");
    sandbox->run("tunnel evil.example.net 1000 16");
    world.pass(500);
    QCOMPARE(words(sniffer.heard()), "udp 203.0.113.1:53");
    // 60 at once and 3 a second; what answers here says nothing that is understood.
    QVERIFY2(names.datagrams >= 4 && names.datagrams <= 60 + 3 * 20, std::to_string(names.datagrams).c_str());
    QVERIFY(world.until([&] { return !sandbox->refused.empty(); }));
    QVERIFY(sandbox->refused[0].ends_with("evil.example.net/name"));
  }

  // Who asks first and exchanges afterwards gets what was asked for, and no more.
  void aPortThatIsTakenUpAgainIsAskedAboutAgain() {
    World world;
    Server server(world, HOST, 8080), other(world, OTHER, 8080);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    auto paf = kj::newPromiseAndFulfiller<Outcome>();
    auto answer = paf.promise.fork();
    sandbox->person = [&](const Asked&) { return answer.addBranch(); };
    auto first = sandbox->start("connect 203.0.113.1 8080 1 5555");
    QVERIFY(world.until([&] { return sandbox->asked.size() == 1; }));
    QCOMPARE(word(world.wait(kj::mv(first))), std::string("TIMEOUT"));
    auto second = sandbox->start("connect 203.0.113.3 8080 20 5555");
    QVERIFY(world.until([&] { return sandbox->asked.size() == 2; }));
    sandbox->grant("203.0.113.1:8080/tcp");
    paf.fulfiller->fulfill(Outcome::GRANTED);
    QCOMPARE(word(world.wait(kj::mv(second))), std::string("ECONNREFUSED"));
    world.pass(200);
    for (auto& one : sniffer.heard()) QVERIFY2(!one.contains(OTHER), one.c_str());
    QCOMPARE(other.connections, 0);
  }

  // Connections are made all the while; after revoke() has returned none begins and none says anything any more.
  void noneGetsThroughBetweenTwoDecisions() {
    World world;
    Server server(world, HOST, 8080);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    for (int round = 0; round < 30; ++round) {
      std::vector<kj::Promise<std::string>> all;
      for (int i = 0; i < 8; ++i) all.push_back(sandbox->start("connect " + place(server)));
      world.pass(round % 7);
      auto live = sandbox->grant("203.0.113.1:8080/tcp");
      world.pass(round % 5);
      world.wait(live.revokeRequest().send().ignoreResult());
      sniffer.heard();  // What was allowed, and the resets.
      world.pass(30);
      auto after = sniffer.heard();
      // On a busy machine the server's last words still come, and the kernel answers them.
      after.erase("reset 203.0.113.1:8080");
      QCOMPARE(words(after), "");
      for (auto& one : all) world.wait(kj::mv(one));
    }
    QVERIFY(world.until([&] { return server.open == 0; }));
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ECONNREFUSED"));
  }

  void killedItIsOfflineAndNeverOpen() {
    World world;
    Server server(world, HOST, 8080), udp(world, HOST, 8080, true);
    Sniffer sniffer;
    auto sandbox = world.sandbox();
    sandbox->grant("everything");
    QCOMPARE(word(sandbox->run("connect " + place(server))), std::string("ok"));
    auto flowing = sandbox->start("flow 0");
    world.pass(100);
    world.killPortal();
    world.wait(kj::mv(flowing));
    world.pass(100);
    sniffer.heard();  // Its own last words: the kernel ends what it had connected.
    QVERIFY(word(sandbox->run("connect " + place(server) + " 2")) != "ok");
    QVERIFY(word(sandbox->run("udp " + place(udp) + " hello 2")) != "got");
    QVERIFY(word(sandbox->run("ping 203.0.113.1 1")) != "got");
    for (auto* name : {"one.example.net", "203.0.113.3"})
      QVERIFY(word(sandbox->run(std::string("connect ") + name + " 8080 2")) != "ok");
    world.pass(100);
    QCOMPARE(words(sniffer.heard()), "");
  }
};

NETWORK_TEST_MAIN(AttacksTest)
#include "attacks-test.moc"
