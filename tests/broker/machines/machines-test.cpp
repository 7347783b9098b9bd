// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Other machines as the person has them: invited, joined, added by words, forgotten, blocked, connected again.

#include <kj/debug.h>
#include <QtTest>
#include <algorithm>

#include "broker/base/base32.h"
#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "broker/machines/proof.h"
#include "broker/machines/wire.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;
using State = schema::MachineInfo::State;
using Why = schema::LinkFailure::Why;
using Reason = schema::Machine::Reason;

namespace {

const std::string B = machineIdOf('b'), C = machineIdOf('c');

// Who compares words, and says what the test tells them to.
struct Comparer {
  std::vector<std::string> names, added, over;
  std::vector<std::vector<std::string>> words;
  kj::Own<kj::PromiseFulfiller<bool>> answer;
  bool up = false;

  class Server final : public schema::WordsPresenter::Server {
  public:
    explicit Server(Comparer& comparer) : m_comparer(comparer) {}
    kj::Promise<void> compare(CompareContext context) override {
      m_comparer.names.push_back(textOf(context.getParams().getName()));
      auto& words = m_comparer.words.emplace_back();
      for (auto word : context.getParams().getWords()) words.push_back(textOf(word));
      auto answer = kj::newPromiseAndFulfiller<bool>();
      m_comparer.answer = kj::mv(answer.fulfiller);
      m_comparer.up = true;
      KJ_DEFER(m_comparer.up = false);
      bool match = co_await answer.promise;
      context.getResults().setMatch(match);
    }
    kj::Promise<void> over(OverContext context) override {
      m_comparer.over.push_back(textOf(context.getParams().getReason()));
      return kj::READY_NOW;
    }
    kj::Promise<void> added(AddedContext context) override {
      m_comparer.added.push_back(textOf(context.getParams().getMachine().getPetname()));
      return kj::READY_NOW;
    }

  private:
    Comparer& m_comparer;
  };
  schema::WordsPresenter::Client presenter() { return kj::heap<Server>(*this); }
};

struct Info {
  std::string petname, announced, why, route;
  State state;
  std::vector<std::string> routes, outcomes;
  uint32_t shared;
  uint64_t roundTrip;
  uint8_t stripe;
};

struct World : BrokerWorld {
  schema::Machines::Client machines() { return person().machinesRequest().send().wait(ws).getMachines(); }

  template <typename Promise>
  auto wait(Promise&& promise) {
    for (int i = 0; i < 100 && !promise.poll(ws); ++i) advance(500ms);
    KJ_REQUIRE(promise.poll(ws), "it hangs");
    return promise.wait(ws);
  }
  template <typename Promise>
  std::string failureOf(Promise&& promise) {
    try {
      wait(kj::mv(promise));
      return "it did not fail";
    } catch (const kj::Exception& exception) {
      return exception.getDescription().cStr();
    }
  }

  std::map<std::string, Info> list() {
    auto answer = machines().listRequest().send().wait(ws);
    std::map<std::string, Info> all;
    for (auto one : answer.getList()) {
      Info info{textOf(one.getPetname()),
                textOf(one.getAnnounced()),
                textOf(one.getWhy()),
                textOf(one.getRoute()),
                one.getState(),
                {},
                {},
                one.getShared(),
                one.getRoundTrip(),
                one.getStripe()};
      for (auto route : one.getRoutes()) {
        info.routes.push_back(textOf(route.getText()));
        info.outcomes.push_back(textOf(route.getOutcome()));
      }
      all.emplace(textOf(one.getId()), info);
    }
    return all;
  }
  std::vector<std::string> addresses() {
    auto answer = machines().listRequest().send().wait(ws);
    std::vector<std::string> all;
    for (auto address : answer.getSelf().getAddresses()) all.push_back(textOf(address));
    return all;
  }

