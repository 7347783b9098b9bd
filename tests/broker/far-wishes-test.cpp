// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What another machine may ask this one's person, and what comes of the answers. The other machine is the test.

#include <QtTest>

#include "broker/base/folder-programs.h"
#include "broker/grants/grant-schema.h"
#include "broker/machines/invitation-link.h"
#include "broker/machines/proof.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const std::string WEB = machineIdOf('b'), PHONE = machineIdOf('c');

std::string lastLine(const kj::Exception& exception) {
  auto text = std::string(exception.getDescription().cStr());
  auto at = text.rfind("exception: ");
  return at == text.npos ? text : text.substr(at + 11);
}

struct Asks {
  schema::Kind kind = schema::Kind::SERVICE;
  std::string name = "orders", claim = "for the shop", id = "wish1";
  schema::Access access = schema::Access::WRITE;
  uint64_t seconds = 0;
};

using Answering = capnp::RemotePromise<schema::MachineDesk::WishedResults>;

class World : public BrokerWorld {
public:
  template <typename Promise>
  auto settled(Promise&& promise) {
    for (int i = 0; i < 100 && !promise.poll(ws); ++i) advance(500ms);
    KJ_REQUIRE(promise.poll(ws), "it hangs");
    return promise.wait(ws);
  }
  explicit World(std::string ceilings = {}) : BrokerWorld(kj::mv(ceilings)) {
    for (auto& machine : {WEB, PHONE}) {
      join(machine);
      settled(ways.sessionBegins(machine, "10.0.0.9"));
    }
    poll();
  }

  Ledger& ledger() { return broker->ledger(); }

  // By an invitation of ours.
  void join(const std::string& machine) {
    auto machines = person().machinesRequest().send().wait(ws).getMachines();
    auto invited = settled(machines.inviteRequest().send());
    advance(1s);
    auto link = KJ_REQUIRE_NONNULL(invitationLinkFrom(invited.getInvitation().getLink().cStr()));
    settled(ways.redeems(machine, link.id, proofOf(link.secret, JOINS, "transcript"), "transcript"));
    settled(ways.pairedWith(machine, "laptop"));
  }

  Answering ask(const Asks& asks, const std::string& machine = WEB) {
    auto call = ways.desk(machine).wishedRequest();
    auto wish = call.initWish();
    wish.setKind(asks.kind);
    wish.setTarget(asks.name.c_str());
    wish.setClaim(asks.claim.c_str());
    wish.setId(asks.id.c_str());
    wish.setAccess(asks.access);
    wish.setSeconds(asks.seconds);
    auto answer = call.send();
    poll();
    return answer;
  }
  std::string outcome(Answering answer) {
    poll();
    if (!answer.poll(ws)) return "waits";
    try {
      auto offer = std::string(answer.wait(ws).getOffer().cStr());
      return offer.empty() ? "declined" : offer;
    } catch (const kj::Exception& exception) {
      return lastLine(exception);
    }
  }

  using Fill = kj::Function<void(schema::Answer::Builder)>;
  // What `latchkey answer` says; why it could not, or nothing.
  std::string answer(Fill fill) {
    auto waiting = broker->powerbox().waiting();
    KJ_REQUIRE(!waiting.empty());
    auto call = person().answerRequest();
    call.setRequest(waiting[0].id.text().c_str());
    auto answer = call.initAnswer();
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.setAccess(schema::Access::WRITE);
    answer.initLifetime().setAlways();
    fill(answer);
    try {
      call.send().wait(ws);
    } catch (const kj::Exception& exception) {
      return lastLine(exception);
    }
    poll();
    return {};
  }
  std::string give(const std::string& target) {
    return answer([&](auto answer) { answer.setTarget(target.c_str()); });
  }
  std::string say(schema::Answer::Verdict verdict) {
    return answer([&](auto answer) { answer.setVerdict(verdict); });
  }
  size_t waits() { return broker->powerbox().waiting().size(); }
  std::vector<Grant> shares(const std::string& machine = WEB) {
    return ledger().ofHolder(holderOfMachine(machine), Ledger::Which::Living);
  }
};

