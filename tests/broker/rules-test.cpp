// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Rules by hand, as the person's programs ask for them: made, changed, explained, taken over.

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <QtTest>

#include <fstream>

#include "broker/grants/grant-schema.h"
#include "broker/schema/app.capnp.h"
#include "tests/support/broker-world.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

const char* const EDITOR = "org.example.Editor";
using Outcome = schema::FileAsker::Outcome;
using Decides = schema::Reason::Verdict;
using State = schema::ImportOutcome::State;

capnp::Data::Reader bytes(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

struct Rule {
  std::string path;
  schema::Scope scope = schema::Scope::FILE;
  schema::Access access = schema::Access::READ;
  bool never = false;
  bool keep = false;
  std::string holder = EDITOR;
  Lifetime lifetime = Lifetime::always();

  void fill(schema::Rule::Builder rule) const {
    bool folder = scope == schema::Scope::FOLDER || scope == schema::Scope::TREE;
    rule.setHolder(holder.c_str());
    rule.setKind(folder ? schema::Kind::FOLDER : schema::Kind::FILE);
    rule.initObject().setPath(bytes(path));
    rule.getObject().setScope(scope);
    rule.setAccess(access);
    toSchema(lifetime, rule.initLifetime());
    rule.setNever(never);
    rule.setKeep(keep);
  }
};

std::string refuse(BrokerWorld& world, const Rule& rule) {
  auto call = world.person().refuseRequest();
  rule.fill(call.initRule());
  return call.send().wait(world.ws).getId().cStr();
}

std::string edit(BrokerWorld& world, const std::string& id, const Rule& rule) {
  auto call = world.person().editRequest();
  call.setGrant(id.c_str());
  rule.fill(call.initRule());
  return call.send().wait(world.ws).getId().cStr();
}

struct Imported {
  std::vector<State> states;
  std::vector<std::string> faults;
};

Imported import(BrokerWorld& world, const std::vector<Rule>& rules, bool apply = true) {
  auto call = world.person().importRulesRequest();
  auto list = call.initRules(static_cast<unsigned>(rules.size()));
  for (unsigned i = 0; i < rules.size(); ++i) rules[i].fill(list[i]);
  call.setApply(apply);
  Imported imported;
  auto answer = call.send().wait(world.ws);
  for (auto outcome : answer.getOutcomes()) {
    imported.states.push_back(outcome.getState());
    imported.faults.emplace_back(outcome.getFault().cStr());
  }
  return imported;
}

Decides why(BrokerWorld& world, const std::string& path, schema::Access access = schema::Access::READ,
            std::string* rule = nullptr) {
  auto call = world.person().whyRequest();
  call.setApp(EDITOR);
  call.initObject().setPath(bytes(path));
  call.setAccess(access);
  auto answer = call.send().wait(world.ws);
  auto reason = answer.getReason();
  if (rule != nullptr)
    *rule = reason.hasGrant()     ? reason.getGrant().getId().cStr()
            : reason.hasRefusal() ? reason.getRefusal().getId().cStr()
                                  : reason.getLine().cStr();
  return reason.getVerdict();
}

std::string complaint(std::function<void()> act) {
  try {
    act();
  } catch (const kj::Exception& exception) {
    return exception.getDescription().cStr();
  }
  return {};
}

}  // namespace

class RulesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void aNeverByHandReachesWhatRuns();
  void aNeverAnsweredReachesWhatRuns();
  void takenBackItIsLifted();
  void itComesBackWithAnotherBroker();
  void aGrantThatWouldGiveNothingIsRefused();
  void patternsAreResolvedToTheirFolder();
  void editedIsANewDecision();
  void whatCannotBeEnforcedIsNotListed();
  void aboveACeilingItIsNotChanged();
  void whyNamesTheRule();
  void whyOfALineOfTheJournal();
  void lapsedIsAskedAboutAgain();
  void importedIsAllOrNothing();
  void importingTwiceAddsNothing();
  void importedAboveACeilingNamesItsLine();
  void importedRulesAreOfThisMachine();
  void importedRulesOfTheNetworkGiveWhatTheySay();
  void importedRulesOfTheNetworkGiveNoMore();
  void nothingIsImportedForLooking();
  void fromInsideNothingIsImported();
};

