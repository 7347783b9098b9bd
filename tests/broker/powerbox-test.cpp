// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <QtTest>
#include <algorithm>

#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;
using Outcome = schema::FileAsker::Outcome;
using Say = schema::Answer::Verdict;

class PowerboxTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void allowedFileIsGrantedBeforeTheAskerKnows();
  void whatWasShownIsWhatIsGranted();
  void replacedFileIsNotGranted();
  void fileReplacedBehindItsFolderIsNotGranted();
  void oneQuestionOfAnAppIsVisible();
  void equalQuestionsAreOne();
  void equalQuestionsOfTwoInstancesBindToEach();
  void grantedFolderAnswersForWhatLiesInIt();
  void grantByHandAnswersWhatWaits();
  void noHoldsForTheRun();
  void noToReadingIsNoToChanging();
  void neverHoldsUntilForgotten();
  void unansweredIsDeclinedOnce_data();
  void unansweredIsDeclinedOnce();
  void timedOutByEitherClock();
  void closedQuestionsPauseLonger();
  void threeClosedQuestionsSilenceTheApp();
  void droppedAskerWithdraws();
  void endOfTheInstanceWithdraws();
  void crashedWindowDoesNotTakeTheNextQuestion();
  void siblingsAreOfferedWhereTheyCanBeGiven();
  void siblingsAnswerForEachOther();
  void answerMustBeOneThatWasOffered_data();
  void answerMustBeOneThatWasOffered();
  void answerFromElsewhereTakesTheQuestionDown();
  void floodIsDeclined();
  void manyQuestionsInAMinuteAreDeclined();
  void askNoAsksNobody();
  void terminalAsksForItsOwnInstanceAlone();
  void windowIsStartedOnceWhereTheAppWasStarted();
  void noWindowWithoutADisplay();
  void failedEnforcementGrantsNothing();
  void stoppingBrokerDeclines();
  void programNamesAreEscaped();
};

namespace {

const char* const EDITOR = "org.example.Editor";

bool isDone(BrokerWorld& world, kj::Promise<Outcome>& promise) { return promise.poll(world.ws); }

}  // namespace

void PowerboxTest::allowedFileIsGrantedBeforeTheAskerKnows() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a.txt");
  auto outcome = world.touch(app, path);
  QVERIFY(!isDone(world, outcome));
  QCOMPARE(world.me.up(), size_t(1));
  QCOMPARE(world.me.last().path, path);
  QVERIFY(!world.portal.sandbox(app.id).holds(path));
  world.me.allow(world.me.last());
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::GRANTED);
  QVERIFY(world.portal.sandbox(app.id).holds(path));
  QCOMPARE(world.living().size(), size_t(1));
  QCOMPARE(world.living()[0].holder, EDITOR);
  QCOMPARE(world.living()[0].instance.text(), app.id);
}

void PowerboxTest::whatWasShownIsWhatIsGranted() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a.txt");
  auto shown = KJ_ASSERT_NONNULL(tryResolve(path)).inode;
  auto outcome = world.touch(app, path);
  world.makeFile("a.txt");  // Another file by the same name.
  world.me.allow(world.me.last());
  QVERIFY(isDone(world, outcome));
  QCOMPARE(world.portal.sandbox(app.id).grants.begin()->second.inode, shown);
}

void PowerboxTest::replacedFileIsNotGranted() {
  // Battery 8: between question and answer the path is made to lead elsewhere, and the answer is for the folder around
  // it.
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  world.makeFolder("Documents");
  auto path = world.makeFile("Documents/a.txt");
  auto outcome = world.touch(app, path);
  world.makeFile("Documents/a.txt");
  world.me.allow(world.me.last(), schema::Scope::FOLDER);
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DECLINED);
  QVERIFY(world.living().empty());
}