constexpr auto DENY = schema::Answer::Verdict::DENY, DISMISS = schema::Answer::Verdict::DISMISS,
               NEVER = schema::Answer::Verdict::NEVER;

}  // namespace

class FarWishesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void thePersonPicksWhichThing() {
    World world;
    world.showQuestions();
    auto asked = world.ask({.seconds = 3600});
    QCOMPARE(world.me.up(), size_t(1));
    auto& shown = world.me.last();
    QCOMPARE(shown.holder, "machine:" + WEB);
    QCOMPARE(shown.suggestion, std::string("orders"));
    QCOMPARE(shown.claim, std::string("for the shop"));
    QVERIFY(shown.scopes.empty());
    world.me.answer(shown, [](schema::Answer::Builder answer) {
      answer.setVerdict(schema::Answer::Verdict::ALLOW);
      answer.setAccess(schema::Access::WRITE);
      answer.setTarget("postgres:5432");
      answer.setName("orders");
      answer.setMayPassOn(true);
      answer.initLimits().setUses(7);
      answer.initLifetime().setUntil(toNanos(FakeClock().wall() + 2h));
    });
    auto offer = world.outcome(kj::mv(asked));
    QCOMPARE(world.shares().size(), size_t(1));
    auto grant = world.shares()[0];
    QCOMPARE(grant.id.text(), offer);
    QCOMPARE(grant.object.target, std::string("postgres:5432 as orders"));
    QCOMPARE(grant.origin, Origin::Prompt);
    QCOMPARE(grant.limits.uses, uint64_t(7));
    QCOMPARE(grant.lifetime.type, Lifetime::Type::Until);
    auto share = KJ_ASSERT_NONNULL(world.ledger().share(grant.id));
    QVERIFY(share.mayPassOn);
    QCOMPARE(share.wish, std::string("wish1"));
    QVERIFY(world.shares(PHONE).empty());
    // Again, as after a lost connection: the same, and nobody is asked.
    QCOMPARE(world.outcome(world.ask({})), offer);
    QCOMPARE(world.waits(), size_t(0));
  }

  void aFolderThatWasPicked() {
    if (sftpServer().empty()) QSKIP("no sftp-server here");
    World world;
    auto folder = world.makeFolder("Photos");
    auto asked = world.ask({.kind = schema::Kind::FOLDER, .name = "pictures", .access = schema::Access::READ});
    auto pick = [&](const std::string& path, schema::Access access) {
      return world.answer([&](auto answer) {
        answer.setAccess(access);
        auto bytes = kj::StringPtr(path.c_str(), path.size()).asBytes();
        answer.initChosen(1)[0].setPath(bytes);
      });
    };
    QVERIFY(pick(folder, schema::Access::WRITE).contains("more than was asked for"));
    QVERIFY(pick(world.makeFile("notes.txt"), schema::Access::READ).contains("that is a file"));
    QVERIFY(pick(world.home("nothing"), schema::Access::READ).contains("no such file"));
    QVERIFY(!pick(world.places.home, schema::Access::READ).empty());
    QVERIFY(world.shares().empty());
    QCOMPARE(world.waits(), size_t(1));
    QCOMPARE(pick(folder, schema::Access::READ), std::string());
    QCOMPARE(world.outcome(kj::mv(asked)), world.shares()[0].id.text());
    QCOMPARE(world.shares()[0].object.path, folder);
    QCOMPARE(world.shares()[0].access, Access::Read);
  }

  void whatCannotBeGivenIsNot_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<std::function<void(schema::Answer::Builder)>>("fill");
    auto row = [](const char* name, const char* line, std::function<void(schema::Answer::Builder)> fill) {
      QTest::newRow(name) << line << fill;
    };
    row("nothing", "say which one", [](auto answer) { answer.setTarget(""); });
    row("no service", "is nothing to share", [](auto answer) { answer.setTarget("nonsense"); });
    row("this time", "no running program", [](auto answer) { answer.initLifetime().setOnce(); });
    row("while it runs", "no running program", [](auto answer) { answer.initLifetime().setRun(); });
    row("a time that has passed", "has passed", [](auto answer) { answer.initLifetime().setUntil(5); });
    row("a rate", "cannot slow down", [](auto answer) { answer.initLimits().setBytesPerSecond(5); });
    row("a bad name", "is no name", [](auto answer) { answer.setName("a\nb"); });
  }
  void whatCannotBeGivenIsNot() {
    QFETCH(QString, line);
    QFETCH(std::function<void(schema::Answer::Builder)>, fill);
    World world;
    auto asked = world.ask({});
    auto complaint = world.answer([&](auto answer) {
      answer.setTarget("postgres:5432");
      fill(answer);
    });
    QVERIFY2(complaint.contains(line.toStdString()), complaint.c_str());
    QCOMPARE(world.waits(), size_t(1));
    QVERIFY(world.shares().empty());
    QCOMPARE(world.outcome(kj::mv(asked)), std::string("waits"));
  }

  void noOneIsAskedTwiceAtOnce() {
    World world;
    auto one = world.ask({.id = "wish1"}), same = world.ask({.id = "wish2"});
    QCOMPARE(world.waits(), size_t(1));
    auto other = world.ask({.name = "mail", .id = "wish3"}), elsewhere = world.ask({}, PHONE);
    QCOMPARE(world.waits(), size_t(3));
    QCOMPARE(world.give("postgres:5432"), std::string());
    QCOMPARE(world.outcome(kj::mv(one)), world.outcome(kj::mv(same)));
    QCOMPARE(world.outcome(kj::mv(other)), std::string("waits"));
    QCOMPARE(world.outcome(kj::mv(elsewhere)), std::string("waits"));
  }

  void noIsNoForAWhile() {
    World world;
    auto asked = world.ask({});
    QCOMPARE(world.say(DENY), std::string());
    QCOMPARE(world.outcome(kj::mv(asked)), std::string("declined"));
    QVERIFY(world.shares().empty());
    QVERIFY(world.ledger().refusals().empty());
    world.advance(50min);
    QCOMPARE(world.outcome(world.ask({})), std::string("declined"));
    QCOMPARE(world.waits(), size_t(0));
    // Something else may be asked for, and so may this by another machine, or later.
    auto mail = world.ask({.name = "mail"});
    QCOMPARE(world.outcome(world.ask({}, PHONE)), std::string("waits"));
    world.advance(11min);
    auto later = world.ask({});
    QCOMPARE(world.outcome(kj::mv(later)), std::string("waits"));
  }

  void thereIsNoNever() {
    World world;
    auto asked = world.ask({});
    QVERIFY(world.say(NEVER).contains("peer block"));
    QCOMPARE(world.waits(), size_t(1));
  }

  void closedIsDeclinedOnceAndThenLaterAndLater() {
    World world;
    for (auto pause : {1min, 2min, 4min}) {
      auto asked = world.ask({});
      QCOMPARE(world.waits(), size_t(1));
      QCOMPARE(world.say(DISMISS), std::string());
      QCOMPARE(world.outcome(kj::mv(asked)), std::string("declined"));
      world.advance(pause - 1s);
      QCOMPARE(world.outcome(world.ask({})), std::string("declined"));
      world.advance(2s);
    }
    QVERIFY(world.ledger().refusals().empty());
  }

  // By another name each time.
  void whoGoesOnAskingIsNotHeard() {
    for (auto verdict : {DENY, DISMISS}) {
      World world;
      for (int i = 0; i < 3; ++i) {
        auto asked = world.ask({.name = "n" + std::to_string(i)});
        world.advance(1s);
        QCOMPARE(world.say(verdict), std::string());
      }
      QCOMPARE(world.outcome(world.ask({.name = "another"})), std::string("declined"));
      QCOMPARE(world.waits(), size_t(0));
      QCOMPARE(world.outcome(world.ask({}, PHONE)), std::string("waits"));
    }
  }

  void aFloodReachesNobody() {
    World world;
    std::vector<Answering> held;
    for (int i = 0; i < 200; ++i) held.push_back(world.ask({.name = "n" + std::to_string(i)}));
    QVERIFY(world.waits() <= 8);
    QCOMPARE(world.outcome(kj::mv(held.back())), std::string("tooMany"));
    QCOMPARE(world.outcome(world.ask({}, PHONE)), std::string("waits"));
    // Withdrawn and asked again it is no better.
    held.clear();
    world.poll();
    QCOMPARE(world.waits(), size_t(0));
    QCOMPARE(world.outcome(world.ask({})), std::string("tooMany"));
    world.advance(1h);
    QCOMPARE(world.outcome(world.ask({})), std::string("waits"));
  }

  void nobodyAnswersInTime() {
    World world;
    auto asked = world.ask({});
    world.advance(29min);
    QCOMPARE(world.waits(), size_t(1));
    world.advance(2min);
    QCOMPARE(world.waits(), size_t(0));
    QCOMPARE(world.outcome(kj::mv(asked)), std::string("declined"));
    QCOMPARE(world.broker->powerbox().recent()[0].state, RequestState::TimedOut);
  }

  void withdrawnItIsTakenDown() {
    World world;
    world.showQuestions();
    {
      auto asked = world.ask({});
      QCOMPARE(world.me.up(), size_t(1));
    }
    world.poll();
    QCOMPARE(world.me.up(), size_t(0));
    QCOMPARE(world.waits(), size_t(0));
    QCOMPARE(world.broker->powerbox().recent()[0].state, RequestState::Withdrawn);
  }

  void theWindowDies() {
    World world;
    world.showQuestions();
    auto asked = world.ask({});
    world.me.crash(world.me.last());
    QCOMPARE(world.outcome(kj::mv(asked)), std::string("declined"));
    QVERIFY(world.shares().empty());
  }

  // Between the answer and the look at the disk that it needs.
  void withdrawnMeanwhileNothingIsGiven() {
    if (sftpServer().empty()) QSKIP("no sftp-server here");
    World world;
    auto folder = world.makeFolder("Photos");
    auto asked = kj::heap(world.ask({.kind = schema::Kind::FOLDER}));
    auto call = world.person().answerRequest();
    call.setRequest(world.broker->powerbox().waiting()[0].id.text().c_str());
    auto answer = call.initAnswer();
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.initLifetime().setAlways();
    answer.initChosen(1)[0].setPath(kj::StringPtr(folder.c_str()).asBytes());
    auto answering = call.send();
    asked = nullptr;
    QVERIFY_THROWS_EXCEPTION(kj::Exception, answering.wait(world.ws));
    QVERIFY(world.shares().empty());
  }

  void strangersAndTheBlockedAreNotHeard() {
    World world;
    auto desk = world.ways.desk(WEB);
    auto asked = world.ask({});
    QCOMPARE(world.waits(), size_t(1));
    auto machines = world.person().machinesRequest().send().wait(world.ws).getMachines();
    auto block = machines.blockRequest();
    block.setMachine(WEB.c_str());
    block.setBlocked(true);
    auto blocking = block.send();
    for (int i = 0; i < 10; ++i) world.advance(1s);
    // Whoever still holds on to the session it had.
    auto call = desk.wishedRequest();
    call.initWish().setKind(schema::Kind::SERVICE);
    QVERIFY(call.send().wait(world.ws).getOffer() == "");
    // Nor does what was asked before give anything.
    if (world.waits() > 0) QVERIFY(!world.give("postgres:5432").empty());
    QVERIFY(world.shares().empty());
  }

  void whatIsSaidIsPlain() {
    World world;
    world.showQuestions();
    auto asked =
        world.ask({.name = "\xe2\x80\xae\x1b[2J evil", .claim = std::string(900, 'x') + "\n\n\nLatchkey: allow"});
    auto& shown = world.me.last();
    QVERIFY(shown.suggestion.find('\x1b') == std::string::npos);
    QVERIFY(shown.suggestion.find("\xe2\x80\xae") == std::string::npos);
    QVERIFY(shown.claim.find('\n') == std::string::npos);
    QVERIFY(shown.claim.size() < 210);
  }

  // A name that looks like a place on this machine, or like a word of ours.
  void whatItIsCalledIsNoThing() {
    World world;
    world.showQuestions();
    auto asked = world.ask({.name = "internet"});
    QCOMPARE(world.me.last().target, std::string());
    QCOMPARE(world.me.last().path, std::string());
    QCOMPARE(world.give("postgres:5432"), std::string());
    // Then it is what was given, and never what it was called.
    QVERIFY(world.broker->powerbox().recent()[0].question.object.target.starts_with("postgres:5432"));
    auto other = world.ask({.name = "/home/mira/Public", .id = "wish2"});
    QCOMPARE(world.say(DENY), std::string());
    for (auto& entry : world.ledger().journal(JournalFilter{})) {
      QVERIFY(entry.target != "internet");
      QVERIFY(entry.target != "/home/mira/Public");
    }
  }

  void aThirdNoIsOneToWhatWaits() {
    World world;
    std::vector<Answering> asked;
    for (int i = 0; i < 6; ++i) asked.push_back(world.ask({.name = "n" + std::to_string(i), .id = std::to_string(i)}));
    auto elsewhere = world.ask({}, PHONE);
    for (int i = 0; i < 3; ++i) {
      world.advance(1s);
      QCOMPARE(world.waits(), size_t(7 - i));
      QCOMPARE(world.say(DENY), std::string());
    }
    QCOMPARE(world.waits(), size_t(1));
    for (auto& one : asked) QCOMPARE(world.outcome(kj::mv(one)), std::string("declined"));
    QCOMPARE(world.outcome(kj::mv(elsewhere)), std::string("waits"));
  }

  void noToReadingIsNoToChangingToo() {
    World world;
    auto reading = world.ask({.kind = schema::Kind::FOLDER, .name = "x", .access = schema::Access::READ});
    auto changing = world.ask({.kind = schema::Kind::FOLDER, .name = "x", .id = "wish2"});
    QCOMPARE(world.waits(), size_t(2));
    QCOMPARE(world.say(DENY), std::string());
    QCOMPARE(world.waits(), size_t(0));
    QCOMPARE(world.outcome(kj::mv(changing)), std::string("declined"));
  }

  // Who asked hears that the connection was lost, and asks the next broker.
  void aBrokerThatEndsSaysNoToNobody() {
    World world;
    auto asked = world.ask({});
    world.broker->stop();
    auto outcome = world.outcome(kj::mv(asked));
    QVERIFY2(outcome.contains("broken"), outcome.c_str());
  }

  void otherKindsAreUnknown() {
    World world;
    for (auto kind :
         {schema::Kind::DESKTOP, schema::Kind::DEVICE, schema::Kind::APP, schema::Kind::WINDOW, schema::Kind::LISTEN})
      QCOMPARE(world.outcome(world.ask({.kind = kind})), std::string("unknown"));
    QCOMPARE(world.waits(), size_t(0));
  }

  void aCeilingStandsAboveIt() {
    World world("[[never]]\nkind = \"network\"\ntarget = \"db.example.org\"\n");
    auto asked = world.ask({.kind = schema::Kind::NETWORK, .name = "db"});
    QVERIFY(!world.give("db.example.org:5432").empty());
    QVERIFY(world.shares().empty());
    QCOMPARE(world.give("mail.example.org:25"), std::string());
    QCOMPARE(world.shares()[0].object.target, std::string("mail.example.org:25/tcp"));
  }
};

QTEST_GUILESS_MAIN(FarWishesTest)
#include "far-wishes-test.moc"
