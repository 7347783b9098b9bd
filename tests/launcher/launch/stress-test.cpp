// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A thousand launches, many of them killed at a random moment, and then nothing is left of any.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "launcher/sandbox/process-handle.h"
#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;

class StressTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void nothingIsLeftAfterAThousandLaunches();
};

namespace {

constexpr int LAUNCHES = 1000;
constexpr int AT_ONCE = 4;

enum class Fate { Lives, LauncherKilled, LauncherKilledEarly, AppKilled, BubblewrapKilled, BrokerGone, Stopped };

std::string contentOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t openDescriptors() {
  return static_cast<size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
}

// Network namespaces that any process we may look at is in.
std::set<ino_t> networkNamespaces() {
  std::set<ino_t> result;
  for (auto pid : descendants()) {
    struct stat info;
    if (stat(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), &info) == 0) result.insert(info.st_ino);
  }
  return result;
}

kj::Promise<void> meet(LaunchBench& bench, Launch& launch, Fate fate, std::mt19937& random) {
  auto pause = [&]() { return bench.timer().afterDelay((random() % 20) * kj::MILLISECONDS); };
  switch (fate) {
    case Fate::Lives: break;
    case Fate::LauncherKilledEarly:
      co_await pause();
      kill(launch.launcher(), SIGKILL);
      break;
    case Fate::LauncherKilled:
      co_await launch.ready();
      co_await pause();
      kill(launch.launcher(), SIGKILL);
      break;
    case Fate::AppKilled:
      co_await launch.ready();
      co_await pause();
      kill(launch.firstProcess(), SIGKILL);
      break;
    case Fate::BubblewrapKilled: {
      co_await launch.ready();
      auto bubblewrap = sandbox::parentOf(launch.firstProcess());
      if (bubblewrap > 1 && bubblewrap != getpid()) kill(bubblewrap, SIGKILL);
      break;
    }
    case Fate::BrokerGone:
      // Before it runs; later it would wait for the next one.
      co_await launch.ready();
      launch.hangUp();
      break;
    case Fate::Stopped: {
      co_await launch.ready();
      co_await pause();
      auto stop = launch.control().stopRequest();
      stop.setGraceSeconds(0);
      co_await stop.send().ignoreResult().catch_([](kj::Exception&&) {});
      break;
    }
  }
}

kj::Promise<void> one(LaunchBench& bench, std::mt19937& random, std::array<int, 7>& met) {
  auto fate = static_cast<Fate>(random() % 3 == 0 ? random() % 7 : 0);
  ++met[static_cast<size_t>(fate)];
  LaunchOptions options;
  options.labels = {bench.home() + "/Documents"};
  bool lasting = fate == Fate::AppKilled || fate == Fate::LauncherKilled || fate == Fate::BubblewrapKilled ||
                 fate == Fate::Stopped;
  options.command = {"sh", "-c", lasting ? "setsid sleep 100 & sleep 100" : "exit 3"};
  if (fate == Fate::BrokerGone) {
    // Long enough for it to be let go first. Not for ever: a call is not dropped with its connection.
    options.onReady = [&bench]() { return bench.timer().afterDelay(200 * kj::MILLISECONDS); };
  }
  auto launch = bench.start(std::move(options));
  // Whatever it meets, the launcher ends; one that ends before it could be met has ended.
  bool early = co_await launch->launcherGone()
                   .then([](bool) { return true; })
                   .exclusiveJoin(meet(bench, *launch, fate, random).then([]() { return false; }));
  if (!early) co_await launch->launcherGone();
}

kj::Promise<void> many(LaunchBench& bench, std::mt19937& random, std::array<int, 7>& met, int count) {
  for (int i = 0; i < count; ++i) co_await one(bench, random, met);
}

}  // namespace

void StressTest::nothingIsLeftAfterAThousandLaunches() {
  // Orphans come to us, so that none hides under another parent.
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  LaunchBench bench;
  bench.run({.command = {"true"}});  // Whatever is made once is made now.
  auto mounts = contentOf("/proc/self/mountinfo");
  auto descriptors = openDescriptors();
  std::mt19937 random(20260824);
  std::array<int, 7> met{};

  auto rows = kj::heapArrayBuilder<kj::Promise<void>>(AT_ONCE);
  for (int row = 0; row < AT_ONCE; ++row) rows.add(many(bench, random, met, LAUNCHES / AT_ONCE));
  bench.waitAtMost(150 * kj::SECONDS, kj::joinPromises(rows.finish()));
  for (auto times : met) QVERIFY(times > 10);

  bench.wait(bench.timer().afterDelay(500 * kj::MILLISECONDS));  // For the calls above that are still held.
  for (int tries = 0; tries < 1000; ++tries) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {}
    if (descendants().empty()) break;
    bench.wait(bench.timer().afterDelay(10 * kj::MILLISECONDS));
  }
  QCOMPARE(descendants().size(), 0u);
  QCOMPARE(networkNamespaces().size(), 0u);
  QCOMPARE(contentOf("/proc/self/mountinfo"), mounts);
  QCOMPARE(openDescriptors(), descriptors);
  // A launcher that was killed leaves the one directory it had made, with nothing in it; emptying that is the broker's.
  for (auto& instance : std::filesystem::directory_iterator(bench.instances())) {
    for (auto& left : std::filesystem::directory_iterator(instance.path())) {
      QCOMPARE(left.path().filename().string(), std::string("share"));
      QVERIFY(std::filesystem::is_empty(left.path()));
    }
  }
}

QTEST_GUILESS_MAIN(StressTest)
#include "stress-test.moc"
