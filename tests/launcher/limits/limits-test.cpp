// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/limits/limits.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QProcess>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "tests/launcher/support/launch-bench.h"

using namespace latchkey::sandbox;
using namespace latchkey::test;
namespace fs = std::filesystem;

class LimitsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void processLimitIsEnforced();
  void memoryLimitIsEnforced();
  void withoutLimitsThereAreNone();
  void limitsOfOneDoNotCountAnother();
  void backendInForceIsNamed();
  void cgroupIsMadeFilledAndRemoved();
  void nearestDelegatedParentIsUsed();
  void undelegatedTreeIsLeftAlone_data();
  void undelegatedTreeIsLeftAlone();
  void refusedLimitLeavesNoCgroup();
  void abandonedCgroupsAreSwept();
  void systemdScopeGetsTheProperties();
  void refusingSystemdIsNotUsed_data();
  void refusingSystemdIsNotUsed();
  void absentSystemdIsNotUsed();
  void strongestIsTaken();
  void aLimitThatCannotBeKeptIsNamed();
};

namespace {

std::string contentOf(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << content;
}

ProcessHandle ourselves() { return ProcessHandle::open(getpid()); }

// A cgroup tree of plain files.
struct FakeTree {
  QTemporaryDir directory;
  fs::path top = directory.path().toStdString();
  fs::path own = top / "own";
  FakeTree() { write(own, "1:name=systemd:/ignored\n0::/user.slice/session.scope\n"); }
  void delegate(const std::string& path, const std::string& controllers = "cpu memory pids") {
    write(top / path / "cgroup.subtree_control", controllers + "\n");
    write(top / path / "cgroup.procs", "");
  }
  kj::Own<LimitBackend> backend() { return delegatedCgroups(top, own); }
};

// A message bus with a fake systemd on it.
class FakeSystemd {
public:
  explicit FakeSystemd(const QString& result) {
    m_bus.start("dbus-daemon", {"--session", "--nofork", "--print-address"});
    if (!m_bus.waitForReadyRead(10000)) qFatal("no dbus-daemon");
    address = m_bus.readLine().trimmed();
    m_manager.start("python3",
                    {QString(qgetenv("LATCHKEY_SOURCE")) + "/tests/launcher/limits/fake-systemd.py", address, result});
    if (!m_manager.waitForReadyRead(20000)) qFatal("no fake systemd");
    m_manager.readLine();
  }
  ~FakeSystemd() {
    for (auto process : {&m_manager, &m_bus}) {
      process->kill();
      process->waitForFinished();
    }
  }
  QString call() {
    if (!m_manager.canReadLine()) m_manager.waitForReadyRead(5000);
    return m_manager.readLine().trimmed();
  }
  QString address;

private:
  QProcess m_bus, m_manager;
};

}  // namespace

void LimitsTest::processLimitIsEnforced() {
  LaunchBench bench;
  LaunchOptions options;
  options.processLimit = 5;
  options.command = {"python3", "-c",
                     "import os,time\nn=0\ntry:\n  for i in range(50):\n    if os.fork()==0: time.sleep(2); "
                     "os._exit(0)\n    n+=1\nexcept BlockingIOError: pass\nprint(n)"};
  QCOMPARE(bench.run(options).out, "4\n");
}

void LimitsTest::memoryLimitIsEnforced() {
  LaunchBench bench;
  LaunchOptions options;
  options.memoryLimit = 256 << 20;
  options.command = {"python3", "-c",
                     "x=bytearray(64<<20)\nprint('small')\ntry:\n  y=bytearray(400<<20)\n  print('large')\nexcept "
                     "MemoryError: print('refused')"};
  QCOMPARE(bench.run(options).out, "small\nrefused\n");
}

void LimitsTest::withoutLimitsThereAreNone() {
  LaunchBench bench;
  QCOMPARE(bench.sh("ulimit -v; ulimit -c").out, "unlimited\n0\n");
}

