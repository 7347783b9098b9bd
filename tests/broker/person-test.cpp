// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <QtTest>

#include "broker/grants/grant-schema.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const char* const EDITOR = "org.example.Editor";

// What a window is told. `deaf`: never answers.
class Ears final : public schema::Observer::Server {
public:
  std::map<std::string, schema::State> grantStates;
  std::map<std::string, schema::Request::State> requestStates;
  std::map<std::string, schema::InstanceInfo::State> instanceStates;
  std::vector<std::string> events;
  std::string store;
  int calls = 0;
  bool deaf = false;

  kj::Promise<void> grants(GrantsContext context) override {
    for (auto grant : context.getParams().getChanged()) grantStates[grant.getId().cStr()] = grant.getState();
    return heard();
  }
  kj::Promise<void> requests(RequestsContext context) override {
    for (auto request : context.getParams().getChanged()) requestStates[request.getId().cStr()] = request.getState();
    return heard();
  }
  kj::Promise<void> instances(InstancesContext context) override {
    for (auto info : context.getParams().getChanged()) instanceStates[info.getId().cStr()] = info.getState();
    return heard();
  }
  kj::Promise<void> journal(JournalContext context) override {
    for (auto entry : context.getParams().getAdded()) events.push_back(entry.getEvent().cStr());
    return heard();
  }
  kj::Promise<void> status(StatusContext context) override {
    store = context.getParams().getStatus().getStore().cStr();
    return heard();
  }

private:
  kj::Promise<void> heard() {
    ++calls;
    if (deaf) return kj::NEVER_DONE;
    return kj::READY_NOW;
  }
};

struct Watching {
  Ears* ears;
  schema::Handle::Client handle = nullptr;

  explicit Watching(BrokerWorld& world, bool deaf = false) {
    auto made = kj::heap<Ears>();
    ears = made.get();
    ears->deaf = deaf;
    auto call = world.person().watchRequest();
    call.setObserver(kj::mv(made));
    handle = call.send().wait(world.ws).getHandle();
  }
};

}  // namespace

class PersonTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void watchersHearOfEverything();
  void droppedWatcherHearsNothing();
  void deafWatcherHoldsNobodyUp();
  void burstsAreGathered();
  void consequencesChangeNothing();
  void revokedIsCutBeforeItReturns();
  void stuckPortalHoldsNobodyUp();
  void restoredIsEnforced();
  void restoredStaysBelowCeilings();
  void grantByHandIsBoundToARunningInstance();
  void grantedFolderMeansAllBelow();
  void holdersOfGrantsAreChecked();
  void brokenCeilingsShowInTheStatus();
  void usesAreCountedOnce();
  void usedUpIsCut();
  void endedByThePortalIsEndedInTheLedger();
  void networkOffIsKept();
  void askedToStopStops();
};

void PersonTest::watchersHearOfEverything() {
  BrokerWorld world;
  Watching watching(world);
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto asked = world.touch(app, world.makeFile("a"));
  world.advance(1s);
  auto request = world.me.last().id;
  QVERIFY(watching.ears->requestStates.at(request) == schema::Request::State::WAITING);
  QVERIFY(watching.ears->instanceStates.at(app.id) == schema::InstanceInfo::State::RUNNING);
  world.me.allow(world.me.last());
  world.poll();
  world.advance(1s);
  auto grant = world.living()[0].id.text();
  QVERIFY(watching.ears->requestStates.at(request) == schema::Request::State::ALLOWED);
  QVERIFY(watching.ears->grantStates.at(grant) == schema::State::ACTIVE);
  world.end(app);
  world.advance(1s);
  QVERIFY(watching.ears->grantStates.at(grant) != schema::State::ACTIVE);
  QVERIFY(watching.ears->instanceStates.at(app.id) == schema::InstanceInfo::State::ENDED);
  for (auto event : {"request", "answer", "grant", "start", "end"}) {
    QVERIFY2(std::ranges::count(watching.ears->events, event) >= 1, event);
  }
}

void PersonTest::droppedWatcherHearsNothing() {
  BrokerWorld world;
  Watching watching(world);
  world.advance(1s);
  watching.handle = nullptr;
  world.poll();
  auto app = world.start(EDITOR);  // The ears have gone with the broker's last reference to them: nothing crashes.
  world.advance(1s);
}

void PersonTest::deafWatcherHoldsNobodyUp() {
  BrokerWorld world;
  Watching deaf(world, true);
  Watching good(world);
  for (int i = 0; i < 100; ++i) {
    world.grantOf(EDITOR, world.makeFile("f" + std::to_string(i)));
    world.advance(100ms);
  }
  QVERIFY(deaf.ears->calls <= 64);
  QCOMPARE(good.ears->grantStates.size(), size_t(100));
}

