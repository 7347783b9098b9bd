// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/dns-message.h"

#include <kj/debug.h>

#include <QTest>

#include <random>

#include "tests/portals/network/dns-words.h"

using namespace latchkey;
using namespace latchkey::network;
using namespace latchkey::network::dns;

class DnsMessageTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aQuestionIsRead();
  void theExtensionIsRead();
  void whatIsNotToBeAnswered();
  void faultsAreTold_data();
  void faultsAreTold();
  void oddNamesAreNotPlain();
  void namesAreBounded();
  void reversedNames_data();
  void reversedNames();
  void answersAreComposed();
  void whatHasNoRoomIsTruncated();
  void aServersAnswerIsRelayedWithoutItsAdditions();
  void whatServersMayNotSay_data();
  void whatServersMayNotSay();
  void chainsOfPointersEnd();
  void cutAndChangedMessagesAreRead();
};

void DnsMessageTest::aQuestionIsRead() {
  auto query = KJ_ASSERT_NONNULL(queryFrom(Words(0x1234, "WWW.Example.org", 28).bytes()));
  QCOMPARE(query.id, uint16_t(0x1234));
  QVERIFY(query.fault == Code::NoError);
  QVERIFY(query.recursion && !query.hasExtension && query.isPlain);
  QCOMPARE(query.name, std::string("www.example.org"));
  QVERIFY(query.type == Type::AAAA);
  QCOMPARE(query.inClass, uint16_t(1));
  QCOMPARE(query.room, size_t(512));
  QCOMPARE(query.question.size(), size_t(17 + 4));
  QCOMPARE(query.question[1], uint8_t('W'));
}

void DnsMessageTest::theExtensionIsRead() {
  for (auto [said, room] : {std::pair(1232, 1232), {100, 512}, {65535, 4096}, {0, 512}}) {
    auto query = KJ_ASSERT_NONNULL(queryFrom(Words(1, "a.example", 1).extension(said).bytes()));
    QVERIFY(query.fault == Code::NoError && query.hasExtension);
    QCOMPARE(query.room, size_t(room));
  }
  auto later = KJ_ASSERT_NONNULL(queryFrom(Words(1, "a.example", 1).extension(1232, 1).bytes()));
  QVERIFY(later.fault == Code::BadVers);
  auto said = Answer(later, later.fault).take(512);
  QCOMPARE(said[3] & 15, 0);
  QCOMPARE(said[said.size() - 6], uint8_t(1));
}

void DnsMessageTest::whatIsNotToBeAnswered() {
  auto message = Words(1, "a.example", 1).bytes();
  for (size_t size = 0; size < 12; ++size) QVERIFY(queryFrom(message.slice(0, size)) == nullptr);
  Words response(1, "a.example", 1);
  response.set(2, 0x81);
  QVERIFY(queryFrom(response.bytes()) == nullptr);
}

void DnsMessageTest::faultsAreTold_data() {
  QTest::addColumn<QByteArray>("message");
  QTest::addColumn<int>("code");
  auto row = [](const char* what, Words words, Code code = Code::FormErr) {
    QTest::newRow(what) << words.array() << int(code);
  };
  row("another kind", Words(7, "a.example", 1).set(2, 0x29), Code::NotImp);
  row("no question", Words(7, "a.example", 1).set(5, 0));
  row("two questions", Words(7, "a.example", 1).set(5, 2));
  row("many questions", Words(7, "a.example", 1).set(4, 255));
  row("an answer", Words(7, "a.example", 1).set(7, 1));
  row("an authority", Words(7, "a.example", 1).set(9, 1));
  row("two additions", Words(7, "a.example", 1).extension(1232).extension(1232));
  row("an addition that is not there", Words(7, "a.example", 1).set(11, 1));
  row("an addition of another type", Words(7, "a.example", 1).extension(1232).set(27 + 2, 40));
  row("an extension with a name", Words(7, "a.example", 1).extension(1232).set(27, 1));
  row("an extension longer than the message", Words(7, "a.example", 1).extension(1232).set(27 + 10, 1));
  row("more behind it", Words(7, "a.example", 1).more("x"));
  row("cut name", Words(7).more("\x03"
                                "ab"));
  row("cut type", Words(7).more(std::string("\x01"
                                            "a\0\0",
                                            4)));
  row("a pointer to itself", Words(7).more(std::string("\xc0\x0c\0\1\0\1", 6)));
  row("a pointer to the header", Words(7).more(std::string("\xc0\0\0\1\0\1", 6)));
  row("a label of 64", Words(7).more("\x40" + std::string(64, 'a') + std::string("\0\0\1\0\1", 5)));
  row("a label of an unknown kind", Words(7).more(std::string("\x80"
                                                              "a\0\0\1\0\1",
                                                              7)));
}

