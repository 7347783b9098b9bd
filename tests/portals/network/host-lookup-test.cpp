// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/host-lookup.h"

#include <kj/async-io.h>
#include <unistd.h>

#include <QTest>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

using namespace latchkey;
using namespace latchkey::network;

namespace {

// Names that begin with "stuck" are answered when the gate opens. It outlives the threads, as nobody waits for those.
struct Gate {
  std::mutex mutex;
  std::condition_variable opened;
  bool open = false;
  std::atomic<int> inside = 0, most = 0, calls = 0;

  std::vector<Address> addresses(const std::string& name) {
    ++calls;
    int now = ++inside;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
    if (name.starts_with("stuck")) {
      std::unique_lock lock(mutex);
      opened.wait(lock, [this] { return open; });
    }
    --inside;
    if (name == "nowhere") return {};
    return {Address::v4(10, 0, 0, static_cast<uint8_t>(name.size()))};
  }
  void let() {
    std::lock_guard lock(mutex);
    open = true;
    opened.notify_all();
  }
};

struct World {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  kj::Own<LookupThreads> threads;

  explicit World(kj::Duration patience = 40 * kj::SECONDS) {
    Resolver resolver{[gate = gate](const std::string& name) { return gate->addresses(name); },
                      [](const std::string& name, uint16_t type) {
                        auto text = name + "/" + std::to_string(type);
                        return std::vector<kj::byte>(text.begin(), text.end());
                      }};
    threads = kj::heap<LookupThreads>(io.provider->getTimer(), resolver, patience);
  }
  ~World() { gate->let(); }

  std::string found(kj::Promise<std::vector<Address>> promise) {
    auto addresses = promise.wait(io.waitScope);
    return addresses.empty() ? "-" : addresses[0].text();
  }
  void eventually(std::function<bool()> holds) {
    for (int i = 0; i < 500 && !holds(); ++i)
      io.provider->getTimer().afterDelay(10 * kj::MILLISECONDS).wait(io.waitScope);
    QVERIFY(holds());
  }
};

}  // namespace

class HostLookupTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void namesAreLookedUp();
  void aStuckLaneKeepsNoOther();
  void oneLaneHasAFewAtOnce();
  void patienceEnds();
  void whoGivesUpIsForgotten();
  void theQueueIsBounded();
  void threadsAreBounded();
  void endingDoesNotWaitForTheStuck();
  void theSystemKnowsAddresses();
};

void HostLookupTest::namesAreLookedUp() {
  World world;
  auto lane = world.threads->lane();
  QCOMPARE(world.found(lane->lookUp("abc")), std::string("10.0.0.3"));
  QCOMPARE(world.found(lane->lookUp("nowhere")), std::string("-"));
  auto records = lane->records("example.org", 15).wait(world.io.waitScope);
  QCOMPARE(std::string(records.asChars().begin(), records.size()), std::string("example.org/15"));
  // One that has answered may not have come to rest when the next is asked, on a busy machine up to three of them: as
  // many as a lane may have at once, and no more, are started.
  for (int i = 0; i < 50; ++i) QCOMPARE(world.found(lane->lookUp("abc")), std::string("10.0.0.3"));
  QVERIFY(world.threads->threads() <= 4);
}

void HostLookupTest::aStuckLaneKeepsNoOther() {
  World world;
  auto stuck = world.threads->lane(), free = world.threads->lane();
  std::vector<kj::Promise<std::vector<Address>>> waiting;
  for (int i = 0; i < 100; ++i) waiting.push_back(stuck->lookUp("stuck" + std::to_string(i)));
  for (int i = 0; i < 50; ++i) QCOMPARE(world.found(free->lookUp("abc")), std::string("10.0.0.3"));
  QVERIFY(!waiting[0].poll(world.io.waitScope));
  world.gate->let();
  for (auto& promise : waiting) QVERIFY(world.found(kj::mv(promise)) != "-");
}