void PowerboxTest::fileReplacedBehindItsFolderIsNotGranted() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  world.makeFolder("Documents");
  world.makeFolder("Secrets");
  auto path = world.makeFile("Documents/a.txt");
  world.makeFile("Secrets/a.txt");
  auto outcome = world.touch(app, path);
  QVERIFY(rename(world.home("Documents").c_str(), world.home("Old").c_str()) == 0);
  QVERIFY(symlink(world.home("Secrets").c_str(), world.home("Documents").c_str()) == 0);
  world.me.allow(world.me.last(), schema::Scope::TREE);
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DECLINED);
  QVERIFY(world.living().empty());
}

void PowerboxTest::oneQuestionOfAnAppIsVisible() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto other = world.start("org.example.Viewer");
  auto first = world.touch(app, world.makeFile("a"));
  auto second = world.touch(app, world.makeFile("b"));
  QCOMPARE(world.me.up(), size_t(1));
  auto foreign = world.touch(other, world.makeFile("c"));
  QCOMPARE(world.me.up(), size_t(2));  // One for each app.
  auto waiting = world.broker->powerbox().waiting();
  QCOMPARE(waiting.size(), size_t(3));
  QVERIFY(waiting[0].visible && !waiting[1].visible && waiting[2].visible);
  QCOMPARE(waiting[0].alsoWaiting, 1u);
  world.me.say(world.me.shown[0], Say::DENY);
  QVERIFY(isDone(world, first));
  world.poll();
  QCOMPARE(world.me.last().path, world.home("b"));
  QVERIFY(!isDone(world, second));
  QVERIFY(!isDone(world, foreign));
}

void PowerboxTest::equalQuestionsAreOne() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto one = world.touch(app, path);
  auto two = world.touch(app, path);
  // The same thing by another name.
  QVERIFY(link(path.c_str(), world.home("hard").c_str()) == 0);
  QCOMPARE(world.broker->powerbox().waiting().size(), size_t(1));
  auto change = world.touch(app, path, true);
  QCOMPARE(world.broker->powerbox().waiting().size(), size_t(2));  // Wanting more is another question.
  world.me.allow(world.me.shown[0]);
  QVERIFY(isDone(world, one) && isDone(world, two));
  QVERIFY(one.wait(world.ws) == Outcome::GRANTED && two.wait(world.ws) == Outcome::GRANTED);
  QVERIFY(!isDone(world, change));
  QCOMPARE(world.living().size(), size_t(1));
}

void PowerboxTest::equalQuestionsOfTwoInstancesBindToEach() {
  BrokerWorld world;
  world.showQuestions();
  auto one = world.start(EDITOR);
  auto two = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto first = world.touch(one, path);
  auto second = world.touch(two, path);
  QCOMPARE(world.me.shown.size(), size_t(1));
  world.me.allow(world.me.last());
  QVERIFY(isDone(world, first) && isDone(world, second));
  QCOMPARE(world.living().size(), size_t(2));
  QVERIFY(world.portal.sandbox(one.id).holds(path) && world.portal.sandbox(two.id).holds(path));
  world.end(one);
  QCOMPARE(world.living().size(), size_t(1));
  QCOMPARE(world.living()[0].instance.text(), two.id);
}

void PowerboxTest::grantedFolderAnswersForWhatLiesInIt() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  world.makeFolder("Documents");
  auto first = world.touch(app, world.makeFile("Documents/a"));
  auto inside = world.touch(app, world.makeFile("Documents/b"));
  auto changing = world.touch(app, world.makeFile("Documents/c"), true);
  auto outside = world.touch(app, world.makeFile("d"));
  world.me.allow(world.me.last(), schema::Scope::FOLDER);
  QVERIFY(isDone(world, first) && isDone(world, inside));
  QVERIFY(inside.wait(world.ws) == Outcome::GRANTED);
  QVERIFY(!isDone(world, changing));  // It was given for reading.
  QVERIFY(!isDone(world, outside));
  QCOMPARE(world.living().size(), size_t(1));
  QCOMPARE(world.living()[0].object.path, world.home("Documents"));
}

