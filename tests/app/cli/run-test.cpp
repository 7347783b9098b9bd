// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey run` without a terminal: what is launched, what it gets, how it ends.

#include <signal.h>
#include <QtTest>

#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;

class RunTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }
  void statusIsTheProgramsOwn_data();
  void statusIsTheProgramsOwn();
  void failuresHaveTheirOwnStatus_data();
  void failuresHaveTheirOwnStatus();
  void whatAProgramLackedIsSaid();
  void pipesAreThePrograms();
  void theProgramGetsNoDescriptorOfOurs();
  void optionsAfterTheProgramAreItsOwn_data();
  void optionsAfterTheProgramAreItsOwn();
  void typedFileIsDesignated();
  void wordsDesignateNothing();
  void hereIsTheWorkingDirectory();
  void hereReadOnly();
  void homeIsNotGivenByHere();
  void programOfOnesOwnIsGivenToRead();
  void manyFilesAtOnce();
  void tooManyFilesAreRefused();
  void optionsReachTheBroker();
  void nonsenseIsStatus125_data();
  void nonsenseIsStatus125();
  void signalsAreForwarded_data();
  void signalsAreForwarded();
  void waitsThroughABrokerRestart();
  void askTtyNeedsATerminal();
  void insideASandboxOnlyAskWorks_data();
  void insideASandboxOnlyAskWorks();

private:
  Outcome run(const QStringList& arguments, const QByteArray& input = {}) {
    return runCommand(QStringList("run") + arguments, m_broker->environment(), input, m_broker->path("home/work"));
  }
  void touch(const QString& path) { QVERIFY(QFile(m_broker->path(path)).open(QIODevice::WriteOnly)); }

  std::unique_ptr<FakeBroker> m_broker;
};

void RunTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  QDir().mkpath(m_broker->path("home/work/sub"));
  QDir().mkpath(m_broker->path("home/Documents"));
  touch("home/Documents/a.txt");
  touch("home/work/note");
}

void RunTest::statusIsTheProgramsOwn_data() {
  QTest::addColumn<QString>("script");
  QTest::addColumn<int>("status");
  for (int status : {0, 1, 2, 42, 125, 126, 127, 200, 255}) {
    QTest::addRow("%d", status) << "exit " + QString::number(status) << status;
  }
  for (int number : {SIGTERM, SIGKILL, SIGSEGV, SIGHUP}) {
    QTest::addRow("signal %d", number) << "kill -" + QString::number(number) + " $$" << 128 + number;
  }
}

void RunTest::statusIsTheProgramsOwn() {
  QFETCH(QString, script);
  QFETCH(int, status);
  auto outcome = run({"--", "sh", "-c", script});
  QCOMPARE(outcome.status, status);
  QCOMPARE(outcome.err, "");
}

void RunTest::failuresHaveTheirOwnStatus_data() {
  QTest::addColumn<int>("which");
  QTest::newRow("failed") << 125;
  QTest::newRow("not executable") << 126;
  QTest::newRow("not found") << 127;
}

void RunTest::failuresHaveTheirOwnStatus() {
  QFETCH(int, which);
  m_broker->script.exit = [which](schema::ExitStatus::Builder status) {
    if (which == 125) status.setFailed("no \x1b[31mroom: make some");
    if (which == 126) status.setNotExecutable("x: is a folder");
    if (which == 127) status.setNotFound("x: there is no such program");
  };
  auto outcome = run({"--", "x"});
  QCOMPARE(outcome.status, which);
  QCOMPARE(outcome.err.count('\n'), 1);
  QVERIFY(outcome.err.startsWith("latchkey: "));
  QVERIFY(!outcome.err.contains('\x1b'));
}

