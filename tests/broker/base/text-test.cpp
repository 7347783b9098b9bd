// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/text.h"

#include <QtTest>

#include "broker/base/json.h"

using namespace latchkey;

class TextTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void escapesWhatCouldDeceive_data();
  void escapesWhatCouldDeceive();
  void escapingTwiceChangesNothing();
  void briefKeepsBothEnds();
  void briefOfHugeTextIsBounded();
  void pathsBelowHomeAreShort();
  void jsonNeverBreaks();
};

void TextTest::escapesWhatCouldDeceive_data() {
  QTest::addColumn<QByteArray>("in");
  QTest::addColumn<QByteArray>("out");
  QTest::newRow("plain") << QByteArray("Übung 1.txt") << QByteArray("Übung 1.txt");
  QTest::newRow("CVE-2023-28101 terminal control") << QByteArray("a\x1b[2Kb") << QByteArray("a\\x1b[2Kb");
  QTest::newRow("C1 control") << QByteArray(
                                     "a\xc2\x9b"
                                     "b")
                              << QByteArray("a\\u{9b}b");
  QTest::newRow("newline") << QByteArray("a\nb") << QByteArray("a\\nb");
  QTest::newRow("CVE-2021-43860 NUL") << QByteArray("a\0b", 3) << QByteArray("a\\x00b");
  QTest::newRow("bidi override") << QByteArray(
                                        "a\xe2\x80\xae"
                                        "b")
                                 << QByteArray("a\\u{202e}b");
  QTest::newRow("bidi isolate") << QByteArray("\xe2\x81\xa6") << QByteArray("\\u{2066}");
  QTest::newRow("zero width") << QByteArray(
                                     "a\xe2\x80\x8b"
                                     "b")
                              << QByteArray("a\\u{200b}b");
  QTest::newRow("tag character") << QByteArray("\xf3\xa0\x81\x81") << QByteArray("\\u{e0041}");
  QTest::newRow("bare continuation") << QByteArray("a\x80") << QByteArray("a\\x80");
  QTest::newRow("overlong") << QByteArray("\xc0\xaf") << QByteArray("\\xc0\\xaf");
  QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << QByteArray("\\xed\\xa0\\x80");
  QTest::newRow("mark over nothing") << QByteArray(
                                            "\xcc\x81"
                                            "a")
                                     << QByteArray("\\u{301}a");
  QTest::newRow("tower of marks") << QByteArray(
                                         "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x82\xcc\x83"
                                         "b")
                                  << QByteArray("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\u{302}\\u{303}b");
  QTest::newRow("blanks that are no spaces") << QByteArray(
                                                    "a\xc2\xa0\xe3\x80\x80"
                                                    "b")
                                             << QByteArray("a\\u{a0}\\u{3000}b");
  QTest::newRow("blank at the end") << QByteArray("a.txt\xe2\x80\x83") << QByteArray("a.txt\\u{2003}");
  QTest::newRow("a name of nothing") << QByteArray("\xe2\xa0\x80") << QByteArray("\\u{2800}");
  for (auto* name : {"Факту́ра 1.txt", "Nguyễn Văn Ẩn", "ไฟล์ที่สำคัญ.txt", "मेरी क्षमता.pdf", "مُحَمَّدٌ.txt", "שָׁלוֹם",
                     "東京\u3000資料.txt", "Facture\u00a0n° 1", "e\u0301te\u0301"}) {
    QTest::newRow(name) << QByteArray(name) << QByteArray(name);
  }
  QTest::newRow("cut") << QByteArray("\xe2\x82") << QByteArray("\\xe2\\x82");
}

void TextTest::escapesWhatCouldDeceive() {
  QFETCH(QByteArray, in);
  QFETCH(QByteArray, out);
  QCOMPARE(QByteArray::fromStdString(escaped({in.data(), static_cast<size_t>(in.size())})), out);
}

void TextTest::escapingTwiceChangesNothing() {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  QCOMPARE(escaped(escaped(all)), escaped(all));
}

void TextTest::briefKeepsBothEnds() {
  QCOMPARE(brief("0123456789", 10), "0123456789");
  QCOMPARE(brief("0123456789a", 5), "01…9a");
  QCOMPARE(brief("äöüßéèê", 5), "äö…èê");
}

void TextTest::briefOfHugeTextIsBounded() {
  auto text = brief(std::string(10'000'000, '\n'), 40);
  QVERIFY(text.size() < 200);
  QVERIFY(text.starts_with("\\n"));
}

void TextTest::pathsBelowHomeAreShort() {
  QCOMPARE(shownPath("/home/a/x", "/home/a"), "~/x");
  QCOMPARE(shownPath("/home/ab/x", "/home/a"), "/home/ab/x");
  QCOMPARE(shownPath("/home/a", "/home/a"), "~");
}

void TextTest::jsonNeverBreaks() {
  JsonArray json;
  json.object().field("name", "a\"\\\n\xff\xe2\x82\xac").field("n", int64_t{-1}).flag("b", true).object();
  auto parsed = QJsonDocument::fromJson(QByteArray::fromStdString(json.finish()));
  QCOMPARE(parsed.array().size(), 2);
  QCOMPARE(parsed[0]["name"].toString(), QString("a\"\\\n�€"));
  QCOMPARE(parsed[0]["n"].toInt(), -1);
  JsonArray empty;
  QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(empty.finish())).isArray());
}

QTEST_APPLESS_MAIN(TextTest)
#include "text-test.moc"
