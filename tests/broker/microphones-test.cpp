// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Programs that record, and when their ear is open.

#include <unistd.h>
#include <QtTest>

#include "broker/base/files.h"
#include "broker/grants/grant-schema.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

using Says = schema::Answer::Verdict;

const char* const CALLS = "org.example.Calls";

class FakeEar final : public schema::Ear::Server {
public:
  explicit FakeEar(std::shared_ptr<bool> isOpen) : m_open(std::move(isOpen)) {}
  kj::Promise<void> open(OpenContext) override {
    *m_open = true;
    return kj::READY_NOW;
  }
  kj::Promise<void> close(CloseContext) override {
    *m_open = false;
    return kj::READY_NOW;
  }

private:
  std::shared_ptr<bool> m_open;
};

struct Calls {
  BrokerWorld world;
  FakeApp app;
  std::shared_ptr<bool> ear = std::make_shared<bool>(false);

  explicit Calls(const std::string& ceilings = {}, AppOptions options = {})
      : world(), app((put(world, ceilings), world.showQuestions(), world.start(CALLS, kj::mv(options)))) {}

  static void put(BrokerWorld& world, const std::string& ceilings) {
    if (!ceilings.empty()) replaceFile(world.places.config + "/ceilings.toml", ceilings);
  }

  schema::Handle::Client record() { return record(app); }
  schema::Handle::Client record(FakeApp& who) {
    auto call = who.session.recordsRequest();
    call.setEar(kj::heap<FakeEar>(ear));
    auto handle = call.send().wait(world.ws).getHandle();
    world.poll();
    return handle;
  }
  bool hears() {
    world.poll();
    return *ear;
  }
  size_t asked() const { return world.me.shown.size(); }

  void say(const char* lifetime) {
    std::string words = lifetime;
    world.me.answer(world.me.last(), [words](schema::Answer::Builder answer) {
      answer.setVerdict(Says::ALLOW);
      answer.setScope(schema::Scope::HOST);
      answer.setAccess(schema::Access::WRITE);
      if (words == "once") answer.initLifetime().setOnce();
      else if (words == "always") answer.initLifetime().setAlways();
      else answer.initLifetime().setRun();
    });
    world.poll();
  }
  Grant grant() { return world.living().at(0); }

  template <typename Call>
  void with(Call call) {
    call.initGrants(1).set(0, grant().id.text().c_str());
    call.send().wait(world.ws);
    world.poll();
  }
  std::vector<std::string> uses() {
    std::vector<std::string> lines;
    for (auto& entry : world.broker->ledger().journal(JournalFilter{})) {
      if (entry.event == "use" && entry.target == "microphone") lines.insert(lines.begin(), entry.outcome);
    }
    return lines;
  }
};

}  // namespace

class MicrophonesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void recordingIsTheQuestion();
  void itEndsWithTheGrant();
  void pausedIsSilent();
  void itEndsWithTheRecording();
  void noIsSilenceWithoutFurtherQuestions();
  void closingTheQuestionIsSilence();
  void onceIsOneRecording();
  void aStandingGrantAsksNobody();
  void whatIsGivenMeanwhileCounts();
  void anotherAppsGrantOpensNothing();
  void ceilingsAskNobody();
  void itEndsWithTime();
  void itEndsWithTheApp();
  void theNextBrokerIsAskedAnew();
};

void MicrophonesTest::recordingIsTheQuestion() {
  Calls it;
  auto recording = it.record();
  QCOMPARE(it.asked(), size_t(1));
  QCOMPARE(it.world.me.last().target, "microphone");
  QCOMPARE(it.world.me.last().holder, CALLS);
  QVERIFY(!it.hears());
  it.say("run");
  QVERIFY(it.hears());
  QCOMPARE(it.grant().live, 1u);
  QVERIFY(it.grant().lifetime.type == Lifetime::Type::Run);
  QCOMPARE(it.uses(), std::vector<std::string>{"started"});
}

void MicrophonesTest::itEndsWithTheGrant() {
  Calls it;
  auto recording = it.record();
  it.say("run");
  QVERIFY(it.hears());
  it.with(it.world.person().revokeRequest());
  QVERIFY(!it.hears());
  QCOMPARE(it.uses(), (std::vector<std::string>{"started", "ended"}));
  QCOMPARE(it.asked(), size_t(1));  // This recording had its question.
  auto again = it.record();
  QVERIFY(!it.hears());
  QCOMPARE(it.asked(), size_t(2));
}

void MicrophonesTest::pausedIsSilent() {
  Calls it;
  auto recording = it.record();
  it.say("run");
  it.with(it.world.person().suspendRequest());
  QVERIFY(!it.hears());
  QCOMPARE(it.grant().live, 0u);
  it.with(it.world.person().resumeRequest());
  QVERIFY(it.hears());
  QCOMPARE(it.grant().live, 1u);
  QCOMPARE(it.asked(), size_t(1));
}