void PersonTest::burstsAreGathered() {
  BrokerWorld world;
  Watching watching(world);
  world.advance(1s);
  auto before = watching.ears->calls;
  for (int i = 0; i < 50; ++i) world.grantOf(EDITOR, world.makeFile("f" + std::to_string(i)));
  world.advance(1s);
  QCOMPARE(watching.ears->grantStates.size(), size_t(50));
  QVERIFY(watching.ears->calls - before <= 4);
}

void PersonTest::consequencesChangeNothing() {
  BrokerWorld world;
  auto grant = world.grantOf(EDITOR, world.makeFile("a"));
  auto app = world.start(EDITOR);
  auto call = world.person().consequencesRequest();
  call.initGrants(1).set(0, grant.c_str());
  QCOMPARE(call.send().wait(world.ws).getEnds().size(), 1u);
  QCOMPARE(world.living().size(), size_t(1));
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
}

void PersonTest::revokedIsCutBeforeItReturns() {
  BrokerWorld world;
  auto grant = world.grantOf(EDITOR, world.makeFile("a"));
  auto one = world.start(EDITOR);
  auto two = world.start(EDITOR);
  auto call = world.person().revokeRequest();
  auto ids = call.initGrants(2);
  ids.set(0, grant.c_str());
  ids.set(1, "unknown");
  QCOMPARE(call.send().wait(world.ws).getEnded().size(), 1u);
  QCOMPARE(world.portal.sandbox(one.id).holding(), 0);
  QCOMPARE(world.portal.sandbox(two.id).holding(), 0);
}

void PersonTest::stuckPortalHoldsNobodyUp() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto revoke = [&](const std::string& grant) {
    auto call = world.person().revokeRequest();
    call.initGrants(1).set(0, grant.c_str());
    auto answer = call.send().then([](auto&& answer) { return answer.getUnanswered(); }).eagerlyEvaluate(nullptr);
    world.poll();
    return answer;
  };
  QVERIFY(!revoke(world.grantOf(EDITOR, world.makeFile("a"))).wait(world.ws));
  auto grant = world.grantOf(EDITOR, world.makeFile("b"));
  world.portal.neverCuts = true;
  auto answer = revoke(grant);
  QVERIFY(!world.broker->ledger().isLive(GrantId(grant)));  // Committed before anybody waits.
  world.advance(1s);
  QVERIFY(!answer.poll(world.ws));
  world.advance(2s);
  QVERIFY(answer.wait(world.ws));
  world.restartBroker();
  QVERIFY(!world.broker->ledger().isLive(GrantId(grant)));
}

void PersonTest::restoredIsEnforced() {
  BrokerWorld world;
  auto grant = world.grantOf(EDITOR, world.makeFile("a"));
  auto app = world.start(EDITOR);
  world.person().revokeRequest().send().wait(world.ws);
  auto revoke = world.person().revokeRequest();
  revoke.initGrants(1).set(0, grant.c_str());
  revoke.send().wait(world.ws);
  QCOMPARE(world.portal.sandbox(app.id).holding(), 0);
  auto restore = world.person().restoreRequest();
  restore.initGrants(1).set(0, grant.c_str());
  auto made = restore.send().wait(world.ws);
  QCOMPARE(made.getMade().size(), 1u);
  QVERIFY(made.getMade()[0] != grant.c_str());
  QCOMPARE(world.portal.sandbox(app.id).holding(), 1);
}

void PersonTest::restoredStaysBelowCeilings() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto grant = world.grantOf(EDITOR, path);
  auto revoke = world.person().revokeRequest();
  revoke.initGrants(1).set(0, grant.c_str());
  revoke.send().wait(world.ws);
  replaceFile(world.places.config + "/ceilings.toml", "[[never]]\npath = \"" + path + "\"\n");
  auto restore = world.person().restoreRequest();
  restore.initGrants(1).set(0, grant.c_str());
  QVERIFY_THROWS_EXCEPTION(kj::Exception, restore.send().wait(world.ws));
  QVERIFY(world.living().empty());
}

