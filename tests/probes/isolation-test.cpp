// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <QtTest>

class IsolationTest : public QObject {
  Q_OBJECT
};

QTEST_GUILESS_MAIN(IsolationTest)
#include "isolation-test.moc"
