// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/meter.h"

#include <QtTest>

using latchkey::network::Meter;

class MeterTest : public QObject {
  Q_OBJECT
  kj::TimePoint m_now = kj::origin<kj::TimePoint>() + 100 * kj::SECONDS;

private Q_SLOTS:
  void withoutLimitsAllPasses() {
    Meter meter;
    QCOMPARE(meter.allowed(1'000'000, m_now), 1'000'000u);
    meter.passed(uint64_t{1} << 60);
    QCOMPARE(meter.allowed(1'000'000, m_now), 1'000'000u);
    QVERIFY(!meter.isUsedUp());
  }

  void bytesInAllEndForGood() {
    Meter meter;
    meter.limit({.bytes = 1000});
    meter.learn({.passed = 400, .day = 5});
    QCOMPARE(meter.allowed(9000, m_now), 600u);
    meter.passed(600);
    QCOMPARE(meter.allowed(9000, m_now), 0u);
    meter.onDay(6);
    QVERIFY(meter.isUsedUp() && !meter.isUsedUpForToday());
  }

  void aDaysBytesComeBackWithTheNext() {
    Meter meter;
    meter.limit({.bytesPerDay = 1000});
    meter.onDay(5);
    meter.passed(1000);
    QVERIFY(meter.isUsedUp() && meter.isUsedUpForToday());
    meter.onDay(4);  // The clock was set back.
    QCOMPARE(meter.allowed(10, m_now), 0u);
    meter.onDay(5);
    QCOMPARE(meter.allowed(10, m_now), 0u);
    meter.onDay(6);
    QCOMPARE(meter.allowed(9000, m_now), 1000u);
  }

  void aClockThatWasWrongGivesNothingAndTakesNoMoreThanADay() {
    Meter meter;
    meter.limit({.bytesPerDay = 1000});
    meter.onDay(5000);
    meter.passed(1000);
    meter.onDay(5);
    QVERIFY(meter.isUsedUpForToday());
    meter.learn({.passed = 0, .today = 0, .day = 0});  // Says nothing of today.
    meter.onDay(5);
    QVERIFY(meter.isUsedUpForToday());
    meter.onDay(6);
    QCOMPARE(meter.allowed(9000, m_now), 1000u);
  }

  void whatIsToldIsNeverLessThanWhatIsKnown() {
    Meter meter;
    meter.limit({.bytes = 10'000, .bytesPerDay = 1000});
    meter.onDay(5);
    meter.passed(700);
    meter.learn({.passed = 100, .today = 100, .day = 5});  // Old.
    QCOMPARE(meter.allowed(9000, m_now), 300u);
    meter.learn({.passed = 9900, .today = 900, .day = 5});  // Others' is in it.
    QCOMPARE(meter.allowed(9000, m_now), 100u);
    meter.learn({.passed = 0, .today = 999, .day = 4});  // Of a day that is over.
    QCOMPARE(meter.allowed(9000, m_now), 100u);
    meter.learn({.passed = 0, .today = 0, .day = 6});  // The broker's day has begun before ours.
    meter.onDay(5);
    QCOMPARE(meter.allowed(9000, m_now), 100u);  // In all.
    QVERIFY(!meter.isUsedUpForToday());
  }

  void aRateComesInSmallPortions() {
    Meter meter;
    meter.limit({.bytesPerSecond = 100'000});
    QCOMPARE(meter.allowed(1'000'000, m_now), 10'000u);
    meter.passed(10'000);
    QCOMPARE(meter.allowed(1'000'000, m_now), 0u);
    QCOMPARE(meter.allowed(1'000'000, m_now + 20 * kj::MILLISECONDS), 2'000u);
    QCOMPARE(meter.allowed(1'000'000, m_now + 10 * kj::SECONDS), 10'000u);  // What was not used is not saved up.
    meter.limit({});
    QCOMPARE(meter.allowed(1'000'000, m_now), 1'000'000u);
  }
};

QTEST_APPLESS_MAIN(MeterTest)
#include "meter-test.moc"
