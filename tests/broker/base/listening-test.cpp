// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/listening.h"

#include <QTest>

using namespace latchkey;

namespace {

Listening from(const std::string& text) {
  KJ_IF_MAYBE (listening, listeningFrom(text)) return *listening;
  throw std::runtime_error("no place to listen: " + text);
}

}  // namespace

class ListeningTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void canonicalTextsComeBack();
  void whatIsNoneIsRefused_data();
  void whatIsNoneIsRefused();
  void covering();
};

void ListeningTest::canonicalTextsComeBack() {
  for (auto text : {"8080/tcp@localhost+proxy", "80/tcp@[fd00::5]+proxy", "8080/tcp@localhost", "1/tcp@network",
                    "65535/tcp@192.168.1.5", "80/tcp@[fd00::5]", "80/tcp@[fe80::1]", "80/tcp@93.184.216.34"})
    QCOMPARE(from(text).text(), std::string(text));
}

void ListeningTest::whatIsNoneIsRefused_data() {
  QTest::addColumn<QByteArray>("text");
  for (auto text : {"",
                    "8080",
                    "8080/tcp",
                    "8080@localhost",
                    "/tcp@localhost",
                    "0/tcp@localhost",
                    "08/tcp@localhost",
                    "65536/tcp@localhost",
                    "-1/tcp@localhost",
                    "+1/tcp@localhost",
                    "80-81/tcp@localhost",
                    "80/udp@localhost",
                    "80/TCP@localhost",
                    "80/tcp@",
                    "80/tcp@Localhost",
                    "80/tcp@localhost ",
                    "80/tcp@localhost+",
                    "80/tcp@localhost+proxy+proxy",
                    "80/tcp@+proxy",
                    "80/tcp@localhost+PROXY",
                    "80/tcp@network@localhost",
                    "80/tcp@internet",
                    "80/tcp@example.org",
                    "80/tcp@127.0.0.1",
                    "80/tcp@[::1]",
                    "80/tcp@0.0.0.0",
                    "80/tcp@[::]",
                    "80/tcp@fd00::5",
                    "80/tcp@[192.168.1.5]",
                    "80/tcp@192.168.1.5:80",
                    "80/tcp@[::ffff:192.168.1.5]",
                    "80/tcp@[fe80::1%eth0]",
                    "80/tcp@224.0.0.1",
                    "80/tcp@255.255.255.255",
                    "80/tcp@[ff02::1]",
                    "80/tcp@192.168.1.0/24",
                    "80/tcp@192.168.1"})
    QTest::addRow("'%s'", text) << QByteArray(text);
  QTest::newRow("NUL") << QByteArray("80/tcp@localhost\0", 17);
  QTest::newRow("long") << QByteArray(100'000, '1') + "/tcp@localhost";
}

void ListeningTest::whatIsNoneIsRefused() {
  QFETCH(QByteArray, text);
  QVERIFY(listeningFrom({text.data(), static_cast<size_t>(text.size())}) == nullptr);
}

void ListeningTest::covering() {
  QVERIFY(!from("80/tcp@network").covers(from("80/tcp@localhost+proxy")));
  QVERIFY(!from("80/tcp@network+proxy").covers(from("80/tcp@localhost")));
  QVERIFY(from("80/tcp@network+proxy").covers(from("80/tcp@localhost+proxy")));
  const char* texts[] = {"80/tcp@localhost", "80/tcp@network", "80/tcp@192.168.1.5", "80/tcp@[fd00::5]",
                         "81/tcp@network"};
  bool expected[5][5] = {{true, false, false, false, false},
                         {true, true, true, true, false},
                         {false, false, true, false, false},
                         {false, false, false, true, false},
                         {false, false, false, false, true}};
  for (int outer = 0; outer < 5; ++outer)
    for (int inner = 0; inner < 5; ++inner)
      QVERIFY2(from(texts[outer]).covers(from(texts[inner])) == expected[outer][inner],
               qPrintable(QString("%1 %2").arg(outer).arg(inner)));
}

QTEST_GUILESS_MAIN(ListeningTest)
#include "listening-test.moc"
