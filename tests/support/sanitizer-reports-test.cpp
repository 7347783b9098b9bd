// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// That a fault in a process far away is noticed at all: without this, a clean run might mean only that reports are
// lost.

#include <QDir>
#include <QProcess>
#include <QTest>

class SanitizerReportsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void reportsArriveWithoutEnvironmentAndErrors();
};

void SanitizerReportsTest::reportsArriveWithoutEnvironmentAndErrors() {
  QDir reports(LATCHKEY_REPORTS);
  QVERIFY(reports.mkpath("."));
  QStringList ours{"report.latchkey-faulty.*"};
  QVERIFY(reports.entryList(ours, QDir::Files).isEmpty());
  QProcess faulty;
  QProcessEnvironment nothing;
  nothing.insert("PATH", "/usr/bin");
  faulty.setProcessEnvironment(nothing);
  faulty.setStandardErrorFile(QProcess::nullDevice());
  faulty.start(QFINDTESTDATA("latchkey-faulty"), QStringList());
  QVERIFY(faulty.waitForFinished());
  QVERIFY(faulty.exitStatus() != QProcess::NormalExit || faulty.exitCode() != 0);
  auto found = reports.entryList(ours, QDir::Files);
  QCOMPARE(found.size(), 1);
  QVERIFY(QFile::remove(reports.filePath(found.first())));
}

QTEST_GUILESS_MAIN(SanitizerReportsTest)
#include "sanitizer-reports-test.moc"
