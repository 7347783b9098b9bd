// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The network portal and what it holds: wires, grants, refusals, and that whatever goes wrong is offline.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <QtTest>
#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/schema/app.capnp.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;
using Outcome = schema::NetworkAsker::Outcome;

class NetworkTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void appGetsItsWireWithWhatItHolds();
  void wireIsOfNobodyElse();
  void portalThatCannotBeStartedKeepsNoAppFromStarting();
  void portalThatSaysNothingHoldsUpNoStartForLong();
  void wireThatCannotBeMadeIsSaidAndNotTriedForever();
  void launcherOfAnEarlierVersionHasNoNetwork();
  void grantIsEnforcedBeforeItIsThere();
  void revokedIsCut();
  void lapsedIsAskedAgainRevokedIsNot();
  void suspendedComesBack();
  void everyAccessIsOneOfConnecting();
  void malformedTargetIsRefused_data();
  void malformedTargetIsRefused();
  void typedTargetBecomesCanonical_data();
  void typedTargetBecomesCanonical();
  void portThatIsTakenGivesNothing();
  void oneOfTwoThatRunListens();
  void portalThatDiesTakesEverythingAlong();
  void portalThatDiesAtOnceIsNotStartedInACircle();
  void whatPortalEndedIsOver();
  void portalLiesAboutGrantsOfOthers();
  void usesAndBytesAreCounted();
  void usedUpEnds();
  void usedUpForTodayIsAskedAboutUntilTomorrow();
  void aRestartForgetsNothingOfTheDay();
  void whatPassedWhileNoBrokerWasThereIsCounted();
  void whatThePortalEndedIsUsedUp();
  void noAppChangesWhatItMayExchange();
  void limitsAreSaidWithTheAnswer();
  void limitsAreOfTheNetwork();
  void neverIsGivenToThePortal();
  void ceilingsWithinWiderGrantsAreGivenToThePortal();
  void ceilingAgainstPartOfAMoreSpecificGrant();
  void offCutsEverythingAndStays();
  void offHoldsForWhatStartsLater();
  void offOutlivesTheBroker();
  void fullDiskKeepsNothingFromBeingCut();
  void stuckPortalIsKilledByThePanicButton();
  void connectionsAreListedAndEnded();
  void stuckPortalHoldsUpNobodyWhoLooks();
  void listenersAreListed();
  void listenersAreToldWhenTheyChange();
  void whatListensByNowIsNotWhatWasShown();
  void anAppsLimitsAreItsWires();
  void aStuckPortalKeepsNothingElseFromBeingSet();
  void whatAnAppMovedTodayIsCounted();
  void anEditSaysItsLimitsOrKeepsThem();
  void decisionsOutliveTheBroker();
  void portalComesHome();
  void portalThatComesHomeIsNotBelieved();
  void wrongCookieIsRefused();
};

namespace {

const char* const MAIL = "org.example.Mail";
const char* const OTHER = "org.example.Other";

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

auto revoke(BrokerWorld& world, const std::string& id) {
  auto call = world.person().revokeRequest();
  call.initGrants(1).set(0, id.c_str());
  return call.send();
}

auto off(BrokerWorld& world, bool off) {
  auto call = world.person().networkOffRequest();
  call.setOff(off);
  return call.send().ignoreResult();
}

std::string networkTrouble(BrokerWorld& world) {
  return text(world.person().statusRequest().send().wait(world.ws).getStatus().getNetwork());
}

std::string why(auto&& act) {
  auto failure = kj::runCatchingExceptions([&] { act(); });
  KJ_IF_MAYBE (exception, failure) return reason(*exception);
  return {};
}

void use(FakeWire& wire, const std::string& grant, uint64_t bytes, kj::WaitScope& ws) {
  auto used = wire.asker.usedRequest();
  used.setGrant(grant.c_str());
  used.setUses(1);
  used.setBytesIn(bytes);
  used.send().wait(ws);
}

std::string giveDaily(BrokerWorld& world, uint64_t bytes, const char* target = "example.org") {
  auto call = world.person().grantRequest();
  call.setHolder(MAIL);
  call.setKind(schema::Kind::NETWORK);
  call.initObject().setTarget(target);
  call.getObject().setScope(schema::Scope::HOST);
  call.initLifetime().setAlways();
  call.initLimits().setBytesPerDay(bytes);
  return text(call.send().wait(world.ws).getId());
}

// Of the app.
void setDaily(BrokerWorld& world, uint64_t bytes) {
  auto call = world.person().setSettingsRequest();
  call.initSettings().setApp(MAIL);
  call.getSettings().setNetworkPerDay(bytes);
  call.send().wait(world.ws);
}

class Ears final : public schema::Observer::Server {
public:
  explicit Ears(std::vector<std::string>& heard) : m_heard(heard) {}
  kj::Promise<void> listeners(ListenersContext context) override {
    auto params = context.getParams();
    std::string line = text(params.getInstance());
    for (auto one : params.getList()) line += " " + std::to_string(one.getPort()) + " " + text(one.getProgram());
    m_heard.push_back(line);
    return kj::READY_NOW;
  }

private:
  std::vector<std::string>& m_heard;
};

std::vector<std::string> journal(BrokerWorld& world, const std::string& event) {
  std::vector<std::string> lines;
  for (auto& entry : world.broker->ledger().journal(JournalFilter{})) {
    if (entry.event == event) lines.push_back(entry.target + ": " + entry.outcome);
  }
  return lines;
}

void portalDies(BrokerWorld& world) {
  world.programs.networkPortals.back().bootstrap = nullptr;
  world.network.wires().clear();
  world.programs.networkPortals.back().hangUp->fulfill();
  world.programs.networkPortals.back().end->fulfill();
  world.poll();
}

}  // namespace

void NetworkTest::appGetsItsWireWithWhatItHolds() {
  BrokerWorld world;
  world.grantNetwork(MAIL, "imap.example.org:993/tcp");
  world.grantNetwork(OTHER, "example.com");
  auto app = world.start(MAIL);
  auto& wire = world.network.wire(app.id);
  QCOMPARE(wire.holder, std::string(MAIL));
  QVERIFY(wire.reaches("imap.example.org:993/tcp"));
  QVERIFY(!wire.reaches("example.com"));
  QCOMPARE(wire.holding(), 1);
  QCOMPARE(world.programs.networkPortals.size(), 1u);
  world.start(OTHER);
  QCOMPARE(world.programs.networkPortals.size(), 1u);  // One for all.
}

