// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/own-address.h"

#include <kj/debug.h>

#include <QtTest/QtTest>
#include <fstream>

#include "tests/support/own-network.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

std::string noNetwork;

Address address(const char* text) { return KJ_ASSERT_NONNULL(addressFrom(text)); }

bool changed(const std::string& words) { return configure(Network::Here, words); }

}  // namespace

class OwnAddressTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  }
  void whatComesAndGoesIsKnownAtOnce();
  void nothingIsReadAgainWhileNothingChanges();
  void moreChangesThanThereIsRoomForAreNotMissed();
};

void OwnAddressTest::whatComesAndGoesIsKnownAtOnce() {
  OwnAddresses own;
  QVERIFY(own.contains(address("127.0.0.1")));
  QVERIFY(own.contains(address("203.0.113.2")));
  QVERIFY(own.contains(address("2600:1::2")));
  for (auto text : {"203.0.113.77", "2600:1::77"}) {
    auto change = [&](const char* how) {
      return changed(std::string("ip addr ") + how + " " + text + "/" + (strchr(text, ':') ? "64" : "24") +
                     " dev out0 " + (strchr(text, ':') && strcmp(how, "add") == 0 ? "nodad" : ""));
    };
    QVERIFY(!own.contains(address(text)));
    QVERIFY(change("add"));
    QVERIFY(own.contains(address(text)));
    QVERIFY(isOwn(address(text)));
    QVERIFY(change("del"));
    QVERIFY(!own.contains(address(text)));
    QVERIFY(!isOwn(address(text)));
  }
  // With its device.
  QVERIFY(changed("ip link add away0 type veth peer name away1 && ip addr add 192.0.2.7/24 dev away0"));
  QVERIFY(own.contains(address("192.0.2.7")));
  QVERIFY(changed("ip link del away0"));
  QVERIFY(!own.contains(address("192.0.2.7")));
}

void OwnAddressTest::nothingIsReadAgainWhileNothingChanges() {
  OwnAddresses own;
  for (int i = 0; i < 100; ++i) {
    QVERIFY(own.contains(address("203.0.113.2")));
    QVERIFY(!own.contains(address("203.0.113.78")));
  }
  QCOMPARE(own.timesRead(), 1U);
}

void OwnAddressTest::moreChangesThanThereIsRoomForAreNotMissed() {
  OwnAddresses own;
  QVERIFY(!own.contains(address("198.51.107.208")));
  QTemporaryDir folder;
  auto batch = folder.filePath("batch").toStdString();
  std::ofstream lines(batch);
  for (int i = 0; i < 2000; ++i) {
    lines << "addr add 198.51." << 100 + i / 256 << "." << i % 256 << "/32 dev lo\n";
  }
  lines.close();
  QVERIFY(changed("ip -batch " + batch));
  QVERIFY(own.contains(address("198.51.107.207")));
  QVERIFY(!own.contains(address("198.51.107.208")));
  QCOMPARE(own.timesRead(), 2U);
}

int main(int argc, char** argv) {
  noNetwork = enterOwnNetwork();
  QCoreApplication app(argc, argv);
  OwnAddressTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "own-address-test.moc"
