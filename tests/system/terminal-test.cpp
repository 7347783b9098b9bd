// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey run --ask tty`, all of it real: a terminal, a shell in a sandbox, the file portal, the broker.

#include <signal.h>
#include <QtTest>

#include "tests/app/cli/pty-child.h"
#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

constexpr int DEAF_MS = 900;
const QByteArray QUESTION = "Esc not now";

}  // namespace

class TerminalTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();

  void aYesOnTheTerminalOpensTheFile();
  void aNoOnTheTerminalIsARefusal();
  void keysTypedBeforeAreNoAnswer();
  void theProgramReadsNoKeyOfTheQuestion();
  void theProgramPaintsOverNoQuestion();
  void namesAreEscaped();
  void aShellHasItsJobs();
  void statusIsTheProgramsOwn_data();
  void statusIsTheProgramsOwn();
  void theTerminalIsAsBeforeAfterAKill_data();
  void theTerminalIsAsBeforeAfterAKill();

private:
  // `latchkey run --ask tty COMMAND`, on a terminal.
  std::unique_ptr<PtyChild> start(const QStringList& command);
  std::unique_ptr<PtyChild> startShell(const QString& script) { return start({"sh", "-c", script}); }
  bool answer(PtyChild& child, const QByteArray& key);

  std::unique_ptr<SystemWorld> m_world;
  QByteArray m_letter;
};

void TerminalTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void TerminalTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Documents/letter.txt", "dear grace\n");
}

void TerminalTest::cleanup() { m_world.reset(); }

std::unique_ptr<PtyChild> TerminalTest::start(const QStringList& command) {
  auto environment = m_world->environment();
  environment << "TERM=xterm";
  return std::make_unique<PtyChild>(
      QStringList{qEnvironmentVariable("LATCHKEY_BIN") + "/latchkey", "run", "--ask", "tty", "--"} + command,
      environment);
}

// Whether it was asked. The answer is given when keys are heard again.
bool TerminalTest::answer(PtyChild& child, const QByteArray& key) {
  if (!child.expect(QUESTION)) return false;
  child.watch(DEAF_MS);
  child.type(key);
  return true;
}

void TerminalTest::aYesOnTheTerminalOpensTheFile() {
  auto child = startShell("cat ~/Documents/letter.txt");
  QVERIFY2(answer(*child, "y"), child->seen());
  QVERIFY2(child->expect("dear grace"), child->seen());
  QCOMPARE(child->waitForEnd(), 0);
  QVERIFY(child->sane());
  QVERIFY(child->seen().contains("letter.txt"));
}

void TerminalTest::aNoOnTheTerminalIsARefusal() {
  auto child = startShell("cat ~/Documents/letter.txt || echo refused; cat ~/Documents/letter.txt || echo again");
  QVERIFY2(answer(*child, "n"), child->seen());
  QVERIFY2(child->expect("refused"), child->seen());
  // A no holds for the run.
  QVERIFY2(child->expect("again"), child->seen());
  QCOMPARE(child->waitForEnd(), 0);
  QVERIFY(!child->seen().contains("dear grace"));
}

void TerminalTest::keysTypedBeforeAreNoAnswer() {
  auto child = startShell("echo ready; sleep 1; cat ~/Documents/letter.txt; echo over");
  QVERIFY(child->expect("ready"));
  child->type("yyyy");
  QVERIFY2(child->expect(QUESTION), child->seen());
  QVERIFY(!child->watch(DEAF_MS).contains("dear grace"));
  child->type("n");
  QVERIFY2(child->expect("over"), child->seen());
  QVERIFY(!child->seen().contains("dear grace"));
}

void TerminalTest::theProgramReadsNoKeyOfTheQuestion() {
  auto child = startShell("cat ~/Documents/letter.txt & read line; echo \"it read <$line>\"");
  QVERIFY2(answer(*child, "y"), child->seen());
  QVERIFY2(child->expect("dear grace"), child->seen());
  child->type("mine\n");
  QVERIFY2(child->expect("it read <mine>"), child->seen());
}

