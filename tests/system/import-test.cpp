// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Apps and their data brought along, with all programs together: what was a Debian package or an AppImage runs from its
// bundle and holds nothing; what was in the person's home is in the private one, and the person's is as it was.

#include <signal.h>
#include <sys/stat.h>

#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QThread>
#include <QtTest>

#include "tests/support/debian.h"
#include "tests/support/squashed.h"
#include "tests/support/system-world.h"

using namespace latchkey::test;

class SystemImportTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void aDebianPackageRunsWithNothing();
  void aNewerPackageUpdatesIt();
  void anAppImageIsInstalled();
  void dataIsFoundInside();
  void dataOfAFlatpakIsFoundAtItsPlace();
  void dataWaitsUntilItHasEnded();
  void killedImportsLeaveNothingHalf();

private:
  CommandOutcome import(const QStringList& words) const { return m_world->latchkey(QStringList{"import"} + words); }
  CommandOutcome run(const QStringList& words) const {
    return m_world->latchkey(QStringList{"run", "--ask", "no"} + words);
  }
  void installViewer(
      const QByteArray& script = "#!/bin/sh\ncat ~/.config/viewer/settings ~/Documents/a.txt 2>&1\n") const {
    m_world->write("viewer.deb", debianOf(viewerParts(script)));
    auto outcome = import({"--yes", m_world->home("viewer.deb")});
    QVERIFY2(outcome.status == 0, outcome.err);
  }
  QString own(const QString& below) const {
    return m_world->path("data/latchkey/profiles/debian.viewer/default/home/" + below);
  }

  std::unique_ptr<SystemWorld> m_world;
};

void SystemImportTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void SystemImportTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->setVariable("XDG_DATA_DIRS", m_world->path("system") + ":/usr/share");
}

void SystemImportTest::aDebianPackageRunsWithNothing() {
  m_world->write("Documents/a.txt", "the person's");
  m_world->write("viewer.deb",
                 debianOf(viewerParts("#!/bin/sh\necho $0; cat ~/Documents/a.txt 2>/dev/null || echo refused\n")));
  auto outcome = import({"--yes", m_world->home("viewer.deb")});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY2(outcome.out.contains("Made a key of yours") && outcome.out.contains("Installed debian.viewer 2.1-3"),
           outcome.out);
  QCOMPARE(run({"debian.viewer"}).out, "/app/bin/viewer\nrefused\n");
  QVERIFY(m_world->list({"grants"}).isEmpty());
  // Nobody to ask: nothing is installed.
  m_world->write("other.deb", debianOf(viewerParts(), "other"));
  QVERIFY(import({m_world->home("other.deb")}).status != 0);
  QVERIFY(run({"debian.other"}).status == 127);
}

void SystemImportTest::aNewerPackageUpdatesIt() {
  installViewer("#!/bin/sh\necho old\n");
  m_world->write("new.deb", debianOf(viewerParts("#!/bin/sh\necho new\n"), "viewer", "1:2.2-1"));
  auto outcome = import({"--yes", m_world->home("new.deb")});
  QVERIFY2(outcome.status == 0 && outcome.out.contains("Updated to debian.viewer 2.2-1"), outcome.out + outcome.err);
  QCOMPARE(run({"debian.viewer"}).out, "new\n");
  auto older = import({"--yes", m_world->home("viewer.deb")});
  QVERIFY2(older.status == 1 && older.err.contains("--replace-older"), older.err);
}

void SystemImportTest::anAppImageIsInstalled() {
  if (QStandardPaths::findExecutable("mksquashfs").isEmpty()) QSKIP("squashfs-tools are not installed");
  QDir().mkpath(m_world->path("image"));
  QFile program(m_world->path("image/AppRun"));
  QVERIFY(program.open(QIODevice::WriteOnly));
  program.write("#!/bin/sh\necho it ran\n");
  program.close();
  QVERIFY(chmod(m_world->path("image/AppRun").toUtf8().constData(), 0755) == 0);
  auto image = squashed(m_world->path("image"), m_world->path("squashfs"));
  m_world->write("Tool.AppImage", appImageRuntime() + image);
  auto outcome = import({"--yes", m_world->home("Tool.AppImage"), "--id", "org.example.Tool", "--version", "3.1"});
  QVERIFY2(outcome.status == 0 && outcome.out.contains("Installed org.example.Tool 3.1"), outcome.out + outcome.err);
  QCOMPARE(run({"org.example.Tool"}).out, "it ran\n");
}

