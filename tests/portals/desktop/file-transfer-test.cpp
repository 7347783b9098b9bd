// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Files from one app to another by a key, and documents that need no place of their own.

#include <fcntl.h>

#include <QtTest>
#include <bit>
#include <set>

#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char TRANSFER[] = "org.freedesktop.portal.FileTransfer";
constexpr char DOCUMENTS[] = "org.freedesktop.portal.Documents";

Value none() { return asArgument({}); }

Value files() {
  return Value::array("h", {Value::descriptor(kj::AutoCloseFd(open("/dev/null", O_RDONLY | O_CLOEXEC)))});
}

// Two apps, each on its own bus, of one process.
struct TwoApps {
  TwoApps() : giver(world.guest()) {
    world.desk.onLocate = [this](int) { return located; };
    world.start();
    auto& timer = world.io().provider->getTimer();
    bus = kj::heap<Bus>(world.io().unixEventPort, timer, otherBus.address());
    App other;
    other.instance = "i2";
    other.id = other.holder = "org.example.Other";
    frontend = kj::heap<Frontend>(*bus, timer, other, otherDesk);
    addFileTransfer(*frontend, world.common().transfers);
    taker = kj::heap<Bus>(world.io().unixEventPort, timer, otherBus.address());
    running = bus->run().eagerlyEvaluate(nullptr);
    takerRunning = taker->run().eagerlyEvaluate(nullptr);
    world.wait(frontend->start());
  }

  std::string start(const Options& options = {}) {
    return world.call(giver, TRANSFER, "StartTransfer", {asArgument(options)}, DOCUMENTS_PATH).arguments[0].asText();
  }
  std::string add(Bus& guest, const std::string& key) {
    return world.error(guest, TRANSFER, "AddFiles", {key, files(), none()}, DOCUMENTS_PATH);
  }
  std::string take(const std::string& key) {
    return world.error(*taker, TRANSFER, "RetrieveFiles", {key, none()}, DOCUMENTS_PATH);
  }

  DesktopWorld world;
  MessageBus otherBus;
  FakeDesk otherDesk;
  Location located{"/home/anna/a.txt", true};
  Bus& giver;
  kj::Own<Bus> bus, taker;
  kj::Own<Frontend> frontend;
  kj::Promise<void> running = nullptr, takerRunning = nullptr;
};

}  // namespace

class FileTransferTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void whoHasTheKeyIsGrantedTheFiles();
  void GHSA_c5cf_79w8_pvfh_keysCannotBeGuessed();
  void GHSA_c5cf_79w8_pvfh_aKeyIsGoodOnce();
  void battery17_keysAreOfWhoMadeThem();
  void whatTheAppMayNotReadIsNotGivenAway();
  void writingIsGivenOnByWhoMayWrite();
  void keysEndWithTheirOwner();
  void transfersOfOneAppAreBounded();
  void documentsGrantNothing();
};

void FileTransferTest::whoHasTheKeyIsGrantedTheFiles() {
  TwoApps apps;
  auto key = apps.start();
  QCOMPARE(apps.add(apps.giver, key), std::string());
  auto answer = apps.world.call(*apps.taker, TRANSFER, "RetrieveFiles", {key, none()}, DOCUMENTS_PATH);
  QCOMPARE(answer.arguments[0].asTexts(), std::vector<std::string>{"/home/anna/a.txt"});
  QCOMPARE(apps.otherDesk.granted, (std::vector<std::vector<std::string>>{{"/home/anna/a.txt"}}));
  QVERIFY(apps.world.desk.granted.empty());
}

void FileTransferTest::GHSA_c5cf_79w8_pvfh_keysCannotBeGuessed() {
  constexpr int many = 2000;
  Transfers transfers;
  std::set<std::string> keys;
  std::array<int, 160> ones{};
  for (int i = 0; i < many; ++i) {
    auto made = transfers.start({.owner = {this, ""}});
    auto key = KJ_REQUIRE_NONNULL(made);
    transfers.stop(key);
    QVERIFY(key.size() > 32 && !std::has_single_bit(key.size()));  // See secret-key.h.
    keys.insert(key);
    for (size_t bit = 0; bit < 160; ++bit) {
      auto digit = QByteArray::fromStdString(key.substr(bit / 4, 1)).toInt(nullptr, 16);
      ones[bit] += (digit >> (bit % 4)) & 1;
    }
  }
  QCOMPARE(keys.size(), size_t{many});
  // Each bit is as often one as not; ten times the deviation that chance has.
  for (auto count : ones) QVERIFY(std::abs(count - many / 2) < 224);
}

void FileTransferTest::GHSA_c5cf_79w8_pvfh_aKeyIsGoodOnce() {
  TwoApps apps;
  auto key = apps.start();
  apps.add(apps.giver, key);
  QCOMPARE(apps.take(key), std::string());
  QCOMPARE(apps.take(key), std::string(error::ACCESS));
  auto lasting = apps.start({{"autostop", Value(false)}});
  apps.add(apps.giver, lasting);
  QCOMPARE(apps.take(lasting), std::string());
  QCOMPARE(apps.take(lasting), std::string());
  for (auto guess : {"", "0", "1", "00000000000000000000000000000000"})
    QCOMPARE(apps.take(guess), std::string(error::ACCESS));
}