void NetworkTest::wireIsOfNobodyElse() {
  BrokerWorld world;
  auto one = world.start(MAIL, {.profile = "work"});
  auto two = world.start(MAIL);
  world.grantNetwork(MAIL, "example.org");
  QVERIFY(world.network.wire(two.id).reaches("example.org"));
  QVERIFY(!world.network.wire(one.id).reaches("example.org"));
  world.end(two);
  QVERIFY(world.network.wire(two.id).detached);
  QVERIFY(!world.network.wire(one.id).detached);
}

void NetworkTest::portalThatCannotBeStartedKeepsNoAppFromStarting() {
  BrokerWorld world;
  world.programs.networkStarts = false;
  auto app = world.start(MAIL);  // Waits for it to run.
  QVERIFY(!world.network.has(app.id));
  QVERIFY(networkTrouble(world).find("no network portal here") != std::string::npos);
  // Files have nothing to do with it.
  QVERIFY(!world.portal.sandbox(app.id).detached);
  // When it can be, it is: the app has what it holds.
  world.grantNetwork(MAIL, "example.org");
  world.programs.networkStarts = true;
  world.advance(2min);
  QVERIFY(world.network.wire(app.id).reaches("example.org"));
  QVERIFY(networkTrouble(world).empty());
}

void NetworkTest::portalThatSaysNothingHoldsUpNoStartForLong() {
  for (bool begins : {false, true}) {
    BrokerWorld world;
    world.programs.networkBegins = begins;
    world.network.neverAttaches = begins;
    auto app = world.start(MAIL, {.running = false});
    auto ready = app.session.readyRequest();
    writeFacts(ready.initFacts());
    auto promise = ready.send().ignoreResult();
    world.advance(1s);
    QVERIFY(!promise.poll(world.ws));
    world.advance(2s);
    QVERIFY(promise.poll(world.ws));
    promise.wait(world.ws);
  }
}

void NetworkTest::wireThatCannotBeMadeIsSaidAndNotTriedForever() {
  BrokerWorld world;
  world.network.refusesAttaching = "no tun here";
  auto app = world.start(MAIL);
  QVERIFY(networkTrouble(world).find("no tun here") != std::string::npos);
  world.network.refusesAttaching.clear();
  world.advance(10min);
  QVERIFY(!world.network.has(app.id));  // It was told that it cannot be.
  auto other = world.start(OTHER);
  QVERIFY(world.network.has(other.id));
  QVERIFY(networkTrouble(world).find("no tun here") != std::string::npos);  // What one has helps no other.
  world.end(app);
  QVERIFY(networkTrouble(world).empty());
}

void NetworkTest::launcherOfAnEarlierVersionHasNoNetwork() {
  BrokerWorld world;
  auto app = world.start(MAIL, {.running = false});
  auto ready = app.session.readyRequest();
  writeFacts(ready.initFacts());
  ready.getFacts().disownNetworkNamespace();
  ready.send().wait(world.ws);
  QVERIFY(!world.network.has(app.id));
  QVERIFY(networkTrouble(world).find("earlier version") != std::string::npos);
}

void NetworkTest::grantIsEnforcedBeforeItIsThere() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto id = world.grantNetwork(MAIL, "example.org:443");
  QVERIFY(world.network.wire(app.id).reaches("example.org:443"));
  QVERIFY(world.network.wire(app.id).grants.contains(id));
  auto timed = world.grantNetwork(MAIL, "timed.example.org", schema::Kind::NETWORK,
                                  Lifetime::untilTime(world.clock.wall() + 1h));
  QVERIFY(world.network.wire(app.id).grants[timed].expires != 0);
}

void NetworkTest::revokedIsCut() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto id = world.grantNetwork(MAIL, "example.org");
  auto kept = world.grantNetwork(MAIL, "example.com");
  auto answer = revoke(world, id).wait(world.ws);
  QVERIFY(!answer.getUnanswered());
  QVERIFY(world.network.wire(app.id).grants[id].revoked);
  QVERIFY(!world.network.wire(app.id).grants[kept].revoked);
  world.network.neverCuts = true;
  auto stuck = revoke(world, kept);
  world.poll();
  QVERIFY(!stuck.poll(world.ws));
  world.advance(3s);
  QVERIFY(stuck.poll(world.ws));
  QVERIFY(stuck.wait(world.ws).getUnanswered());
}

void NetworkTest::lapsedIsAskedAgainRevokedIsNot() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto id =
      world.grantNetwork(MAIL, "example.org", schema::Kind::NETWORK, Lifetime::untilTime(world.clock.wall() + 10s));
  auto other = world.grantNetwork(MAIL, "example.com");
  world.advance(20s);
  QVERIFY(world.network.wire(app.id).grants[id].lapsed);
  revoke(world, other).wait(world.ws);
  QVERIFY(!world.network.wire(app.id).grants[other].lapsed);
}

void NetworkTest::suspendedComesBack() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto id = world.grantNetwork(MAIL, "example.org");
  auto suspend = world.person().suspendRequest();
  suspend.initGrants(1).set(0, id.c_str());
  QVERIFY(!suspend.send().wait(world.ws).getUnanswered());
  QVERIFY(!world.network.wire(app.id).reaches("example.org"));
  // Who starts now has it suspended.
  auto later = world.start(MAIL);
  QVERIFY(world.network.wire(later.id).grants[id].suspended);
  auto resume = world.person().resumeRequest();
  resume.initGrants(1).set(0, id.c_str());
  resume.send().wait(world.ws);
  QVERIFY(world.network.wire(app.id).reaches("example.org"));
  QVERIFY(world.network.wire(later.id).reaches("example.org"));
}

void NetworkTest::everyAccessIsOneOfConnecting() {
  BrokerWorld world;
  world.grantNetwork(MAIL, "example.org");  // Asked for with "read".
  QVERIFY(world.living().at(0).access == Access::Write);
}

void NetworkTest::malformedTargetIsRefused_data() {
  QTest::addColumn<QByteArray>("target");
  QTest::addColumn<bool>("listen");
  for (auto target : {"",
                      "exa mple.org",
                      "example.org:0",
                      "example.org:65536",
                      "example.org:443:443",
                      "127.1",
                      "http://a",
                      "a/b/c",
                      "*.",
                      "*",
                      "localhost:80",
                      "10.0.0.1/8",
                      "a..b",
                      "::1",
                      "[::1",
                      "\xe2\x80\xae.org",
                      "b\xc3\xbc"
                      "cher.example",
                      "example.org\n",
                      "example.org/sctp",
                      "internet@local"}) {
    QTest::newRow(target) << QByteArray(target) << false;
  }
  for (auto target : {"", "0", "65536", "8080/udp", "8080@127.0.0.1", "8080@", "8080@everywhere", "a", "-1", "80 80"}) {
    QTest::newRow((std::string("listen ") + target).c_str()) << QByteArray(target) << true;
  }
}

