// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/name-services.h"

#include <QtTest>

class NameServicesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whoAnswersForNamesIsKnown_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("answers");
    QTest::newRow("by name") << "dns.google" << 443 << true;
    QTest::newRow("by address") << "1.1.1.1" << 443 << true;
    QTest::newRow("by six") << "2620:fe::fe" << 443 << true;
    QTest::newRow("over TLS, whoever") << "dot.example.org" << 853 << true;
    QTest::newRow("any port") << "dns.quad9.net" << 0 << true;
    QTest::newRow("another service there") << "dns.google" << 22 << false;
    QTest::newRow("a name that ends so") << "my.dns.google" << 443 << false;
    QTest::newRow("a name that begins so") << "dns.google.example" << 443 << false;
    QTest::newRow("a web page") << "example.org" << 443 << false;
    QTest::newRow("nothing") << "" << 443 << false;
  }

  void whoAnswersForNamesIsKnown() {
    QFETCH(QString, host);
    QFETCH(int, port);
    QTEST(latchkey::answersForNames(host.toStdString(), static_cast<uint16_t>(port)), "answers");
  }
};

QTEST_APPLESS_MAIN(NameServicesTest)
#include "name-services-test.moc"
