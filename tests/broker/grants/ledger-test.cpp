// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/ledger.h"

#include <kj/debug.h>

#include <memory>

#include "tests/broker/grants/sample.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

struct Witness final : Ledger::Observer {
  std::vector<Grant> changed;
  std::vector<JournalEntry> added;
  void grantsChanged(const std::vector<Grant>& grants) override {
    changed.insert(changed.end(), grants.begin(), grants.end());
  }
  void journalAdded(const std::vector<JournalEntry>& entries) override {
    added.insert(added.end(), entries.begin(), entries.end());
  }
};

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
  void reboot() {
    ++boot;
    open();
  }
  Ledger* operator->() const { return ledger.get(); }

  Survivor start(const char* instance) {
    Survivor survivor{.instance = InstanceId(instance), .app = "app"};
    ledger->putSurvivor(survivor);
    return survivor;
  }
  Grant run(const char* path, const char* instance) {
    auto grant = fileGrant("app", path, Lifetime::run());
    grant.instance = InstanceId(instance);
    return grant;
  }
  Grant below(const GrantId& parent, const char* path) {
    auto grant = fileGrant("other", path);
    grant.parent = parent;
    return grant;
  }
  GrantState stateOf(const GrantId& id) const { return KJ_ASSERT_NONNULL(ledger->find(id)).state; }
};

}  // namespace

class LedgerTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void addedGrantIsLiveAndComesBack();
  void derivedGrantIsCutDown();
  void derivingTooMuchOrFromTheDeadIsRefused();
  void malformedOrOverdueGrantsAreRefused();
  void revokedStaysRevoked();
  void consequencesChangeNothing();
  void suspendedStaysSuspendedOverARestart();
  void endOfTheInstanceEndsOnceAndRun();
  void nothingIsBoundToAnEndedInstance();
  void instancesWithoutSurvivorAreOrphans();
  void untilSurvivesARestartWithTheClockSetBack();
  void untilSurvivesARebootWithTheClockSetBack();
  void untilEndsWhileNoBrokerRuns();
  void giveAgainMakesALikeGrant();
  void giveAgainNeedsParentAndInstance();
  void endedOnesAreKeptThirtyDays();
  void usageIsCountedOnceForEachSource();
  void usageOfALimitedGrantIsKeptAtOnce();
  void bytesOfADayAreBackTheNext();
  void bytesOfADayAreCountedOverARestart();
  void aClockSetBackGivesNoSecondDay();
  void aClockThatWasWrongIsNoLimitForEver();
  void whatIsDerivedRestsWithIt();
  void aLimitPerDayIsOfTheNetworkAlone();
  void permittingAsksAllThatMatters();
  void neverHoldsUntilForgotten();
  void settingsAreKeptAndPetnamesAreUnique();
  void factsAndDigestsAreKept();
  void notedFactsAreKeptAndRemoved();
  void journalIsKeptAndFiltered();
  void observersAreToldOfEachChange();
  void whatWasMovedIsFollowed();
  void whatHasEndedOrIsMalformedIsNotFollowed();
  void lostGrantHasExpiredWithWhatIsBelowIt();
};

void LedgerTest::addedGrantIsLiveAndComesBack() {
  World world;
  auto grant = treeGrant("app@work", "/a/\xff b");
  grant.object.device = ~0ull, grant.object.inode = 7;
  grant.limits = {.uses = 1, .bytes = ~0ull, .bytesPerSecond = 3};
  grant.origin = Origin::Dropped;
  auto id = world->add(grant);
  auto before = KJ_ASSERT_NONNULL(world->find(id));
  QVERIFY(world->isLive(id));
  QVERIFY(before.created == world.clock.wall());
  QCOMPARE(QByteArray::fromStdString(before.object.path), QByteArray("/a/\xff b"));
  world.open();
  QVERIFY(KJ_ASSERT_NONNULL(world->find(id)) == before);
  QVERIFY(world->isLive(id));
  QVERIFY(world->trouble().empty() && world->notices().empty());
}

