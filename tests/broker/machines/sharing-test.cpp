// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What machines share with each other, and what becomes of it.

#include <kj/debug.h>

#include <QtTest>

#include "broker/base/service.h"
#include "tests/broker/machines/sharing-world.h"

using namespace latchkey;
using namespace latchkey::test;
using namespace std::chrono_literals;

namespace {

// Sent on one, got at the other.
std::string through(Net& net, int from, int to, const std::string& text) {
  KJ_SYSCALL(send(from, text.data(), text.size(), MSG_NOSIGNAL));
  std::string got;
  for (int i = 0; i < 200 && got.size() < text.size(); ++i) {
    net.settle();
    char some[256];
    auto count = recv(to, some, sizeof some, MSG_DONTWAIT);
    if (count == 0) break;
    if (count > 0) got.append(some, static_cast<size_t>(count));
  }
  return got;
}

bool isOver(Net& net, int socket) {
  for (int i = 0; i < 200; ++i) {
    net.settle();
    char some[256];
    auto count = recv(socket, some, sizeof some, MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return true;
  }
  return false;
}

// Two machines: "db" shares, "web" accepted.
struct World {
  Net net;
  Side db{'a', "db"}, web{'b', "web"};
  GrantId share, received;

  explicit World(Limits limits = {}, bool accepted = true) {
    db.know(web);
    web.know(db);
    net.connect(db, web);
    auto grant = shareOf(web, "postgres:5432 as orders");
    grant.limits = limits;
    share = db.sharing->share(grant, false);
    net.settle();
    if (accepted) received = net.wait(web.sharing->offers().accept(web.onlyOffer().id));
  }
  Grant held() { return KJ_REQUIRE_NONNULL(web.ledger->find(received)); }
  Grant shared() { return KJ_REQUIRE_NONNULL(db.ledger->find(share)); }
  // The app's end.
  kj::AutoCloseFd use() {
    Pair pair;
    net.wait(web.sharing->offers().connect(held(), kj::mv(pair.other)));
    return kj::mv(pair.one);
  }
  std::string whyNot() {
    Pair pair;
    return net.failure(web.sharing->offers().connect(held(), kj::mv(pair.other)));
  }
};

}  // namespace

class SharingTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void anOfferGivesNothingByItself() {
    World world({}, false);
    auto offer = world.web.onlyOffer();
    QCOMPARE(offer.title, std::string("orders"));
    QCOMPARE(offer.state, Offer::State::New);
    QVERIFY(offer.token.empty());
    QVERIFY(world.web.ledger->all(Ledger::Which::All).empty());
    QVERIFY(world.db.opened.empty());
  }

  void twoOfOneNameAcceptedAtOnceHaveTwoPlaces() {
    World world({}, false);
    for (auto path : {"/home/db/a/photos", "/home/db/b/photos"}) {
      auto folder = shareOf(world.web, "photos");
      folder.kind = Kind::Folder;
      folder.object = {.target = "photos", .path = path, .scope = Scope::Tree};
      world.db.sharing->share(folder, false);
    }
    world.net.settle();
    kj::Vector<kj::Promise<GrantId>> accepting;
    for (auto& [id, offer] : world.web.ledger->offers())
      if (offer.kind == Kind::Folder) accepting.add(world.web.sharing->offers().accept(id));
    QCOMPARE(accepting.size(), size_t(2));
    std::set<std::string> places;
    for (auto& one : accepting)
      places.insert(KJ_REQUIRE_NONNULL(world.web.ledger->find(world.net.wait(kj::mv(one)))).object.path);
    QCOMPARE(places, (std::set<std::string>{"/places/photos", "/places/photos+"}));
  }

  void acceptedItIsUsed() {
    World world;
    auto app = world.use();
    QCOMPARE(world.db.opened, std::vector<std::string>{"postgres:5432 as orders"});
    QCOMPARE(through(world.net, app, world.db.service, "question"), std::string("question"));
    QCOMPARE(through(world.net, world.db.service, app, "answer"), std::string("answer"));
    QCOMPARE(world.shared().live, 1u);
    app = nullptr;
    world.db.service = nullptr;
    world.net.settle();
    QCOMPARE(world.shared().live, 0u);
    QCOMPARE(world.shared().uses, 1u);
    QCOMPARE(world.shared().bytesWritten, 8u);
    QCOMPARE(world.shared().bytesRead, 6u);
    // How it is reached here is not told.
    QVERIFY(!world.web.onlyOffer().title.contains("postgres"));
  }