void PersonTest::grantByHandIsBoundToARunningInstance() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto give = [&](const char* holder, const std::string& instance) {
    auto call = world.person().grantRequest();
    call.setHolder(holder);
    call.initObject().setPath(kj::StringPtr(path.c_str(), path.size()).asBytes());
    call.initLifetime().setRun();
    call.setInstance(instance.c_str());
    call.send().wait(world.ws);
  };
  QVERIFY_THROWS_EXCEPTION(kj::Exception, give(EDITOR, ""));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, give(EDITOR, "nobody"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, give("org.example.Viewer", app.id));
  give(EDITOR, app.id);
  QVERIFY(world.portal.sandbox(app.id).holds(path));
  world.end(app);
  QVERIFY(world.living().empty());
}

void PersonTest::grantedFolderMeansAllBelow() {
  BrokerWorld world;
  world.grantOf(EDITOR, world.makeFolder("Documents"));
  auto grant = world.living()[0];
  QVERIFY(grant.kind == Kind::Folder && grant.object.scope == Scope::Tree && grant.object.inode != 0);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.grantOf(EDITOR, world.home("not-there")));
}

void PersonTest::holdersOfGrantsAreChecked() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  for (auto holder : {"", "@x", "a@", "a@..", "a\nb"})
    QVERIFY_THROWS_EXCEPTION(kj::Exception, world.grantOf(holder, path));
}

void PersonTest::brokenCeilingsShowInTheStatus() {
  BrokerWorld world;
  auto store = [&] {
    return std::string(world.person().statusRequest().send().wait(world.ws).getStatus().getStore().cStr());
  };
  QCOMPARE(store(), "");
  replaceFile(world.places.config + "/ceilings.toml", "broken");
  QVERIFY(store().contains("ceilings.toml"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.grantOf(EDITOR, world.makeFile("a")));
}

void PersonTest::usesAreCountedOnce() {
  BrokerWorld world;
  auto grant = world.grantOf(EDITOR, world.makeFile("a"));
  auto app = world.start(EDITOR);
  for (uint64_t uses : {3, 3, 5}) {
    auto call = world.portal.sandbox(app.id).asker.usedRequest();
    call.setGrant(grant.c_str());
    call.setLive(2);
    call.setUses(uses);
    call.setUsed(toNanos(world.clock.wall()));
    call.send().wait(world.ws);
  }
  auto shown = world.living()[0];
  QCOMPARE(shown.uses, uint64_t(5));
  QCOMPARE(shown.live, 2u);
}

void PersonTest::usedUpIsCut() {
  BrokerWorld world;
  Grant grant;
  auto path = world.makeFile("a");
  grant.holder = EDITOR;
  grant.object.path = path;
  grant.lifetime = Lifetime::always();
  grant.limits.uses = 2;
  auto id = world.broker->ledger().add(grant);
  auto app = world.start(EDITOR);
  QVERIFY(world.portal.sandbox(app.id).holds(path));
  auto call = world.portal.sandbox(app.id).asker.usedRequest();
  call.setGrant(id.text().c_str());
  call.setUses(2);
  call.send().wait(world.ws);
  QVERIFY(!world.portal.sandbox(app.id).holds(path));
  QVERIFY(world.living().empty());
}

void PersonTest::endedByThePortalIsEndedInTheLedger() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  Grant grant;
  grant.holder = EDITOR;
  grant.object.path = world.makeFile("a");
  grant.lifetime = Lifetime::once();
  grant.instance = InstanceId(app.id);
  auto id = world.broker->ledger().add(grant);
  auto call = world.portal.sandbox(app.id).asker.endedRequest();
  call.setGrant(id.text().c_str());
  call.send().wait(world.ws);
  QVERIFY(!world.broker->ledger().isLive(id));
  // A portal that says so of what is not over ends nothing.
  auto standing = world.grantOf(EDITOR, world.makeFile("b"));
  auto wrong = world.portal.sandbox(app.id).asker.endedRequest();
  wrong.setGrant(standing.c_str());
  wrong.send().wait(world.ws);
  QVERIFY(world.broker->ledger().isLive(GrantId(standing)));
}

void PersonTest::networkOffIsKept() {
  BrokerWorld world;
  auto off = [&] { return world.person().statusRequest().send().wait(world.ws).getStatus().getNetworkOff(); };
  QVERIFY(!off());
  auto call = world.person().networkOffRequest();
  call.setOff(true);
  call.send().wait(world.ws);
  world.restartBroker();
  QVERIFY(off());
}

void PersonTest::askedToStopStops() {
  BrokerWorld world;
  auto stopped = world.broker->whenAskedToStop();
  QVERIFY(!stopped.poll(world.ws));
  world.person().shutdownRequest().send().wait(world.ws);
  QVERIFY(stopped.poll(world.ws));
}

QTEST_GUILESS_MAIN(PersonTest)
#include "person-test.moc"