void LedgerTest::derivedGrantIsCutDown() {
  World world;
  auto parent = treeGrant("app", "/a", Lifetime::untilTime(world.clock.wall() + 1h));
  parent.access = Access::Read;
  auto top = world->add(parent);
  auto wanted = world.below(top, "/a/b");
  wanted.access = Access::Write;
  auto child = KJ_ASSERT_NONNULL(world->find(world->add(wanted)));
  QCOMPARE(child.access, Access::Read);
  QVERIFY(child.lifetime == parent.lifetime);
  QCOMPARE(child.parent, top);
  QCOMPARE(child.holder, std::string("other"));
}

void LedgerTest::derivingTooMuchOrFromTheDeadIsRefused() {
  World world;
  auto top = world->add(treeGrant("app", "/a"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(world.below(top, "/b")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(world.below(GrantId("nobody"), "/a/b")));
  world->revoke({top});
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(world.below(top, "/a/b")));
  QCOMPARE(world->all(Ledger::Which::All).size(), 1u);
}

void LedgerTest::malformedOrOverdueGrantsAreRefused() {
  World world;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(fileGrant("app", "relative")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(fileGrant("", "/a")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(fileGrant("app", "/a", Lifetime::untilTime(world.clock.wall()))));
  QVERIFY(world->all(Ledger::Which::All).empty());
}

void LedgerTest::revokedStaysRevoked() {
  World world;
  auto top = world->add(treeGrant("app", "/a"));
  auto leaf = world->add(world.below(top, "/a/b"));
  auto ended = world->revoke({top});
  QVERIFY(ended.kept);
  QCOMPARE(ended.grants.size(), 2u);
  QCOMPARE(ended.grants[1].id, leaf);
  QCOMPARE(world->revoke({top, leaf}).grants.size(), 0u);
  QCOMPARE(world->resume({top, leaf}).size(), 0u);
  world.open();
  QCOMPARE(world.stateOf(top), GrantState::Revoked);
  QCOMPARE(world.stateOf(leaf), GrantState::Revoked);
  QVERIFY(world->ofHolder("app", Ledger::Which::Living).empty());
  QCOMPARE(world->ofHolder("app", Ledger::Which::All).size(), 1u);
}

void LedgerTest::consequencesChangeNothing() {
  World world;
  auto top = world->add(treeGrant("app", "/a"));
  auto leaf = world->add(world.below(top, "/a/b"));
  auto ends = world->consequences({top});
  QCOMPARE(ends.size(), 2u);
  QCOMPARE(ends[0].state, GrantState::Active);
  QVERIFY(world->isLive(top) && world->isLive(leaf));
}

void LedgerTest::suspendedStaysSuspendedOverARestart() {
  World world;
  auto top = world->add(treeGrant("app", "/a"));
  auto leaf = world->add(world.below(top, "/a/b"));
  auto held = world->suspend({top});
  QCOMPARE(held.grants.size(), 2u);
  QCOMPARE(held.grants[1].state, GrantState::Suspended);
  world.open();
  QVERIFY(!world->isLive(top) && !world->isLive(leaf));
  auto back = world->resume({top});
  QCOMPARE(back.size(), 2u);
  QVERIFY(world->isLive(leaf));
  world.open();
  QVERIFY(world->isLive(leaf));
}

void LedgerTest::endOfTheInstanceEndsOnceAndRun() {
  World world;
  world.start("one");
  auto standing = world->add(fileGrant("app", "/a"));
  auto bound = world->add(world.run("/b", "one"));
  auto elsewhere = world->add(world.run("/c", "two"));
  QCOMPARE(world->applicable("app", InstanceId("one")).size(), 2u);
  auto ended = world->endInstance(InstanceId("one"));
  QCOMPARE(ended.grants.size(), 1u);
  QCOMPARE(ended.grants[0].id, bound);
  QVERIFY(world->isLive(standing) && world->isLive(elsewhere) && !world->isLive(bound));
  world.open();
  QCOMPARE(world.stateOf(bound), GrantState::Expired);
  QVERIFY(world->survivors().empty());
}

void LedgerTest::nothingIsBoundToAnEndedInstance() {
  World world;
  world.start("one");
  world->endInstance(InstanceId("one"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(world.run("/b", "one")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world.start("one"));
}

void LedgerTest::instancesWithoutSurvivorAreOrphans() {
  World world;
  world.start("one");
  world->add(world.run("/a", "one"));
  world->add(world.run("/b", "two"));
  world.open();
  QCOMPARE(world->orphanedInstances(), std::vector{InstanceId("two")});
  QCOMPARE(world->survivors().size(), 1u);
  QCOMPARE(world->survivors()[0].app, std::string("app"));
}

void LedgerTest::untilSurvivesARestartWithTheClockSetBack() {
  World world;
  auto id = world->add(fileGrant("app", "/a", Lifetime::untilTime(world.clock.wall() + 1h)));
  world.ledger = nullptr;
  world.clock.stepWall(-24h);
  world.open();
  world.clock.advance(1h - 1ns);
  QVERIFY(world->isLive(id));
  world.clock.advance(1ns);
  QVERIFY(!world->isLive(id));
  QCOMPARE(world->tick().grants.size(), 1u);
  world.clock.stepWall(-24h);
  world.open();
  QCOMPARE(world.stateOf(id), GrantState::Expired);
}

void LedgerTest::untilSurvivesARebootWithTheClockSetBack() {
  World world;
  auto id = world->add(fileGrant("app", "/a", Lifetime::untilTime(world.clock.wall() + 1h)));
  world.ledger = nullptr;
  world.clock.stepWall(-24h);
  world.reboot();
  world.clock.advance(30min);
  QVERIFY(world->isLive(id));
  world.open();  // The same boot again: what was found out then still holds.
  world.clock.advance(30min);
  QVERIFY(!world->isLive(id));
}

void LedgerTest::untilEndsWhileNoBrokerRuns() {
  World world;
  auto id = world->add(fileGrant("app", "/a", Lifetime::untilTime(world.clock.wall() + 1h)));
  world.ledger = nullptr;
  world.clock.advance(2h);
  world.open();
  QCOMPARE(world.stateOf(id), GrantState::Expired);
}

void LedgerTest::giveAgainMakesALikeGrant() {
  World world;
  auto grant = treeGrant("app", "/a", Lifetime::untilTime(world.clock.wall() + 1h));
  auto top = world->add(grant);
  auto leaf = world->add(world.below(top, "/a/b"));
  world.clock.advance(30min);
  world->revoke({top});
  auto made = world->restore({leaf, top});
  QCOMPARE(made.size(), 2u);
  QVERIFY(made[0].id != top && made[1].id != leaf);
  QCOMPARE(made[1].parent, made[0].id);
  QVERIFY(made[0].lifetime.until == world.clock.wall() + 1h);
  QVERIFY(world->isLive(made[0].id) && world->isLive(made[1].id));
  QVERIFY(!world->isLive(top) && !world->isLive(leaf));
  QCOMPARE(world->restore({made[0].id}).size(), 0u);  // Alive: nothing to give again.
}

void LedgerTest::giveAgainNeedsParentAndInstance() {
  World world;
  auto top = world->add(treeGrant("app", "/a"));
  auto leaf = world->add(world.below(top, "/a/b"));
  world.start("one");
  auto bound = world->add(world.run("/b", "one"));
  world->revoke({top, bound});
  QCOMPARE(world->restore({leaf}).size(), 0u);
  QCOMPARE(world->restore({bound}).size(), 1u);
  world->endInstance(InstanceId("one"));
  QCOMPARE(world->restore({bound}).size(), 0u);
}

void LedgerTest::endedOnesAreKeptThirtyDays() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world->revoke({id});
  world.clock.advance(24h * 30);
  world->tick();
  QVERIFY(world->find(id) != nullptr);
  world.clock.advance(2h);
  world->tick();
  QVERIFY(world->find(id) == nullptr);
  world->flush();
  world.open();
  QVERIFY(world->find(id) == nullptr);
}

void LedgerTest::usageIsCountedOnceForEachSource() {
  World world;
  auto top = world->add(treeGrant("app", "/a"));
  auto id = world->add(world.below(top, "/a/b"));
  InstanceId one("one"), two("two");
  world->recordUse(id, one, {.live = 2, .uses = 2, .bytesRead = 10, .used = world.clock.wall()});
  world->recordUse(id, one, {.live = 1, .uses = 3, .bytesRead = 15, .used = world.clock.wall()});
  world->recordUse(id, two, {.live = 4, .uses = 4, .bytesRead = 1, .used = world.clock.wall()});
  auto grant = KJ_ASSERT_NONNULL(world->find(id));
  QCOMPARE(grant.uses, 7u);
  QCOMPARE(grant.bytesRead, 16u);
  QCOMPARE(grant.live, 5u);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(top)).uses, 7u);
  world->endInstance(two);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).live, 1u);
  world.open();
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).uses, 7u);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).live, 0u);
  world->adoptUse(id, one, {.live = 1, .uses = 3, .bytesRead = 15, .used = world.clock.wall()});
  world->recordUse(id, one, {.live = 1, .uses = 4, .bytesRead = 15, .used = world.clock.wall()});
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).uses, 8u);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).live, 1u);
}

