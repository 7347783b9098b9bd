// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/times.h"

#include <kj/debug.h>
#include <time.h>

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
  void amounts_data();
  void amounts();
  void daysBeginAtMidnight_data();
  void daysBeginAtMidnight();
  void aDayAheadEndsOnlyWhereTheClockWasWrong();
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

void TimesTest::amounts_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<quint64>("bytes");
  QTest::newRow("plain") << "200000" << quint64{200'000};
  QTest::newRow("K") << "3K" << quint64{3072};
  QTest::newRow("M") << "500M" << (quint64{500} << 20);
  QTest::newRow("G") << "1G" << (quint64{1} << 30);
  QTest::newRow("T") << "2T" << (quint64{2} << 40);
  QTest::newRow("spelled") << "5MiB" << (quint64{5} << 20);
  QTest::newRow("most") << "4194304T" << (quint64{1} << 62);
  for (auto bad : {"", "K", "0", "0G", "-1", "+1", "1.5G", "1g", "1GB", "iB", "1iB", "GiB", "1Gib", " 1", "1 G",
                   "99999999999999999999", "4194305T"}) {
    QTest::newRow(bad) << bad << quint64{0};
  }
}

void TimesTest::amounts() {
  QFETCH(QString, text);
  QFETCH(quint64, bytes);
  QCOMPARE(quint64{parseBytes(text.toStdString()).orDefault(0)}, bytes);
  if (bytes != 0) QCOMPARE(quint64{parseBytes(formatBytes(bytes)).orDefault(0)}, bytes);
}

void TimesTest::daysBeginAtMidnight_data() {
  QTest::addColumn<QByteArray>("zone");
  QTest::addColumn<QString>("midnight");
  QTest::newRow("UTC") << QByteArray("UTC0") << "2026-03-01T00:00:00Z";
  QTest::newRow("east") << QByteArray("XXX-5:30") << "2026-02-28T18:30:00Z";
  QTest::newRow("west") << QByteArray("XXX8") << "2026-03-01T08:00:00Z";
}

void TimesTest::daysBeginAtMidnight() {
  QFETCH(QByteArray, zone);
  QFETCH(QString, midnight);
  auto before = qgetenv("TZ");
  qputenv("TZ", zone);
  tzset();
  auto first = KJ_ASSERT_NONNULL(parseTime(midnight.toStdString()));
  auto number = dayOf(first), last = dayOf(first + 24h - 1ns), yesterday = dayOf(first - 1ns);
  if (before.isNull()) qunsetenv("TZ");
  else qputenv("TZ", before);
  tzset();
  QCOMPARE(number, 20'513);  // Since 1970, by the person's calendar.
  QCOMPARE(last, number);
  QCOMPARE(yesterday, number - 1);
}

void TimesTest::aDayAheadEndsOnlyWhereTheClockWasWrong() {
  QCOMPARE(dayOfCount(100, 100), 100);
  QCOMPARE(dayOfCount(99, 100), 99);  // Another one has begun: it is over.
  QCOMPARE(dayOfCount(102, 100), 102);
  QCOMPARE(dayOfCount(103, 100), 100);
  QCOMPARE(dayOfCount(INT64_MAX, 100), 100);
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
