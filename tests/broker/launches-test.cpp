// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <fcntl.h>
#include <sys/stat.h>
#include <QtTest>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/trials.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

class LaunchesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void namedFilesAreGrantedBeforeTheProgramRuns();
  void namedFilesAreHeldFromTheirNaming();
  void namedFilesEndWithTheInstance();
  void namedFilesStayBelowCeilings();
  void ownPlacesAreNeverGranted();
  void ownPlacesAreHiddenBelowAGrantedHome();
  void profilesHaveTheirOwnHomeAndGrants();
  void namesOfProfilesAreChecked_data();
  void namesOfProfilesAreChecked();
  void aTrialHasItsProfilesHomeAndALayerOfItsOwn();
  void whatATrialWasGivenEndsWithIt();
  void appThatMayNotStartDoesNot();
  void nothingIsDescribedTwice();
  void programRunsOnlyAfterThePortalIsAttached();
  void standingGrantsAreThereFromTheStart();
  void suspendedAndResumedReachThePortal();
  void endedInstanceAcceptsNothing();
  void stopAsksTheLauncher();
  void whoDoesNotSayGivesFiveSeconds();
  void deafLauncherIsEnded();
  void workingDirectoryMustBeGiven();
  void petnameWinsOverTheAppsOwn();
  void expiryCutsInThePortal();
  void grantOfAKindNothingProvidesIsRefused();
  void runtimeDirectoriesDoNotStay();
  void whatADiskSaysAtClosingEndsNobody();
};

namespace {

const char* const EDITOR = "org.example.Editor";
const char* const VIEWER = "org.example.Viewer";

}  // namespace

void LaunchesTest::namedFilesAreGrantedBeforeTheProgramRuns() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto app = world.start(EDITOR, {.designations = {path}});
  QCOMPARE(app.argumentPaths, std::vector<std::string>{path});
  auto grants = world.living();
  QCOMPARE(grants.size(), size_t(1));
  QVERIFY(grants[0].origin == Origin::Typed && grants[0].access == Access::Write &&
          grants[0].lifetime == Lifetime::run());
  QVERIFY(world.portal.sandbox(app.id).holds(path));
  auto lines = world.broker->ledger().journal(JournalFilter{});
  QVERIFY(std::ranges::any_of(lines, [](auto& line) { return line.event == "grant"; }));
}

void LaunchesTest::namedFilesAreHeldFromTheirNaming() {
  // Battery 8: another file by that name, put there after it was typed.
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto named = KJ_ASSERT_NONNULL(tryResolve(path)).inode;
  auto app = world.start(EDITOR, {.designations = {path}, .running = false});
  world.makeFile("a");
  QVERIFY(KJ_ASSERT_NONNULL(tryResolve(path)).inode != named);
  auto ready = app.session.readyRequest();
  auto facts = ready.initFacts();
  facts.setPidfd(descriptorOf(ownPidfd()));
  facts.setMountNamespace(descriptorOf(ownPidfd()));
  facts.setUserNamespace(descriptorOf(ownPidfd()));
  facts.setPidNamespace(descriptorOf(ownPidfd()));
  ready.send().wait(world.ws);
  QCOMPARE(world.portal.sandbox(app.id).grants.begin()->second.inode, named);
}

void LaunchesTest::namedFilesEndWithTheInstance() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  world.end(app);
  QVERIFY(world.living().empty());
  auto all = world.broker->ledger().all(Ledger::Which::All);
  QCOMPARE(all.size(), size_t(1));  // It stays visible.
}

void LaunchesTest::namedFilesStayBelowCeilings() {
  BrokerWorld world;
  world.makeFolder("Secrets");
  world.makeFolder("Papers");
  replaceFile(world.places.config + "/ceilings.toml", "[[never]]\npath = \"" + world.home("Secrets") +
                                                          "\"\n[[never]]\npath = \"~/Papers\"\naccess = \"write\"\n");
  auto app = world.start(
      EDITOR, {.designations = {world.makeFile("Secrets/a"), world.makeFile("Papers/b"), world.makeFile("c")}});
  QCOMPARE(world.living().size(), size_t(2));
  QVERIFY(!world.portal.sandbox(app.id).holds(world.home("Secrets/a")));
  for (auto& grant : world.living()) {
    QCOMPARE(grant.access == Access::Write, grant.object.path == world.home("c"));
  }
}

