// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/names.h"

#include <kj/debug.h>

#include <QTest>

#include <set>

using namespace latchkey;
using namespace latchkey::network;

namespace {

Address given(Names& names, const std::string& name, Family family = Family::V4) {
  KJ_IF_MAYBE (address, names.addressFor(name, family)) return *address;
  throw std::runtime_error("no address for " + name);
}

std::string nameOf(const Names& names, const Address& address) {
  KJ_IF_MAYBE (name, names.nameOf(address)) return *name;
  return "-";
}

Address at(const char* text) { return KJ_ASSERT_NONNULL(addressFrom(text)); }

}  // namespace

class NamesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aNameKeepsItsAddresses();
  void addressesAreOurs();
  void noAddressIsGivenTwice();
  void beyondTheBoundThereAreNone();
  void theNextPortalMostlyGivesTheSame();
  void holdersDiffer();
  void whatWasNotGivenHasNoName();
};

void NamesTest::aNameKeepsItsAddresses() {
  Names names("org.example.App");
  auto v4 = given(names, "example.org"), v6 = given(names, "example.org", Family::V6);
  for (int i = 0; i < 1'000; ++i) given(names, "n" + std::to_string(i) + ".example");
  QCOMPARE(given(names, "example.org"), v4);
  QCOMPARE(given(names, "example.org", Family::V6), v6);
  QCOMPARE(nameOf(names, v4), std::string("example.org"));
  QCOMPARE(nameOf(names, v6), std::string("example.org"));
  QCOMPARE(names.count(), size_t(1'001));
}

void NamesTest::addressesAreOurs() {
  Names names("org.example.App");
  for (int i = 0; i < 1'000; ++i) {
    auto name = std::to_string(i) + ".x.example";
    auto v4 = given(names, name), v6 = given(names, name, Family::V6);
    QVERIFY(!v4.v6 && v6.v6);
    QVERIFY(v4.liesIn(at("198.18.0.0"), 15) && Names::isSynthetic(v4));
    QVERIFY(v6.liesIn(at("fd6c:6174:6368:1::"), 64) && Names::isSynthetic(v6));
    // The wire's and the visitor's own.
    QVERIFY(v4 != at("198.19.255.254") && v4 != at("198.19.255.253"));
  }
  QVERIFY(!Names::isSynthetic(at("198.20.0.0")) && !Names::isSynthetic(at("198.17.255.255")));
  QVERIFY(!Names::isSynthetic(at("fd6c:6174:6368::1")) && !Names::isSynthetic(at("fd6c:6174:6368:2::1")));
}

void NamesTest::noAddressIsGivenTwice() {
  Names names("org.example.App");
  std::set<Address> seen;
  for (size_t i = 0; i < Names::MOST; ++i) {
    auto name = "n" + std::to_string(i) + ".example";
    auto v4 = given(names, name), v6 = given(names, name, Family::V6);
    QVERIFY(seen.insert(v4).second && seen.insert(v6).second);
    QCOMPARE(nameOf(names, v4), name);
    QCOMPARE(nameOf(names, v6), name);
  }
}

void NamesTest::beyondTheBoundThereAreNone() {
  Names names("org.example.App");
  for (size_t i = 0; i < Names::MOST; ++i) given(names, std::to_string(i) + ".n");
  QVERIFY(names.addressFor("one.more", Family::V4) == nullptr);
  QVERIFY(names.addressFor("one.more", Family::V6) == nullptr);
  QCOMPARE(names.count(), Names::MOST);
  QVERIFY(names.addressFor("7.n", Family::V4) != nullptr);
}

void NamesTest::theNextPortalMostlyGivesTheSame() {
  Names before("org.example.App@work"), after("org.example.App@work");
  int same = 0;
  for (int i = 0; i < 2'000; ++i) given(before, std::to_string(i) + ".example");
  for (int i = 1'999; i >= 0; --i) {
    auto name = std::to_string(i) + ".example";
    same += given(before, name) == given(after, name);
  }
  QVERIFY2(same > 1'900, std::to_string(same).c_str());
}

void NamesTest::holdersDiffer() {
  Names one("org.example.App"), other("org.example.App@work");
  int same = 0;
  for (int i = 0; i < 200; ++i) same += given(one, std::to_string(i) + ".n") == given(other, std::to_string(i) + ".n");
  QVERIFY(same < 10);
}

void NamesTest::whatWasNotGivenHasNoName() {
  Names names("org.example.App");
  auto v6 = given(names, "example.org", Family::V6), v4 = given(names, "example.org");
  auto beside = v6;
  beside.bytes[9] = 1;
  QVERIFY(Names::isSynthetic(beside));
  QCOMPARE(nameOf(names, beside), std::string("-"));
  ++v4.bytes[3];
  QCOMPARE(nameOf(names, v4), std::string("-"));
  QCOMPARE(nameOf(names, at("93.184.216.34")), std::string("-"));
  QCOMPARE(nameOf(names, at("198.18.0.0")), std::string("-"));
  QCOMPARE(nameOf(names, at("fd6c:6174:6368:1::")), std::string("-"));
}

QTEST_GUILESS_MAIN(NamesTest)
#include "names-test.moc"
