// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the store does when disk, file or content are not as they should be.

#include <kj/debug.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "broker/grants/ledger.h"
#include "broker/grants/store.h"
#include "tests/broker/grants/sample.h"

using namespace latchkey;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// The person with the sqlite3 program: another connection, of another moment. False if SQLite refused.
bool edit(const std::string& store, const std::string& sql) {
  sqlite3* db = nullptr;
  bool done = sqlite3_open(store.c_str(), &db) == SQLITE_OK &&
              sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(db);
  return done;
}

// A disk that takes no byte of any file beyond `bytes`. The kernel cuts the write short and then refuses, as a full
// disk does.
class FullDisk {
public:
  explicit FullDisk(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &m_before);
    rlimit full{bytes, m_before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }
  KJ_DISALLOW_COPY_AND_MOVE(FullDisk);

private:
  rlimit m_before{};
};

struct World {
  StateDirectory directory;
  FakeClock clock;
  std::unique_ptr<Ledger> ledger;

  World() { open(); }
  ~World() { fs::permissions(directory.path(), fs::perms::owner_all); }
  void close() { ledger = nullptr; }
  void open() {
    close();
    ledger = std::make_unique<Ledger>(directory.path(), clock, "boot");
  }
  Ledger* operator->() const { return ledger.get(); }
  rlim_t logSize() const { return fs::file_size(directory.log()); }
  bool isSetAside(const char* why) const {
    for (const auto& entry : fs::directory_iterator(directory.path())) {
      if (entry.path().filename().string().starts_with(std::string("store.") + why)) return true;
    }
    return false;
  }
  void lock() { fs::permissions(directory.path(), fs::perms::owner_read | fs::perms::owner_exec); }
  void unlock() { fs::permissions(directory.path(), fs::perms::owner_all); }
};

StoreTrouble troubleOf(const std::function<void()>& act) {
  try {
    act();
  } catch (const StoreError& error) {
    return error.trouble();
  }
  return StoreTrouble::None;
}

}  // namespace

class StoreTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void filesAreOursAlone();
  void versionOneIsMigrated();
  void newerStoreIsNotTouched();
  void secondBrokerIsRefused();
  void fullDiskRefusesGrantsAndLeavesNothingHalf();
  void fullDiskDoesNotKeepAnAccessAlive();
  void fullDiskIsOverWhenTickSaysSo();
  void journalWaitsForTheDisk();
  void fullDiskAtTheStart();
  void readOnlyDirectoryKeepsWhatIsHeld();
  void readOnlyDirectoryHidesNoRevocation();
  void damagedStoreIsSetAside_data();
  void damagedStoreIsSetAside();
  void battery28_malformedRecordsAreNeverActive_data();
  void battery28_malformedRecordsAreNeverActive();
  void battery28_editingWhileRunningIsRefused();
  void battery28_writingOverItWhileRunningIsNoticed();
  void battery28_olderCopyPutInPlaceRevivesNothing();
  void battery28_removedStoreIsWrittenAnew();
  void battery28_removedOnAFullDiskIsWrittenAnewLater();
  void journalIsBounded();
};

void StoreTest::filesAreOursAlone() {
  World world;
  world->add(fileGrant("app", "/a"));
  for (const auto& file : {world.directory.store(), world.directory.log()}) {
    struct stat status{};
    QCOMPARE(stat(file.c_str(), &status), 0);
    QCOMPARE(status.st_mode & 0777, 0600u);
  }
}