void NetworkTest::malformedTargetIsRefused() {
  QFETCH(QByteArray, target);
  QFETCH(bool, listen);
  BrokerWorld world;
  auto kind = listen ? schema::Kind::LISTEN : schema::Kind::NETWORK;
  QVERIFY(!why([&] { world.grantNetwork(MAIL, target.toStdString(), kind); }).empty());
  QVERIFY(world.living().empty());
}

void NetworkTest::typedTargetBecomesCanonical_data() {
  QTest::addColumn<QByteArray>("typed");
  QTest::addColumn<QByteArray>("target");
  QTest::addColumn<int>("scope");
  auto row = [](const char* typed, const char* target, Scope scope) {
    QTest::newRow(typed) << QByteArray(typed) << QByteArray(target) << int(scope);
  };
  row("Example.ORG", "example.org", Scope::Host);
  row("example.org.", "example.org", Scope::Host);
  row("example.org.:443", "example.org:443", Scope::Port);
  row("*.example.org", "*.example.org", Scope::Domain);
  row("10.0.0.0/8", "10.0.0.0/8", Scope::Network);
  row("10.1.2.3:22/tcp", "10.1.2.3:22/tcp", Scope::Port);
  row("[FD00::1]:80", "[fd00::1]:80", Scope::Port);
  row("Internet", "internet", Scope::Network);
  row("nas.local", "nas.local@local", Scope::Host);
  row("everything", "everything", Scope::Network);
}

void NetworkTest::typedTargetBecomesCanonical() {
  QFETCH(QByteArray, typed);
  QFETCH(QByteArray, target);
  QFETCH(int, scope);
  BrokerWorld world;
  world.grantNetwork(MAIL, typed.toStdString());
  auto object = world.living().at(0).object;
  QCOMPARE(object.target, target.toStdString());
  QCOMPARE(int(object.scope), scope);
}

void NetworkTest::portThatIsTakenGivesNothing() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  world.network.refusesPort = "8080/tcp@localhost";
  auto failure = why([&] { world.grantNetwork(MAIL, "8080", schema::Kind::LISTEN); });
  QVERIFY2(failure.find("taken") != std::string::npos, failure.c_str());
  QVERIFY(world.living().empty());
  world.grantNetwork(MAIL, "8081@network", schema::Kind::LISTEN);
  QVERIFY(world.network.wire(app.id).listens("8081/tcp@network"));
  // One that stands keeps no app from starting.
  world.network.refusesPort = "8081/tcp@network";
  auto again = world.start(MAIL);
  QVERIFY(!world.network.wire(again.id).listens("8081/tcp@network"));
}

void NetworkTest::oneOfTwoThatRunListens() {
  BrokerWorld world;
  auto one = world.start(MAIL);
  auto two = world.start(MAIL);
  world.network.takenAfterOne = true;
  world.grantNetwork(MAIL, "8080", schema::Kind::LISTEN);
  QCOMPARE(int(world.network.wire(one.id).listens("8080/tcp@localhost")) +
               int(world.network.wire(two.id).listens("8080/tcp@localhost")),
           1);
  QCOMPARE(world.living().size(), 1u);
}

void NetworkTest::portalThatDiesTakesEverythingAlong() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto id = world.grantNetwork(MAIL, "example.org");
  auto once = world.grantNetwork(MAIL, "once.example.org");
  auto call = world.network.wire(app.id).asker.usedRequest();
  call.setGrant(id.c_str());
  call.setLive(3);
  call.setUses(5);
  call.send().wait(world.ws);
  QCOMPARE(KJ_ASSERT_NONNULL(world.broker->ledger().find(GrantId(id))).live, 3u);
  revoke(world, once).wait(world.ws);
  portalDies(world);
  QVERIFY(!world.network.has(app.id));
  QCOMPARE(KJ_ASSERT_NONNULL(world.broker->ledger().find(GrantId(id))).live, 0u);
  world.advance(2s);
  QCOMPARE(world.programs.networkPortals.size(), 2u);
  QVERIFY(world.network.wire(app.id).reaches("example.org"));
  QVERIFY(!world.network.wire(app.id).reaches("once.example.org"));
  // Uses count on from there.
  auto again = world.network.wire(app.id).asker.usedRequest();
  again.setGrant(id.c_str());
  again.setUses(2);
  again.send().wait(world.ws);
  QCOMPARE(KJ_ASSERT_NONNULL(world.broker->ledger().find(GrantId(id))).uses, 7u);
}

void NetworkTest::portalThatDiesAtOnceIsNotStartedInACircle() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  for (int i = 0; i < 20; ++i) {
    portalDies(world);
    world.advance(500ms);
  }
  QVERIFY2(world.programs.networkPortals.size() <= 12u, std::to_string(world.programs.networkPortals.size()).c_str());
  world.advance(2min);
  QVERIFY(world.network.has(app.id));
}

void NetworkTest::whatPortalEndedIsOver() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "example.org:443/tcp");
  world.me.answer(world.me.last(), [](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.setScope(schema::Scope::PORT);
    answer.initLifetime().setOnce();
  });
  QVERIFY(asked.poll(world.ws));
  QVERIFY(asked.wait(world.ws) == Outcome::GRANTED);
  auto once = world.living().at(0).id;
  QVERIFY(world.network.wire(app.id).grants[once.text()].once);
  auto call = world.network.wire(app.id).asker.endedRequest();
  call.setGrant(once.text().c_str());
  call.send().wait(world.ws);
  QVERIFY(world.living().empty());
  // The next one is asked about.
  auto again = world.connect(app, "example.org:443/tcp");
  QCOMPARE(world.me.up(), 1u);
}

void NetworkTest::portalLiesAboutGrantsOfOthers() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto path = world.makeFile("notes");
  auto file = world.grantOf(MAIL, path);
  auto others = world.grantNetwork(OTHER, "example.org");
  for (auto& id : {file, others, std::string("nothing"), std::string()}) {
    auto used = world.network.wire(app.id).asker.usedRequest();
    used.setGrant(id.c_str());
    used.setUses(1000);
    used.setBytesIn(1 << 30);
    used.send().wait(world.ws);
    auto ended = world.network.wire(app.id).asker.endedRequest();
    ended.setGrant(id.c_str());
    ended.send().wait(world.ws);
  }
  QCOMPARE(world.living().size(), 2u);
  for (auto& grant : world.living()) QCOMPARE(grant.uses, 0u);
  QVERIFY(journal(world, "use").empty());
}

