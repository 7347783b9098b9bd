// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <QtTest>

#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;
using Outcome = schema::FileAsker::Outcome;

class HomecomingTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void survivorsComeHomeWithTheirGrants();
  void boundGrantsStayBoundToTheSameInstance();
  void onceIsStillOnce();
  void battery29_deniedIsStillDenied();
  void closedQuestionsStillPause();
  void windowAppearsWhereTheAppWasStarted();
  void whatIsKeptForAnInstanceGoesWithIt();
  void revokedMeanwhileIsCutAtHomecoming();
  void revocationCommittedButNotActedOnIsActedOn();
  void grantedMeanwhileIsAddedAtHomecoming();
  void portalThatDiedIsReplaced();
  void portalThatCrashesIsReplacedWithWhatHolds();
  void portalsThatCrashOneAfterTheOtherAreReplaced();
  void portalOfAnotherBrokerIsRefused();
  void strangersAreRefused_data();
  void strangersAreRefused();
  void refusalsTakeLonger();
  void cookieOfAnotherInstanceDoesNotDo();
  void whoStaysAwayEnds();
  void lateComersAreRefused();
  void askNoHoldsAcrossBrokers();
  void cookieIsNotInTheStore();
  void launcherThatCrashedEndsItsInstance();
  void launcherThatReconnectsKeepsItsInstance();
  void questionsAreAskedAgainAfterHomecoming();

private:
  bool welcome(BrokerWorld& world, kj::Promise<schema::LaunchSession::Client> promise);
};

namespace {

const char* const EDITOR = "org.example.Editor";

// Another process, that lives until the test ends it.
class Other {
public:
  Other() {
    const char* words[] = {"sleep", "1000", nullptr};
    posix_spawnp(&m_pid, "sleep", nullptr, nullptr, const_cast<char**>(words), environ);
    m_pidfd = kj::AutoCloseFd(static_cast<int>(syscall(SYS_pidfd_open, m_pid, 0)));
  }
  ~Other() { end(); }
  void end() {
    if (m_pid == 0) return;
    kill(m_pid, SIGKILL);
    waitpid(m_pid, nullptr, 0);
    m_pid = 0;
  }
  int pid() const { return m_pid; }
  int pidfd() const { return m_pidfd; }

private:
  pid_t m_pid = 0;
  kj::AutoCloseFd m_pidfd;
};

}  // namespace

bool HomecomingTest::welcome(BrokerWorld& world, kj::Promise<schema::LaunchSession::Client> promise) {
  bool result = false;
  auto done = promise.then([&](schema::LaunchSession::Client) { result = true; }, [](kj::Exception&&) {})
                  .eagerlyEvaluate(nullptr);
  world.advance(10s);
  done.wait(world.ws);
  return result;
}

void HomecomingTest::survivorsComeHomeWithTheirGrants() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.profile = "work", .designations = {world.makeFile("a")}});
  auto held = world.portal.sandbox(app.id).grants;
  world.restartBroker();
  auto session = world.comeHome(app, app.cookie, ownPidfd(), getpid());
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  QVERIFY(session.poll(world.ws));
  session.wait(world.ws);
  world.poll();
  QCOMPARE(world.portal.reconnections, 1);
  QCOMPARE(world.programs.portals.size(), size_t(1));  // None was started anew.
  auto instances = world.person().instancesRequest().send().wait(world.ws);
  QCOMPARE(instances.getList().size(), 1u);
  auto info = instances.getList()[0];
  QCOMPARE(info.getId().cStr(), app.id.c_str());
  QCOMPARE(info.getApp().cStr(), EDITOR);
  QCOMPARE(info.getProfile().cStr(), "work");
  QVERIFY(info.getState() == schema::InstanceInfo::State::RUNNING);
  QCOMPARE(world.living().size(), size_t(1));
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
}