  InvitationLink invite(uint64_t seconds = 86400) {
    auto call = machines().inviteRequest();
    call.setSeconds(seconds);
    auto answer = wait(call.send());
    advance(1s);
    return KJ_REQUIRE_NONNULL(invitationLinkFrom(textOf(answer.getInvitation().getLink())));
  }
  kj::Promise<std::string> redeem(const InvitationLink& link, const std::string& machine, bool right = true) {
    auto proof = right ? proofOf(link.secret, JOINS, "transcript") : std::string(32, 'x');
    return ways.redeems(machine, link.id, proof, "transcript");
  }
  // That machine has joined by an invitation of ours, and is connected from an address.
  void know(const std::string& machine) {
    auto link = invite();
    wait(redeem(link, machine));
    wait(ways.pairedWith(machine, "laptop"));
  }
  static std::string linkTo(char machine, std::vector<Route> addresses = {{.host = "10.0.0.2", .port = 7357}}) {
    return InvitationLink{.id = std::string(16, 'i'),
                          .secret = std::string(16, 's'),
                          .machine = machineIdOf(machine),
                          .addresses = kj::mv(addresses)}
        .text();
  }
  auto join(const std::string& link) {
    auto call = machines().joinRequest();
    call.setLink(link.c_str());
    return call.send();
  }
  auto add(const std::string& address, Comparer& comparer) {
    auto call = machines().addRequest();
    call.setAddress(address.c_str());
    call.setPresenter(comparer.presenter());
    return call.send();
  }
  auto forget(const std::string& machine) {
    auto call = machines().forgetRequest();
    call.setMachine(machine.c_str());
    return call.send();
  }
  auto block(const std::string& machine, bool blocked) {
    auto call = machines().blockRequest();
    call.setMachine(machine.c_str());
    call.setBlocked(blocked);
    return call.send();
  }
  auto connect(const std::string& machine) {
    auto call = machines().connectRequest();
    call.setMachine(machine.c_str());
    return call.send();
  }
  void setRoutes(const std::string& machine, std::vector<std::string> routes) {
    auto call = machines().setRoutesRequest();
    call.setMachine(machine.c_str());
    auto list = call.initRoutes(static_cast<unsigned>(routes.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, routes[i].c_str());
    call.send().wait(ws);
  }
  std::vector<std::string> journalOutcomes() {
    std::vector<std::string> outcomes;
    for (auto& entry : broker->ledger().journal(JournalFilter{})) {
      if (entry.event == "machine") outcomes.push_back(entry.outcome);
    }
    return outcomes;
  }
  bool journalHas(const std::string& outcome) {
    auto all = journalOutcomes();
    return std::ranges::find(all, outcome) != all.end();
  }
};

}  // namespace

class MachinesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void nothingRunsAndListensForNobody();
  void theKeyIsMadeOnceAndKept();
  void anInvitationOpensTheDoor();
  void joiningMakesItKnown();
  void joiningTriesEveryAddress();
  void anAddressThatHangsIsGivenUp();
  void whatIsNoInvitationIsSaid();
  void anInvitationIsGoodForOneMachine();
  void theSameMachineMayShowItAgain();
  void aForgottenMachineMayNotShowItAgain();
  void threeWrongProofsVoidAnInvitation();
  void invitationsEnd();
  void withdrawnInvitationsAreNoGood();
  void aClockSetBackOpensNoInvitation();
  void invitationsAreBounded();
  void redeemedIsOnDiskBeforeTheAnswer();
  void wordsAreComparedWhileAdmitting();
  void wordsThatDifferAddNobody();
  void nobodyIsAskedUnlessAdmitting();
  void anAdmissionEndsWithItsHolder();
  void addingByWords();
  void addingOneAtATime();
  void stoppingToAddTakesTheWordsDown();
  void whatAreNoWordsIsNotShown();
  void aPortalAloneAddsNobody();
  void namesFromElsewhereAreMadePlain();
  void namesAreUnique();
  void connectedMachinesAreShown();
  void routesAreTriedInOrder();
  void lostConnectionsAreMadeAgain();
  void whoRefusesIsNotAskedAllTheTime();
  void failuresAreShown_data();
  void failuresAreShown();
  void connectReturnsWhenAllWasTried();
  void aChangeOfNetworkTriesAtOnce();
  void forgettingEndsEverything();
  void forgettingCutsAStuckPortal();
  void forgettingWorksOnAFullDisk();
  void blockedMachinesAreNotLetIn();
  void unblockedMachinesAreKnownAgain();
  void aKilledPortalComesBackWithAllItKnew();
  void thePersonNeedNotWaitForAPortalThatDiedOften();
  void aPortalThatDoesNotStartIsSaid();
  void aNewBrokerKnowsThemStill();
  void thePersonMayForbidListening();
  void theNextFreePortIsTaken();
  void withoutAFreePortNobodyIsInvited();
  void strangersAreHandedOverWithLimits();
  void aPipeIsHandedOverToo();
  void nothingOfOursCanBeHadYet();
  void whoSaidYesHearsThatItCameToNothing();
  void refusedOnesAreInTheJournal();
  void watchersAreTold();
  void theBrokerStaysForMachines();
};

void MachinesTest::nothingRunsAndListensForNobody() {
  World world;
  world.advance(60s);
  QCOMPARE(world.ways.starts, 0);
  QCOMPARE(world.ways.identities, 0);
  QCOMPARE(world.ways.listensAt, uint16_t(0));
  QVERIFY(world.addresses().empty());
  QVERIFY(world.list().empty());
}

void MachinesTest::theKeyIsMadeOnceAndKept() {
  World world;
  world.invite();
  world.invite();
  world.restartBroker();
  world.invite();
  QCOMPARE(world.ways.identities, 1);
  QCOMPARE(world.ways.ownId, machineIdOf('a'));
}

void MachinesTest::anInvitationOpensTheDoor() {
  World world;
  auto link = world.invite();
  QCOMPARE(link.machine, machineIdOf('a'));
  QCOMPARE(link.addresses.size(), size_t(2));
  QCOMPARE(link.addresses[0].text(), std::string("192.168.1.7:7357"));
  QCOMPARE(world.ways.listensAt, USUAL_PORT);
  QVERIFY(world.ways.portalRuns());
  QVERIFY(world.ways.invitations);
  QVERIFY(!world.ways.words);
  QVERIFY(world.journalHas("invitation made"));
  // Kept nowhere but in the store, and told this once.
  auto answer = world.machines().invitationsRequest().send().wait(world.ws);
  auto listed = answer.getList();
  QCOMPARE(listed.size(), 1U);
  QVERIFY(listed[0].getLink() == "");
}

void MachinesTest::joiningMakesItKnown() {
  World world;
  world.ways.reachable = {"10.0.0.2:7357"};
  auto machine = textOf(world.wait(world.join(" " + World::linkTo('b') + "\n")).getMachine());
  QCOMPARE(machine, B);
  auto info = world.list().at(B);
  QCOMPARE(info.petname, std::string("their name"));
  QVERIFY(info.state == State::CONNECTED);
  QCOMPARE(info.routes, std::vector<std::string>{"10.0.0.2:7357"});
  QVERIFY(world.ways.known.contains(B));
  QVERIFY(world.journalHas("paired"));
}

