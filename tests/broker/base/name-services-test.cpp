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
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<bool>("answers");
    QTest::newRow("by name") << "dns.google" << 443 << "tcp" << true;
    QTest::newRow("by address") << "1.1.1.1" << 443 << "tcp" << true;
    QTest::newRow("by six") << "2620:fe::fe" << 443 << "tcp" << true;
    QTest::newRow("over TLS, whoever") << "dot.example.org" << 853 << "tcp" << true;
    QTest::newRow("any port") << "dns.quad9.net" << 0 << "tcp" << true;
    QTest::newRow("another service there") << "dns.google" << 22 << "tcp" << false;
    QTest::newRow("a name that ends so") << "my.dns.google" << 443 << "tcp" << false;
    QTest::newRow("a name that begins so") << "dns.google.example" << 443 << "tcp" << false;
    QTest::newRow("a web page") << "example.org" << 443 << "tcp" << false;
    QTest::newRow("nothing") << "" << 443 << "tcp" << false;
    QTest::newRow("by QUIC") << "dns.google" << 443 << "udp" << true;
    QTest::newRow("whatever the protocol") << "dns.google" << 443 << "" << true;
    QTest::newRow("whether it is there") << "8.8.8.8" << 0 << "ping" << false;
    QTest::newRow("its own records") << "dns.google" << 0 << "name" << false;
  }

  void whoAnswersForNamesIsKnown() {
    QFETCH(QString, host);
    QFETCH(int, port);
    QFETCH(QString, protocol);
    QTEST(latchkey::answersForNames(host.toStdString(), static_cast<uint16_t>(port), protocol.toStdString()),
          "answers");
  }
};

QTEST_APPLESS_MAIN(NameServicesTest)
#include "name-services-test.moc"
