// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// "Start and stop printer-bridge on A, not read its log": real brokers and real latchkey-peer, an app that really
// starts in its sandbox on "desk", started from "laptop", and from "phone" to which it was passed on.

#include <QtTest>

#include <signal.h>

#include <QDir>
#include <QElapsedTimer>

#include "tests/support/own-network.h"
#include "tests/support/system-world.h"
#include "tests/system/paired.h"

using namespace latchkey::test;

namespace {

std::string noNetwork;

// Says a secret, writes what it finds into its own home, and ends as it is told there.
constexpr const char* BRIDGE = R"(echo "the log of the bridge: a secret"
echo "args $# $*" > ~/seen; ls -A / > ~/root; cat ~/private >> ~/seen 2>/dev/null
cat "$DESK_DOCUMENT" > ~/document 2>&1
trap 'echo stopped >> ~/seen; exit 3' TERM
echo $$ > ~/running
while [ ! -e ~/end ]; do sleep 0.1; done
exit 4)";

}  // namespace

class FarAppsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();
  void startedSeenAndStopped();
  void nothingIsPassedAndNothingIsRead();
  void takenBackItIsOverAtOnce();
  void limitsAreCountedByStarts();
  void itOutlivesBrokersAndConnections();
  void aKilledPeerProcessChangesNothing();
  void passedOnThroughAnother();
  void whatIsWrongIsSaid();

private:
  void install(SystemWorld& world) const;
  QString share(const QStringList& options = {}) const;
  QString profile(const QString& file) const {
    return m_desk->path("data/latchkey/profiles/printer-bridge/default/home/" + file);
  }
  QJsonObject offer(const SystemWorld& world) const { return world.first({"offers", "--over"}); }
  bool becomes(const SystemWorld& world, const QString& run, int milliseconds = 20'000) const;
  bool runsOnDesk() const { return !m_desk->list({"ps"}).isEmpty(); }
  void accept(const SystemWorld& world) const;

  std::unique_ptr<SystemWorld> m_desk, m_laptop, m_phone;
};

void FarAppsTest::install(SystemWorld& world) const {
  QDir().mkpath(world.path("data/applications"));
  QFile entry(world.path("data/applications/printer-bridge.desktop"));
  QVERIFY(entry.open(QIODevice::WriteOnly));
  auto script = QByteArray(BRIDGE).toBase64();
  entry.write("[Desktop Entry]\nType=Application\nName=Printer bridge\nExec=/bin/sh -c \"echo " + script +
              " | base64 -d > ~/bridge; exec sh ~/bridge\"\n");
  entry.close();
}