void HomecomingTest::boundGrantsStayBoundToTheSameInstance() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto outcome = world.touch(app, path);
  world.me.allow(world.me.last());
  outcome.wait(world.ws);
  world.restartBroker();
  world.showQuestions();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  app.session = world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  world.poll();
  QCOMPARE(world.living()[0].instance.text(), app.id);
  auto other = world.start(EDITOR);
  auto asked = world.touch(other, path);
  QVERIFY(!asked.poll(world.ws));  // Another instance of the same app has nothing of it.
  auto call = app.session.endedRequest();
  call.initStatus().setExited(0);
  call.send().wait(world.ws);
  QVERIFY(world.living().empty());
}

// Held by who held it, for nobody else, and over when the last handle is closed: told by the portal that came home.
void HomecomingTest::onceIsStillOnce() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto outcome = world.touch(app, path);
  world.me.answer(world.me.last(), [](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.initLifetime().setOnce();
  });
  QVERIFY(outcome.wait(world.ws) == schema::FileAsker::Outcome::GRANTED);
  auto id = world.living()[0].id;
  world.restartBroker();
  world.showQuestions();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  app.session = world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  world.poll();
  QCOMPARE(world.living().size(), size_t(1));
  auto grant = world.living()[0];
  QVERIFY(grant.id == id && grant.lifetime == Lifetime::once());
  QCOMPARE(grant.instance.text(), app.id);
  QVERIFY(world.portal.sandbox(app.id).grants.at(id.text()).once && world.portal.sandbox(app.id).holds(path));
  auto other = world.start(EDITOR);
  QVERIFY(!world.portal.sandbox(other.id).holds(path));
  {
    auto others = world.touch(other, path);
    QVERIFY(!others.poll(world.ws));
  }
  world.poll();  // Withdrawn.
  auto ended = world.portal.sandbox(app.id).asker.endedRequest();
  ended.setGrant(id.text().c_str());
  ended.send().wait(world.ws);
  QVERIFY(world.living().empty());
  // And one that nobody closes ends with the app, also by way of the next broker.
  auto shown = world.me.shown.size();
  auto again = world.touch(app, path);
  QVERIFY(!again.poll(world.ws));
  QCOMPARE(world.me.shown.size(), shown + 1);
  world.me.answer(world.me.last(), [](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.initLifetime().setOnce();
  });
  QVERIFY(again.wait(world.ws) == schema::FileAsker::Outcome::GRANTED);
  world.restartBroker();
  auto back = world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  auto over = back.endedRequest();
  over.initStatus().setExited(0);
  over.send().wait(world.ws);
  QVERIFY(world.living().empty());
}

void HomecomingTest::battery29_deniedIsStillDenied() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto other = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto asked = world.touch(app, path);
  world.me.say(world.me.last(), schema::Answer::Verdict::DENY);
  QVERIFY(asked.wait(world.ws) == schema::FileAsker::Outcome::DENIED_FOR_RUN);
  world.restartBroker();
  world.showQuestions();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id, other.id}).wait(world.ws);
  world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  world.comeHome(other, other.cookie, ownPidfd(), getpid()).wait(world.ws);
  auto shown = world.me.shown.size();
  QVERIFY(world.touch(app, path).wait(world.ws) == schema::FileAsker::Outcome::DENIED_FOR_RUN);
  QCOMPARE(world.me.shown.size(), shown);
  // It was that run's: another is asked about.
  auto others = world.touch(other, path);
  QVERIFY(!others.poll(world.ws));
  QCOMPARE(world.me.shown.size(), shown + 1);
}

void HomecomingTest::closedQuestionsStillPause() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto asked = world.touch(app, path);
  world.me.say(world.me.last(), schema::Answer::Verdict::DISMISS);
  asked.wait(world.ws);
  world.restartBroker();
  world.showQuestions();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  auto shown = world.me.shown.size();
  QVERIFY(world.touch(app, path).wait(world.ws) == schema::FileAsker::Outcome::DECLINED);
  QCOMPARE(world.me.shown.size(), shown);
  world.advance(10s);
  auto again = world.touch(app, path);
  QVERIFY(!again.poll(world.ws));
  QCOMPARE(world.me.shown.size(), shown + 1);
}