void StoreTest::versionOneIsMigrated() {
  World world;
  world.close();
  fs::remove(world.directory.store());
  QFile fixture(QStringLiteral(LATCHKEY_TEST_DATA "/store-v1.sql"));
  QVERIFY(fixture.open(QFile::ReadOnly));
  QVERIFY(edit(world.directory.store(), fixture.readAll().toStdString()));
  world.open();
  QVERIFY(world->trouble().empty() && world->notices().empty());
  QVERIFY(world->isLive(GrantId("standing")) && world->isLive(GrantId("derived")));
  auto standing = KJ_ASSERT_NONNULL(world->find(GrantId("standing")));
  QVERIFY(standing.kind == Kind::Folder && standing.object.scope == Scope::Tree && standing.access == Access::Write);
  QVERIFY(standing.uses == 5 && standing.bytesRead == 6 && standing.bytesWritten == 7 && standing.object.inode == 2);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(GrantId("ended"))).state, GrantState::Revoked);
  QCOMPARE(world->settings("app").petname, std::string("Mine"));
  QCOMPARE(world->fact("network-off"), std::string("1"));
  QVERIFY(world->refusing("app", Kind::File, {.path = "/d"}, Access::Read) != nullptr);
  QCOMPARE(world->journal(JournalFilter{})[0].sequence, 41u);
  world->add(fileGrant("app", "/new"));
  QCOMPARE(world->journal(JournalFilter{})[0].sequence, 42u);
  world.clock.advance(1h);
  QVERIFY(!world->isLive(GrantId("derived")));
}

void StoreTest::newerStoreIsNotTouched() {
  World world;
  world->add(fileGrant("app", "/a"));
  world.close();
  QVERIFY(edit(world.directory.store(), "PRAGMA user_version = 99"));
  QCOMPARE(troubleOf([&] { world.open(); }), StoreTrouble::Newer);
  QVERIFY(fs::exists(world.directory.store()));
  QVERIFY(edit(world.directory.store(), "PRAGMA user_version = " + std::to_string(STORE_VERSION)));
  world.open();
  QCOMPARE(world->all(Ledger::Which::Living).size(), 1u);
}

void StoreTest::secondBrokerIsRefused() {
  World world;
  world->add(fileGrant("app", "/a"));
  FakeClock clock;
  QCOMPARE(troubleOf([&] { Ledger second(world.directory.path(), clock, "boot"); }), StoreTrouble::Busy);
  world->add(fileGrant("app", "/b"));
  QVERIFY(world->trouble().empty());
}

// With the disk full after each possible byte of the write.
void StoreTest::fullDiskRefusesGrantsAndLeavesNothingHalf() {
  World world;
  auto held = world->add(fileGrant("app", "/held"));
  rlim_t step = 0;
  int refused = 0;
  for (; refused < 200; ++refused, step += 401) {
    StoreTrouble trouble;
    {
      FullDisk disk(world.logSize() + step);
      trouble = troubleOf([&] { world->add(fileGrant("app", "/new" + std::to_string(refused))); });
    }
    if (trouble == StoreTrouble::None) break;
    QCOMPARE(trouble, StoreTrouble::DiskFull);
    QCOMPARE(world->trouble(), std::string("the disk is full: decisions cannot be kept"));
    QVERIFY(world->isLive(held));
    QCOMPARE(world->all(Ledger::Which::All).size(), 1u);
    world.open();
    QVERIFY(world->trouble().empty());
    QCOMPARE(world->all(Ledger::Which::All).size(), 1u);
    QVERIFY(world->isLive(held));
  }
  QVERIFY2(refused > 20 && refused < 200, qPrintable(QString::number(refused)));
  QCOMPARE(world->all(Ledger::Which::All).size(), 2u);
  QVERIFY(world->trouble().empty());
}

void StoreTest::fullDiskDoesNotKeepAnAccessAlive() {
  World world;
  auto revoked = world->add(treeGrant("app", "/a")), suspended = world->add(fileGrant("app", "/b"));
  auto child = fileGrant("app", "/a/b");
  child.parent = revoked;
  auto below = world->add(child);
  {
    FullDisk disk(world.logSize());
    auto ended = world->revoke({revoked});
    QVERIFY(!ended.kept);
    QCOMPARE(ended.grants.size(), 2u);
    QVERIFY(!world->suspend({suspended}).kept);
    QVERIFY(!world->isLive(revoked) && !world->isLive(below) && !world->isLive(suspended));
    QCOMPARE(troubleOf([&] { world->resume({suspended}); }), StoreTrouble::DiskFull);
    QVERIFY(!world->isLive(suspended));
    QCOMPARE(troubleOf([&] { world->restore({revoked}); }), StoreTrouble::DiskFull);
    QCOMPARE(world->all(Ledger::Which::All).size(), 3u);
  }
  world->tick();
  QVERIFY(world->trouble().empty());
  world.open();
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(below)).state, GrantState::Revoked);
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(suspended)).state, GrantState::Suspended);
  QCOMPARE(world->journal(JournalFilter{.text = "revoke"}).size(), 2u);
}

