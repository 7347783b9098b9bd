// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Sessions between two real machines: they come about, carry things, and end.

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <QtTest/QtTest>
#include <thread>

#include "broker/base/descriptor.h"
#include "broker/confinement/sanitized.h"
#include "tests/portals/peer/peer-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

const std::string TOKEN(32, 'k');

struct Two {
  World world;
  Machine& a = world.machine("a");
  Machine& b = world.machine("b");
  std::shared_ptr<Service> service = std::make_shared<Service>(world);
  Two() {
    a.knows({&b});
    b.knows({&a});
    b.services[TOKEN] = service;
  }
  std::string connect() { return world.connect(a, b); }
};

}  // namespace

class SessionTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void bothAreToldOnceBothKnowEachOther() {
    Two two;
    QCOMPARE(two.connect(), std::string("ok"));
    QCOMPARE(two.a.events, std::vector<std::string>{"connected b"});
    QCOMPARE(two.b.events, std::vector<std::string>{"connected a"});
    auto took = two.world.wait(two.a.far(two.b).measureRequest().send()).getMicroseconds();
    QVERIFY(took > 0 && took < 1'000'000);
  }

  void whoIsNotKnownIsRefused() {
    Two two;
    two.b.knows({});
    QCOMPARE(two.connect(), std::string("refused"));
    QVERIFY(two.world.until([&] { return two.b.count("refused refused") == 1; }));
    QVERIFY(two.a.events.empty());
    two.b.knows({&two.a});
    QCOMPARE(two.connect(), std::string("ok"));
  }

  void anotherMachineAtTheSameAddressIsKeyChanged() {
    Two two;
    auto& c = two.world.machine("c");
    c.knows({&two.a});
    auto wire = two.world.wire();
    c.accept(kj::mv(wire.far));
    QCOMPARE(two.world.wait(two.a.open(kj::mv(wire.near), two.b.id)), std::string("keyChanged"));
    QVERIFY(two.a.events.empty() && c.count("connected") == 0);
  }

  void whatIsNoneOfOursIsUnreachable() {
    Two two;
    auto wire = two.world.wire();
    test::send(wire.far, "SSH-2.0-OpenSSH_10.0\r\n                ");
    QCOMPARE(two.world.wait(two.a.open(kj::mv(wire.near), two.b.id)), std::string("unreachable"));
    auto closed = two.world.wire();
    closed.far = nullptr;
    auto outcome = two.world.wait(two.a.open(kj::mv(closed.near), two.b.id));
    QVERIFY2(outcome == "unreachable" || outcome == "broken", outcome.c_str());
    auto quiet = two.world.wire();
    QCOMPARE(two.world.wait(two.a.open(kj::mv(quiet.near), two.b.id)), std::string("silent"));
  }

  void forgottenMeansOver() {
    Two two;
    two.connect();
    two.b.knows({});
    QVERIFY(!two.b.sessions.contains(two.a.id));  // When it returns it is over.
    QCOMPARE(two.b.events.back(), std::string("ended a refused forgotten"));
    QVERIFY(two.world.until([&] { return two.a.events.back() == "ended b refused forgotten"; }));
  }

  void brokersEndSessions() {
    Two two;
    two.connect();
    auto call = two.a.far(two.b).endRequest();
    call.setReason(schema::Machine::Reason::LEAVING);
    two.world.wait(call.send().ignoreResult());
    QVERIFY(two.world.until([&] { return two.b.events.back() == "ended a unreachable leaving"; }));
    QCOMPARE(two.connect(), std::string("ok"));
    // Letting go of it is enough.
    two.b.sessions.clear();
    QVERIFY(two.world.until([&] { return two.a.events.back() == "ended b broken none"; }));
  }

  void aPortalThatDiesEndsTheSessionAtTheOtherSide() {
    Two two;
    two.connect();
    two.b.kill();
    QVERIFY(two.world.until([&] { return two.a.events.back() == "ended b broken none"; }));
    two.b.start();
    two.b.knows({&two.a});
    QCOMPARE(two.connect(), std::string("ok"));
  }

  void aPortalEndsWithItsBroker() {
    Two two;
    two.connect();
    auto pid = two.b.pid();
    two.b.sessions.clear();
    two.b.hangUp();
    QVERIFY(two.world.until([&] { return waitpid(pid, nullptr, WNOHANG) == pid; }));
    QVERIFY(two.world.until([&] { return two.a.count("ended b") == 1; }));
  }

  // --- what is said

  void whatBrokersSayArrives() {
    Two two;
    two.connect();
    auto far = two.a.far(two.b);
    auto offer = far.offerRequest();
    offer.getOffer().setId("photos1");
    offer.getOffer().setKind(schema::Kind::FOLDER);
    offer.getOffer().setTitle("Photos");
    offer.getOffer().initChain(1).set(0, "c");
    two.world.wait(offer.send().ignoreResult());
    QCOMPARE(two.b.offered, std::vector<std::string>{"photos1 folder Photos <c"});
    auto withdraw = far.withdrawRequest();
    auto list = withdraw.initOffers(1);
    list[0].setOffer("photos1");
    list[0].setWhy(schema::Withdrawal::Why::EXPIRED);
    two.world.wait(withdraw.send().ignoreResult());
    QCOMPARE(two.b.events.back(), std::string("withdrawn photos1 expired"));
    auto take = far.takeRequest();
    take.setOffer("other2");
    QCOMPARE(two.world.wait(take.send()).getToken().size(), size_t(32));
    auto decline = far.declineRequest();
    decline.setOffer("third3");
    two.world.wait(decline.send().ignoreResult());
    QCOMPARE(two.b.events.back(), std::string("declined third3"));
    auto wish = far.wishRequest();
    wish.getWish().setKind(schema::Kind::SERVICE);
    wish.getWish().setTarget("db");
    wish.getWish().setClaim("please");
    wish.getWish().setId("wish5");
    wish.getWish().setSeconds(3600);
    wish.getWish().setAlways(true);
    two.b.wished = [](auto&) { return std::string("granted4"); };
    QCOMPARE(std::string(two.world.wait(wish.send()).getOffer()), std::string("granted4"));
    QCOMPARE(two.b.wishes, std::vector<std::string>{"service db 'please' wish5 3600 always"});
    auto answer = far.offerRequest();
    answer.getOffer().setId("granted4");
    answer.getOffer().setTitle("db");
    answer.getOffer().setAnswers("wish5");
    two.world.wait(answer.send().ignoreResult());
    QCOMPARE(two.b.offered.back(), std::string("granted4 file db answers wish5"));
  }

  void aWishIsTakenBack() {
    Two two;
    two.connect();
    auto waits = kj::newPromiseAndFulfiller<std::string>();
    two.b.wished = [&](auto&) { return kj::mv(waits.promise); };
    {
      auto asked = two.a.far(two.b).wishRequest().send();
      QVERIFY(two.world.until([&] { return two.b.wishes.size() == 1; }));
      QVERIFY(waits.fulfiller->isWaiting());
    }
    QVERIFY(two.world.until([&] { return !waits.fulfiller->isWaiting(); }));
  }

  // The session ends with it, and the wish is told again in the next; a failure would be taken for an answer.
  void aBrokerThatEndsHasNotAnswered() {
    Two two;
    two.connect();
    two.b.wished = [](auto&) -> kj::Promise<std::string> { return KJ_EXCEPTION(DISCONNECTED, "the broker ends"); };
    auto asked = two.a.far(two.b).wishRequest().send();
    QVERIFY(two.world.until([&] { return two.b.wishes.size() == 1; }));
    two.world.pass(500);
    QVERIFY(!asked.poll(two.world.io.waitScope));
  }

  // --- services

  void bytesPassBothWays() {
    Two two;
    two.service->greeting = "hello ";
    two.connect();
    auto socket = connected(two.world, two.a.restore(two.b, TOKEN));
    QCOMPARE(received(two.world, socket), std::string("hello "));
    test::send(socket, "abc");
    QCOMPARE(received(two.world, socket), std::string("abc"));
    QCOMPARE(two.b.restoredBy, two.a.id);
    // Each way ends by itself.
    shutdown(socket, SHUT_WR);
    QCOMPARE(received(two.world, socket), std::string("end"));
    QVERIFY(two.world.until([&] { return two.service->used.live == 0 && two.service->used.uses == 1; }));
    QCOMPARE(two.service->used.in, uint64_t(3));
    QCOMPARE(two.service->used.out, uint64_t(9));
  }

  void anEndOneWayLeavesTheOther() {
    Two two;
    two.service->echoes = false;
    two.connect();
    auto socket = connected(two.world, two.a.restore(two.b, TOKEN));
    test::send(socket, "question");
    shutdown(socket, SHUT_WR);
    auto& other = *two.service->sockets.at(0);
    QCOMPARE(received(two.world, other), std::string("question"));
    QCOMPARE(received(two.world, other), std::string("end"));
    QCOMPARE(received(two.world, socket), std::string("silence"));
    test::send(other, "answer");
    QCOMPARE(received(two.world, socket), std::string("answer"));
    other = nullptr;
    QCOMPARE(received(two.world, socket), std::string("end"));
  }

  void muchPassesWholeAndInOrder() {
    Two two;
    two.connect();
    auto socket = connected(two.world, two.a.restore(two.b, TOKEN));
    std::string sent;
    for (uint32_t i = 0; sent.size() < 16 << 20; ++i) sent += std::to_string(i * 2654435761u);
    std::string got;
    two.world.aside([&] {
      std::thread writer([&] {
        for (size_t at = 0; at < sent.size();)
          at += static_cast<size_t>(::send(socket, sent.data() + at, sent.size() - at, 0));
        shutdown(socket, SHUT_WR);
      });
      std::vector<char> buffer(1 << 20);
      for (;;) {
        auto count = recv(socket, buffer.data(), buffer.size(), 0);
        if (count <= 0) break;
        got.append(buffer.data(), static_cast<size_t>(count));
      }
      writer.join();
    });
    QVERIFY(got == sent);
  }

  void manyAtOnce() {
    Two two;
    two.connect();
    auto thing = two.a.restore(two.b, TOKEN);
    std::vector<kj::AutoCloseFd> sockets;
    for (int i = 0; i < 100; ++i) sockets.push_back(connected(two.world, thing));
    for (int i = 0; i < 100; ++i) test::send(sockets[i], "number " + std::to_string(i));
    for (int i = 0; i < 100; ++i) QCOMPARE(received(two.world, sockets[i]), "number " + std::to_string(i));
    QCOMPARE(two.world.wait(thing.countersRequest().send()).getLive(), 100u);
    // No more than 128.
    std::string last = "ok";
    for (int i = 0; i < 40 && last == "ok"; ++i) {
      auto pair = socketPair();
      auto call = thing.connectRequest();
      call.setSocket(descriptorOf(kj::mv(pair.theirs)));
      last = two.world.outcome(call.send().ignoreResult());
      if (last == "ok") sockets.push_back(kj::mv(pair.ours));
    }
    QCOMPARE(last, std::string("tooMany"));
    QCOMPARE(sockets.size(), size_t(128));
    sockets.clear();
    QVERIFY(two.world.until([&] { return two.world.wait(thing.countersRequest().send()).getLive() == 0; }));
    connected(two.world, thing);
  }

  // Who does not read holds up nobody else, nor the session.
  void aSleepingReaderHoldsUpNobody() {
    Two two;
    two.connect();
    auto sleeping = std::make_shared<Service>(two.world);
    sleeping->echoes = false;
    std::string other(32, 's');
    two.b.services[other] = sleeping;
    auto thing = two.a.restore(two.b, other);
    std::vector<kj::AutoCloseFd> stuck;
    for (int i = 0; i < 20; ++i) {
      stuck.push_back(connected(two.world, thing));
      std::string much(100000, 'x');
      for (int n = 0; n < 40; ++n) {
        if (::send(stuck.back(), much.data(), much.size(), MSG_DONTWAIT) < 0) two.world.pass(2);
      }
    }
    two.world.pass(300);
    auto socket = connected(two.world, two.a.restore(two.b, TOKEN));
    test::send(socket, "quick");
    QCOMPARE(received(two.world, socket), std::string("quick"));
    auto took = two.world.wait(two.a.far(two.b).measureRequest().send()).getMicroseconds();
    QVERIFY2(took < 1'000'000, std::to_string(took).c_str());
    QVERIFY(two.b.count("ended") == 0 && two.a.count("ended") == 0);
    QVERIFY2(IS_SANITIZED || two.b.memory() < 64 << 10, std::to_string(two.b.memory()).c_str());
    // They are all there when it wakes.
    size_t total = 0;
    auto& first = *sleeping->sockets.at(0);
    QVERIFY(two.world.until([&] {
      char buffer[65536];
      for (ssize_t count; (count = recv(first, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;)
        total += static_cast<size_t>(count);
      return total > 500000;
    }));
  }

  void aResetIsPassedOn() {
    Two two;
    two.service->echoes = false;
    two.connect();
    auto thing = two.a.restore(two.b, TOKEN);
    {
      // Of a TCP connection, ours.
      auto wire = two.world.wire();
      auto call = thing.connectRequest();
      call.setSocket(descriptorOf(kj::mv(wire.far)));
      two.world.wait(call.send().ignoreResult());
      linger none{1, 0};
      setsockopt(wire.near, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    }
    auto answer = received(two.world, *two.service->sockets.at(0));
    QVERIFY2(answer == "reset" || answer == "end", answer.c_str());
    QVERIFY(two.world.until([&] { return two.service->used.live == 0; }));
    // The session's end is the end of what it carried.
    auto wire = two.world.wire();
    auto call = thing.connectRequest();
    call.setSocket(descriptorOf(kj::mv(wire.far)));
    two.world.wait(call.send().ignoreResult());
    two.b.kill();
    QCOMPARE(received(two.world, wire.near), std::string("reset"));
  }

  void whatAServiceSaysOfItsTroubleStaysThere() {
    Two two;
    two.connect();
    auto thing = two.a.restore(two.b, TOKEN);
    two.service->refuses = true;
    auto pair = socketPair();
    auto call = thing.connectRequest();
    call.setSocket(descriptorOf(kj::mv(pair.theirs)));
    auto failed =
        two.world.wait(call.send().then([](auto&&) { return std::string("ok"); },
                                        [](kj::Exception&& e) { return std::string(e.getDescription().cStr()); }));
    QCOMPARE(failed, std::string("remote exception: notNow"));
    QCOMPARE(received(two.world, pair.ours), std::string("end"));
  }

  void failuresOfRestoreAreOneWord_data() {
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("heard");
    for (auto* word : {"ended", "expired", "usedUp", "suspended", "notYours"}) QTest::newRow(word) << word << word;
    QTest::newRow("a secret") << "/home/b/secret is gone" << "unknown";
  }
  void failuresOfRestoreAreOneWord() {
    QFETCH(QString, said);
    QFETCH(QString, heard);
    Two two;
    two.connect();
    two.b.troubles[std::string(32, 'x')] = said.toStdString();
    auto call = two.a.far(two.b).restoreRequest();
    call.setToken(kj::StringPtr("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx").asBytes());
    auto failed =
        two.world.wait(call.send().then([](auto&&) { return std::string("ok"); },
                                        [](kj::Exception&& e) { return std::string(e.getDescription().cStr()); }));
    QCOMPARE(failed, "remote exception: " + heard.toStdString());
  }

  void guessedTokensEndTheSession() {
    Two two;
    two.connect();
    for (int i = 0; i < 8; ++i) {
      if (!two.a.sessions.contains(two.b.id)) break;
      auto call = two.a.far(two.b).restoreRequest();
      call.setToken(kj::heapArray<kj::byte>(32));
      two.world.outcome(call.send().ignoreResult());
    }
    QVERIFY(two.world.until([&] { return two.b.events.back() == "ended a broken misbehaved"; }));
    QVERIFY(two.world.until([&] { return two.a.events.back() == "ended b broken misbehaved"; }));
  }

  void whatIsLetGoOfIsLetGoOf() {
    Two two;
    two.connect();
    {
      auto thing = two.a.restore(two.b, TOKEN);
      auto socket = connected(two.world, thing);
      QCOMPARE(two.service->held, 1);
    }
    QVERIFY(two.world.until([&] { return two.service->held == 0; }));
    auto now = two.world.wait(two.b.portal().statisticsRequest().send());
    QCOMPARE(now.getExports(), 0u);
  }

  // --- two at once

  void crossedConnectionsSettleToOne() {
    for (int round = 0; round < 5; ++round) {
      Two two;
      auto first = two.world.wire(), second = two.world.wire();
      auto fromA = two.a.open(kj::mv(first.near), two.b.id);
      auto fromB = two.b.open(kj::mv(second.near), two.a.id);
      two.a.accept(kj::mv(second.far));
      two.b.accept(kj::mv(first.far));
      auto a = two.world.wait(kj::mv(fromA)), b = two.world.wait(kj::mv(fromB));
      auto isALower = two.a.id < two.b.id;
      QCOMPARE(isALower ? a : b, std::string("ok"));
      QCOMPARE(isALower ? b : a, std::string("crossed"));
      QVERIFY(two.world.until([&] { return two.a.sessions.contains(two.b.id) && two.b.sessions.contains(two.a.id); }));
      two.world.pass(100);
      QCOMPARE(two.a.events, std::vector<std::string>{"connected b"});
      QCOMPARE(two.b.events, std::vector<std::string>{"connected a"});
      two.world.wait(two.a.far(two.b).measureRequest().send());
    }
  }

  void anotherIsRefusedWhileOneLives() {
    Two two;
    two.connect();
    auto wire = two.world.wire();
    QCOMPARE(two.world.wait(two.a.open(kj::mv(wire.near), two.b.id)), std::string("crossed"));
    QCOMPARE(two.a.events.size(), size_t(1));
  }

  // One side has lost it and does not know of the other's: whoever begins the new one.
  void aNewOneTakesThePlaceOfADeadOne_data() {
    QTest::addColumn<bool>("lowerBegan");
    QTest::addColumn<bool>("lowerDies");
    for (bool began : {false, true}) {
      for (bool dies : {false, true}) QTest::addRow("%d%d", began, dies) << began << dies;
    }
  }
  void aNewOneTakesThePlaceOfADeadOne() {
    QFETCH(bool, lowerBegan);
    QFETCH(bool, lowerDies);
    Two two;
    auto& lower = two.a.id < two.b.id ? two.a : two.b;
    auto& higher = two.a.id < two.b.id ? two.b : two.a;
    // A relay between them, which lets the survivor believe that the connection stands.
    auto left = two.world.wire(), right = two.world.wire();
    auto& begins = lowerBegan ? lower : higher;
    auto& accepts = lowerBegan ? higher : lower;
    auto opened = begins.open(kj::mv(left.near), accepts.id);
    accepts.accept(kj::mv(right.near));
    Relay relay(two.world, left.far, right.far);
    QCOMPARE(two.world.wait(kj::mv(opened)), std::string("ok"));
    QVERIFY(two.world.until([&] { return accepts.sessions.contains(begins.id); }));
    relay.stop();
    auto& dies = lowerDies ? lower : higher;
    auto& lives = lowerDies ? higher : lower;
    dies.kill();
    dies.start();
    dies.knows({&lives});
    dies.events.clear();
    QCOMPARE(two.world.connect(dies, lives), std::string("ok"));
    QVERIFY(two.world.until([&] { return lives.count("connected") == 2; }));
    QCOMPARE(lives.events.size(), size_t(3));
    QVERIFY(lives.events.at(1).starts_with("ended"));
    two.world.wait(lives.far(dies).measureRequest().send());
  }

  // --- versions

  void anOlderVersionThanOnceIsRefused() {
    Two two;
    two.a.knows({&two.b}, 2);
    QCOMPARE(two.connect(), std::string("tooOld"));
    two.a.knows({&two.b});
    two.b.knows({&two.a}, 2);
    auto wire = two.world.wire();
    two.b.accept(kj::mv(wire.far));
    QVERIFY(two.world.wait(two.a.open(kj::mv(wire.near), two.b.id)) != "ok");
    QVERIFY(two.world.until([&] { return two.b.count("refused tooOld a") == 1; }));
    QVERIFY(two.a.events.empty());
  }
};

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  QCoreApplication app(argc, argv);
  SessionTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "session-test.moc"
