// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey peer`: what it asks of the broker, what it prints, and words compared on a terminal.

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "app/cli/words-question.h"
#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/pty-child.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;
using cli::WordsQuestion;

namespace {

constexpr int DEAF_MS = 700;
const char* const NASTY = "a\x1b]0;owned\x07\u202eb\u009b31m\r\nname=";

void twoMachines(schema::Machines::ListResults::Builder results) {
  auto list = results.initList(2);
  list[0].setId("machineone");
  list[0].setPetname("Anna's laptop");
  list[0].setState(schema::MachineInfo::State::CONNECTED);
  list[0].setPaired(1'700'000'000'000'000'000);
  list[0].setSeen(1'700'000'001'000'000'000);
  list[0].setRoute("192.168.1.7:7357");
  list[0].setShared(3);
  auto routes = list[0].initRoutes(2);
  routes[0].setText("192.168.1.7:7357");
  routes[0].setTried(1'700'000'000'000'000'000);
  routes[1].setText("ssh anna@desk");
  routes[1].setTried(1'700'000'000'000'000'000);
  routes[1].setOutcome("nothing answers there");
  list[1].setId("machinetwo");
  list[1].setPetname(NASTY);
  list[1].setState(schema::MachineInfo::State::KEY_CHANGED);
  list[1].setRoute(NASTY);
  auto self = results.initSelf();
  self.setId("myself");
  self.setName("desk");
  self.setListening(true);
  self.initAddresses(1).set(0, "192.168.1.2:7357");
}

}  // namespace

class PeersTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }

  void listIsTheContract();
  void listIsEscaped();
  void emptyListSaysHowToBegin();
  void invitationsAreListed();
  void actionsReachTheBroker_data();
  void actionsReachTheBroker();
  void misuseIsStatusTwo_data();
  void misuseIsStatusTwo();
  void whatEndedIsPrinted();
  void connectSaysWhyNot();
  void onlyTheLinkGoesIntoAPipe();
  void linksAreReadFromStandardInput();
  void wordsNeedATerminal();
  void stdioIsCarried();
  void stdioNeedsPipes();
  void namesAreCompleted();

  void questionNamesTheSafeAnswerFirst();
  void questionEscapesWhatComesFromElsewhere();
  void onlyTwoKeysAnswer();

  void matchingWordsAdd();
  void differingWordsDoNot_data();
  void differingWordsDoNot();
  void habitAnswersNothing();
  void keysTypedBeforeAreThrownAway();
  void severalKeysAtOnceAreNoAnswer();
  void wordsAreTakenDown();
  void withoutAnAddressItWaits();

private:
  Outcome run(const QStringList& words, const QByteArray& input = {}) {
    return runCommand(QStringList("peer") + words, m_broker->environment(), input);
  }
  std::unique_ptr<PtyChild> onTerminal(const QStringList& words) {
    m_broker->script.words = {"apple", "brick", "cloud", "drum"};
    m_broker->script.machineName = "Anna's laptop";
    return std::make_unique<PtyChild>(QStringList{programPath("latchkey"), "peer"} + words, m_broker->environment());
  }

  std::unique_ptr<FakeBroker> m_broker;
};

void PeersTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  m_broker->script.machines = twoMachines;
}

void PeersTest::listIsTheContract() {
  auto list = QJsonDocument::fromJson(run({"list", "--json"}).out).array();
  QCOMPARE(list.size(), 2);
  auto first = list[0].toObject();
  QCOMPARE(first.keys(), (QStringList{"id", "name", "offered", "paired", "route", "seen", "shared", "state"}));
  QCOMPARE(first["id"].toString(), "machineone");
  QCOMPARE(first["name"].toString(), "Anna's laptop");
  QCOMPARE(first["state"].toString(), "connected");
  QCOMPARE(first["paired"].toString(), "2023-11-14T22:13:20Z");
  QCOMPARE(first["shared"].toInt(), 3);
  auto second = list[1].toObject();
  QCOMPARE(second["name"].toString(), QString::fromUtf8(NASTY));  // Scripts get it as it is.
  QCOMPARE(second["state"].toString(), "keyChanged");
  QCOMPARE(second["seen"].toString(), "");
  QCOMPARE(run({"--json"}).out, run({"list", "--json"}).out);
}

