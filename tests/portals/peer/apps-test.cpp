// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Apps between two machines: started, stopped and told of; ended by the owner; and whoever plays foul.

#include <signal.h>

#include <set>

#include <QtTest/QtTest>

#include "broker/base/descriptor.h"
#include "portals/peer/certificate.h"
#include "tests/portals/peer/hostile.h"
#include "tests/portals/peer/peer-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

const std::string TOKEN(32, 'k'), SERVICE(32, 's');
using Params = capnp::AnyPointer::Builder;

struct Shared {
  World world;
  Machine& a = world.machine("a");
  Machine& b = world.machine("b");
  peer::OwnIdentity evil = peer::makeIdentity();
  std::shared_ptr<App> app = std::make_shared<App>();
  std::shared_ptr<Service> service = std::make_shared<Service>(world);

  Shared() {
    a.knows({&b});
    b.knows({&a}, 1, {{evil.id, evil.certificate}});
    b.apps[TOKEN] = app;
    b.services[SERVICE] = service;
    KJ_ASSERT(world.connect(a, b) == "ok");
  }
  schema::LiveDoor::Client door() { return KJ_ASSERT_NONNULL(app->door); }
  std::string start(schema::FarThing::Client& thing) {
    return world.outcome(thing.startRequest().send().ignoreResult());
  }
  std::string stop(schema::FarThing::Client& thing) { return world.outcome(thing.stopRequest().send().ignoreResult()); }
  kj::Own<Hostile> greeted() {
    auto wire = world.wire();
    b.accept(kj::mv(wire.far), "192.0.2.66");
    auto made = kj::heap<Hostile>(kj::mv(wire.near));
    auto isThere = false;
    world.aside([&] { isThere = made->preamble() && made->shakeHands({evil.key, evil.certificate}) && made->greet(); });
    KJ_ASSERT(isThere);
    KJ_ASSERT(world.until([&] { return b.sessions.contains(evil.id); }));
    return made;
  }
  // To be called aside. The import of what that token stands for.
  static uint32_t restored(Hostile& hostile, const std::string& token) {
    auto answer = hostile.answerTo(hostile.call(7, [&](Params params) {
      params.initAs<schema::Machine::RestoreParams>().setToken(
          capnp::Data::Reader(kj::StringPtr(token.c_str()).asBytes()));
    }));
    return answer == "ok" ? hostile.lastImport : UINT32_MAX;
  }
  bool isWell() {
    return world.wait(a.far(b).measureRequest().send()).getMicroseconds() < 2'000'000 && b.count("ended a") == 0;
  }
};

}  // namespace

class PeerAppsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void itIsStartedAndStopped() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    QCOMPARE(shared.world.wait(thing.startRequest().send()).getNumber(), uint64_t(42));
    QCOMPARE(shared.stop(thing), std::string("ok"));
    QCOMPARE(shared.app->asked, (std::vector<std::string>{"start", "stop"}));
  }

  void whatWentWrongIsToldByOneWord() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    shared.app->trouble = "/home/anna/secret is not there";
    QCOMPARE(shared.start(thing), std::string("notNow"));
    shared.app->trouble = "tooMany";
    QCOMPARE(shared.start(thing), std::string("tooMany"));
    QCOMPARE(shared.stop(thing), std::string("tooMany"));
  }

  void itIsNothingToConnectWithNorTheOtherWay() {
    Shared shared;
    auto app = shared.a.restore(shared.b, TOKEN), service = shared.a.restore(shared.b, SERVICE);
    auto pair = socketPair();
    auto connect = app.connectRequest();
    connect.setSocket(descriptorOf(kj::mv(pair.theirs)));
    QCOMPARE(shared.world.outcome(connect.send().ignoreResult()), std::string("unknown"));
    QCOMPARE(shared.start(service), std::string("unknown"));
    QCOMPARE(shared.stop(service), std::string("unknown"));
    QVERIFY(shared.app->asked.empty() && shared.service->sockets.empty());
  }

  void whatComesOfItIsToldWithTheOffer() {
    Shared shared;
    auto call = shared.b.far(shared.a).offerRequest();
    auto offer = call.initOffer();
    offer.setId("x1");
    offer.setKind(schema::Kind::APP);
    offer.setTitle("bridge");
    offer.initRun().setNumber(9);
    offer.getRun().setState(schema::AppRun::State::RUNNING);
    shared.world.wait(call.send().ignoreResult());
    QCOMPARE(shared.a.offered, std::vector<std::string>{"x1 app bridge run 9 running"});
  }

  void revokedItIsStartedNoMore() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    QCOMPARE(shared.start(thing), std::string("ok"));
    shared.world.wait(shared.door().revokeRequest().send().ignoreResult());
    QCOMPARE(shared.start(thing), std::string("ended"));
    QCOMPARE(shared.stop(thing), std::string("ended"));
    QVERIFY(shared.world.until([&] { return shared.app->held == 0; }));
    shared.world.wait(shared.door().resumeRequest().send().ignoreResult());
    QCOMPARE(shared.start(thing), std::string("ended"));
    QCOMPARE(shared.app->asked, std::vector<std::string>{"start"});
  }

  void revokedWhileItIsBegunItFails() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    shared.app->before = [] { return kj::Promise<void>(kj::NEVER_DONE); };
    auto starting = World::said(thing.startRequest().send().ignoreResult());
    QVERIFY(shared.world.until([&] { return !shared.app->asked.empty(); }));
    shared.world.wait(shared.door().revokeRequest().send().ignoreResult());
    QCOMPARE(shared.world.wait(kj::mv(starting), 2), std::string("ended"));
  }

  void pausedItWaits() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    shared.world.wait(shared.door().suspendRequest().send().ignoreResult());
    QCOMPARE(shared.start(thing), std::string("suspended"));
    QCOMPARE(shared.stop(thing), std::string("suspended"));
    shared.world.wait(shared.door().resumeRequest().send().ignoreResult());
    QCOMPARE(shared.start(thing), std::string("ok"));
  }

  void itIsLetGoOfWithItsSession() {
    Shared shared;
    auto thing = shared.a.restore(shared.b, TOKEN);
    QCOMPARE(shared.start(thing), std::string("ok"));
    QCOMPARE(shared.app->held, 1);
    shared.a.kill();
    QVERIFY(shared.world.until([&] { return shared.app->held == 0; }));
    QCOMPARE(shared.app->asked, std::vector<std::string>{"start"});  // Nobody stops it for that.
  }

  // --- who plays foul

  void callsOfItAreFew() {
    Shared shared;
    shared.app->before = [] { return kj::Promise<void>(kj::NEVER_DONE); };
    auto hostile = shared.greeted();
    std::string last;
    shared.world.aside([&] {
      auto app = Shared::restored(*hostile, TOKEN);
      for (int i = 0; i < 20; ++i) {
        auto question = hostile->callOn(app, capnp::typeId<schema::App>(), 0, [](Params) {});
        if (i == 19) last = hostile->answerTo(question);
      }
    });
    QCOMPARE(last, std::string("tooMany"));
    QCOMPARE(shared.app->asked.size(), size_t(4));
    QVERIFY(shared.isWell());
  }

  // Its broker says each time whether it may; here it is only that nothing is left behind.
  void startingInALoopLeavesNothing() {
    Shared shared;
    shared.app->trouble = "tooMany";
    auto hostile = shared.greeted();
    std::set<std::string> answers;
    shared.world.aside([&] {
      auto app = Shared::restored(*hostile, TOKEN);
      for (int i = 0; i < 200; ++i)
        answers.insert(hostile->answerTo(hostile->callOn(app, capnp::typeId<schema::App>(), 0, [](Params) {})));
    });
    QCOMPARE(answers, std::set<std::string>{"tooMany"});
    QCOMPARE(shared.app->held, 1);
    QVERIFY(shared.isWell());
  }

  void methodsOfAnotherKindAreRefused() {
    Shared shared;
    auto hostile = shared.greeted();
    std::vector<std::string> answers;
    shared.world.aside([&] {
      auto app = Shared::restored(*hostile, TOKEN), service = Shared::restored(*hostile, SERVICE);
      auto ask = [&](uint32_t import, uint64_t interface, uint16_t method) {
        answers.push_back(hostile->answerTo(hostile->callOn(import, interface, method, [](Params) {})));
      };
      ask(app, capnp::typeId<schema::Service>(), 0);
      ask(app, capnp::typeId<schema::ByteStream>(), 0);
      ask(app, capnp::typeId<schema::NearApp>(), 0);
      ask(app, capnp::typeId<schema::LiveDoor>(), 0);
      ask(app, capnp::typeId<schema::App>(), 2);
      ask(service, capnp::typeId<schema::App>(), 0);
      ask(service, capnp::typeId<schema::App>(), 1);
    });
    for (auto& answer : answers) QVERIFY2(answer != "ok" && !answer.empty(), answer.c_str());
    QVERIFY(shared.app->asked.empty() && shared.service->sockets.empty());
    QVERIFY(shared.isWell());
  }

  void statesThatAreNoneAreRefused() {
    Shared shared;
    auto hostile = shared.greeted();
    std::string answer;
    shared.world.aside([&] {
      answer = hostile->answerTo(hostile->call(3, [](Params params) {
        auto made = params.initAs<schema::Machine::OfferParams>().initOffer();
        made.setId("a");
        made.setKind(schema::Kind::APP);
        made.initRun().setState(static_cast<schema::AppRun::State>(99));
      }));
    });
    QCOMPARE(answer, std::string("unknown"));
    QVERIFY(shared.b.offered.empty());
    QVERIFY(shared.isWell());
  }
};

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  QCoreApplication app(argc, argv);
  PeerAppsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "apps-test.moc"
