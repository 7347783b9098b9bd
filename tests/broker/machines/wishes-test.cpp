// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What this machine asks others for, against a machine that says whatever the test wants it to say.

#include <capnp/message.h>
#include <kj/async-io.h>
#include <kj/debug.h>

#include <QtTest>

#include "broker/machines/sharing.h"
#include "broker/machines/wire.h"
#include "tests/broker/grants/sample.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const std::string DESK(52, 'd'), OTHER(52, 'o');
using State = Wishes::State;

std::string why(const kj::Exception& exception) {
  auto text = std::string(exception.getDescription().cStr());
  return text.substr(text.rfind("exception: ") == text.npos ? 0 : text.rfind("exception: ") + 11);
}

// How the far machine hears wishes, and answers when it is told to.
struct Script {
  struct Heard {
    std::string id, name, claim;
    schema::Kind kind;
    schema::Access access;
    uint64_t seconds;
    bool up = true;  // It has not been withdrawn.
    kj::Own<kj::PromiseFulfiller<std::string>> answer;
  };
  std::list<Heard> heard;
  int taken = 0;
  std::string takes;  // How taking fails.
  kj::Promise<void> takesAfter = kj::READY_NOW;
  std::string answersAtOnce;  // The offer that every wish is answered with.

  size_t up() const {
    return static_cast<size_t>(std::ranges::count_if(heard, [](auto& one) { return one.up; }));
  }
};

class Far final : public schema::FarMachine::Server {
public:
  explicit Far(Script& script) : m_script(script) {}

  kj::Promise<void> wish(WishContext context) override {
    auto wish = context.getParams().getWish();
    auto pair = kj::newPromiseAndFulfiller<std::string>();
    auto& heard = m_script.heard.emplace_back(Script::Heard{.id = textOf(wish.getId()),
                                                            .name = textOf(wish.getTarget()),
                                                            .claim = textOf(wish.getClaim()),
                                                            .kind = wish.getKind(),
                                                            .access = wish.getAccess(),
                                                            .seconds = wish.getSeconds(),
                                                            .answer = kj::mv(pair.fulfiller)});
    KJ_DEFER(heard.up = false);
    if (!m_script.answersAtOnce.empty()) heard.answer->fulfill(kj::cp(m_script.answersAtOnce));
    auto offer = co_await pair.promise;
    context.getResults().setOffer(offer.c_str());
  }
  kj::Promise<void> take(TakeContext context) override {
    ++m_script.taken;
    if (!m_script.takes.empty()) kj::throwFatalException(KJ_EXCEPTION(FAILED, m_script.takes.c_str()));
    auto waits = kj::mv(m_script.takesAfter);
    m_script.takesAfter = kj::READY_NOW;
    co_await waits;
    context.getResults().setToken(dataOf(std::string(TOKEN_BYTES, 't')));
  }
  kj::Promise<void> decline(DeclineContext) override { return kj::READY_NOW; }

private:
  Script& m_script;
};

class NoApps final : public AppRuns {
public:
  kj::Promise<uint64_t> start(Grant) override { return uint64_t(0); }
  kj::Promise<void> stop(Grant) override { return kj::READY_NOW; }
  kj::Promise<void> end(GrantId) override { return kj::READY_NOW; }
  AppRun find(const GrantId&) const override { return {}; }
};

class World final : private Reach {
public:
  World() : io(kj::setupAsyncIo()) {
    ledger = kj::heap<Ledger>(directory.path(), clock, "boot");
    for (auto& [id, name] : {std::pair{DESK, "desk"}, std::pair{OTHER, "other"}})
      ledger->putMachine({.id = id, .certificate = "c", .petname = name, .paired = clock.wall()});
    auto none = [](std::vector<Grant>) -> kj::Promise<void> { return kj::READY_NOW; };
    sharing = kj::heap<Sharing>(Sharing::Parts{.ledger = *ledger,
                                               .clock = clock,
                                               .reach = *this,
                                               .apps = apps,
                                               .cut = none,
                                               .suspend = none,
                                               .resume = none,
                                               .changed = [this] { ++changes; },
                                               .placeFor = [](const Offer& offer) { return "/places/" + offer.title; },
                                               .connect = [this](std::string machine) -> kj::Promise<void> {
                                                 wanted.push_back(machine);
                                                 return kj::READY_NOW;
                                               },
                                               .wished = [](Wish) -> kj::Promise<GrantId> { return GrantId(); }});
  }

