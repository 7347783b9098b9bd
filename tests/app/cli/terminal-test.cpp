// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey run` on a terminal: the program's own pseudo-terminal, job control, and questions that can be trusted.

#include <signal.h>
#include <stdlib.h>
#include <QElapsedTimer>
#include <QtTest>

#include "app/cli/names.h"
#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/pty-child.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

constexpr int DEAF_MS = 700;
const QByteArray QUESTION = "wants to open";

void fileRequest(schema::Request::Builder request) {
  request.setId("requestone");
  request.setAppName("FeatherPad");
  request.setKind(schema::Kind::FILE);
  request.setAccess(schema::Access::WRITE);
  request.getObject().setPath(cli::asData("/home/p/Documents/budget.ods"));
  request.initScopes(1).set(0, schema::Scope::FILE);
}

}  // namespace

class TerminalTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }

  void programHasATerminalOfItsOwn();
  void outputToAFileIsNoTerminal();
  void keysArriveOneByOne();
  void ctrlCReachesTheProgram();
  void windowSizeFollows();
  void terminalIsRestored_data();
  void terminalIsRestored();
  void lastOutputIsShown();
  void nothingIsPaintedAfterTheEnd();
  void ctrlZStopsAndForegroundContinues();
  void startedInTheBackgroundItDoesNotStop();
  void shellInsideHasJobControl();

  void questionIsAnsweredByOneKey_data();
  void questionIsAnsweredByOneKey();
  void programCannotPaintOverTheQuestion();
  void programCannotReadTheAnswer();
  void keysTypedBeforeAreThrownAway();
  void severalKeysAtOnceAreNoAnswer_data();
  void severalKeysAtOnceAreNoAnswer();
  void screenIsPutInOrderBeforeTheQuestion();
  void otherScreenComesBackAfterTheQuestion();
  void withdrawnQuestionIsTakenDown();
  void questionsComeOneAfterTheOther();
  void ctrlCDeclinesAndReachesTheProgram();
  void killedWhileAskingItRestoresTheTerminal();
  void pipedProgramIsAskedOnTheTerminal();

private:
  std::unique_ptr<PtyChild> start(const QStringList& arguments) {
    return std::make_unique<PtyChild>(QStringList{programPath("latchkey"), "run"} + arguments, m_broker->environment());
  }
  std::unique_ptr<PtyChild> startAsking(const QString& script) {
    auto child = start({"--ask", "tty", "--", "sh", "-c", script});
    if (!m_broker->waitForCall("present instance-one")) qWarning("nobody presents");
    return child;
  }
  std::unique_ptr<PtyChild> startShell() {
    auto child =
        std::make_unique<PtyChild>(QStringList{"/bin/bash", "--norc", "--noprofile", "-i"},
                                   m_broker->environment() << "PS1=prompt> " << "LATCHKEY=" + programPath("latchkey")
                                                           << "INPUTRC=" + m_broker->path("inputrc"));
    child->expect("prompt> ");
    return child;
  }
  // Shows the question and waits until keys count.
  void askAndWait(PtyChild& child) {
    m_broker->ask(fileRequest);
    QVERIFY(child.expect(QUESTION));
    child.watch(DEAF_MS + 300);
  }

  std::unique_ptr<FakeBroker> m_broker;
};

void TerminalTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  // Shells mark where a paste begins and ends, which hides where a line does.
  auto inputrc = m_broker->path("inputrc");
  QFile file(inputrc);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write("set enable-bracketed-paste off\n");
  qputenv("INPUTRC", inputrc.toUtf8());
}

void TerminalTest::programHasATerminalOfItsOwn() {
  // CVE-2017-5226, CVE-2023-28100: what it does to its terminal it does to ours, not to the person's.
  auto child =
      start({"--", "sh", "-c", "tty; stty -a | head -n 1; test -t 0 && test -t 1 && test -t 2 && echo all three"});
  QCOMPARE(child->waitForEnd(), 0);
  QVERIFY(child->seen().contains("all three"));
  QVERIFY(child->seen().contains("/dev/pts/"));
  QVERIFY(!child->seen().contains(QByteArray(ptsname(child->fd())) + "\r"));
  QVERIFY(child->seen().contains("rows 24; columns 80"));
  QVERIFY(m_broker->launched().terminal);
}

