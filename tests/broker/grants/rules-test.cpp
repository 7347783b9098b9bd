// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Which rule decides, and what becomes of rules that are changed, kept, or not used.

#include <kj/debug.h>

#include <filesystem>
#include <memory>

#include "broker/base/where.h"
#include "broker/grants/ledger.h"
#include "broker/grants/reach.h"
#include "broker/grants/ruling.h"
#include "tests/broker/grants/sample.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

constexpr Duration DAY = 24h;

struct World {
  StateDirectory directory;
  FakeClock clock;
  std::unique_ptr<Ledger> ledger;
  int boot = 1;

  World() { open(); }
  void open() {
    ledger = nullptr;
    ledger = std::make_unique<Ledger>(directory.path(), clock, "boot" + std::to_string(boot));
  }
  Ledger* operator->() const { return ledger.get(); }
  Grant at(const GrantId& id) const { return KJ_ASSERT_NONNULL(ledger->find(id)); }
  std::string lastEvent() const {
    auto entry = ledger->journal({.limit = 1}).at(0);
    return entry.event + " " + entry.outcome;
  }
};

// --- the reference: everything spelled out, nothing shared with what is tested

std::vector<std::string> partsOf(const std::string& path) {
  std::vector<std::string> parts;
  for (auto& part : std::filesystem::path(path)) {
    if (part != "/") parts.push_back(part.string());
  }
  return parts;
}

std::string folderOf(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }
std::string lastOf(const std::string& path) { return std::filesystem::path(path).filename().string(); }

bool fits(const std::string& pattern, const std::string& name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') return fits(pattern.substr(1), name) || (!name.empty() && fits(pattern, name.substr(1)));
  if (name.empty()) return false;
  return (pattern[0] == '?' || pattern[0] == name[0]) && fits(pattern.substr(1), name.substr(1));
}

bool covers(Kind kind, const Object& object, const std::string& path) {
  auto name = lastOf(path);
  bool beside = folderOf(path) == folderOf(object.path);
  switch (object.scope) {
    case Scope::Pattern: return beside && name[0] != '.' && fits(lastOf(object.path), name);
    case Scope::Siblings: {
      auto own = lastOf(object.path);
      if (path == object.path) return true;
      if (!beside || own[0] == '.' || name[0] == '.') return false;
      auto stem = std::filesystem::path(own).stem().string();
      return name == stem || name.rfind(stem + ".", 0) == 0;
    }
    case Scope::Folder: return path == object.path || folderOf(path) == object.path;
    case Scope::Tree: {
      auto outer = partsOf(object.path), inner = partsOf(path);
      return inner.size() >= outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
    }
    default: return kind == Kind::File && path == object.path;
  }
}

// The greater decides.
std::pair<size_t, int> weight(const Object& object) {
  auto depth = partsOf(object.path).size();
  switch (object.scope) {
    case Scope::Tree: return {depth, 0};
    case Scope::Folder: return {depth, 1};
    case Scope::Siblings: return {depth - 1, 2};
    case Scope::Pattern: return {depth - 1, 3};
    default: return {depth, 4};
  }
}

Ruling::Says reference(const std::vector<Grant>& grants, const std::vector<Refusal>& refusals, const std::string& path,
                       Access access) {
  kj::Maybe<std::pair<size_t, int>> yes, no;
  auto raise = [](auto& best, auto weight) {
    KJ_IF_MAYBE (known, best) {
      if (*known >= weight) return;
    }
    best = weight;
  };
  for (auto& grant : grants) {
    bool enough = grant.access == Access::Write || access == Access::Read;
    if (enough && covers(grant.kind, grant.object, path)) raise(yes, weight(grant.object));
  }
  for (auto& refusal : refusals) {
    bool meant = refusal.access == Access::Read || access == Access::Write;
    if (meant && covers(refusal.kind, refusal.object, path)) raise(no, weight(refusal.object));
  }
  KJ_IF_MAYBE (forbidden, no) {
    KJ_IF_MAYBE (allowed, yes) return *allowed > *forbidden ? Ruling::Says::Yes : Ruling::Says::No;
    return Ruling::Says::No;
  }
  return yes == nullptr ? Ruling::Says::Nothing : Ruling::Says::Yes;
}

