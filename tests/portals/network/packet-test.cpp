// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <kj/debug.h>

#include <QtTest/QtTest>

#include <algorithm>
#include <vector>

#include "portals/network/packet.h"

using namespace latchkey;
using namespace latchkey::network;

namespace {

using Bytes = std::vector<kj::byte>;

kj::ArrayPtr<const kj::byte> view(const Bytes& bytes) { return {bytes.data(), bytes.size()}; }
Bytes copyOf(kj::ArrayPtr<const kj::byte> bytes) { return {bytes.begin(), bytes.end()}; }
Bytes fromHex(const char* text) {
  auto raw = QByteArray::fromHex(text);
  return {raw.begin(), raw.end()};
}

// A SYN of 198.19.255.254:40000 to 203.0.113.5:443, sequence 0x01020304, as a kernel made it.
Bytes syn4() {
  return fromHex(
      "4500002c00004000400600 00c613fffe cb007105"
      "9c4001bb 01020304 00000000 6002fffb 0000 0000 020405b4");
}
Bytes syn6() {
  return fromHex(
      "6000000000180640 fd6c6174636800000000000000000001 26000001000000000000000000000005"
      "9c4001bb 01020304 00000000 6002fffb 0000 0000 020405a0");
}
Bytes udp4() { return fromHex("4500002000004000401100 00c613fffe cb007105 9c400035 000c0000 61626364"); }

// RFC 1071 over everything, the checksum itself included, is 0xffff.
uint16_t checked(kj::ArrayPtr<const kj::byte> bytes, uint32_t start = 0) {
  uint64_t total = start;
  for (size_t i = 0; i < bytes.size(); ++i) total += i % 2 ? bytes[i] : bytes[i] << 8;
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return static_cast<uint16_t>(total);
}
uint16_t checkedBody(kj::ArrayPtr<const kj::byte> packet, uint32_t protocol) {
  bool v6 = packet[0] >> 4 == 6;
  auto addresses = v6 ? packet.slice(8, 40) : packet.slice(12, 20);
  auto body = packet.slice(v6 ? 40 : 20, packet.size());
  uint32_t pseudo = static_cast<uint32_t>(protocol + body.size());
  for (size_t i = 0; i < addresses.size(); ++i)
    pseudo += i % 2 ? addresses[i] : static_cast<uint32_t>(addresses[i] << 8);
  return checked(body, pseudo);
}

}  // namespace

class PacketTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void synIsRead_data() {
    QTest::addColumn<bool>("v6");
    QTest::newRow("4") << false;
    QTest::newRow("6") << true;
  }
  void synIsRead() {
    QFETCH(bool, v6);
    auto bytes = v6 ? syn6() : syn4();
    auto read = packetFrom(view(bytes));
    auto& packet = KJ_ASSERT_NONNULL(read);
    QVERIFY(packet.opens());
    QCOMPARE(packet.flow.app.port, 40000);
    QCOMPARE(packet.flow.far.port, 443);
    QCOMPARE(packet.sequence, 0x01020304U);
    QCOMPARE(packet.flow.far.address.text(), std::string(v6 ? "2600:1::5" : "203.0.113.5"));
    QCOMPARE(packet.payload.size(), 0);
  }

  void everyCutAndEveryLongerPacketIsNothing() {
    for (auto bytes : {syn4(), syn6(), udp4()}) {
      for (size_t size = 0; size < bytes.size(); ++size) {
        Bytes cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
        QVERIFY(packetFrom(view(cut)) == nullptr);
      }
      bytes.push_back(0);
      QVERIFY(packetFrom(view(bytes)) == nullptr);
    }
  }

  void whatIsNotPlainIsNothing_data() {
    QTest::addColumn<int>("at");
    QTest::addColumn<int>("value");
    QTest::newRow("options") << 0 << 0x46;
    QTest::newRow("version 5") << 0 << 0x55;
    QTest::newRow("more fragments") << 6 << 0x20;
    QTest::newRow("a later fragment") << 7 << 0x01;
    QTest::newRow("SCTP") << 9 << 132;
    QTest::newRow("IPv6 in IPv4") << 9 << 41;
    QTest::newRow("from multicast") << 12 << 224;
    QTest::newRow("to multicast") << 16 << 239;
    QTest::newRow("to broadcast") << 16 << 255;
    QTest::newRow("to no network") << 16 << 0;
    QTest::newRow("TCP header too short") << 32 << 0x40;
    QTest::newRow("TCP header too long") << 32 << 0xf0;
  }
  void whatIsNotPlainIsNothing() {
    QFETCH(int, at);
    QFETCH(int, value);
    auto bytes = syn4();
    bytes[static_cast<size_t>(at)] = static_cast<kj::byte>(value);
    QVERIFY(packetFrom(view(bytes)) == nullptr);
  }

  void extensionHeadersAndMulticastOfSixAreNothing() {
    for (auto [at, value] : {std::pair{6, 0}, {6, 43}, {6, 44}, {6, 60}, {24, 0xff}}) {
      auto bytes = syn6();
      bytes[static_cast<size_t>(at)] = static_cast<kj::byte>(value);
      QVERIFY(packetFrom(view(bytes)) == nullptr);
    }
  }

  void portsOfNobodyAreNothing() {
    for (size_t at : {20U, 22U}) {
      auto bytes = syn4();
      bytes[at] = bytes[at + 1] = 0;
      QVERIFY(packetFrom(view(bytes)) == nullptr);
    }
    auto bytes = udp4();
    bytes[25] = 11;  // Says less than there is.
    QVERIFY(packetFrom(view(bytes)) == nullptr);
  }

  void refusalsAnswerWhatTheyRefuse() {
    for (auto bytes : {syn4(), syn6()}) {
      auto read = packetFrom(view(bytes));
      auto refusal = refusalOf(KJ_ASSERT_NONNULL(read));
      auto again = packetFrom(refusal);
      auto& packet = KJ_ASSERT_NONNULL(again);
      QCOMPARE(packet.flow.app, KJ_ASSERT_NONNULL(read).flow.far);
      QCOMPARE(packet.flow.far, KJ_ASSERT_NONNULL(read).flow.app);
      QCOMPARE(packet.flags, Packet::RST | Packet::ACK);
      QCOMPARE(packet.acknowledged, 0x01020305U);
      QCOMPARE(checkedBody(refusal, 6), 0xffff);
      if (!packet.flow.app.address.v6) QCOMPARE(checked(refusal.slice(0, 20)), 0xffff);
    }
  }

  void refusalOfWhatAcknowledgesIsWhereItStands() {
    auto bytes = syn4();
    bytes[33] = Packet::ACK;
    bytes[28] = 9, bytes[29] = 8, bytes[30] = 7, bytes[31] = 6;
    auto read = packetFrom(view(bytes));
    QVERIFY(!KJ_ASSERT_NONNULL(read).opens());
    auto refusal = refusalOf(KJ_ASSERT_NONNULL(read));
    auto again = packetFrom(refusal);
    QCOMPARE(KJ_ASSERT_NONNULL(again).flags, Packet::RST);
    QCOMPARE(KJ_ASSERT_NONNULL(again).sequence, 0x09080706U);
  }

  void unreachableQuotesThePacket() {
    for (auto bytes : {syn4(), syn6()}) {
      auto read = packetFrom(view(bytes));
      auto& packet = KJ_ASSERT_NONNULL(read);
      auto told = unreachable(packet.whole, packet.flow, Unreachable::Host);
      size_t header = packet.flow.far.address.v6 ? 40 : 20;
      QCOMPARE(copyOf(told.slice(header + 8, told.size())),
               Bytes(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(header + 20)));
      if (packet.flow.far.address.v6) {
        QCOMPARE(told[header], 1);
        QCOMPARE(told[header + 1], 3);
        QCOMPARE(checkedBody(told, 58), 0xffff);
      } else {
        QCOMPARE(told[header], 3);
        QCOMPARE(told[header + 1], 1);
        QCOMPARE(checked(told.slice(header, told.size())), 0xffff);
      }
    }
  }

  void datagramsAndEchoesAreReadAsTheyWereMade() {
    Flow flow{{Address::v4(198, 19, 255, 254), 40000}, {Address::v4(203, 0, 113, 5), 53}};
    for (size_t size : {0U, 1U, 2U, 1471U, 65000U}) {
      Bytes payload(size, 0x61);
      auto made = datagram(flow.app, flow.far, view(payload));
      auto read = packetFrom(made);
      QCOMPARE(KJ_ASSERT_NONNULL(read).flow, flow);
      QCOMPARE(copyOf(KJ_ASSERT_NONNULL(read).payload), payload);
      QCOMPARE(checkedBody(made, 17), 0xffff);
      flow.far.port = 0;
      auto asked = echo(flow, false, 7, view(payload));
      auto again = packetFrom(asked);
      QCOMPARE(KJ_ASSERT_NONNULL(again).protocol, Protocol::Ping);
      QCOMPARE(KJ_ASSERT_NONNULL(again).sequence, 7U);
      QVERIFY(KJ_ASSERT_NONNULL(again).flow == flow);
      // An answer is nothing that an app may ask with.
      QVERIFY(packetFrom(echo(flow, true, 7, view(payload))) == nullptr);
      flow.far.port = 53;
    }
  }
};

QTEST_GUILESS_MAIN(PacketTest)
#include "packet-test.moc"