void LedgerTest::usageOfALimitedGrantIsKeptAtOnce() {
  World world;
  auto grant = fileGrant("app", "/a");
  grant.limits.uses = 2;
  auto id = world->add(grant);
  QVERIFY(world->recordUse(id, InstanceId("one"), {.uses = 1}).grants.empty());
  auto ended = world->recordUse(id, InstanceId("one"), {.uses = 2});
  QCOMPARE(ended.grants.size(), 1u);
  QCOMPARE(world.stateOf(id), GrantState::Expired);
  QVERIFY(world->recordUse(id, InstanceId("one"), {.uses = 3}).grants.empty());
}

namespace {

Grant daily(uint64_t bytes) {
  Grant grant{.holder = "app", .kind = Kind::Network, .object = {.target = "example.org", .scope = Scope::Host}};
  grant.access = Access::Write;
  grant.lifetime = Lifetime::always();
  grant.limits.bytesPerDay = bytes;
  return grant;
}

bool permitted(World& world) {
  Object wanted{.target = "example.org:443/tcp", .scope = Scope::Port};
  return world->permitting("app", InstanceId("one"), Kind::Network, wanted, Access::Write) != nullptr;
}

}  // namespace

void LedgerTest::bytesOfADayAreBackTheNext() {
  World world;
  auto id = world->add(daily(100));
  InstanceId one("one"), two("two");
  QVERIFY(world->recordUse(id, one, {.bytesRead = 60}).resting.empty());
  QVERIFY(permitted(world));
  // Whichever of its programs.
  auto used = world->recordUse(id, two, {.bytesWritten = 40});
  QVERIFY(used.grants.empty());
  QCOMPARE(used.resting.size(), 1u);
  QVERIFY(KJ_ASSERT_NONNULL(world->find(id)).resting);
  QVERIFY(!permitted(world));
  QCOMPARE(world.stateOf(id), GrantState::Active);
  QVERIFY(world->recordUse(id, two, {.bytesWritten = 50}).resting.empty());  // Said once.
  world.clock.advance(23h);
  QVERIFY(world->tick().grants.empty());
  QVERIFY(world->wake().empty());
  world.clock.advance(1h);
  auto woken = world->wake();
  QCOMPARE(woken.size(), 1u);
  QVERIFY(!woken[0].resting);
  QCOMPARE(woken[0].bytesOfDay, 0u);
  QVERIFY(permitted(world));
  QVERIFY(world->wake().empty());
  QVERIFY(world->recordUse(id, one, {.bytesRead = 159}).resting.empty());
  QCOMPARE(world->recordUse(id, one, {.bytesRead = 160}).resting.size(), 1u);
  auto lines = world->journal(JournalFilter{});
  QCOMPARE(lines[0].event, std::string("rest"));
  QCOMPARE(lines[1].event, std::string("wake"));
}