  void takenBackItEndsEverywhere() {
    World world;
    auto ofApp = world.web.ledger->add(grantOfShop(world.received));
    auto app = world.use();
    auto ended = world.db.ledger->revoke({world.share});
    world.net.wait(world.db.sharing->cutShares(ended.grants));
    QVERIFY(isOver(world.net, app));
    world.net.settle();
    QCOMPARE(world.web.onlyOffer().state, Offer::State::Over);
    QCOMPARE(wordsFor(world.web.onlyOffer().why), std::string("its owner has ended it"));
    QVERIFY(world.held().hasEnded());
    QVERIFY(KJ_ASSERT_NONNULL(world.web.ledger->find(ofApp)).hasEnded());
    QVERIFY(world.web.onlyOffer().token.empty());
    QCOMPARE(world.whyNot(), std::string("it is over"));
    // Given again it is another one, and nothing of the first comes back.
    auto again = world.db.sharing->share(shareOf(world.web, "postgres:5432 as orders"), false);
    QVERIFY(again != world.share);
    world.net.settle();
    QCOMPARE(world.web.ledger->offers().size(), size_t(2));
    QVERIFY(world.held().hasEnded());
  }

  void heardOfOrNotItFailsAtOnce() {
    World world;
    auto app = world.use();
    // On the owner's disk, and nobody was told.
    world.db.ledger->revoke({world.share});
    QCOMPARE(world.whyNot(), std::string("orders: its owner has ended it"));
  }

  void pausedItWaits() {
    World world;
    auto app = world.use();
    auto paused = world.db.ledger->suspend({world.share});
    world.net.wait(world.db.sharing->suspendShares(paused.grants));
    QVERIFY(isOver(world.net, app));
    world.net.settle();
    QVERIFY(world.web.onlyOffer().suspended);
    QCOMPARE(world.held().state, GrantState::Suspended);
    world.net.wait(world.db.sharing->resumeShares(world.db.ledger->resume({world.share})));
    world.net.settle();
    QVERIFY(!world.web.onlyOffer().suspended);
    QCOMPARE(world.held().state, GrantState::Active);
    app = world.use();
    QCOMPARE(through(world.net, app, world.db.service, "x"), std::string("x"));
  }

  void endsAreToldFirstWhenItComesBack() {
    World world;
    world.net.disconnect(world.db, world.web);
    world.db.ledger->revoke({world.share});
    auto second = world.db.sharing->share(shareOf(world.web, "postgres:5432 as other"), false);
    QCOMPARE(world.web.onlyOffer().state, Offer::State::Accepted);
    QCOMPARE(world.whyNot(), std::string("orders: the machine is not connected"));
    QCOMPARE(world.web.wanted, std::vector<std::string>{world.db.id});
    world.net.connect(world.db, world.web);
    QVERIFY(world.held().hasEnded());
    QCOMPARE(world.web.ledger->offers().size(), size_t(2));
  }

  void itOutlivesBothBrokers() {
    World world;
    world.net.disconnect(world.db, world.web);
    world.db.start();
    world.web.start();
    world.net.connect(world.db, world.web);
    QCOMPARE(world.web.onlyOffer().state, Offer::State::Accepted);
    auto app = world.use();
    QCOMPARE(through(world.net, app, world.db.service, "x"), std::string("x"));
  }

  void usesAreCountedWhenTheyAreOver() {
    World world({.uses = 2});
    auto first = world.use(), second = world.use();
    QCOMPARE(world.whyNot(), std::string("orders: it is used up"));
    // The last that was allowed goes on.
    QCOMPARE(through(world.net, second, world.db.service, "x"), std::string("x"));
    first = nullptr, second = nullptr;
    world.db.service = nullptr;
    world.net.settle();
    world.net.settle();
    QVERIFY(world.shared().hasEnded());
    QCOMPARE(wordsFor(world.web.onlyOffer().why), std::string("it is used up"));
  }

