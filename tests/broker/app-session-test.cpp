// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <QtTest>

#include "broker/schema/app.capnp.h"
#include "broker/schema/person.capnp.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const char* const EDITOR = "org.example.Editor";

// A program inside the sandbox, at the other end of a pipe.
struct Inside {
  kj::TwoWayPipe pipe = kj::newTwoWayPipe();
  capnp::TwoPartyVatNetwork network{*pipe.ends[1], capnp::rpc::twoparty::Side::CLIENT};
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> rpc = capnp::makeRpcClient(network);

  Inside(BrokerWorld& world, const FakeApp& app) {
    world.broker->apps().open(InstanceId(app.id), kj::mv(pipe.ends[0]));
  }

  schema::AppSession::Client session() {
    capnp::MallocMessageBuilder message;
    auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
    vat.setSide(capnp::rpc::twoparty::Side::SERVER);
    return rpc.bootstrap(vat).castAs<schema::AppSession>();
  }

  capnp::RemotePromise<schema::Powerbox::RequestResults> ask(const std::string& path, bool write = false,
                                                             const std::string& claim = {},
                                                             schema::Kind kind = schema::Kind::FILE) {
    auto call = session().powerboxRequest().send().getPowerbox().requestRequest();
    auto query = call.initQuery();
    query.setKind(kind);
    query.setPath(kj::StringPtr(path.c_str(), path.size()).asBytes());
    query.setAccess(write ? schema::Access::WRITE : schema::Access::READ);
    call.setClaim(claim.c_str());
    return call.send();
  }
};

}  // namespace

class AppSessionTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void tellsTheAppWhoItIs();
  void askedAndAllowed();
  void declinedAndClosedLookTheSame();
  void claimIsCutAndEscaped();
  void droppedRequestIsWithdrawn();
  void whatIsNotThereIsAskedForAllTheSame();
  void hiddenFilesAreNotAskedFor();
  void otherKindsAreDeclined();
  void badPathsAreRefused_data();
  void badPathsAreRefused();
  void thisTimeEndsWithItsHandle();
  void thisTimeEndsForItsOwnAppAlone();
  void revokedGrantIsNotRevivedByItsHandle();
  void connectionsEndWithTheInstance();
  void connectionsAreBounded();
  void whatAConnectionSaysIsBounded();
  void battery20_nonsenseOnlyEndsItsOwnConnection();
  void whatIsForThePersonIsNotThere();
  void aStoppedFileIsNotSaidToBeGranted();
};

void AppSessionTest::tellsTheAppWhoItIs() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.profile = "work"});
  Inside inside(world, app);
  auto about = inside.session().aboutRequest().send().wait(world.ws);
  QCOMPARE(about.getApp().cStr(), EDITOR);
  QCOMPARE(about.getProfile().cStr(), "work");
  QVERIFY(about.getVersion().size() > 0);
}

void AppSessionTest::askedAndAllowed() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto path = world.makeFile("a");
  auto asked = inside.ask(path, true, "needed for things");
  QVERIFY(!asked.poll(world.ws));
  QCOMPARE(world.me.last().claim, "needed for things");
  world.me.allow(world.me.last());  // For reading: less than was asked for.
  QVERIFY(asked.poll(world.ws));
  auto outcome = asked.wait(world.ws);
  QVERIFY(outcome.getOutcome().isGranted());
  QVERIFY(outcome.getOutcome().getGranted().getAccess() == schema::Access::READ);
  QVERIFY(world.portal.sandbox(app.id).holds(path));
}

void AppSessionTest::declinedAndClosedLookTheSame() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  for (auto verdict :
       {schema::Answer::Verdict::DENY, schema::Answer::Verdict::DISMISS, schema::Answer::Verdict::NEVER}) {
    auto asked = inside.ask(world.makeFile("f" + std::to_string(int(verdict))));
    QVERIFY(!asked.poll(world.ws));
    world.me.say(world.me.last(), verdict);
    QVERIFY(asked.poll(world.ws));
    QVERIFY(asked.wait(world.ws).getOutcome().isDeclined());
  }
}

void AppSessionTest::claimIsCutAndEscaped() {
  // CVE-2023-28101, battery 31.
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto asked = inside.ask(world.makeFile("a"), false, "\x1b[2J\u202e" + std::string(5000, 'x'));
  QVERIFY(!asked.poll(world.ws));
  auto& claim = world.me.last().claim;
  QVERIFY(claim.starts_with("\\x1b[2J\\u{202e}"));
  QVERIFY(claim.size() < 300);
}

void AppSessionTest::droppedRequestIsWithdrawn() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  {
    auto asked = inside.ask(world.makeFile("a"));
    QVERIFY(!asked.poll(world.ws));
    QCOMPARE(world.me.up(), size_t(1));
  }
  world.poll();
  QCOMPARE(world.me.up(), size_t(0));
}