void TerminalTest::theProgramPaintsOverNoQuestion() {
  auto child = startShell(
      "(while :; do printf 'PAINT\\033[2J\\033[H\\033[?1049h\\033c'; sleep 0.01; done) & p=$!; "
      "sleep 0.3; cat ~/Documents/letter.txt; kill $p");
  QVERIFY2(child->expect(QUESTION), child->seen());
  auto meanwhile = child->watch(1500);
  QVERIFY2(!meanwhile.contains("PAINT") && !meanwhile.contains("\033c"), meanwhile);
  child->type("n");
  QVERIFY(child->waitForEnd() >= 0);
  QVERIFY(child->sane());
}

void TerminalTest::namesAreEscaped() {
  auto name = QString::fromUtf8(
      "a\x1b[31mred\nwants to open b\xe2\x80\xae"
      "txt");
  m_world->write("Documents/" + name, "x");
  auto child = start({"sh", "-c", "cat \"$HOME/Documents/$1\"; echo over", "sh", name});
  QVERIFY2(answer(*child, "n"), child->seen());
  QVERIFY2(child->expect("over"), child->seen());
  auto question = child->seen().left(child->seen().indexOf(QUESTION));
  QVERIFY2(!question.contains("\x1b[31mred") && !question.contains("\xe2\x80\xae"), question);
}

void TerminalTest::aShellHasItsJobs() {
  auto child = start({"bash", "--norc", "--noprofile", "-i"});
  child->type("PS1=prompt'> '\n");
  QVERIFY2(child->expect("prompt> "), child->seen());
  child->type("sleep 1000\n");
  child->watch(300);
  child->type("\x1a");
  QVERIFY2(child->expect("Stopped"), child->seen());
  child->type("jobs; bg; kill %1; wait; echo 'the job' is over\n");
  QVERIFY2(child->expect("the job is over"), child->seen());
  child->resize(33, 77);
  child->type("stty size\n");
  QVERIFY2(child->expect("33 77"), child->seen());
  child->type("cat\n");
  child->watch(300);
  child->type("\x03");
  QVERIFY2(child->expect("^C") && child->expect("prompt> "), child->seen());
  child->type("exit 7\n");
  auto status = child->waitForEnd();
  QVERIFY2(status == 7, child->seen());
  QVERIFY(child->sane());
}

void TerminalTest::statusIsTheProgramsOwn_data() {
  QTest::addColumn<QStringList>("command");
  QTest::addColumn<int>("status");
  QTest::newRow("its own") << QStringList{"sh", "-c", "exit 42"} << 42;
  QTest::newRow("signal") << QStringList{"sh", "-c", "kill -TERM $$"} << 128 + SIGTERM;
  QTest::newRow("not found") << QStringList{"no-such-program"} << 127;
  QTest::newRow("not executable") << QStringList{"/usr/lib/os-release"} << 126;
}

void TerminalTest::statusIsTheProgramsOwn() {
  QFETCH(QStringList, command);
  QFETCH(int, status);
  auto child = start(command);
  QCOMPARE(child->waitForEnd(), status);
  QVERIFY(child->sane());
}

void TerminalTest::theTerminalIsAsBeforeAfterAKill_data() {
  QTest::addColumn<QString>("who");
  QTest::newRow("the program") << "program";
  QTest::newRow("its launcher") << "launcher";
}

void TerminalTest::theTerminalIsAsBeforeAfterAKill() {
  QFETCH(QString, who);
  auto child = startShell("stty raw -echo; printf '\\033[?1049h'; echo ready; sleep 1000");
  QVERIFY2(child->expect("ready"), child->seen());
  auto pid =
      who == "launcher" ? m_world->launchers().value(0) : static_cast<pid_t>(m_world->first({"ps"})["pid"].toInt());
  QVERIFY(pid > 1);
  kill(pid, SIGKILL);
  QVERIFY(child->waitForEnd() > 0);
  QVERIFY(child->sane());
  QVERIFY2(child->seen().contains("\033[?1049l"), "the alternate screen was left on");
}

QTEST_GUILESS_MAIN(TerminalTest)
#include "terminal-test.moc"