void MachinesTest::joiningTriesEveryAddress() {
  World world;
  world.ways.reachable = {"10.0.0.3:5"};
  world.wait(world.join(World::linkTo('b', {{.host = "10.0.0.2", .port = 7357}, {.host = "10.0.0.3", .port = 5}})));
  QCOMPARE(world.ways.connects[0], std::string("10.0.0.2:7357"));
  QVERIFY(world.list().at(B).state == State::CONNECTED);
}

// It costs its time and no more.
void MachinesTest::anAddressThatHangsIsGivenUp() {
  World world;
  world.ways.hangs = true;
  auto failure = world.failureOf(world.join(World::linkTo('b')));
  QVERIFY2(QString::fromStdString(failure).contains("nothing answers there"), failure.c_str());
  QVERIFY(world.list().empty());
}

void MachinesTest::whatIsNoInvitationIsSaid() {
  World world;
  QVERIFY(world.failureOf(world.join("hello")).contains("no invitation"));
  QVERIFY(world.failureOf(world.join(World::linkTo('b', {}))).contains("does not say where"));
  auto own = world.invite();
  QVERIFY(world.failureOf(world.join(own.text())).contains("this one made it"));
  world.ways.reachable = {"10.0.0.2:7357"};
  world.ways.pairs = "notAdmitting";
  QVERIFY(world.failureOf(world.join(World::linkTo('b'))).contains("is over, used"));
  world.ways.pairs = "keyChanged";
  QVERIFY(world.failureOf(world.join(World::linkTo('b'))).contains("not the one that made"));
  QVERIFY(world.list().empty());
}

void MachinesTest::anInvitationIsGoodForOneMachine() {
  World world;
  auto link = world.invite();
  auto proof = world.wait(world.redeem(link, B));
  QCOMPARE(proof, proofOf(link.secret, INVITED, "transcript"));
  world.wait(world.ways.pairedWith(B, "laptop"));
  world.failureOf(world.redeem(link, C));
  QVERIFY(world.failureOf(world.redeem(link, C)).contains("another machine"));
  QVERIFY(!world.failureOf(world.ways.pairedWith(C, "x")).contains("did not fail"));
  QCOMPARE(world.list().size(), size_t(1));
  auto answer = world.machines().invitationsRequest().send().wait(world.ws);
  auto listed = answer.getList();
  QCOMPARE(textOf(listed[0].getBy()), B);
  QVERIFY(listed[0].getUsed() != 0);
}

// It had lost our proof on the way.
void MachinesTest::theSameMachineMayShowItAgain() {
  World world;
  auto link = world.invite();
  world.wait(world.redeem(link, B));
  world.restartBroker();
  world.advance(1s);
  QCOMPARE(world.wait(world.redeem(link, B)), proofOf(link.secret, INVITED, "transcript"));
  world.wait(world.ways.pairedWith(B, "laptop"));
  QCOMPARE(world.list().size(), size_t(1));
}

void MachinesTest::aForgottenMachineMayNotShowItAgain() {
  World world;
  auto link = world.invite();
  world.wait(world.redeem(link, B));
  world.wait(world.ways.pairedWith(B, "laptop"));
  world.invite();  // The portal goes on.
  world.wait(world.forget(B));
  QVERIFY(world.failureOf(world.redeem(link, B)).contains("no such invitation"));
  QVERIFY(world.failureOf(world.ways.pairedWith(B, "laptop")).contains("nobody agreed"));
  QVERIFY(world.list().empty());
}

void MachinesTest::threeWrongProofsVoidAnInvitation() {
  World world;
  auto link = world.invite();
  for (int i = 0; i < 2; ++i) QVERIFY(world.failureOf(world.redeem(link, C, false)).contains("wrong proof"));
  world.restartBroker();  // Counted on disk.
  world.advance(1s);
  world.failureOf(world.redeem(link, C, false));
  QVERIFY(world.journalHas("invitation void"));
  world.invite();  // Else no portal would run.
  QVERIFY(world.failureOf(world.redeem(link, B)).contains("no such invitation"));
  QVERIFY(world.failureOf(world.ways.pairedWith(B, "x")).contains("nobody agreed"));
}

void MachinesTest::invitationsEnd() {
  World world;
  auto link = world.invite(3600);
  world.advance(3590s);
  QVERIFY(world.ways.listensAt != 0);
  world.advance(40s);
  QCOMPARE(world.ways.listensAt, uint16_t(0));
  QVERIFY(!world.ways.portalRuns());
  world.invite();
  QVERIFY(world.failureOf(world.redeem(link, B)).contains("it is over"));
  for (auto& invitation : world.broker->ledger().invitations())
    QVERIFY(invitation.id != link.id || invitation.secret.empty());
}

void MachinesTest::withdrawnInvitationsAreNoGood() {
  World world;
  auto link = world.invite();
  world.invite();
  auto call = world.machines().cancelInvitationRequest();
  call.setId(inBase32(link.id).c_str());
  call.send().wait(world.ws);
  QVERIFY(world.failureOf(world.redeem(link, B)).contains("no such invitation"));
  auto again = world.machines().cancelInvitationRequest();
  again.setId(inBase32(link.id).c_str());
  QVERIFY(world.failureOf(again.send()).contains("no such invitation"));
}