void FileTransferTest::battery17_keysAreOfWhoMadeThem() {
  TwoApps apps;
  auto key = apps.start();
  auto& stranger = apps.world.guest();  // Of the same app, even.
  for (auto guest : {&stranger, apps.taker.get()}) {
    QCOMPARE(apps.add(*guest, key), std::string(error::ACCESS));
    QCOMPARE(apps.world.error(*guest, TRANSFER, "StopTransfer", {key}, DOCUMENTS_PATH), std::string(error::ACCESS));
  }
  QCOMPARE(apps.add(apps.giver, key), std::string());
  QCOMPARE(apps.world.error(apps.giver, TRANSFER, "StopTransfer", {key}, DOCUMENTS_PATH), std::string());
  QCOMPARE(apps.take(key), std::string(error::ACCESS));
}

void FileTransferTest::whatTheAppMayNotReadIsNotGivenAway() {
  TwoApps apps;
  apps.located = {};
  auto key = apps.start();
  QCOMPARE(apps.add(apps.giver, key), std::string(error::NOT_ALLOWED));
  auto answer = apps.world.call(*apps.taker, TRANSFER, "RetrieveFiles", {key, none()}, DOCUMENTS_PATH);
  QVERIFY(answer.arguments[0].items().empty());
  QVERIFY(apps.otherDesk.granted.empty());
}

void FileTransferTest::writingIsGivenOnByWhoMayWrite() {
  auto written = [](bool asked, bool may) {
    TwoApps apps;
    apps.located.writable = may;
    auto key = apps.start({{"writable", Value(asked)}});
    apps.add(apps.giver, key);
    apps.take(key);
    return apps.otherDesk.grantedToWrite == 1;
  };
  QVERIFY(written(true, true));
  QVERIFY(!written(true, false));
  QVERIFY(!written(false, true));
}

void FileTransferTest::keysEndWithTheirOwner() {
  TwoApps apps;
  std::string key;
  {
    auto& io = apps.world.io();
    Bus leaving(io.unixEventPort, io.provider->getTimer(), apps.world.appBus.address());
    auto running = leaving.run().eagerlyEvaluate(nullptr);
    key = apps.world.call(leaving, TRANSFER, "StartTransfer", {none()}, DOCUMENTS_PATH).arguments[0].asText();
    QCOMPARE(apps.add(leaving, key), std::string());
    running = nullptr;
  }
  apps.world.pass(200);
  QCOMPARE(apps.take(key), std::string(error::ACCESS));
  QVERIFY(apps.otherDesk.granted.empty());
}

void FileTransferTest::transfersOfOneAppAreBounded() {
  Transfers transfers;
  int one = 0, other = 0;
  int made = 0;
  while (made < 1000 && transfers.start({.owner = {&one, "a"}}) != nullptr) ++made;
  QVERIFY(made > 0 && made < 1000);
  QVERIFY(transfers.start({.owner = {&other, "a"}}) != nullptr);
}

void FileTransferTest::documentsGrantNothing() {
  TwoApps apps;
  auto& world = apps.world;
  auto file = [] { return Value::descriptor(kj::AutoCloseFd(open("/dev/null", O_RDONLY | O_CLOEXEC))); };
  auto answer = world.call(apps.giver, DOCUMENTS, "Add", {file(), Value(true), Value(true)}, DOCUMENTS_PATH);
  auto id = answer.arguments[0].asText();
  auto paths = world.call(apps.giver, DOCUMENTS, "GetHostPaths", {Value::texts({id, "no-such"})}, DOCUMENTS_PATH);
  QCOMPARE(paths.arguments[0].items().size(), size_t{1});
  QCOMPARE(paths.arguments[0].items()[0].items()[1].asBytes(), std::string("/home/anna/a.txt") + '\0');
  // Where the caller can take it, no document is needed.
  auto full = world.call(apps.giver, DOCUMENTS, "AddFull",
                         {files(), uint32_t{4}, "org.example.Other", Value::texts({"read"})}, DOCUMENTS_PATH);
  QCOMPARE(full.arguments[0].asTexts(), std::vector<std::string>{""});
  QCOMPARE(world.error(apps.giver, DOCUMENTS, "GrantPermissions", {id, "org.example.Other", Value::texts({"write"})},
                       DOCUMENTS_PATH),
           std::string(error::NOT_ALLOWED));
  apps.located = {};
  QCOMPARE(world.error(apps.giver, DOCUMENTS, "Add", {file(), Value(true), Value(true)}, DOCUMENTS_PATH),
           std::string(error::NOT_ALLOWED));
  QVERIFY(world.desk.granted.empty() && apps.otherDesk.granted.empty());
}

QTEST_GUILESS_MAIN(FileTransferTest)
#include "file-transfer-test.moc"