void DnsMessageTest::faultsAreTold() {
  QFETCH(QByteArray, message);
  QFETCH(int, code);
  auto query = KJ_ASSERT_NONNULL(queryFrom(bytesOf(message)));
  QCOMPARE(int(query.fault), code);
  auto answer = Answer(query, query.fault).take(512);
  QCOMPARE(answer.size(), size_t(12));
  QCOMPARE(answer[1], uint8_t(7));
  QCOMPARE(answer[2] & 0x80, 0x80);
  QCOMPARE(answer[3] & 15, code);
}

void DnsMessageTest::oddNamesAreNotPlain() {
  for (std::string label : {std::string("a b"), std::string("a.b"), std::string("a\0b", 3), std::string("\xc3\xbc"),
                            std::string("*"), std::string("@local"), std::string("a:80"), std::string("a/tcp")}) {
    auto message = Words(1).more(static_cast<char>(label.size()) + label + std::string("\0\0\1\0\1", 5)).bytes();
    auto query = KJ_ASSERT_NONNULL(queryFrom(message));
    QVERIFY(query.fault == Code::NoError);
    QVERIFY2(!query.isPlain, label.c_str());
  }
  auto root = KJ_ASSERT_NONNULL(queryFrom(Words(1, "", 2).bytes()));
  QVERIFY(root.fault == Code::NoError && root.name.empty());
}

void DnsMessageTest::namesAreBounded() {
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += (i ? ".a" : "a");
  QVERIFY(KJ_ASSERT_NONNULL(queryFrom(Words(1, longest, 1).bytes())).fault == Code::NoError);
  QVERIFY(KJ_ASSERT_NONNULL(queryFrom(Words(1, longest + ".a", 1).bytes())).fault == Code::FormErr);
}

void DnsMessageTest::reversedNames_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<QByteArray>("address");
  auto row = [](const char* name, const char* address) {
    QTest::addRow("%s", name) << QByteArray(name) << QByteArray(address);
  };
  row("1.2.18.198.in-addr.arpa", "198.18.2.1");
  row("1.0.0.127.in-addr.arpa", "127.0.0.1");
  row("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.6.3.6.4.7.1.6.c.6.d.f.ip6.arpa", "fd6c:6174:6368::1");
  for (auto name : {"in-addr.arpa", ".in-addr.arpa", "1.in-addr.arpa", "0.0.127.in-addr.arpa",
                    "1.1.0.0.127.in-addr.arpa", "01.0.0.127.in-addr.arpa", "256.0.0.127.in-addr.arpa",
                    "-1.0.0.127.in-addr.arpa", "a.0.0.127.in-addr.arpa", "..0.127.in-addr.arpa", "1.2.3.4", "ip6.arpa",
                    "1.0.ip6.arpa", "11.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.6.3.6.4.7.1.6.c.6.d.f.ip6.arpa",
                    "g.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.6.3.6.4.7.1.6.c.6.d.f.ip6.arpa",
                    "1.2.18.198.in-addr.arpa.example", "x1.2.18.198.in-addr.arpa"})
    row(name, "-");
}