void TerminalTest::outputToAFileIsNoTerminal() {
  auto shell = startShell();
  shell->type(
      "$LATCHKEY run -- sh -c 'test -t 0 && echo in; test -t 1 && echo out; test -t 2 && echo err >&2' > $HOME/out; "
      "cat $HOME/out; echo end\n");
  QVERIFY(shell->expect("\nerr\r"));
  QVERIFY(shell->expect("\nin\r\nend\r"));
  QVERIFY(!shell->seen().contains("\nout\r"));
}

void TerminalTest::keysArriveOneByOne() {
  auto child = start({"--", "sh", "-c", "stty raw -echo; echo ready; dd bs=1 count=1 2>/dev/null | od -An -c"});
  QVERIFY(child->expect("ready"));
  child->type("q");
  QVERIFY(child->expect("q"));
  QCOMPARE(child->waitForEnd(), 0);
}

void TerminalTest::ctrlCReachesTheProgram() {
  auto child = start({"--", "sh", "-c", "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done"});
  QVERIFY(child->expect("ready"));
  child->type("\x03");
  QVERIFY(child->expect("caught"));
  QCOMPARE(child->waitForEnd(), 5);
  QVERIFY(child->sane());
}

void TerminalTest::windowSizeFollows() {
  auto child = start({"--", "sh", "-c", "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done"});
  QVERIFY(child->expect("ready"));
  child->resize(33, 101);
  QVERIFY(child->expect("33 101"));
}

void TerminalTest::terminalIsRestored_data() {
  QTest::addColumn<QString>("script");
  QTest::addColumn<int>("signal");
  QTest::newRow("ends") << "stty raw -echo; echo ready" << 0;
  QTest::newRow("killed") << "stty raw -echo; echo ready; kill -9 $$" << 0;
  QTest::newRow("we are told to end") << "stty raw -echo; echo ready; sleep 100" << SIGTERM;
  QTest::newRow("we are told to quit") << "echo ready; sleep 100" << SIGQUIT;
}

void TerminalTest::terminalIsRestored() {
  QFETCH(QString, script);
  QFETCH(int, signal);
  auto child = start({"--", "sh", "-c", script});
  QVERIFY(child->expect("ready"));
  if (signal != 0) kill(child->pid(), signal);
  QVERIFY(child->waitForEnd() >= 0);
  QVERIFY(child->sane());
}

void TerminalTest::lastOutputIsShown() {
  auto child = start({"--", "sh", "-c", "seq 1 20000; echo the very end"});
  QCOMPARE(child->waitForEnd(), 0);
  QVERIFY(child->seen().contains("\r\n19999\r\n20000\r\nthe very end\r\n"));
}

void TerminalTest::nothingIsPaintedAfterTheEnd() {
  auto shell = startShell();
  shell->type("$LATCHKEY run -- sh -c '(trap \"\" HUP; sleep 1; echo late; touch " +
              m_broker->path("home/late").toUtf8() + ") & sleep 0.3; exit 0'; echo ended\n");
  QVERIFY(shell->expect("\nended\r"));
  QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_broker->path("home/late")), 10'000);
  QVERIFY(!shell->watch(300).contains("\nlate"));
}

void TerminalTest::ctrlZStopsAndForegroundContinues() {
  auto shell = startShell();
  shell->type("$LATCHKEY run -- sh -c 'echo ready; while :; do read line; echo got $line; done'\n");
  QVERIFY(shell->expect("\nready"));
  shell->type("\x1a");
  QVERIFY(shell->expect("Stopped"));
  QVERIFY(shell->expect("prompt> "));
  QVERIFY(m_broker->waitForCall("signal " + QString::number(SIGSTOP)));
  shell->type("echo still $((40+2))\n");
  QVERIFY(shell->expect("still 42"));
  shell->type("fg\n");
  QVERIFY(m_broker->waitForCall("signal " + QString::number(SIGCONT)));
  shell->watch(300);
  shell->type("word\n");
  QVERIFY(shell->expect("got word"));
  shell->type("\x03");
  QVERIFY(shell->expect("prompt> "));
}

void TerminalTest::startedInTheBackgroundItDoesNotStop() {
  auto shell = startShell();
  shell->type("$LATCHKEY run -- sh -c 'echo from behind; sleep 1; read line; echo got $line' &\n");
  QVERIFY(shell->expect("from behind"));
  shell->type("jobs; echo end of jobs\n");
  QVERIFY(shell->expect("Running"));
  QVERIFY(shell->expect("end of jobs\r"));
  shell->type("fg\n");
  shell->watch(1500);
  shell->type("word\n");
  QVERIFY(shell->expect("got word"));
  QVERIFY(shell->expect("prompt> "));
}