void RulesTest::aNeverByHandReachesWhatRuns() {
  BrokerWorld world;
  world.makeFolder("Documents");
  auto secret = world.makeFile("Documents/secret");
  auto app = world.start(EDITOR);
  auto other = world.start("org.example.Other");
  auto id = refuse(world, {.path = secret});
  QVERIFY(world.portal.sandbox(app.id).denies(secret));
  QVERIFY(!world.portal.sandbox(other.id).denies(secret));
  auto asked = world.touch(app, secret);
  QVERIFY(asked.poll(world.ws) && asked.wait(world.ws) == Outcome::DENIED_FOR_RUN);
  auto list = world.person().refusalsRequest().send().wait(world.ws);
  QCOMPARE(list.getList().size(), 1u);
  QCOMPARE(list.getList()[0].getId().cStr(), id.c_str());
  QVERIFY(complaint([&] { refuse(world, {.path = secret}); }).find("already") != std::string::npos);
  QVERIFY(!complaint([&] { refuse(world, {.path = world.home("missing")}); }).empty());
}

void RulesTest::aNeverAnsweredReachesWhatRuns() {
  BrokerWorld world;
  world.showQuestions();
  auto path = world.makeFile("a");
  auto app = world.start(EDITOR);
  auto asked = world.touch(app, path);
  world.me.say(world.me.last(), schema::Answer::Verdict::NEVER);
  QVERIFY(asked.poll(world.ws));
  world.poll();
  QVERIFY(world.portal.sandbox(app.id).denies(path));
}

void RulesTest::takenBackItIsLifted() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto app = world.start(EDITOR);
  auto id = refuse(world, {.path = path});
  auto call = world.person().forgetRequest();
  call.setRefusal(id.c_str());
  call.send().wait(world.ws);
  QVERIFY(!world.portal.sandbox(app.id).denies(path));
}

void RulesTest::itComesBackWithAnotherBroker() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  refuse(world, {.path = path});
  world.restartBroker();
  auto app = world.start(EDITOR);
  QVERIFY(world.portal.sandbox(app.id).denies(path));
}

void RulesTest::aGrantThatWouldGiveNothingIsRefused() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto id = refuse(world, {.path = path});
  auto line = complaint([&] { world.grantOf(EDITOR, path); });
  QVERIFY2(line.find("forget " + id) != line.npos, line.c_str());
  QVERIFY(world.living().empty());
  world.grantOf("org.example.Other", path);
  QCOMPARE(world.living().size(), size_t(1));
}

void RulesTest::patternsAreResolvedToTheirFolder() {
  BrokerWorld world;
  auto folder = world.makeFolder("Documents");
  QVERIFY(symlink("Documents", world.home("link").c_str()) == 0);
  auto give = [&](const std::string& path) {
    auto call = world.person().grantRequest();
    call.setHolder(EDITOR);
    call.initObject().setPath(bytes(path));
    call.getObject().setScope(schema::Scope::PATTERN);
    call.initLifetime().setAlways();
    call.send().wait(world.ws);
  };
  give(world.home("link/*.txt"));
  QCOMPARE(world.living().at(0).object.path, folder + "/*.txt");
  QVERIFY(world.living().at(0).object.scope == Scope::Pattern && world.living().at(0).kind == Kind::File);
  for (auto bad : {"Documents/a.txt", "Documents/.*", "none/*.txt", "Documents/.."})
    QVERIFY2(!complaint([&] { give(world.home(bad)); }).empty(), bad);
  QVERIFY(!complaint([&] { give("/etc/*.conf"); }).empty());
  QCOMPARE(world.living().size(), size_t(1));
}

void RulesTest::editedIsANewDecision() {
  BrokerWorld world;
  world.makeFolder("Documents");
  auto file = world.makeFile("Documents/a");
  auto app = world.start(EDITOR);
  auto old = world.grantOf(EDITOR, world.home("Documents"), Lifetime::always(), true);
  QVERIFY(world.portal.sandbox(app.id).holds(world.home("Documents")));
  auto id = edit(world, old, {.path = file, .lifetime = Lifetime::untilTime(world.clock.wall() + 8h)});
  QVERIFY(id != old);
  QVERIFY(world.portal.sandbox(app.id).holds(file));
  QVERIFY(!world.portal.sandbox(app.id).holds(world.home("Documents")));
  auto living = world.living();
  QCOMPARE(living.size(), size_t(1));
  QVERIFY(living[0].access == Access::Read && living[0].origin == Origin::Added);
  auto lines = world.broker->ledger().journal({.limit = 2});
  QCOMPARE(lines[0].event + lines[0].outcome + lines[0].grant.text(), "revokereplaced" + old);
  QCOMPARE(lines[1].event + lines[1].outcome + lines[1].grant.text(), "grantallowed" + id);
  // To another holder: it is held no more by the first.
  edit(world, id, {.path = file, .holder = "org.example.Other"});
  QVERIFY(!world.portal.sandbox(app.id).holds(file));
  // What is bound to nobody who runs cannot be.
  QVERIFY(!complaint([&] {
             edit(world, world.living()[0].id.text(), {.path = file, .lifetime = Lifetime::run()});
           }).empty());
  QVERIFY(!complaint([&] { edit(world, old, {.path = file}); }).empty());
}