void LimitsTest::limitsOfOneDoNotCountAnother() {
  LaunchBench bench;
  LaunchOptions options;
  options.processLimit = 4;
  options.command = {"sh", "-c", "sleep 1000 & sleep 1000 & wait"};
  auto first = bench.start(options);
  bench.waitAtMost(20 * kj::SECONDS, first->running());
  options.command = {"sh", "-c", "sleep 0.1 & sleep 0.1 & wait; echo enough"};
  QCOMPARE(bench.run(options).out, "enough\n");
}

void LimitsTest::backendInForceIsNamed() {
  LaunchBench bench;
  auto launch = bench.start({.command = {"true"}});
  bench.waitAtMost(20 * kj::SECONDS, launch->ended());
  QVERIFY(launch->limits == "systemd scope" || launch->limits == "delegated cgroup" || launch->limits == "rlimits");
}

void LimitsTest::cgroupIsMadeFilledAndRemoved() {
  FakeTree tree;
  tree.delegate("user.slice/session.scope");
  auto self = ourselves();
  auto group = tree.top / "user.slice/session.scope/latchkey-one";
  auto kernel = [](const std::string& directory) {
    for (auto name : {"memory.max", "pids.max", "cpu.max", "cgroup.procs"}) write(fs::path(directory) / name, "");
    return true;
  };
  auto applied = delegatedCgroups(tree.top, tree.own, kernel)
                     ->tryApply({.memory = 1000, .processes = 7, .cpuPercent = 150}, self, "one");
  QVERIFY(applied != nullptr);
  QCOMPARE(KJ_ASSERT_NONNULL(applied)->name(), "delegated cgroup");
  QCOMPARE(contentOf(group / "memory.max"), "1000");
  QCOMPARE(contentOf(group / "pids.max"), "8");  // And our process 1.
  QCOMPARE(contentOf(group / "cpu.max"), "150000 100000");
  QCOMPARE(contentOf(group / "cgroup.procs"), std::to_string(getpid()));
  for (auto& file : fs::directory_iterator(group)) fs::remove(file);
  applied = nullptr;
  QVERIFY(!fs::exists(group));
}

void LimitsTest::nearestDelegatedParentIsUsed() {
  FakeTree tree;
  tree.delegate("user.slice");
  tree.backend()->tryApply({}, ourselves(), "x");
  QVERIFY(!fs::exists(tree.top / "user.slice/session.scope/latchkey-x"));
  QVERIFY(!fs::exists(tree.top / "user.slice/latchkey-x"));  // Made there, and removed again: no kernel filled it.
}

void LimitsTest::undelegatedTreeIsLeftAlone_data() {
  QTest::addColumn<QString>("controllers");
  QTest::newRow("nothing") << "";
  QTest::newRow("no memory") << "cpu pids";
  QTest::newRow("no pids") << "memory";
  QTest::newRow("alike") << "memoryx pidsx";
}

void LimitsTest::undelegatedTreeIsLeftAlone() {
  QFETCH(QString, controllers);
  FakeTree tree;
  tree.delegate("user.slice", controllers.toStdString());
  tree.delegate("user.slice/session.scope", controllers.toStdString());
  QVERIFY(tree.backend()->tryApply({.memory = 1}, ourselves(), "x") == nullptr);
  write(tree.own, "12:pids:/only/version/one\n");
  QVERIFY(tree.backend()->tryApply({.memory = 1}, ourselves(), "x") == nullptr);
  fs::remove(tree.own);
  QVERIFY(tree.backend()->tryApply({.memory = 1}, ourselves(), "x") == nullptr);
}

void LimitsTest::refusedLimitLeavesNoCgroup() {
  FakeTree tree;
  tree.delegate("user.slice/session.scope");
  // No kernel makes memory.max, so writing it fails.
  QVERIFY(tree.backend()->tryApply({.memory = 1}, ourselves(), "x") == nullptr);
  QVERIFY(!fs::exists(tree.top / "user.slice/session.scope/latchkey-x"));
}