void LaunchesTest::ownPlacesAreNeverGranted() {
  BrokerWorld world;
  auto store = world.places.state + "/store";
  replaceFile(store, "x");
  auto app = world.start(EDITOR, {.designations = {store}});
  QVERIFY(world.living().empty());
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.grantOf(EDITOR, store));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.grantOf(EDITOR, world.places.config));
  world.showQuestions();
  auto outcome = world.touch(app, store);
  QVERIFY(outcome.poll(world.ws));
  QVERIFY(world.me.shown.empty());
}

void LaunchesTest::ownPlacesAreHiddenBelowAGrantedHome() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.root.path().toStdString()}});
  QCOMPARE(world.living().size(), size_t(1));
  auto& hidden = world.portal.sandbox(app.id).hidden;
  for (auto& place : {world.places.runtime, world.places.data, world.places.state, world.places.config}) {
    QVERIFY(std::ranges::count(hidden, place) == 1);
  }
}

void LaunchesTest::profilesHaveTheirOwnHomeAndGrants() {
  BrokerWorld world;
  world.showQuestions();
  auto path = world.makeFile("a");
  auto plain = world.start(EDITOR);
  auto work = world.start(EDITOR, {.profile = "work"});
  auto named = world.start(EDITOR, {.profile = "default"});
  QVERIFY(plain.profileDirectory != work.profileDirectory);
  QCOMPARE(named.profileDirectory, plain.profileDirectory);
  QCOMPARE(work.profileDirectory, world.places.data + "/profiles/org.example.Editor/work");
  struct stat status{};
  QVERIFY(stat((work.profileDirectory + "/home").c_str(), &status) == 0 && (status.st_mode & 0777) == 0700);
  world.grantOf("org.example.Editor@work", path);
  QVERIFY(world.portal.sandbox(work.id).holds(path));
  QVERIFY(!world.portal.sandbox(plain.id).holds(path));
  auto asked = world.touch(plain, path);
  QVERIFY(!asked.poll(world.ws));
}

void LaunchesTest::namesOfProfilesAreChecked_data() {
  QTest::addColumn<QString>("name");
  for (auto name : {"..", ".hidden", "a/b", "a b", "a@b", "a\nb", "é"}) QTest::newRow(name) << name;
  QTest::newRow("long") << QString(65, 'a');
}

void LaunchesTest::namesOfProfilesAreChecked() {
  QFETCH(QString, name);
  BrokerWorld world;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.start(EDITOR, {.profile = name.toStdString()}));
  QVERIFY(world.programs.launchers.empty());
}

void LaunchesTest::aTrialHasItsProfilesHomeAndALayerOfItsOwn() {
  BrokerWorld world;
  auto usual = world.start(EDITOR);
  QVERIFY(usual.trialDirectory.empty());
  auto tried = world.start(EDITOR, {.throwaway = true});
  QCOMPARE(tried.profileDirectory, usual.profileDirectory);
  QCOMPARE(tried.trialDirectory, world.places.data + "/trials/" + tried.id);
  auto trials = trial::list(world.places);
  QCOMPARE(trials.size(), 1u);
  QCOMPARE(trials[0].id, tried.id);
  QCOMPARE(trials[0].home, tried.profileDirectory + "/home");
  auto other = world.start(EDITOR, {.throwaway = true});
  QVERIFY(other.trialDirectory != tried.trialDirectory);
}

void LaunchesTest::whatATrialWasGivenEndsWithIt() {
  BrokerWorld world;
  world.showQuestions();
  auto typed = world.makeFile("typed"), asked = world.makeFile("asked");
  auto tried = world.start(EDITOR, {.designations = {typed}, .throwaway = true});
  auto outcome = world.touch(tried, asked);
  world.me.allow(world.me.last());
  outcome.wait(world.ws);
  QCOMPARE(world.living().size(), size_t(2));
  auto other = world.start(EDITOR, {.throwaway = true});  // Another trial of the same app has nothing of it.
  auto question = world.touch(other, typed);
  QVERIFY(!question.poll(world.ws));
  QCOMPARE(world.living().size(), size_t(2));
  world.end(tried);
  QVERIFY(world.living().empty());
  world.restartBroker();
  QVERIFY(world.living().empty());
}

