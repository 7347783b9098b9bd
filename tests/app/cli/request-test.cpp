// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey request`, and `latchkey answer` where another machine asks: what they ask of the broker, what they print,
// and how they end.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;
using State = schema::WishInfo::State;

namespace {

const char* const NASTY = "a\x1b]0;owned\x07\u202eb\r\nID";

void twoMachines(schema::Machines::ListResults::Builder results) {
  auto list = results.initList(2);
  list[0].setId("machineone");
  list[0].setPetname("Anna's laptop");
  list[1].setId("machinetwo");
  list[1].setPetname("attic");
}

void threeWishes(schema::Sharing::WishesResults::Builder results) {
  auto list = results.initList(3);
  list[0].setId("wishone");
  list[0].setMachine("machineone");
  list[0].setMachineName("Anna's laptop");
  list[0].setKind(schema::Kind::FOLDER);
  list[0].setName("Garden");
  list[0].setSince(1'700'000'000'000'000'000);
  list[1].setId("wishtwo");
  list[1].setMachineName(NASTY);
  list[1].setKind(schema::Kind::SERVICE);
  list[1].setName(NASTY);
  list[1].setState(State::FAILED);
  list[1].setWhy(NASTY);
  list[2].setId("otherwish");
  list[2].setMachineName("attic");
  list[2].setState(State::GIVEN);
}

// One of another machine, for a folder, for two hours.
void farRequest(schema::Person::RequestsResults::Builder results, schema::Kind kind) {
  auto request = results.initList(1)[0];
  request.setId("requestone");
  request.setApp("machine:machineone");
  request.setAppName("Anna's laptop");
  request.setKind(kind);
  request.setAccess(schema::Access::WRITE);
  auto wish = request.initWish();
  wish.setName("internet");
  wish.setSeconds(7200);
}

}  // namespace

class RequestCommandTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init() {
    m_broker = std::make_unique<FakeBroker>();
    m_broker->script.machines = twoMachines;
    m_broker->script.wishes = threeWishes;
  }
  void cleanup() { m_broker.reset(); }

  void whatIsAskedFor_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("call");
    auto row = [](const char* name, QStringList words, const char* call) { QTest::newRow(name) << words << call; };
    row("least", {"attic", "folder"}, "ask machinetwo folder  read for 0 - '' kept");
    row("most",
        {"Anna's laptop", "file", "--name", "the letter", "--access", "write", "--for", "8h", "--reason", "to sign it"},
        "ask machineone file the letter write for 28800 - 'to sign it' kept");
    row("always", {"attic", "service", "--name", "db", "--for", "always"},
        "ask machinetwo service db read for 0 always '' kept");
  }
  void whatIsAskedFor() {
    QFETCH(QStringList, words);
    QFETCH(QString, call);
    auto outcome = run(QStringList{"request"} + words + QStringList{"--no-wait"});
    QVERIFY2(outcome.status == 0, outcome.err);
    QCOMPARE(outcome.out, "wishone\n");
    // A length is told in seconds, of which one may have passed.
    auto last = m_broker->calls().constLast();
    QVERIFY2(last == call || last == QString(call).replace("28800", "28799"), qPrintable(last));
  }

  void itWaitsForTheAnswer_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("out");
    QTest::addColumn<QByteArray>("err");
    auto row = [](const char* name, State state, schema::Kind kind, int status, const char* out, const char* err) {
      QTest::newRow(name) << static_cast<int>(state) << static_cast<int>(kind) << status << QByteArray(out)
                          << QByteArray(err);
    };
    row("files", State::GIVEN, schema::Kind::FOLDER, 0, "/run/place/Garden\n", "");
    row("a service", State::GIVEN, schema::Kind::SERVICE, 0, "offerone\n", "");
    row("declined", State::DECLINED, schema::Kind::FOLDER, 1, "", "latchkey: not given\n");
    row("failed", State::FAILED, schema::Kind::FOLDER, 1, "", "latchkey: it is too old\n");
    row("withdrawn", State::WITHDRAWN, schema::Kind::FOLDER, 1, "", "latchkey: withdrawn\n");
  }
  void itWaitsForTheAnswer() {
    QFETCH(int, state);
    QFETCH(int, kind);
    QFETCH(int, status);
    QFETCH(QByteArray, out);
    QFETCH(QByteArray, err);
    m_broker->script.answer = [=](schema::WishInfo::Builder wish) {
      wish.setState(static_cast<State>(state));
      wish.setKind(static_cast<schema::Kind>(kind));
      wish.setPlace(kj::StringPtr("/run/place/Garden").asBytes());
      wish.setOffer("offerone");
      wish.setWhy("it is too old");
    };
    auto outcome = run({"request", "attic", "folder"});
    QCOMPARE(outcome.status, status);
    QCOMPARE(outcome.out, out);
    QCOMPARE(outcome.err, err);
    auto json = QJsonDocument::fromJson(run({"request", "attic", "folder", "--json"}).out).array();
    QCOMPARE(json.size(), 1);
    QCOMPARE(json[0].toObject()["offer"].toString(), "offerone");
    QVERIFY(m_broker->waitForCall("let go"));
  }

  void whoIsKilledWithdraws() {
    QProcess process;
    process.setEnvironment(m_broker->environment());
    process.start(programPath("latchkey"), {"request", "attic", "folder"});
    QVERIFY(m_broker->waitForCall("wait wishone"));
    QVERIFY(!m_broker->calls().contains("let go"));
    process.kill();
    QVERIFY(m_broker->waitForCall("let go"));
    process.waitForFinished();
  }

  void misuseIsStatusTwo_data() {
    QTest::addColumn<QStringList>("words");
    for (auto line :
         {"request attic", "request nobody folder", "request machine folder", "request attic nonsense",
          "request attic desktop", "request attic folder extra", "request attic folder --access rw",
          "request attic service --access write", "request attic folder --for once", "request attic folder --for run",
          "request attic folder --for never", "request attic folder --for 2001-01-01T00:00:00Z",
          "request attic folder --wait --no-wait", "request attic folder --frob", "request --withdraw",
          "request --withdraw nothere", "request --withdraw wish", "request --withdraw wishone extra"}) {
      QTest::newRow(line) << QString(line).split(' ');
    }
  }
  void misuseIsStatusTwo() {
    QFETCH(QStringList, words);
    auto outcome = run(words);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.startsWith("latchkey: ") && outcome.err.count('\n') == 1, outcome.err);
    for (auto& call : m_broker->calls())
      for (auto doing : {"ask", "take back"}) QVERIFY2(!call.startsWith(doing), qPrintable(call));
  }

  void takenBack() {
    auto outcome = run({"request", "--withdraw", "wishon"});
    QVERIFY2(outcome.status == 0, outcome.err);
    QCOMPARE(m_broker->calls().constLast(), "take back wishone");
  }

  void listed() {
    auto list = QJsonDocument::fromJson(run({"request", "--json"}).out).array();
    QCOMPARE(list.size(), 3);
    auto first = list[0].toObject();
    QCOMPARE(first.keys(), (QStringList{"access", "always", "claim", "decided", "grant", "id", "kind", "machine",
                                        "name", "offer", "place", "seconds", "since", "state", "target", "why"}));
    QCOMPARE(first["state"].toString(), "waiting");
    auto out = run({"request"}).out;
    QVERIFY2(out.contains("folder Garden") && out.contains("attic"), out);
    QVERIFY(!out.contains('\x1b') && !out.contains('\x07') && !out.contains('\r'));
    QVERIFY(!QString::fromUtf8(out).contains(QChar(0x202e)));
    QCOMPARE(out.count('\n'), 4);
    m_broker->script.wishes = nullptr;
    QCOMPARE(run({"request"}).out, "No machine was asked for anything.\n");
  }

  // --- on the machine that is asked

  void answered_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("call");
    auto row = [](const char* name, schema::Kind kind, QStringList words, const char* call) {
      QTest::newRow(name) << static_cast<int>(kind) << words << call;
    };
    row("a folder", schema::Kind::FOLDER, {"allow", "/usr/share", "--access", "read"},
        "read picked /usr/share as  uses 0 bytes 0 kept");
    row("a service", schema::Kind::SERVICE,
        {"allow", "postgres:5432", "--as", "orders", "--uses", "3", "--bytes", "1M", "--may-pass-on"},
        "write target postgres:5432 as orders uses 3 bytes 1048576 passed on");
  }
  void answered() {
    QFETCH(int, kind);
    QFETCH(QStringList, words);
    QFETCH(QString, call);
    m_broker->script.requests = [kind](auto results) { farRequest(results, static_cast<schema::Kind>(kind)); };
    auto outcome = run(QStringList{"answer", "requestone"} + words);
    QVERIFY2(outcome.status == 0, outcome.err);
    auto last = m_broker->calls().constLast();
    QVERIFY2(last.startsWith("give requestone allow 20") && last.endsWith(call), qPrintable(last));
  }

  void aNoNeedsNothingMore() {
    m_broker->script.requests = [](auto results) { farRequest(results, schema::Kind::FOLDER); };
    auto outcome = run({"answer", "requestone", "deny"});
    QVERIFY2(outcome.status == 0, outcome.err);
    QVERIFY(m_broker->calls().constLast().startsWith("give requestone deny"));
  }

  void answersThatAreNone_data() {
    QTest::addColumn<QStringList>("words");
    for (auto line : {"allow", "allow postgres:5432 extra", "allow postgres:5432 --uses 0"})
      QTest::newRow(line) << QString(line).split(' ');
  }
  void answersThatAreNone() {
    QFETCH(QStringList, words);
    m_broker->script.requests = [](auto results) { farRequest(results, schema::Kind::SERVICE); };
    auto outcome = run(QStringList{"answer", "requestone"} + words);
    QCOMPARE(outcome.status, 2);
    QVERIFY(!m_broker->calls().constLast().startsWith("give"));
  }

  void itIsListedByItsName() {
    m_broker->script.requests = [](auto results) { farRequest(results, schema::Kind::FOLDER); };
    auto out = run({"requests"}).out;
    QVERIFY2(out.contains("Anna's laptop") && out.contains("called “internet” there, for 2 hours"), out);
    auto json = QJsonDocument::fromJson(run({"requests", "--json"}).out).array()[0].toObject();
    QCOMPARE(json["app"].toString(), "machine:machineone");
    QCOMPARE(json["seconds"].toInt(), 7200);
    QCOMPARE(json["suggestion"].toString(), "internet");
    QCOMPARE(json["target"].toString(), "");
  }

  // Whatever was asked for, what is long has to be said.
  void nothingIsGivenForLongUnsaid() {
    m_broker->script.requests = [](auto results) {
      farRequest(results, schema::Kind::SERVICE);
      results.getList()[0].getWish().setSeconds(366 * 86400);
    };
    auto until = [this](const QStringList& more) {
      auto outcome = run(QStringList{"answer", "requestone", "allow", "postgres:5432"} + more);
      if (outcome.status != 0) return QDateTime();
      return QDateTime::fromString(m_broker->calls().constLast().section(' ', 3, 3), Qt::ISODate);
    };
    auto now = QDateTime::currentDateTimeUtc();
    QVERIFY(until({}).isValid());
    QVERIFY(until({}) <= now.addSecs(8 * 3600 + 60));
    QVERIFY(until({"--for", "7d"}) >= now.addDays(6));
    auto out = run({"requests"}).out;
    QVERIFY2(out.contains("for 366 days"), out);
  }

private:
  Outcome run(const QStringList& words) { return runCommand(words, m_broker->environment(), {}); }

  std::unique_ptr<FakeBroker> m_broker;
};

QTEST_GUILESS_MAIN(RequestCommandTest)
#include "request-test.moc"