void LedgerTest::bytesOfADayAreCountedOverARestart() {
  World world;
  auto id = world->add(daily(100));
  world->recordUse(id, InstanceId("one"), {.bytesRead = 90});
  world.reboot();
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).bytesOfDay, 90u);
  world->recordUse(id, InstanceId("two"), {.bytesRead = 10});
  world.reboot();
  QVERIFY(!permitted(world));
  world.clock.advance(24h);
  QCOMPARE(world->wake().size(), 1u);
  QVERIFY(permitted(world));
}

void LedgerTest::aClockSetBackGivesNoSecondDay() {
  World world;
  auto id = world->add(daily(100));
  world->recordUse(id, InstanceId("one"), {.bytesRead = 100});
  world.clock.stepWall(-48h);
  QVERIFY(world->wake().empty());
  QVERIFY(!permitted(world));
}

// Set back from years ahead, which it was at some start: today is still used up, and tomorrow another day, also where
// no broker lives through a midnight.
void LedgerTest::aClockThatWasWrongIsNoLimitForEver() {
  World world;
  world.clock.stepWall(24h * 1000);
  auto id = world->add(daily(100)), ended = world->add(daily(100));
  world->recordUse(id, InstanceId("one"), {.bytesRead = 100});
  world->recordUse(ended, InstanceId("one"), {.bytesRead = 50});
  world->revoke({ended});
  world.clock.stepWall(-24h * 1000);
  world.reboot();
  QVERIFY(world->wake().empty());
  QVERIFY(!permitted(world));
  QCOMPARE(world->today("app").bytes, 150u);
  world.clock.advance(1h);
  world->tick();
  world.reboot();
  QVERIFY(!permitted(world));
  world.clock.advance(24h);
  QCOMPARE(world->wake().size(), 1u);
  QVERIFY(permitted(world));
  QCOMPARE(world->today("app").bytes, 0u);
}