void PeersTest::listIsEscaped() {
  auto outcome = run({});
  QCOMPARE(outcome.status, 0);
  QVERIFY(outcome.out.contains("Anna's laptop") && outcome.out.contains("another machine answers in its place"));
  QVERIFY(!outcome.out.contains('\x1b') && !outcome.out.contains("\u202e") && !outcome.out.contains("\u009b"));
  QCOMPARE(outcome.out.count('\n'), 3);
}

void PeersTest::emptyListSaysHowToBegin() {
  m_broker->script.machines = nullptr;
  auto outcome = run({});
  QVERIFY(outcome.out.contains("peer invite"));
  QCOMPARE(run({"--json"}).out.trimmed(), "[]");
}

void PeersTest::invitationsAreListed() {
  m_broker->script.invitations = [](schema::Machines::InvitationsResults::Builder results) {
    auto list = results.initList(1);
    list[0].setId("invitationone");
    list[0].setMade(1'700'000'000'000'000'000);
    list[0].setUsed(1'700'000'001'000'000'000);
    list[0].setBy("machineone");
  };
  QVERIFY(run({"invitations"}).out.contains("Anna's laptop"));
  auto one = QJsonDocument::fromJson(run({"invitations", "--json"}).out).array()[0].toObject();
  QCOMPARE(one.keys(), (QStringList{"by", "id", "made", "until", "used"}));
  QCOMPARE(run({"invitations", "cancel", "invi"}).status, 0);
  QVERIFY(m_broker->calls().contains("cancelInvitation invitationone"));
}

void PeersTest::actionsReachTheBroker_data() {
  QTest::addColumn<QStringList>("words");
  QTest::addColumn<QString>("call");
  auto row = [](const char* name, QStringList words, const char* call) { QTest::newRow(name) << words << call; };
  row("invite", {"invite"}, "invite 86400");
  row("invite for an hour", {"invite", "--for", "1h"}, "invite 3600");
  row("join", {"join", "latchkey:join/x"}, "join latchkey:join/x");
  row("name", {"name", "machineone", "Anna's"}, "rename machineone Anna's");
  row("by name", {"name", "Anna's laptop", "Anna's"}, "rename machineone Anna's");
  row("forget", {"forget", "Anna's laptop"}, "forgetMachine machineone");
  row("by a beginning", {"forget", "machineo"}, "forgetMachine machineone");
  row("block", {"block", "machinetwo"}, "block machinetwo");
  row("unblock", {"unblock", "machinetwo"}, "unblock machinetwo");
  row("route", {"route", "machineone", "10.0.0.1", "ssh anna@desk"}, "setRoutes machineone 10.0.0.1|ssh anna@desk");
  row("self", {"self", "name=my desk", "listen=off", "port=9000"}, "setSelf my desk is silent 9000");
}

void PeersTest::actionsReachTheBroker() {
  QFETCH(QStringList, words);
  QFETCH(QString, call);
  auto outcome = run(words);
  QVERIFY2(outcome.status == 0, outcome.err);
  QCOMPARE(m_broker->calls().constLast(), call);
}

void PeersTest::misuseIsStatusTwo_data() {
  QTest::addColumn<QStringList>("words");
  for (auto line : {"frob", "join", "name machineone", "forget", "forget nothere", "forget machine", "block a b c",
                    "serve", "route", "connect", "list extra", "invite extra", "invite --for never", "self nonsense=1",
                    "self listen=perhaps", "self port=70000", "list --frob"}) {
    QTest::newRow(line) << QString(line).split(' ');
  }
}