void PowerboxTest::grantByHandAnswersWhatWaits() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto outcome = world.touch(app, path);
  world.grantOf("org.example.Viewer", path);
  QVERIFY(!isDone(world, outcome));  // Another app's is not ours.
  world.grantOf(EDITOR, path);
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::GRANTED);
  QCOMPARE(world.me.up(), size_t(0));
}

void PowerboxTest::noHoldsForTheRun() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto outcome = world.touch(app, path);
  world.me.say(world.me.last(), Say::DENY);
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DENIED_FOR_RUN);
  auto again = world.touch(app, path);
  QVERIFY(isDone(world, again));
  QVERIFY(again.wait(world.ws) == Outcome::DENIED_FOR_RUN);
  QCOMPARE(world.me.shown.size(), size_t(1));
  world.end(app);
  auto next = world.start(EDITOR);
  auto later = world.touch(next, path);
  QVERIFY(!isDone(world, later));  // Another run may ask.
  QVERIFY(world.broker->ledger().refusals().empty());
}

void PowerboxTest::noToReadingIsNoToChanging() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto reading = world.touch(app, path);
  auto changing = world.touch(app, path, true);
  world.me.say(world.me.last(), Say::DENY);
  QVERIFY(isDone(world, reading) && isDone(world, changing));
  auto file = world.makeFile("b");
  auto write = world.touch(app, file, true);
  world.me.say(world.me.last(), Say::DENY);
  QVERIFY(isDone(world, write));
  auto read = world.touch(app, file);
  QVERIFY(!isDone(world, read));  // "Do not change it" says nothing of looking.
}

void PowerboxTest::neverHoldsUntilForgotten() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto outcome = world.touch(app, path);
  auto request = world.me.last().id;
  world.me.say(world.me.last(), Say::NEVER);
  QVERIFY(isDone(world, outcome));
  world.end(app);
  world.restartBroker();
  world.showQuestions();
  auto next = world.start(EDITOR);
  auto again = world.touch(next, path);
  QVERIFY(isDone(world, again));
  QVERIFY(again.wait(world.ws) == Outcome::DENIED_FOR_RUN);
  auto forget = world.person().forgetRequest();
  forget.setRefusal(request.c_str());
  forget.send().wait(world.ws);
  auto later = world.touch(next, path);
  QVERIFY(!isDone(world, later));
  auto twice = world.person().forgetRequest();
  twice.setRefusal(request.c_str());
  QVERIFY_THROWS_EXCEPTION(kj::Exception, twice.send().wait(world.ws));
}

void PowerboxTest::unansweredIsDeclinedOnce_data() {
  QTest::addColumn<QString>("how");
  for (auto how : {"closed", "no answer in time", "window crashed", "window left", "nobody there"})
    QTest::newRow(how) << how;
}

void PowerboxTest::unansweredIsDeclinedOnce() {
  // Battery 29, and what elsewhere is stored as "no" for ever.
  QFETCH(QString, how);
  BrokerWorld world;
  if (how != "nobody there") world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto outcome = world.touch(app, path);
  QVERIFY(!isDone(world, outcome));
  if (how == "closed") world.me.say(world.me.last(), Say::DISMISS);
  if (how == "window crashed") world.me.crash(world.me.last());
  if (how == "window left") world.presenting = nullptr;
  if (how == "no answer in time" || how == "nobody there") {
    world.advance(5min - 1s);
    QVERIFY(!isDone(world, outcome));
    world.advance(2s);
  }
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DECLINED);
  QVERIFY(world.living().empty());
  QVERIFY(world.broker->ledger().refusals().empty());
  QCOMPARE(world.me.up(), size_t(0));
  world.advance(1min);
  if (how == "window left") world.showQuestions();
  auto again = world.touch(app, path);
  QVERIFY(!isDone(world, again));  // It may be asked again.
}

void PowerboxTest::timedOutByEitherClock() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto outcome = world.touch(app, world.makeFile("a"));
  world.clock.stepWall(-24h);
  world.advance(5min + 30s);
  QVERIFY(isDone(world, outcome));
}