void LedgerTest::whatIsDerivedRestsWithIt() {
  World world;
  auto parent = world->add(daily(100));
  auto child = daily(0);
  child.parent = parent;
  auto id = world->add(child);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).limits.bytesPerDay, 100u);
  // A use of the child is one of its parent.
  auto used = world->recordUse(id, InstanceId("one"), {.bytesRead = 100});
  QCOMPARE(used.resting.size(), 2u);
  world.clock.advance(24h);
  QCOMPARE(world->wake().size(), 2u);
}

void LedgerTest::aLimitPerDayIsOfTheNetworkAlone() {
  World world;
  auto grant = fileGrant("app", "/a");
  grant.limits.bytesPerDay = 100;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->add(grant));
}

void LedgerTest::permittingAsksAllThatMatters() {
  World world;
  auto grant = world.run("/a/b", "one");
  auto id = world->add(grant);
  auto permitted = [&](const char* holder, const char* instance, const char* path, Access access) {
    return world->permitting(holder, InstanceId(instance), Kind::File, {.path = path}, access) != nullptr;
  };
  QVERIFY(permitted("app", "one", "/a/b", Access::Read));
  QVERIFY(!permitted("app", "two", "/a/b", Access::Read));
  QVERIFY(!permitted("app@p", "one", "/a/b", Access::Read));
  QVERIFY(!permitted("app", "one", "/a/c", Access::Read));
  QVERIFY(!permitted("app", "one", "/a/b", Access::Write));
  world->suspend({id});
  QVERIFY(!permitted("app", "one", "/a/b", Access::Read));
}

