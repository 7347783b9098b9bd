// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Pairing, between real portals; and with who plays foul.

#include <signal.h>

#include <QtTest/QtTest>

#include "portals/peer/digest.h"
#include "portals/peer/pairing.h"
#include "portals/peer/preamble.h"
#include "tests/portals/peer/peer-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

const std::string INVITATION(16, 'i'), SECRET(16, 's');

struct Two {
  World world;
  Machine& a = world.machine("a");  // Joins.
  Machine& b = world.machine("b");  // Admits.
  Two() { b.admits(true, true); }

  kj::Promise<std::string> words(const std::string& from = "192.0.2.1") {
    auto wire = world.wire();
    b.accept(kj::mv(wire.far), from);
    return a.joinByWords(kj::mv(wire.near));
  }
  std::string invited(const std::string& secret = SECRET, const std::string& from = "192.0.2.1") {
    auto wire = world.wire();
    b.accept(kj::mv(wire.far), from);
    return world.wait(a.joinByInvitation(kj::mv(wire.near), INVITATION, secret, b.id));
  }
};

// Says yes to everything, and remembers.
struct Yes final : public peer::PairingHost {
  kj::Promise<bool> compare(const peer::Stranger& stranger, std::vector<std::string> words, peer::Role) override {
    compared = words;
    machine = stranger.id;
    return true;
  }
  kj::Promise<std::string> redeem(const peer::Stranger&, std::string, std::string, std::string) override {
    return std::string(32, 'x');
  }
  kj::Promise<void> paired(const peer::Stranger&, std::string) override {
    isPaired = true;
    return kj::READY_NOW;
  }
  std::vector<std::string> compared;
  std::string machine;
  bool isPaired = false;
};

}  // namespace

class PairingTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void sameWordsOnBothSides() {
    Two two;
    QCOMPARE(two.world.wait(two.words()), std::string("ok"));
    QVERIFY(two.world.until([&] { return two.b.count("paired a") == 1; }));
    QCOMPARE(two.a.events, (std::vector<std::string>{"compare b", "paired b"}));
    QCOMPARE(two.b.events, (std::vector<std::string>{"compare a", "paired a"}));
    auto ours = two.a.compared.at(0), theirs = two.b.compared.at(0);
    QCOMPARE(ours.words, theirs.words);
    QCOMPARE(ours.words.size(), size_t(4));
    QVERIFY(ours.joining && !theirs.joining);
    QCOMPARE(ours.name, std::string("b"));
    QCOMPARE(ours.machine, two.b.id);
    // Never the same again.
    QCOMPARE(two.world.wait(two.words()), std::string("ok"));
    QVERIFY(two.a.compared.at(1).words != ours.words);
    // It grants nothing but this: each is known where it was written down.
    two.a.knows({&two.b});
    two.b.knows({&two.a});
    QCOMPARE(two.world.connect(two.a, two.b), std::string("ok"));
  }

  void oneSaysTheyDiffer_data() {
    QTest::addColumn<bool>("joining");
    QTest::newRow("who joins") << true;
    QTest::newRow("who admits") << false;
  }
  void oneSaysTheyDiffer() {
    QFETCH(bool, joining);
    Two two;
    auto& says = joining ? two.a : two.b;
    auto& other = joining ? two.b : two.a;
    other.person = [](auto&) -> kj::Promise<bool> { return kj::NEVER_DONE; };
    says.person = [](auto&) -> kj::Promise<bool> { return false; };
    QCOMPARE(two.world.wait(two.words()), std::string("differ"));
    QVERIFY(two.world.until([&] { return other.count("dropped") == 1; }));
    QVERIFY(two.world.until([&] { return two.b.count("refused differ a") == 1; }));
    QVERIFY(two.a.count("paired") == 0 && two.b.count("paired") == 0);
  }

  // Neither is paired before both have said so.
  void yesAloneIsNotEnough() {
    Two two;
    auto answer = kj::newPromiseAndFulfiller<bool>();
    two.a.person = [&](auto&) { return kj::mv(answer.promise); };
    auto joining = two.words();
    QVERIFY(two.world.until([&] { return two.a.compared.size() == 1 && two.b.compared.size() == 1; }));
    two.world.pass(100);
    QVERIFY(two.b.count("paired") == 0);
    answer.fulfiller->fulfill(true);
    QCOMPARE(two.world.wait(kj::mv(joining)), std::string("ok"));
    QVERIFY(two.world.until([&] { return two.b.count("paired a") == 1; }));
  }

  void whoGoesAwayEndsTheQuestion() {
    Two two;
    two.a.person = two.b.person = [](auto&) -> kj::Promise<bool> { return kj::NEVER_DONE; };
    {
      auto joining = two.words();
      QVERIFY(two.world.until([&] { return two.b.compared.size() == 1 && two.a.compared.size() == 1; }));
    }  // Withdrawn.
    QVERIFY(two.world.until([&] { return two.b.count("dropped") == 1 && two.a.count("dropped") == 1; }));
    QVERIFY(two.world.until([&] { return two.b.count("refused broken a") == 1; }));
    auto joining = two.words();
    QVERIFY(two.world.until([&] { return two.b.compared.size() == 2 && two.a.compared.size() == 2; }));
    two.b.kill();
    QCOMPARE(two.world.wait(kj::mv(joining)), std::string("broken"));
    QCOMPARE(two.a.count("dropped"), size_t(2));
    QCOMPARE(two.a.count("paired"), size_t(0));
  }

  void nobodyIsAdmittedUnasked() {
    Two two;
    two.b.admits(false, true);
    QCOMPARE(two.world.wait(two.words()), std::string("notAdmitting"));
    two.b.admits(true, false);
    two.b.invitations[INVITATION] = SECRET;
    QCOMPARE(two.invited(), std::string("notAdmitting"));
    QVERIFY(two.b.compared.empty() && two.b.redeemed.empty());
    QCOMPARE(two.world.wait(two.words()), std::string("ok"));
  }

  void oneQuestionAtATime() {
    Two two;
    auto& c = two.world.machine("c");
    two.a.person = two.b.person = [](auto&) -> kj::Promise<bool> { return kj::NEVER_DONE; };
    auto joining = two.words();
    QVERIFY(two.world.until([&] { return two.b.compared.size() == 1; }));
    auto wire = two.world.wire();
    two.b.accept(kj::mv(wire.far), "192.0.2.7");
    QCOMPARE(two.world.wait(c.joinByWords(kj::mv(wire.near))), std::string("notAdmitting"));
    QCOMPARE(two.b.compared.size(), size_t(1));
  }

  void threeTriesFromOneAddress() {
    Two two;
    two.a.person = [](auto&) -> kj::Promise<bool> { return false; };
    for (int i = 0; i < 3; ++i) QCOMPARE(two.world.wait(two.words("2001:db8::1")), std::string("differ"));
    QCOMPARE(two.world.wait(two.words("2001:db8::2")), std::string("notAdmitting"));  // The same network.
    QCOMPARE(two.b.compared.size(), size_t(3));
    QCOMPARE(two.world.wait(two.words("2001:db8:0:1::1")), std::string("differ"));
  }

  // Each side is told by who stands between what they would show; nobody can make them the same.
  void whoStandsBetweenHasOtherWordsOnEachSide() {
    Two two;
    auto& timer = two.world.io.provider->getTimer();
    auto toA = two.world.wire(), toB = two.world.wire();
    auto joining = two.a.joinByWords(kj::mv(toA.near));
    two.b.accept(kj::mv(toB.far));
    auto left =
        two.world.io.lowLevelProvider->wrapSocketFd(kj::mv(toA.far), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
    auto right =
        two.world.io.lowLevelProvider->wrapSocketFd(kj::mv(toB.near), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
    auto own = peer::makeIdentity();
    Yes towardsA, towardsB;
    two.a.person = two.b.person = [](auto&) -> kj::Promise<bool> { return kj::NEVER_DONE; };
    QVERIFY(two.world.wait(peer::receive(*left)) != nullptr);
    two.world.wait(peer::send(*left, {peer::Purpose::WORDS}));
    two.world.wait(peer::send(*right, {peer::Purpose::WORDS}));
    QVERIFY(two.world.wait(peer::receive(*right)) != nullptr);
    peer::Pairing asB(*left, timer, own, "b", towardsA), asA(*right, timer, own, "a", towardsB);
    auto one = asB.admitByWords().ignoreResult().eagerlyEvaluate([](kj::Exception&&) {});
    auto other = asA.joinByWords().ignoreResult().eagerlyEvaluate([](kj::Exception&&) {});
    QVERIFY(two.world.until([&] { return two.a.compared.size() == 1 && two.b.compared.size() == 1; }));
    QVERIFY(two.a.compared.at(0).words != two.b.compared.at(0).words);
    QCOMPARE(two.a.compared.at(0).words, towardsA.compared);
    QCOMPARE(two.b.compared.at(0).name, std::string("a"));
    QCOMPARE(two.b.compared.at(0).machine, own.id);
  }

  // Passing on what both say, and putting in nothing of one's own, changes nothing.
  void whoOnlyPassesOnSeesNoDifference() {
    Two two;
    auto toA = two.world.wire(), toB = two.world.wire();
    auto joining = two.a.joinByWords(kj::mv(toA.near));
    two.b.accept(kj::mv(toB.far));
    Relay relay(two.world, toA.far, toB.near);
    QCOMPARE(two.world.wait(kj::mv(joining)), std::string("ok"));
    QCOMPARE(two.a.compared.at(0).words, two.b.compared.at(0).words);
  }

  // --- by hand

  void playedByHand_data() {
    QTest::addColumn<QString>("what");
    for (auto* what : {"another number than committed to", "its own certificate", "a certificate of another shape",
                       "padding that is not zero", "a length beyond", "nothing", "half", "a verdict that is none"}) {
      QTest::newRow(what) << what;
    }
  }
  void playedByHand() {
    QFETCH(QString, what);
    Two two;
    auto wire = two.world.wire();
    two.b.accept(kj::mv(wire.far));
    auto own = peer::makeIdentity();
    auto certificate = what == "its own certificate" ? two.b.certificate : own.certificate;
    if (what == "a certificate of another shape") certificate[30] ^= 1;
    auto size = certificate.size();
    if (what == "a length beyond") size = 1025;
    std::string who{static_cast<char>(size & 0xff), static_cast<char>(size >> 8)};
    who += certificate + std::string(1024 - certificate.size(), what == "padding that is not zero" ? 'x' : '\0');
    who += std::string(1, '\4') + "evil" + std::string(60, '\0');
    std::string number(32, 'n');
    auto hello = who + peer::digest({"latchkey words commit 1", number, who}) + std::string(16, '\0');
    if (what == "another number than committed to") number[0] = 'm';
    std::string preamble = "LATCHKEY\1W" + std::string(6, '\0');
    test::send(wire.near, preamble);
    if (what == "half") hello.resize(500);
    if (what != "nothing") test::send(wire.near, hello);
    if (what != "nothing" && what != "half") test::send(wire.near, number);
    if (what == "a verdict that is none") test::send(wire.near, std::string(33, '?'));
    two.b.person = [](auto&) -> kj::Promise<bool> { return kj::NEVER_DONE; };
    auto why = what == "nothing" || what == "half" ? "refused silent" : "refused broken";
    QVERIFY(two.world.until([&] { return two.b.count(why) == 1; }));
    auto isAsked = what == "a verdict that is none";
    QCOMPARE(two.b.compared.size(), size_t(isAsked));
    QCOMPARE(two.b.count("paired"), size_t(0));
    // The line is free again for who is in earnest.
    two.b.person = nullptr;
    QCOMPARE(two.world.wait(two.words("192.0.2.9")), std::string("ok"));
  }

  void namesAreShownEscaped() {
    World world;
    auto& a = world.machine("a\u202e\x1b[31m\n");
    auto& b = world.machine("b");
    b.admits(true, false);
    auto wire = world.wire();
    b.accept(kj::mv(wire.far));
    QCOMPARE(world.wait(a.joinByWords(kj::mv(wire.near))), std::string("ok"));
    QCOMPARE(b.compared.at(0).name, std::string("a\\u{202e}\\x1b[31m\\n"));
  }

  // --- by invitation

  void anInvitationPairs() {
    Two two;
    two.b.invitations[INVITATION] = SECRET;
    QCOMPARE(two.invited(), std::string("ok"));
    QCOMPARE(two.a.events, std::vector<std::string>{"paired b invited"});
    QCOMPARE(two.b.events, std::vector<std::string>{"paired a invited"});
    QVERIFY(two.a.compared.empty() && two.b.compared.empty());
    QCOMPARE(two.b.redeemed.at(0).machine, two.a.id);
  }

  void anInvitationIsGoodOnce() {
    Two two;
    two.b.invitations[INVITATION] = SECRET;
    QCOMPARE(two.invited(), std::string("ok"));
    QCOMPARE(two.invited(), std::string("notAdmitting"));
    QCOMPARE(two.b.count("paired"), size_t(1));
    QVERIFY(two.world.until([&] { return two.b.count("refused notAdmitting a") == 1; }));
  }

  void aWrongSecretPairsNobody() {
    Two two;
    two.b.invitations[INVITATION] = SECRET;
    QCOMPARE(two.invited(std::string(16, 'w')), std::string("notAdmitting"));
    QVERIFY(two.a.count("paired") == 0 && two.b.count("paired") == 0);
    QCOMPARE(two.invited(), std::string("ok"));
  }

  void aFourthTryIsNotEvenHeard() {
    Two two;
    two.b.invitations[INVITATION] = SECRET;
    for (int i = 0; i < 3; ++i) QCOMPARE(two.invited(std::string(16, 'w')), std::string("notAdmitting"));
    QCOMPARE(two.invited(), std::string("notAdmitting"));
    QCOMPARE(two.b.redeemed.size(), size_t(3));
  }

  // What was overheard of one exchange is worth nothing in another.
  void proofsCannotBeReplayed() {
    Two two;
    two.b.invitations[INVITATION] = SECRET;
    two.invited(std::string(16, 'w'));
    two.invited(std::string(16, 'w'), "192.0.2.2");
    QVERIFY(two.b.redeemed.at(0).proof != two.b.redeemed.at(1).proof);
    QVERIFY(two.b.redeemed.at(0).transcript != two.b.redeemed.at(1).transcript);
  }

  void theSecretIsNotShownToAnotherMachine() {
    Two two;
    auto& c = two.world.machine("c");
    c.admits(true, true);
    auto wire = two.world.wire();
    c.accept(kj::mv(wire.far));
    QCOMPARE(two.world.wait(two.a.joinByInvitation(kj::mv(wire.near), INVITATION, SECRET, two.b.id)),
             std::string("keyChanged"));
    two.world.pass(100);
    QVERIFY(c.redeemed.empty());
    QCOMPARE(two.a.count("paired"), size_t(0));
  }

  void whoCannotProveThatTheyInvitedPairsNobody() {
    Two two;
    auto& timer = two.world.io.provider->getTimer();
    auto own = peer::makeIdentity();
    auto wire = two.world.wire();
    auto joining = two.a.joinByInvitation(kj::mv(wire.near), INVITATION, SECRET, own.id);
    auto stream =
        two.world.io.lowLevelProvider->wrapSocketFd(kj::mv(wire.far), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
    QVERIFY(two.world.wait(peer::receive(*stream)) != nullptr);
    two.world.wait(peer::send(*stream, {peer::Purpose::INVITATION}));
    Yes host;  // Its proof is none.
    peer::Pairing pairing(*stream, timer, own, "x", host);
    two.world.wait(pairing.admitByInvitation().ignoreResult());
    QCOMPARE(two.world.wait(kj::mv(joining)), std::string("broken"));
    QCOMPARE(two.a.count("paired"), size_t(0));
  }
};

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  QCoreApplication app(argc, argv);
  PairingTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "pairing-test.moc"