void PeersTest::misuseIsStatusTwo() {
  QFETCH(QStringList, words);
  auto outcome = run(words);
  QCOMPARE(outcome.status, 2);
  QVERIFY(outcome.err.startsWith("latchkey: "));
  for (auto& call : m_broker->calls()) {
    for (auto doing : {"forget", "block", "rename", "setRoutes", "setSelf", "invite", "join"})
      QVERIFY2(!call.startsWith(doing), qPrintable(call));
  }
}

void PeersTest::whatEndedIsPrinted() { QVERIFY(run({"forget", "machineone"}).out.contains("photo.jpg")); }

void PeersTest::connectSaysWhyNot() {
  m_broker->script.connect = [](schema::MachineInfo::Builder machine) {
    machine.setState(schema::MachineInfo::State::REFUSED);
    machine.setWhy("it does not know this computer any more");
  };
  auto outcome = run({"connect", "machineone"});
  QCOMPARE(outcome.status, 1);
  QVERIFY(outcome.err.contains("does not know this computer"));
  m_broker->script.connect = [](schema::MachineInfo::Builder machine) {
    machine.setState(schema::MachineInfo::State::CONNECTED);
    machine.setRoute("ssh anna@desk");
  };
  QCOMPARE(run({"connect", "machineone"}).out, "Connected, by ssh anna@desk.\n");
}

void PeersTest::onlyTheLinkGoesIntoAPipe() { QCOMPARE(run({"invite"}).out, "latchkey:join/a/b/c/10.0.0.1+7357\n"); }

void PeersTest::linksAreReadFromStandardInput() {
  QCOMPARE(run({"join", "-"}, "latchkey:join/x\n").status, 0);
  QVERIFY(m_broker->calls().contains("join latchkey:join/x\n"));
}

void PeersTest::wordsNeedATerminal() {
  // A session of its own: else /dev/tty is whoever's runs the tests.
  QProcess process;
  process.setEnvironment(m_broker->environment());
  process.start("setsid", {"-w", programPath("latchkey"), "peer", "add", "10.0.0.1"});
  process.closeWriteChannel();
  QVERIFY(process.waitForFinished());
  QCOMPARE(process.exitCode(), 2);
  QVERIFY(process.readAllStandardError().contains("terminal"));
  QVERIFY(!m_broker->calls().join(' ').contains("add"));
}

