// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/sha256.h"

#include <QtTest>

using namespace latchkey;

class Sha256Test : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void matchesThePublishedVectors_data();
  void matchesThePublishedVectors();
  void isTheSameHoweverTheBytesArrive();
};

void Sha256Test::matchesThePublishedVectors_data() {
  QTest::addColumn<QByteArray>("text");
  QTest::addColumn<QByteArray>("digest");
  QTest::newRow("empty") << QByteArray()
                         << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  QTest::newRow("abc") << QByteArray("abc")
                       << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                              << QByteArray("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  QTest::newRow("a million a") << QByteArray(1000000, 'a')
                               << QByteArray("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

void Sha256Test::matchesThePublishedVectors() {
  QFETCH(QByteArray, text);
  QFETCH(QByteArray, digest);
  Sha256 sum;
  sum.add({text.constData(), static_cast<size_t>(text.size())});
  QCOMPARE(hexadecimal(sum.finish()), digest.toStdString());
}

void Sha256Test::isTheSameHoweverTheBytesArrive() {
  std::string text(1000, 'x');
  Sha256 whole;
  whole.add(text);
  auto expected = whole.finish();
  for (size_t step : {1u, 7u, 63u, 64u, 65u, 200u}) {
    Sha256 parts;
    for (size_t at = 0; at < text.size(); at += step) parts.add(std::string_view(text).substr(at, step));
    QVERIFY(parts.finish() == expected);
  }
}

QTEST_GUILESS_MAIN(Sha256Test)
#include "sha256-test.moc"
