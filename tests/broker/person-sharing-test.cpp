// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a person may say about sharing, and what not. No other machine answers here: the records of one are in the
// store.

#include <QtTest>

#include "broker/grants/grant-schema.h"
#include "broker/grants/share-record.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const std::string WEB(52, 'w');

std::string lastLine(const kj::Exception& exception) {
  auto text = std::string(exception.getDescription().cStr());
  auto at = text.rfind("exception: ");
  return at == text.npos ? text : text.substr(at + 11);
}

std::string complaint(std::function<void()> act) {
  try {
    act();
  } catch (const kj::Exception& exception) {
    return lastLine(exception);
  }
  return {};
}

// What is asked to be shared; as it stands it may be.
struct Order {
  std::string machine = WEB;
  schema::Kind kind = schema::Kind::SERVICE;
  std::string target = "postgres:5432";
  std::string name = "orders";
  Lifetime lifetime = Lifetime::always();
  Limits limits{};
  std::string parent{};
};

class World : public BrokerWorld {
public:
  explicit World(std::string ceilings = {}) : BrokerWorld(kj::mv(ceilings)), m_sharing(sharingOf(*this)) {
    know(WEB, "web");
  }

  Ledger& ledger() { return broker->ledger(); }
  schema::Sharing::Client& sharing() { return m_sharing; }

  void know(const std::string& id, const std::string& name, bool blocked = false) {
    ledger().putMachine({.id = id,
                         .certificate = "c",
                         .petname = name,
                         .announced = name + "'s own name",
                         .blocked = blocked,
                         .paired = clock.wall()});
  }

  GrantId share(const Order& order) {
    auto call = m_sharing.shareRequest();
    call.setMachine(order.machine.c_str());
    call.setKind(order.kind);
    call.setTarget(order.target.c_str());
    call.setName(order.name.c_str());
    toSchema(order.lifetime, call.initLifetime());
    toSchema(order.limits, call.initLimits());
    call.setParent(order.parent.c_str());
    return GrantId(call.send().wait(ws).getGrant().cStr());
  }
  std::string whyNot(const Order& order) {
    return complaint([&] { share(order); });
  }

  std::string accept(const std::string& offer, const std::string& holder = {}, const std::string& place = "db:5432",
                     const std::string& instance = {}) {
    auto call = m_sharing.acceptRequest();
    call.setOffer(offer.c_str());
    call.setHolder(holder.c_str());
    call.setPlace(place.c_str());
    call.setInstance(instance.c_str());
    return call.send().wait(ws).getGrant().cStr();
  }

  // One that was accepted long ago.
  Offer received(Offer offer = {}) {
    Grant grant;
    grant.holder = holderFromMachine(WEB);
    grant.kind = Kind::Service;
    grant.object = {.target = offer.title.empty() ? "orders" : offer.title, .scope = Scope::Port};
    grant.access = Access::Write;
    grant.lifetime = Lifetime::always();
    grant.origin = Origin::Added;
    offer.id = randomToken();
    offer.machine = WEB;
    offer.theirs = randomToken();
    offer.title = grant.object.target;
    offer.since = clock.wall();
    offer.state = Offer::State::Accepted;
    offer.grant = ledger().add(grant);
    offer.token = std::string(TOKEN_BYTES, 't');
    ledger().putOffer(offer);
    return offer;
  }

private:
  static schema::Sharing::Client sharingOf(BrokerWorld& world) {
    return world.person().sharingRequest().send().wait(world.ws).getSharing();
  }
  schema::Sharing::Client m_sharing;
};

}  // namespace

class PersonSharingTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whatIsSharedIsAGrant() {
    World world;
    auto grant = KJ_ASSERT_NONNULL(world.ledger().find(world.share({})));
    QCOMPARE(grant.holder, "machine:" + WEB);
    QCOMPARE(grant.object.target, std::string("postgres:5432 as orders"));
    QCOMPARE(grant.kind, Kind::Service);
    auto host = KJ_ASSERT_NONNULL(
        world.ledger().find(world.share({.kind = schema::Kind::NETWORK, .target = "db.example.org:5432", .name = {}})));
    QCOMPARE(host.kind, Kind::Network);
    QCOMPARE(host.object.target, std::string("db.example.org:5432/tcp"));
  }

  void whatCannotBeSharedIsNot_data() {
    QTest::addColumn<std::string>("line");
    QTest::addColumn<std::function<void(Order&)>>("change");
    auto row = [](const char* name, const char* line, std::function<void(Order&)> change) {
      QTest::newRow(name) << std::string(line) << change;
    };
    row("to nobody", "there is no such machine", [](Order& order) { order.machine = std::string(52, 'x'); });
    row("to an app", "there is no such machine", [](Order& order) { order.machine = "org.example.Editor"; });
    row("to who is blocked", "blocked is blocked", [](Order& order) { order.machine = std::string(52, 'b'); });
    row("once", "a machine is no running program: share it for a time (8h), for so many uses, or always",
        [](Order& order) { order.lifetime = Lifetime::once(); });
    row("while it runs", "a machine is no running program: share it for a time (8h), for so many uses, or always",
        [](Order& order) { order.lifetime = Lifetime::run(); });
    row("slowed down", "this version cannot slow down what is shared",
        [](Order& order) { order.limits.bytesPerSecond = 1; });
    row("so much a day", "this version does not count by the day what is shared",
        [](Order& order) { order.limits.bytesPerDay = 1; });
    row("a device", "this version cannot share device access", [](Order& order) { order.kind = schema::Kind::DEVICE; });
    row("an app that is none", "postgres:5432 is no installed app: `latchkey apps` lists them",
        [](Order& order) { order.kind = schema::Kind::APP; });
    row("a renamed file", "files are shared by their own name", [](Order& order) { order.kind = schema::Kind::FILE; });
    row("a file that is not there", "there is no such file or folder", [](Order& order) {
      order.kind = schema::Kind::FILE;
      order.target = "/nowhere/at/all";
      order.name.clear();
    });
    row("a folder as a file", "that is a folder", [](Order& order) {
      order.kind = schema::Kind::FILE;
      order.target = "/usr/share";
      order.name.clear();
    });
    row("a long name", "its name is longer than can be told: give it another one to share it by",
        [](Order& order) { order.name = std::string(201, 'x'); });
    row("a renamed host", "a host of the network is shared by its own name", [](Order& order) {
      order.kind = schema::Kind::NETWORK;
      order.target = "db.example.org:5432";
    });
    for (auto target : {"*.example.org:443", "internet", "db.example.org", "db.example.org:1-9",
                        "db.example.org:53/udp", "10.0.0.0/8:22"}) {
      row(target, "one host and port can be shared, such as db.example.org:5432", [target](Order& order) {
        order.kind = schema::Kind::NETWORK;
        order.target = target;
        order.name.clear();
      });
    }
    row("what was never received", "only what another machine shares can be passed on so",
        [](Order& order) { order.parent = "nothing"; });
  }
  void whatCannotBeSharedIsNot() {
    QFETCH(std::string, line);
    QFETCH(std::function<void(Order&)>, change);
    World world;
    world.know(std::string(52, 'b'), "blocked", true);
    Order order;
    change(order);
    QCOMPARE(world.whyNot(order), line);
    QVERIFY(world.ledger().all(Ledger::Which::All).empty());
  }

  void whatIsNoServiceIsNotShared_data() {
    QTest::addColumn<QByteArray>("target");
    for (auto target : {"", "postgres", "postgres:", "postgres:0", "postgres:65536", "@computer", "@computer:0",
                        ":5432", "a\nb:1", "machine:5432 as x", "@elsewhere:1"})
      QTest::newRow(QByteArray(target).replace('\n', ' ')) << QByteArray(target);
  }
  void whatIsNoServiceIsNotShared() {
    QFETCH(QByteArray, target);
    World world;
    QVERIFY(!world.whyNot({.target = target.toStdString()}).empty());
    QVERIFY(world.ledger().all(Ledger::Which::All).empty());
  }

  void theAdministratorsCeilingHoldsForMachinesToo() {
    World world("[[never]]\nkind = \"network\"\ntarget = \"db.example.org\"\n");
    QVERIFY(!world.whyNot({.kind = schema::Kind::NETWORK, .target = "db.example.org:5432", .name = {}}).empty());
    QCOMPARE(world.whyNot({.kind = schema::Kind::NETWORK, .target = "other.example.org:5432", .name = {}}),
             std::string());
  }

  void onlyWhatMayBeIsPassedOn() {
    World world;
    world.know(std::string(52, 'p'), "phone");
    auto pass = [&](const GrantId& parent) {
      return world.whyNot({.machine = std::string(52, 'p'), .name = {}, .parent = parent.text()});
    };
    QCOMPARE(pass(world.received({.mayPassOn = true}).grant), std::string());
    QCOMPARE(pass(world.received({}).grant), std::string("its owner does not want it passed on"));
    QCOMPARE(pass(world.received({.mayPassOn = true, .chain = std::vector<std::string>(15, "one")}).grant),
             std::string("it has been passed on too often"));
    // What an app holds is not this machine's to pass on, wherever it came from.
    auto offer = world.received({.mayPassOn = true});
    QCOMPARE(pass(GrantId(world.accept(offer.id, "shop"))),
             std::string("only what another machine shares can be passed on so"));
    world.ledger().revoke({offer.grant});
    QCOMPARE(pass(offer.grant), std::string("only what another machine shares can be passed on so"));
  }

  void acceptedTwiceItIsOne() {
    World world;
    auto offer = world.received();
    auto first = world.accept(offer.id, "shop");
    QCOMPARE(world.accept(offer.id, "shop"), first);
    QVERIFY(world.accept(offer.id, "shop", "other:5432") != first);
    QVERIFY(world.accept(offer.id, "mail") != first);
    QCOMPARE(world.accept(offer.id), offer.grant.text());
    auto grant = KJ_ASSERT_NONNULL(world.ledger().find(GrantId(first)));
    QCOMPARE(grant.parent, offer.grant);
    QCOMPARE(grant.object.target, std::string("orders as db:5432/tcp"));
  }

  void whatCannotBeAcceptedIsNot() {
    World world;
    auto offer = world.received();
    for (auto place : {"", "db", "db:", "db:0", "db:99999", "*:80", "db:1-2", "db:5432/udp", "a b:1"}) {
      auto line = complaint([&] { world.accept(offer.id, "shop", place); });
      QVERIFY2(line.contains("is no place for it"), line.c_str());
    }
    for (auto holder : {"machine:x", "from:x", "@work", "a\nb"})
      QVERIFY(!complaint([&] { world.accept(offer.id, holder); }).empty());
    QVERIFY(!complaint([&] { world.accept("nothing", "shop"); }).empty());
    QCOMPARE(world.living().size(), size_t(1));
  }

  void anAppMayHaveItOnlyWhileItRuns() {
    World world;
    auto offer = world.received();
    auto app = world.start("shop");
    auto made = world.accept(offer.id, "shop", "db:5432", app.id);
    auto grant = KJ_ASSERT_NONNULL(world.ledger().find(GrantId(made)));
    QCOMPARE(grant.lifetime, Lifetime::run());
    QCOMPARE(grant.instance, InstanceId(app.id));
    // Said again it is the same; for good it is another.
    QCOMPARE(world.accept(offer.id, "shop", "db:5432", app.id), made);
    QVERIFY(world.accept(offer.id, "shop") != made);
    auto before = world.living().size();
    QCOMPARE(complaint([&] { world.accept(offer.id, "mail", "db:5432", app.id); }), std::string("that is another app"));
    world.end(app);
    QVERIFY(!world.ledger().isLive(GrantId(made)));
    QCOMPARE(complaint([&] { world.accept(offer.id, "shop", "db:5432", app.id); }),
             std::string("the app does not run any more"));
    QCOMPARE(complaint([&] { world.accept(offer.id, "shop", "db:5432", "nothing"); }),
             std::string("the app does not run any more"));
    QCOMPARE(world.living().size(), before - 1);
  }

  void whatIsKnownOfSharesIsListed() {
    World world;
    auto list = [&] { return world.sharing().sharesRequest().send().wait(world.ws); };
    QCOMPARE(list().getList().size(), 0u);
    auto first = world.share({});
    auto second = world.share({.name = "again"});
    auto share = KJ_ASSERT_NONNULL(world.ledger().share(second));
    share.mayPassOn = share.taken = true;
    world.ledger().putShare(share);
    world.received();  // Is no share.
    auto answer = list();
    QCOMPARE(answer.getList().size(), 2u);
    for (auto info : answer.getList()) {
      bool isSecond = second.text() == info.getGrant().cStr();
      QVERIFY(isSecond || first.text() == info.getGrant().cStr());
      QCOMPARE(info.getMayPassOn(), isSecond);
      QCOMPARE(info.getTaken(), isSecond);
    }
    world.ledger().revoke({first});
    QCOMPARE(list().getList().size(), 1u);
  }

  void whyAnOfferIsOverIsToldInBothWays() {
    World world;
    auto told = [&](Offer offer) {
      offer = world.received(kj::mv(offer));
      auto ask = world.sharing().offersRequest();
      ask.setOver(true);
      auto answer = ask.send().wait(world.ws);
      for (auto info : answer.getList()) {
        if (offer.id == info.getId().cStr()) return std::pair{info.getCause(), std::string(info.getWhy().cStr())};
      }
      return std::pair{schema::OfferInfo::Cause::NONE, std::string("not listed")};
    };
    using Cause = schema::OfferInfo::Cause;
    QCOMPARE(told({}), std::pair(Cause::NONE, std::string()));
    QCOMPARE(told({.why = Offer::Why::Suspended, .suspended = true}),
             std::pair(Cause::SUSPENDED, std::string("its owner has paused it")));
    auto over = [&](Offer::Why why) {
      Offer offer{.why = why};
      auto known = world.received(offer);
      known.state = Offer::State::Over;
      known.over = world.clock.wall();
      world.ledger().putOffer(known);
      auto ask = world.sharing().offersRequest();
      ask.setOver(true);
      auto answer = ask.send().wait(world.ws);
      for (auto info : answer.getList())
        if (known.id == info.getId().cStr()) return info.getCause();
      return Cause::NONE;
    };
    QCOMPARE(over(Offer::Why::EndedByOwner), Cause::ENDED_BY_OWNER);
    QCOMPARE(over(Offer::Why::Expired), Cause::EXPIRED);
    QCOMPARE(over(Offer::Why::UsedUp), Cause::USED_UP);
    QCOMPARE(over(Offer::Why::OwnerEnded), Cause::OWNER_LOST);
    QCOMPARE(over(Offer::Why::Replaced), Cause::REPLACED);
  }

  // --- the names that machines have as holders

  void noAppHasAMachinesName() {
    World world;
    auto path = world.makeFile("a");
    for (auto& holder : {holderOfMachine(WEB), holderFromMachine(WEB), holderOfMachine(WEB) + "@work"}) {
      QCOMPARE(complaint([&] { world.grantOf(holder, path); }).contains("another machine"), true);
      QCOMPARE(complaint([&] { world.grantNetwork(holder, "internet"); }).contains("another machine"), true);
      auto call = world.person().importRulesRequest();
      auto rule = call.initRules(1)[0];
      rule.setHolder(holder.c_str());
      rule.setKind(schema::Kind::NETWORK);
      rule.initObject().setTarget("internet");
      rule.initLifetime().setAlways();
      call.setApply(true);
      auto answer = call.send().wait(world.ws);
      std::string fault(answer.getOutcomes()[0].getFault().cStr());
      QVERIFY2(fault.contains("another machine"), fault.c_str());
      auto settings = world.person().settingsRequest();
      settings.setApp(holder.c_str());
      QVERIFY(!complaint([&] { settings.send().wait(world.ws); }).empty());
      QVERIFY(!complaint([&] { world.start(holder); }).empty());
    }
    QVERIFY(world.living().empty());
  }

  void whatEndedBetweenMachinesIsNotGivenAgainFromHere() {
    World world;
    auto restore = [&](const GrantId& grant) {
      auto call = world.person().restoreRequest();
      call.initGrants(1).set(0, grant.text().c_str());
      return complaint([&] { call.send().wait(world.ws); });
    };
    auto received = world.received().grant;
    world.ledger().revoke({received});
    QCOMPARE(restore(received), std::string("its owner gave it: only they can give it again"));
    auto shared = world.share({});
    world.ledger().revoke({shared});
    world.know(WEB, "web", true);
    QCOMPARE(restore(shared), std::string("web is blocked"));
    world.ledger().dropMachine(WEB);
    QCOMPARE(restore(shared), std::string("the machine is not known any more"));
    QVERIFY(world.living().empty());
  }
};

QTEST_GUILESS_MAIN(PersonSharingTest)
#include "person-sharing-test.moc"