const std::vector<std::string> FOLDERS = {"/h", "/h/a", "/h/a/b", "/h/ab", "/"};
const std::vector<std::string> NAMES = {"f.txt", "f.en.txt", "f2.txt", "f", "g.pdf", ".f.txt", "b"};
const std::vector<std::string> PATTERNS = {"*.txt", "f*", "*", "?.pdf", "f.*", "*.pdf"};

std::string joined(const std::string& folder, const std::string& name) {
  return folder == "/" ? "/" + name : folder + "/" + name;
}

void aim(Chance& chance, Kind& kind, Object& object) {
  auto folder = chance.among(FOLDERS);
  switch (chance.below(5)) {
    case 0: object = {.path = joined(folder, chance.among(NAMES)), .scope = Scope::File}; break;
    case 1: object = {.path = joined(folder, chance.among(NAMES)), .scope = Scope::Siblings}; break;
    case 2: object = {.path = joined(folder, chance.among(PATTERNS)), .scope = Scope::Pattern}; break;
    case 3: object = {.path = folder, .scope = Scope::Folder}; break;
    default: object = {.path = folder, .scope = Scope::Tree}; break;
  }
  kind = object.scope == Scope::Folder || object.scope == Scope::Tree ? Kind::Folder : Kind::File;
}

Access some(Chance& chance) { return chance.oneIn(2) ? Access::Read : Access::Write; }

}  // namespace

class RulesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void rulingAgreesWithTheReference();
  void everyOrderOfRulesSaysTheSame();
  void aGrantForReadingSaysNothingOfChanging();
  void ledgerAsksItsRules();
  void unusedForSixtyDaysLapses();
  void usedItDoesNot();
  void openItDoesNot();
  void keptItDoesNot();
  void lapsedIsShownAndCanBeGivenAgain();
  void wallClockSetBackLengthensNothing_data();
  void wallClockSetBackLengthensNothing();
  void onlyWhatStandsIsKept();
  void keepingSurvivesTheStore();
  void replacedIsBothOrNeither();
  void replacingTakesWhatDerivesAlong();
  void whatHasEndedIsNotReplaced();
  void manyAreAllOrNone();
};

void RulesTest::rulingAgreesWithTheReference() {
  Chance chance;
  int said[3] = {};
  for (int round = 0; round < 20'000; ++round) {
    std::vector<Grant> grants(chance.below(5));
    std::vector<Refusal> refusals(chance.below(4));
    for (auto& grant : grants) {
      aim(chance, grant.kind, grant.object);
      grant.access = some(chance);
    }
    for (auto& refusal : refusals) {
      aim(chance, refusal.kind, refusal.object);
      refusal.access = some(chance);
    }
    Object wanted{.path = joined(chance.among(FOLDERS), chance.among(NAMES))};
    auto access = some(chance);
    auto ruling = rulingOn(grants, refusals, Kind::File, wanted, access);
    auto expected = reference(grants, refusals, wanted.path, access);
    ++said[int(expected)];
    QVERIFY2(ruling.says == expected, wanted.path.c_str());
    QCOMPARE(ruling.grant != nullptr, expected == Ruling::Says::Yes);
    QCOMPARE(ruling.refusal != nullptr, expected == Ruling::Says::No);
  }
  for (int count : said) QVERIFY(count > 500);
}

void RulesTest::everyOrderOfRulesSaysTheSame() {
  Chance chance;
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Grant> grants(4);
    for (auto& grant : grants) aim(chance, grant.kind, grant.object);
    Object wanted{.path = joined(chance.among(FOLDERS), chance.among(NAMES))};
    auto weightOf = [&] {
      auto ruling = rulingOn(grants, {}, Kind::File, wanted, Access::Read);
      KJ_IF_MAYBE (grant, ruling.grant) return weight(grant->object);
      return std::pair<size_t, int>{};
    };
    auto before = weightOf();
    std::swap(grants[0], grants[chance.below(4)]);
    std::swap(grants[1], grants[chance.below(4)]);
    QVERIFY(weightOf() == before);
  }
}

