// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// One app, two profiles, running side by side: neither gets at what the other keeps, by any name it has.

#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class ProfilesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();

  void eachHasItsOwnHome();
  void otherHomeHasNoNameInside();
  void otherHomeIsNotReachedByProcess();
  void battery22_askingByProcessIsNoQuestion();
  void battery22_namingByProcessGivesNothing();
  void profilesCannotBeGranted();

private:
  // The same home, as a process with number `pid` on the host sees it.
  QString seenBy(int pid) const { return "/proc/" + QString::number(pid) + "/root" + m_world->home(); }
  QString app() const { return m_world->first({"ps"})["app"].toString(); }

  std::unique_ptr<SystemWorld> m_world;
  std::unique_ptr<RunningCommand> m_work;
  int m_pid = 0;
};

void ProfilesTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void ProfilesTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Documents/a.txt", "the content");
  m_work = m_world->startInside("mkdir ~/kept; echo secret of work >~/kept/note; echo ready; sleep 1000",
                                {"--profile", "work"});
  QVERIFY(m_work->says("ready"));
  m_pid = m_world->first({"ps"})["pid"].toInt();
  // Out here, as the person, it is there by that name: what is refused below is refused, not missing.
  QVERIFY(m_pid > 0);
  QFile note(seenBy(m_pid) + "/kept/note");
  if (note.open(QIODevice::ReadOnly)) QCOMPARE(note.readAll(), "secret of work\n");
}

void ProfilesTest::cleanup() {
  m_work.reset();
  m_world.reset();
}

void ProfilesTest::eachHasItsOwnHome() {
  auto play = m_world->inside("ls -A ~; mkdir ~/kept; echo play >~/kept/note; cat ~/kept/note", {"--profile", "play"});
  QVERIFY2(play.status == 0, play.err);
  QVERIFY(play.out.endsWith("play\n") && !play.out.contains("kept"));
  QCOMPARE(m_world->inside("cat ~/kept/note", {"--profile", "work"}).out, "secret of work\n");
  QCOMPARE(m_world->inside("cat ~/kept/note", {"--profile", "play"}).out, "play\n");
}

void ProfilesTest::otherHomeHasNoNameInside() {
  auto where = m_world->path("data/latchkey");
  QVERIFY(QDir(where + "/profiles").exists());
  auto play =
      m_world->inside("ls " + where + " ~/../data /proc/self/root" + where +
                          " 2>/dev/null; find / -xdev -name note 2>/dev/null; cat ~/kept/note 2>/dev/null; true",
                      {"--profile", "play"});
  QCOMPARE(play.out, "");
  QVERIFY(!m_world->inside("cat /proc/self/mountinfo", {"--profile", "play"}).out.contains("/work"));
}

void ProfilesTest::otherHomeIsNotReachedByProcess() {
  auto pid = QString::number(m_pid);
  auto play =
      m_world->inside("ls -d /proc/" + pid + " 2>/dev/null; for p in $(ls /proc | grep '^[0-9]'); do cat " +
                          "/proc/$p/root" + m_world->home("kept/note") + " /proc/$p/cwd/kept/note; done 2>/dev/null; " +
                          "cat " + seenBy(m_pid) + "/kept/note 2>/dev/null; echo done",
                      {"--profile", "play"});
  // A process of its own may have the number; the other's home it is not.
  QVERIFY2(play.out.endsWith("done\n") && !play.out.contains("secret"), play.out);
}

void ProfilesTest::battery22_askingByProcessIsNoQuestion() {
  // The person was once shown a harmless folder of their home for the other's private one, since a descriptor from
  // another mount namespace has a path of that namespace.
  auto tool = m_world->home("Projects/latchkey");
  QVERIFY(QFile::copy(qEnvironmentVariable("LATCHKEY_BIN") + "/latchkey", tool));
  QFile::setPermissions(tool, QFile::ReadOwner | QFile::ExeOwner);
  auto ask = [&](const QString& what) {
    return m_world->startInside("timeout 20 ./latchkey ask " + what + "; echo over", {"--profile", "play", "--here"},
                                m_world->home("Projects"));
  };
  for (auto& what :
       {"folder " + seenBy(m_pid), "folder " + seenBy(m_pid) + "/kept", "file " + seenBy(m_pid) + "/kept/note"}) {
    auto asking = ask(what);
    QVERIFY(asking->says("over"));
    QVERIFY2(m_world->list({"requests"}).isEmpty() && m_world->list({"requests", "--recent"}).isEmpty(),
             qPrintable(what));
  }
  auto asking = ask("file " + m_world->home("Documents/a.txt"));  // Such a thing would have been one.
  QVERIFY(!m_world->waitForRequest().isEmpty());
}

void ProfilesTest::battery22_namingByProcessGivesNothing() {
  // What the person types or pastes is consent to what it says, and that says something else than it is.
  auto note = seenBy(m_pid) + "/kept/note";
  auto play = m_world->latchkey({"run", "--ask", "no", "--profile", "play", "--", "cat", note});
  QVERIFY(play.status != 0 && !play.out.contains("secret"));
  QVERIFY(m_world->latchkey({"grant", app(), "file", note}).status != 0);
  QVERIFY(m_world->latchkey({"grant", app(), "folder", seenBy(m_pid)}).status != 0);
  QVERIFY(m_world->list({"grants"}).isEmpty());
  QCOMPARE(m_world->latchkey({"grant", app(), "file", m_world->home("Documents/a.txt")}).status, 0);
}

void ProfilesTest::profilesCannotBeGranted() {
  // Nor by the path they have on the host: an app with another's home is that other, with all it was given.
  for (auto below : {"data/latchkey", "data/latchkey/profiles"}) {
    auto made = m_world->latchkey({"grant", app(), "folder", m_world->path(below)});
    QVERIFY2(made.status != 0, below);
    QCOMPARE(made.err.count('\n'), 1);
  }
  QVERIFY(m_world->list({"grants"}).isEmpty());
  // What lies around them can be, and is shown without them.
  QVERIFY(QDir(m_world->path("data")).mkpath("other"));
  auto play = m_world->inside("ls; ls -R latchkey; cat latchkey/profiles/*/*/kept/note",
                              {"--profile", "play", "--here"}, m_world->path("data"));
  QVERIFY2(play.out.contains("other") && !play.out.contains("note") && !play.out.contains("secret"), play.out);
}

QTEST_GUILESS_MAIN(ProfilesTest)
#include "profiles-test.moc"