void StoreTest::fullDiskIsOverWhenTickSaysSo() {
  struct Witness final : Ledger::Observer {
    std::vector<std::string> lines;
    void storeTroubleChanged(const std::string& line) override { lines.push_back(line); }
  };
  World world;
  Witness witness;
  world->observe(witness);
  world->putFact("a", "1");
  {
    FullDisk disk(world.logSize());
    QCOMPARE(troubleOf([&] { world->putFact("a", "2"); }), StoreTrouble::DiskFull);
    world->tick();
    QVERIFY(!world->trouble().empty());
    QCOMPARE(world->fact("a"), std::string("1"));
  }
  world->tick();
  QVERIFY(world->trouble().empty());
  QCOMPARE(witness.lines, (std::vector<std::string>{"the disk is full: decisions cannot be kept", ""}));
}

void StoreTest::journalWaitsForTheDisk() {
  World world;
  world->putFact("a", "1");
  {
    FullDisk disk(world.logSize());
    for (int i = 0; i < 20; ++i) world->journal({.event = "use", .app = "app"});
    world->flush();
    QCOMPARE(world->journal(JournalFilter{.kind = "file"}).size(), 0u);
  }
  QCOMPARE(world->journal(JournalFilter{}).size(), 20u);
}

void StoreTest::fullDiskAtTheStart() {
  World world;
  auto held = world->add(fileGrant("app", "/held"));
  world.close();
  {
    FullDisk disk(1);
    world.open();
    QVERIFY(world->isLive(held));
    QCOMPARE(troubleOf([&] { world->add(fileGrant("app", "/new")); }), StoreTrouble::DiskFull);
    QVERIFY(world->isLive(held));
  }
  world->add(fileGrant("app", "/new"));
  world.open();
  QCOMPARE(world->all(Ledger::Which::Living).size(), 2u);
}

void StoreTest::readOnlyDirectoryKeepsWhatIsHeld() {
  if (geteuid() == 0) QSKIP("root may write to a read-only directory");
  World world;
  auto held = world->add(fileGrant("app", "/held"));
  world.close();
  world.lock();
  world.open();
  QVERIFY(world->isLive(held));
  QCOMPARE(world->trouble(), std::string("the state directory cannot be written: decisions cannot be kept"));
  QCOMPARE(troubleOf([&] { world->add(fileGrant("app", "/new")); }), StoreTrouble::ReadOnly);
  auto ended = world->revoke({held});
  QVERIFY(!ended.kept && !world->isLive(held));
  world.unlock();
  world->tick();
  QVERIFY(world->trouble().empty());
  QVERIFY(!world.isSetAside("changed"));
  world.open();
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(held)).state, GrantState::Revoked);
}

// The newest decisions may be in the log file only: reading the main file alone would bring back what was revoked.
void StoreTest::readOnlyDirectoryHidesNoRevocation() {
  if (geteuid() == 0) QSKIP("root may write to a read-only directory");
  World world;
  auto id = world->add(fileGrant("app", "/held"));
  world->revoke({id});
  auto copy = std::make_unique<World>();
  copy->close();
  for (const char* part : {"", "-wal"}) {
    auto to = copy->directory.store() + part;
    fs::remove(to);
    fs::copy_file(world.directory.store() + part, to);
    fs::permissions(to, fs::perms::owner_read);
  }
  copy->lock();
  copy->open();
  QVERIFY(!(*copy)->trouble().empty());
  QCOMPARE(KJ_ASSERT_NONNULL((*copy)->find(id)).state, GrantState::Revoked);
  // The first connection lost its locks when the copy was read in this process: nothing more is done with it.
}

void StoreTest::damagedStoreIsSetAside_data() {
  QTest::addColumn<int>("damage");
  const char* names[] = {"no database", "empty pages", "no tables", "a symbolic link", "a directory", "other columns"};
  for (size_t i = 0; i < std::size(names); ++i) QTest::newRow(names[i]) << static_cast<int>(i);
}

