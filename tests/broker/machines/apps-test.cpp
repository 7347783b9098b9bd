// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Apps that one machine shares: started and stopped from others, seen there, and over with what they were shared by.

#include <kj/debug.h>

#include <QtTest>

#include "tests/broker/machines/sharing-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

using State = AppRun::State;

Grant appFor(const Side& holder, const std::string& target = "org.example.Printer as printer-bridge") {
  auto grant = shareOf(holder, target);
  grant.kind = Kind::App;
  grant.object.scope = Scope::Host;
  return grant;
}

Offer offerAt(const Side& side) { return side.onlyOffer(); }

// "db" shares an app, "web" has accepted it.
struct World {
  Net net;
  Side db{'a', "db"}, web{'b', "web"};
  GrantId share, received;

  explicit World(Limits limits = {}, bool mayPassOn = false) {
    db.know(web);
    web.know(db);
    net.connect(db, web);
    auto grant = appFor(web);
    grant.limits = limits;
    share = db.sharing->share(grant, mayPassOn);
    net.settle();
    received = net.wait(web.sharing->offers().accept(offerAt(web).id));
    net.settle();
  }
  Grant shared() { return KJ_REQUIRE_NONNULL(db.ledger->find(share)); }
  Grant held() { return KJ_REQUIRE_NONNULL(web.ledger->find(received)); }
  uint64_t start() {
    auto number = net.wait(web.sharing->offers().start(held(), GrantId()));
    net.settle();
    return number;
  }
  std::string whyNotStarted() { return net.failure(web.sharing->offers().start(held(), GrantId())); }
  void stop() {
    net.wait(web.sharing->offers().stop(held(), GrantId()));
    net.settle();
  }
  // As the person of "web" is shown it.
  AppRun seen() { return web.sharing->offers().run(offerAt(web).id); }
  void revoke() {
    net.wait(db.sharing->cutShares(db.ledger->revoke({share}).grants));
    net.settle();
  }
};

// The same, and "web" has passed it on to "phone".
struct Passed : World {
  Side phone{'c', "phone"};
  GrantId child, onPhone;

  explicit Passed(Limits limits = {}) : World({}, true) {
    web.know(phone);
    phone.know(web);
    net.connect(web, phone);
    auto grant = appFor(phone);
    grant.object = held().object;
    grant.limits = limits;
    grant.parent = received;
    child = web.sharing->share(grant, false);
    net.settle();
    onPhone = net.wait(phone.sharing->offers().accept(offerAt(phone).id));
    net.settle();
  }
  Grant ofPhone() { return KJ_REQUIRE_NONNULL(phone.ledger->find(onPhone)); }
  Grant passed() { return KJ_REQUIRE_NONNULL(web.ledger->find(child)); }
  std::string startedByPhone() {
    auto why = net.failure(phone.sharing->offers().start(ofPhone(), GrantId()));
    net.settle();
    return why;
  }
  std::string stoppedByPhone() {
    auto why = net.failure(phone.sharing->offers().stop(ofPhone(), GrantId()));
    net.settle();
    return why;
  }
  AppRun seenByPhone() { return phone.sharing->offers().run(offerAt(phone).id); }
  void revokeChild() {
    net.wait(web.sharing->cutShares(web.ledger->revoke({child}).grants));
    net.settle();
  }
};

}  // namespace

class AppsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatItIsCalledHereIsNotTold() {
    World world;
    QCOMPARE(offerAt(world.web).title, std::string("printer-bridge"));
    QCOMPARE(world.held().kind, Kind::App);
    QCOMPARE(world.held().object.target, std::string("printer-bridge"));
    QCOMPARE(world.seen().state, State::None);
    QVERIFY(world.db.apps.runs.empty());
  }

  void startedSeenAndStopped() {
    World world;
    auto number = world.start();
    QCOMPARE(world.seen().state, State::Running);
    QCOMPARE(world.seen().number, number);
    QCOMPARE(world.shared().live, 1u);
    world.stop();
    QCOMPARE(world.seen().state, State::Exited);
    QVERIFY(!world.db.apps.any());
    QCOMPARE(world.shared().live, 0u);
    QCOMPARE(world.shared().uses, 1u);
    // Nothing runs: nothing to do.
    world.stop();
    QCOMPARE(world.shared().uses, 1u);
    QVERIFY(world.start() > number);
  }

  void startedAgainWhileItRunsItIsTheSame() {
    World world;
    auto number = world.start();
    QCOMPARE(world.start(), number);
    world.db.apps.endsWith(3);
    world.net.settle();
    QCOMPARE(world.seen().state, State::Exited);
    QCOMPARE(world.seen().code, 3);
    QCOMPARE(world.shared().uses, 1u);
  }

  void theLastStartThatIsAllowedIsNotCut() {
    World world({.uses = 1});
    world.start();
    QVERIFY(!world.shared().hasEnded());
    QVERIFY(world.db.apps.any());
    world.db.apps.endsWith(4);
    world.net.settle();
    QVERIFY(world.shared().hasEnded());
    QCOMPARE(wordsFor(offerAt(world.web).why), std::string("it is used up"));
    QCOMPARE(world.seen().code, 4);  // How it ended was told first.
    QCOMPARE(world.whyNotStarted(), std::string("it is over"));
    QVERIFY(!world.db.apps.any());
  }

  void takenBackItEnds() {
    World world;
    world.start();
    world.revoke();
    QCOMPARE(world.db.apps.ended, 1);
    QVERIFY(!world.db.apps.any());
    QCOMPARE(offerAt(world.web).state, Offer::State::Over);
    QVERIFY(!world.seen().isLive());
    QCOMPARE(world.whyNotStarted(), std::string("it is over"));
  }

  void heardOfOrNotItCannotBeStarted() {
    World world;
    world.db.ledger->revoke({world.share});
    QCOMPARE(world.whyNotStarted(), std::string("printer-bridge: its owner has ended it"));
    QVERIFY(!world.db.apps.any());
  }

  void pausedItEndsAndWaits() {
    World world;
    world.start();
    world.net.wait(world.db.sharing->suspendShares(world.db.ledger->suspend({world.share}).grants));
    world.net.settle();
    QCOMPARE(world.db.apps.ended, 1);
    QVERIFY(!world.db.apps.any());
    QCOMPARE(world.whyNotStarted(), std::string("it is over"));
    world.net.wait(world.db.sharing->resumeShares(world.db.ledger->resume({world.share})));
    world.net.settle();
    QVERIFY(!world.seen().isLive());
    world.start();
    QVERIFY(world.db.apps.any());
  }

  void whileTheNetworkIsOffNobodyFarAwayStartsIt() {
    World world;
    world.start();
    world.db.off = true;
    world.net.wait(world.db.sharing->setOff(true));
    QCOMPARE(world.whyNotStarted(), std::string("printer-bridge: its owner has paused it"));
    QVERIFY(world.db.apps.any());
  }

  void whatCannotBeStartedIsNoUse() {
    World world({.uses = 1});
    world.db.apps.refuses = "a ceiling: a secret of the owner's";
    QCOMPARE(world.whyNotStarted(), std::string("printer-bridge: it cannot be started there now"));
    QCOMPARE(world.web.sharing->offers().refused(offerAt(world.web).id),
             std::string("printer-bridge: it cannot be started there now"));
    world.db.apps.refuses = "tooMany";
    QCOMPARE(world.whyNotStarted(), std::string("printer-bridge: too much of it was started: try again in a minute"));
    world.db.apps.refuses.clear();
    QCOMPARE(world.shared().uses, 0u);
    world.start();
    QVERIFY(world.web.sharing->offers().refused(offerAt(world.web).id).empty());
  }

  void whileTheConnectionIsLostItGoesOn() {
    World world;
    world.start();
    world.net.disconnect(world.db, world.web);
    QVERIFY(world.db.apps.any());
    QCOMPARE(world.whyNotStarted(), std::string("printer-bridge: the machine is not connected"));
    world.db.apps.endsWith(5);
    QCOMPARE(world.seen().state, State::Running);  // As it was last told.
    world.net.connect(world.db, world.web);
    QCOMPARE(world.seen().state, State::Exited);
    QCOMPARE(world.seen().code, 5);
  }

  void bothBrokersMayComeAndGo() {
    World world;
    world.start();
    world.net.disconnect(world.db, world.web);
    world.db.start();
    world.web.start();
    QCOMPARE(world.seen().state, State::None);
    world.net.connect(world.db, world.web);
    QCOMPARE(world.seen().state, State::Running);
    world.stop();
    QVERIFY(!world.db.apps.any());
  }

  void givenBackItEnds() {
    World world;
    world.start();
    world.net.wait(world.web.sharing->offers().decline(offerAt(world.web).id));
    world.net.settle();
    // What has ended is cut by the desk of who heard it.
    QVERIFY(world.shared().hasEnded());
    QVERIFY(!world.db.apps.any());
  }

  // --- passed on

  void passedOnItIsStartedThroughBoth() {
    Passed world;
    QCOMPARE(offerAt(world.phone).title, std::string("printer-bridge"));
    QCOMPARE(world.startedByPhone(), std::string());
    QVERIFY(world.db.apps.any());
    QCOMPARE(world.seenByPhone().state, State::Running);
    QCOMPARE(world.passed().live, 1u);
    // It is not "web"'s, and is not shown there as if it were.
    QCOMPARE(world.seen().state, State::None);
    QCOMPARE(world.stoppedByPhone(), std::string());
    QVERIFY(!world.db.apps.any());
    QCOMPARE(world.seenByPhone().state, State::Exited);
    QCOMPARE(world.passed().uses, 1u);
    QCOMPARE(world.shared().uses, 1u);
  }

  void whoHasNotStartedItDoesNotStopIt() {
    Passed world;
    world.start();
    QCOMPARE(world.startedByPhone(), std::string("printer-bridge: it cannot be started there now"));
    QCOMPARE(world.stoppedByPhone(), std::string("printer-bridge: it cannot be started there now"));
    QVERIFY(world.db.apps.any());
    QVERIFY(!world.seenByPhone().isLive());
    world.stop();
    QCOMPARE(world.startedByPhone(), std::string());
    QCOMPARE(world.net.failure(world.web.sharing->offers().stop(world.held(), GrantId())),
             std::string("printer-bridge was started by somebody else, who has it, too"));
    QCOMPARE(world.whyNotStarted(), std::string("printer-bridge was started by somebody else, who has it, too"));
    QVERIFY(world.db.apps.any());
  }

  void limitsOfWhoPassedItOnHold() {
    Passed world({.uses = 1});
    QCOMPARE(world.startedByPhone(), std::string());
    world.db.apps.endsWith(0);
    world.net.settle();
    QVERIFY(world.passed().hasEnded());
    QVERIFY(!world.shared().hasEnded());
    QCOMPARE(offerAt(world.phone).state, Offer::State::Over);
    world.start();
    QVERIFY(world.db.apps.any());
  }

  void takenBackByWhoPassedItOnItEnds() {
    Passed world;
    QCOMPARE(world.startedByPhone(), std::string());
    world.revokeChild();
    QVERIFY(!world.db.apps.any());
    QVERIFY(!world.shared().hasEnded());
  }

  // What this machine has started itself goes on.
  void takenBackByWhoPassedItOnNothingElseEnds() {
    Passed world;
    world.start();
    world.revokeChild();
    QVERIFY(world.db.apps.any());
  }

  void takenBackByTheOwnerItEndsForAll() {
    Passed world;
    QCOMPARE(world.startedByPhone(), std::string());
    world.revoke();
    QVERIFY(!world.db.apps.any());
    QVERIFY(world.passed().hasEnded());
    QCOMPARE(offerAt(world.phone).state, Offer::State::Over);
  }

  void takenBackWhileTheOwnerIsAwayItEndsWhenItComes() {
    Passed world;
    QCOMPARE(world.startedByPhone(), std::string());
    world.net.disconnect(world.db, world.web);
    world.revokeChild();
    QVERIFY(world.db.apps.any());
    world.net.connect(world.db, world.web);
    QVERIFY(!world.db.apps.any());
  }

  void whoStartedItIsRemembered() {
    Passed world;
    QCOMPARE(world.startedByPhone(), std::string());
    world.net.disconnect(world.db, world.web);
    world.net.disconnect(world.web, world.phone);
    world.web.start();
    QCOMPARE(world.web.sharing->offers().runBy(world.child).number, 1u);
    world.net.connect(world.db, world.web);
    world.net.connect(world.web, world.phone);
    QCOMPARE(world.seen().state, State::None);
    QCOMPARE(world.seenByPhone().state, State::Running);
    world.net.wait(world.web.sharing->offers().endRunBy(world.child));
    world.net.settle();
    QVERIFY(!world.db.apps.any());
    QCOMPARE(world.passed().uses, 1u);
  }

  // --- what a far machine may not

  void whatIsNoAppIsNotStarted() {
    World world;
    auto service = world.db.sharing->share(shareOf(world.web, "mail:25"), false);
    world.net.settle();
    for (auto& [id, offer] : world.web.ledger->offers()) {
      if (offer.kind != Kind::Service) continue;
      auto received = world.net.wait(world.web.sharing->offers().accept(offer.id));
      auto held = KJ_ASSERT_NONNULL(world.web.ledger->find(received));
      QCOMPARE(world.net.failure(world.web.sharing->offers().start(held, GrantId())), std::string("mail:25 is no app"));
      break;
    }
    QVERIFY(!world.db.apps.runs.contains(service));
  }

  void anAppIsNothingToConnectWith() {
    World world;
    auto desk = world.db.sharing->begin(world.web.id, kj::heap<Deaf>());
    auto token = offerAt(world.web).token;
    auto call = desk.restoredRequest();
    call.setToken(capnp::Data::Reader(reinterpret_cast<const kj::byte*>(token.data()), token.size()));
    call.setDoor(kj::heap<LiveDoor>(std::make_shared<Thing::Door>()));
    auto answer = world.net.wait(call.send());
    QVERIFY(answer.hasApp() && !answer.hasService());
    auto app = answer.getApp();
    QVERIFY(!world.net.failure(app.castAs<schema::NearService>().connectRequest().send().ignoreResult()).empty());
    QVERIFY(world.db.opened.empty());
    // Kept after its end it is nothing.
    world.revoke();
    QCOMPARE(world.net.failure(app.startRequest().send().ignoreResult()), std::string("ended"));
    QCOMPARE(world.net.failure(app.stopRequest().send().ignoreResult()), std::string("ended"));
    world.db.start();
    QCOMPARE(world.net.failure(app.startRequest().send().ignoreResult()), std::string("ended"));
    QVERIFY(!world.db.apps.any());
  }

  // What its owner tells is shown, and no more: old news is not, nor what is told of something else.
  void onlyWhatIsNewsIsBelieved() {
    World world;
    world.start();
    auto desk = world.web.sharing->begin(world.db.id, kj::heap<Deaf>());
    auto tell = [&](uint64_t number, schema::AppRun::State state, schema::Kind kind = schema::Kind::APP) {
      auto call = desk.offeredRequest();
      auto offer = call.initOffer();
      offer.setId(world.share.text().c_str());
      offer.setKind(kind);
      offer.setTitle("printer-bridge");
      offer.setAccess(schema::Access::WRITE);
      offer.initRun().setNumber(number);
      offer.getRun().setState(state);
      world.net.wait(call.send().ignoreResult());
    };
    tell(7, schema::AppRun::State::RUNNING);
    QCOMPARE(world.seen().number, 7u);
    tell(6, schema::AppRun::State::EXITED);
    QCOMPARE(world.seen().state, State::Running);
    tell(7, static_cast<schema::AppRun::State>(77));
    QCOMPARE(world.seen().state, State::Failed);
    tell(8, schema::AppRun::State::EXITED, schema::Kind::SERVICE);
    QCOMPARE(world.seen().number, 7u);
  }
};

QTEST_GUILESS_MAIN(AppsTest)
#include "apps-test.moc"
