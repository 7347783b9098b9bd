// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Starting, ending and what is left of it, with all programs real.

#include <signal.h>
#include <unistd.h>
#include <QFileInfo>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class LaunchTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init() { m_world = std::make_unique<SystemWorld>(); }
  void cleanup() { m_world.reset(); }

  void exitStatusIsTheContracts_data();
  void exitStatusIsTheContracts();
  void argumentsArriveAsTheyAre_data();
  void argumentsArriveAsTheyAre();
  void CVE_2021_21261_environmentIsAList();
  void descriptorsAreThree();
  void desktopAppStarts();
  void CVE_2021_21381_desktopFileCannotAddOptions();
  void whatIsTriedStaysAside();
  void stoppedInTime();
  void stoppedThoughItIgnoresThat();
  void stopAllEndsAll();
  void panicNetworkIsRemembered();
  void signalsReachTheProgram();
  void itsEndIsKnownThoughSignalsStillCome();
  void listedWhileItRuns();
  void petnameIsShown();
  void fullDiskSaysSoAndRunningAppsGoOn();
  void everyProcessOfOursIsFiltered();
  void theLauncherInReserveServesOneApp();
  void oneThatHasGoneIsNotWaitedFor();
  void theReserveEndsWithTheBroker();
  void nothingIsLeftOver();

private:
  std::unique_ptr<SystemWorld> m_world;
};

void LaunchTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void LaunchTest::exitStatusIsTheContracts_data() {
  QTest::addColumn<QStringList>("command");
  QTest::addColumn<int>("status");
  QTest::newRow("its own") << QStringList{"sh", "-c", "exit 42"} << 42;
  QTest::newRow("signal") << QStringList{"sh", "-c", "kill -TERM $$"} << 128 + SIGTERM;
  QTest::newRow("kill") << QStringList{"sh", "-c", "kill -KILL $$"} << 128 + SIGKILL;
  QTest::newRow("not found") << QStringList{"no-such-program-here"} << 127;
  QTest::newRow("not found by path") << QStringList{"/usr/bin/no-such-program-here"} << 127;
  QTest::newRow("not executable") << QStringList{"/usr/lib/os-release"} << 126;
  QTest::newRow("a folder") << QStringList{"/usr/share"} << 126;
  QTest::newRow("empty") << QStringList{""} << 127;
}

void LaunchTest::exitStatusIsTheContracts() {
  QFETCH(QStringList, command);
  QFETCH(int, status);
  auto outcome = m_world->latchkey(QStringList{"run", "--"} + command);
  QVERIFY2(outcome.status == status, QByteArray::number(outcome.status) + ": " + outcome.err);
  if (status >= 125 && status < 128) QCOMPARE(outcome.err.count('\n'), 1);
  QCOMPARE(m_world->latchkey({"run", "no-such-app"}).status, 127);
}

void LaunchTest::argumentsArriveAsTheyAre_data() {
  QTest::addColumn<QStringList>("words");
  QTest::newRow("bwrap options") << QStringList{"--bind", "/", "/", "--dev-bind", "/dev", "/dev"};
  QTest::newRow("dashes") << QStringList{"-", "--", "---", "-x"};
  QTest::newRow("quotes") << QStringList{"'", "\"", "$(id)", "`id`", "\\", "a b", ""};
  QTest::newRow("lines") << QStringList{"a\nb", "c\td", "@@", "@@u", "%f"};
  QTest::newRow("unicode") << QStringList{"äöü", "\u202e"};
}

void LaunchTest::argumentsArriveAsTheyAre() {
  // CVE-2024-32462, battery 11: through the command line, broker, launcher, bubblewrap and shim.
  QFETCH(QStringList, words);
  auto outcome = m_world->latchkey(QStringList{"run", "--", "printf", "<%s>"} + words);
  QByteArray expected;
  for (auto& word : words) expected += "<" + word.toUtf8() + ">";
  QCOMPARE(outcome.out, expected);
}

