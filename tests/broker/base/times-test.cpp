// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/times.h"

#include <QtTest>

#include "tests/support/fake-clock.h"

using namespace latchkey;
using namespace std::chrono_literals;

class TimesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void durations_data();
  void durations();
  void timesRoundTrip();
  void badTimesAreRefused_data();
  void badTimesAreRefused();
  void deadlineSurvivesSteppingBack();
  void deadlineSurvivesSteppingForward();
};

void TimesTest::durations_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<qint64>("seconds");
  QTest::newRow("seconds") << "30s" << qint64{30};
  QTest::newRow("minutes") << "15m" << qint64{900};
  QTest::newRow("hours") << "8h" << qint64{28800};
  QTest::newRow("days") << "7d" << qint64{604800};
  for (auto bad : {"", "s", "0s", "-1s", "+1s", "1", "1.5h", "1w", " 1s", "99999999999999999999d", "4000d", "1s "}) {
    QTest::newRow(bad) << bad << qint64{-1};
  }
}

void TimesTest::durations() {
  QFETCH(QString, text);
  QFETCH(qint64, seconds);
  auto parsed = parseDuration(text.toStdString());
  qint64 got = -1;
  KJ_IF_MAYBE (duration, parsed) got = std::chrono::duration_cast<std::chrono::seconds>(*duration).count();
  QCOMPARE(got, seconds);
}

void TimesTest::timesRoundTrip() {
  for (auto text : {"2026-11-21T01:02:03Z", "1970-01-01T00:00:01Z", "2028-02-29T23:59:59Z"}) {
    auto parsed = parseTime(text);
    QVERIFY(parsed != nullptr);
    KJ_IF_MAYBE (time, parsed) QCOMPARE(formatTime(*time), text);
  }
  KJ_IF_MAYBE (time, parseTime("2026-01-01T00:30:00.5+02:00")) QCOMPARE(formatTime(*time), "2025-12-31T22:30:00Z");
  else QFAIL("offset refused");
}

void TimesTest::badTimesAreRefused_data() {
  QTest::addColumn<QString>("text");
  for (auto bad : {"", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
                   "2026-01-01", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00.Z", "2026-1-01T00:00:00Z"}) {
    QTest::newRow(bad) << bad;
  }
}

void TimesTest::badTimesAreRefused() {
  QFETCH(QString, text);
  QVERIFY(parseTime(text.toStdString()) == nullptr);
}

void TimesTest::deadlineSurvivesSteppingBack() {
  FakeClock clock;
  auto deadline = Deadline::at(clock.wall() + 60s, clock);
  clock.stepWall(-24h);
  clock.advance(59s);
  QVERIFY(!deadline.passed(clock));
  clock.advance(1s);
  QVERIFY(deadline.passed(clock));
}

void TimesTest::deadlineSurvivesSteppingForward() {
  FakeClock clock;
  auto deadline = Deadline::at(clock.wall() + 60s, clock);
  clock.stepWall(61s);
  QVERIFY(deadline.passed(clock));
}

QTEST_APPLESS_MAIN(TimesTest)
#include "times-test.moc"