void MachinesTest::aClockSetBackOpensNoInvitation() {
  World world;
  auto link = world.invite(3600);
  world.clock.stepWall(-48h);
  QVERIFY(!world.failureOf(world.redeem(link, B)).contains("did not fail"));
}

void MachinesTest::invitationsAreBounded() {
  World world;
  for (int i = 0; i < 16; ++i) world.invite();
  QVERIFY(world.failureOf(world.machines().inviteRequest().send()).contains("16 open"));
}

void MachinesTest::redeemedIsOnDiskBeforeTheAnswer() {
  World world;
  auto link = world.invite();
  {
    FullDisk full;
    QVERIFY(!world.failureOf(world.redeem(link, B)).contains("did not fail"));
    QVERIFY(!world.failureOf(world.ways.pairedWith(B, "x")).contains("did not fail"));
  }
  QVERIFY(world.list().empty());
  world.wait(world.redeem(link, C));  // It was not used up by who was not let in.
}

void MachinesTest::wordsAreComparedWhileAdmitting() {
  World world;
  Comparer person;
  auto admit = world.machines().admitRequest();
  admit.setPresenter(person.presenter());
  auto handle = admit.send().wait(world.ws).getHandle();
  world.advance(1s);
  QVERIFY(world.ways.words);
  QVERIFY(world.ways.listensAt != 0);
  auto asked = world.ways.compares(B, "Anna's laptop");
  world.poll();
  QCOMPARE(person.words, (std::vector<std::vector<std::string>>{{"apple", "brick", "cloud", "drum"}}));
  QCOMPARE(person.names, std::vector<std::string>{"Anna's laptop"});
  // One at a time: nobody else can put words in their place.
  QVERIFY(!world.wait(world.ways.compares(C, "another")));
  QCOMPARE(person.words.size(), size_t(1));
  person.answer->fulfill(true);
  QVERIFY(world.wait(kj::mv(asked)));
  world.wait(world.ways.pairedWith(B, "Anna's laptop"));
  world.poll();
  QCOMPARE(person.added, std::vector<std::string>{"Anna's laptop"});
  QCOMPARE(world.list().at(B).petname, std::string("Anna's laptop"));
}

void MachinesTest::wordsThatDifferAddNobody() {
  World world;
  Comparer person;
  auto admit = world.machines().admitRequest();
  admit.setPresenter(person.presenter());
  auto handle = admit.send().wait(world.ws).getHandle();
  world.advance(1s);
  auto asked = world.ways.compares(B, "x");
  world.poll();
  person.answer->fulfill(false);
  QVERIFY(!world.wait(kj::mv(asked)));
  QVERIFY(world.failureOf(world.ways.pairedWith(B, "x")).contains("nobody agreed"));
  // A window that crashed is no yes.
  auto again = world.ways.compares(B, "x");
  world.poll();
  person.answer->reject(KJ_EXCEPTION(DISCONNECTED, "crashed"));
  QVERIFY(!world.failureOf(kj::mv(again)).contains("did not fail"));
  QVERIFY(world.failureOf(world.ways.pairedWith(B, "x")).contains("nobody agreed"));
  QVERIFY(world.list().empty());
}

void MachinesTest::nobodyIsAskedUnlessAdmitting() {
  World world;
  world.invite();
  QVERIFY(!world.wait(world.ways.compares(B, "x")));
  QVERIFY(!world.wait(world.ways.compares(B, "x", true)));
}

void MachinesTest::anAdmissionEndsWithItsHolder() {
  World world;
  Comparer one, two;
  auto first = world.machines().admitRequest();
  first.setPresenter(one.presenter());
  auto second = world.machines().admitRequest();
  second.setPresenter(two.presenter());
  kj::Maybe<schema::MachineHandle::Client> kept = first.send().wait(world.ws).getHandle();
  {
    auto handle = second.send().wait(world.ws).getHandle();
    world.advance(1s);
    auto asked = world.ways.compares(B, "x");
    world.poll();
    QVERIFY(two.up && !one.up);  // Who asked last.
    two.answer->fulfill(false);
    world.wait(kj::mv(asked));
  }
  world.advance(1s);
  auto asked = world.ways.compares(B, "x");
  world.poll();
  QVERIFY(one.up);
  one.answer->fulfill(false);
  world.wait(kj::mv(asked));
  kept = nullptr;
  world.advance(1s);
  QVERIFY(!world.ways.portalRuns());
  QCOMPARE(world.ways.listensAt, uint16_t(0));
}

void MachinesTest::addingByWords() {
  World world;
  Comparer person;
  world.ways.reachable = {"10.0.0.2:7357"};
  auto adding = world.add("10.0.0.2", person);
  world.advance(1s);
  QVERIFY(person.up);
  person.answer->fulfill(true);
  QCOMPARE(textOf(world.wait(kj::mv(adding)).getMachine()), B);
  QVERIFY(world.list().at(B).state == State::CONNECTED);
  QCOMPARE(world.list().at(B).routes, std::vector<std::string>{"10.0.0.2:7357"});
  QVERIFY(world.failureOf(world.add("no address!", person)).contains("no address"));
}

void MachinesTest::addingOneAtATime() {
  World world;
  Comparer person, other;
  world.ways.reachable = {"10.0.0.2:7357"};
  auto adding = world.add("10.0.0.2", person);
  world.advance(1s);
  QVERIFY(world.failureOf(world.add("10.0.0.2", other)).contains("just being added"));
  person.answer->fulfill(false);
  QVERIFY(world.failureOf(kj::mv(adding)).contains("the words differ"));
  QVERIFY(world.list().empty());
}

