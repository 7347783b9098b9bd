// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/address.h"

#include <QTest>

#include <random>

using namespace latchkey;

namespace {

Address at(const std::string& text) {
  KJ_IF_MAYBE (address, addressFrom(text)) return *address;
  throw std::runtime_error("no address: " + text);
}

}  // namespace

class AddressTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void texts_data();
  void texts();
  void whatIsNoAddressIsRefused_data();
  void whatIsNoAddressIsRefused();
  void classes_data();
  void classes();
  void metadataIsKnown_data();
  void metadataIsKnown();
  void aNetworkHasTheClassOfAllItsAddresses_data();
  void aNetworkHasTheClassOfAllItsAddresses();
  void aNetworksClassIsThatOfAnyAddressInIt();
  void socketsComeBack();
  void liesInComparesBits();
  void aSiteIsAllWhoCanChangeTheirAddressAtWill();
};

void AddressTest::texts_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("canonical");
  auto row = [](const char* text, const char* canonical) {
    QTest::addRow("%s", text) << QByteArray(text) << QByteArray(canonical);
  };
  row("10.0.0.1", "10.0.0.1");
  row("255.255.255.255", "255.255.255.255");
  row("0.0.0.0", "0.0.0.0");
  row("::", "::");
  row("FD00::1", "fd00::1");
  row("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
  row("64:ff9b::10.0.0.1", "64:ff9b::a00:1");
  row("::ffff:10.0.0.1", "::ffff:10.0.0.1");
}

void AddressTest::texts() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, canonical);
  QCOMPARE(at(text.toStdString()).text(), canonical.toStdString());
  QCOMPARE(at(canonical.toStdString()), at(text.toStdString()));
}

