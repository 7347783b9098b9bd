// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The file portal and what mounts for it, killed at random while programs work in the folders they were given. After
// each kill the same grants serve the same programs by the same mounts; nothing that was acknowledged is lost, nobody
// is asked again, nobody hangs, nothing is left over. LATCHKEY_KILLS: how often; LATCHKEY_SEED: as before.

#include <signal.h>

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QThread>
#include <QtTest>
#include <algorithm>
#include <random>

#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

constexpr int KILLS = 12;

// Saves by rename and makes folders all the time. Whatever fails, it goes on. A word on its input is answered when it
// has gone right once more from then on: with the number that is on the disk by then, and what is mounted.
constexpr auto WORKER = R"(
import os, sys, threading, time
folder = os.path.expanduser(sys.argv[1])
saved, failed, wrong = 0, 0, ""

def work():
    global saved, failed, wrong
    number = 0
    while True:
        number += 1
        name = f"{folder}/{number % 20}"
        try:
            with open(name + "~", "w") as file:
                file.write(str(number))
                file.flush()
                os.fsync(file.fileno())
            os.rename(name + "~", name)
            with open(name) as file:
                if file.read() != str(number):
                    wrong = name
            os.mkdir(f"{folder}/below-{number}")
            os.listdir(folder)
            os.rmdir(f"{folder}/below-{number}")
            saved = number
        except OSError:
            failed += 1
            time.sleep(0.002)

threading.Thread(target=work, daemon=True).start()
while not saved:
    time.sleep(0.01)
print("ready", flush=True)
for word in sys.stdin:
    # One that had begun before may have been what was cut.
    before, end = saved, time.monotonic() + 25
    while saved < before + 2 and time.monotonic() < end:
        time.sleep(0.002)
    with open("/proc/self/mountinfo") as table:
        mounts = sorted(line.split()[4] + " " + line.split()[5] for line in table if " - fuse latchkey-files" in line)
    answer = "wrong " + wrong if wrong else "yes" if saved >= before + 2 else "no"
    print(word.strip(), answer, saved, failed, ",".join(mounts), "end", flush=True)
)";

enum class Victim { Portal, Mounter, PortalThenMounter, MounterThenPortal, PortalTwice, COUNT };

struct Worker {
  QString folder;
  std::unique_ptr<RunningCommand> app;
  QString mounts;
  long failed = 0;
};

}  // namespace

class KillsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void whateverIsKilledTheProgramsGoOn();

private:
  // "ANSWER SAVED FAILED MOUNTS..."
  QStringList ask(Worker& worker) {
    auto word = "word" + QByteArray::number(++m_words);
    worker.app->tell(word + "\n");
    QRegularExpression line(word + " (.*) end\n");
    QRegularExpressionMatch match;
    waitUntil([&] { return (match = line.match(QString::fromUtf8(worker.app->output()))).hasMatch(); }, 40'000);
    return match.captured(1).split(' ');
  }
  QStringList grants() const {
    QStringList all;
    for (auto one : m_world->list({"grants"})) {
      auto grant = one.toObject();
      all << grant["id"].toString() + " " + grant["state"].toString() + " " + grant["target"].toString();
    }
    all.sort();
    return all;
  }
  bool killOne(pid_t process) { return process > 1 && kill(process, SIGKILL) == 0; }
  void strike(Victim victim, std::mt19937& random);

  std::unique_ptr<SystemWorld> m_world;
  int m_words = 0;
};

void KillsTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void KillsTest::strike(Victim victim, std::mt19937& random) {
  auto portal = m_world->portal(), mounter = m_world->mounter();
  auto pause = [&](unsigned most) { QThread::usleep(random() % (most * 1000)); };
  switch (victim) {
    case Victim::Portal: killOne(portal); break;
    case Victim::Mounter: killOne(mounter); break;
    case Victim::PortalThenMounter:
      killOne(portal);
      pause(3);
      killOne(mounter);
      break;
    case Victim::MounterThenPortal:
      killOne(mounter);
      pause(3);
      killOne(portal);
      break;
    case Victim::PortalTwice:
      // The next one while it is taking up the sandboxes.
      killOne(portal);
      waitUntil([&] { return m_world->portal() != 0 && m_world->portal() != portal; }, 10'000);
      pause(40);
      killOne(m_world->portal());
      break;
    case Victim::COUNT: break;
  }
}

void KillsTest::whateverIsKilledTheProgramsGoOn() {
  auto rounds = qEnvironmentVariableIntValue("LATCHKEY_KILLS");
  if (rounds <= 0) rounds = KILLS;
  auto seed = qEnvironmentVariableIsSet("LATCHKEY_SEED") ? qEnvironmentVariableIntValue("LATCHKEY_SEED")
                                                         : static_cast<int>(std::random_device()() >> 1);
  qInfo("%d kills, LATCHKEY_SEED=%d", rounds, seed);
  std::mt19937 random(static_cast<unsigned>(seed));
  m_world = std::make_unique<SystemWorld>();
  std::vector<Worker> workers(3);
  for (size_t i = 0; i < workers.size(); ++i) {
    auto& worker = workers[i];
    worker.folder = QString("Documents/%1").arg(i);
    QVERIFY(QDir().mkpath(m_world->home(worker.folder)));
    worker.app = m_world->start(
        {"run", "--profile", QString("number%1").arg(i), "--", "python3", "-c", WORKER, "~/" + worker.folder});
    bool ready = waitUntil([&] {
      for (auto request : m_world->list({"requests"}))
        m_world->latchkey({"answer", request.toObject()["id"].toString(), "allow", "--scope", "tree", "--for", "run"});
      return worker.app->output().contains("ready");
    });
    QVERIFY2(ready, worker.app->output() + grants().join(", ").toUtf8());
    auto answer = ask(worker);
    QCOMPARE(answer.value(0), "yes");
    worker.mounts = answer.mid(3).join(' ');
    QVERIFY(!worker.mounts.isEmpty());
  }
  auto before = grants();
  QVERIFY(before.size() >= qsizetype(workers.size()));
  QElapsedTimer timer;
  timer.start();
  for (int round = 0; round < rounds; ++round) {
    auto victim = static_cast<Victim>(random() % static_cast<unsigned>(Victim::COUNT));
    auto where = QString("round %1, %2").arg(round).arg(static_cast<int>(victim)).toUtf8();
    QThread::usleep(random() % 100'000);
    strike(victim, random);
    for (auto& worker : workers) {
      auto answer = ask(worker);
      QVERIFY2(answer.value(0) == "yes", where + ": " + answer.join(' ').toUtf8());
      QVERIFY2(answer.mid(3).join(' ') == worker.mounts, where + ": " + answer.join(' ').toUtf8());
      worker.failed = answer.value(2).toLong();
      // What it had saved is there, or something later.
      auto saved = answer.value(1).toLong();
      auto found = m_world->read(worker.folder + "/" + QString::number(saved % 20)).toLong();
      QVERIFY2(found >= saved, where + ": " + QByteArray::number(qlonglong(found)) + " < " + answer[1].toUtf8());
    }
    QVERIFY2(grants() == before, where + ": " + grants().join(", ").toUtf8());
    QVERIFY2(m_world->list({"requests"}).isEmpty(), where);
    bool one = waitUntil(
        [&] {
          return m_world->processes("latchkey-files").size() == 1 && m_world->processes("latchkey-mounts").size() == 1;
        },
        10'000);
    QVERIFY2(one, where + ": " + m_world->leftovers().join('\n').toUtf8());
    auto mounts = m_world->leftovers().filter(QRegularExpression("^mount "));
    QVERIFY2(mounts.isEmpty(), where + ": " + mounts.join('\n').toUtf8());
  }
  qInfo("%d kills in %lld ms", rounds, timer.elapsed());
  for (auto& worker : workers) QVERIFY(worker.failed > 0);  // They were at work when it came.
  // What was given can still be taken back.
  for (auto& grant : before) QCOMPARE(m_world->latchkey({"revoke", grant.section(' ', 0, 0)}).status, 0);
  auto frozen = m_world->read(workers[0].folder + "/0");
  QTest::qWait(200);
  QCOMPARE(m_world->read(workers[0].folder + "/0"), frozen);
  m_world->end();
  for (auto& worker : workers) QVERIFY(worker.app->waitForEnd(20'000) >= 0);
  auto left = m_world->leftoversAfter(30'000);
  QVERIFY2(left.isEmpty(), qPrintable(left.join('\n')));
}

QTEST_GUILESS_MAIN(KillsTest)
#include "kills-test.moc"