void RunTest::whatAProgramLackedIsSaid() {
  m_broker->script.exit = [](schema::ExitStatus::Builder status) {
    status.setSignalled(5);
    status.setLacked("own-sandboxes");
  };
  auto outcome = run({"--as", "chromium", "--", "x"});
  QCOMPARE(outcome.status, 128 + 5);
  QCOMPARE(outcome.err.count('\n'), 1);
  QVERIFY2(outcome.err.contains("latchkey settings chromium own-sandboxes=on"), outcome.err.constData());
}

void RunTest::pipesAreThePrograms() {
  auto outcome = run({"--", "sh", "-c", "tr a-z A-Z; echo problem >&2; test -t 0 && echo terminal"}, "some text");
  QCOMPARE(outcome.out, "SOME TEXT");
  QCOMPARE(outcome.err, "problem\n");
  QVERIFY(!m_broker->launched().terminal);
}

void RunTest::theProgramGetsNoDescriptorOfOurs() {
  auto outcome = run({"--", "sh", "-c", "ls /proc/self/fd"});
  QCOMPARE(outcome.out, "0\n1\n2\n3\n");  // 3 is the folder that ls reads.
}

void RunTest::optionsAfterTheProgramAreItsOwn_data() {
  QTest::addColumn<QStringList>("words");
  QTest::addColumn<QStringList>("arguments");
  auto row = [](const char* name, const QStringList& words) { QTest::newRow(name) << words << words.mid(1); };
  row("an option of ours", {"app", "--profile", "x"});
  row("a bubblewrap option", {"app", "--bind", "/", "/"});
  row("dashes", {"app", "--", "-x", "--", "-"});
  row("quotes and spaces", {"app", "a b", "'\"$(reboot)`", "a=b", ";"});
  row("file marks", {"app", "@@u", "@@", "%U"});
  row("newline", {"app", "a\nb\t", ""});
  row("help", {"app", "--help"});
}

void RunTest::optionsAfterTheProgramAreItsOwn() {
  // CVE-2024-32462, CVE-2021-21381: nothing behind the app's name is ours, and nothing is changed.
  QFETCH(QStringList, words);
  QFETCH(QStringList, arguments);
  m_broker->script.exit = [](schema::ExitStatus::Builder status) { status.setExited(0); };
  QCOMPARE(run(words).status, 0);
  QCOMPARE(m_broker->launched().app, "app");
  QCOMPARE(m_broker->launched().arguments, arguments);
  QVERIFY(m_broker->launched().profile.isEmpty());
  QVERIFY(m_broker->launched().designations.isEmpty());
  QCOMPARE(run(QStringList("--") + words).status, 0);
  QCOMPARE(m_broker->launched().command, words);
}

void RunTest::typedFileIsDesignated() {
  m_broker->script.exit = [](schema::ExitStatus::Builder status) { status.setExited(0); };
  auto home = m_broker->path("home");
  run({"featherpad", "../Documents/a.txt", "--line", "file://" + home + "/work/note", "nothing"});
  QCOMPARE(m_broker->launched().designations,
           (QStringList{"write typed file " + home + "/Documents/a.txt", "write typed file " + home + "/work/note"}));
  QCOMPARE(m_broker->launched().arguments,
           (QStringList{home + "/Documents/a.txt", "--line", "file://" + home + "/work/note", "nothing"}));
  QVERIFY(m_broker->launched().workingDirectory.isEmpty());
}

// Of entries that an app wrote: the person opens them and named nothing in them.
void RunTest::wordsDesignateNothing() {
  m_broker->script.exit = [](schema::ExitStatus::Builder status) { status.setExited(0); };
  QCOMPARE(run({"--words", "featherpad", "../Documents/a.txt", "--profile", "--", "note"}).status, 0);
  QCOMPARE(m_broker->launched().designations, QStringList());
  QCOMPARE(m_broker->launched().arguments, (QStringList{"../Documents/a.txt", "--profile", "--", "note"}));
  QCOMPARE(run({"--words", "--", "true"}).status, 125);
}