void AddressTest::whatIsNoAddressIsRefused_data() {
  QTest::addColumn<QByteArray>("text");
  for (auto text : {"",
                    "1",
                    "127.1",
                    "10.0.1",
                    "0x7f000001",
                    "0x7f.0.0.1",
                    "2130706433",
                    "10.0.0.01",
                    "010.0.0.1",
                    "10.0.0.256",
                    "10.0.0.1.",
                    "10.0.0.1 ",
                    " 10.0.0.1",
                    "10.0.0.1/8",
                    "10.0.0.1:80",
                    "+1.0.0.1",
                    "1..2.3",
                    ":",
                    ":::",
                    "1::2::3",
                    "fe80::1%eth0",
                    "fe80::1%1",
                    "[::1]",
                    "12345::",
                    "g::",
                    "1:2:3:4:5:6:7",
                    "1:2:3:4:5:6:7:8:9",
                    "::1.2.3",
                    "localhost",
                    "10\xE3\x80\x82"
                    "0.0.1"})
    QTest::addRow("'%s'", text) << QByteArray(text);
  QTest::newRow("NUL") << QByteArray("10.0.0.1\0x", 10);
  QTest::newRow("long") << QByteArray(10'000, '1');
}

void AddressTest::whatIsNoAddressIsRefused() {
  QFETCH(QByteArray, text);
  QVERIFY(addressFrom({text.data(), static_cast<size_t>(text.size())}) == nullptr);
}

void AddressTest::classes_data() {
  QTest::addColumn<QByteArray>("address");
  QTest::addColumn<int>("expected");
  auto row = [](AddressClass expected, std::initializer_list<const char*> addresses) {
    for (auto address : addresses) QTest::addRow("%s", address) << QByteArray(address) << int(expected);
  };
  row(AddressClass::Internet, {"1.0.0.0",         "9.255.255.255",   "11.0.0.0",         "100.63.255.255",
                               "100.128.0.0",     "126.255.255.255", "128.0.0.0",        "169.253.255.255",
                               "169.255.0.0",     "172.15.255.255",  "172.32.0.0",       "192.0.1.0",
                               "192.167.255.255", "192.169.0.0",     "198.17.255.255",   "198.20.0.0",
                               "203.0.113.1",     "223.255.255.255", "8.8.8.8",          "2001:db8::1",
                               "2600::",          "3fff:ffff::",     "64:ff9b::8.8.8.8", "2002:808:808::1",
                               "::8.8.8.8",       "::ffff:8.8.8.8",  "::ffff:0:8.8.8.8", "2001:0:808:808::f7f7:f7f7",
                               "2001:1::"});
  row(AddressClass::LocalNetwork, {"10.0.0.0",
                                   "10.255.255.255",
                                   "172.16.0.0",
                                   "172.31.255.255",
                                   "192.168.0.0",
                                   "192.168.255.255",
                                   "100.64.0.0",
                                   "100.127.255.255",
                                   "169.254.0.0",
                                   "169.254.255.255",
                                   "192.0.0.1",
                                   "198.18.0.0",
                                   "198.19.255.255",
                                   "224.0.0.1",
                                   "239.255.255.250",
                                   "240.0.0.0",
                                   "255.255.255.255",
                                   "fc00::",
                                   "fd00::1",
                                   "fdff:ffff::",
                                   "fe80::1",
                                   "febf::",
                                   "fec0::1",
                                   "ff02::1",
                                   "ff0e::1",
                                   "100::1",
                                   "4000::",
                                   "1fff:ffff::",
                                   "64:ff9b::10.0.0.1",
                                   "64:ff9b::a9fe:a9fe",
                                   "64:ff9b:1::8.8.8.8",
                                   "64:ff9b:1:a00:0:100:808:808",
                                   "2002:a00:1::1",
                                   "2002:c0a8:101::",
                                   "::ffff:192.168.1.1",
                                   "::10.0.0.1",
                                   "::ffff:0:10.0.0.1",
                                   "2001:0:a00:1::f7f7:f7f7",
                                   "2001:0:808:808::f5ff:fffe",
                                   "2001:2::1",
                                   "2001:10::1"});
  row(AddressClass::ThisComputer,
      {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:0.0.0.0",
       "::127.0.0.1", "::2", "64:ff9b::127.0.0.1", "64:ff9b::", "64:ff9b:1::127.0.0.1", "2002:7f00:1::1",
       "2001:0:808:808::80ff:fffe", "::ffff:0:127.0.0.1"});
}

void AddressTest::classes() {
  QFETCH(QByteArray, address);
  QFETCH(int, expected);
  auto parsed = at(address.toStdString());
  QCOMPARE(int(classOf(parsed)), expected);
  KJ_IF_MAYBE (all, classOf(parsed, parsed.bits())) QCOMPARE(int(*all), expected);
  else QFAIL("an address is of one class");
}

void AddressTest::metadataIsKnown_data() {
  QTest::addColumn<QByteArray>("address");
  QTest::addColumn<bool>("metadata");
  for (auto address : {"169.254.169.254", "169.254.170.2", "fd00:ec2::254", "fd20:ce::254", "168.63.129.16",
                       "100.100.100.200", "192.0.0.192", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254",
                       "2002:a9fe:a9fe::1", "64:ff9b:1::169.254.169.254"})
    QTest::addRow("%s", address) << QByteArray(address) << true;
  for (auto address :
       {"169.254.169.1", "168.63.129.17", "10.0.0.1", "8.8.8.8", "127.0.0.1", "fd00::254", "64:ff9b::8.8.8.8"})
    QTest::addRow("%s", address) << QByteArray(address) << false;
}

void AddressTest::metadataIsKnown() {
  QFETCH(QByteArray, address);
  QFETCH(bool, metadata);
  auto parsed = at(address.toStdString());
  QCOMPARE(isMetadata(parsed), metadata);
  QCOMPARE(mayHaveMetadata(parsed, parsed.bits()), metadata);
  if (metadata) QVERIFY(classOf(parsed) != AddressClass::Internet);
}

void AddressTest::aNetworkHasTheClassOfAllItsAddresses_data() {
  QTest::addColumn<QByteArray>("network");
  QTest::addColumn<unsigned>("prefix");
  QTest::addColumn<int>("expected");  // -1: they differ.
  auto row = [](const char* network, unsigned prefix, int expected) {
    QTest::addRow("%s/%u", network, prefix) << QByteArray(network) << prefix << expected;
  };
  const int INTERNET = int(AddressClass::Internet), LOCAL = int(AddressClass::LocalNetwork),
            HERE = int(AddressClass::ThisComputer);
  row("10.0.0.0", 8, LOCAL);
  row("10.0.0.0", 7, -1);
  row("8.0.0.0", 8, INTERNET);
  row("8.0.0.0", 6, -1);
  row("127.0.0.0", 8, HERE);
  row("126.0.0.0", 7, -1);
  row("168.63.129.0", 24, -1);
  row("168.63.128.0", 24, INTERNET);
  row("fd00::", 8, LOCAL);
  row("fc00::", 7, LOCAL);
  row("2600::", 12, INTERNET);
  row("2000::", 3, -1);
  row("2002::", 16, -1);
  row("2002:a00::", 24, LOCAL);
  row("2002:808::", 32, INTERNET);
  row("2002:808:808::", 48, INTERNET);
  row("2002:808:808:1::", 64, INTERNET);
  row("2001::", 32, -1);
  row("2001:0:808:808::", 64, -1);
  row("64:ff9b::", 96, -1);
  row("64:ff9b::10.0.0.0", 104, LOCAL);
  row("64:ff9b::8.0.0.0", 104, INTERNET);
  row("::", 96, -1);
  row("::", 127, HERE);
  row("64:ff9b:1::", 48, -1);
  row("64:ff9b:1::8.0.0.0", 104, LOCAL);
}

void AddressTest::aNetworkHasTheClassOfAllItsAddresses() {
  QFETCH(QByteArray, network);
  QFETCH(unsigned, prefix);
  QFETCH(int, expected);
  int found = -1;
  KJ_IF_MAYBE (all, classOf(at(network.toStdString()), prefix)) found = int(*all);
  QCOMPARE(found, expected);
}

// Where a network is said to be all of one class, or without metadata, no address in it may differ.
void AddressTest::aNetworksClassIsThatOfAnyAddressInIt() {
  std::mt19937 random(7);
  const char* bases[] = {"10.0.0.0",       "168.63.129.0", "169.254.169.0",    "127.0.0.0", "192.0.0.0", "223.0.0.0",
                         "64:ff9b::a00:0", "64:ff9b:1::",  "2002:a9fe:a900::", "2001::",    "2000::",    "fd00:ec2::",
                         "fd20:ce::200",   "::",           "::ffff:0:0",       "fe80::",    "8.8.8.0"};
  int uniform = 0, clean = 0;
  for (int round = 0; round < 200'000; ++round) {
    auto network = at(bases[random() % std::size(bases)]);
    unsigned prefix = 1 + random() % network.bits();
    auto address = network;
    for (unsigned bit = 0; bit < network.bits(); ++bit) {
      if (bit < prefix) continue;
      auto mask = static_cast<uint8_t>(0x80 >> bit % 8);
      network.bytes[bit / 8] &= static_cast<uint8_t>(~mask);
      // Often what the base had, so that special addresses are met.
      if (random() % 4 == 0) address.bytes[bit / 8] ^= mask;
    }
    QVERIFY(address.liesIn(network, prefix));
    KJ_IF_MAYBE (all, classOf(network, prefix)) {
      ++uniform;
      QVERIFY2(classOf(address) == *all,
               (address.text() + " in " + network.text() + "/" + std::to_string(prefix)).c_str());
    }
    if (mayHaveMetadata(network, prefix)) continue;
    ++clean;
    QVERIFY2(!isMetadata(address), (address.text() + " in " + network.text() + "/" + std::to_string(prefix)).c_str());
  }
  QVERIFY(uniform > 20'000 && clean > 20'000);
}

void AddressTest::socketsComeBack() {
  for (auto text : {"10.1.2.3", "fd00::1", "::"}) {
    sockaddr_storage socket;
    auto size = at(text).toSocket(8080, socket);
    QVERIFY(size > 0);
    KJ_IF_MAYBE (back, addressOf(reinterpret_cast<sockaddr*>(&socket))) QCOMPARE(back->text(), std::string(text));
    else QFAIL(text);
  }
  sockaddr_storage socket;
  at("::ffff:10.0.0.1").toSocket(1, socket);
  KJ_IF_MAYBE (back, addressOf(reinterpret_cast<sockaddr*>(&socket))) QCOMPARE(back->text(), std::string("10.0.0.1"));
  else QFAIL("mapped");
  socket.ss_family = AF_UNIX;
  QVERIFY(addressOf(reinterpret_cast<sockaddr*>(&socket)) == nullptr);
}

void AddressTest::liesInComparesBits() {
  QVERIFY(at("10.1.2.3").liesIn(at("10.0.0.0"), 8));
  QVERIFY(!at("11.0.0.0").liesIn(at("10.0.0.0"), 8));
  QVERIFY(at("11.0.0.0").liesIn(at("10.0.0.0"), 7));
  QVERIFY(at("10.0.0.1").liesIn(at("10.0.0.1"), 32));
  QVERIFY(!at("10.0.0.1").liesIn(at("10.0.0.0"), 32));
  QVERIFY(at("10.0.0.1").liesIn(at("200.0.0.0"), 0));
  QVERIFY(!at("::10.0.0.1").liesIn(at("0.0.0.0"), 0));
  QVERIFY(!at("10.0.0.1").liesIn(at("10.0.0.1"), 33));
}

void AddressTest::aSiteIsAllWhoCanChangeTheirAddressAtWill() {
  QCOMPARE(siteOf("192.0.2.7"), std::string("192.0.2.7"));
  QCOMPARE(siteOf("::ffff:192.0.2.7"), std::string("192.0.2.7"));
  QCOMPARE(siteOf("2001:db8:1:2:3:4:5:6"), std::string("2001:db8:1:2::"));
  QCOMPARE(siteOf("2001:db8:1:2::9"), siteOf("2001:db8:1:2:ffff::"));
  QVERIFY(siteOf("2001:db8:1:3::9") != siteOf("2001:db8:1:2::9"));
  QCOMPARE(siteOf("fe80::1%eth0"), std::string("fe80::"));
  QCOMPARE(siteOf("ssh"), std::string("ssh"));
}

QTEST_GUILESS_MAIN(AddressTest)
#include "address-test.moc"