void LaunchTest::CVE_2021_21261_environmentIsAList() {
  // CVE-2021-21261, battery 10.
  for (auto name :
       {"LD_PRELOAD_X", "GCONV_PATH", "SSH_AUTH_SOCK", "AWS_SECRET_ACCESS_KEY", "PYTHONPATH", "LD_LIBRARY_PATH",
        "GIT_SSH_COMMAND", "BASH_ENV", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"}) {
    m_world->setVariable(name, "/tmp/hostile");
  }
  m_world->setVariable("LANG", "C.UTF-8");
  m_world->setVariable("XCURSOR_THEME", "Mine");
  m_world->setVariable("XCURSOR_SIZE", "48");
  auto outcome = m_world->latchkey({"run", "--", "env"});
  QVERIFY2(!outcome.out.contains("hostile"), outcome.out);
  QVERIFY(outcome.out.contains("XCURSOR_THEME=Mine\n"));
  QVERIFY(outcome.out.contains("XCURSOR_SIZE=48\n"));
  QVERIFY(outcome.out.contains("LATCHKEY=1\n"));
  QVERIFY(outcome.out.contains("HOME=" + m_world->home().toUtf8()));
  QVERIFY(outcome.out.contains("LANG=C.UTF-8"));
}

void LaunchTest::descriptorsAreThree() {
  // Battery 9.
  auto outcome = m_world->inside("ls /proc/self/fd");
  QCOMPARE(outcome.out, "0\n1\n2\n3\n");
}

void LaunchTest::desktopAppStarts() {
  m_world->setVariable("XDG_DATA_DIRS", m_world->path("system"));
  QDir().mkpath(m_world->path("system/applications"));
  QFile entry(m_world->path("system/applications/org.example.Show.desktop"));
  QVERIFY(entry.open(QIODevice::WriteOnly));
  entry.write("[Desktop Entry]\nType=Application\nName=Show\nExec=printf <%%s> --files %F\n");
  entry.close();
  m_world->write("Documents/a.txt", "x");
  QCOMPARE(m_world->first({"apps"})["id"], "org.example.Show");
  auto outcome = m_world->latchkey({"run", "org.example.Show", "Documents/a.txt", "word"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY2(outcome.out.contains("<" + m_world->home("Documents/a.txt").toUtf8() + ">"), outcome.out);
}

void LaunchTest::CVE_2021_21381_desktopFileCannotAddOptions() {
  // CVE-2021-21381 and battery 12: what a desktop file says never becomes more than the program's words.
  m_world->setVariable("XDG_DATA_DIRS", m_world->path("system"));
  QDir().mkpath(m_world->path("system/applications"));
  m_world->write("Documents/a.txt", "secret");
  QFile entry(m_world->path("system/applications/evil.desktop"));
  QVERIFY(entry.open(QIODevice::WriteOnly));
  entry.write("[Desktop Entry]\nType=Application\nName=Evil\nExec=cat @@u " +
              m_world->home("Documents/a.txt").toUtf8() + " @@\n");
  entry.close();
  auto outcome = m_world->latchkey({"run", "--ask", "no", "evil"});
  QVERIFY(!outcome.out.contains("secret"));
  QVERIFY(outcome.status != 0);
}

void LaunchTest::whatIsTriedStaysAside() {
  QCOMPARE(m_world->inside("echo x > ~/kept; ls ~", {"--try"}).status, 0);
  QVERIFY(m_world->inside("cat ~/kept").status != 0);
  QVERIFY(m_world->inside("cat ~/kept", {"--try"}).status != 0);
}

void LaunchTest::stoppedInTime() {
  auto app = m_world->startInside("trap 'echo told; exit 7' TERM; echo ready; while :; do sleep 0.1; done");
  QVERIFY(app->says("ready"));
  auto stopped = m_world->latchkey({"stop", m_world->first({"ps"})["instance"].toString()});
  QVERIFY2(stopped.status == 0, stopped.err);
  QVERIFY(app->says("told"));
  auto status = app->waitForEnd();
  QVERIFY2(status == 7, QByteArray::number(status) + ": " + app->output());
  QVERIFY(m_world->list({"ps"}).isEmpty());
}

void LaunchTest::stoppedThoughItIgnoresThat() {
  auto app = m_world->startInside(
      "trap '' TERM INT HUP; (trap '' TERM; setsid sleep 1000) & echo ready; while :; do sleep 0.1; done");
  QVERIFY(app->says("ready"));
  QCOMPARE(m_world->latchkey({"stop", m_world->first({"ps"})["instance"].toString(), "--grace", "1"}).status, 0);
  QCOMPARE(app->waitForEnd(), 128 + SIGKILL);
}

void LaunchTest::stopAllEndsAll() {
  std::vector<std::unique_ptr<RunningCommand>> apps;
  for (int i = 0; i < 5; ++i) apps.push_back(m_world->startInside("echo ready; sleep 1000"));
  for (auto& app : apps) QVERIFY(app->says("ready"));
  QCOMPARE(m_world->list({"ps"}).size(), 5);
  QCOMPARE(m_world->latchkey({"stop", "--all"}).status, 0);
  for (auto& app : apps) {
    auto status = app->waitForEnd();
    QVERIFY2(status > 128, QByteArray::number(status) + ": " + app->output());
  }
  QVERIFY(m_world->list({"ps"}).isEmpty());
}

void LaunchTest::panicNetworkIsRemembered() {
  QCOMPARE(m_world->latchkey({"network", "off"}).status, 0);
  QCOMPARE(m_world->first({"status"})["networkOff"], true);
  m_world->latchkey({"quit"});
  QCOMPARE(m_world->first({"status"})["networkOff"], true);
  QCOMPARE(m_world->latchkey({"network", "on"}).status, 0);
  QCOMPARE(m_world->first({"status"})["networkOff"], false);
}

void LaunchTest::signalsReachTheProgram() {
  auto app = m_world->startInside("trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.1; done");
  QVERIFY(app->says("ready"));
  kill(app->pid(), SIGINT);
  QVERIFY(app->says("caught"));
  QCOMPARE(app->waitForEnd(), 9);
}

// Process 1 ends with signals unread, and the kernel says so before it gives out what process 1 had said.
void LaunchTest::itsEndIsKnownThoughSignalsStillCome() {
  auto app = m_world->startInside("echo ready; exec sleep 1000");
  QVERIFY(app->says("ready"));
  auto first = static_cast<pid_t>(m_world->first({"ps"})["pid"].toInt());
  QFile children(QString::asprintf("/proc/%d/task/%d/children", first, first));
  QVERIFY(children.open(QFile::ReadOnly));
  auto program = children.readAll().trimmed().toInt();
  QVERIFY(program > 1);
  kill(first, SIGSTOP);
  for (auto number : {SIGTERM, SIGHUP, SIGQUIT}) kill(app->pid(), number);
  QTest::qWait(300);  // They are on their way.
  auto launchers = m_world->launchers();
  for (auto launcher : launchers) kill(launcher, SIGSTOP);
  kill(program, SIGKILL);
  kill(first, SIGCONT);
  QVERIFY(waitUntil([&] { return !SystemWorld::alive(first); }));
  for (auto launcher : launchers) kill(launcher, SIGCONT);
  QCOMPARE(app->waitForEnd(), 128 + SIGKILL);
}

void LaunchTest::listedWhileItRuns() {
  auto app = m_world->startInside("echo ready; sleep 1000", {"--profile", "work"});
  QVERIFY(app->says("ready"));
  auto info = m_world->first({"ps"});
  QCOMPARE(info["profile"], "work");
  QVERIFY(info["app"].toString().startsWith("command:/"));
  QVERIFY(QFile::exists("/proc/" + QString::number(info["pid"].toInt())));
  QVERIFY(!info["limits"].toString().isEmpty());
  QVERIFY(info["started"].toString().endsWith('Z'));
}

void LaunchTest::petnameIsShown() {
  auto app = m_world->startInside("echo ready; sleep 1000");
  QVERIFY(app->says("ready"));
  auto id = m_world->first({"ps"})["app"].toString();
  QCOMPARE(m_world->latchkey({"name", id, "My shell"}).status, 0);
  QCOMPARE(m_world->first({"ps"})["name"], "My shell");
  QVERIFY(m_world->latchkey({"name", id, "evil\u202ename"}).status != 0);
}

void LaunchTest::fullDiskSaysSoAndRunningAppsGoOn() {
  // A read-only state directory stands for the full disk: the store's own tests fill a real one.
  m_world->write("Documents/a.txt", "content");
  auto app = m_world->start(
      {"run", "--", "sh", "-c", "echo ready; while read line; do cat \"$1\"; done", "sh", "Documents/a.txt"});
  QVERIFY(app->says("ready"));
  for (auto& file : QDir(m_world->path("state/latchkey")).entryList(QDir::Files)) {
    if (file.startsWith("broker")) continue;
    QVERIFY(QFile::setPermissions(m_world->path("state/latchkey/" + file), QFile::ReadOwner));
  }
  m_world->destroy(m_world->broker());
  auto made = m_world->latchkey({"grant", "x", "file", "Documents/a.txt"});
  QVERIFY(made.status != 0);
  QVERIFY2(made.err.count('\n') == 1, made.err);
  app->tell("\n");
  QVERIFY(app->says("content"));
  QVERIFY(app->running());
}

void LaunchTest::everyProcessOfOursIsFiltered() {
  auto app = m_world->startInside("echo ready; sleep 1000");
  QVERIFY(app->says("ready"));
  auto filters = [](pid_t pid) {
    QFile status("/proc/" + QString::number(pid) + "/status");
    if (!status.open(QIODevice::ReadOnly)) return -1;
    for (auto& line : status.readAll().split('\n')) {
      if (line.startsWith("Seccomp_filters:")) return line.mid(16).trimmed().toInt();
    }
    return -1;
  };
  auto before = filters(getpid());  // Where the tests run in somebody's container.
  QCOMPARE(filters(m_world->broker()), before + 1);
  // The next one, in reserve, is called so for a moment.
  QVERIFY(waitUntil([&] { return m_world->launchers().size() == 1; }));
  QCOMPARE(filters(m_world->launchers()[0]), before + 1);
  QCOMPARE(filters(m_world->portal()), before + 2);  // And its own.
}

void LaunchTest::theLauncherInReserveServesOneApp() {
  QCOMPARE(m_world->inside("exit 0").status, 0);
  QVERIFY(waitUntil([&] { return m_world->reserve() != 0; }));
  auto waiting = m_world->reserve();
  QVERIFY(m_world->list({"ps"}).isEmpty());  // It is nobody's.
  auto app = m_world->startInside("echo ready; read line; echo got $line >&2; sleep 1000");
  QVERIFY(app->says("ready"));
  QVERIFY(waitUntil([&] { return m_world->launchers() == QList<pid_t>{waiting}; }));
  app->tell("word\n");
  QVERIFY(app->says("got word"));
  QVERIFY(waitUntil([&] { return m_world->reserve() != 0; }));
  QVERIFY(m_world->reserve() != waiting);
  // The next is another process, and nothing of the first app is in it.
  QCOMPARE(m_world->inside("exit 5").status, 5);
  QVERIFY(waitUntil([&] { return m_world->launchers() == QList<pid_t>{waiting}; }));
}

void LaunchTest::oneThatHasGoneIsNotWaitedFor() {
  QCOMPARE(m_world->inside("exit 0").status, 0);
  QVERIFY(waitUntil([&] { return m_world->reserve() != 0; }));
  m_world->destroy(m_world->reserve());
  auto outcome = m_world->inside("echo out; exit 7");
  QCOMPARE(outcome.status, 7);
  QCOMPARE(outcome.out, QByteArray("out\n"));
}

void LaunchTest::theReserveEndsWithTheBroker() {
  QCOMPARE(m_world->inside("exit 0").status, 0);
  QVERIFY(waitUntil([&] { return m_world->reserve() != 0; }));
  auto waiting = m_world->reserve();
  m_world->destroy(m_world->broker());
  QVERIFY(waitUntil([&] { return !SystemWorld::alive(waiting); }));
}

void LaunchTest::nothingIsLeftOver() {
  for (int i = 0; i < 20; ++i)
    QCOMPARE(m_world->inside("echo x > ~/f; (setsid sleep 0.2 &) ; exit 0", {"--ask", "no"}).status, 0);
  m_world->end();
  auto left = m_world->leftoversAfter(30'000);
  QVERIFY2(left.isEmpty(), qPrintable(left.join('\n')));
}

QTEST_GUILESS_MAIN(LaunchTest)
#include "launch-test.moc"