void HomecomingTest::windowAppearsWhereTheAppWasStarted() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.environment = {{"WAYLAND_DISPLAY", "wayland-7"}, {"LD_PRELOAD", "/evil.so"}}});
  world.restartBroker();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  auto asked = world.touch(app, world.makeFile("a"));
  world.advance(1s);
  QCOMPARE(world.programs.windows.size(), size_t(1));
  QVERIFY(std::ranges::count(world.programs.windows[0], "WAYLAND_DISPLAY=wayland-7") == 1);
  QVERIFY(std::ranges::count(world.programs.windows[0], "LD_PRELOAD=/evil.so") == 0);
}

void HomecomingTest::whatIsKeptForAnInstanceGoesWithIt() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR, {.environment = {{"DISPLAY", ":65000"}}});
  auto asked = world.touch(app, world.makeFile("a"));
  world.me.say(world.me.last(), schema::Answer::Verdict::DENY);
  asked.wait(world.ws);
  auto& ledger = world.broker->ledger();
  QVERIFY(!ledger.fact("patience:" + app.id).empty() && !ledger.fact("display:" + app.id).empty());
  world.end(app);
  QVERIFY(ledger.fact("patience:" + app.id).empty() && ledger.fact("display:" + app.id).empty());
}

void HomecomingTest::revokedMeanwhileIsCutAtHomecoming() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a"), world.makeFile("b")}});
  world.restartBroker();
  // Before the portal is back the person takes one away.
  auto call = world.person().revokeRequest();
  auto grant = world.living()[0];
  call.initGrants(1).set(0, grant.id.text().c_str());
  call.send().wait(world.ws);
  QVERIFY(world.portal.sandbox(app.id).holds(grant.object.path));
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  world.poll();
  QVERIFY(!world.portal.sandbox(app.id).holds(grant.object.path));
  QCOMPARE(world.portal.sandbox(app.id).holding(), 1);
}

void HomecomingTest::revocationCommittedButNotActedOnIsActedOn() {
  // Battery 33: the broker died after the commit and before it told the portal.
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  world.broker->ledger().revoke({world.living()[0].id});
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
  world.restartBroker();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  world.poll();
  QCOMPARE(world.portal.sandbox(app.id).holding(), 0);
}

void HomecomingTest::grantedMeanwhileIsAddedAtHomecoming() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  world.restartBroker();
  world.grantOf(EDITOR, world.makeFile("a"));
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  world.poll();
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
}

void HomecomingTest::portalThatDiedIsReplaced() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  world.restartBroker();
  world.portal.sandboxes().clear();
  auto session = world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  QCOMPARE(world.programs.portals.size(), size_t(1));  // It has two seconds.
  world.advance(3s);
  QCOMPARE(world.programs.portals.size(), size_t(2));
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
  QVERIFY(world.portal.sandbox(app.id).again);
}

void HomecomingTest::portalThatCrashesIsReplacedWithWhatHolds() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a"), world.makeFile("b")}});
  world.broker->ledger().revoke({world.living()[0].id});
  QVERIFY(!world.portal.sandbox(app.id).again);
  world.portal.sandboxes().clear();
  world.programs.portals.back().hangUp->fulfill();
  world.poll();
  QCOMPARE(world.programs.portals.size(), size_t(2));
  QCOMPARE(world.portal.sandbox(app.id).holding(), 1);
  QVERIFY(world.portal.sandbox(app.id).again);  // What the one before left in it is to go first.
}

