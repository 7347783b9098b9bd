// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What apps have open, as the person is told, and single files taken back within a grant.

#include <QtTest>
#include <fstream>
#include <optional>

#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;
using OpenNow = capnp::Response<schema::Person::OpenFilesResults>;

namespace {

const char* const EDITOR = "org.example.Editor";

kj::Promise<OpenNow> openUnder(BrokerWorld& world, const std::string& grant) {
  auto call = world.person().openFilesRequest();
  call.initGrants(1).set(0, grant.c_str());
  return call.send();
}

kj::Promise<bool> stopFile(BrokerWorld& world, const std::string& grant, const std::string& path) {
  auto call = world.person().stopFileRequest();
  call.setGrant(grant.c_str());
  call.setPath(kj::StringPtr(path.c_str()).asBytes());
  return call.send().then([](auto&& answer) { return answer.getUnanswered(); });
}

struct Granted {
  Granted() {
    folder = world.makeFolder("p");
    grant = world.grantOf(EDITOR, folder);
    app.emplace(world.start(EDITOR));
  }
  FakeSandbox& sandbox() { return world.portal.sandbox(app->id); }
  BrokerWorld world;
  std::string folder, grant;
  std::optional<FakeApp> app;
};

}  // namespace

class OpenFilesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatIsOpenIsToldNewestFirst();
  void namesOfProgramsAreEscaped();
  void stuckPortalIsToldOf();
  void ofGrantsNobodyRunsWithNothingIsOpen();
  void aStoppedFileIsRefusedAndTheRestGoesOn();
  void ofAGrantOfOneFileItIsRevoking();
  void whatTheGrantDoesNotGiveIsNotStopped();
  void givenAgainItIsRefusedNoLonger();
  void itOutlivesPortalAndBroker();
  void itEndsWithTheInstance();
  void liveCountsComeHome();
};

void OpenFilesTest::whatIsOpenIsToldNewestFirst() {
  Granted s;
  s.sandbox().open = {{s.grant, s.folder + "/old", "one", 11, 100}, {s.grant, s.folder + "/new", "two", 22, 200}};
  auto answer = openUnder(s.world, s.grant).wait(s.world.ws);
  QCOMPARE(answer.getList().size(), 2u);
  QCOMPARE(answer.getList()[0].getProgram().getName().cStr(), "two");
  QCOMPARE(answer.getList()[0].getProgram().getPid(), 22);
  QCOMPARE(answer.getList()[0].getInstance().cStr(), s.app->id.c_str());
  QCOMPARE(answer.getList()[0].getGrant().cStr(), s.grant.c_str());
  QVERIFY(!answer.getUnanswered());
}

// CVE-2023-28101: a program chooses its own name, and the person's terminal shows it.
void OpenFilesTest::namesOfProgramsAreEscaped() {
  Granted s;
  s.sandbox().open = {{s.grant, s.folder + "/a", "\x1b[2Jnice", 11, 100,
                       "\xe2\x80\xae"
                       "gnp"}};
  auto file = openUnder(s.world, s.grant).wait(s.world.ws);
  QCOMPARE(file.getList()[0].getProgram().getName().cStr(), "\\x1b[2Jnice");
  QCOMPARE(file.getList()[0].getMappers()[0].getName().cStr(), "\\u{202e}gnp");
}

void OpenFilesTest::stuckPortalIsToldOf() {
  Granted s;
  s.world.portal.neverTells = true;
  auto answer = openUnder(s.world, s.grant);
  QVERIFY(!answer.poll(s.world.ws));
  s.world.advance(1500ms);
  QVERIFY(answer.poll(s.world.ws));
  QVERIFY(answer.wait(s.world.ws).getUnanswered());
}

void OpenFilesTest::ofGrantsNobodyRunsWithNothingIsOpen() {
  Granted s;
  auto other = s.world.grantOf("org.example.Other", s.world.makeFile("x"));
  s.sandbox().open = {{other, s.world.home("x"), "one", 11, 100}};
  QCOMPARE(openUnder(s.world, other).wait(s.world.ws).getList().size(), 0u);
  QCOMPARE(openUnder(s.world, "no-such-grant").wait(s.world.ws).getList().size(), 0u);
}