void LaunchesTest::appThatMayNotStartDoesNot() {
  BrokerWorld world;
  replaceFile(world.places.config + "/ceilings.toml", "[[never]]\napp = \"org.example.Editor\"\nkind = \"start\"\n");
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.start(EDITOR));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.start(EDITOR, {.profile = "work"}));
  world.start(VIEWER);
}

void LaunchesTest::nothingIsDescribedTwice() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto again = app.session.describedRequest();
  again.initApp().setApp(VIEWER);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, again.send().wait(world.ws));
  auto begin = app.session.beginRequest();
  QVERIFY_THROWS_EXCEPTION(kj::Exception, begin.send().wait(world.ws));
}

void LaunchesTest::programRunsOnlyAfterThePortalIsAttached() {
  BrokerWorld world;
  world.programs.portalStarts = false;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.start(EDITOR));
  world.programs.portalStarts = true;
  auto app = world.start(EDITOR);  // The next launch tries again.
  QVERIFY(world.portal.sandboxes().contains(app.id));
}

void LaunchesTest::standingGrantsAreThereFromTheStart() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto gone = world.makeFile("gone");
  world.grantOf(EDITOR, path);
  world.grantOf(EDITOR, gone);
  world.grantOf(VIEWER, world.makeFile("other"));
  unlink(gone.c_str());
  auto app = world.start(EDITOR);
  QVERIFY(world.portal.sandbox(app.id).holds(path));
  QVERIFY(!world.portal.sandbox(app.id).holds(world.home("other")));
}

void LaunchesTest::suspendedAndResumedReachThePortal() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto grant = world.grantOf(EDITOR, path);
  auto app = world.start(EDITOR);
  auto suspend = world.person().suspendRequest();
  suspend.initGrants(1).set(0, grant.c_str());
  suspend.send().wait(world.ws);
  QVERIFY(!world.portal.sandbox(app.id).holds(path));
  auto later = world.start(EDITOR);
  QVERIFY(!world.portal.sandbox(later.id).holds(path));
  auto resume = world.person().resumeRequest();
  resume.initGrants(1).set(0, grant.c_str());
  resume.send().wait(world.ws);
  QVERIFY(world.portal.sandbox(app.id).holds(path) && world.portal.sandbox(later.id).holds(path));
}

void LaunchesTest::endedInstanceAcceptsNothing() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  world.end(app);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, app.session.runningRequest().send().wait(world.ws));
  auto outcome = world.touch(app, world.makeFile("a"));
  QVERIFY(outcome.poll(world.ws));
  QVERIFY(outcome.wait(world.ws) == schema::FileAsker::Outcome::DECLINED);
  auto status = app.instance.waitRequest().send().wait(world.ws);  // How it ended is still known.
  QVERIFY(status.getStatus().isExited());
}

void LaunchesTest::stopAsksTheLauncher() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto stop = app.instance.stopRequest();
  stop.setGraceSeconds(3);
  auto stopping = stop.send();
  QVERIFY(!stopping.poll(world.ws));
  QCOMPARE(*app.stops, std::vector<uint32_t>{3000});
  world.end(app);
  QVERIFY(stopping.poll(world.ws));
}

void LaunchesTest::whoDoesNotSayGivesFiveSeconds() {
  BrokerWorld world;
  auto one = world.start(EDITOR), other = world.start(EDITOR);
  auto stop = one.instance.stopRequest().send();
  QVERIFY(!stop.poll(world.ws));
  QCOMPARE(*one.stops, std::vector<uint32_t>{5000});
  QVERIFY(other.stops->empty());
  auto all = world.person().stopAllRequest().send();
  QVERIFY(!all.poll(world.ws));
  QCOMPARE(*other.stops, std::vector<uint32_t>{5000});
  world.end(one);
  world.end(other);
  QVERIFY(stop.poll(world.ws) && all.poll(world.ws));
}