void PowerboxTest::closedQuestionsPauseLonger() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto closeOne = [&] {
    auto outcome = world.touch(app, path);
    QVERIFY(!isDone(world, outcome));
    world.me.say(world.me.last(), Say::DISMISS);
    QVERIFY(isDone(world, outcome));
  };
  auto isSilent = [&] {
    auto outcome = world.touch(app, path);
    return isDone(world, outcome) && outcome.wait(world.ws) == Outcome::DECLINED;
  };
  closeOne();
  QVERIFY(isSilent());
  world.advance(6s);
  closeOne();
  world.advance(6s);
  QVERIFY(isSilent());  // The second time it is longer.
  world.advance(6s);
  QVERIFY(!isSilent());
}

void PowerboxTest::threeClosedQuestionsSilenceTheApp() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto other = world.start("org.example.Viewer");
  std::vector<kj::Promise<Outcome>> asked;
  for (auto name : {"a", "b", "c", "d", "e"}) asked.push_back(world.touch(app, world.makeFile(name)));
  for (int i = 0; i < 3; ++i) {
    world.advance(1s);
    world.me.say(world.me.last(), Say::DISMISS);
    world.poll();
  }
  for (auto& one : asked) QVERIFY(isDone(world, one));
  QCOMPARE(world.me.shown.size(), size_t(3));
  auto next = world.touch(app, world.makeFile("f"));
  QVERIFY(isDone(world, next));
  auto foreign = world.touch(other, world.makeFile("g"));
  QVERIFY(!isDone(world, foreign));  // Others are heard.
  world.advance(10s);
  auto later = world.touch(app, world.makeFile("h"));
  QVERIFY(!isDone(world, later));
}

void PowerboxTest::droppedAskerWithdraws() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  auto one = world.touch(app, path);
  {
    auto two = world.touch(app, path);
    QVERIFY(!isDone(world, two));
  }
  world.poll();
  QCOMPARE(world.me.up(), size_t(1));  // The other still waits.
  one = kj::NEVER_DONE;
  world.poll();
  QCOMPARE(world.me.up(), size_t(0));
  QVERIFY(world.broker->powerbox().waiting().empty());
  QVERIFY(world.broker->powerbox().recent()[0].state == RequestState::Withdrawn);
  QVERIFY(world.living().empty());
}

void PowerboxTest::endOfTheInstanceWithdraws() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto outcome = world.touch(app, world.makeFile("a"));
  world.end(app);
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DECLINED);
  QCOMPARE(world.me.up(), size_t(0));
}

void PowerboxTest::crashedWindowDoesNotTakeTheNextQuestion() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto first = world.touch(app, world.makeFile("a"));
  auto second = world.touch(app, world.makeFile("b"));
  world.presenting = nullptr;
  QVERIFY(isDone(world, first));
  QVERIFY(!isDone(world, second));  // It was not shown: it waits for the next window.
  world.showQuestions();
  QCOMPARE(world.me.last().path, world.home("b"));
}

void PowerboxTest::siblingsAreOfferedWhereTheyCanBeGiven() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  world.makeFolder("Videos");
  auto offers = [&](const FakeApp& asker, const std::string& path) {
    auto asked = world.touch(asker, path);
    world.poll();
    return world.me.last().scopes;
  };
  using S = schema::Scope;
  QVERIFY((offers(app, world.makeFile("Videos/film.mkv")) == std::vector<S>{S::FILE, S::SIBLINGS, S::FOLDER, S::TREE}));
  QVERIFY((offers(app, world.makeFile("film.mkv")) == std::vector<S>{S::FILE, S::SIBLINGS}));
  QVERIFY((offers(app, world.makeFile("Videos/.film.mkv")) == std::vector<S>{S::FILE, S::FOLDER, S::TREE}));
  // The home of what is only tried is a layer of its own, in which one file at a time can be shown.
  auto tried = world.start("org.example.Tried", {.throwaway = true});
  QVERIFY((offers(tried, world.makeFile("other.mkv")) == std::vector<S>{S::FILE}));
}