void MachinesTest::stoppingToAddTakesTheWordsDown() {
  World world;
  Comparer person;
  world.ways.reachable = {"10.0.0.2:7357"};
  {
    auto adding = world.add("10.0.0.2", person);
    world.advance(1s);
    QVERIFY(person.up);
  }
  world.advance(1s);
  QVERIFY(!person.up);
  QVERIFY(!world.ways.portalRuns());
}

void MachinesTest::whatAreNoWordsIsNotShown() {
  World world;
  Comparer person;
  auto admit = world.machines().admitRequest();
  admit.setPresenter(person.presenter());
  auto handle = admit.send().wait(world.ws).getHandle();
  world.advance(1s);
  for (auto& words : std::vector<std::vector<std::string>>{{"a", "b", "c"},
                                                           {"a", "b", "c", "d", "e"},
                                                           {"a", "b", "c", ""},
                                                           {"a", "b", "c", "\x1b[2J"},
                                                           {"a", "b", "c", std::string(99, 'd')}}) {
    QVERIFY(!world.failureOf(world.ways.compares(B, "x", false, words)).contains("did not fail"));
  }
  QVERIFY(person.words.empty());
}

void MachinesTest::aPortalAloneAddsNobody() {
  World world;
  world.know(B);
  QVERIFY(world.failureOf(world.ways.pairedWith(C, "x")).contains("nobody agreed"));
  QVERIFY(!world.failureOf(world.ways.sessionBegins(C, "10.0.0.9")).contains("did not fail"));
  QCOMPARE(world.list().size(), size_t(1));
}

void MachinesTest::namesFromElsewhereAreMadePlain() {
  World world;
  auto link = world.invite();
  world.wait(world.redeem(link, B));
  world.wait(world.ways.pairedWith(B, "lap\u202etop\x1b[2J" + std::string(500, 'x')));
  auto name = world.list().at(B).petname;
  QVERIFY(name.size() <= 200);
  QVERIFY(name.find('\x1b') == name.npos && name.find("\u202e") == name.npos);
}

void MachinesTest::namesAreUnique() {
  World world;
  world.know(B);
  world.know(C);
  auto list = world.list();
  QCOMPARE(list.at(B).petname, std::string("laptop"));
  QCOMPARE(list.at(C).petname, std::string("laptop 2"));
  QVERIFY(list.at(B).stripe != list.at(C).stripe);
  auto rename = [&](const std::string& name) {
    auto call = world.machines().renameRequest();
    call.setMachine(C.c_str());
    call.setPetname(name.c_str());
    return call.send();
  };
  QVERIFY(world.failureOf(rename("laptop")).contains("another machine has that name"));
  QVERIFY(!world.failureOf(rename("")).contains("did not fail"));
  world.wait(rename("desk"));
  world.restartBroker();
  QCOMPARE(world.list().at(C).petname, std::string("desk"));
}

void MachinesTest::connectedMachinesAreShown() {
  World world;
  world.know(B);
  world.wait(world.ways.sessionBegins(B, "10.0.0.9", 7360, 3));
  world.poll();
  auto info = world.list().at(B);
  QVERIFY(info.state == State::CONNECTED);
  QCOMPARE(info.announced, std::string("their name"));
  QCOMPARE(info.petname, std::string("laptop"));  // Ours stays.
  QCOMPARE(info.route, std::string("from 10.0.0.9"));
  QCOMPARE(info.routes, std::vector<std::string>{"10.0.0.9:7360"});
  QCOMPARE(info.roundTrip, uint64_t(250));
  QCOMPARE(KJ_ASSERT_NONNULL(world.broker->ledger().machine(B)).version, uint16_t(3));
}

void MachinesTest::routesAreTriedInOrder() {
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1", "ssh anna@desk", "10.0.0.3"});
  world.advance(10s);
  world.ways.reachable = {"ssh anna@desk"};
  world.wait(world.connect(B));
  QCOMPARE(world.list().at(B).route, std::string("ssh anna@desk"));
  QCOMPARE(world.list().at(B).outcomes,
           (std::vector<std::string>{"", "nothing answers there", "nothing answers there"}));
  // The one that worked is tried first.
  world.ways.connects.clear();
  world.wait(world.ways.sessionEnds(B, Why::BROKEN));
  world.advance(5s);
  QCOMPARE(world.ways.connects[0], std::string("ssh anna@desk"));
  QVERIFY(world.list().at(B).state == State::CONNECTED);
}

void MachinesTest::lostConnectionsAreMadeAgain() {
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1"});
  world.ways.reachable = {"10.0.0.1:7357"};
  world.wait(world.connect(B));
  world.ways.reachable.clear();
  world.wait(world.ways.sessionEnds(B, Why::SILENT));
  QVERIFY(world.list().at(B).state == State::OFFLINE);
  world.ways.connects.clear();
  world.advance(300s);
  auto tries = world.ways.connects.size();
  QVERIFY2(tries >= 5 && tries <= 15, std::to_string(tries).c_str());  // At first often, then each minute.
  world.ways.reachable = {"10.0.0.1:7357"};
  world.advance(61s);
  QVERIFY(world.list().at(B).state == State::CONNECTED);
}