// Each before it has taken up the app: there is nothing by which the broker would know who is left without one.
void HomecomingTest::portalsThatCrashOneAfterTheOtherAreReplaced() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  auto crash = [&] {
    world.portal.sandboxes().clear();
    world.programs.portals.back().hangUp->fulfill();
    world.poll();
  };
  world.portal.diesAttaching = 2;
  crash();  // The second one has been asked to take it up by now, and dies of it; so does the third.
  crash();
  world.advance(150ms);
  crash();
  world.advance(1s);
  QCOMPARE(world.programs.portals.size(), size_t(4));
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
  // One that cannot be started is tried again, too.
  world.programs.portalStarts = false;
  crash();
  world.advance(1s);
  QVERIFY(world.portal.sandboxes().empty());
  world.programs.portalStarts = true;
  world.advance(5s);
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
  // And if none can serve it, it is not tried for ever.
  world.portal.diesAttaching = 1000;
  crash();
  world.advance(60s);
  QVERIFY(world.portal.diesAttaching > 1000 - 10);
}

void HomecomingTest::portalOfAnotherBrokerIsRefused() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto cookie = world.portal.cookie;
  world.restartBroker();
  auto wrong = world.portalComesHome(std::string(32, 'x'), ownPidfd(), getpid(), {app.id});
  world.advance(10s);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, wrong.wait(world.ws));
  QCOMPARE(world.portal.reconnections, 0);
  // By now another has been started, with another cookie.
  auto session = world.start("org.example.Viewer");
  auto late = world.portalComesHome(cookie, ownPidfd(), getpid(), {app.id});
  world.advance(10s);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, late.wait(world.ws));
}

void HomecomingTest::strangersAreRefused_data() {
  QTest::addColumn<QString>("who");
  for (auto who : {"no cookie", "wrong cookie", "longer cookie", "the digest", "pidfd of another process",
                   "pidfd of a dead process", "no pidfd", "unknown instance", "right"}) {
    QTest::newRow(who) << who;
  }
}

void HomecomingTest::strangersAreRefused() {
  // Battery 17 and 22.
  QFETCH(QString, who);
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  auto digest = world.broker->ledger().survivors()[0].cookie;
  world.restartBroker();
  Other other;
  auto cookie = app.cookie;
  kj::AutoCloseFd own = ownPidfd();
  int pidfd = own, peer = getpid();
  auto shown = app;
  if (who == "no cookie") cookie.clear();
  if (who == "wrong cookie") cookie[31] ^= 1;
  if (who == "longer cookie") cookie += '\0';
  if (who == "the digest") cookie.assign(digest.begin(), digest.end());
  if (who == "pidfd of another process") pidfd = other.pidfd();
  if (who == "no pidfd") pidfd = STDERR_FILENO;
  if (who == "unknown instance") shown.id = "nobody";
  if (who == "pidfd of a dead process") {
    pidfd = other.pidfd();
    peer = other.pid();
    other.end();
  }
  QCOMPARE(welcome(world, world.comeHome(shown, cookie, pidfd, peer)), who == "right");
  // Whoever was refused ended nothing and changed nothing for the right one; that one is too late after ten seconds.
  QCOMPARE(world.living().size(), who == "right" ? size_t(1) : size_t(0));
}

void HomecomingTest::refusalsTakeLonger() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  world.restartBroker();
  auto first = world.comeHome(app, "x", ownPidfd(), getpid());
  std::vector<kj::Promise<schema::LaunchSession::Client>> attempts;
  for (int i = 0; i < 20; ++i) attempts.push_back(world.comeHome(app, "x", ownPidfd(), getpid()));
  QVERIFY(!first.poll(world.ws));  // Not even the first is told at once.
  world.advance(1s);
  QVERIFY(first.poll(world.ws));
  QVERIFY(!attempts.back().poll(world.ws));
  // Meanwhile the right one is not held up.
  auto right = world.comeHome(app, app.cookie, ownPidfd(), getpid());
  QVERIFY(right.poll(world.ws));
  right.wait(world.ws);
  world.advance(5s);
  for (auto& attempt : attempts) QVERIFY_THROWS_EXCEPTION(kj::Exception, attempt.wait(world.ws));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, first.wait(world.ws));
}