void PowerboxTest::siblingsAnswerForEachOther() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  world.makeFolder("Videos");
  auto film = world.touch(app, world.makeFile("Videos/film.mkv"));
  auto words = world.touch(app, world.makeFile("Videos/film.en.srt"));
  auto other = world.touch(app, world.makeFile("Videos/film2.srt"));
  world.me.allow(world.me.last(), schema::Scope::SIBLINGS);
  QVERIFY(isDone(world, film) && film.wait(world.ws) == Outcome::GRANTED);
  QVERIFY(isDone(world, words) && words.wait(world.ws) == Outcome::GRANTED);
  QVERIFY(!isDone(world, other));
  QCOMPARE(world.living().size(), size_t(1));
  QVERIFY(world.living()[0].object.scope == Scope::Siblings && world.living()[0].object.inode != 0);
}

void PowerboxTest::answerMustBeOneThatWasOffered_data() {
  QTest::addColumn<int>("scope");
  QTest::addColumn<bool>("write");
  QTest::newRow("a wider access") << int(Scope::File) << true;
  QTest::newRow("a scope of the network") << int(Scope::Host) << false;
  QTest::newRow("a pattern") << int(Scope::Pattern) << false;
}

void PowerboxTest::answerMustBeOneThatWasOffered() {
  QFETCH(int, scope);
  QFETCH(bool, write);
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto outcome = world.touch(app, world.makeFile("a"));
  auto answer = world.person().answerRequest();
  answer.setRequest(world.me.last().id.c_str());
  answer.initAnswer().setVerdict(Say::ALLOW);
  answer.getAnswer().setScope(static_cast<schema::Scope>(scope));
  answer.getAnswer().setAccess(write ? schema::Access::WRITE : schema::Access::READ);
  answer.getAnswer().initLifetime().setRun();
  QVERIFY_THROWS_EXCEPTION(kj::Exception, answer.send().wait(world.ws));
  QVERIFY(world.living().empty());
  QVERIFY(!isDone(world, outcome));  // It still waits for a proper one.
}

void PowerboxTest::answerFromElsewhereTakesTheQuestionDown() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto outcome = world.touch(app, world.makeFile("a"));
  auto answer = world.person().answerRequest();
  answer.setRequest(world.me.last().id.c_str());
  answer.initAnswer().setVerdict(Say::ALLOW);
  answer.getAnswer().initLifetime().setAlways();
  auto grant = answer.send().wait(world.ws);
  QVERIFY(grant.getGrant().size() > 0);
  QVERIFY(isDone(world, outcome));
  QCOMPARE(world.me.up(), size_t(0));
  auto twice = world.person().answerRequest();
  twice.setRequest(world.me.last().id.c_str());
  QVERIFY_THROWS_EXCEPTION(kj::Exception, twice.send().wait(world.ws));
}

void PowerboxTest::floodIsDeclined() {
  // Battery 30. Sixty wait at most because no more are admitted in a minute; then the clock moves on.
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto other = world.start("org.example.Viewer");
  std::vector<kj::Promise<Outcome>> asked;
  for (int i = 0; i < 60; ++i) asked.push_back(world.touch(app, world.makeFile("f" + std::to_string(i))));
  world.advance(61s);
  for (int i = 60; i < 100; ++i) asked.push_back(world.touch(app, world.makeFile("f" + std::to_string(i))));
  QCOMPARE(world.broker->powerbox().waiting().size(), size_t(64));
  QVERIFY(isDone(world, asked.back()));
  QVERIFY(!isDone(world, asked.front()));
  auto foreign = world.touch(other, world.makeFile("g"));
  QVERIFY(!isDone(world, foreign));
}