void StoreTest::damagedStoreIsSetAside() {
  QFETCH(int, damage);
  World world;
  for (int i = 0; i < 50; ++i) world->add(fileGrant("app", "/a" + std::to_string(i)));
  world.close();
  auto store = world.directory.store();
  auto write = [&](qint64 at, const QByteArray& bytes) {
    QFile file(QString::fromStdString(store));
    QVERIFY(file.open(QFile::ReadWrite) && file.seek(at));
    file.write(bytes);
  };
  switch (damage) {
    case 0: write(0, QByteArray(5000, 'x')); break;
    case 1: write(4096, QByteArray(4096 * 3, '\0')); break;
    case 2: QVERIFY(edit(store, "DROP TABLE grants")); break;
    case 3:
      fs::rename(store, store + ".elsewhere");
      fs::create_symlink(store + ".elsewhere", store);
      break;
    case 4:
      fs::remove(store);
      fs::create_directory(store);
      break;
    case 5: QVERIFY(edit(store, "ALTER TABLE grants RENAME COLUMN access TO other")); break;
    default: QFAIL("no such damage");
  }
  world.open();
  QVERIFY(world->all(Ledger::Which::All).empty());
  QCOMPARE(world->notices().size(), 1u);
  QVERIFY2(world->notices()[0].contains("set aside as"), world->notices()[0].c_str());
  QVERIFY(world.isSetAside("damaged"));
  QVERIFY(world->trouble().empty());
  auto id = world->add(fileGrant("app", "/new"));
  world.open();
  QVERIFY(world->isLive(id) && world->notices().empty());
}

void StoreTest::battery28_malformedRecordsAreNeverActive_data() {
  QTest::addColumn<QString>("sql");
  QTest::addColumn<int>("left");
  QTest::newRow("unclean path") << "UPDATE grants SET path = x'2f612f2e2e' WHERE id = 'leaf'" << 1;
  QTest::newRow("unknown kind") << "UPDATE grants SET kind = 265 WHERE id = 'leaf'" << 1;
  QTest::newRow("negative access") << "UPDATE grants SET access = -255 WHERE id = 'leaf'" << 1;
  QTest::newRow("unknown state") << "UPDATE grants SET state = 77 WHERE id = 'leaf'" << 1;
  QTest::newRow("revived child of an ended parent")
      << "UPDATE grants SET state = 3, ended = 1728000000000000000 WHERE id = 'top'" << 1;
  QTest::newRow("more than its parent") << "UPDATE grants SET path = x'2f62' WHERE id = 'leaf'" << 1;
  QTest::newRow("longer than its parent")
      << "UPDATE grants SET lifetime = 2, until = 1999999999000000000 WHERE id = 'top'" << 1;
  QTest::newRow("parent gone") << "DELETE FROM grants WHERE id = 'top'" << 0;
  QTest::newRow("ring of parents") << "UPDATE grants SET parent = 'leaf' WHERE id = 'top'" << 0;
  QTest::newRow("revived, but ended") << "UPDATE grants SET ended = 5 WHERE id = 'top'" << 0;
  QTest::newRow("holder with escapes") << "UPDATE grants SET holder = char(27) WHERE id = 'top'" << 0;
  QTest::newRow("no id") << "UPDATE grants SET id = '' WHERE id = 'leaf'" << 1;
}

void StoreTest::battery28_malformedRecordsAreNeverActive() {
  QFETCH(QString, sql);
  QFETCH(int, left);
  World world;
  auto top = world->add(treeGrant("app", "/a"));
  auto child = fileGrant("app", "/a/b");
  child.parent = top;
  auto leaf = world->add(child);
  world.close();
  auto name = "UPDATE grants SET id = 'top' WHERE id = '" + top.text() +
              "'; UPDATE grants SET parent = 'top', id = 'leaf' WHERE id = '" + leaf.text() + "'";
  QVERIFY(edit(world.directory.store(), name));
  QVERIFY(edit(world.directory.store(), sql.toStdString()));
  world.open();
  QCOMPARE(world->all(Ledger::Which::All).size(), static_cast<size_t>(left));
  QVERIFY(!world->isLive(GrantId("leaf")));
  QVERIFY(!world->notices().empty());
  QVERIFY2(world->notices()[0].contains("refused the stored grant"), world->notices()[0].c_str());
  world.open();
  QVERIFY2(world->notices().empty(), "refused records are taken out");
}

