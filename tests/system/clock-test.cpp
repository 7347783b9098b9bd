// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Somebody sets the wall clock while programs run. The clock is that of a real broker, and of each that follows it.

#include <sys/mman.h>
#include <QFile>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

// Holds $1, given while it runs, and b.txt, which it has to ask for; says of each line which of them can be read.
const QString HOLDER =
    "exec 3< ~/Documents/b.txt 4< \"$1\"; echo ready; while read line; do head -c 1 <&3 >/dev/null 2>&1 && t=yes || "
    "t=no; head -c 1 <&4 >/dev/null 2>&1 && r=yes || r=no; echo $line timed $t running $r; done";

constexpr int HOUR = 3600;

}  // namespace

class ClockTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();

  void stepBackLengthensNothing();
  void stepBackWithoutABrokerLengthensNothing();
  void stepForwardEndsAndStepBackRevivesNothing();

private:
  void step(qint64 seconds) { *m_offset += seconds; }
  std::unique_ptr<RunningCommand> startHolder(const QString& length) {
    auto app = m_world->start({"run", "--", "sh", "-c", HOLDER, "sh", "Documents/a.txt"});
    auto id = m_world->waitForRequest()["id"].toString();
    auto answered = m_world->latchkey({"answer", id, "allow", "--for", length});
    if (answered.status != 0) qWarning("%s", answered.err.constData());
    if (!app->says("ready")) qWarning("no holder");
    return app;
  }
  bool isSo(RunningCommand& app, const QByteArray& word, const QByteArray& what) {
    app.tell(word + "\n");
    return app.says(word + " " + what + "\n");
  }
  // Well before an hour has passed.
  bool onlyOneLeft() {
    return waitUntil([&] { return m_world->list({"grants"}).size() == 1; }, 90'000);
  }

  std::unique_ptr<SystemWorld> m_world;
  QFile m_file;
  qint64* m_offset = nullptr;
};

void ClockTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void ClockTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Documents/a.txt", QByteArray(100, 'a'));
  m_world->write("Documents/b.txt", QByteArray(100, 'b'));
  m_file.setFileName(m_world->path("offset"));
  QVERIFY(m_file.open(QIODevice::ReadWrite) && m_file.resize(sizeof *m_offset));
  m_offset = reinterpret_cast<qint64*>(m_file.map(0, sizeof *m_offset));
  QVERIFY(m_offset != nullptr);
  m_world->setVariable("STEPPED_CLOCK", m_file.fileName());
  m_world->setVariable("LD_PRELOAD", STEPPED_CLOCK_LIBRARY);
}

void ClockTest::cleanup() {
  m_world.reset();
  m_file.close();
}

void ClockTest::stepBackLengthensNothing() {
  auto app = startHolder("20s");
  QVERIFY(isSo(*app, "before", "timed yes running yes"));
  step(-HOUR);
  QVERIFY(onlyOneLeft());
  QVERIFY(isSo(*app, "after", "timed no running yes"));
  m_world->destroy(m_world->broker());
  QVERIFY(onlyOneLeft());
  QVERIFY(isSo(*app, "again", "timed no running yes"));
}

void ClockTest::stepBackWithoutABrokerLengthensNothing() {
  auto app = startHolder("20s");
  QVERIFY(isSo(*app, "before", "timed yes running yes"));
  m_world->destroy(m_world->broker());
  step(-HOUR);
  QVERIFY(onlyOneLeft());
  QVERIFY(isSo(*app, "after", "timed no running yes"));
}

void ClockTest::stepForwardEndsAndStepBackRevivesNothing() {
  auto app = startHolder("1h");
  QVERIFY(isSo(*app, "before", "timed yes running yes"));
  step(2 * HOUR);
  QVERIFY(onlyOneLeft());
  QVERIFY(isSo(*app, "ahead", "timed no running yes"));
  step(-2 * HOUR);
  QCOMPARE(m_world->list({"grants"}).size(), 1);
  QVERIFY(isSo(*app, "back", "timed no running yes"));
  m_world->destroy(m_world->broker());
  QCOMPARE(m_world->list({"grants"}).size(), 1);
  QVERIFY(isSo(*app, "again", "timed no running yes"));
}

QTEST_GUILESS_MAIN(ClockTest)
#include "clock-test.moc"