void NetworkTest::usesAndBytesAreCounted() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto id = world.grantNetwork(MAIL, "example.org");
  auto say = [&](uint32_t live, uint64_t uses, uint64_t in, uint64_t out) {
    auto used = world.network.wire(app.id).asker.usedRequest();
    used.setGrant(id.c_str());
    used.setLive(live);
    used.setUses(uses);
    used.setBytesIn(in);
    used.setBytesOut(out);
    used.setUsed(toNanos(world.clock.wall()));
    used.send().wait(world.ws);
  };
  say(1, 1, 10, 20);
  say(1, 1, 500, 30);
  auto grant = world.living().at(0);
  QCOMPARE(grant.live, 1u);
  QCOMPARE(grant.uses, 1u);
  QCOMPARE(grant.bytesRead, 500u);
  QCOMPARE(grant.bytesWritten, 30u);
  QVERIFY(journal(world, "use") == std::vector<std::string>{"example.org: first"});
  say(0, 1, 500, 30);
  QVERIFY(journal(world, "use").front() == "example.org: 500 bytes in, 30 out");
  // Not a line for each of a thousand connections.
  for (uint64_t i = 2; i < 1000; ++i) {
    say(1, i, 500, 30);
    say(0, i, 500, 30);
  }
  QCOMPARE(journal(world, "use").size(), 2u);
  world.advance(2min);
  say(1, 1000, 500, 30);
  say(0, 1000, 500, 30);
  QCOMPARE(journal(world, "use").size(), 3u);
}

void NetworkTest::usedUpEnds() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  Grant grant{.holder = MAIL, .kind = Kind::Network, .object = {.target = "example.org", .scope = Scope::Host}};
  grant.access = Access::Write;
  grant.lifetime = Lifetime::always();
  grant.limits.bytes = 1000;
  auto id = world.broker->ledger().add(grant);
  auto restart = world.start(MAIL);
  QCOMPARE(world.network.wire(restart.id).grants[id.text()].byteLimit, 1000u);
  auto used = world.network.wire(restart.id).asker.usedRequest();
  used.setGrant(id.text().c_str());
  used.setUses(1);
  used.setBytesIn(900);
  used.setBytesOut(200);
  used.send().wait(world.ws);
  QVERIFY(world.living().empty());
  QVERIFY(world.network.wire(restart.id).grants[id.text()].lapsed);  // It is asked about again.
}

void NetworkTest::usedUpForTodayIsAskedAboutUntilTomorrow() {
  BrokerWorld world;
  world.showQuestions();
  auto id = giveDaily(world, 1000);
  auto app = world.start(MAIL);
  auto& wire = world.network.wire(app.id);
  QCOMPARE(wire.grants[id].dayLimit, 1000u);
  use(wire, id, 400, world.ws);
  QVERIFY(wire.reaches("example.org"));
  // Another one that starts has what is left.
  auto other = world.start(MAIL);
  QCOMPARE(world.network.wire(other.id).grants[id].today, 400u);
  use(wire, id, 1000, world.ws);
  QVERIFY(!wire.reaches("example.org"));
  QVERIFY(wire.grants[id].lapsed);
  QVERIFY(!world.network.wire(other.id).reaches("example.org"));
  QCOMPARE(world.living().size(), 1u);
  auto asked = world.connect(app, "example.org:443/tcp");
  QCOMPARE(world.me.shown.size(), 1u);
  // Not given to who starts now either.
  auto late = world.start(MAIL);
  QVERIFY(!world.network.wire(late.id).reaches("example.org"));
  world.clock.advance(24h);
  world.advance(31s);
  QVERIFY(wire.reaches("example.org"));
  QVERIFY(world.network.wire(late.id).reaches("example.org"));
  QCOMPARE(wire.grants[id].today, 0u);
}

void NetworkTest::aRestartForgetsNothingOfTheDay() {
  BrokerWorld world;
  auto id = giveDaily(world, 1000);
  setDaily(world, 1500);
  auto app = world.start(MAIL);
  use(world.network.wire(app.id), id, 400, world.ws);
  world.end(app);
  world.restartBroker();
  auto second = world.start(MAIL);
  auto& wire = world.network.wire(second.id);
  QCOMPARE(wire.grants[id].today, 400u);
  QCOMPARE(wire.today, 400u);
  QCOMPARE(wire.dayLimit, 1500u);
  use(wire, id, 600, world.ws);
  QVERIFY(wire.grants[id].lapsed);
  world.end(second);
  world.restartBroker();
  auto third = world.start(MAIL);
  QVERIFY(!world.network.wire(third.id).reaches("example.org"));
  QCOMPARE(world.network.wire(third.id).today, 1000u);
  world.clock.stepWall(-24h);
  world.advance(31s);
  QVERIFY(!world.network.wire(third.id).reaches("example.org"));
  world.clock.advance(48h);
  world.advance(31s);
  QVERIFY(world.network.wire(third.id).reaches("example.org"));
}

void NetworkTest::whatPassedWhileNoBrokerWasThereIsCounted() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto id = giveDaily(world, 1000), other = giveDaily(world, 0, "example.net");
  use(world.network.wire(app.id), id, 400, world.ws);
  auto cookie = world.network.cookie;
  world.restartBroker();
  auto& wire = world.network.wire(app.id);
  wire.grants[id].passed = 1100;
  wire.grants[other].passed = 70;
  auto pidfd = ownPidfd();
  auto home = world.comeHome(app, app.cookie, pidfd.get(), getpid());
  auto network = world.networkComesHome(cookie, pidfd.get(), getpid(), {app.id});
  world.poll();
  network.wait(world.ws);
  home.wait(world.ws);
  world.poll();
  QVERIFY(wire.grants[id].lapsed);
  QVERIFY(wire.reaches("example.net"));
  QCOMPARE(KJ_ASSERT_NONNULL(world.broker->ledger().find(GrantId(id))).bytesOfDay, 1100u);
  QCOMPARE(world.broker->ledger().today(MAIL).bytes, 1170u);
}

// It is not given again for what the portal knows better.
void NetworkTest::whatThePortalEndedIsUsedUp() {
  BrokerWorld world;
  auto app = world.start(MAIL), other = world.start(MAIL);
  auto id = giveDaily(world, 1000);
  auto& wire = world.network.wire(app.id);
  auto ended = wire.asker.endedRequest();
  ended.setGrant(id.c_str());
  ended.setPassed(1000);
  ended.send().wait(world.ws);
  QVERIFY(KJ_ASSERT_NONNULL(world.broker->ledger().find(GrantId(id))).resting);
  QVERIFY(world.network.wire(other.id).grants[id].lapsed);
  // One that ended a moment before the day did is given again.
  world.clock.advance(24h);
  world.advance(31s);
  QVERIFY(wire.reaches("example.org"));
  auto early = wire.asker.endedRequest();
  early.setGrant(id.c_str());
  early.setPassed(1000);
  early.send().wait(world.ws);
  QVERIFY(wire.reaches("example.org"));
}