void DnsMessageTest::reversedNames() {
  QFETCH(QByteArray, name);
  QFETCH(QByteArray, address);
  std::string found = "-";
  KJ_IF_MAYBE (read, reversedAddress(name.toStdString())) found = read->text();
  QCOMPARE(found, address.toStdString());
}

void DnsMessageTest::answersAreComposed() {
  auto query = KJ_ASSERT_NONNULL(queryFrom(Words(0x4321, "a.example", 1).extension(1232).bytes()));
  Answer answer(query);
  answer.add(Address::v4(198, 18, 1, 2), 60);
  answer.addName(Type::PTR, "b.c", 7);
  auto bytes = answer.take(512);
  std::string expected("\x43\x21\x81\x80\0\1\0\2\0\0\0\1\1a\7example\0\0\1\0\1", 12 + 11 + 4);
  expected += std::string("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc6\x12\1\2", 16);
  expected += std::string("\xc0\x0c\0\x0c\0\1\0\0\0\7\0\5\1b\1c\0", 17);
  expected += std::string("\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
  QCOMPARE(QByteArray(reinterpret_cast<const char*>(bytes.begin()), static_cast<qsizetype>(bytes.size())).toHex(),
           QByteArray::fromStdString(expected).toHex());
}

void DnsMessageTest::whatHasNoRoomIsTruncated() {
  auto query = KJ_ASSERT_NONNULL(queryFrom(Words(1, "a.example", 1).bytes()));
  for (int count : {30, 31}) {
    Answer answer(query);
    for (int i = 0; i < count; ++i) answer.add(Address::v4(1, 2, 3, static_cast<uint8_t>(i)), 60);
    auto bytes = answer.take(512);
    bool fits = count == 30;
    QCOMPARE((bytes[2] & 2) != 0, !fits);
    QCOMPARE(int(bytes[7]), fits ? count : 0);
    QCOMPARE(bytes.size(), size_t(27 + (fits ? count * 16 : 0)));
  }
}

void DnsMessageTest::aServersAnswerIsRelayedWithoutItsAdditions() {
  auto query = KJ_ASSERT_NONNULL(queryFrom(Words(0x1111, "MAIL.example", 15).bytes()));
  Words said(0x2222, "mail.example", 15);
  said.set(2, 0x85).set(3, 0xa0).set(7, 1).set(9, 1).set(11, 1);
  said.more(std::string("\xc0\x0c\0\x0f\0\1\0\0\x0e\x10\0\6\0\x0a\1a\xc0\x0c", 12 + 6));
  auto answers = said.array().size();
  said.more(std::string("\xc0\x0c\0\2\0\1\0\0\0\1\0\2\xc0\x0c", 14))
      .more(std::string("\xc0\x0c\0\1\0\1\0\0\0\1\0\4\x0a\0\0\1", 16));
  auto relay = KJ_ASSERT_NONNULL(relayed(query, said.bytes(), 512));
  QCOMPARE(relay.size(), size_t(answers));
  QCOMPARE(relay[0], uint8_t(0x11));
  QCOMPARE(int(relay[2]), 0x81);  // Nothing authoritative, nothing authentic.
  QCOMPARE(int(relay[3]), 0x80);
  QCOMPARE(int(relay[7]), 1);
  QCOMPARE(int(relay[9]) + int(relay[11]), 0);
  QCOMPARE(relay[13], uint8_t('M'));  // In the case it was asked in.
  auto large = KJ_ASSERT_NONNULL(relayed(query, said.bytes(), 40));
  QVERIFY((large[2] & 2) && large[7] == 0);
}

void DnsMessageTest::whatServersMayNotSay_data() {
  QTest::addColumn<QByteArray>("message");
  auto row = [](const char* what, Words words) { QTest::newRow(what) << words.array(); };
  auto said = [](const std::string& record) { return Words(1, "a.example", 15).set(2, 0x81).set(7, 1).more(record); };
  row("nothing", Words(std::string()));
  row("a question", Words(1, "a.example", 15));
  row("about another name", Words(1, "b.example", 15).set(2, 0x81));
  row("about another type", Words(1, "a.example", 16).set(2, 0x81));
  row("a record that is not there", said(""));
  row("a cut record", said(std::string("\xc0\x0c\0\x0f\0\1\0\0\0\1\0\x10\0\1", 14)));
  row("a name that points forwards", said(std::string("\xc0\x30\0\x10\0\1\0\0\0\1\0\2\1a", 14)));
  row("a name that points to itself", said(std::string("\xc0\x1b\0\x10\0\1\0\0\0\1\0\2\1a", 14)));
  row("a name that points into the header", said(std::string("\xc0\x02\0\x10\0\1\0\0\0\1\0\2\1a", 14)));
  row("a label and a pointer to it", said(std::string("\1a\xc0\x1b\0\x10\0\1\0\0\0\1\0\2\1a", 16)));
  row("data shorter than its name", said(std::string("\xc0\x0c\0\x0f\0\1\0\0\0\1\0\3\0\1\xc0\x0c", 16)));
  row("data longer than its name", said(std::string("\xc0\x0c\0\x0f\0\1\0\0\0\1\0\5\0\1\xc0\x0c\0", 17)));
  row("data whose name points to itself", said(std::string("\xc0\x0c\0\x0f\0\1\0\0\0\1\0\4\0\1\xc0\x29", 16)));
}

void DnsMessageTest::whatServersMayNotSay() {
  QFETCH(QByteArray, message);
  auto query = KJ_ASSERT_NONNULL(queryFrom(Words(1, "a.example", 15).bytes()));
  QVERIFY(relayed(query, bytesOf(message), 512) == nullptr);
  QVERIFY(relayed(query, Words(1, "a.example", 15).set(2, 0x81).bytes(), 512) != nullptr);
}

// A thousand names that each point to the one before: looked at in a moment, and refused or not alike.
void DnsMessageTest::chainsOfPointersEnd() {
  Words said(1, "a.example", 16);
  said.set(2, 0x81);
  size_t before = 12, at = said.array().size();
  for (int i = 0; i < 1'000; ++i) {
    std::string record{static_cast<char>(0xc0 | before >> 8), static_cast<char>(before)};
    said.more(record + std::string("\0\x10\0\1\0\0\0\1\0\1\0", 11));
    before = at;
    at = said.array().size();
  }
  said.set(6, 1000 >> 8).set(7, 1000 & 0xff);
  auto query = KJ_ASSERT_NONNULL(queryFrom(Words(1, "a.example", 16).bytes()));
  QElapsedTimer timer;
  timer.start();
  QVERIFY(relayed(query, said.bytes(), MOST_OF_STREAM) != nullptr);
  QVERIFY(timer.elapsed() < 1'000);
}

void DnsMessageTest::cutAndChangedMessagesAreRead() {
  std::mt19937 random(11);
  auto good = Words(1, "www.example.org", 15).extension(1232).array();
  auto query = KJ_ASSERT_NONNULL(queryFrom(Words(1, "www.example.org", 15).bytes()));
  for (int round = 0; round < 100'000; ++round) {
    auto message = good;
    for (unsigned change = random() % 4; change > 0; --change)
      message[static_cast<qsizetype>(random() % static_cast<unsigned>(message.size()))] = static_cast<char>(random());
    message.truncate(static_cast<qsizetype>(random() % static_cast<unsigned>(message.size() + 1)));
    KJ_IF_MAYBE (read, queryFrom(bytesOf(message))) {
      auto answer = Answer(*read, read->fault).take(512);
      QVERIFY(answer.size() >= 12 && answer.size() <= 512);
    }
    KJ_IF_MAYBE (relay, relayed(query, bytesOf(message), 512)) QVERIFY(relay->size() <= 512);
  }
}

QTEST_GUILESS_MAIN(DnsMessageTest)
#include "dns-message-test.moc"