  void aUseThatIsCutOffIsOne() {
    World world({.uses = 1});
    auto app = world.use();
    world.net.disconnect(world.db, world.web);
    QCOMPARE(world.shared().uses, 1u);
    QVERIFY(world.shared().hasEnded());
  }

  void whatDoesNotAnswerIsNoUse() {
    World world({.uses = 1});
    world.db.refuses = "there";
    QCOMPARE(world.whyNot(), std::string("orders: it does not answer there"));
    world.db.refuses.clear();
    auto app = world.use();
    QCOMPARE(through(world.net, app, world.db.service, "x"), std::string("x"));
  }

  void whileTheNetworkIsOffNothingPasses() {
    World world;
    auto app = world.use();
    world.db.off = true;
    world.net.wait(world.db.sharing->setOff(true));
    QVERIFY(isOver(world.net, app));
    QCOMPARE(world.whyNot(), std::string("orders: its owner has paused it"));
    world.db.off = false;
    world.net.wait(world.db.sharing->setOff(false));
    app = world.use();
    QCOMPARE(through(world.net, app, world.db.service, "x"), std::string("x"));
  }

  void declinedItIsNobodys() {
    World world({}, false);
    world.net.wait(world.web.sharing->offers().decline(world.web.onlyOffer().id));
    world.net.settle();
    QVERIFY(world.shared().hasEnded());
    QCOMPARE(world.web.onlyOffer().state, Offer::State::Declined);
  }

  void givenBackItEndsHereAndThere() {
    World world;
    auto app = world.use();
    // In Keys: a grant like any other.
    auto ended = world.web.ledger->revoke({world.received});
    world.net.wait(world.web.sharing->cutShares(ended.grants));
    world.net.settle();
    QVERIFY(world.shared().hasEnded());
    QVERIFY(isOver(world.net, app));
    QCOMPARE(world.web.onlyOffer().state, Offer::State::Declined);
  }

  void declinedWhileOfflineItIsToldLater() {
    World world({}, false);
    world.net.disconnect(world.db, world.web);
    world.net.wait(world.web.sharing->offers().decline(world.web.onlyOffer().id));
    QVERIFY(!world.shared().hasEnded());
    world.net.connect(world.db, world.web);
    QVERIFY(world.shared().hasEnded());
    QCOMPARE(world.web.onlyOffer().state, Offer::State::Declined);
  }

  // More than can be told in one message.
  void manyEndsAreAllTold() {
    World world;
    std::vector<GrantId> all;
    for (int i = 0; i < 300; ++i) all.push_back(world.db.sharing->share(shareOf(world.web, "mail:25"), false));
    world.net.settle();
    QCOMPARE(world.web.ledger->offers().size(), size_t(301));
    world.net.wait(world.db.sharing->cutShares(world.db.ledger->revoke(all).grants));
    world.net.settle();
    auto over = std::ranges::count_if(world.web.ledger->offers(),
                                      [](auto& one) { return one.second.state == Offer::State::Over; });
    QCOMPARE(over, 300);
  }

  // --- asked for

  void whatIsAskedForIsSharedAndAccepted() {
    World world({}, false);
    world.db.gives = [&](Wish wish) -> kj::Promise<GrantId> {
      return world.db.sharing->share(shareOf(world.web, "mail:25"), false, wish.id);
    };
    auto asked = world.web.sharing->wishes().ask({.machine = world.db.id, .kind = Kind::Service, .name = "mail"}, true);
    world.net.settle();
    QCOMPARE(world.db.wishes.size(), size_t(1));
    QCOMPARE(world.db.wishes[0].machine, world.web.id);
    auto done = world.net.wait(world.web.sharing->wishes().whenDecided(asked.id));
    QCOMPARE(done.state, Wishes::State::Given);
    auto held = KJ_ASSERT_NONNULL(world.web.ledger->find(done.grant));
    QCOMPARE(held.holder, holderFromMachine(world.db.id));
    // Ended as anything else.
    auto offer = KJ_ASSERT_NONNULL(world.web.ledger->offer(done.offer));
    world.net.wait(world.db.sharing->cutShares(world.db.ledger->revoke({GrantId(offer.theirs)}).grants));
    world.net.settle();
    QVERIFY(KJ_ASSERT_NONNULL(world.web.ledger->find(done.grant)).hasEnded());
  }