void RulesTest::aGrantForReadingSaysNothingOfChanging() {
  auto tree = treeGrant("app", "/h");
  auto file = fileGrant("app", "/h/f.txt");
  QVERIFY(rulingOn({tree, file}, {}, Kind::File, file.object, Access::Write).says == Ruling::Says::Yes);
  Refusal changing{.kind = Kind::File, .object = file.object, .access = Access::Write};
  QVERIFY(rulingOn({tree, file}, {changing}, Kind::File, file.object, Access::Write).says == Ruling::Says::No);
  QVERIFY(rulingOn({tree, file}, {changing}, Kind::File, file.object, Access::Read).says == Ruling::Says::Yes);
}

void RulesTest::ledgerAsksItsRules() {
  World world;
  world->add(treeGrant("app", "/h"));
  Object secret{.target = "/h/secret", .path = "/h/secret"}, other{.target = "/h/other", .path = "/h/other"};
  world->refuse({.id = RequestId("r1"), .holder = "app", .kind = Kind::File, .object = secret});
  QVERIFY(world->permitting("app", {}, Kind::File, secret, Access::Read) == nullptr);
  QVERIFY(world->permitting("app", {}, Kind::File, other, Access::Read) != nullptr);
  world->refuse({.id = RequestId("r2"), .holder = "another", .kind = Kind::File, .object = other});
  QVERIFY(world->permitting("app", {}, Kind::File, other, Access::Read) != nullptr);
  world.open();
  QVERIFY(world->permitting("app", {}, Kind::File, secret, Access::Read) == nullptr);
}

void RulesTest::unusedForSixtyDaysLapses() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  auto until = world->add(fileGrant("app", "/b", Lifetime::untilTime(world.clock.wall() + 10 * DAY)));
  world.clock.advance(59 * DAY);
  world->tick();
  QVERIFY(world.at(id).state == GrantState::Active);
  QVERIFY(world.at(until).state == GrantState::Expired && !world.at(until).lapsed);
  world.clock.advance(1 * DAY + 1h);
  auto ended = world->tick();
  QCOMPARE(ended.grants.size(), size_t(1));
  QVERIFY(world.at(id).state == GrantState::Expired && world.at(id).lapsed);
  QCOMPARE(world.lastEvent(), "expire lapsed");
  QVERIFY(world->permitting("app", {}, Kind::File, {.path = "/a"}, Access::Read) == nullptr);
}

void RulesTest::usedItDoesNot() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  for (uint64_t uses = 1; uses < 5; ++uses) {
    world.clock.advance(40 * DAY);
    world->tick();
    world->recordUse(id, InstanceId("i"), {.uses = uses, .used = world.clock.wall()});
  }
  QVERIFY(world.at(id).state == GrantState::Active);
  world.clock.advance(61 * DAY);
  world->tick();
  QVERIFY(world.at(id).lapsed);
}

void RulesTest::openItDoesNot() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world->recordUse(id, InstanceId("i"), {.live = 1, .uses = 1, .used = world.clock.wall()});
  world.clock.advance(100 * DAY);
  world->tick();
  QVERIFY(world.at(id).state == GrantState::Active);
  QVERIFY(world->nextTick() > Duration::zero());
  world->recordUse(id, InstanceId("i"), {.live = 0, .uses = 1, .used = world.clock.wall() - 100 * DAY});
  world.clock.advance(61 * DAY);
  world->tick();
  QVERIFY(world.at(id).lapsed);
}

void RulesTest::keptItDoesNot() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world.clock.advance(59 * DAY);
  QCOMPARE(world->keep({id}, true).size(), size_t(1));
  QCOMPARE(world.lastEvent(), "keep kept");
  world.clock.advance(1000 * DAY);
  world->tick();
  QVERIFY(world.at(id).state == GrantState::Active && world.at(id).keep);
  world->keep({id}, false);
  world->tick();
  QVERIFY(world.at(id).state == GrantState::Active);  // It has its time from now on.
  world.clock.advance(61 * DAY);
  world->tick();
  QVERIFY(world.at(id).lapsed);
}

void RulesTest::lapsedIsShownAndCanBeGivenAgain() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world.clock.advance(61 * DAY);
  world->tick();
  world.open();
  QVERIFY(world.at(id).lapsed);  // Also to the next broker.
  auto again = world->restore({id});
  QCOMPARE(again.size(), size_t(1));
  QVERIFY(!again[0].lapsed && again[0].state == GrantState::Active);
}

