// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is shared ends when its owner says so, whatever is under way.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include <QtTest/QtTest>

#include "broker/base/descriptor.h"
#include "tests/portals/peer/peer-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

const std::string TOKEN(32, 'k'), OTHER(32, 'o');

struct Shared {
  World world;
  Machine& a = world.machine("a");
  Machine& b = world.machine("b");
  std::shared_ptr<Service> service = std::make_shared<Service>(world), other = std::make_shared<Service>(world);
  Shared() {
    a.knows({&b});
    b.knows({&a});
    b.services[TOKEN] = service;
    b.services[OTHER] = other;
    KJ_ASSERT(world.connect(a, b) == "ok");
  }
  schema::LiveDoor::Client door() { return KJ_ASSERT_NONNULL(service->door); }
  kj::Promise<std::string> connect(schema::FarThing::Client thing) {
    auto pair = socketPair();
    auto call = thing.connectRequest();
    call.setSocket(descriptorOf(kj::mv(pair.theirs)));
    return World::said(call.send().ignoreResult());
  }
};

}  // namespace

class RevocationTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatIsConnectedIsResetAndNothingNewConnects() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    auto bystander = connected(shared.world, shared.a.restore(shared.b, OTHER));
    auto wire = shared.world.wire();
    auto call = thing.connectRequest();
    call.setSocket(descriptorOf(kj::mv(wire.far)));
    shared.world.wait(call.send().ignoreResult());
    test::send(wire.near, "x");
    QCOMPARE(received(shared.world, wire.near), std::string("x"));
    QElapsedTimer timer;
    timer.start();
    shared.world.wait(shared.door().revokeRequest().send().ignoreResult());
    // At this side it is over when that has returned.
    auto heard = received(shared.world, *shared.service->sockets.at(0));
    QVERIFY2(heard == "end" || heard == "reset", heard.c_str());
    QCOMPARE(received(shared.world, wire.near), std::string("reset"));
    QVERIFY(timer.elapsed() < 500);
    QCOMPARE(shared.world.wait(shared.connect(thing)), std::string("ended"));
    QCOMPARE(shared.service->sockets.size(), size_t(1));
    // It is let go of, and what else is shared goes on.
    QVERIFY(shared.world.until([&] { return shared.service->held == 0; }));
    test::send(bystander, "still");
    QCOMPARE(received(shared.world, bystander), std::string("still"));
    // Again it does nothing, and it does not come back.
    shared.world.wait(shared.door().revokeRequest().send().ignoreResult());
    shared.world.wait(shared.door().resumeRequest().send().ignoreResult());
    QCOMPARE(shared.world.wait(shared.connect(thing)), std::string("ended"));
  }

  void whatIsBeingConnectedEnds() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    shared.service->before = [] { return kj::Promise<void>(kj::NEVER_DONE); };
    auto connecting = shared.connect(thing);
    shared.world.pass(100);
    shared.world.wait(shared.door().revokeRequest().send().ignoreResult());
    QCOMPARE(shared.world.wait(kj::mv(connecting), 2), std::string("ended"));
  }

  void bytesUnderWayEnd() {
    Shared shared;
    shared.service->echoes = false;
    auto socket = connected(shared.world, shared.a.restore(shared.b, TOKEN));
    std::string much(1 << 20, 'x');
    fcntl(socket, F_SETFL, O_NONBLOCK);
    auto sent = ::send(socket, much.data(), much.size(), MSG_NOSIGNAL);
    QVERIFY(sent > 0);
    shared.world.pass(50);
    shared.world.wait(shared.door().revokeRequest().send().ignoreResult());
    QVERIFY(shared.world.until([&] { return ::send(socket, "x", 1, MSG_NOSIGNAL) < 0 && errno == EPIPE; }, 2));
    QVERIFY(shared.world.until([&] { return shared.service->used.live == 0; }));
  }

  void aThingMayEndBeforeItIsThere() {
    Shared shared;
    shared.b.revokesAtOnce = true;
    auto call = shared.a.far(shared.b).restoreRequest();
    call.setToken(kj::StringPtr(TOKEN.c_str()).asBytes());
    auto thing = shared.world.wait(call.send()).getThing();
    QCOMPARE(shared.world.wait(shared.connect(thing)), std::string("ended"));
    QVERIFY(shared.service->sockets.empty());
  }

  void suspendedComesBack() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    auto socket = connected(shared.world, thing);
    shared.world.wait(shared.door().suspendRequest().send().ignoreResult());
    auto heard = received(shared.world, socket);
    QVERIFY2(heard == "end" || heard == "reset", heard.c_str());
    QCOMPARE(shared.world.wait(shared.connect(thing)), std::string("suspended"));
    shared.world.wait(shared.door().resumeRequest().send().ignoreResult());
    auto again = connected(shared.world, thing);
    test::send(again, "back");
    QCOMPARE(received(shared.world, again), std::string("back"));
    QCOMPARE(shared.service->held, 1);
  }

  void whatIsBeingConnectedWhileSuspendedIsNot() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    auto waits = kj::newPromiseAndFulfiller<void>();
    shared.service->before = [&] { return kj::mv(waits.promise); };
    auto connecting = shared.connect(thing);
    shared.world.pass(100);
    shared.world.wait(shared.door().suspendRequest().send().ignoreResult());
    waits.fulfiller->fulfill();
    QCOMPARE(shared.world.wait(kj::mv(connecting)), std::string("suspended"));
  }

  void eachRestoreHasADoorOfItsOwn() {
    Shared shared;
    auto first = shared.a.restore(shared.b, TOKEN);
    auto firstDoor = shared.door();
    auto second = shared.a.restore(shared.b, TOKEN);
    shared.world.wait(firstDoor.revokeRequest().send().ignoreResult());
    QCOMPARE(shared.world.wait(shared.connect(first)), std::string("ended"));
    QCOMPARE(shared.world.wait(shared.connect(second)), std::string("ok"));
  }

  // Revoking, and restoring anew, with connections under way all the time.
  void revokedAndUsedManyTimes() {
    Shared shared;
    for (int round = 0; round < 100; ++round) {
      auto thing = shared.a.restore(shared.b, TOKEN);
      std::vector<kj::Promise<std::string>> connecting;
      for (int i = 0; i < 5; ++i) connecting.push_back(shared.connect(thing));
      // At any stage of these.
      if (round % 3 == 0) connected(shared.world, thing);
      if (round % 3 == 1) shared.world.pass(1);
      auto revoked = shared.door().revokeRequest().send().ignoreResult();
      for (auto& each : connecting) {
        auto said = shared.world.wait(kj::mv(each));
        QVERIFY2(said == "ok" || said == "ended", said.c_str());
      }
      shared.world.wait(kj::mv(revoked));
      QCOMPARE(shared.world.wait(shared.connect(thing)), std::string("ended"));
    }
    QVERIFY(shared.world.until([&] { return shared.service->held == 0; }));
    QVERIFY(shared.world.until([&] {
      auto now = shared.world.wait(shared.b.portal().statisticsRequest().send());
      return now.getExports() == 0;
    }));
    QCOMPARE(shared.b.count("ended"), size_t(0));
  }

  void useIsTold() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    auto socket = connected(shared.world, thing);
    // At once.
    QVERIFY(shared.world.until([&] { return shared.service->used.live == 1; }, 1));
    auto before = shared.service->reports.size();
    for (int i = 0; i < 60; ++i) {
      test::send(socket, "0123456789");
      shared.world.pass(20);
    }
    QVERIFY(shared.world.until([&] { return shared.service->used.in == 600 && shared.service->used.out == 600; }, 3));
    auto reports = shared.service->reports.size() - before;
    QVERIFY2(reports <= 4, std::to_string(reports).c_str());
    socket = nullptr;
    QVERIFY(shared.world.until([&] { return shared.service->used.live == 0; }, 1));
    QCOMPARE(shared.service->used.uses, uint64_t(1));
    auto far = shared.world.wait(thing.countersRequest().send());
    QCOMPARE(far.getUses(), uint64_t(1));
    QCOMPARE(far.getBytesOut(), uint64_t(600));
    QCOMPARE(far.getBytesIn(), uint64_t(600));
  }
};

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  QCoreApplication app(argc, argv);
  RevocationTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "revocation-test.moc"