  void connect(const std::string& machine = DESK, bool hears = true) {
    capnp::MallocMessageBuilder message;
    auto hello = message.initRoot<schema::Hello>();
    auto features = hello.initFeatures(hears ? 2 : 1);
    features.set(0, "something-else");
    if (hears) features.set(1, *schema::WISHES);
    desks.insert_or_assign(machine, sharing->begin(machine, kj::heap<Far>(script), hello.asReader()));
    settle();
  }
  void disconnect(const std::string& machine = DESK) {
    sharing->end(machine);
    settle();
  }
  void settle() {
    for (int i = 0; i < 10; ++i) {
      kj::evalLater([] {}).wait(io.waitScope);
      io.waitScope.poll();
    }
  }

  Wishes& wishes() { return sharing->wishes(); }
  std::string ask(Wish wish = {.machine = DESK, .kind = Kind::Folder, .name = "Photos", .claim = "for the album"}) {
    auto id = wishes().ask(kj::mv(wish), true).id;
    settle();
    return id;
  }
  std::string whyNot(Wish wish) {
    try {
      ask(kj::mv(wish));
    } catch (const kj::Exception& exception) {
      return why(exception);
    }
    return {};
  }
  Wishes::Asked asked(const std::string& id) {
    for (auto& one : wishes().all())
      if (one.wish.id == id) return one;
    KJ_FAIL_REQUIRE("no such wish");
  }
  void answer(const std::string& offer) {
    script.heard.back().answer->fulfill(kj::cp(offer));
    settle();
  }
  void failWith(const char* words) {
    script.heard.back().answer->reject(KJ_EXCEPTION(FAILED, words));
    settle();
  }

  struct Told {
    std::string id = "offer1", title = "Photos", answers{};
    schema::Kind kind = schema::Kind::FOLDER;
    schema::Access access = schema::Access::READ;
  };
  // The far machine offers something.
  void offer(const Told& told, const std::string& machine = DESK) {
    offering(told, machine).wait(io.waitScope);
    settle();
  }
  kj::Promise<void> offering(const Told& told, const std::string& machine = DESK) {
    auto call = desks.at(machine).offeredRequest();
    auto offer = call.initOffer();
    offer.setId(told.id.c_str());
    offer.setTitle(told.title.c_str());
    offer.setKind(told.kind);
    offer.setAccess(told.access);
    offer.setAnswers(told.answers.c_str());
    return call.send().ignoreResult();
  }
  kj::Own<kj::PromiseFulfiller<void>> holdTaking() {
    auto pair = kj::newPromiseAndFulfiller<void>();
    script.takesAfter = kj::mv(pair.promise);
    return kj::mv(pair.fulfiller);
  }
  Offer only() const {
    KJ_REQUIRE(ledger->offers().size() == 1);
    return ledger->offers().begin()->second;
  }

  kj::Promise<kj::AutoCloseFd> open(const Grant&) override { return KJ_EXCEPTION(FAILED, "nothing"); }
  bool isOff() override { return false; }

  kj::AsyncIoContext io;
  StateDirectory directory;
  FakeClock clock;
  kj::Own<Ledger> ledger;
  Script script;
  NoApps apps;
  kj::Own<Sharing> sharing;
  std::map<std::string, schema::MachineDesk::Client> desks;
  std::vector<std::string> wanted;
  int changes = 0;
};

}  // namespace

class WishesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatIsGivenIsAcceptedAtOnce() {
    World world;
    world.connect();
    auto id =
        world.ask({.machine = DESK, .kind = Kind::Folder, .name = "Photos", .claim = "for the album", .length = 2h});
    auto& heard = world.script.heard.back();
    QCOMPARE(heard.name, std::string("Photos"));
    QCOMPARE(heard.claim, std::string("for the album"));
    QCOMPARE(heard.id, id);
    QCOMPARE(heard.seconds, uint64_t(7200));
    QCOMPARE(heard.kind, schema::Kind::FOLDER);
    auto decided = world.wishes().whenDecided(id);
    QVERIFY(!decided.poll(world.io.waitScope));
    world.offer({.answers = id});
    world.answer("offer1");
    auto asked = decided.wait(world.io.waitScope);
    QCOMPARE(asked.state, State::Given);
    QCOMPARE(world.only().state, Offer::State::Accepted);
    QCOMPARE(asked.grant, world.only().grant);
    QCOMPARE(asked.offer, world.only().id);
    QCOMPARE(world.script.taken, 1);
    QVERIFY(world.ledger->isLive(asked.grant));
  }

  // Either may be first: they come by different calls.
  void theAnswerMayComeBeforeTheOffer() {
    World world;
    world.connect();
    auto id = world.ask();
    world.answer("offer1");
    QCOMPARE(world.asked(id).state, State::Waiting);
    world.offer({});
    QCOMPARE(world.asked(id).state, State::Given);
    QCOMPARE(world.only().state, Offer::State::Accepted);
  }

  void anOfferThatSaysSoIsEnough() {
    World world;
    world.connect();
    auto id = world.ask();
    world.offer({.answers = id});
    QCOMPARE(world.asked(id).state, State::Given);
    QCOMPARE(world.script.up(), size_t(0));
  }

  void declinedIsDeclined() {
    World world;
    world.connect();
    auto id = world.ask();
    world.answer("");
    QCOMPARE(world.asked(id).state, State::Declined);
    QVERIFY(world.ledger->offers().empty());
    // It may be asked again.
    QVERIFY(world.ask() != id);
    QCOMPARE(world.script.heard.size(), size_t(2));
  }

  void itIsToldWhenItIsConnected() {
    World world;
    auto id = world.ask();
    QCOMPARE(world.wanted, std::vector<std::string>{DESK});
    QVERIFY(world.script.heard.empty());
    QCOMPARE(world.asked(id).why, std::string("it is asked when it is connected"));
    world.connect(OTHER);
    QVERIFY(world.script.heard.empty());
    world.connect();
    QCOMPARE(world.script.heard.size(), size_t(1));
    QVERIFY(world.asked(id).why.empty());
  }

  void aLostConnectionChangesNothing() {
    World world;
    world.connect();
    auto id = world.ask();
    world.disconnect();
    QCOMPARE(world.script.up(), size_t(0));
    QCOMPARE(world.asked(id).state, State::Waiting);
    world.connect();
    QCOMPARE(world.script.heard.back().id, id);
    // Also where the connection breaks before anybody says that it has.
    world.failWith("broken");
    QCOMPARE(world.asked(id).state, State::Waiting);
    world.disconnect();
    world.connect();
    world.answer("");
    QCOMPARE(world.asked(id).state, State::Declined);
  }

  // It was answered, and the connection lost before that was heard: the offer of the next session says it.
  void anAnswerThatWasLostIsHeardLater() {
    World world;
    world.connect();
    auto id = world.ask();
    world.disconnect();
    world.connect();
    world.offer({.answers = id});
    QCOMPARE(world.asked(id).state, State::Given);
  }

  void equalOnesAreOne() {
    World world;
    world.connect();
    auto id = world.ask();
    QCOMPARE(world.ask(), id);
    QCOMPARE(world.script.heard.size(), size_t(1));
    QVERIFY(world.ask({.machine = DESK, .kind = Kind::Folder, .name = "Music"}) != id);
  }

  void atMostSoManyWait() {
    World world;
    for (size_t i = 0; i < Wishes::MOST_OF_MACHINE; ++i)
      world.ask({.machine = DESK, .kind = Kind::Folder, .name = "n" + std::to_string(i)});
    QVERIFY(world.whyNot({.machine = DESK, .kind = Kind::Folder, .name = "more"}).contains("so many"));
    QCOMPARE(world.whyNot({.machine = OTHER, .kind = Kind::Folder, .name = "more"}), std::string());
    for (size_t i = 0; i < 300; ++i) {
      world.wishes().takeBack(world.ask({.machine = OTHER, .kind = Kind::File, .name = "n" + std::to_string(i)}));
    }
    QVERIFY(world.wishes().all().size() <= Wishes::MOST_DECIDED + 2 * Wishes::MOST_OF_MACHINE);
  }

  void whatCannotBeAskedIsNot_data() {
    QTest::addColumn<std::string>("line");
    QTest::addColumn<std::function<void(Wish&)>>("change");
    auto row = [](const char* name, const char* line, std::function<void(Wish&)> change) {
      QTest::newRow(name) << std::string(line) << change;
    };
    row("nobody", "no such machine", [](Wish& wish) { wish.machine = std::string(52, 'x'); });
    row("kind", "can be asked for", [](Wish& wish) { wish.kind = Kind::Desktop; });
    row("long name", "60 letters", [](Wish& wish) { wish.name = std::string(61, 'x'); });
    row("control", "plain line", [](Wish& wish) { wish.name = "a\nb"; });
    row("bidi", "plain line", [](Wish& wish) { wish.claim = "\xe2\x80\xae evil"; });
    row("long reason", "200 letters", [](Wish& wish) { wish.claim = std::string(201, 'x'); });
    row("too long", "longer than a year", [](Wish& wish) { wish.length = 24h * 400; });
  }
  void whatCannotBeAskedIsNot() {
    QFETCH(std::string, line);
    QFETCH(std::function<void(Wish&)>, change);
    World world;
    world.connect();
    Wish wish{.machine = DESK, .kind = Kind::Folder, .name = "Photos"};
    change(wish);
    auto complaint = world.whyNot(wish);
    QVERIFY2(complaint.contains(line), complaint.c_str());
    QVERIFY(world.script.heard.empty());
    QVERIFY(world.wishes().all().empty());
  }

  void anOlderOneIsNotAsked() {
    World world;
    world.connect(DESK, false);
    QVERIFY(world.whyNot({.machine = DESK, .kind = Kind::Folder}).contains("does not know how to be asked"));
    // Not known before it is connected.
    world.disconnect();
    auto id = world.ask();
    world.connect(DESK, false);
    QCOMPARE(world.asked(id).state, State::Failed);
    QVERIFY(world.asked(id).why.contains("does not know how to be asked"));
    QVERIFY(world.script.heard.empty());
  }

  void whatFailsHasItsWords_data() {
    QTest::addColumn<QString>("word");
    QTest::addColumn<std::string>("line");
    QTest::newRow("unknown") << "unknown" << std::string("does not know how");
    QTest::newRow("anything") << "rm -rf \xe2\x80\xae" << std::string("the other machine could not do it");
  }
  void whatFailsHasItsWords() {
    QFETCH(QString, word);
    QFETCH(std::string, line);
    World world;
    world.connect();
    auto id = world.ask();
    world.failWith(word.toUtf8());
    QCOMPARE(world.asked(id).state, State::Failed);
    QVERIFY(world.asked(id).why.contains(line));
  }

  void whatIsAskedTooOftenIsAskedAgainLater() {
    World world;
    world.connect();
    auto id = world.ask();
    world.failWith("tooMany");
    QCOMPARE(world.asked(id).state, State::Waiting);
    world.clock.advance(9min);
    world.wishes().look();
    world.settle();
    QCOMPARE(world.script.heard.size(), size_t(1));
    world.clock.advance(2min);
    world.wishes().look();
    world.settle();
    QCOMPARE(world.script.heard.size(), size_t(2));
    world.wishes().look();
    world.settle();
    QCOMPARE(world.script.heard.size(), size_t(2));
    world.answer("");
    QCOMPARE(world.asked(id).state, State::Declined);
  }

  // Nobody looks at it; who waits for it hears of it.
  void whoWaitsIsToldThatTheDayIsOver() {
    World world;
    world.connect();
    auto id = world.ask();
    auto decided = world.wishes().whenDecided(id);
    world.clock.advance(25h);
    world.wishes().look();
    QCOMPARE(decided.wait(world.io.waitScope).state, State::Failed);
    world.settle();
    QCOMPARE(world.script.up(), size_t(0));
  }

  void whoStopsWaitingWithdraws() {
    World world;
    world.connect();
    auto begun = world.wishes().ask({.machine = DESK, .kind = Kind::Service, .name = "db"}, false);
    world.settle();
    QCOMPARE(world.script.up(), size_t(1));
    begun.hold = nullptr;
    world.settle();
    QCOMPARE(world.script.up(), size_t(0));
    QCOMPARE(world.asked(begun.id).state, State::Withdrawn);
    // One that somebody else waits for too, or that is kept, stays.
    auto first = world.wishes().ask({.machine = DESK, .kind = Kind::Service, .name = "db"}, false);
    auto second = world.wishes().ask({.machine = DESK, .kind = Kind::Service, .name = "db"}, false);
    QCOMPARE(first.id, second.id);
    first.hold = nullptr;
    QCOMPARE(world.asked(first.id).state, State::Waiting);
    world.ask({.machine = DESK, .kind = Kind::Service, .name = "db"});
    second.hold = nullptr;
    QCOMPARE(world.asked(first.id).state, State::Waiting);
    world.wishes().takeBack(first.id);
    QCOMPARE(world.asked(first.id).state, State::Withdrawn);
    world.settle();
    QCOMPARE(world.script.up(), size_t(0));
  }

  void forADayAndNoLonger() {
    World world;
    auto id = world.ask();
    world.clock.advance(25h);
    QCOMPARE(world.asked(id).state, State::Failed);
    world.connect();
    QVERIFY(world.script.heard.empty());
  }

  void whoIsForgottenIsNotAsked() {
    World world;
    world.connect();
    auto id = world.ask();
    world.ledger->dropMachine(DESK);
    world.disconnect();
    QCOMPARE(world.asked(id).state, State::Failed);
    QVERIFY(world.whyNot({.machine = DESK, .kind = Kind::Folder}).contains("no such machine"));
  }

  // --- what a far machine may not

  void anAnswerToNothingIsAnOffer_data() {
    QTest::addColumn<std::string>("answers");
    QTest::newRow("never made") << std::string("0000000000");
    QTest::newRow("none") << std::string();
  }
  void anAnswerToNothingIsAnOffer() {
    QFETCH(std::string, answers);
    World world;
    world.connect();
    world.offer({.answers = answers});
    QCOMPARE(world.only().state, Offer::State::New);
    QCOMPARE(world.script.taken, 0);
  }

  void anotherMachinesAnswerIsNone() {
    World world;
    world.connect();
    world.connect(OTHER);
    auto id = world.ask();
    world.offer({.answers = id}, OTHER);
    QCOMPARE(world.only().state, Offer::State::New);
    QCOMPARE(world.asked(id).state, State::Waiting);
    // Nor is one whose number is that of another's offer.
    world.answer("offer1");
    QCOMPARE(world.only().state, Offer::State::New);
    QCOMPARE(world.asked(id).state, State::Waiting);
  }

  void oneThatWasTakenBackIsNotAnswered() {
    World world;
    world.connect();
    auto id = world.ask();
    world.wishes().takeBack(id);
    world.offer({.answers = id});
    QCOMPARE(world.only().state, Offer::State::New);
    QCOMPARE(world.script.taken, 0);
  }

  void somethingElseIsNotTaken_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("access");
    QTest::newRow("kind") << static_cast<int>(schema::Kind::SERVICE) << static_cast<int>(schema::Access::READ);
    QTest::newRow("more") << static_cast<int>(schema::Kind::FOLDER) << static_cast<int>(schema::Access::WRITE);
  }
  void somethingElseIsNotTaken() {
    QFETCH(int, kind);
    QFETCH(int, access);
    World world;
    world.connect();
    auto id = world.ask();
    world.offer(
        {.answers = id, .kind = static_cast<schema::Kind>(kind), .access = static_cast<schema::Access>(access)});
    QCOMPARE(world.only().state, Offer::State::New);
    QCOMPARE(world.asked(id).state, State::Failed);
    QVERIFY(world.asked(id).why.contains("something else"));
  }

  void aSecondAnswerIsAnOffer() {
    World world;
    world.connect();
    auto id = world.ask();
    world.offer({.answers = id});
    world.offer({.id = "offer2", .title = "More", .answers = id});
    QCOMPARE(world.script.taken, 1);
    auto news =
        std::ranges::count_if(world.ledger->offers(), [](auto& one) { return one.second.state == Offer::State::New; });
    QCOMPARE(news, 1);
  }

  void whatCannotBeTakenSaysSo() {
    World world;
    world.connect();
    world.script.takes = "ended";
    auto id = world.ask();
    world.offer({.answers = id});
    QCOMPARE(world.asked(id).state, State::Failed);
    QVERIFY(world.asked(id).why.contains("could not be taken"));
  }

  // The owner's broker ends between its answer and what is made of that here.
  void theConnectionIsLostWhileItIsTaken() {
    World world;
    world.connect();
    auto id = world.ask();
    world.script.takes = "broken";
    world.offer({.answers = id});
    QCOMPARE(world.script.taken, 1);
    QCOMPARE(world.asked(id).state, State::Waiting);
    world.disconnect();
    world.script.takes.clear();
    world.connect();
    QCOMPARE(world.script.heard.back().id, id);
    world.offer({.answers = id});
    QCOMPARE(world.asked(id).state, State::Given);
    QCOMPARE(world.only().state, Offer::State::Accepted);
  }

  // --- what it may not do by being slow about it

  void takenBackWhileItIsTaken() {
    World world;
    world.connect();
    auto goesOn = world.holdTaking();
    auto id = world.ask();
    world.offer({.answers = id});
    QCOMPARE(world.script.taken, 1);
    QCOMPARE(world.asked(id).state, State::Waiting);
    world.wishes().takeBack(id);
    QCOMPARE(world.asked(id).state, State::Withdrawn);
    goesOn->fulfill();
    world.settle();
    QCOMPARE(world.asked(id).state, State::Withdrawn);
    QCOMPARE(world.only().state, Offer::State::New);
    QVERIFY(world.ledger->all(Ledger::Which::Living).empty());
  }

  void nobodyWaitsAnyMoreWhileItIsTaken() {
    World world;
    world.connect();
    auto goesOn = world.holdTaking();
    auto begun = world.wishes().ask({.machine = DESK, .kind = Kind::Folder, .name = "Photos"}, false);
    world.settle();
    world.offer({.answers = begun.id});
    begun.hold = nullptr;
    QCOMPARE(world.asked(begun.id).state, State::Withdrawn);
    goesOn->fulfill();
    world.settle();
    QCOMPARE(world.only().state, Offer::State::New);
  }

  void theDayEndsWhileItIsTaken() {
    World world;
    world.connect();
    auto goesOn = world.holdTaking();
    auto id = world.ask();
    world.offer({.answers = id});
    world.clock.advance(25h);
    QCOMPARE(world.asked(id).state, State::Failed);
    goesOn->fulfill();
    world.settle();
    QCOMPARE(world.only().state, Offer::State::New);
  }

  void anAnswerAfterADayIsAnOffer() {
    for (bool byOffer : {true, false}) {
      World world;
      world.connect();
      auto id = world.ask();
      if (!byOffer) world.offer({});
      world.clock.advance(25h);
      if (byOffer) world.offer({.answers = id});
      else world.answer("offer1");
      QCOMPARE(world.only().state, Offer::State::New);
      QCOMPARE(world.script.taken, 0);
      QCOMPARE(world.asked(id).state, State::Failed);
    }
  }

  void theDayIsOverByEitherClock() {
    World world;
    world.connect();
    auto id = world.ask();
    world.clock.advance(25h);
    world.clock.stepWall(-48h);
    QCOMPARE(world.asked(id).state, State::Failed);
  }

  // It answers every wish at once with an offer that cannot be taken, as if the connection were lost each time.
  void aLostConnectionThatIsNoneIsNoCircle() {
    World world;
    world.connect();
    auto id = world.ask();
    world.script.takes = "silent";
    world.offer({.answers = id});
    world.script.answersAtOnce = "offer1";
    for (int i = 0; i < 20; ++i) {
      world.offer({.answers = id});
      world.settle();
    }
    QCOMPARE(world.script.taken, 1);
    QCOMPARE(world.asked(id).state, State::Waiting);
    // In the next session it is tried once more.
    world.disconnect();
    world.connect();
    QCOMPARE(world.script.taken, 2);
    world.settle();
    QCOMPARE(world.script.taken, 2);
    world.wishes().takeBack(id);
    QCOMPARE(world.asked(id).state, State::Withdrawn);
  }

  void whatIsMoreByTheTimeItIsTakenIsNot() {
    World world;
    world.connect();
    auto goesOn = world.holdTaking();
    auto id = world.ask();
    world.offer({.answers = id});
    world.offer({.answers = id, .access = schema::Access::WRITE});
    goesOn->fulfill();
    world.settle();
    QCOMPARE(world.only().state, Offer::State::New);
    QCOMPARE(world.asked(id).state, State::Failed);
    QVERIFY(world.ledger->all(Ledger::Which::Living).empty());
  }

  // --- what comes of it on paper

  void aWishIsReadWithCare() {
    capnp::MallocMessageBuilder message;
    auto from = message.initRoot<schema::Wish>();
    from.setKind(schema::Kind::FILE);
    from.setTarget("\xe2\x80\xae\x1b[31m evil");
    from.setClaim(std::string(1000, 'x').c_str());
    from.setSeconds(UINT64_MAX);
    from.setAlways(true);
    auto wish = wishFrom(DESK, from);
    QCOMPARE(wish.machine, DESK);
    QVERIFY(wish.name.find('\x1b') == wish.name.npos && wish.name.find("\xe2\x80\xae") == wish.name.npos);
    QVERIFY(wish.claim.size() < 210);
    QVERIFY(wish.length <= 24h * 366 && wish.length > 0h);
    QVERIFY(!wish.always);
    from.setKind(schema::Kind::WINDOW);
    QVERIFY_THROWS_EXCEPTION(kj::Exception, wishFrom(DESK, from));
  }
};

QTEST_GUILESS_MAIN(WishesTest)
#include "wishes-test.moc"