void PeersTest::stdioIsCarried() {
  QByteArray much(300'000, 'x');
  auto outcome = run({"serve", "--stdio"}, much + "\x01\x02" + QByteArray(1, '\0') + "end");
  QVERIFY2(outcome.status == 0, outcome.err);
  QCOMPARE(outcome.out.size(), much.size() + 6);
  QVERIFY(outcome.out.endsWith("end"));
  QVERIFY(outcome.err.isEmpty());
}

void PeersTest::stdioNeedsPipes() {
  QProcess process;
  process.setEnvironment(m_broker->environment());
  process.setStandardInputFile(programPath("latchkey"));
  process.start(programPath("latchkey"), {"peer", "serve", "--stdio"});
  QVERIFY(process.waitForFinished());
  QCOMPARE(process.exitCode(), 2);
  QVERIFY(!m_broker->calls().contains("serve"));
}

void PeersTest::namesAreCompleted() {
  auto offered = runCommand({"__complete", "machines"}, m_broker->environment()).out;
  QVERIFY(offered.contains("machineone\tAnna's laptop\n"));  // Its name would be two words.
  QVERIFY(!offered.contains('\x1b'));
}

// --- the question

void PeersTest::questionNamesTheSafeAnswerFirst() {
  auto text = WordsQuestion("Anna's laptop", {"apple", "brick", "cloud", "drum"}, 80, false).text();
  QVERIFY(text.find("apple   brick   cloud   drum") != text.npos);
  QVERIFY(text.find("They differ") < text.find("The words match"));
}

void PeersTest::questionEscapesWhatComesFromElsewhere() {
  auto text = WordsQuestion(NASTY, {NASTY, "b", "c", "d"}, 80, true).text();
  QVERIFY(text.find("\x1b]") == text.npos && text.find('\x07') == text.npos && text.find("\u202e") == text.npos);
  QVERIFY(text.find("\nname=") == text.npos);
}

void PeersTest::onlyTwoKeysAnswer() {
  for (int key = 0; key < 256; ++key) {
    auto answer = WordsQuestion::press(static_cast<char>(key));
    if (key == 'm') QCOMPARE(answer, WordsQuestion::Answer::Match);
    else if (key == 'd' || key == '\x1b') QCOMPARE(answer, WordsQuestion::Answer::Differ);
    else QCOMPARE(answer, WordsQuestion::Answer::None);
  }
}

// --- on a terminal

void PeersTest::matchingWordsAdd() {
  auto child = onTerminal({"add", "10.0.0.1"});
  QVERIFY(child->expect("apple   brick   cloud   drum"));
  QTest::qWait(DEAF_MS + 200);
  child->type("m");
  QVERIFY(child->expect("Added Anna's laptop. It can see nothing of yours yet."));
  QCOMPARE(child->waitForEnd(), 0);
  QVERIFY(child->sane());
  QVERIFY(m_broker->calls().contains("match"));
}

void PeersTest::differingWordsDoNot_data() {
  QTest::addColumn<QByteArray>("key");
  QTest::newRow("d") << QByteArray("d");
  QTest::newRow("Esc") << QByteArray("\x1b");
  QTest::newRow("Ctrl-C") << QByteArray("\x03");
}

void PeersTest::differingWordsDoNot() {
  QFETCH(QByteArray, key);
  auto child = onTerminal({"add", "10.0.0.1"});
  QVERIFY(child->expect("They differ"));
  QTest::qWait(DEAF_MS + 200);
  child->type(key);
  QVERIFY(child->expect("Not added."));
  QCOMPARE(child->waitForEnd(), 1);
  QVERIFY(child->sane());
  QVERIFY(m_broker->calls().contains("differ"));
}

void PeersTest::habitAnswersNothing() {
  auto child = onTerminal({"add", "10.0.0.1"});
  QVERIFY(child->expect("They differ"));
  QTest::qWait(DEAF_MS + 200);
  for (auto key : {"\r", " ", "y", "M", "a"}) {
    child->type(key);
    child->watch(100);
  }
  QVERIFY(!m_broker->calls().contains("match") && !m_broker->calls().contains("differ"));
}

void PeersTest::keysTypedBeforeAreThrownAway() {
  auto child = onTerminal({"add", "10.0.0.1"});
  QVERIFY(child->expect("They differ"));
  child->type("m");
  child->watch(DEAF_MS + 500);
  QVERIFY(!m_broker->calls().contains("match"));
}

void PeersTest::severalKeysAtOnceAreNoAnswer() {
  auto child = onTerminal({"add", "10.0.0.1"});
  QVERIFY(child->expect("They differ"));
  QTest::qWait(DEAF_MS + 200);
  child->type("mm");
  child->watch(300);
  child->type("\x1b[6n");
  child->watch(300);
  QVERIFY(!m_broker->calls().contains("match") && !m_broker->calls().contains("differ"));
}

void PeersTest::wordsAreTakenDown() {
  m_broker->script.takesWordsDown = true;
  auto child = onTerminal({"add", "10.0.0.1"});
  QVERIFY(child->expect("They differ"));
  QVERIFY(child->expect("Not asked any more"));
  QCOMPARE(child->waitForEnd(), 1);
  QVERIFY(child->sane());
}

void PeersTest::withoutAnAddressItWaits() {
  auto child = onTerminal({"add"});
  QVERIFY(child->expect("latchkey peer add 192.168.1.2:7357"));
  QVERIFY(child->expect("They differ"));
  QTest::qWait(DEAF_MS + 200);
  child->type("m");
  QVERIFY(child->expect("Added Anna's laptop"));
  QCOMPARE(child->waitForEnd(), 0);
}

QTEST_GUILESS_MAIN(PeersTest)
#include "peers-test.moc"
