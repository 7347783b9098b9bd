// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Machines and invitations in the store: kept, checked, and gone when they are to be.

#include <kj/debug.h>
#include <sys/resource.h>
#include <QtTest>
#include <csignal>
#include <memory>

#include "broker/grants/ledger.h"
#include "tests/broker/grants/sample.h"

using namespace latchkey;
using namespace std::chrono_literals;

namespace {

struct World {
  StateDirectory directory;
  FakeClock clock;
  std::unique_ptr<Ledger> ledger;

  World() { open(); }
  void open() {
    ledger = nullptr;
    ledger = std::make_unique<Ledger>(directory.path(), clock, "boot");
  }
  Ledger* operator->() const { return ledger.get(); }
};

Machine machine(char letter, const std::string& petname) {
  return {.id = std::string(52, letter),
          .certificate = std::string("\0\x30 not text \xff", 13),
          .petname = petname,
          .announced = "what it says",
          .stripe = 3,
          .version = 2,
          .paired = fromNanos(1'000),
          .seen = fromNanos(2'000),
          .route = "ssh anna@desk",
          .routes = {{.text = "ssh anna@desk", .tried = fromNanos(5), .outcome = ""},
                     {.text = "10.0.0.7:7357", .origin = MachineRoute::Origin::Seen, .outcome = "no answer"}}};
}

Invitation invitation(const World& world, char letter) {
  return {.id = std::string(INVITATION_BYTES, letter),
          .secret = std::string(INVITATION_BYTES, '\0'),
          .made = world.clock.wall(),
          .until = world.clock.wall() + 24h};
}

// As on a full disk: this process's files grow no further.
class FullDisk {
public:
  FullDisk() {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &m_before);
    rlimit full{1, m_before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }

private:
  rlimit m_before{};
};

Grant shared(const std::string& id) { return fileGrant(holderOfMachine(id), "/a/photo"); }

}  // namespace

class MachineStoreTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void machinesComeBackWhole();
  void namesAreUniqueAndPlain();
  void malformedOnesAreRefused_data();
  void malformedOnesAreRefused();
  void forgettingEndsWhatItHolds();
  void blockingEndsWhatItHoldsAndStays();
  void aFullDiskKeepsNobodyIn();
  void aFullDiskLetsNobodyIn();
  void invitationsComeBackWhole();
  void usedInvitationsNameWhoUsedThem();
  void droppedInvitationsAreGoneAlsoOnAFullDisk();
};

void MachineStoreTest::machinesComeBackWhole() {
  World world;
  auto anna = machine('a', "Anna's laptop");
  world->putMachine(anna);
  world->putMachine(machine('b', "desk"));
  anna.routes.pop_back();
  anna.seen = fromNanos(9'000);
  world->noteMachine(anna);
  world.open();
  QCOMPARE(world->machines().size(), size_t(2));
  QVERIFY(KJ_ASSERT_NONNULL(world->machine(anna.id)) == anna);
  QVERIFY(world->machine(std::string(52, 'c')) == nullptr);
}

void MachineStoreTest::namesAreUniqueAndPlain() {
  World world;
  world->putMachine(machine('a', "desk"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->putMachine(machine('b', "desk")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->putMachine(machine('b', "de\nsk")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->putMachine(machine('b', "de\u202esk")));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->putMachine(machine('b', "")));
  world.open();
  QCOMPARE(world->machines().size(), size_t(1));
  world->putMachine(machine('a', "desk"));  // Its own name.
}

void MachineStoreTest::malformedOnesAreRefused_data() {
  QTest::addColumn<int>("which");
  for (int i = 0; i < 6; ++i) QTest::addRow("%d", i) << i;
}

void MachineStoreTest::malformedOnesAreRefused() {
  QFETCH(int, which);
  auto one = machine('a', "desk");
  switch (which) {
    case 0: one.id = "short"; break;
    case 1: one.certificate = {}; break;
    case 2: one.certificate = std::string(2000, 'x'); break;
    case 3: one.stripe = STRIPES; break;
    case 4: one.routes.resize(MOST_ROUTES + 1, one.routes[0]); break;
    case 5: one.routes[0].text = "a\x1b[2Jb"; break;
  }
  World world;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->putMachine(one));
  QVERIFY(world->machines().empty());
}

void MachineStoreTest::forgettingEndsWhatItHolds() {
  World world;
  auto anna = machine('a', "Anna"), desk = machine('b', "desk");
  world->putMachine(anna);
  world->putMachine(desk);
  auto given = world->add(shared(anna.id));
  auto others = world->add(shared(desk.id));
  auto ended = world->dropMachine(anna.id);
  QCOMPARE(ended.grants.size(), size_t(1));
  QVERIFY(ended.kept);
  QVERIFY(!world->isLive(given));
  QVERIFY(world->isLive(others));
  QVERIFY(world->dropMachine(anna.id).grants.empty());
  world.open();
  QVERIFY(world->machine(anna.id) == nullptr);
  QVERIFY(!world->isLive(given));
}

void MachineStoreTest::blockingEndsWhatItHoldsAndStays() {
  World world;
  auto anna = machine('a', "Anna");
  world->putMachine(anna);
  auto given = world->add(shared(anna.id));
  QCOMPARE(world->blockMachine(anna.id).grants.size(), size_t(1));
  world.open();
  QVERIFY(KJ_ASSERT_NONNULL(world->machine(anna.id)).blocked);
  QVERIFY(!world->isLive(given));
}

void MachineStoreTest::aFullDiskKeepsNobodyIn() {
  World world;
  auto anna = machine('a', "Anna"), desk = machine('b', "desk");
  world->putMachine(anna);
  world->putMachine(desk);
  {
    FullDisk full;
    QVERIFY(!world->dropMachine(anna.id).kept);
    QVERIFY(!world->blockMachine(desk.id).kept);
    QVERIFY(world->machine(anna.id) == nullptr);
    QVERIFY(!world->trouble().empty());
  }
  world->flush();
  world.open();
  QVERIFY(world->machine(anna.id) == nullptr);
  QVERIFY(KJ_ASSERT_NONNULL(world->machine(desk.id)).blocked);
}

void MachineStoreTest::aFullDiskLetsNobodyIn() {
  World world;
  auto one = invitation(world, 'i');
  {
    FullDisk full;
    QVERIFY_THROWS_EXCEPTION(StoreError, world->putMachine(machine('a', "Anna")));
    QVERIFY_THROWS_EXCEPTION(StoreError, world->putInvitation(one));
    QVERIFY(world->machines().empty());
    QVERIFY(world->invitations().empty());
  }
  world->flush();
  world.open();
  QVERIFY(world->machines().empty());
  QVERIFY(world->invitations().empty());
}

void MachineStoreTest::invitationsComeBackWhole() {
  World world;
  auto first = invitation(world, 'i');
  world->putInvitation(first);
  first.tries = 2;
  world->putInvitation(first);
  world.open();
  QCOMPARE(world->invitations().size(), size_t(1));
  QVERIFY(world->invitations()[0] == first);
}

void MachineStoreTest::usedInvitationsNameWhoUsedThem() {
  World world;
  auto used = invitation(world, 'i');
  used.used = world.clock.wall();
  QVERIFY_THROWS_EXCEPTION(kj::Exception, world->putInvitation(used));
  used.by = std::string(52, 'a');
  world->putInvitation(used);
  world.open();
  QVERIFY(world->invitations()[0] == used);
}

void MachineStoreTest::droppedInvitationsAreGoneAlsoOnAFullDisk() {
  World world;
  world->putInvitation(invitation(world, 'i'));
  world->putInvitation(invitation(world, 'j'));
  world->dropInvitation(std::string(INVITATION_BYTES, 'i'));
  {
    FullDisk full;
    world->dropInvitation(std::string(INVITATION_BYTES, 'j'));
  }
  QVERIFY(world->invitations().empty());
  world->flush();
  world.open();
  QVERIFY(world->invitations().empty());
}

QTEST_GUILESS_MAIN(MachineStoreTest)
#include "machines-test.moc"
