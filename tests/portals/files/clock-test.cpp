// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The end of a grant as the portal enforces it by itself, whatever is done to the wall clock meanwhile.

#include <capnp/message.h>

#include <QTest>

#include "portals/files/grant-reader.h"
#include "tests/support/fake-clock.h"

using namespace latchkey;
using namespace latchkey::files;
using namespace std::chrono_literals;

namespace {

GrantRef timed(const Clock& clock, Duration length) {
  capnp::MallocMessageBuilder message;
  auto from = message.initRoot<schema::FileGrant>();
  std::string path = "/home/ann/a.txt";
  from.setId("g");
  from.setPath({reinterpret_cast<const kj::byte*>(path.data()), path.size()});
  from.setExpires(toNanos(clock.wall() + length));
  return readGrant(from.asReader(), clock);
}

}  // namespace

class ClockTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void turnedBackItEndsNoLater();
  void turnedBackAgainAndAgainItEndsNoLater();
  void turnedForwardItEndsAtOnce();
  void withoutAnEndNoStepEndsIt();
};

void ClockTest::turnedBackItEndsNoLater() {
  FakeClock clock;
  auto grant = timed(clock, 15min);
  clock.advance(10min);
  clock.stepWall(-24h);
  QVERIFY(grant->usable(clock));
  clock.advance(4min);
  QVERIFY(grant->usable(clock));
  clock.advance(1min);
  QVERIFY(!grant->usable(clock));
}

void ClockTest::turnedBackAgainAndAgainItEndsNoLater() {
  FakeClock clock;
  auto grant = timed(clock, 15min);
  for (int i = 0; i < 14; ++i) {
    clock.advance(1min);
    clock.stepWall(-1min);
    QVERIFY(grant->usable(clock));
  }
  clock.advance(1min);
  QVERIFY(!grant->usable(clock));
  clock.stepWall(-1000h);
  QVERIFY(!grant->usable(clock));
}

// The person said "until six": when the clock says six, it is.
void ClockTest::turnedForwardItEndsAtOnce() {
  FakeClock clock;
  auto grant = timed(clock, 15min);
  clock.stepWall(14min);
  QVERIFY(grant->usable(clock));
  clock.stepWall(1min);
  QVERIFY(!grant->usable(clock));
}

void ClockTest::withoutAnEndNoStepEndsIt() {
  FakeClock clock;
  capnp::MallocMessageBuilder message;
  auto from = message.initRoot<schema::FileGrant>();
  std::string path = "/home/ann/a.txt";
  from.setPath({reinterpret_cast<const kj::byte*>(path.data()), path.size()});
  auto grant = readGrant(from.asReader(), clock);
  for (auto by : {Duration(100'000h), Duration(-200'000h)}) {
    clock.stepWall(by);
    QVERIFY(grant->usable(clock));
  }
}

QTEST_GUILESS_MAIN(ClockTest)
#include "clock-test.moc"
