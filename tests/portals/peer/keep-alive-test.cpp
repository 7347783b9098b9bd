// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// How long a session waits, by a clock that the test steps.

#include <kj/async-io.h>

#include <QtTest/QtTest>

#include "portals/peer/session.h"

using namespace latchkey;

namespace {

struct Waiting {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  kj::TimerImpl timer{kj::origin<kj::TimePoint>()};
  kj::TwoWayPipe pipe = kj::newTwoWayPipe();
  capnp::MallocMessageBuilder message;
  std::shared_ptr<peer::Session> session, other;
  kj::Maybe<peer::Session::Ended> ended;
  kj::Promise<void> running = nullptr, otherRunning = nullptr, reading = nullptr;

  explicit Waiting(bool isAnswered) {
    auto hello = message.initRoot<schema::Hello>();
    hello.setVersion(1);
    session = std::make_shared<peer::Session>(io.unixEventPort, timer, kj::mv(pipe.ends[0]), peer::Begun::HERE, hello);
    session->answer();
    running = session->run().then([this](auto how) { ended = how; }).eagerlyEvaluate(nullptr);
    auto greeted = session->greet();
    if (isAnswered) {
      other = std::make_shared<peer::Session>(io.unixEventPort, timer, kj::mv(pipe.ends[1]), peer::Begun::THERE, hello);
      other->answer();
      otherRunning = other->run().ignoreResult().eagerlyEvaluate(nullptr);
      auto greeting = other->greet();
      greeted.wait(io.waitScope);
      greeting.wait(io.waitScope);
    } else {
      reading = pipe.ends[1]->readAllBytes().ignoreResult().eagerlyEvaluate([](kj::Exception&&) {});
    }
  }
  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      timer.advanceTo(timer.now() + 1 * kj::SECONDS);
      io.waitScope.poll();
    }
  }
};

}  // namespace

class KeepAliveTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whoDoesNotAnswerIsGivenUpAfterAMinute() {
    Waiting waiting(false);
    waiting.pass(58);
    QVERIFY(waiting.ended == nullptr);
    waiting.pass(4);
    QVERIFY(waiting.ended != nullptr);
    KJ_IF_MAYBE (how, waiting.ended) QVERIFY(how->why == peer::Why::SILENT);
  }

  void whoAnswersIsKept() {
    Waiting waiting(true);
    waiting.pass(3600);
    QVERIFY(waiting.ended == nullptr);
    // And given up when they stop to.
    waiting.otherRunning = nullptr;
    waiting.other = nullptr;
    waiting.pass(1);
    QVERIFY(waiting.ended != nullptr);
  }

  void aPingTakesItsTime() {
    Waiting waiting(false);
    auto failed = false;
    auto ping = waiting.session->ping(10 * kj::SECONDS)
                    .catch_([&](kj::Exception&& exception) { failed = peer::whyOf(exception) == peer::Why::SILENT; })
                    .eagerlyEvaluate(nullptr);
    waiting.pass(9);
    QVERIFY(!failed);
    waiting.pass(2);
    QVERIFY(failed);
  }
};

QTEST_GUILESS_MAIN(KeepAliveTest)
#include "keep-alive-test.moc"