void LedgerTest::neverHoldsUntilForgotten() {
  World world;
  Refusal refusal{.id = RequestId("r"), .holder = "app", .object = {.path = "/a", .inode = 5}, .access = Access::Write};
  world->refuse(refusal);
  world.open();
  auto refused = [&](const char* holder, Access access) {
    return world->refusing(holder, Kind::File, {.path = "/a", .inode = 6}, access) != nullptr;
  };
  QVERIFY(refused("app", Access::Write));
  QVERIFY2(!refused("app", Access::Read), "no to writing is not no to reading");
  QVERIFY(!refused("app@p", Access::Write));
  QVERIFY(!world->forget(RequestId("x")));
  QVERIFY(world->forget(RequestId("r")));
  QVERIFY(!refused("app", Access::Write));
  world.open();
  QVERIFY(world->refusals().empty());
}

void LedgerTest::settingsAreKeptAndPetnamesAreUnique() {
  World world;
  AppSettings mine{.app = "app", .petname = "Mine", .gpu = true, .memoryLimit = ~0ull, .processLimit = ~0u};
  world->setSettings(mine);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->setSettings({.app = "other", .petname = "Mine"}));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->setSettings({.app = "other", .petname = "two\nlines"}));
  world->setSettings({.app = "third"});
  world.open();
  QVERIFY(world->settings("app") == mine);
  QVERIFY(world->settings("other") == AppSettings{.app = "other"});
  QCOMPARE(world->allSettings().size(), 2u);
}

void LedgerTest::factsAndDigestsAreKept() {
  World world;
  QVERIFY(world->portalDigest() == nullptr);
  Digest digest{};
  digest.fill(7);
  world->putPortalDigest(digest);
  world->putFact("network-off", "1");
  auto survivor = world.start("one");
  survivor.cookie.fill(9);
  world->putSurvivor(survivor);
  world.open();
  QCOMPARE(world->fact("network-off"), std::string("1"));
  QCOMPARE(world->fact("nothing"), std::string());
  QVERIFY(KJ_ASSERT_NONNULL(world->portalDigest()) == digest);
  QVERIFY(world->survivors()[0].cookie == survivor.cookie);
}

void LedgerTest::notedFactsAreKeptAndRemoved() {
  World world;
  std::string bytes("a\0b\xff", 4);
  world->noteFact("noted", bytes);
  world->noteFact("gone", "x");
  QCOMPARE(world->fact("noted"), bytes);
  world->noteFact("gone", "");
  QCOMPARE(world->fact("gone"), std::string());
  world.open();
  QCOMPARE(world->fact("noted"), bytes);
  QCOMPARE(world->fact("gone"), std::string());
}

void LedgerTest::journalIsKeptAndFiltered() {
  World world;
  auto id = world->add(fileGrant("app@p", "/Documents/A"));
  world.clock.advance(1h);
  world->journal(
      {.event = "refuse", .app = "other", .kind = Kind::Network, .target = "evil\x1b[2J", .outcome = "denied"});
  world->revoke({id});
  for (bool again : {false, true}) {
    if (again) world.open();
    auto all = world->journal(JournalFilter{});
    QCOMPARE(all.size(), 3u);
    QCOMPARE(all[0].event, std::string("revoke"));
    QCOMPARE(all[0].grant, id);
    QCOMPARE(all[1].target, std::string("evil\\x1b[2J"));
    QCOMPARE(all[2].sequence, 1u);
    QCOMPARE(world->journal(JournalFilter{.app = "app"}).size(), 2u);
    QCOMPARE(world->journal(JournalFilter{.app = "app@p"}).size(), 2u);
    QCOMPARE(world->journal(JournalFilter{.app = "ap"}).size(), 0u);
    QCOMPARE(world->journal(JournalFilter{.kind = "network"}).size(), 1u);
    QCOMPARE(world->journal(JournalFilter{.kind = "nonsense"}).size(), 0u);
    QCOMPARE(world->journal(JournalFilter{.text = "documents"}).size(), 2u);
    QCOMPARE(world->journal(JournalFilter{.since = world.clock.wall()}).size(), 2u);
    QCOMPARE(world->journal(JournalFilter{.before = 2}).size(), 1u);
    QCOMPARE(world->journal(JournalFilter{.limit = 1})[0].sequence, 3u);
  }
}