// What an app has of us is a session of its own: nothing in it sets a limit, and nothing of the person's is behind it.
void NetworkTest::noAppChangesWhatItMayExchange() {
  BrokerWorld world;
  auto id = giveDaily(world, 1000);
  setDaily(world, 1500);
  auto app = world.start(MAIL);
  auto pipe = kj::newTwoWayPipe();
  capnp::TwoPartyVatNetwork network(*pipe.ends[1], capnp::rpc::twoparty::Side::CLIENT);
  auto rpc = capnp::makeRpcClient(network);
  world.broker->apps().open(InstanceId(app.id), kj::mv(pipe.ends[0]));
  capnp::MallocMessageBuilder message;
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(capnp::rpc::twoparty::Side::SERVER);
  auto session = rpc.bootstrap(vat);
  QCOMPARE(text(session.castAs<schema::AppSession>().aboutRequest().send().wait(world.ws).getApp()), std::string(MAIL));
  auto asPerson = session.castAs<schema::Person>();
  auto settings = asPerson.setSettingsRequest();
  settings.initSettings().setApp(MAIL);
  QVERIFY(!why([&] { settings.send().wait(world.ws); }).empty());
  auto edit = asPerson.editRequest();
  edit.setGrant(id.c_str());
  edit.initRule().setHolder(MAIL);
  edit.getRule().setKind(schema::Kind::NETWORK);
  edit.getRule().initObject().setTarget("example.org");
  edit.getRule().initLimits();
  QVERIFY(!why([&] { edit.send().wait(world.ws); }).empty());
  auto asWire = session.castAs<schema::SandboxNetwork>().limitRequest();
  QVERIFY(!why([&] { asWire.send().wait(world.ws); }).empty());
  QCOMPARE(world.living().at(0).limits.bytesPerDay, 1000u);
  QCOMPARE(world.network.wire(app.id).dayLimit, 1500u);
  // To ask for the same once more is a question, and no is no.
  use(world.network.wire(app.id), id, 1000, world.ws);
  world.showQuestions();
  auto asked = world.connect(app, "example.org:443/tcp");
  QCOMPARE(world.me.shown.size(), 1u);
  world.me.say(world.me.last(), schema::Answer::Verdict::DENY);
  QVERIFY(asked.wait(world.ws) != schema::NetworkAsker::Outcome::GRANTED);
  QVERIFY(!world.network.wire(app.id).reaches("example.org"));
}

void NetworkTest::limitsAreSaidWithTheAnswer() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "example.org:443/tcp");
  world.me.answer(world.me.last(), [](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.setScope(schema::Scope::HOST);
    answer.initLifetime().setAlways();
    answer.initLimits().setBytes(5000);
    answer.getLimits().setBytesPerSecond(100);
    answer.getLimits().setBytesPerDay(1000);
  });
  world.poll();
  auto limits = world.living().at(0).limits;
  QVERIFY(limits == (Limits{.bytes = 5000, .bytesPerSecond = 100, .bytesPerDay = 1000}));
  QCOMPARE(world.network.wire(app.id).grants.begin()->second.byteLimit, 5000u);
}

void NetworkTest::limitsAreOfTheNetwork() {
  BrokerWorld world;
  auto give = [&](schema::Kind kind, const char* target, uint64_t uses) {
    auto call = world.person().grantRequest();
    call.setHolder(MAIL);
    call.setKind(kind);
    call.initObject().setTarget(target);
    call.getObject().setScope(schema::Scope::HOST);
    call.initLifetime().setAlways();
    call.initLimits().setBytes(1000);
    call.getLimits().setUses(uses);
    return why([&] { call.send().wait(world.ws); });
  };
  QVERIFY(!give(schema::Kind::DESKTOP, "see-home-names", 0).empty());
  QVERIFY(!give(schema::Kind::NETWORK, "example.org", 3).empty());
  QVERIFY(world.living().empty());
  QCOMPARE(give(schema::Kind::NETWORK, "example.org", 0), std::string());
  QCOMPARE(world.living().size(), 1u);
}

void NetworkTest::neverIsGivenToThePortal() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  auto asked = world.connect(app, "tracker.example.org:443/tcp");
  world.me.answer(world.me.last(), [](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::NEVER);
    answer.setScope(schema::Scope::HOST);
  });
  QVERIFY(asked.poll(world.ws));
  QVERIFY(asked.wait(world.ws) == Outcome::DENIED_FOR_RUN);
  QVERIFY(world.network.wire(app.id).denies("tracker.example.org"));
  QVERIFY(!world.network.wire(app.id).denies("tracker.example.org:443/tcp"));
  auto later = world.start(MAIL);
  QVERIFY(world.network.wire(later.id).denies("tracker.example.org"));
  auto other = world.start(OTHER);
  QVERIFY(!world.network.wire(other.id).denies("tracker.example.org"));
  // Refused without a question, by whatever port; a more specific grant is one all the same.
  auto quiet = world.connect(later, "tracker.example.org:80/tcp");
  QVERIFY(quiet.poll(world.ws));
  QVERIFY(quiet.wait(world.ws) == Outcome::DENIED_FOR_RUN);
  QCOMPARE(world.me.up(), 0u);
  auto failure = why([&] { world.grantNetwork(MAIL, "tracker.example.org"); });
  QVERIFY2(failure.find("you said never") != std::string::npos, failure.c_str());
  world.grantNetwork(MAIL, "tracker.example.org:8080");
  auto allowed = world.connect(later, "tracker.example.org:8080/tcp");
  QVERIFY(allowed.wait(world.ws) == Outcome::GRANTED);
  // Taken back, it is asked about again.
  auto forget = world.person().forgetRequest();
  forget.setRefusal(world.broker->ledger().refusals().at(0).id.text().c_str());
  forget.send().wait(world.ws);
  QVERIFY(!world.network.wire(later.id).denies("tracker.example.org"));
  auto again = world.connect(later, "tracker.example.org:80/tcp");
  QCOMPARE(world.me.up(), 1u);
}

