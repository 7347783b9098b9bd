// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <QtTest>

#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;
using Status = schema::ExitStatus;

class LaunchTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void programsOwnExitStatusIsReported();
};

void LaunchTest::programsOwnExitStatusIsReported() {
  LaunchBench bench;
  auto ending = bench.sh("echo hello; pwd; env; id; exit 3");
  QCOMPARE(ending.kind, Status::EXITED);
  QCOMPARE(ending.number, 3);
}

QTEST_GUILESS_MAIN(LaunchTest)
#include "launch-test.moc"