void TerminalTest::shellInsideHasJobControl() {
  auto child = start({"--", "bash", "--norc", "--noprofile", "-i"});
  child->type("PS1='inside> '\n");
  QVERIFY(child->expect("\r\ninside> "));
  QVERIFY(!child->seen().contains("no job control"));
  child->type("sleep 100\n");
  child->watch(500);
  child->type("\x1a");
  QVERIFY(child->expect("Stopped"));
  child->type("jobs\n");
  QVERIFY(child->expect("sleep 100"));
  child->type("fg\n");
  child->watch(500);
  child->type("\x03");
  QVERIFY(child->expect("inside> "));
  child->type("\x1a");  // At its prompt a shell ignores it, and so do we.
  child->type("exit 9\n");
  QCOMPARE(child->waitForEnd(), 9);
}

void TerminalTest::questionIsAnsweredByOneKey_data() {
  QTest::addColumn<QByteArray>("keys");
  QTest::addColumn<QString>("answer");
  QTest::newRow("y") << QByteArray("y") << "allow once write file";
  QTest::newRow("r") << QByteArray("r") << "allow run write file";
  QTest::newRow("a") << QByteArray("a") << "allow always write file";
  QTest::newRow("n") << QByteArray("n") << "deny run write file";
  QTest::newRow("N") << QByteArray("N") << "never always write file";
  QTest::newRow("Esc") << QByteArray("\x1b") << "dismiss once write file";
}

void TerminalTest::questionIsAnsweredByOneKey() {
  QFETCH(QByteArray, keys);
  QFETCH(QString, answer);
  auto child = startAsking("echo ready; read line");
  QVERIFY(child->expect("ready"));
  askAndWait(*child);
  QVERIFY(child->seen().contains("FeatherPad wants to open budget.ods"));
  child->type("\r");  // Enter answers nothing.
  child->watch(200);
  QCOMPARE(m_broker->answer(), "");
  child->type(keys);
  QCOMPARE(m_broker->waitForAnswer(), answer);
  child->type("\n");
  QVERIFY(child->waitForEnd() >= 0);
  QVERIFY(child->sane());
}

void TerminalTest::programCannotPaintOverTheQuestion() {
  auto child = startAsking("while :; do echo PAINT; sleep 0.01; done");
  QVERIFY(child->expect("PAINT"));
  m_broker->ask(fileRequest);
  QVERIFY(child->expect("Esc not now"));
  QVERIFY(!child->watch(1500).contains("PAINT"));
  child->type("y");
  QCOMPARE(m_broker->waitForAnswer(), "allow once write file");
  QVERIFY(child->expect("PAINT"));
}

void TerminalTest::programCannotReadTheAnswer() {
  auto child = startAsking("echo ready; read line; echo \"it read <$line>\"");
  QVERIFY(child->expect("ready"));
  child->type("be");
  child->watch(300);
  askAndWait(*child);
  child->type("d");
  child->watch(200);
  child->type("n");
  QVERIFY(!m_broker->waitForAnswer().isEmpty());
  child->watch(200);
  child->type("fore\n");
  QVERIFY(child->expect("it read <before>"));
}

void TerminalTest::keysTypedBeforeAreThrownAway() {
  auto child = startAsking("echo ready; sleep 100");
  QVERIFY(child->expect("ready"));
  m_broker->ask(fileRequest);
  QElapsedTimer timer;
  timer.start();
  QVERIFY(child->expect(QUESTION));
  child->type("y");
  child->watch(100);
  child->type("a");
  auto late = timer.elapsed() > DEAF_MS / 2;
  child->watch(DEAF_MS + 500);
  if (late) QSKIP("this machine was too slow to type in time");
  QCOMPARE(m_broker->answer(), "");
  child->type("n");
  QCOMPARE(m_broker->waitForAnswer(), "deny run write file");
}

void TerminalTest::severalKeysAtOnceAreNoAnswer_data() {
  QTest::addColumn<QByteArray>("keys");
  QTest::newRow("paste") << QByteArray("yes");
  QTest::newRow("the same twice") << QByteArray("yy");
  QTest::newRow("title report") << QByteArray("\x1b]ly\x1b\\");
  QTest::newRow("position report") << QByteArray("\x1b[24;80R");
  QTest::newRow("cursor key") << QByteArray("\x1b[A");
  QTest::newRow("letter of two bytes") << QByteArray("ÿ");
  QTest::newRow("bracketed paste") << QByteArray("\x1b[200~y\x1b[201~");
}