void AppSessionTest::whatIsNotThereIsAskedForAllTheSame() {
  // Else a program could find out what exists without anybody noticing.
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto asked = inside.ask(world.home("nothing-here"));
  QVERIFY(!asked.poll(world.ws));
  QCOMPARE(world.me.up(), size_t(1));
}

void AppSessionTest::hiddenFilesAreNotAskedFor() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  world.makeFolder(".ssh");
  world.makeFile(".ssh/id");
  QVERIFY(symlink(world.home(".ssh").c_str(), world.home("ssh").c_str()) == 0);
  for (auto name : {".ssh/id", ".ssh", "ssh/id"}) {
    QVERIFY(inside.ask(world.home(name)).wait(world.ws).getOutcome().isDeclined());
  }
  QVERIFY(world.me.shown.empty());
}

void AppSessionTest::otherKindsAreDeclined() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  for (auto kind : {schema::Kind::SERVICE, schema::Kind::DEVICE}) {
    QVERIFY(inside.ask("", false, "", kind).wait(world.ws).getOutcome().isDeclined());
  }
  QVERIFY_THROWS_EXCEPTION(kj::Exception, inside.ask("", false, "", schema::Kind::NETWORK).wait(world.ws));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, inside.ask("/x", false, "", static_cast<schema::Kind>(77)).wait(world.ws));
}

void AppSessionTest::badPathsAreRefused_data() {
  // Battery 19.
  QTest::addColumn<QByteArray>("path");
  for (auto path : {"a", "./a", "/a/../b", "/a/./b", "//a", "/a/", "/a//b"}) QTest::newRow(path) << QByteArray(path);
  QTest::newRow("NUL") << QByteArray("/a\0b", 4);
  QTest::newRow("long") << QByteArray(5000, '/').replace("//", "/a");
}

void AppSessionTest::badPathsAreRefused() {
  QFETCH(QByteArray, path);
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, inside.ask(path.toStdString()).wait(world.ws));
  QVERIFY(world.me.shown.empty());
  inside.session().aboutRequest().send().wait(world.ws);  // The connection lives.
}

void AppSessionTest::thisTimeEndsWithItsHandle() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto path = world.makeFile("a");
  {
    auto asked = inside.ask(path);
    QVERIFY(!asked.poll(world.ws));
    world.me.last().answered->fulfill([](schema::Answer::Builder answer) {
      answer.setVerdict(schema::Answer::Verdict::ALLOW);
      answer.initLifetime().setOnce();
    });
    auto outcome = asked.wait(world.ws);
    QVERIFY(world.portal.sandbox(app.id).holds(path));
  }
  world.poll();
  QVERIFY(!world.portal.sandbox(app.id).holds(path));
  QVERIFY(world.living().empty());
}

// One answer for two that asked the same: each has a grant of its own.
void AppSessionTest::thisTimeEndsForItsOwnAppAlone() {
  BrokerWorld world;
  world.showQuestions();
  auto one = world.start(EDITOR), two = world.start(EDITOR);
  Inside first(world, one), second(world, two);
  auto path = world.makeFile("a");
  auto asked = first.ask(path), askedToo = second.ask(path);
  QVERIFY(!asked.poll(world.ws) && !askedToo.poll(world.ws));
  QCOMPARE(world.me.shown.size(), size_t(1));
  world.me.last().answered->fulfill([](schema::Answer::Builder answer) {
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.initLifetime().setOnce();
  });
  auto kept = asked.wait(world.ws);
  {
    auto last = kj::mv(askedToo);
    auto dropped = last.wait(world.ws);
    QVERIFY(dropped.getOutcome().isGranted());
    QVERIFY(world.portal.sandbox(one.id).holds(path) && world.portal.sandbox(two.id).holds(path));
  }
  world.poll();
  QVERIFY(world.portal.sandbox(one.id).holds(path));
  QVERIFY(!world.portal.sandbox(two.id).holds(path));
}

void AppSessionTest::revokedGrantIsNotRevivedByItsHandle() {
  // Battery 33.
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto path = world.makeFile("a");
  auto asked = inside.ask(path);
  QVERIFY(!asked.poll(world.ws));
  world.me.allow(world.me.last());
  auto outcome = asked.wait(world.ws);
  auto revoke = world.person().revokeRequest();
  revoke.initGrants(1).set(0, world.living()[0].id.text().c_str());
  revoke.send().wait(world.ws);
  QVERIFY(!world.portal.sandbox(app.id).holds(path));
  auto again = inside.ask(path);
  QVERIFY(!again.poll(world.ws));  // It has to ask as if it had never held it.
  QCOMPARE(world.me.up(), size_t(1));
}

void AppSessionTest::connectionsEndWithTheInstance() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto box = inside.session().powerboxRequest().send().wait(world.ws).getPowerbox();
  world.end(app);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, box.requestRequest().send().wait(world.ws));
  QCOMPARE(world.broker->apps().count(InstanceId(app.id)), size_t(0));
}