void RunTest::hereIsTheWorkingDirectory() {
  m_broker->script.exit = [](schema::ExitStatus::Builder status) { status.setExited(0); };
  run({"--here", "--", "git", "commit", "-m", "note"});
  QCOMPARE(m_broker->launched().workingDirectory, m_broker->path("home/work"));
  QCOMPARE(m_broker->launched().designations, QStringList{"write workdir folder " + m_broker->path("home/work")});
  QCOMPARE(m_broker->launched().command, (QStringList{"git", "commit", "-m", "note"}));
}

void RunTest::hereReadOnly() {
  m_broker->script.exit = [](schema::ExitStatus::Builder status) { status.setExited(0); };
  run({"--here=ro", "--", "grep", "-r", "todo", "."});
  QCOMPARE(m_broker->launched().designations, QStringList{"read workdir folder " + m_broker->path("home/work")});
  QCOMPARE(run({"--here=rw", "--", "true"}).status, 125);
}

void RunTest::homeIsNotGivenByHere() {
  for (auto where : {"home", ""}) {
    auto outcome = runCommand({"run", "--here", "--", "true"}, m_broker->environment(), {}, m_broker->path(where));
    QCOMPARE(outcome.status, 125);
    QVERIFY(outcome.err.contains("--here"));
  }
  QVERIFY(m_broker->calls().isEmpty());
}

void RunTest::programOfOnesOwnIsGivenToRead() {
  auto program = m_broker->path("home/work/tool");
  QVERIFY(QFile::copy("/usr/bin/true", program));
  QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner);
  QCOMPARE(run({"--", "./tool", "-x"}).status, 0);
  QCOMPARE(m_broker->launched().command, (QStringList{program, "-x"}));
  QCOMPARE(m_broker->launched().designations, QStringList{"read typed file " + program});
}

void RunTest::manyFilesAtOnce() {
  m_broker->script.exit = [](schema::ExitStatus::Builder status) { status.setExited(0); };
  QStringList names;
  for (int i = 0; i < 40; ++i) touch("home/work/f" + QString::number(i)), names << "f" + QString::number(i);
  QCOMPARE(run(QStringList("app") + names).status, 0);
  QCOMPARE(m_broker->launched().designations.size(), 40);
  for (auto& one : m_broker->launched().designations) QVERIFY2(!one.contains("no descriptor"), qPrintable(one));
}

void RunTest::tooManyFilesAreRefused() {
  QStringList names;
  for (int i = 0; i < 41; ++i) touch("home/work/f" + QString::number(i)), names << "f" + QString::number(i);
  auto outcome = run(QStringList("app") + names);
  QCOMPARE(outcome.status, 125);
  QVERIFY(outcome.err.contains("folder"));
}

void RunTest::optionsReachTheBroker() {
  m_broker->script.exit = [](schema::ExitStatus::Builder status) { status.setExited(0); };
  run({"--profile", "work", "--ask=no", "--try", "--as", "featherpad", "--", "true"});
  auto launched = m_broker->launched();
  QCOMPARE(launched.profile, "work");
  QCOMPARE(launched.ask, "no");
  QCOMPARE(launched.runAs, "featherpad");
  QVERIFY(launched.throwaway);
  QCOMPARE(launched.environment["TERM"], "xterm");
  run({"--action", "new-window", "featherpad", "--action", "theirs"});
  QCOMPARE(m_broker->launched().action, "new-window");
}

void RunTest::nonsenseIsStatus125_data() {
  QTest::addColumn<QStringList>("words");
  QTest::newRow("nothing") << QStringList{};
  QTest::newRow("action of a command") << QStringList{"--action", "x", "--", "true"};
  QTest::newRow("no command") << QStringList{"--"};
  QTest::newRow("no such option") << QStringList{"--frob", "app"};
  QTest::newRow("as without command") << QStringList{"--as", "x", "app"};
  QTest::newRow("ask whom") << QStringList{"--ask", "me", "app"};
  for (auto bad : {"", ".", "..", "a/b", "../x", "-x", "a b", "a@b", "default", "a\nb"}) {
    QTest::newRow(bad) << QStringList{QString("--profile=") + bad, "app"};
  }
  QTest::newRow("long profile") << QStringList{"--profile", QString(300, 'x'), "app"};
}