void MachinesTest::whoRefusesIsNotAskedAllTheTime() {
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1"});
  world.ways.reachable = {"10.0.0.1:7357"};
  world.wait(world.connect(B));
  world.ways.opens = "refused";
  world.wait(world.ways.sessionEnds(B, Why::BROKEN, Reason::FORGOTTEN));
  QVERIFY(world.list().at(B).state == State::REFUSED);
  world.ways.connects.clear();
  world.advance(600s);
  QVERIFY(world.ways.connects.size() >= 1 && world.ways.connects.size() <= 6);
  QVERIFY(world.list().at(B).state == State::REFUSED);
  // That nothing answers any more does not make it less true.
  world.ways.reachable.clear();
  world.wait(world.connect(B));
  QVERIFY(world.list().at(B).state == State::REFUSED);
  world.ways.opens.clear();
  world.ways.reachable = {"10.0.0.1:7357"};
  world.wait(world.connect(B));
  QVERIFY(world.list().at(B).state == State::CONNECTED);
}

void MachinesTest::failuresAreShown_data() {
  QTest::addColumn<QString>("failure");
  QTest::addColumn<int>("state");
  QTest::newRow("refused") << "refused" << int(State::REFUSED);
  QTest::newRow("key") << "keyChanged" << int(State::KEY_CHANGED);
  QTest::newRow("old") << "tooOld" << int(State::TOO_OLD);
  QTest::newRow("new") << "tooNew" << int(State::TOO_OLD);
  QTest::newRow("silent") << "silent" << int(State::OFFLINE);
  QTest::newRow("broken") << "broken" << int(State::OFFLINE);
  QTest::newRow("nonsense") << "what it likes\x1b[2J" << int(State::OFFLINE);
}

void MachinesTest::failuresAreShown() {
  QFETCH(QString, failure);
  QFETCH(int, state);
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1", "10.0.0.2"});
  world.ways.reachable = {"10.0.0.1:7357"};
  world.ways.opens = failure.toStdString();
  world.wait(world.connect(B));
  auto info = world.list().at(B);
  QCOMPARE(int(info.state), state);
  QVERIFY(!info.why.empty() && info.why.find('\x1b') == info.why.npos);
}

void MachinesTest::connectReturnsWhenAllWasTried() {
  World world;
  world.know(B);
  world.wait(world.connect(B));
  QVERIFY(world.list().at(B).why.contains("it has to connect to this computer"));
  QVERIFY(!world.failureOf(world.connect(C)).contains("did not fail"));
  world.setRoutes(B, {"10.0.0.1"});
  world.ways.hangs = true;
  world.wait(world.connect(B));
  QVERIFY(world.list().at(B).state == State::OFFLINE);
}

void MachinesTest::aChangeOfNetworkTriesAtOnce() {
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1"});
  world.advance(300s);
  world.ways.connects.clear();
  world.ways.reachable = {"10.0.0.1:7357"};
  world.ways.changeNetwork();
  world.advance(2s);
  QVERIFY(world.list().at(B).state == State::CONNECTED);
}

// What a machine has comes of sharing, never of an app's grants.
static std::string shareWith(World& world, const std::string& machine) {
  Grant grant;
  grant.holder = holderOfMachine(machine);
  grant.kind = Kind::Service;
  grant.object = {.target = "postgres:5432 as orders", .scope = Scope::Port};
  grant.access = Access::Write;
  grant.lifetime = Lifetime::always();
  grant.origin = Origin::Added;
  return world.broker->ledger().add(grant).text();
}

void MachinesTest::forgettingEndsEverything() {
  World world;
  world.know(B);
  world.know(C);
  world.wait(world.ways.sessionBegins(B, "10.0.0.9", 7357));
  auto given = shareWith(world, B);
  QCOMPARE(world.list().at(B).shared, 1U);
  auto forgotten = world.wait(world.forget(B));
  auto ended = forgotten.getEnded();
  QCOMPARE(ended.size(), 1U);
  QCOMPARE(textOf(ended[0].getId()), given);
  QVERIFY(!world.broker->ledger().isLive(GrantId(given)));
  QCOMPARE(world.ways.told, std::vector<std::string>{B + " forgotten"});
  QCOMPARE(world.ways.known, std::set<std::string>{C});
  QVERIFY(!world.list().contains(B));
  QVERIFY(!world.failureOf(world.ways.sessionBegins(B, "10.0.0.9")).contains("did not fail"));
  QVERIFY(world.journalHas("forgotten"));
  world.restartBroker();
  QVERIFY(!world.list().contains(B));
}

void MachinesTest::forgettingCutsAStuckPortal() {
  World world;
  world.know(B);
  world.know(C);
  world.wait(world.ways.sessionBegins(B, "10.0.0.9"));
  world.ways.neverKnows = true;
  auto forgetting = world.forget(B);
  world.advance(3500ms);
  world.ways.neverKnows = false;
  world.advance(5s);
  QVERIFY(forgetting.poll(world.ws));
  QCOMPARE(world.ways.starts, 2);
  QVERIFY(!world.ways.hasSession(B));
  QCOMPARE(world.ways.known, std::set<std::string>{C});
}

void MachinesTest::forgettingWorksOnAFullDisk() {
  World world;
  world.know(B);
  world.know(C);
  {
    FullDisk full;
    world.wait(world.forget(B));
  }
  QCOMPARE(world.ways.known, std::set<std::string>{C});
  QVERIFY(!world.failureOf(world.ways.sessionBegins(B, "10.0.0.9")).contains("did not fail"));
}