void OpenFilesTest::aStoppedFileIsRefusedAndTheRestGoesOn() {
  Granted s;
  QVERIFY(!stopFile(s.world, s.grant, s.folder + "/a").wait(s.world.ws));
  QVERIFY(s.sandbox().denies(s.folder + "/a"));
  QVERIFY(!s.sandbox().denies(s.folder + "/b"));
  QVERIFY(s.sandbox().holds(s.folder));
  QCOMPARE(s.world.living().size(), size_t(1));
}

void OpenFilesTest::ofAGrantOfOneFileItIsRevoking() {
  Granted s;
  auto path = s.world.makeFile("single");
  auto grant = s.world.grantOf(EDITOR, path);
  QVERIFY(s.sandbox().holds(path));
  QVERIFY(!stopFile(s.world, grant, path).wait(s.world.ws));
  QVERIFY(!s.sandbox().holds(path));
  QVERIFY(!s.world.broker->ledger().isLive(GrantId(grant)));
}

void OpenFilesTest::whatTheGrantDoesNotGiveIsNotStopped() {
  Granted s;
  auto outside = s.world.makeFile("outside");
  for (auto path : {outside, s.folder, s.folder + "/../outside", s.folder + "/a//b", std::string("relative")}) {
    QVERIFY_THROWS_EXCEPTION(kj::Exception, stopFile(s.world, s.grant, path).wait(s.world.ws));
    QVERIFY(!s.sandbox().denies(path));
  }
  QVERIFY_THROWS_EXCEPTION(kj::Exception, stopFile(s.world, "no-such-grant", s.folder + "/a").wait(s.world.ws));
}

void OpenFilesTest::givenAgainItIsRefusedNoLonger() {
  Granted s;
  std::ofstream(s.folder + "/a") << "a";
  std::ofstream(s.folder + "/b") << "b";
  stopFile(s.world, s.grant, s.folder + "/a").wait(s.world.ws);
  stopFile(s.world, s.grant, s.folder + "/b").wait(s.world.ws);
  s.world.grantOf(EDITOR, s.folder + "/a");
  QVERIFY(!s.sandbox().denies(s.folder + "/a"));
  QVERIFY(s.sandbox().denies(s.folder + "/b"));
}

void OpenFilesTest::itOutlivesPortalAndBroker() {
  Granted s;
  stopFile(s.world, s.grant, s.folder + "/a").wait(s.world.ws);
  stopFile(s.world, s.grant, s.folder + "/b\nc").wait(s.world.ws);
  s.world.restartBroker();
  auto session = s.world.comeHome(*s.app, s.app->cookie, ownPidfd(), getpid());
  // The portal that comes home has lost one of them.
  std::erase_if(s.sandbox().grants, [&](auto& one) { return one.second.path == s.folder + "/a"; });
  s.world.portalComesHome(s.world.portal.cookie, ownPidfd(), getpid(), {s.app->id}).wait(s.world.ws);
  session.wait(s.world.ws);
  s.world.poll();
  QVERIFY(s.sandbox().denies(s.folder + "/a"));
  QVERIFY(s.sandbox().denies(s.folder + "/b\nc"));
  QVERIFY(s.sandbox().holds(s.folder));
}

void OpenFilesTest::itEndsWithTheInstance() {
  Granted s;
  stopFile(s.world, s.grant, s.folder + "/a").wait(s.world.ws);
  auto fact = "stopped:" + s.app->id;
  QVERIFY(!s.world.broker->ledger().fact(fact).empty());
  s.world.end(*s.app);
  QVERIFY(s.world.broker->ledger().fact(fact).empty());
  auto next = s.world.start(EDITOR);
  QVERIFY(!s.world.portal.sandbox(next.id).denies(s.folder + "/a"));
}

// The portal goes on counting while no broker is there; the next one is told of it.
void OpenFilesTest::liveCountsComeHome() {
  Granted s;
  s.world.restartBroker();
  s.sandbox().grants.at(s.grant).live = 3;
  auto session = s.world.comeHome(*s.app, s.app->cookie, ownPidfd(), getpid());
  s.world.portalComesHome(s.world.portal.cookie, ownPidfd(), getpid(), {s.app->id}).wait(s.world.ws);
  session.wait(s.world.ws);
  s.world.poll();
  QCOMPARE(s.world.living().size(), size_t(1));
  QCOMPARE(s.world.living()[0].live, 3u);
}

QTEST_GUILESS_MAIN(OpenFilesTest)
#include "open-files-test.moc"