void RunTest::nonsenseIsStatus125() {
  QFETCH(QStringList, words);
  auto outcome = run(words);
  QCOMPARE(outcome.status, 125);
  QVERIFY(outcome.err.startsWith("latchkey: "));
  QVERIFY(m_broker->calls().isEmpty());
}

void RunTest::signalsAreForwarded_data() {
  QTest::addColumn<int>("number");
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) QTest::addRow("%d", number) << number;
}

void RunTest::signalsAreForwarded() {
  QFETCH(int, number);
  QProcess process;
  process.setEnvironment(m_broker->environment());
  process.start(
      programPath("latchkey"),
      {"run", "--", "sh", "-c", "trap 'exit 33' INT TERM HUP QUIT; echo ready; while :; do sleep 0.05; done"});
  QVERIFY(process.waitForReadyRead(20'000));
  kill(static_cast<pid_t>(process.processId()), number);
  QVERIFY(process.waitForFinished(20'000));
  QVERIFY(m_broker->waitForCall("signal " + QString::number(number)));
  QCOMPARE(process.exitCode(), 33);
}

void RunTest::waitsThroughABrokerRestart() {
  QProcess process;
  process.setEnvironment(m_broker->environment());
  process.start(programPath("latchkey"), {"run", "--", "sh", "-c", "echo ready; read line; exit 7"});
  QVERIFY(process.waitForReadyRead(20'000));
  m_broker->die();
  m_broker->comeBack();
  QVERIFY(m_broker->waitForCall("findInstance instance-one"));
  QVERIFY(process.state() == QProcess::Running);
  process.write("go\n");
  QVERIFY(process.waitForFinished(20'000));
  QCOMPARE(process.exitCode(), 7);
}

void RunTest::askTtyNeedsATerminal() {
  QProcess process;
  process.setEnvironment(m_broker->environment());
  process.start("setsid", {"-w", programPath("latchkey"), "run", "--ask", "tty", "--", "true"});
  QVERIFY(process.waitForFinished(20'000));
  QCOMPARE(process.exitCode(), 125);
  QVERIFY(process.readAllStandardError().contains("terminal"));
}

void RunTest::insideASandboxOnlyAskWorks_data() {
  QTest::addColumn<QString>("sign");
  QTest::addColumn<QStringList>("command");
  for (auto sign : {"LATCHKEY=1", "LATCHKEY_SOCKET=/run/latchkey/socket"}) {
    for (auto command : {"ps", "grants", "status", "run -- true", "grant a file /x", "doctor"}) {
      QTest::addRow("%s %s", sign, command) << QString(sign) << QString(command).split(' ');
    }
  }
}

void RunTest::insideASandboxOnlyAskWorks() {
  QFETCH(QString, sign);
  QFETCH(QStringList, command);
  auto outside = runCommand({"ps"}, m_broker->environment());
  QCOMPARE(outside.status, 0);
  // Also with no broker: none is started.
  QTemporaryDir empty;
  for (auto& environment :
       {m_broker->environment(), QStringList{"HOME=" + empty.path(), "XDG_RUNTIME_DIR=" + empty.path()}}) {
    auto inside = runCommand(command, environment + QStringList{sign});
    QCOMPARE(inside.status, 125);
    QCOMPARE(inside.err.count('\n'), 1);
    QVERIFY(inside.err.contains("only `latchkey ask` works"));
  }
  QVERIFY(QDir(empty.path()).isEmpty());
  auto help = runCommand({"run", "--help"}, m_broker->environment() + QStringList{sign});
  QCOMPARE(help.status, 0);
}

QTEST_GUILESS_MAIN(RunTest)
#include "run-test.moc"