void MachinesTest::blockedMachinesAreNotLetIn() {
  World world;
  Comparer person;
  world.know(B);
  auto given = shareWith(world, B);
  auto link = world.invite();
  QCOMPARE(world.wait(world.block(B, true)).getEnded().size(), 1U);
  QVERIFY(!world.broker->ledger().isLive(GrantId(given)));
  QVERIFY(world.list().at(B).state == State::BLOCKED);
  QVERIFY(world.ways.known.empty());
  auto admit = world.machines().admitRequest();
  admit.setPresenter(person.presenter());
  auto handle = admit.send().wait(world.ws).getHandle();
  world.advance(1s);
  QVERIFY(!world.wait(world.ways.compares(B, "x")));
  QVERIFY(person.words.empty());
  QVERIFY(world.failureOf(world.redeem(link, B)).contains("blocked"));
  world.wait(world.redeem(link, C));  // Nobody has used it.
  QVERIFY(world.failureOf(world.join(World::linkTo('b'))).contains("blocked"));
  QVERIFY(!world.failureOf(world.connect(B)).contains("did not fail"));
  QVERIFY(!world.failureOf(world.ways.sessionBegins(B, "10.0.0.9")).contains("did not fail"));
}

void MachinesTest::unblockedMachinesAreKnownAgain() {
  World world;
  world.know(B);
  world.wait(world.block(B, true));
  world.restartBroker();
  world.advance(1s);
  QVERIFY(!world.ways.portalRuns());
  world.wait(world.block(B, false));
  world.advance(2s);
  QVERIFY(world.ways.known.contains(B));
  QVERIFY(world.list().at(B).state == State::OFFLINE);
}

void MachinesTest::aKilledPortalComesBackWithAllItKnew() {
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1"});
  world.ways.reachable = {"10.0.0.1:7357"};
  world.invite();
  world.wait(world.connect(B));
  for (int i = 0; i < 3; ++i) {
    world.ways.killPortal();
    world.poll();
    QVERIFY(world.list().at(B).state != State::CONNECTED);
    world.advance(20s);
    QVERIFY(world.ways.known.contains(B));
    QVERIFY(world.ways.invitations);
    QVERIFY(world.list().at(B).state == State::CONNECTED);
  }
}

// The pauses between its deaths grow, but not for who asks.
void MachinesTest::thePersonNeedNotWaitForAPortalThatDiedOften() {
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1"});
  world.ways.reachable = {"10.0.0.1:7357"};
  world.wait(world.connect(B));
  for (int i = 0; i < 10; ++i) {
    world.ways.killPortal();
    world.poll();
    QVERIFY(!world.ways.portalRuns());
    auto connected = world.connect(B);
    world.advance(200ms);
    QVERIFY(connected.poll(world.ws));
    QVERIFY(world.list().at(B).state == State::CONNECTED);
  }
  world.ways.killPortal();
  world.advance(200ms);
  QVERIFY(!world.ways.portalRuns());
}

void MachinesTest::aPortalThatDoesNotStartIsSaid() {
  World world;
  world.ways.portalStarts = false;
  world.invite();
  world.advance(30s);
  auto trouble = textOf(world.machines().listRequest().send().wait(world.ws).getSelf().getTrouble());
  QVERIFY2(!trouble.empty(), "silence");
  world.ways.portalStarts = true;
  world.advance(61s);
  QVERIFY(world.ways.portalRuns());
  QVERIFY(world.machines().listRequest().send().wait(world.ws).getSelf().getTrouble() == "");
}

void MachinesTest::aNewBrokerKnowsThemStill() {
  World world;
  world.know(B);
  world.setRoutes(B, {"10.0.0.1"});
  world.ways.reachable = {"10.0.0.1:7357"};
  world.wait(world.connect(B));
  world.restartBroker();
  world.advance(3s);
  QVERIFY(world.list().at(B).state == State::CONNECTED);
  QVERIFY(world.ways.listensAt != 0);
}

void MachinesTest::thePersonMayForbidListening() {
  World world;
  world.know(B);
  auto set = [&](bool listening, uint16_t port, const char* name) {
    auto call = world.machines().setSelfRequest();
    auto self = call.initSelf();
    self.setName(name);
    self.setListening(listening);
    self.setPort(port);
    return call.send();
  };
  world.wait(set(false, 0, "my desk"));
  world.poll();
  QCOMPARE(world.ways.listensAt, uint16_t(0));
  QCOMPARE(world.ways.announcedPort, uint16_t(0));
  QCOMPARE(world.ways.announcedName, std::string("my desk"));
  QVERIFY(world.failureOf(world.machines().inviteRequest().send()).contains("accepts no connections"));
  QVERIFY(world.ways.portalRuns());  // It connects by itself.
  world.restartBroker();
  world.advance(1s);
  QCOMPARE(world.ways.listensAt, uint16_t(0));
  world.wait(set(true, 9000, "my desk"));
  world.poll();
  QCOMPARE(world.ways.listensAt, uint16_t(9000));
  QCOMPARE(world.ways.announcedPort, uint16_t(9000));
  QVERIFY(!world.failureOf(set(true, 0, "a\nb")).contains("did not fail"));
  QVERIFY(!world.failureOf(set(true, 0, "")).contains("did not fail"));
}

void MachinesTest::theNextFreePortIsTaken() {
  World world;
  world.ways.takenPorts = {7357, 7358};
  world.invite();
  QCOMPARE(world.ways.listensAt, uint16_t(7359));
  // The same one again: others know it.
  world.ways.takenPorts.clear();
  world.restartBroker();
  world.advance(1s);
  QCOMPARE(world.ways.listensAt, uint16_t(7359));
}