void TerminalTest::severalKeysAtOnceAreNoAnswer() {
  QFETCH(QByteArray, keys);
  auto child = startAsking("echo ready; sleep 100");
  QVERIFY(child->expect("ready"));
  askAndWait(*child);
  child->type(keys);
  child->watch(300);
  QCOMPARE(m_broker->answer(), "");
  child->type("n");
  QCOMPARE(m_broker->waitForAnswer(), "deny run write file");
}

void TerminalTest::screenIsPutInOrderBeforeTheQuestion() {
  // Black on black, an unfinished string that would swallow the question, updates held back.
  auto child = startAsking("printf 'ready\\033]11;#000000\\007\\033[30m\\033[?2026h\\033[?1000h\\033P'; sleep 100");
  QVERIFY(child->expect("ready"));
  askAndWait(*child);
  auto seen = child->seen();
  auto question = seen.indexOf("FeatherPad");
  for (auto part : {"\x18\x1b\\", "\x1b[?2026l", "\x1b[0m", "\x1b]111\x07"}) {
    auto at = seen.indexOf(part);
    QVERIFY2(at > 0 && at < question, QByteArray(part).toPercentEncoding());
  }
  child->type("n");
  QVERIFY(!m_broker->waitForAnswer().isEmpty());
  QVERIFY(child->expect("\x1b[?1000h"));  // What it had set for itself it has again.
}

void TerminalTest::otherScreenComesBackAfterTheQuestion() {
  auto child = startAsking("trap 'echo drawn anew' WINCH; printf '\\033[?1049hready'; while :; do sleep 0.05; done");
  QVERIFY(child->expect("ready"));
  m_broker->ask(fileRequest);
  QVERIFY(child->expect("\x1b[?1049l"));
  QVERIFY(child->expect(QUESTION));
  child->watch(DEAF_MS + 300);
  child->type("y");
  QVERIFY(!m_broker->waitForAnswer().isEmpty());
  QVERIFY(child->expect("\x1b[?1049h"));
  QVERIFY(child->expect("drawn anew"));
}

void TerminalTest::withdrawnQuestionIsTakenDown() {
  auto child = startAsking("echo ready; read line; echo \"it read <$line>\"");
  QVERIFY(child->expect("ready"));
  askAndWait(*child);
  m_broker->withdraw();
  QVERIFY(child->expect("Not asked any more"));
  child->watch(200);
  child->type("y\n");
  QVERIFY(child->expect("it read <y>"));
}

void TerminalTest::questionsComeOneAfterTheOther() {
  auto child = startAsking("echo ready; sleep 100");
  QVERIFY(child->expect("ready"));
  for (auto answer : {"y", "n", "y"}) {
    askAndWait(*child);
    child->type(answer);
    QVERIFY(m_broker->waitForAnswer().startsWith(*answer == 'y' ? "allow" : "deny"));
  }
}

void TerminalTest::ctrlCDeclinesAndReachesTheProgram() {
  auto child = startAsking("trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done");
  QVERIFY(child->expect("ready"));
  askAndWait(*child);
  child->type("\x03");
  QCOMPARE(m_broker->waitForAnswer(), "dismiss once write file");
  QVERIFY(child->expect("caught"));
  QCOMPARE(child->waitForEnd(), 5);
}

void TerminalTest::killedWhileAskingItRestoresTheTerminal() {
  auto child = startAsking("echo ready; sleep 100");
  QVERIFY(child->expect("ready"));
  askAndWait(*child);
  kill(child->pid(), SIGTERM);
  QVERIFY(child->waitForEnd() >= 0);
  QVERIFY(child->sane());
}

void TerminalTest::pipedProgramIsAskedOnTheTerminal() {
  auto shell = startShell();
  shell->type("echo input | $LATCHKEY run --ask tty -- sh -c 'cat; sleep 3; echo done' | tr a-z A-Z\n");
  QVERIFY(m_broker->waitForCall("present instance-one"));
  askAndWait(*shell);
  shell->type("r");
  QCOMPARE(m_broker->waitForAnswer(), "allow run write file");
  QVERIFY(shell->expect("DONE"));
  QVERIFY(shell->expect("prompt> "));
  QVERIFY(shell->seen().contains("INPUT"));  // Before or after the question: the program did not wait for it.
  QVERIFY(shell->seen().contains("FeatherPad wants to open"));
}

QTEST_GUILESS_MAIN(TerminalTest)
#include "terminal-test.moc"
