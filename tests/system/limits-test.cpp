// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Fork bombs and memory hogs under whatever limits this machine can enforce: they stay within, the session beside them
// stays usable, and stopping them leaves nothing.

#include <signal.h>

#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class LimitsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init() { m_world = std::make_unique<SystemWorld>(); }
  void cleanup() { m_world.reset(); }

  void forkBombStaysWithin();
  void memoryHogStaysWithin();
  void manySmallHogsStayWithin();
  void whatIsInForceIsSaid();

private:
  // `python3 -c text` in a sandbox, with these settings of the app.
  std::unique_ptr<RunningCommand> start(const QString& text, const QStringList& settings);
  QString inForce() const { return m_world->first({"ps"})["limits"].toString(); }
  // The person's own work goes on: programs start, Latchkey answers, another app runs.
  bool sessionIsUsable() const;

  std::unique_ptr<SystemWorld> m_world;
};

namespace {

constexpr auto NO_CGROUP =
    "no cgroup of this machine is ours to use, so memory is limited for each process only; launcher/limits/README.md "
    "says "
    "how to delegate one";

}  // namespace

void LimitsTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

std::unique_ptr<RunningCommand> LimitsTest::start(const QString& text, const QStringList& settings) {
  // Known only once it has run.
  auto first = m_world->start({"run", "--as", "org.example.Hog", "--", "python3", "-uc", "print('known'); input()"});
  if (!first->says("known")) return nullptr;
  auto app = m_world->first({"ps"})["app"].toString();
  first->tell("\n");
  first->waitForEnd();
  auto set = m_world->latchkey(QStringList{"settings", app} + settings);
  if (set.status != 0) qWarning("%s", set.err.constData());
  return m_world->start({"run", "--as", "org.example.Hog", "--", "python3", "-uc", text});
}

bool LimitsTest::sessionIsUsable() const {
  for (int i = 0; i < 10; ++i) {
    QProcess own;
    own.start("true", {});
    if (!own.waitForFinished() || own.exitCode() != 0) return false;
  }
  auto other = m_world->latchkey({"run", "--", "sh", "-c", "sleep 0.01 & sleep 0.01 & wait; echo fine"});
  return other.out == "fine\n" && m_world->list({"ps"}).size() == 1;
}

void LimitsTest::forkBombStaysWithin() {
  // Every process tries again and again; each new one says so once.
  auto bomb = start(
      "import os,time\n"
      "print('start')\n"
      "said=False\n"
      "while True:\n"
      "  try:\n"
      "    if os.fork()==0: os.write(1,b'+'); said=False\n"
      "  except OSError:\n"
      "    if not said: os.write(1,b'!'); said=True\n"
      "    time.sleep(0.01)\n",
      {"processes=40"});
  QVERIFY(bomb && bomb->says("!"));
  QTest::qWait(1000);
  QVERIFY(sessionIsUsable());
  // 40 and no more: nobody ends, so what was forked is what is there.
  QCOMPARE(bomb->output().count('+'), 39);
  auto instance = m_world->first({"ps"})["instance"].toString();
  QCOMPARE(m_world->latchkey({"stop", instance, "--grace", "1"}).status, 0);
  QVERIFY(bomb->waitForEnd() > 128);
  m_world->end();
  auto left = m_world->leftoversAfter(30'000);
  QVERIFY2(left.isEmpty(), qPrintable(left.join('\n')));
}

void LimitsTest::memoryHogStaysWithin() {
  auto hog = start(
      "held=[]\n"
      "print('start')\n"
      "try:\n"
      "  for i in range(64): held.append(b'x'*(16<<20)); print('got',i)\n"
      "  print('all')\n"
      "except MemoryError: print('refused')\n"
      "input()\n",
      {"memory=256M"});
  QVERIFY(hog && hog->says("start"));
  if (inForce().startsWith("rlimits")) {
    QVERIFY(hog->says("refused"));
    QVERIFY(sessionIsUsable());
    QVERIFY(!hog->output().contains("got 16\n"));
    hog->tell("\n");
    QCOMPARE(hog->waitForEnd(), 0);
  } else {
    QCOMPARE(hog->waitForEnd(), 128 + SIGKILL);
  }
  QVERIFY(!hog->output().contains("all"));
}

void LimitsTest::manySmallHogsStayWithin() {
  // What rlimits cannot do: the sum of many processes.
  auto hogs = start(
      "import os,time\n"
      "print('start')\n"
      "pids=[]\n"
      "for i in range(8):\n"
      "  pids.append(os.fork())\n"
      "  if pids[-1]==0: held=b'x'*(100<<20); time.sleep(1000)\n"
      "os.wait(); print('one ended'); input()\n",
      {"memory=256M"});
  QVERIFY(hogs && hogs->says("start"));
  if (inForce().startsWith("rlimits")) QSKIP(NO_CGROUP);
  QVERIFY(hogs->says("one ended") || !hogs->running());
}

void LimitsTest::whatIsInForceIsSaid() {
  auto app = start("print('ready'); input()", {"cpu=50"});
  QVERIFY(app && app->says("ready"));
  auto shown = inForce();
  QVERIFY2(shown == "systemd scope" || shown == "delegated cgroup" || shown == "rlimits, no CPU limit",
           qPrintable(shown));
  QVERIFY(m_world->latchkey({"ps"}).out.contains(shown.toUtf8()));
  auto doctor = m_world->latchkey({"doctor"}).out;
  QVERIFY2(doctor.contains(shown.startsWith("rlimits") ? "no share of the CPU" : shown.toUtf8()), doctor);
}

QTEST_GUILESS_MAIN(LimitsTest)
#include "limits-test.moc"