void LedgerTest::observersAreToldOfEachChange() {
  World world;
  Witness witness;
  world->observe(witness);
  auto id = world->add(fileGrant("app", "/a"));
  world->suspend({id});
  world->resume({id});
  world->revoke({id});
  QCOMPARE(witness.changed.size(), 4u);
  QCOMPARE(witness.changed[1].state, GrantState::Suspended);
  QCOMPARE(witness.changed[3].state, GrantState::Revoked);
  QCOMPARE(witness.added.size(), 4u);
  QCOMPARE(witness.added[3].sequence, 4u);
  world->unobserve(witness);
  world->add(fileGrant("app", "/a"));
  QCOMPARE(witness.changed.size(), 4u);
}

void LedgerTest::whatWasMovedIsFollowed() {
  World world;
  auto grant = treeGrant("app", "/a");
  grant.object.device = 1, grant.object.inode = 7;
  auto id = world->add(grant);
  Witness witness;
  world->observe(witness);
  auto now = grant.object;
  now.path = "/b", now.target = "/b\x1b[2J";
  QCOMPARE(KJ_ASSERT_NONNULL(world->follow(id, now)).object.path, std::string("/b"));
  QCOMPARE(witness.changed.size(), 1u);
  QCOMPARE(witness.added.size(), 1u);
  QCOMPARE(witness.added[0].event, std::string("moved"));
  QVERIFY(world->follow(id, now) == nullptr);
  // Another file in its place, at the same one: no move.
  now.inode = 8;
  QCOMPARE(KJ_ASSERT_NONNULL(world->follow(id, now)).object.inode, uint64_t(8));
  QCOMPARE(witness.added.size(), 1u);
  QCOMPARE(witness.changed.size(), 2u);
  world->unobserve(witness);
  for (bool again : {false, true}) {
    if (again) world.open();
    auto held = KJ_ASSERT_NONNULL(world->find(id));
    QCOMPARE(held.object.path, std::string("/b"));
    QCOMPARE(held.object.target, std::string("/b\\x1b[2J"));
    QVERIFY(held.object.device == 1 && held.object.inode == 8 && world->isLive(id));
    auto permits = [&](const char* path) {
      Object object = grant.object;
      object.path = path;
      return world->permitting("app", InstanceId("i"), held.kind, object, Access::Read) != nullptr;
    };
    QVERIFY(permits("/b/c") && !permits("/a/c"));
  }
}

void LedgerTest::whatHasEndedOrIsMalformedIsNotFollowed() {
  World world;
  auto grant = treeGrant("app", "/a");
  auto id = world->add(grant);
  auto now = grant.object;
  for (auto path : {"", "relative", "/a/../b", "/a//b"}) {
    now.path = path;
    QVERIFY_THROWS_EXCEPTION(kj::Exception, world->follow(id, now));
  }
  now.path = "/b";
  QVERIFY(world->follow(GrantId("no-such-grant"), now) == nullptr);
  world->revoke({id});
  QVERIFY(world->follow(id, now) == nullptr);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).object.path, std::string("/a"));
}

void LedgerTest::lostGrantHasExpiredWithWhatIsBelowIt() {
  World world;
  auto id = world->add(treeGrant("app", "/a")), other = world->add(treeGrant("app", "/b"));
  auto child = world->add(world.below(id, "/a/c"));
  QCOMPARE(world->lose(id, "replaced").grants.size(), 2u);
  QCOMPARE(world->journal(JournalFilter{})[0].outcome, std::string("replaced"));
  for (bool again : {false, true}) {
    if (again) world.open();
    QCOMPARE(world.stateOf(id), GrantState::Expired);
    QVERIFY(!world->isLive(id) && !world->isLive(child) && world->isLive(other));
  }
  QCOMPARE(world->lose(id, "replaced").grants.size(), 0u);
  QCOMPARE(world->lose(GrantId("no-such-grant"), "replaced").grants.size(), 0u);
}

QTEST_GUILESS_MAIN(LedgerTest)
#include "ledger-test.moc"