  // The owner's broker ended between its answer and its being heard.
  void answeredOnceItIsAnswered() {
    World world({}, false);
    world.net.disconnect(world.db, world.web);
    auto asked = world.web.sharing->wishes().ask({.machine = world.db.id, .kind = Kind::Service, .name = "mail"}, true);
    auto given = world.db.sharing->share(shareOf(world.web, "mail:25"), false, asked.id);
    world.db.start();
    world.net.connect(world.db, world.web);
    QVERIFY(world.db.wishes.empty());
    QCOMPARE(world.net.wait(world.web.sharing->wishes().whenDecided(asked.id)).state, Wishes::State::Given);
    // What was taken back meanwhile answers nothing.
    world.db.ledger->revoke({given});
    Side thief('c', "thief");
    world.db.know(thief);
    auto call = world.db.sharing->begin(thief.id, kj::heap<Deaf>()).wishedRequest();
    call.initWish().setId(asked.id.c_str());
    call.getWish().setKind(schema::Kind::SERVICE);
    QVERIFY(world.net.wait(call.send()).getOffer() == "");
    QCOMPARE(world.db.wishes.size(), size_t(1));
  }

  // --- what a far machine may not

  // One that asks for the same thing over and over leaves nothing behind.
  void aDoorIsThereWhileItIsKept() {
    World world;
    auto desk = world.db.sharing->begin(world.web.id, kj::heap<Deaf>());
    auto token = world.web.onlyOffer().token;
    auto held = std::make_shared<Thing::Door>();  // By whoever can shut it.
    auto restore = [&] {
      auto call = desk.restoredRequest();
      call.setToken(capnp::Data::Reader(reinterpret_cast<const kj::byte*>(token.data()), token.size()));
      call.setDoor(kj::heap<LiveDoor>(held));
      return world.net.wait(call.send()).getService();
    };
    {
      auto kept = restore();
      auto used = kept.usedRequest();
      used.setUses(3);
      used.setLive(1);
      world.net.wait(used.send().ignoreResult());
      QCOMPARE(world.shared().live, 1u);
    }
    world.net.settle();
    QCOMPARE(world.shared().live, 0u);
    QCOMPARE(world.shared().uses, 2u);
    QCOMPARE(held.use_count(), 1L);
    for (int i = 0; i < 100; ++i) restore();
    world.net.settle();
    QCOMPARE(held.use_count(), 1L);
    QCOMPARE(world.shared().uses, 2u);
    auto last = restore();
    QCOMPARE(held.use_count(), 2L);
    // Those that outlive this broker find nobody.
    world.db.start();
    QCOMPARE(world.net.failure(last.connectRequest().send().ignoreResult()), std::string("ended"));
  }

  void tokensAreOfWhoTookThem() {
    World world;
    Side thief('c', "thief");
    world.db.know(thief);
    thief.know(world.db);
    auto desk = world.db.sharing->begin(thief.id, kj::heap<Deaf>());
    auto restore = [&](const std::string& token) {
      auto call = desk.restoredRequest();
      call.setToken(capnp::Data::Reader(reinterpret_cast<const kj::byte*>(token.data()), token.size()));
      return world.net.failure(call.send().ignoreResult());
    };
    QCOMPARE(restore(world.web.onlyOffer().token), std::string("notYours"));
    QCOMPARE(restore(std::string(TOKEN_BYTES, 'x')), std::string("notYours"));
    QCOMPARE(restore(""), std::string("notYours"));
    auto take = [&](const std::string& offer) {
      auto call = desk.takenRequest();
      call.setOffer(offer.c_str());
      return world.net.failure(call.send().ignoreResult());
    };
    QCOMPARE(take(world.share.text()), std::string("notYours"));
    QCOMPARE(take("nothing"), std::string("notYours"));
    // Nor can it take away what is another's.
    auto decline = desk.declinedRequest();
    decline.setOffer(world.share.text().c_str());
    world.net.wait(decline.send().ignoreResult());
    QVERIFY(!world.shared().hasEnded());
    auto withdraw = world.web.sharing->begin(thief.id, kj::heap<Deaf>()).withdrawnRequest();
    withdraw.initOffers(1)[0].setOffer(world.share.text().c_str());
    world.net.wait(withdraw.send().ignoreResult());
    QCOMPARE(world.web.onlyOffer().state, Offer::State::Accepted);
  }