void MicrophonesTest::itEndsWithTheRecording() {
  Calls it;
  {
    auto recording = it.record();
    it.say("run");
    QCOMPARE(it.grant().live, 1u);
  }
  it.world.poll();
  QCOMPARE(it.grant().live, 0u);
  QCOMPARE(it.uses(), (std::vector<std::string>{"started", "ended"}));
  // While the app runs it is not asked about again.
  auto again = it.record();
  QVERIFY(it.hears());
  QCOMPARE(it.asked(), size_t(1));
}

void MicrophonesTest::noIsSilenceWithoutFurtherQuestions() {
  Calls it;
  for (int i = 0; i < 5; ++i) {
    auto recording = it.record();
    if (i == 0) it.world.me.say(it.world.me.last(), Says::DENY);
    QVERIFY(!it.hears());
    QCOMPARE(it.asked(), size_t(1));
  }
}

void MicrophonesTest::closingTheQuestionIsSilence() {
  Calls it;
  {
    auto recording = it.record();
    it.world.me.say(it.world.me.last(), Says::DISMISS);
    QVERIFY(!it.hears());
    QCOMPARE(it.asked(), size_t(1));
  }
  QVERIFY(it.world.living().empty());
  // Who stops to record takes the question along.
  it.world.advance(10min);
  {
    auto recording = it.record();
    QCOMPARE(it.world.me.up(), size_t(1));
  }
  it.world.poll();
  QCOMPARE(it.world.me.up(), size_t(0));
}

void MicrophonesTest::onceIsOneRecording() {
  Calls it;
  {
    auto recording = it.record();
    it.say("once");
    QVERIFY(it.hears());
    auto other = it.record();  // The same microphone, another recording.
    QCOMPARE(it.asked(), size_t(2));
  }
  it.world.poll();
  QVERIFY(it.world.living().empty());
  *it.ear = false;
  auto again = it.record();
  QVERIFY(!it.hears());
  QCOMPARE(it.asked(), size_t(3));
}

void MicrophonesTest::aStandingGrantAsksNobody() {
  Calls it;
  {
    auto recording = it.record();
    it.say("always");
  }
  it.world.end(it.app);
  auto second = it.world.start(CALLS);
  *it.ear = false;
  auto recording = it.record(second);
  QVERIFY(it.hears());
  QCOMPARE(it.asked(), size_t(1));
}

void MicrophonesTest::whatIsGivenMeanwhileCounts() {
  Calls it;
  auto recording = it.record();
  it.world.me.say(it.world.me.last(), Says::DENY);
  QVERIFY(!it.hears());
  auto call = it.world.person().grantRequest();
  call.setHolder(CALLS);
  call.setKind(schema::Kind::DESKTOP);
  call.initObject().setTarget("microphone");
  toSchema(Lifetime::always(), call.initLifetime());
  call.send().wait(it.world.ws);
  QVERIFY(it.hears());
}

void MicrophonesTest::anotherAppsGrantOpensNothing() {
  Calls it;
  auto recording = it.record();
  it.say("run");
  QVERIFY(it.hears());
  it.ear = std::make_shared<bool>(false);
  auto other = it.world.start("org.example.Other"), profile = it.world.start(CALLS, {.profile = "work"});
  auto second = it.record(other), third = it.record(profile);
  QVERIFY(!it.hears());
  QCOMPARE(it.asked(), size_t(3));
}

void MicrophonesTest::ceilingsAskNobody() {
  Calls it("[[never]]\napp = \"org.example.Calls\"\nkind = \"desktop\"\ntarget = \"microphone\"\n");
  auto recording = it.record();
  QVERIFY(!it.hears());
  QCOMPARE(it.asked(), size_t(0));
}

void MicrophonesTest::itEndsWithTime() {
  Calls it;
  auto call = it.world.person().grantRequest();
  call.setHolder(CALLS);
  call.setKind(schema::Kind::DESKTOP);
  call.initObject().setTarget("microphone");
  toSchema(Lifetime::untilTime(it.world.clock.wall() + 1h), call.initLifetime());
  call.send().wait(it.world.ws);
  auto recording = it.record();
  QVERIFY(it.hears());
  it.world.advance(61min);
  QVERIFY(!it.hears());
}

void MicrophonesTest::itEndsWithTheApp() {
  Calls it;
  auto recording = it.record();
  it.say("always");
  QVERIFY(it.hears());
  it.world.end(it.app);
  QCOMPARE(it.grant().live, 0u);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, it.record());
}

// The launcher closes the ear by itself when the broker goes.
void MicrophonesTest::theNextBrokerIsAskedAnew() {
  Calls it;
  kj::Maybe<schema::Handle::Client> recording = it.record();
  it.say("run");
  QVERIFY(it.hears());
  it.world.restartBroker();
  recording = nullptr;  // The old broker's: nothing happens.
  *it.ear = false;
  auto pidfd = ownPidfd();
  it.app.session = it.world.comeHome(it.app, it.app.cookie, pidfd, getpid()).wait(it.world.ws);
  it.world.showQuestions();
  auto again = it.record();
  QVERIFY(it.hears());
  QCOMPARE(it.asked(), size_t(1));
}

QTEST_GUILESS_MAIN(MicrophonesTest)
#include "microphones-test.moc"