void LaunchesTest::deafLauncherIsEnded() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  auto stopping = world.person().stopAllRequest().send();
  world.advance(14s);
  QVERIFY(!stopping.poll(world.ws));
  world.advance(2s);
  QVERIFY(stopping.poll(world.ws));
  QVERIFY(world.living().empty());
}

void LaunchesTest::workingDirectoryMustBeGiven() {
  BrokerWorld world;
  auto launch = world.person().launchRequest();
  auto spec = launch.initSpec();
  spec.setApp(EDITOR);
  spec.setWorkingDirectory(kj::StringPtr("/etc").asBytes());
  QVERIFY_THROWS_EXCEPTION(kj::Exception, launch.send().wait(world.ws));
}

void LaunchesTest::petnameWinsOverTheAppsOwn() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto name = [&] { return std::string(app.instance.infoRequest().send().wait(world.ws).getInfo().getName().cStr()); };
  QCOMPARE(name(), "Name of org.example.Editor");
  auto call = world.person().setSettingsRequest();
  call.initSettings().setApp(EDITOR);
  call.getSettings().setPetname("My editor");
  call.send().wait(world.ws);
  QCOMPARE(name(), "My editor");
}

void LaunchesTest::expiryCutsInThePortal() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto app = world.start(EDITOR);
  world.grantOf(EDITOR, path, Lifetime::untilTime(world.clock.wall() + 10s));
  world.advance(9s);
  QVERIFY(world.portal.sandbox(app.id).holds(path));
  world.advance(2s);
  QVERIFY(!world.portal.sandbox(app.id).holds(path));
}

void LaunchesTest::grantOfAKindNothingProvidesIsRefused() {
  BrokerWorld world;
  auto call = world.person().grantRequest();
  call.setHolder(EDITOR);
  call.setKind(schema::Kind::DEVICE);
  call.initObject().setTarget("scanner");
  call.initLifetime().setAlways();
  QVERIFY_THROWS_EXCEPTION(kj::Exception, call.send().wait(world.ws));
  QVERIFY(world.living().empty());
}

void LaunchesTest::runtimeDirectoriesDoNotStay() {
  BrokerWorld world;
  auto precious = world.makeFile("precious");
  auto directory = [&](const FakeApp& app) { return world.places.runtime + "/instances/" + app.id; };
  auto isThere = [](const std::string& path) { return access(path.c_str(), F_OK) == 0; };
  auto crashed = world.start(EDITOR);
  auto lost = world.start(EDITOR);
  for (auto& app : {crashed, lost}) {
    ensureOwnDirectory(directory(app) + "/deep");
    QVERIFY(symlink(world.places.home.c_str(), (directory(app) + "/deep/link").c_str()) == 0);  // An app's trap.
  }
  world.programs.launchers[crashed.launcher].hangUp->fulfill();
  world.programs.launchers[crashed.launcher].end->fulfill();
  world.poll();
  QVERIFY(!isThere(directory(crashed)));
  auto stray = world.places.runtime + "/instances/stray";
  ensureOwnDirectory(stray);
  world.restartBroker();
  QVERIFY(!isThere(stray));
  QVERIFY(isThere(directory(lost)));  // It may come home yet.
  world.advance(6s);
  QVERIFY(!isThere(directory(lost)));
  QVERIFY(isThere(precious));
}

// As if a disk said at closing that it is full: `latchkey run ... >/share/log`.
void LaunchesTest::whatADiskSaysAtClosingEndsNobody() {
  auto failing = [] {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(fd);
    return kj::AutoCloseFd(fd);
  };
  QVERIFY_THROWS_EXCEPTION(kj::Exception, [&] { auto held = failing(); }());
  QVERIFY_THROWS_NO_EXCEPTION(descriptorOf(failing()));
  QVERIFY_THROWS_NO_EXCEPTION({
    StandardStreams streams;
    streams.out = failing();
  });
}

QTEST_GUILESS_MAIN(LaunchesTest)
#include "launches-test.moc"