void NetworkTest::ceilingsWithinWiderGrantsAreGivenToThePortal() {
  BrokerWorld world(
      "[[never]]\nkind = \"network\"\ntarget = \"*.example.org:25\"\n"
      "[[never]]\nkind = \"network\"\ntarget = \"local-network\"\napp = \"org.example.Mail\"\n");
  world.showQuestions();
  auto app = world.start(MAIL);
  auto other = world.start(OTHER);
  QVERIFY(world.network.wire(app.id).denies("*.example.org:25"));
  QVERIFY(world.network.wire(app.id).denies("local-network"));
  QVERIFY(world.network.wire(other.id).denies("*.example.org:25"));
  QVERIFY(!world.network.wire(other.id).denies("local-network"));
  world.grantNetwork(MAIL, "internet");
  world.grantNetwork(MAIL, "everything");
  QVERIFY(!why([&] { world.grantNetwork(MAIL, "mail.example.org:25"); }).empty());
  QVERIFY(!why([&] { world.grantNetwork(MAIL, "10.0.0.1"); }).empty());
  QVERIFY(!why([&] { world.grantNetwork(MAIL, "nas.local"); }).empty());
  world.grantNetwork(OTHER, "nas.local");
  QCOMPARE(world.me.up(), 0u);
  auto local = world.connect(app, "10.0.0.1:80/tcp", {}, true);
  QVERIFY(local.poll(world.ws));
  QVERIFY(local.wait(world.ws) != Outcome::GRANTED);
}

// "example.org" decides before "everything:25": it would give what nothing may give.
void NetworkTest::ceilingAgainstPartOfAMoreSpecificGrant() {
  BrokerWorld world("[[never]]\nkind = \"network\"\ntarget = \"everything:25\"\n");
  QVERIFY(!why([&] { world.grantNetwork(MAIL, "example.org"); }).empty());
  QVERIFY(!why([&] { world.grantNetwork(MAIL, "internet:20-30"); }).empty());
  world.grantNetwork(MAIL, "example.org:443");
  world.grantNetwork(MAIL, "everything");
}

void NetworkTest::offCutsEverythingAndStays() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(MAIL);
  world.grantNetwork(MAIL, "example.org");
  auto waiting = world.connect(app, "example.com:443/tcp");
  QCOMPARE(world.me.up(), 1u);
  off(world, true).wait(world.ws);
  QVERIFY(world.network.wire(app.id).offs == std::vector<bool>{true});
  QVERIFY(waiting.poll(world.ws));
  QVERIFY(waiting.wait(world.ws) == Outcome::DECLINED);
  QCOMPARE(world.me.up(), 0u);
  // Refused this once, granted or not, and nobody is asked.
  for (auto wanted : {"example.org:443/tcp", "example.net:443/tcp"}) {
    auto asked = world.connect(app, wanted);
    QVERIFY(asked.poll(world.ws));
    QVERIFY(asked.wait(world.ws) == Outcome::DECLINED);
  }
  QCOMPARE(world.me.up(), 0u);
  // Files are another matter.
  auto touch = world.touch(app, world.makeFile("notes"));
  QCOMPARE(world.me.up(), 1u);
  off(world, false).wait(world.ws);
  QVERIFY((world.network.wire(app.id).offs == std::vector<bool>{true, false}));
  QVERIFY(world.connect(app, "example.org:443/tcp").wait(world.ws) == Outcome::GRANTED);
}

void NetworkTest::offHoldsForWhatStartsLater() {
  BrokerWorld world;
  world.grantNetwork(MAIL, "example.org");
  off(world, true).wait(world.ws);
  auto app = world.start(MAIL);
  QVERIFY(world.network.wire(app.id).wasOffFirst);
  QVERIFY(world.network.wire(app.id).offs.back());
  portalDies(world);
  world.advance(2s);
  QVERIFY(world.network.wire(app.id).wasOffFirst);
}

void NetworkTest::offOutlivesTheBroker() {
  BrokerWorld world;
  off(world, true).wait(world.ws);
  world.restartBroker();
  auto app = world.start(MAIL);
  QVERIFY(world.network.wire(app.id).wasOffFirst);
  QVERIFY(world.person().statusRequest().send().wait(world.ws).getStatus().getNetworkOff());
}

void NetworkTest::fullDiskKeepsNothingFromBeingCut() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto disk = std::make_unique<FullDisk>();
  auto failure = why([&] { off(world, true).wait(world.ws); });
  QVERIFY2(failure.find("the network is off") != std::string::npos, failure.c_str());
  QVERIFY(world.network.wire(app.id).offs == std::vector<bool>{true});
  QVERIFY(world.connect(app, "example.org:443/tcp").wait(world.ws) == Outcome::DECLINED);
  // What gives has to be written down first.
  QVERIFY(!why([&] { off(world, false).wait(world.ws); }).empty());
  QVERIFY(world.network.wire(app.id).offs == std::vector<bool>{true});
}

void NetworkTest::stuckPortalIsKilledByThePanicButton() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  world.network.neverCuts = true;
  auto done = off(world, true);
  world.advance(1s);
  QVERIFY(!done.poll(world.ws));
  world.advance(2s);
  QVERIFY(done.poll(world.ws));
  done.wait(world.ws);
  QCOMPARE(world.programs.networkPortals.size(), 2u);  // The first one is not ours any more.
  QVERIFY(world.network.wire(app.id).wasOffFirst);
}

void NetworkTest::connectionsAreListedAndEnded() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto other = world.start(OTHER);
  world.network.wire(app.id).connections = {{.id = 4, .destination = "a.example.org:443/tcp", .used = 10},
                                            {.id = 7, .destination = "evil\x1b[2J\xe2\x80\xae", .program = "x\ny"}};
  world.network.wire(other.id).connections = {{.id = 4, .destination = "b.example.org:443/tcp", .used = 20}};
  auto list = [&](const std::string& instance) {
    auto call = world.person().connectionsRequest();
    call.setInstance(instance.c_str());
    return call.send().wait(world.ws);
  };
  auto all = list("");
  QCOMPARE(all.getList().size(), 3u);
  QCOMPARE(text(all.getList()[0].getDestination()), std::string("b.example.org:443/tcp"));
  QCOMPARE(text(all.getList()[0].getInstance()), other.id);
  QVERIFY(text(all.getList()[2].getDestination()).find('\x1b') == std::string::npos);
  QVERIFY(text(all.getList()[2].getProgram()).find('\n') == std::string::npos);
  QCOMPARE(list(other.id).getList().size(), 1u);
  QCOMPARE(list("nothing").getList().size(), 0u);

  auto end = world.person().endConnectionRequest();
  end.setInstance(app.id.c_str());
  end.setId(4);
  end.send().wait(world.ws);
  QVERIFY(world.network.wire(app.id).connections[0].ended);
  QVERIFY(!world.network.wire(app.id).connections[1].ended);
  QVERIFY(!world.network.wire(other.id).connections[0].ended);
  auto nobody = world.person().endConnectionRequest();
  nobody.setInstance("nothing");
  QVERIFY(!why([&] { nobody.send().wait(world.ws); }).empty());

  for (uint64_t i = 0; i < 600; ++i) world.network.wire(app.id).connections.push_back({.id = 100 + i});
  auto many = list(app.id);
  QCOMPARE(many.getList().size(), 500u);
  QCOMPARE(many.getMore(), 102u);
}

