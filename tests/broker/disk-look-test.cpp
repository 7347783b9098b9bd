// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A disk that does not answer is a look that does not return: here one that waits for a gate.

#include <kj/async-io.h>
#include <kj/vector.h>

#include <QTest>

#include "broker/disk-look.h"

using namespace latchkey;

namespace {

// Stands for a disk: shut, whoever looks at it hangs.
struct Gate {
  std::mutex lock;
  std::condition_variable opened;
  bool open = false;
  void pass() {
    std::unique_lock<std::mutex> guard(lock);
    opened.wait(guard, [&] { return open; });
  }
  void lift() {
    std::lock_guard<std::mutex> guard(lock);
    open = true;
    opened.notify_all();
  }
};

auto lookThrough(std::shared_ptr<Gate> gate, int result) {
  return lookAtDisk([gate = kj::mv(gate), result] {
    gate->pass();
    return result;
  });
}

}  // namespace

class DiskLookTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aWorkingDiskAnswersAtOnce();
  void whatFailsThereFailsHere();
  void oneThatHangsKeepsNobodyElse();
  void whoGoesAwayMeanwhileIsNotMissed();
  void notEndlesslyManyHang();
};

void DiskLookTest::aWorkingDiskAnswersAtOnce() {
  auto io = kj::setupAsyncIo();
  auto found = lookAtDisk([] { return 5; });
  QVERIFY(found.poll(io.waitScope));
  QCOMPARE(found.wait(io.waitScope), 5);
}

void DiskLookTest::whatFailsThereFailsHere() {
  auto io = kj::setupAsyncIo();
  auto found = lookAtDisk([]() -> int { KJ_FAIL_REQUIRE("it is gone"); });
  QVERIFY_THROWS_EXCEPTION(kj::Exception, found.wait(io.waitScope));
  auto gate = std::make_shared<Gate>();
  auto late = lookAtDisk([gate]() -> int {
    gate->pass();
    KJ_FAIL_REQUIRE("it is gone");
  });
  gate->lift();
  QVERIFY_THROWS_EXCEPTION(kj::Exception, late.wait(io.waitScope));
}

void DiskLookTest::oneThatHangsKeepsNobodyElse() {
  auto io = kj::setupAsyncIo();
  auto gate = std::make_shared<Gate>();
  auto hangs = lookThrough(gate, 7);
  QVERIFY(!hangs.poll(io.waitScope));
  for (int i = 0; i < 10; ++i) QCOMPARE(lookAtDisk([i] { return i; }).wait(io.waitScope), i);
  QVERIFY(!hangs.poll(io.waitScope));
  gate->lift();
  QCOMPARE(hangs.wait(io.waitScope), 7);
}

void DiskLookTest::whoGoesAwayMeanwhileIsNotMissed() {
  auto gate = std::make_shared<Gate>();
  {
    auto io = kj::setupAsyncIo();
    auto hangs = lookThrough(gate, 7);
    QVERIFY(!hangs.poll(io.waitScope));
  }
  gate->lift();
  auto io = kj::setupAsyncIo();
  QCOMPARE(lookAtDisk([] { return 1; }).wait(io.waitScope), 1);
}

void DiskLookTest::notEndlesslyManyHang() {
  auto io = kj::setupAsyncIo();
  auto gate = std::make_shared<Gate>();
  kj::Vector<kj::Promise<int>> all;
  int begun = 0;
  auto failure = kj::runCatchingExceptions([&] {
    for (; begun < MOST_LOOKS + 5; ++begun) all.add(lookThrough(gate, begun));
  });
  QVERIFY(failure != nullptr);
  QVERIFY(begun <= MOST_LOOKS);
  gate->lift();
  for (int i = 0; i < begun; ++i) QCOMPARE(all[static_cast<size_t>(i)].wait(io.waitScope), i);
  // The threads count as looking until they have ended.
  bool again = QTest::qWaitFor(
      [&] { return kj::runCatchingExceptions([&] { lookAtDisk([] { return 1; }).wait(io.waitScope); }) == nullptr; });
  QVERIFY(again);
}

QTEST_GUILESS_MAIN(DiskLookTest)
#include "disk-look-test.moc"