void LimitsTest::abandonedCgroupsAreSwept() {
  FakeTree tree;
  tree.delegate("user.slice/session.scope");
  auto parent = tree.top / "user.slice/session.scope";
  for (auto name : {"latchkey-old", "latchkey-fresh", "other-old", "latchkey-busy"})
    fs::create_directories(parent / name);
  write(parent / "latchkey-busy/process", "x");
  timespec old[2] = {{1000, 0}, {1000, 0}};
  for (auto name : {"latchkey-old", "other-old", "latchkey-busy"}) utimensat(AT_FDCWD, (parent / name).c_str(), old, 0);
  tree.backend()->tryApply({.memory = 1}, ourselves(), "x");
  QVERIFY(!fs::exists(parent / "latchkey-old"));
  QVERIFY(fs::exists(parent / "latchkey-fresh"));
  QVERIFY(fs::exists(parent / "other-old"));
  QVERIFY(fs::exists(parent / "latchkey-busy"));
}

void LimitsTest::systemdScopeGetsTheProperties() {
  FakeSystemd systemd("done");
  auto applied = systemdScopes(systemd.address.toStdString())
                     ->tryApply({.memory = 1 << 20, .processes = 9, .cpuPercent = 50}, ourselves(), "one");
  QVERIFY(applied != nullptr);
  QCOMPARE(KJ_ASSERT_NONNULL(applied)->name(), "systemd scope");
  QVERIFY(KJ_ASSERT_NONNULL(applied)->resourceLimits().empty());
  QCOMPARE(systemd.call(), QString("app-latchkey-one.scope fail 0 CPUQuotaPerSecUSec=500000 "
                                   "CollectMode=inactive-or-failed Description=App_run_by_Latchkey "
                                   "MemoryMax=1048576 PIDs=%1 TasksMax=10")
                               .arg(getpid()));
}

void LimitsTest::refusingSystemdIsNotUsed_data() {
  QTest::addColumn<QString>("result");
  QTest::newRow("call refused") << "refuse";
  QTest::newRow("job failed") << "failed";
}

void LimitsTest::refusingSystemdIsNotUsed() {
  QFETCH(QString, result);
  FakeSystemd systemd(result);
  QVERIFY(systemdScopes(systemd.address.toStdString())->tryApply({}, ourselves(), "one") == nullptr);
  QVERIFY(!systemd.call().isEmpty());
}

void LimitsTest::absentSystemdIsNotUsed() {
  QVERIFY(systemdScopes("unix:path=/nonexistent/bus")->tryApply({}, ourselves(), "one") == nullptr);
}

void LimitsTest::strongestIsTaken() {
  FakeSystemd systemd("done");
  kj::Vector<kj::Own<LimitBackend>> backends;
  backends.add(systemdScopes("unix:path=/nonexistent/bus"));
  backends.add(systemdScopes(systemd.address.toStdString()));
  backends.add(resourceLimits());
  QCOMPARE(applyStrongest(backends, {}, ourselves(), "one")->name(), "systemd scope");
  QCOMPARE(applyStrongest(backends.asPtr().slice(2, 3), {}, ourselves(), "one")->name(), "rlimits");
}

void LimitsTest::aLimitThatCannotBeKeptIsNamed() {
  auto self = ourselves();
  auto named = [&](LimitValues values) {
    return KJ_ASSERT_NONNULL(resourceLimits()->tryApply(values, self, "x"))->name();
  };
  QCOMPARE(named({.memory = 1, .processes = 1}), "rlimits");
  QCOMPARE(named({.cpuPercent = 50}), "rlimits, no CPU limit");
}

QTEST_GUILESS_MAIN(LimitsTest)
#include "limits-test.moc"