void RulesTest::whatCannotBeEnforcedIsNotListed() {
  BrokerWorld world;
  auto file = world.makeFile("a"), other = world.makeFile("b");
  auto app = world.start(EDITOR);
  auto old = world.grantOf(EDITOR, file);
  world.portal.refuseAdding = true;
  QVERIFY(!complaint([&] { edit(world, old, {.path = other}); }).empty());
  QVERIFY(world.living().empty());
  QVERIFY(!world.portal.sandbox(app.id).holds(file));
}

void RulesTest::aboveACeilingItIsNotChanged() {
  BrokerWorld world;
  world.makeFolder("Secrets");
  auto secret = world.makeFile("Secrets/a"), file = world.makeFile("b");
  std::ofstream(world.places.config + "/ceilings.toml") << "[[never]]\npath = \"~/Secrets\"\n";
  auto old = world.grantOf(EDITOR, file);
  auto line = complaint([&] { edit(world, old, {.path = secret}); });
  QVERIFY2(line.find("ceilings.toml, line 1") != line.npos, line.c_str());
  QCOMPARE(world.living().at(0).object.path, file);
}

void RulesTest::whyNamesTheRule() {
  BrokerWorld world;
  world.makeFolder("Documents");
  auto file = world.makeFile("Documents/a"), secret = world.makeFile("Documents/secret");
  auto grant = world.grantOf(EDITOR, world.home("Documents"), Lifetime::always(), true);
  auto refusal = refuse(world, {.path = secret});
  std::ofstream(world.places.config + "/ceilings.toml") << "[[never]]\npath = \"~/Documents/c\"\n";
  std::string rule;
  QVERIFY(why(world, file, schema::Access::WRITE, &rule) == Decides::ALLOWED);
  QCOMPARE(rule, grant);
  QVERIFY(why(world, secret, schema::Access::READ, &rule) == Decides::DENIED);
  QCOMPARE(rule, refusal);
  QVERIFY(why(world, world.home("Documents/c"), schema::Access::READ, &rule) == Decides::DENIED);
  QVERIFY(rule.find("line 1") != rule.npos);
  QVERIFY(why(world, world.home("elsewhere"), schema::Access::READ, &rule) == Decides::ASKED);
}