void MachinesTest::withoutAFreePortNobodyIsInvited() {
  World world;
  for (uint16_t port = 7357; port < 7400; ++port) world.ways.takenPorts.insert(port);
  QVERIFY(world.failureOf(world.machines().inviteRequest().send()).contains("cannot connect to this one"));
  QVERIFY(world.broker->ledger().invitations().empty());
}

void MachinesTest::strangersAreHandedOverWithLimits() {
  World world;
  world.invite();
  for (int i = 0; i < 50; ++i) world.ways.comeIn("10.0.0.66");
  world.ways.comeIn("10.0.0.67");
  world.advance(1s);
  QVERIFY2(world.ways.accepted.size() >= 10 && world.ways.accepted.size() <= 21,
           std::to_string(world.ways.accepted.size()).c_str());
  QCOMPARE(world.ways.accepted.back(), std::string("10.0.0.67"));
}

// Of the person's own ssh. Not where there is nobody who could come by it.
void MachinesTest::aPipeIsHandedOverToo() {
  World world;
  auto serve = [&] {
    auto call = world.machines().serveRequest();
    call.setSocket(descriptorOf(socketPair().ours));
    return call.send();
  };
  QVERIFY(world.failureOf(serve()).contains("knows no other one"));
  QCOMPARE(world.ways.starts, 0);
  world.know(B);
  world.ways.accepted.clear();
  world.wait(serve());
  QCOMPARE(world.ways.accepted, std::vector<std::string>{""});
  QVERIFY(!world.failureOf(world.machines().serveRequest().send()).contains("did not fail"));
}

void MachinesTest::nothingOfOursCanBeHadYet() {
  World world;
  world.know(B);
  world.wait(world.ways.sessionBegins(B, "10.0.0.9"));
  auto desk = world.ways.desk(B);
  auto take = desk.takenRequest();
  take.setOffer("x");
  QCOMPARE(world.failureOf(take.send()), std::string("notYours"));
  auto restore = desk.restoredRequest();
  restore.setToken(dataOf(std::string(32, 't')));
  QCOMPARE(world.failureOf(restore.send()), std::string("notYours"));
  // What is asked for waits for the person.
  auto wish = desk.wishedRequest().send();
  world.poll();
  QVERIFY(!wish.poll(world.ws));
}

void MachinesTest::whoSaidYesHearsThatItCameToNothing() {
  World world;
  Comparer person;
  auto call = world.machines().admitRequest();
  call.setPresenter(person.presenter());
  auto handle = call.send().wait(world.ws).getHandle();
  world.advance(1s);
  auto asked = world.ways.compares(B, "x");
  world.poll();
  person.answer->fulfill(true);
  QVERIFY(world.wait(kj::mv(asked)));
  world.wait(world.ways.refuses("10.0.0.2", C));  // Somebody else.
  world.poll();
  QVERIFY(person.over.empty());
  world.wait(world.ways.refuses("10.0.0.2", B));
  world.poll();
  QCOMPARE(person.over.size(), size_t(1));
  // What was said then counts no longer.
  QVERIFY(!world.failureOf(world.ways.pairedWith(B, "x")).empty());
  QVERIFY(world.list().empty());
}

void MachinesTest::refusedOnesAreInTheJournal() {
  World world;
  world.know(B);
  for (int i = 0; i < 100; ++i) world.wait(world.ways.refuses("10.0.0.9\x1b", "what"));
  auto all = world.journalOutcomes();
  QCOMPARE(std::ranges::count(all, "refused"), 1);
}

void MachinesTest::watchersAreTold() {
  struct Observer final : schema::MachineObserver::Server {
    explicit Observer(std::vector<std::string>& said) : said(said) {}
    kj::Promise<void> changed(ChangedContext context) override {
      said.push_back("changed " + std::to_string(context.getParams().getMachines().size()));
      return kj::READY_NOW;
    }
    kj::Promise<void> gone(GoneContext context) override {
      said.push_back("gone " + textOf(context.getParams().getIds()[0]));
      return kj::READY_NOW;
    }
    std::vector<std::string>& said;
  };
  World world;
  std::vector<std::string> said;
  world.know(B);
  world.advance(1s);
  auto watch = world.machines().watchRequest();
  watch.setObserver(kj::heap<Observer>(said));
  kj::Maybe<schema::MachineHandle::Client> handle = watch.send().wait(world.ws).getHandle();
  world.poll();
  QCOMPARE(said, std::vector<std::string>{"changed 1"});
  said.clear();
  world.wait(world.ways.sessionBegins(B, "10.0.0.9"));
  world.advance(1s);
  QCOMPARE(said, std::vector<std::string>{"changed 1"});  // Gathered.
  said.clear();
  world.wait(world.forget(B));
  world.advance(1s);
  QVERIFY(std::ranges::find(said, "gone " + B) != said.end());
  handle = nullptr;
  world.advance(1s);
  said.clear();
  world.know(C);
  world.advance(1s);
  QVERIFY(said.empty());
}

void MachinesTest::theBrokerStaysForMachines() {
  World world;
  QVERIFY(world.broker->isIdle());
  world.know(B);
  QVERIFY(!world.broker->isIdle());
  world.wait(world.block(B, true));
  for (auto& invitation : world.broker->ledger().invitations()) world.broker->ledger().dropInvitation(invitation.id);
  QVERIFY(world.broker->isIdle());
}

QTEST_GUILESS_MAIN(MachinesTest)
#include "machines-test.moc"