void PowerboxTest::manyQuestionsInAMinuteAreDeclined() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto path = world.makeFile("a");
  for (int i = 0; i < 60; ++i) {
    auto outcome = world.touch(app, path);  // Asked, and withdrawn at once.
    QVERIFY(!isDone(world, outcome));
  }
  auto outcome = world.touch(app, path);
  QVERIFY(isDone(world, outcome));
  world.advance(61s);
  auto later = world.touch(app, path);
  QVERIFY(!isDone(world, later));
}

void PowerboxTest::askNoAsksNobody() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR, {.ask = schema::AskMode::NO});
  auto outcome = world.touch(app, world.makeFile("a"));
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DECLINED);
  QVERIFY(world.me.shown.empty());
}

void PowerboxTest::terminalAsksForItsOwnInstanceAlone() {
  BrokerWorld world;
  world.showQuestions();
  auto here = world.start(EDITOR, {.ask = schema::AskMode::TTY});
  auto there = world.start(EDITOR);
  FakePerson terminal;
  auto call = world.person().presentRequest();
  call.setPresenter(terminal.presenter());
  call.setInstance(here.id.c_str());
  auto handle = call.send().wait(world.ws).getHandle();
  auto path = world.makeFile("a");
  auto mine = world.touch(here, path);
  auto other = world.touch(there, path);
  QCOMPARE(terminal.up(), size_t(1));
  QCOMPARE(world.me.up(), size_t(1));
  terminal.say(terminal.last(), Say::DENY);
  QVERIFY(isDone(world, mine));
  QVERIFY(!isDone(world, other));
}

void PowerboxTest::windowIsStartedOnceWhereTheAppWasStarted() {
  BrokerWorld world;
  auto app = world.start(
      EDITOR, {.environment = {{"WAYLAND_DISPLAY", "wayland-7"}, {"LD_PRELOAD", "/evil.so"}, {"LANG", "de"}}});
  auto first = world.touch(app, world.makeFile("a"));
  auto second = world.touch(app, world.makeFile("b"));
  QCOMPARE(world.programs.windows.size(), size_t(1));
  QVERIFY(std::ranges::count(world.programs.windows[0], "WAYLAND_DISPLAY=wayland-7") == 1);
  QVERIFY(std::ranges::count(world.programs.windows[0], "LD_PRELOAD=/evil.so") == 0);
  world.showQuestions();  // It has come up.
  QCOMPARE(world.me.up(), size_t(1));
}

void PowerboxTest::noWindowWithoutADisplay() {
  BrokerWorld world;
  auto app = world.start(EDITOR, {.environment = {{"LANG", "de"}}});
  auto outcome = world.touch(app, world.makeFile("a"));
  QVERIFY(world.programs.windows.empty());
  QVERIFY(!isDone(world, outcome));
  QCOMPARE(world.broker->powerbox().waiting().size(), size_t(1));
}

void PowerboxTest::failedEnforcementGrantsNothing() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  world.portal.refuseAdding = true;
  auto outcome = world.touch(app, world.makeFile("a"));
  world.me.allow(world.me.last());
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DECLINED);
  QVERIFY(world.living().empty());
}

void PowerboxTest::stoppingBrokerDeclines() {
  BrokerWorld world;
  world.showQuestions();
  auto app = world.start(EDITOR);
  auto outcome = world.touch(app, world.makeFile("a"));
  world.broker->stop();
  QVERIFY(isDone(world, outcome));
  QVERIFY(outcome.wait(world.ws) == Outcome::DECLINED);
  QVERIFY(world.broker->ledger().refusals().empty());
}

void PowerboxTest::programNamesAreEscaped() {
  BrokerWorld world;
  auto app = world.start(EDITOR);
  auto outcome = world.touch(app, world.makeFile("a\nb"));
  auto waiting = world.broker->powerbox().waiting();
  QCOMPARE(waiting[0].question.program, "prog\\x1b[2Jram");
  QVERIFY(waiting[0].question.object.target.ends_with("a\\nb"));
  QVERIFY(waiting[0].question.object.path.ends_with("a\nb"));
}

QTEST_GUILESS_MAIN(PowerboxTest)
#include "powerbox-test.moc"