void AppSessionTest::connectionsAreBounded() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  std::deque<Inside> many;
  for (int i = 0; i < 20; ++i) many.emplace_back(world, app);
  QCOMPARE(world.broker->apps().count(InstanceId(app.id)), size_t(16));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, many.back().session().aboutRequest().send().wait(world.ws));
  many.front().session().aboutRequest().send().wait(world.ws);
  many.pop_front();
  world.poll();
  QCOMPARE(world.broker->apps().count(InstanceId(app.id)), size_t(15));
}

void AppSessionTest::whatAConnectionSaysIsBounded() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto session = inside.session();
  bool ended = false;
  for (int i = 0; i < 100'000 && !ended; ++i) {
    auto call = session.aboutRequest().send().then([](auto&&) { return false; }, [](kj::Exception&&) { return true; });
    ended = call.wait(world.ws);
  }
  QVERIFY(ended);
  QCOMPARE(world.broker->apps().count(InstanceId(app.id)), size_t(0));
}

void AppSessionTest::battery20_nonsenseOnlyEndsItsOwnConnection() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  Inside good(world, app);
  auto pipe = kj::newTwoWayPipe();
  world.broker->apps().open(InstanceId(app.id), kj::mv(pipe.ends[0]));
  std::string nonsense(4096, '\xfe');
  auto writing = pipe.ends[1]->write(nonsense.data(), nonsense.size()).catch_([](kj::Exception&&) {});
  auto reading = pipe.ends[1]->readAllBytes().ignoreResult().catch_([](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
  world.poll();
  QCOMPARE(world.broker->apps().count(InstanceId(app.id)), size_t(1));
  good.session().aboutRequest().send().wait(world.ws);
}

// The person's calls over an app's connection: no such interface, whatever the app says its session is.
void AppSessionTest::whatIsForThePersonIsNotThere() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  auto person = capnp::Capability::Client(inside.session()).castAs<schema::Person>();
  auto isRefused = [&](auto promise) {
    KJ_IF_MAYBE (failure, kj::runCatchingExceptions([&] { promise.wait(world.ws); })) {
      return failure->getType() == kj::Exception::Type::UNIMPLEMENTED;
    }
    return false;
  };
  QVERIFY(isRefused(person.openFilesRequest().send()));
  QVERIFY(isRefused(person.stopFileRequest().send()));
  QVERIFY(isRefused(person.grantsRequest().send()));
  QVERIFY(isRefused(person.whyRequest().send()));
  QVERIFY(isRefused(person.importRulesRequest().send()));
  // The connection is a good one all the same.
  QCOMPARE(inside.session().aboutRequest().send().wait(world.ws).getApp().cStr(), EDITOR);
}

void AppSessionTest::aStoppedFileIsNotSaidToBeGranted() {
  BrokerWorld world;
  world.showQuestions();
  auto folder = world.makeFolder("p");
  auto stopped = world.makeFile("p/stopped"), other = world.makeFile("p/other");
  auto grant = world.grantOf(EDITOR, folder);
  auto app = world.start(EDITOR);
  Inside inside(world, app);
  QVERIFY(inside.ask(stopped).wait(world.ws).getOutcome().isGranted());
  auto stop = world.person().stopFileRequest();
  stop.setGrant(grant.c_str());
  stop.setPath(kj::StringPtr(stopped.c_str()).asBytes());
  stop.send().wait(world.ws);
  auto declines = [&] {
    auto lines = world.broker->ledger().journal(JournalFilter{});
    return std::ranges::count_if(lines, [](auto& line) { return line.event == "refuse" && line.outcome == "denied"; });
  };
  QVERIFY(inside.ask(stopped).wait(world.ws).getOutcome().isDeclined());  // Without a question.
  QCOMPARE(declines(), 1);
  QVERIFY(inside.ask(other).wait(world.ws).getOutcome().isGranted());
  // That was nothing new: what was stopped stays so.
  QVERIFY(inside.ask(stopped).wait(world.ws).getOutcome().isDeclined());
  QVERIFY(world.portal.sandbox(app.id).denies(stopped));
  // Nor by another name that it has, or gets.
  std::filesystem::create_hard_link(stopped, folder + "/twin");
  QVERIFY(inside.ask(folder + "/twin").wait(world.ws).getOutcome().isDeclined());
  std::filesystem::rename(stopped, folder + "/moved");
  QVERIFY(inside.ask(folder + "/moved").wait(world.ws).getOutcome().isDeclined());
  QVERIFY(inside.ask(stopped).wait(world.ws).getOutcome().isDeclined());
  // Asking a thousand times does not fill the journal.
  QCOMPARE(declines(), 1);
  // Given again under the name it has now.
  world.grantOf(EDITOR, folder + "/moved");
  QVERIFY(inside.ask(folder + "/twin").wait(world.ws).getOutcome().isGranted());
}

QTEST_GUILESS_MAIN(AppSessionTest)
#include "app-session-test.moc"