void HomecomingTest::cookieOfAnotherInstanceDoesNotDo() {
  BrokerWorld world;
  auto one = world.start(EDITOR);
  auto two = world.start("org.example.Viewer");
  world.restartBroker();
  QVERIFY(!welcome(world, world.comeHome(two, one.cookie, ownPidfd(), getpid())));
}

void HomecomingTest::whoStaysAwayEnds() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  world.grantOf(EDITOR, world.makeFile("standing"));
  world.restartBroker();
  world.advance(4s);
  QCOMPARE(world.living().size(), size_t(2));
  world.advance(2s);
  QCOMPARE(world.living().size(), size_t(1));  // What was always given stays.
  QVERIFY(world.living()[0].lifetime == Lifetime::always());
  QVERIFY(world.broker->ledger().survivors().empty());
  QCOMPARE(world.person().instancesRequest().send().wait(world.ws).getList().size(), 0u);
}

void HomecomingTest::lateComersAreRefused() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  world.restartBroker();
  world.advance(6s);
  QVERIFY(!welcome(world, world.comeHome(app, app.cookie, ownPidfd(), getpid())));
  QVERIFY(world.living().empty());
}

void HomecomingTest::askNoHoldsAcrossBrokers() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.ask = schema::AskMode::NO});
  world.restartBroker();
  world.showQuestions();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  auto session = world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  auto outcome = world.touch(app, world.makeFile("a"));
  QVERIFY(outcome.poll(world.ws));
  QVERIFY(world.me.shown.empty());
}

void HomecomingTest::cookieIsNotInTheStore() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  world.broker->ledger().flush();
  QDir state(QString::fromStdString(world.places.state));
  int files = 0;
  for (auto& info : state.entryInfoList(QDir::Files | QDir::Hidden)) {
    QFile file(info.filePath());
    QVERIFY(file.open(QIODevice::ReadOnly));
    auto content = file.readAll();
    QVERIFY(!content.contains(QByteArray::fromStdString(app.cookie)));
    QVERIFY(!content.contains(QByteArray::fromStdString(world.portal.cookie)));
    ++files;
  }
  QVERIFY(files > 0);
}

void HomecomingTest::launcherThatCrashedEndsItsInstance() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  auto& launcher = world.programs.launchers[app.launcher];
  auto waiting = app.instance.waitRequest().send();
  launcher.hangUp->fulfill();
  world.poll();
  QVERIFY(!waiting.poll(world.ws));  // It may only have lost its connection.
  launcher.end->fulfill();
  QVERIFY(waiting.poll(world.ws));
  QVERIFY(waiting.wait(world.ws).getStatus().isFailed());
  QVERIFY(world.living().empty());
}

void HomecomingTest::launcherThatReconnectsKeepsItsInstance() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.designations = {world.makeFile("a")}});
  world.programs.launchers[app.launcher].hangUp->fulfill();
  world.poll();
  auto session = world.comeHome(app, app.cookie, ownPidfd(), getpid()).wait(world.ws);
  world.advance(10s);
  QCOMPARE(world.living().size(), size_t(1));
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("a")));
}

void HomecomingTest::questionsAreAskedAgainAfterHomecoming() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  {
    auto lost = world.touch(app, path);
    QVERIFY(!lost.poll(world.ws));
  }
  world.restartBroker();
  world.showQuestions();
  world.portalComesHome(world.portal.cookie, ownPidfd(), getpid(), {app.id}).wait(world.ws);
  auto again = world.touch(app, path);
  world.me.allow(world.me.last());
  QVERIFY(again.poll(world.ws));
  QVERIFY(again.wait(world.ws) == Outcome::GRANTED);
  world.poll();
  QVERIFY(world.portal.sandbox(app.id).holds(path));
}

QTEST_GUILESS_MAIN(HomecomingTest)
#include "homecoming-test.moc"
