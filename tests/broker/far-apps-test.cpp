// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What another machine may do with an app of this one, and what not. The other machine is the test; launchers are
// fakes.

#include <QtTest>

#include "broker/far-apps.h"
#include "broker/grants/grant-schema.h"
#include "broker/machines/invitation-link.h"
#include "broker/machines/proof.h"
#include "broker/machines/wire.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const std::string WEB = machineIdOf('b');
const std::string BRIDGE = "org.example.Bridge";

std::string lastLine(const kj::Exception& exception) {
  auto text = std::string(exception.getDescription().cStr());
  auto at = text.rfind("exception: ");
  return at == text.npos ? text : text.substr(at + 11);
}

class Door final : public schema::LiveDoor::Server {
public:
  explicit Door(std::vector<std::string>& shut) : m_shut(shut) {}
  kj::Promise<void> revoke(RevokeContext) override { return note("revoked"); }
  kj::Promise<void> suspend(SuspendContext) override { return note("suspended"); }
  kj::Promise<void> resume(ResumeContext) override { return note("resumed"); }

private:
  kj::Promise<void> note(const char* what) {
    m_shut.emplace_back(what);
    return kj::READY_NOW;
  }
  std::vector<std::string>& m_shut;
};

class World : public BrokerWorld {
public:
  template <typename Promise>
  auto settled(Promise&& promise) {
    for (int i = 0; i < 100 && !promise.poll(ws); ++i) advance(500ms);
    KJ_REQUIRE(promise.poll(ws), "it hangs");
    return promise.wait(ws);
  }
  explicit World(std::string ceilings = {}) : BrokerWorld(kj::mv(ceilings)) {
    auto machines = person().machinesRequest().send().wait(ws).getMachines();
    auto invited = settled(machines.inviteRequest().send());
    advance(1s);
    auto link = KJ_REQUIRE_NONNULL(invitationLinkFrom(invited.getInvitation().getLink().cStr()));
    settled(ways.redeems(WEB, link.id, proofOf(link.secret, JOINS, "transcript"), "transcript"));
    settled(ways.pairedWith(WEB, "laptop"));
    meet();
  }
  void meet() {
    settled(ways.sessionBegins(WEB, "10.0.0.9"));
    poll();
  }
  Ledger& ledger() { return broker->ledger(); }
  Grant grant(const GrantId& id) { return KJ_REQUIRE_NONNULL(ledger().find(id)); }

  // Why not; or nothing, and the id is in `shared`.
  std::string share(const std::string& target = BRIDGE, Limits limits = {}, const std::string& name = {}) {
    auto sharing = person().sharingRequest().send().getSharing();
    auto call = sharing.shareRequest();
    call.setMachine(WEB.c_str());
    call.setKind(schema::Kind::APP);
    call.setTarget(target.c_str());
    call.setName(name.c_str());
    call.initLifetime().setAlways();
    toSchema(limits, call.initLimits());
    try {
      shared = GrantId(textOf(settled(call.send()).getGrant()));
    } catch (const kj::Exception& exception) {
      return lastLine(exception);
    }
    poll();
    return {};
  }
  // What the other machine has of it.
  schema::NearApp::Client taken(const GrantId& id) {
    auto take = ways.desk(WEB).takenRequest();
    take.setOffer(id.text().c_str());
    token = textOf(settled(take.send()).getToken());
    return restored();
  }
  schema::NearApp::Client restored() {
    auto call = ways.desk(WEB).restoredRequest();
    call.setToken(dataOf(token));
    call.setDoor(kj::heap<Door>(shut));
    return settled(call.send()).getApp();
  }
  std::string outcome(kj::Promise<void> promise) {
    try {
      settled(kj::mv(promise));
    } catch (const kj::Exception& exception) {
      return lastLine(exception);
    }
    poll();
    return {};
  }
  std::string started(schema::NearApp::Client& app) { return outcome(app.startRequest().send().ignoreResult()); }
  std::vector<JournalEntry> lines(const std::string& event) {
    auto all = ledger().journal(JournalFilter{});
    std::erase_if(all, [&](auto& entry) { return entry.event != event; });
    return all;
  }
  void revoke(const GrantId& id) {
    auto call = person().revokeRequest();
    call.initGrants(1).set(0, id.text().c_str());
    revoked = call.send().ignoreResult().eagerlyEvaluate(nullptr);
    poll();
  }

  GrantId shared;
  std::string token;
  std::vector<std::string> shut;
  kj::Promise<void> revoked = nullptr;
};

}  // namespace

class FarAppsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void itStartsAsItsOwnerWouldAndWithNothingFromAfar() {
    World world;
    QCOMPARE(world.share(BRIDGE + "@work", {}, "printer-bridge"), std::string());
    auto app = world.taken(world.shared);
    QVERIFY(world.programs.launchers.empty());
    QCOMPARE(world.started(app), std::string());
    QVERIFY(!world.programs.heard);
    auto running = world.takeUp(BRIDGE);
    auto spec = running.order->getRoot<schema::LaunchOrder>().asReader().getSpec();
    QVERIFY(spec.isApp() && spec.getApp() == BRIDGE.c_str());
    QVERIFY(spec.getProfile() == "work");
    QVERIFY(spec.getAsk() == schema::AskMode::NO);
    QCOMPARE(spec.getArguments().size(), 0u);
    QCOMPARE(spec.getDesignations().size(), 0u);
    QCOMPARE(spec.getWorkingDirectory().size(), size_t(0));
    // Who it was is seen.
    auto list = world.person().instancesRequest().send().wait(world.ws);
    QCOMPARE(list.getList().size(), 1u);
    QVERIFY(list.getList()[0].getStartedBy() == ("machine:" + WEB).c_str());
    QVERIFY(list.getList()[0].getStartedByName() == "laptop");
    auto start = world.lines("start");
    QCOMPARE(start.size(), size_t(1));
    QCOMPARE(start[0].outcome, std::string("by laptop"));
    QCOMPARE(start[0].grant, world.shared);
    QCOMPARE(world.grant(world.shared).live, 1u);
  }

  void itAsksNobody() {
    World world;
    world.showQuestions();
    world.share();
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE);
    auto path = world.makeFile("secret.txt");
    auto asked = world.touch(running, path);
    QVERIFY(asked.poll(world.ws));
    QVERIFY(asked.wait(world.ws) != schema::FileAsker::Outcome::GRANTED);
    QVERIFY(world.me.shown.empty());
  }

  void onlyWhatItStartedIsStopped() {
    World world;
    world.share();
    auto mine = world.start(BRIDGE);
    auto app = world.taken(world.shared);
    QCOMPARE(world.outcome(app.stopRequest().send().ignoreResult()), std::string());
    QVERIFY(mine.stops->empty());
    world.started(app);
    auto theirs = world.takeUp(BRIDGE);
    auto stopping = app.stopRequest().send().ignoreResult().eagerlyEvaluate(nullptr);
    world.poll();
    QCOMPARE(*theirs.stops, std::vector<uint32_t>{5000});
    QVERIFY(mine.stops->empty());
    world.end(theirs);
    QVERIFY(stopping.poll(world.ws));
    QCOMPARE(world.grant(world.shared).uses, 1u);
    QCOMPARE(world.grant(world.shared).live, 0u);
  }

  void oneGrantDoesNotStopWhatAnotherStarted() {
    World world;
    world.share();
    auto first = world.taken(world.shared);
    world.share();
    auto second = world.taken(world.shared);
    world.started(first);
    auto running = world.takeUp(BRIDGE);
    QCOMPARE(world.outcome(second.stopRequest().send().ignoreResult()), std::string());
    QVERIFY(running.stops->empty());
  }

  void takenBackItIsOverWithinASecond() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE);
    world.revoke(world.shared);
    QCOMPARE(world.shut, std::vector<std::string>{"revoked"});
    QCOMPARE(*running.stops, std::vector<uint32_t>{500});
    // Who takes it back hears that it is done when it is.
    QVERIFY(!world.revoked.poll(world.ws));
    world.end(running);
    QVERIFY(world.revoked.poll(world.ws));
    QCOMPARE(world.started(app), std::string("ended"));
    QCOMPARE(world.programs.launchers.size(), size_t(1));
  }

  void takenBackBeforeItHasBegunItIsOver() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    auto starting = app.startRequest().send().ignoreResult().eagerlyEvaluate(nullptr);
    world.revoke(world.shared);
    world.poll();
    for (auto& instance : world.broker->instances().living()) QCOMPARE(instance->state, InstanceState::Stopping);
    auto why = world.outcome(kj::mv(starting));
    QVERIFY2(why.empty() || why == "ended", why.c_str());
    world.settled(kj::mv(world.revoked));
  }

  void aForgottenMachineHasNothingRunning() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE);
    auto forget = world.person().machinesRequest().send().wait(world.ws).getMachines().forgetRequest();
    forget.setMachine(WEB.c_str());
    auto forgetting = forget.send().ignoreResult().eagerlyEvaluate(nullptr);
    world.poll();
    QCOMPARE(*running.stops, std::vector<uint32_t>{500});
    world.end(running);
    world.settled(kj::mv(forgetting));
  }

  void itGoesOnWhenTheBrokerDies() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE);
    world.restartBroker();
    auto pidfd = ownPidfd();
    running.session = world.comeHome(running, running.cookie, pidfd.get(), getpid()).wait(world.ws);
    QCOMPARE(world.grant(world.shared).live, 1u);
    world.meet();
    auto again = world.restored();
    auto stopping = again.stopRequest().send().ignoreResult().eagerlyEvaluate(nullptr);
    world.poll();
    QCOMPARE(*running.stops, std::vector<uint32_t>{5000});
    world.end(running, 3);
    QVERIFY(stopping.poll(world.ws));
    QCOMPARE(world.grant(world.shared).uses, 1u);
  }

  // Committed, and nobody was left to carry it out.
  void whatEndedWhileNoBrokerRanIsStopped() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE);
    world.ledger().revoke({world.shared});
    world.restartBroker();
    for (auto& instance : world.broker->instances().all()) QCOMPARE(instance->state, InstanceState::Stopping);
    auto pidfd = ownPidfd();
    running.session = world.comeHome(running, running.cookie, pidfd.get(), getpid()).wait(world.ws);
    world.poll();
    QCOMPARE(*running.stops, std::vector<uint32_t>{500});
    world.end(running);
    for (auto& instance : world.broker->instances().all()) QVERIFY(instance->ended());
  }

  // Taken back before its launcher has found the next broker.
  void takenBackBetweenTwoBrokersItIsStopped() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE);
    world.restartBroker();
    world.revoke(world.shared);
    QVERIFY(!world.revoked.poll(world.ws));
    auto pidfd = ownPidfd();
    running.session = world.comeHome(running, running.cookie, pidfd.get(), getpid()).wait(world.ws);
    world.poll();
    QCOMPARE(*running.stops, std::vector<uint32_t>{500});
    world.end(running);
    QVERIFY(world.revoked.poll(world.ws));
  }

  void whatEndedWithoutABrokerIsCounted() {
    World world;
    world.share(BRIDGE, {.uses = 1});
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE);
    world.restartBroker();
    QVERIFY(!world.grant(world.shared).hasEnded());
    world.advance(6s);  // Its launcher does not come home.
    world.poll();
    QVERIFY(world.grant(world.shared).hasEnded());
    QCOMPARE(world.grant(world.shared).uses, 1u);
  }

  void startingInALoopIsBounded() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    size_t begun = 0;
    for (int i = 0; i < 30; ++i) {
      auto why = world.started(app);
      if (!why.empty()) {
        QCOMPARE(why, std::string("tooMany"));
        continue;
      }
      ++begun;
      auto running = world.takeUp(BRIDGE);
      world.end(running);
    }
    QCOMPARE(begun, FarApps::MOST_A_MINUTE);
    QCOMPARE(world.programs.launchers.size(), begun);
    // Another one of the same machine is no way around it.
    world.share("org.example.Other");
    auto other = world.taken(world.shared);
    QCOMPARE(world.started(other), std::string("tooMany"));
    world.advance(61s);
    QCOMPARE(world.started(other), std::string());
  }

  void startedWhileItRunsItIsOne() {
    World world;
    world.share();
    auto app = world.taken(world.shared);
    for (int i = 0; i < 30; ++i) QCOMPARE(world.started(app), std::string());
    QCOMPARE(world.programs.launchers.size(), size_t(1));
  }

  void whatDoesNotStartIsNoUse() {
    World world;
    world.share(BRIDGE, {.uses = 1});
    auto app = world.taken(world.shared);
    world.started(app);
    auto running = world.takeUp(BRIDGE, {.running = false});
    auto ended = running.session.endedRequest();
    ended.initStatus().setNotFound("/home/anna/bin/bridge is not there");
    ended.send().wait(world.ws);
    world.poll();
    QCOMPARE(world.grant(world.shared).uses, 0u);
    QVERIFY(!world.grant(world.shared).hasEnded());
  }

  void aCeilingIsAboveIt() {
    World world("[[never]]\napp = \"org.example.Bridge\"\nkind = \"start\"\n");
    auto why = world.share();
    QVERIFY2(!why.empty(), "shared");
    QVERIFY(world.ledger().ofHolder(holderOfMachine(WEB), Ledger::Which::All).empty());
  }

  void onlyInstalledAppsAreShared_data() {
    QTest::addColumn<QString>("target");
    for (auto target : {"/usr/bin/id", "../bridge", "-rf", "", "machine:x", "a b"}) QTest::newRow(target) << target;
  }
  void onlyInstalledAppsAreShared() {
    QFETCH(QString, target);
    World world;
    QVERIFY(!world.share(target.toStdString()).empty());
    QVERIFY(world.ledger().ofHolder(holderOfMachine(WEB), Ledger::Which::All).empty());
  }

  void bytesOfAnAppAreNotCounted() {
    World world;
    QVERIFY(world.share(BRIDGE, {.bytes = 100}).contains("no bytes of an app are counted"));
  }
};

QTEST_GUILESS_MAIN(FarAppsTest)
#include "far-apps-test.moc"