void HostLookupTest::oneLaneHasAFewAtOnce() {
  World world;
  auto lane = world.threads->lane();
  std::vector<kj::Promise<std::vector<Address>>> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(lane->lookUp("stuck" + std::to_string(i)));
  world.eventually([&] { return world.gate->inside == int(LookupThreads::MOST_OF_LANE); });
  world.gate->let();
  for (auto& promise : waiting) promise.wait(world.io.waitScope);
  QCOMPARE(int(world.gate->most), int(LookupThreads::MOST_OF_LANE));
  QCOMPARE(int(world.gate->calls), 20);
}

void HostLookupTest::patienceEnds() {
  World world(50 * kj::MILLISECONDS);
  auto lane = world.threads->lane();
  QCOMPARE(world.found(lane->lookUp("stuck")), std::string("-"));
  QCOMPARE(world.found(lane->lookUp("abc")), std::string("10.0.0.3"));
}

void HostLookupTest::whoGivesUpIsForgotten() {
  World world;
  auto lane = world.threads->lane();
  std::vector<kj::Promise<std::vector<Address>>> stuck;
  for (unsigned i = 0; i < LookupThreads::MOST_OF_LANE; ++i) stuck.push_back(lane->lookUp("stuck" + std::to_string(i)));
  world.eventually([&] { return world.gate->inside == int(LookupThreads::MOST_OF_LANE); });
  { auto dropped = lane->lookUp("dropped"); }
  stuck.clear();
  world.gate->let();
  QCOMPARE(world.found(lane->lookUp("abc")), std::string("10.0.0.3"));
  // What nobody waits for any more is not asked of anybody.
  QCOMPARE(int(world.gate->calls), int(LookupThreads::MOST_OF_LANE) + 1);
}

void HostLookupTest::theQueueIsBounded() {
  World world;
  auto lane = world.threads->lane();
  std::vector<kj::Promise<std::vector<Address>>> waiting;
  for (size_t i = 0; i < LookupThreads::MOST_OF_LANE; ++i) waiting.push_back(lane->lookUp("stuck"));
  world.eventually([&] { return world.gate->inside == int(LookupThreads::MOST_OF_LANE); });
  for (size_t i = 0; i < LookupThreads::MOST_WAITING; ++i) waiting.push_back(lane->lookUp("stuck"));
  QCOMPARE(world.found(lane->lookUp("abc")), std::string("-"));
  world.gate->let();
  for (auto& promise : waiting) QVERIFY(world.found(kj::mv(promise)) != "-");
  QCOMPARE(world.found(lane->lookUp("abc")), std::string("10.0.0.3"));
}

void HostLookupTest::threadsAreBounded() {
  World world;
  std::vector<kj::Own<HostLookup>> lanes;
  std::vector<kj::Promise<std::vector<Address>>> waiting;
  for (int i = 0; i < 30; ++i) {
    lanes.push_back(world.threads->lane());
    for (int j = 0; j < 4; ++j) waiting.push_back(lanes.back()->lookUp("stuck"));
  }
  world.eventually([&] { return world.gate->inside == int(LookupThreads::MOST); });
  QCOMPARE(world.threads->threads(), LookupThreads::MOST);
  world.gate->let();
  for (auto& promise : waiting) QVERIFY(world.found(kj::mv(promise)) != "-");
}

void HostLookupTest::endingDoesNotWaitForTheStuck() {
  World world;
  auto lane = world.threads->lane();
  auto waiting = lane->lookUp("stuck");
  auto more = lane->lookUp("stuck");
  world.eventually([&] { return world.gate->inside > 0; });
  QElapsedTimer timer;
  timer.start();
  world.threads = nullptr;
  lane = nullptr;
  QVERIFY(timer.elapsed() < 1'000);
}

void HostLookupTest::theSystemKnowsAddresses() {
  auto io = kj::setupAsyncIo();
  LookupThreads threads(io.provider->getTimer());
  auto lane = threads.lane();
  auto found = lane->lookUp("localhost").wait(io.waitScope);
  QVERIFY(!found.empty());
  for (auto& address : found) QVERIFY(classOf(address) == AddressClass::ThisComputer);
  QCOMPARE(lane->lookUp("10.1.2.3").wait(io.waitScope).size(), size_t(1));
}

QTEST_GUILESS_MAIN(HostLookupTest)
#include "host-lookup-test.moc"