void SystemImportTest::dataIsFoundInside() {
  m_world->write(".config/viewer/settings", "mine\n");
  m_world->write("Documents/a.txt", "the person's\n");
  installViewer();
  QVERIFY(!run({"debian.viewer"}).out.contains("mine"));
  auto outcome = import({"--data", m_world->home(".config/viewer"), "--to", "debian.viewer", "--yes"});
  QVERIFY2(outcome.status == 0, outcome.err);
  auto ran = run({"debian.viewer"});
  QVERIFY2(ran.out.startsWith("mine\n") && !ran.out.contains("the person's"), ran.out);
  QCOMPARE(m_world->read(".config/viewer/settings"), "mine\n");
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void SystemImportTest::dataOfAFlatpakIsFoundAtItsPlace() {
  m_world->write(".var/app/org.example.Viewer/config/viewer/settings", "of the Flatpak\n");
  m_world->write(".var/app/org.example.Viewer/cache/x", "x");
  installViewer();
  auto outcome = import({"--data", m_world->home(".var/app/org.example.Viewer"), "--to", "debian.viewer", "--yes"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY2(outcome.out.contains("config/viewer  as  ~/.config/viewer") && outcome.out.contains("cache: a cache"),
           outcome.out);
  QVERIFY(run({"debian.viewer"}).out.startsWith("of the Flatpak\n"));
}

void SystemImportTest::dataWaitsUntilItHasEnded() {
  m_world->write(".config/viewer/settings", "mine\n");
  installViewer("#!/bin/sh\necho ready; read x\n");
  auto running = m_world->start({"run", "--ask", "no", "debian.viewer"});
  QVERIFY(running->says("ready"));
  QStringList words{"--data", m_world->home(".config/viewer"), "--to", "debian.viewer", "--yes"};
  auto outcome = import(words);
  QVERIFY2(outcome.status != 0 && outcome.err.contains("debian.viewer runs"), outcome.err);
  QVERIFY(!QFile::exists(own(".config/viewer")));
  running->tell("x\n");
  QCOMPARE(running->waitForEnd(), 0);
  QVERIFY(waitUntil([&] { return import(words).status == 0; }));
  QVERIFY(QFile::exists(own(".config/viewer/settings")));
}

// Killed at moments of its own: what is at the place is all of it, or nothing.
void SystemImportTest::killedImportsLeaveNothingHalf() {
  constexpr int FILES = 400;
  for (int i = 0; i < FILES; ++i) m_world->write(QString(".config/viewer/%1").arg(i), QByteArray(20'000, 'x'));
  installViewer();
  QStringList words{"import", "--data", m_world->home(".config/viewer"), "--to", "debian.viewer", "--yes"};
  QElapsedTimer timer;
  timer.start();
  QCOMPARE(m_world->latchkey(words).status, 0);
  auto whole = timer.nsecsElapsed() / 1000;
  QVERIFY(QDir(own(".config/viewer")).removeRecursively());
  constexpr int MOMENTS = 40;
  int kills = 0;
  for (int moment = 1; moment <= MOMENTS; ++moment) {
    auto command = m_world->start(words);
    QThread::usleep(static_cast<unsigned long>(whole * moment / MOMENTS));
    if (command->running()) {
      kill(command->pid(), SIGKILL);
      ++kills;
    }
    command->waitForEnd();
    auto there = QDir(own(".config/viewer")).entryList(QDir::Files).size();
    QVERIFY2(there == 0 || there == FILES, qPrintable(QString::number(there)));
    if (there == FILES) QVERIFY(QDir(own(".config/viewer")).removeRecursively());
  }
  QVERIFY(kills > 3);
  QCOMPARE(m_world->latchkey(words).status, 0);
  QCOMPARE(QDir(own(".config/viewer")).entryList(QDir::Files).size(), FILES);
  QVERIFY(!QFile::exists(m_world->path("data/latchkey/profiles/debian.viewer/default/incoming")));
}

QTEST_GUILESS_MAIN(SystemImportTest)
#include "import-test.moc"