void NetworkTest::stuckPortalHoldsUpNobodyWhoLooks() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  world.network.neverTells = world.network.neverCuts = true;
  auto looking = world.person().connectionsRequest().send();
  world.advance(500ms);
  QVERIFY(!looking.poll(world.ws));
  world.advance(1s);
  QVERIFY(looking.poll(world.ws));
  QVERIFY(looking.wait(world.ws).getUnanswered());
  auto end = world.person().endConnectionRequest();
  end.setInstance(app.id.c_str());
  auto ending = end.send().ignoreResult();
  world.advance(3s);
  QVERIFY(ending.poll(world.ws));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, ending.wait(world.ws));
}

void NetworkTest::listenersAreListed() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  world.network.wire(app.id).listeners = {8080, 3000};
  auto answer = world.person().listenersRequest().send().wait(world.ws);
  QCOMPARE(answer.getList().size(), 2u);
  QCOMPARE(answer.getList()[1].getListener().getPort(), 3000);
  QCOMPARE(text(answer.getList()[0].getInstance()), app.id);
}

void NetworkTest::listenersAreToldWhenTheyChange() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  std::vector<std::string> heard;
  auto watch = world.person().watchRequest();
  watch.setObserver(kj::heap<Ears>(heard));
  auto handle = watch.send().wait(world.ws).getHandle();
  auto say = [&](std::initializer_list<uint16_t> ports) {
    auto call = world.network.wire(app.id).asker.listeningRequest();
    auto list = call.initListeners(static_cast<unsigned>(ports.size()));
    unsigned i = 0;
    for (auto port : ports) {
      list[i].setPort(port);
      list[i++].setProgram("py\x1b[31m");
    }
    call.send().wait(world.ws);
    world.advance(1s);
  };
  say({8080});
  say({8080, 3000});
  say({});
  QCOMPARE(heard.size(), 3u);
  QVERIFY2(heard[0].starts_with(app.id + " 8080 py") && !heard[0].contains('\x1b'), heard[0].c_str());
  QCOMPARE(heard[2], app.id);
}

void NetworkTest::whatListensByNowIsNotWhatWasShown() {
  BrokerWorld world;
  auto app = world.start(MAIL), other = world.start(OTHER);
  auto& wire = world.network.wire(app.id);
  wire.listeners = {8080};
  wire.firstListener = 7;
  auto offer = [&](const std::string& instance, const char* target, uint64_t listener) {
    auto call = world.person().grantRequest();
    call.setHolder(MAIL);
    call.setKind(schema::Kind::LISTEN);
    call.initObject().setTarget(target);
    call.getObject().setScope(schema::Scope::PORT);
    call.initLifetime().setRun();
    call.setInstance(instance.c_str());
    call.setListener(listener);
    return why([&] { call.send().wait(world.ws); });
  };
  auto shown = world.person().listenersRequest().send().wait(world.ws).getList()[0].getListener().getId();
  QCOMPARE(shown, 7u);
  wire.firstListener = 8;  // The port was freed, and taken by something else.
  QVERIFY(!offer(app.id, "8080/tcp@localhost", shown).empty());
  QVERIFY(!offer(app.id, "3000/tcp@localhost", 8).empty());
  QVERIFY(!offer(other.id, "8080/tcp@localhost", 8).empty());
  QVERIFY(world.living().empty());
  QVERIFY(!wire.listens("8080/tcp@localhost"));
  QCOMPARE(offer(app.id, "8080/tcp@localhost", 8), std::string());
  QVERIFY(wire.listens("8080/tcp@localhost"));
}