void FarAppsTest::initTestCase() {
  if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void FarAppsTest::init() {
  m_desk = std::make_unique<SystemWorld>();
  m_laptop = std::make_unique<SystemWorld>();
  install(*m_desk);
  pairWorlds(*m_desk, "desk", *m_laptop, "laptop");
}

void FarAppsTest::cleanup() {
  for (auto* world : {&m_phone, &m_laptop, &m_desk})
    if (*world) (*world)->end();
  // Of any of them: all are below this process.
  if (m_desk) QCOMPARE(m_desk->leftoversAfter(20'000), QStringList());
  for (auto* world : {&m_phone, &m_laptop, &m_desk}) world->reset();
}

QString FarAppsTest::share(const QStringList& options) const {
  auto shared = m_desk->latchkey(QStringList{"share", "laptop", "app", "printer-bridge"} + options);
  if (shared.status != 0) qWarning("share: %s", shared.err.constData());
  return firstLine(shared);
}

void FarAppsTest::accept(const SystemWorld& world) const {
  QVERIFY(!offerOf(world, "printer-bridge").isEmpty());
  auto accepted = world.latchkey({"accept", "printer-bridge"});
  QVERIFY2(accepted.status == 0, accepted.err);
}

bool FarAppsTest::becomes(const SystemWorld& world, const QString& run, int milliseconds) const {
  bool did = waitUntil([&] { return offer(world)["run"].toString() == run; }, milliseconds);
  if (!did) qWarning() << "it is" << offer(world);
  return did;
}

void FarAppsTest::startedSeenAndStopped() {
  auto grant = share({"--access", "start"});
  // Offered is not given.
  auto early = m_laptop->latchkey({"run", "--on", "desk", "printer-bridge"});
  QCOMPARE(early.status, 125);
  accept(*m_laptop);
  QCOMPARE(offer(*m_laptop)["run"].toString(), QString("none"));
  QVERIFY(m_laptop->latchkey({"offers"}).out.contains("accepted, not running"));
  QVERIFY(!runsOnDesk());

  // Its own person runs one, too: that is nobody else's.
  auto own = m_desk->start({"run", "--profile", "mine", "printer-bridge"});
  QVERIFY(own->says("the log of the bridge"));

  auto far = m_laptop->start({"run", "--on", "desk", "printer-bridge"});
  QVERIFY(becomes(*m_laptop, "running"));
  QVERIFY(m_laptop->latchkey({"offers"}).out.contains("running since"));
  QVERIFY(waitUntil([&] { return QFile::exists(profile("running")); }));
  // Who started what is seen by its owner.
  QCOMPARE(m_desk->list({"ps"}).size(), 2);
  QVERIFY2(m_desk->latchkey({"ps"}).out.contains("(started by laptop)"), m_desk->latchkey({"ps"}).out);
  QJsonObject started;
  for (auto line : m_desk->journal("start"))
    if (line.toObject()["outcome"] == "by laptop") started = line.toObject();
  QCOMPARE(started["grant"].toString(), grant);

  auto stopped = m_laptop->latchkey({"stop", "--on", "desk", "printer-bridge"});
  QVERIFY2(stopped.status == 0, stopped.err);
  QCOMPARE(far->waitForEnd(), 3);
  QCOMPARE(offer(*m_laptop)["run"].toString(), QString("exited"));
  QVERIFY(m_laptop->latchkey({"offers"}).out.contains("ended with status 3"));
  // The other one goes on.
  QCOMPARE(m_desk->list({"ps"}).size(), 1);
  QVERIFY(own->running());
  m_laptop->latchkey({"stop", "--on", "desk", "printer-bridge"});
  QTest::qWait(300);
  QVERIFY(own->running());

  // Whoever ends the command ends the app.
  QFile::remove(profile("running"));
  auto again = m_laptop->start({"run", "--on", "desk", "printer-bridge"});
  QVERIFY(becomes(*m_laptop, "running"));
  QVERIFY(waitUntil([&] { return QFile::exists(profile("running")); }));
  kill(again->pid(), SIGINT);
  QCOMPARE(again->waitForEnd(), 3);
  QCOMPARE(m_desk->list({"ps"}).size(), 1);
}

void FarAppsTest::nothingIsPassedAndNothingIsRead() {
  m_desk->write("Documents/secret.txt", "a secret of the desk's");
  share();
  accept(*m_laptop);
  auto passed = m_laptop->latchkey({"run", "--on", "desk", "printer-bridge", "--help-me"});
  QCOMPARE(passed.status, 125);
  QVERIFY2(passed.err.contains("nothing is passed"), passed.err);
  for (auto option : {"--here", "--try", "--ask=tty", "--profile=work"})
    QCOMPARE(m_laptop->latchkey({"run", option, "--on", "desk", "printer-bridge"}).status, 125);
  QVERIFY(!runsOnDesk());

  auto far = m_laptop->start({"run", "--on", "desk", "printer-bridge"});
  QVERIFY(waitUntil([&] { return QFile::exists(profile("running")); }));
  QFile::remove(profile("running"));
  QFile end(profile("end"));
  QVERIFY(end.open(QIODevice::WriteOnly));
  end.close();
  QCOMPARE(far->waitForEnd(), 4);
  QVERIFY2(!far->output().contains("secret"), far->output());
  QFile seen(profile("seen"));
  QVERIFY(seen.open(QIODevice::ReadOnly));
  QCOMPARE(seen.readAll(), QByteArray("args 0 \n"));
  QVERIFY(m_desk->list({"requests"}).isEmpty());
  // Nothing of it is on the other machine's disk either.
  QProcess search;
  search.start("grep", {"-rlF", "the log of the bridge", m_laptop->path()});
  QVERIFY(search.waitForFinished());
  QCOMPARE(search.readAllStandardOutput(), QByteArray());
}

void FarAppsTest::takenBackItIsOverAtOnce() {
  auto grant = share();
  accept(*m_laptop);
  auto far = m_laptop->start({"run", "--on", "desk", "printer-bridge"});
  QVERIFY(waitUntil([&] { return QFile::exists(profile("running")); }));
  QElapsedTimer timer;
  timer.start();
  auto revoked = m_desk->latchkey({"revoke", grant});
  auto took = timer.elapsed();
  QVERIFY2(revoked.status == 0, revoked.err);
  QVERIFY(!runsOnDesk());
  QVERIFY2(took < 1000, qPrintable(QString("%1 ms").arg(took)));
  qInfo("over after %lld ms", static_cast<long long>(took));
  QCOMPARE(far->waitForEnd(), 125);
  QVERIFY2(far->output().contains("its owner has ended it"), far->output());
  auto again = m_laptop->latchkey({"run", "--on", "desk", "printer-bridge"});
  QCOMPARE(again.status, 125);
  QVERIFY(!runsOnDesk());
  // It was asked to end first.
  QFile seen(profile("seen"));
  QVERIFY(seen.open(QIODevice::ReadOnly));
  QVERIFY(seen.readAll().contains("stopped"));
}

void FarAppsTest::limitsAreCountedByStarts() {
  auto grant = share({"--uses", "2"});
  accept(*m_laptop);
  for (int i = 0; i < 2; ++i) {
    QFile::remove(profile("running"));
    auto far = m_laptop->start({"run", "--on", "desk", "printer-bridge"});
    QVERIFY(waitUntil([&] { return QFile::exists(profile("running")); }));
    // Already started: the same one.
    QCOMPARE(m_laptop->latchkey({"run", "--on", "desk", "--no-wait", "printer-bridge"}).status, 0);
    QCOMPARE(m_desk->list({"ps"}).size(), 1);
    QCOMPARE(m_laptop->latchkey({"stop", "--on", "desk", "printer-bridge"}).status, 0);
    QCOMPARE(far->waitForEnd(), 3);
  }
  QVERIFY(waitUntil([&] { return offer(*m_laptop)["why"] == "it is used up"; }));
  QCOMPARE(m_laptop->latchkey({"run", "--on", "desk", "printer-bridge"}).status, 125);
  QVERIFY(!runsOnDesk());

  // And by time.
  share({"--for", "3s"});
  QVERIFY(waitUntil([&] { return offer(*m_laptop)["state"] == "new"; }));
  accept(*m_laptop);
  auto far = m_laptop->start({"run", "--on", "desk", "printer-bridge"});
  QVERIFY(waitUntil([&] { return runsOnDesk(); }));
  QCOMPARE(far->waitForEnd(10'000), 125);
  QVERIFY2(far->output().contains("its time is over"), far->output());
  QVERIFY(waitUntil([&] { return !runsOnDesk(); }));
}

void FarAppsTest::itOutlivesBrokersAndConnections() {
  auto grant = share();
  accept(*m_laptop);
  QCOMPARE(m_laptop->latchkey({"run", "--on", "desk", "--no-wait", "printer-bridge"}).status, 0);
  QVERIFY(waitUntil([&] { return QFile::exists(profile("running")); }));
  QFile::remove(profile("running"));
  SystemWorld::destroy(m_desk->broker());
  QVERIFY(waitUntil([&] { return m_desk->list({"ps"}).size() == 1; }));
  QVERIFY(m_desk->latchkey({"ps"}).out.contains("(started by laptop)"));
  QVERIFY(waitUntil([&] { return offer(*m_laptop)["connected"].toBool(); }));
  QVERIFY(becomes(*m_laptop, "running"));
  SystemWorld::destroy(m_laptop->broker());
  QVERIFY(waitUntil([&] { return offer(*m_laptop)["connected"].toBool(); }));
  QVERIFY(becomes(*m_laptop, "running"));
  QVERIFY(!QFile::exists(profile("running")));  // It is still the first.
  QCOMPARE(m_laptop->latchkey({"stop", "--on", "desk", "printer-bridge"}).status, 0);
  QVERIFY(!runsOnDesk());

  // Ended while its owner's broker is away: what runs by it goes with the next one.
  QCOMPARE(m_laptop->latchkey({"run", "--on", "desk", "--no-wait", "printer-bridge"}).status, 0);
  m_laptop->latchkey({"quit"});
  QVERIFY(runsOnDesk());
  SystemWorld::destroy(m_desk->broker());
  QCOMPARE(m_desk->latchkey({"revoke", grant}).status, 0);
  QVERIFY(waitUntil([&] { return !runsOnDesk(); }));
}

void FarAppsTest::aKilledPeerProcessChangesNothing() {
  share();
  accept(*m_laptop);
  auto far = m_laptop->start({"run", "--on", "desk", "printer-bridge"});
  QVERIFY(becomes(*m_laptop, "running"));
  for (auto* world : {m_desk.get(), m_laptop.get()}) {
    SystemWorld::destroy(world->peer());
    // It may be back before it is seen to be away.
    waitUntil([&] { return !offer(*m_laptop)["connected"].toBool(); }, 2000);
    QVERIFY(runsOnDesk());
    QVERIFY(waitUntil([&] { return offer(*m_laptop)["connected"].toBool(); }));
  }
  QVERIFY(far->running());
  QCOMPARE(m_laptop->latchkey({"stop", "--on", "desk", "printer-bridge"}).status, 0);
  QCOMPARE(far->waitForEnd(), 3);
}

void FarAppsTest::passedOnThroughAnother() {
  m_phone = std::make_unique<SystemWorld>();
  pairWorlds(*m_laptop, "laptop", *m_phone, "phone");
  share({"--may-pass-on"});
  accept(*m_laptop);
  auto passed = m_laptop->latchkey({"share", "phone", "offer", "printer-bridge", "--uses", "5"});
  QVERIFY2(passed.status == 0, passed.err);
  auto child = QString(firstLine(passed));
  accept(*m_phone);
  auto far = m_phone->start({"run", "--on", "laptop", "printer-bridge"});
  QVERIFY(becomes(*m_phone, "running"));
  QVERIFY(waitUntil([&] { return QFile::exists(profile("running")); }));
  QVERIFY(runsOnDesk());
  // Who it came through has not started it.
  QCOMPARE(m_laptop->latchkey({"stop", "--on", "desk", "printer-bridge"}).status, 1);
  QVERIFY(runsOnDesk());
  QCOMPARE(m_phone->latchkey({"stop", "--on", "laptop", "printer-bridge"}).status, 0);
  QCOMPARE(far->waitForEnd(), 3);

  // Nor the other way; and taken back in between, it ends there and nothing else does.
  QCOMPARE(m_laptop->latchkey({"run", "--on", "desk", "--no-wait", "printer-bridge"}).status, 0);
  QCOMPARE(m_phone->latchkey({"run", "--on", "laptop", "printer-bridge"}).status, 125);
  QCOMPARE(m_phone->latchkey({"stop", "--on", "laptop", "printer-bridge"}).status, 1);
  QVERIFY(runsOnDesk());
  QCOMPARE(m_laptop->latchkey({"stop", "--on", "desk", "printer-bridge"}).status, 0);
  QCOMPARE(m_phone->latchkey({"run", "--on", "laptop", "--no-wait", "printer-bridge"}).status, 0);
  QCOMPARE(m_laptop->latchkey({"revoke", child}).status, 0);
  QVERIFY(waitUntil([&] { return !runsOnDesk(); }, 5000));
  QCOMPARE(m_laptop->latchkey({"run", "--on", "desk", "--no-wait", "printer-bridge"}).status, 0);
  QVERIFY(runsOnDesk());
}

void FarAppsTest::whatIsWrongIsSaid() {
  auto none = m_desk->latchkey({"share", "laptop", "app", "no-such-app"});
  QCOMPARE(none.status, 2);
  QVERIFY2(none.err.contains("no-such-app is no installed app"), none.err);
  QCOMPARE(m_desk->latchkey({"share", "laptop", "app", "printer-bridge", "--access", "write"}).status, 2);
  share();
  accept(*m_laptop);
  auto other = m_laptop->latchkey({"accept", "printer-bridge", "shop"});
  QVERIFY2(other.err.contains("is for you, not for an app"), other.err);
  // Gone meanwhile: its owner knows why.
  QVERIFY(QFile::remove(m_desk->path("data/applications/printer-bridge.desktop")));
  auto gone = m_laptop->latchkey({"run", "--on", "desk", "printer-bridge"});
  QCOMPARE(gone.status, 125);
  QVERIFY2(gone.err.contains("could not be started there"), gone.err);
  QCOMPARE(offer(*m_laptop)["run"].toString(), QString("failed"));
  // Again and again it is too often.
  QByteArray last;
  for (int i = 0; i < 12; ++i) last = m_laptop->latchkey({"run", "--on", "desk", "printer-bridge"}).err;
  QVERIFY2(last.contains("too much of it was started"), last);
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  noNetwork = enterOwnNetwork(As::Self);
  dropCapabilities();
  QCoreApplication app(argc, argv);
  FarAppsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "far-apps-test.moc"