  void takenAgainTheFirstTokenIsVoid() {
    World world;
    auto first = world.web.onlyOffer().token;
    auto desk = world.db.sharing->begin(world.web.id, kj::heap<Deaf>());
    auto call = desk.takenRequest();
    call.setOffer(world.share.text().c_str());
    auto answer = world.net.wait(call.send());
    QCOMPARE(answer.getToken().size(), TOKEN_BYTES);
    auto restore = desk.restoredRequest();
    restore.setToken(capnp::Data::Reader(reinterpret_cast<const kj::byte*>(first.data()), first.size()));
    QCOMPARE(world.net.failure(restore.send().ignoreResult()), std::string("notYours"));
  }

  void textIsBoundedAndPlain() {
    World world({}, false);
    auto offer = [&](const std::string& id, const std::string& title) {
      auto call = m_desk(world).offeredRequest();
      auto offer = call.initOffer();
      offer.setId(id.c_str());
      offer.setKind(schema::Kind::SERVICE);
      offer.setTitle(title.c_str());
      offer.setAccess(schema::Access::WRITE);
      return world.net.failure(call.send().ignoreResult());
    };
    QCOMPARE(offer("x1", "\xe2\x80\xae evil\n as db:22/tcp"), std::string());
    QCOMPARE(offer("x2", std::string(100'000, 'x')), std::string());
    QVERIFY(!offer("x3", "").empty());
    QVERIFY(!offer("x3", "   ").empty());
    QVERIFY(!offer("../etc", "fine").empty());
    QVERIFY(!offer("", "fine").empty());
    for (auto& [id, known] : world.web.ledger->offers()) {
      QVERIFY(known.title.size() <= MOST_OF_TITLE);
      QVERIFY(!known.title.contains(" as ") && !known.title.contains('\n') && !known.title.contains("\xe2\x80\xae"));
    }
    QCOMPARE(world.web.ledger->offers().size(), size_t(3));
  }

  void offersAreBounded() {
    World world({}, false);
    auto desk = m_desk(world);
    std::string last;
    for (size_t i = 0; i < Offers::MOST_OF_MACHINE + 5; ++i) {
      auto call = desk.offeredRequest();
      auto offer = call.initOffer();
      offer.setId(("n" + std::to_string(i)).c_str());
      offer.setKind(schema::Kind::SERVICE);
      offer.setTitle("many");
      last = world.net.failure(call.send().ignoreResult());
    }
    QVERIFY(!last.empty());
    QCOMPARE(world.web.ledger->offers().size(), Offers::MOST_OF_MACHINE);
  }

  // --- order of effects

  void whatWasHalfAcceptedIsNot() {
    World world;
    // As if the broker had died between the grant and the offer's record.
    Grant stray;
    stray.holder = holderFromMachine(world.db.id);
    stray.kind = Kind::Service;
    stray.object = {.target = "stray", .scope = Scope::Port};
    stray.access = Access::Write;
    stray.lifetime = Lifetime::always();
    auto id = world.web.ledger->add(stray);
    world.net.disconnect(world.db, world.web);
    world.web.start();
    QVERIFY(KJ_ASSERT_NONNULL(world.web.ledger->find(id)).hasEnded());
    QVERIFY(!world.held().hasEnded());
  }

  void aForgottenMachineHoldsAndGivesNothing() {
    World world;
    auto app = world.use();
    auto here = world.web.ledger->dropMachine(world.db.id);
    world.net.wait(world.web.sharing->cutShares(here.grants));
    QVERIFY(world.held().hasEnded());
    QVERIFY(world.web.ledger->offers().empty());
    auto there = world.db.ledger->dropMachine(world.web.id);
    world.net.wait(world.db.sharing->cutShares(there.grants));
    QVERIFY(isOver(world.net, app));
    QVERIFY(world.shared().hasEnded());
    try {
      world.db.sharing->share(shareOf(world.web, "postgres:5432 as orders"), false);
      QFAIL("shared with somebody who is not known");
    } catch (const kj::Exception& exception) {
      QCOMPARE(why(exception), std::string("there is no such machine"));
    }
  }

  // --- passing on

  void whoItComesThroughIsTold() {
    World world;
    world.db.ledger->revoke({world.share});
    auto machine = KJ_ASSERT_NONNULL(world.web.ledger->machine(world.db.id));
    machine.announced = "the db";
    machine.petname = "what only we call it";
    world.web.ledger->putMachine(machine);
    Side phone('c', "phone");
    world.web.know(phone);
    phone.know(world.web);
    world.net.connect(world.web, phone);
    world.db.sharing->share(shareOf(world.web, "mail:25 as mail"), true);
    world.net.settle();
    std::string mail;
    for (auto& [id, offer] : world.web.ledger->offers())
      if (offer.title == "mail") mail = id;
    auto child = shareOf(phone, "mail");
    child.parent = world.net.wait(world.web.sharing->offers().accept(mail));
    world.web.sharing->share(child, false);
    world.net.settle();
    QCOMPARE(phone.onlyOffer().chain, std::vector<std::string>{"the db"});
    QVERIFY(KJ_ASSERT_NONNULL(world.web.ledger->offer(mail)).chain.empty());
  }

  // What would lead to another machine is never looked for on this one.
  void whereItComesFromIsKnownOrItFails() {
    World world;
    auto child = grantOfShop(world.received);
    auto id = world.web.ledger->add(child);
    auto behind = receivedBehind(*world.web.ledger, KJ_ASSERT_NONNULL(world.web.ledger->find(id)));
    QCOMPARE(KJ_ASSERT_NONNULL(behind).id, world.received);
    child.parent = GrantId();
    QVERIFY(receivedBehind(*world.web.ledger, child) == nullptr);
    child.parent = GrantId("forgotten");
    QVERIFY_THROWS_EXCEPTION(kj::Exception, receivedBehind(*world.web.ledger, child));
  }

  void passedOnItEndsWithWhatItCameFrom_data() {
    QTest::addColumn<bool>("byOrigin");
    QTest::newRow("by the origin") << true;
    QTest::newRow("by who passed it on") << false;
  }
  void passedOnItEndsWithWhatItCameFrom() {
    QFETCH(bool, byOrigin);
    World world;
    Side phone('c', "phone");
    world.web.know(phone);
    phone.know(world.web);
    world.net.connect(world.web, phone);
    auto child = shareOf(phone, "orders");
    child.parent = world.received;
    auto passed = world.web.sharing->share(child, false);
    world.net.settle();
    auto third = world.net.wait(phone.sharing->offers().accept(phone.onlyOffer().id));
    Pair pair;
    world.net.wait(phone.sharing->offers().connect(KJ_ASSERT_NONNULL(phone.ledger->find(third)), kj::mv(pair.other)));
    QCOMPARE(through(world.net, pair.one, world.db.service, "hello"), std::string("hello"));
    if (byOrigin) {
      world.net.wait(world.db.sharing->cutShares(world.db.ledger->revoke({world.share}).grants));
    } else {
      world.net.wait(world.web.sharing->cutShares(world.web.ledger->revoke({passed}).grants));
    }
    QVERIFY(isOver(world.net, pair.one));
    world.net.settle();
    QVERIFY(KJ_ASSERT_NONNULL(phone.ledger->find(third)).hasEnded());
    QCOMPARE(wordsFor(phone.onlyOffer().why),
             std::string(byOrigin ? "its owner has lost it" : "its owner has ended it"));
    // The grandchild alone, where that was meant.
    QCOMPARE(world.held().hasEnded(), byOrigin);
  }

private:
  static schema::MachineDesk::Client m_desk(World& world) {
    return world.web.sharing->begin(world.db.id, kj::heap<Deaf>());
  }
};

QTEST_GUILESS_MAIN(SharingTest)
#include "sharing-test.moc"