void NetworkTest::anAppsLimitsAreItsWires() {
  BrokerWorld world;
  auto app = world.start(MAIL), other = world.start(OTHER);
  auto set = [&](uint64_t rate, uint64_t daily) {
    auto call = world.person().setSettingsRequest();
    call.initSettings().setApp(MAIL);
    call.getSettings().setNetworkRate(rate);
    call.getSettings().setNetworkPerDay(daily);
    call.send().wait(world.ws);
  };
  set(5000, 100'000);
  QCOMPARE(world.network.wire(app.id).rate, 5000u);
  QCOMPARE(world.network.wire(app.id).dayLimit, 100'000u);
  QCOMPARE(world.network.wire(other.id).rate, 0u);
  auto second = world.start(MAIL);
  QCOMPARE(world.network.wire(second.id).rate, 5000u);
  portalDies(world);
  world.advance(2s);
  QCOMPARE(world.network.wire(app.id).dayLimit, 100'000u);
  set(0, 0);
  QCOMPARE(world.network.wire(app.id).dayLimit, 0u);
  set(5000, 100'000);
  world.restartBroker();
  auto call = world.person().settingsRequest();
  call.setApp(MAIL);
  auto kept = call.send().wait(world.ws);
  QCOMPARE(kept.getSettings().getNetworkRate(), 5000u);
  QCOMPARE(kept.getSettings().getNetworkPerDay(), 100'000u);
}

void NetworkTest::aStuckPortalKeepsNothingElseFromBeingSet() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  world.network.neverCuts = true;
  auto call = world.person().setSettingsRequest();
  call.initSettings().setApp(MAIL);
  call.getSettings().setNetworkPerDay(1000);
  call.getSettings().setGpu(true);
  auto setting = call.send().ignoreResult();
  world.advance(1s);
  QVERIFY(!setting.poll(world.ws));
  world.advance(3s);
  QVERIFY(setting.poll(world.ws));
  setting.wait(world.ws);
  QCOMPARE(world.network.wire(app.id).dayLimit, 1000u);
  QCOMPARE(world.living().size(), 1u);
}

void NetworkTest::whatAnAppMovedTodayIsCounted() {
  BrokerWorld world;
  auto one = world.grantNetwork(MAIL, "example.org"), other = world.grantNetwork(MAIL, "example.net");
  world.grantNetwork(OTHER, "example.org");
  auto app = world.start(MAIL);
  use(world.network.wire(app.id), one, 300, world.ws);
  use(world.network.wire(app.id), other, 40, world.ws);
  revoke(world, other).wait(world.ws);
  auto today = [&](const char* holder) {
    auto call = world.person().settingsRequest();
    call.setApp(holder);
    return call.send().wait(world.ws).getSettings().getNetworkToday();
  };
  QCOMPARE(today(MAIL), 340u);  // Also by what ended.
  QCOMPARE(today(OTHER), 0u);
  auto late = world.start(MAIL);
  QCOMPARE(world.network.wire(late.id).today, 340u);
  world.clock.advance(24h);
  QCOMPARE(today(MAIL), 0u);
  use(world.network.wire(app.id), one, 310, world.ws);
  QCOMPARE(today(MAIL), 10u);
}

void NetworkTest::anEditSaysItsLimitsOrKeepsThem() {
  BrokerWorld world;
  auto call = world.person().grantRequest();
  call.setHolder(MAIL);
  call.setKind(schema::Kind::NETWORK);
  call.initObject().setTarget("example.org");
  call.getObject().setScope(schema::Scope::HOST);
  call.initLifetime().setAlways();
  call.initLimits().setBytes(1000);
  auto id = text(call.send().wait(world.ws).getId());
  auto edit = [&](kj::Maybe<uint64_t> rate) {
    auto change = world.person().editRequest();
    change.setGrant(id.c_str());
    auto rule = change.initRule();
    rule.setHolder(MAIL);
    rule.setKind(schema::Kind::NETWORK);
    rule.initObject().setTarget("example.org");
    rule.getObject().setScope(schema::Scope::HOST);
    rule.initLifetime().setAlways();
    KJ_IF_MAYBE (most, rate) rule.initLimits().setBytesPerSecond(*most);
    id = text(change.send().wait(world.ws).getId());
    return world.living().at(0).limits;
  };
  QVERIFY(edit(nullptr) == Limits{.bytes = 1000});
  QVERIFY(edit(uint64_t{50}) == Limits{.bytesPerSecond = 50});
  QVERIFY(edit(uint64_t{0}) == Limits{});
}

void NetworkTest::decisionsOutliveTheBroker() {
  BrokerWorld world;
  world.grantNetwork(MAIL, "*.example.org:443/tcp");
  world.grantNetwork(MAIL, "8080@network", schema::Kind::LISTEN);
  auto never = world.person().refuseRequest();
  auto rule = never.initRule();
  rule.setHolder(MAIL);
  rule.setKind(schema::Kind::NETWORK);
  rule.initObject().setTarget("internet");
  rule.setNever(true);
  never.send().wait(world.ws);
  auto before = world.living();
  world.restartBroker();
  QVERIFY(world.broker->ledger().notices().empty());
  QVERIFY(world.living() == before);
  auto app = world.start(MAIL);
  auto& wire = world.network.wire(app.id);
  QVERIFY(wire.reaches("*.example.org:443/tcp"));
  QVERIFY(wire.listens("8080/tcp@network"));
  QVERIFY(wire.denies("internet"));
}

void NetworkTest::portalComesHome() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto kept = world.grantNetwork(MAIL, "example.org");
  auto ended = world.grantNetwork(MAIL, "example.com");
  auto cookie = world.network.cookie;
  QVERIFY(!cookie.empty());
  world.restartBroker();
  auto pidfd = ownPidfd();
  // Revoked while the portal was away: told when it is back.
  world.broker->ledger().revoke({GrantId(ended)});
  auto fresh = world.grantNetwork(MAIL, "fresh.example.org");
  auto home = world.comeHome(app, app.cookie, pidfd.get(), getpid());
  auto network = world.networkComesHome(cookie, pidfd.get(), getpid(), {app.id});
  world.poll();
  QVERIFY(network.poll(world.ws));
  network.wait(world.ws);
  home.wait(world.ws);
  world.poll();
  auto& wire = world.network.wire(app.id);
  QCOMPARE(world.network.reconnections, 1);
  QVERIFY(wire.grants[ended].revoked);
  QVERIFY(!wire.grants[kept].revoked);
  QVERIFY(wire.reaches("fresh.example.org"));
  QVERIFY(!wire.offs.back());
  // No other was started, and what it was used for before is not counted twice.
  QCOMPARE(world.programs.networkPortals.size(), 1u);
  QCOMPARE(KJ_ASSERT_NONNULL(world.broker->ledger().find(GrantId(kept))).uses, 0u);
  QVERIFY(world.connect(app, "example.org:443/tcp").wait(world.ws) == Outcome::GRANTED);
}

void NetworkTest::portalThatComesHomeIsNotBelieved() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto file = world.grantOf(MAIL, world.makeFile("notes"));
  auto others = world.grantNetwork(OTHER, "example.org");
  auto cookie = world.network.cookie;
  world.restartBroker();
  auto pidfd = ownPidfd();
  world.network.claimsToHold = {file, others, "nothing", "ceiling:everything"};
  world.network.wires()["stranger"].instance = "stranger";
  auto home = world.comeHome(app, app.cookie, pidfd.get(), getpid());
  auto network = world.networkComesHome(cookie, pidfd.get(), getpid(), {app.id, "stranger"});
  world.poll();
  QVERIFY(network.poll(world.ws));
  home.wait(world.ws);
  world.poll();
  auto& wire = world.network.wire(app.id);
  for (auto& id : world.network.claimsToHold) QVERIFY2(wire.grants[id].revoked, id.c_str());
  QVERIFY(world.network.wire("stranger").detached);
  QCOMPARE(world.living().size(), 2u);
  for (auto& grant : world.living()) QVERIFY(grant.uses == 0 && grant.live == 0);
}

void NetworkTest::wrongCookieIsRefused() {
  BrokerWorld world;
  auto app = world.start(MAIL);
  auto filesCookie = world.portal.cookie;
  auto cookie = world.network.cookie;
  QVERIFY(filesCookie != cookie);
  world.restartBroker();
  auto pidfd = ownPidfd();
  for (auto& wrong : {std::string(), std::string(32, 'x'), filesCookie, app.cookie}) {
    auto home = world.networkComesHome(wrong, pidfd.get(), getpid(), {app.id});
    world.advance(1s);
    QVERIFY(home.poll(world.ws));
    QVERIFY_THROWS_EXCEPTION(kj::Exception, home.wait(world.ws));
  }
  // The right one of somebody else.
  auto home = world.networkComesHome(cookie, pidfd.get(), getppid(), {app.id});
  world.advance(1s);
  QVERIFY(home.poll(world.ws));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, home.wait(world.ws));
  QCOMPARE(world.network.reconnections, 0);
}

QTEST_GUILESS_MAIN(NetworkTest)
#include "network-test.moc"