void RulesTest::wallClockSetBackLengthensNothing_data() {
  QTest::addColumn<bool>("restart");
  QTest::addColumn<bool>("reboot");
  QTest::newRow("while it runs") << false << false;
  QTest::newRow("between two brokers") << true << false;
  QTest::newRow("between two boots") << true << true;
}

void RulesTest::wallClockSetBackLengthensNothing() {
  QFETCH(bool, restart);
  QFETCH(bool, reboot);
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world.clock.advance(30 * DAY);
  world->tick();
  world->noteFact("moment", "30 days");
  world.clock.stepWall(-300 * DAY);
  if (reboot) ++world.boot;
  if (restart) world.open();
  QVERIFY(world.at(id).state == GrantState::Active);
  world.clock.advance(61 * DAY);
  world->tick();
  QVERIFY(world.at(id).lapsed);
}

void RulesTest::onlyWhatStandsIsKept() {
  World world;
  auto until = world->add(fileGrant("app", "/b", Lifetime::untilTime(world.clock.wall() + 10 * DAY)));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->keep({until}, true));
  auto grant = fileGrant("app", "/c", Lifetime::untilTime(world.clock.wall() + 10 * DAY));
  grant.keep = true;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(grant));
}

void RulesTest::keepingSurvivesTheStore() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world->keep({id}, true);
  ++world.boot;
  world.open();
  QVERIFY(world.at(id).keep);
  world.clock.advance(100 * DAY);
  world->tick();
  QVERIFY(world.at(id).state == GrantState::Active);
}

void RulesTest::replacedIsBothOrNeither() {
  World world;
  auto old = world->add(treeGrant("app", "/h"));
  auto fresh = fileGrant("app", "/h/a");
  auto replaced = world->replace(old, fresh);
  QVERIFY(world.at(old).state == GrantState::Revoked);
  QVERIFY(world.at(replaced.made).state == GrantState::Active);
  QVERIFY(world.at(replaced.made).object.path == "/h/a");
  QCOMPARE(replaced.ended.grants.size(), size_t(1));
  QCOMPARE(world.lastEvent(), "revoke replaced");
  world.open();
  QVERIFY(world.at(old).state == GrantState::Revoked && world.at(replaced.made).state == GrantState::Active);
  // What cannot be recorded changes nothing.
  auto malformed = fresh;
  malformed.object.path = "not/absolute";
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->replace(replaced.made, malformed));
  QVERIFY(world.at(replaced.made).state == GrantState::Active);
}

void RulesTest::replacingTakesWhatDerivesAlong() {
  World world;
  auto old = world->add(treeGrant("app", "/h"));
  auto child = fileGrant("other", "/h/a");
  child.parent = old;
  auto below = world->add(child);
  auto replaced = world->replace(old, treeGrant("app", "/h/sub"));
  QCOMPARE(replaced.ended.grants.size(), size_t(2));
  QVERIFY(world.at(below).state == GrantState::Revoked);
}

void RulesTest::whatHasEndedIsNotReplaced() {
  World world;
  auto old = world->add(treeGrant("app", "/h"));
  world->revoke({old});
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->replace(old, treeGrant("app", "/h")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->replace(GrantId("none"), treeGrant("app", "/h")));
  QVERIFY(world->permitting("app", {}, Kind::File, {.path = "/h/a"}, Access::Read) == nullptr);
}

void RulesTest::manyAreAllOrNone() {
  World world;
  Refusal refusal{.id = RequestId("r"), .holder = "app", .kind = Kind::File, .object = {.target = "/x", .path = "/x"}};
  auto malformed = fileGrant("app", "relative");
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->addAll({fileGrant("app", "/a"), malformed}, {refusal}));
  QVERIFY(world->all(Ledger::Which::All).empty() && world->refusals().empty());
  auto ids = world->addAll({fileGrant("app", "/a"), fileGrant("app", "/b")}, {refusal});
  QCOMPARE(ids.size(), size_t(2));
  world.open();
  QCOMPARE(world->all(Ledger::Which::Living).size(), size_t(2));
  QCOMPARE(world->refusals().size(), size_t(1));
}

QTEST_APPLESS_MAIN(RulesTest)
#include "rules-test.moc"