void RulesTest::whyOfALineOfTheJournal() {
  BrokerWorld world;
  auto path = world.makeFile("a");
  auto app = world.start(EDITOR);
  auto grant = world.grantOf(EDITOR, path);
  auto lineOf = [&](const std::string& event, const std::string& outcome) {
    for (auto& entry : world.broker->ledger().journal(JournalFilter{})) {
      if (entry.event == event && entry.outcome == outcome) return entry.sequence;
    }
    return uint64_t(0);
  };
  auto ask = [&](uint64_t sequence) {
    auto call = world.person().whyRequest();
    call.setSequence(sequence);
    return call.send().wait(world.ws);
  };
  auto given = ask(lineOf("grant", "allowed"));
  QVERIFY(given.getReason().getVerdict() == Decides::ALLOWED);
  QCOMPARE(given.getReason().getGrant().getId().cStr(), grant.c_str());
  world.broker->ledger().revoke({GrantId(grant)});
  // It ended; what it said then is still known.
  QVERIFY(ask(lineOf("grant", "allowed")).getReason().getGrant().getState() == schema::State::REVOKED);
  auto refusal = refuse(world, {.path = path});
  world.touch(app, path).wait(world.ws);
  auto refused = ask(lineOf("refuse", "never"));
  QVERIFY(refused.getReason().getVerdict() == Decides::DENIED);
  QCOMPARE(refused.getReason().getRefusal().getId().cStr(), refusal.c_str());
  QVERIFY(!complaint([&] { ask(999'999); }).empty());
}

void RulesTest::lapsedIsAskedAboutAgain() {
  BrokerWorld world;
  auto path = world.makeFile("a"), kept = world.makeFile("b");
  auto app = world.start(EDITOR);
  auto id = world.grantOf(EDITOR, path);
  auto call = world.person().keepRequest();
  call.initGrants(1).set(0, world.grantOf(EDITOR, kept).c_str());
  call.setKeep(true);
  call.send().wait(world.ws);
  world.advance(61 * 24h);
  auto& held = world.portal.sandbox(app.id);
  QVERIFY(held.grants.at(id).lapsed && !held.holds(path));  // Not taken back: it is to be asked about.
  QVERIFY(held.holds(kept));
  auto list = world.person().grantsRequest().send().wait(world.ws);
  int lapsed = 0;
  for (auto grant : list.getList()) lapsed += grant.getLapsed();
  QCOMPARE(lapsed, 1);
  world.showQuestions();
  auto asked = world.touch(app, path);
  QVERIFY(!asked.poll(world.ws));
  QCOMPARE(world.me.up(), size_t(1));
}

void RulesTest::importedIsAllOrNothing() {
  BrokerWorld world;
  auto folder = world.makeFolder("Documents");
  auto file = world.makeFile("a");
  auto app = world.start(EDITOR);
  auto first =
      import(world, {{.path = file}, {.path = world.home("missing")}, {.path = folder, .scope = schema::Scope::TREE}});
  QVERIFY((first.states == std::vector{State::ADDED, State::REFUSED, State::ADDED}));
  QVERIFY(!first.faults[1].empty());
  QVERIFY(world.living().empty());
  auto second = import(world, {{.path = file, .keep = true},
                               {.path = folder, .scope = schema::Scope::TREE, .access = schema::Access::WRITE},
                               {.path = folder + "/*.txt", .scope = schema::Scope::PATTERN, .never = true}});
  QVERIFY((second.states == std::vector{State::ADDED, State::ADDED, State::ADDED}));
  QCOMPARE(world.living().size(), size_t(2));
  auto& held = world.portal.sandbox(app.id);
  QVERIFY(held.holds(file) && held.holds(folder) && held.denies(folder + "/*.txt"));
  // A portal that cannot: nothing is left of it.
  world.portal.refuseAdding = true;
  auto other = world.makeFile("b");
  QVERIFY(!complaint([&] { import(world, {{.path = other}, {.path = other, .never = true, .holder = "x"}}); }).empty());
  QCOMPARE(world.living().size(), size_t(2));
  QCOMPARE(world.broker->ledger().refusals().size(), size_t(1));
}

void RulesTest::importingTwiceAddsNothing() {
  BrokerWorld world;
  auto file = world.makeFile("a");
  std::vector<Rule> rules = {
      {.path = file}, {.path = file}, {.path = file, .access = schema::Access::WRITE, .never = true}};
  auto first = import(world, rules);
  QVERIFY((first.states == std::vector{State::ADDED, State::PRESENT, State::ADDED}));
  auto second = import(world, rules);
  QVERIFY((second.states == std::vector{State::PRESENT, State::PRESENT, State::PRESENT}));
  QCOMPARE(world.living().size(), size_t(1));
  QCOMPARE(world.broker->ledger().refusals().size(), size_t(1));
}

void RulesTest::importedAboveACeilingNamesItsLine() {
  BrokerWorld world;
  world.makeFolder("Secrets");
  auto secret = world.makeFile("Secrets/a");
  std::ofstream(world.places.config + "/ceilings.toml")
      << "# Mine.\n\n[[never]]\napp = \"" << EDITOR << "\"\npath = \"~/Secrets\"\n";
  auto imported = import(world, {{.path = secret}});
  QVERIFY(imported.states[0] == State::REFUSED);
  QVERIFY2(imported.faults[0].find("ceilings.toml, line 3") != std::string::npos, imported.faults[0].c_str());
  auto own = import(world, {{.path = world.places.state, .scope = schema::Scope::TREE}});
  QVERIFY(own.states[0] == State::REFUSED);
  QVERIFY(world.living().empty());
}

void RulesTest::importedRulesAreOfThisMachine() {
  BrokerWorld world;
  world.makeFolder("Documents");
  auto file = world.makeFile("Documents/a");
  QVERIFY(symlink("Documents", world.home("link").c_str()) == 0);
  auto imported = import(world, {{.path = world.home("link/a")},
                                 {.path = file, .scope = schema::Scope::TREE},
                                 {.path = world.home("Documents"), .scope = schema::Scope::FILE},
                                 {.path = file, .lifetime = Lifetime::untilTime(world.clock.wall() - 1h)},
                                 {.path = file, .lifetime = Lifetime::run()},
                                 {.path = file, .holder = "a/../b@"}});
  for (size_t i = 0; i < imported.states.size(); ++i) {
    QVERIFY2(imported.states[i] == State::REFUSED, std::to_string(i).c_str());
    QVERIFY(!imported.faults[i].empty() && imported.faults[i].find('\n') == std::string::npos);
  }
  QVERIFY(imported.faults[0].find("elsewhere") != std::string::npos);
  QVERIFY(world.living().empty());
}

void RulesTest::importedRulesOfTheNetworkGiveWhatTheySay() {
  BrokerWorld world;
  auto call = world.person().importRulesRequest();
  auto rule = call.initRules(1)[0];
  rule.setHolder(EDITOR);
  rule.setKind(schema::Kind::NETWORK);
  rule.initObject().setTarget("*.example.org:443/tcp");
  rule.initLifetime().setAlways();
  rule.initLimits().setBytesPerDay(1000);
  rule.getLimits().setBytesPerSecond(10);
  call.setApply(true);
  QCOMPARE(call.send().wait(world.ws).getOutcomes()[0].getState(), State::ADDED);
  auto given = world.living().at(0);
  QCOMPARE(given.object.target, std::string("*.example.org:443/tcp"));
  QVERIFY(given.limits == (Limits{.bytesPerSecond = 10, .bytesPerDay = 1000}));
  auto app = world.start(EDITOR);
  QCOMPARE(world.network.wire(app.id).grants[given.id.text()].dayLimit, 1000u);
  QVERIFY(!world.network.wire(app.id).reaches("internet"));
}

// Each is refused, and the sound one beside it with it.
void RulesTest::importedRulesOfTheNetworkGiveNoMore() {
  BrokerWorld world("[[never]]\nkind = \"network\"\ntarget = \"*.forbidden.example\"\n");
  auto why = [&](std::function<void(schema::Rule::Builder)> change) {
    auto call = world.person().importRulesRequest();
    auto rules = call.initRules(2);
    for (auto rule : rules) {
      rule.setHolder(EDITOR);
      rule.setKind(schema::Kind::NETWORK);
      rule.initObject().setTarget("example.org:443/tcp");
      rule.initLifetime().setAlways();
    }
    change(rules[1]);
    call.setApply(true);
    auto answer = call.send().wait(world.ws);
    auto outcome = answer.getOutcomes()[1];
    return outcome.getState() == State::REFUSED ? outcome.getFault().cStr() : std::string();
  };
  // Another machine is no app, whatever the network is called that it is given.
  QVERIFY(!why([](auto rule) { rule.setHolder(("machine:" + std::string(52, 'a')).c_str()); }).empty());
  QVERIFY(!why([](auto rule) { rule.getObject().setTarget("www.forbidden.example:443/tcp"); }).empty());
  QVERIFY(!why([](auto rule) { rule.getObject().setPath(bytes("/etc")); }).empty());
  QVERIFY(!why([](auto rule) { rule.getObject().setTarget("not a place"); }).empty());
  QVERIFY(!why([](auto rule) { rule.initLimits().setUses(3); }).empty());
  QVERIFY(!why([](auto rule) { rule.getLifetime().setRun(); }).empty());
  QVERIFY(!why([](auto rule) {
             rule.setKind(schema::Kind::FILE);
             rule.initLimits().setBytesPerDay(3);
           }).empty());
  QVERIFY(world.living().empty());
}

void RulesTest::nothingIsImportedForLooking() {
  BrokerWorld world;
  QVERIFY(import(world, {{.path = world.makeFile("a")}}, false).states[0] == State::ADDED);
  QVERIFY(world.living().empty());
}

// What an app has is a session of its own: nothing of the person's is behind it, whatever it is asked as.
void RulesTest::fromInsideNothingIsImported() {
  BrokerWorld world;
  auto file = world.makeFile("a");
  auto app = world.start(EDITOR);
  auto pipe = kj::newTwoWayPipe();
  capnp::TwoPartyVatNetwork network(*pipe.ends[1], capnp::rpc::twoparty::Side::CLIENT);
  auto rpc = capnp::makeRpcClient(network);
  world.broker->apps().open(InstanceId(app.id), kj::mv(pipe.ends[0]));
  capnp::MallocMessageBuilder message;
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(capnp::rpc::twoparty::Side::SERVER);
  auto session = rpc.bootstrap(vat).castAs<schema::AppSession>();
  QCOMPARE(session.aboutRequest().send().wait(world.ws).getApp().cStr(), EDITOR);
  auto asPerson = session.castAs<schema::Person>();
  auto call = asPerson.importRulesRequest();
  Rule{.path = file}.fill(call.initRules(1)[0]);
  call.setApply(true);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, call.send().wait(world.ws));
  QVERIFY(world.living().empty());
}

QTEST_GUILESS_MAIN(RulesTest)
#include "rules-test.moc"