void StoreTest::battery28_editingWhileRunningIsRefused() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world->revoke({id});
  QVERIFY(!edit(world.directory.store(), "UPDATE grants SET state = 0, ended = 0"));
  world->add(fileGrant("app", "/b"));
  QVERIFY(!world.isSetAside("changed"));
  world.open();
  QVERIFY(!world->isLive(id));
}

void StoreTest::battery28_writingOverItWhileRunningIsNoticed() {
  World world;
  auto held = world->add(fileGrant("app", "/a"));
  world->setSettings({.app = "app", .petname = "Mine"});
  // From another process: closing the file in this one would drop SQLite's locks.
  auto command = "printf xxxxxxxx | dd of='" + world.directory.log() + "' bs=1 seek=100 conv=notrunc status=none";
  QTest::qWait(20);  // File times have the kernel's tick.
  QCOMPARE(std::system(command.c_str()), 0);
  auto fresh = world->add(fileGrant("app", "/b"));
  QVERIFY(world.isSetAside("changed"));
  QVERIFY(world->trouble().empty());
  world.open();
  QVERIFY(world->notices().empty());
  QVERIFY(world->isLive(held) && world->isLive(fresh));
  QCOMPARE(world->settings("app").petname, std::string("Mine"));
}

void StoreTest::battery28_olderCopyPutInPlaceRevivesNothing() {
  World world;
  auto id = world->add(fileGrant("app", "/a"));
  world.close();
  fs::copy_file(world.directory.store(), world.directory.path() + "/older");
  world.open();
  world->revoke({id});
  fs::rename(world.directory.path() + "/older", world.directory.store());
  world->tick();
  QVERIFY(world.isSetAside("changed"));
  QVERIFY(!world->isLive(id));
  world.open();
  QCOMPARE(KJ_ASSERT_NONNULL(world->find(id)).state, GrantState::Revoked);
}

void StoreTest::battery28_removedStoreIsWrittenAnew() {
  World world;
  auto held = world->add(fileGrant("app", "/a"));
  fs::remove(world.directory.store());
  fs::remove(world.directory.log());
  auto fresh = world->add(fileGrant("app", "/b"));
  world.open();
  QVERIFY(world->isLive(held) && world->isLive(fresh));
}

void StoreTest::battery28_removedOnAFullDiskIsWrittenAnewLater() {
  World world;
  auto held = world->add(fileGrant("app", "/a"));
  world->setSettings({.app = "app", .petname = "Mine"});
  {
    FullDisk disk(1);
    fs::remove(world.directory.store());
    fs::remove(world.directory.log());
    for (int i = 0; i < 3; ++i) {
      QCOMPARE(troubleOf([&] { world->add(fileGrant("app", "/b")); }), StoreTrouble::DiskFull);
      QVERIFY(world->isLive(held));
    }
  }
  {
    FullDisk disk(30'000);  // Room for a new file, not for all that was in the old one.
    for (int i = 0; i < 3; ++i) troubleOf([&] { world->add(fileGrant("app", "/b")); });
    QCOMPARE(world->trouble(), std::string("the disk is full: decisions cannot be kept"));
  }
  auto fresh = world->add(fileGrant("app", "/c"));
  world.open();
  QVERIFY(world->notices().empty());
  QVERIFY(world->isLive(held) && world->isLive(fresh));
  QCOMPARE(world->settings("app").petname, std::string("Mine"));
  QCOMPARE(world->all(Ledger::Which::All).size(), 2u);
}

void StoreTest::journalIsBounded() {
  World world;
  for (int i = 0; i < 60'000; ++i) {
    world->journal({.event = "use", .app = "app"});
    if (i % 1000 == 0) world->flush();
  }
  world->flush();
  auto entries = world->journal(JournalFilter{.before = 11'000, .limit = 10'000});
  QVERIFY(!entries.empty() && entries.size() < 2000);
  QCOMPARE(world->journal(JournalFilter{.limit = ~0u}).size(), 10'000u);
}

QTEST_GUILESS_MAIN(StoreTest)
#include "store-test.moc"
