// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Rules, reasons and what is open: what the command asks of the broker, what it prints, its status.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "app/cli/names.h"
#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

const char* const NASTY = "a\x1b]0;owned\x07\u202eb\r\nid=";

void oneGrant(schema::Person::GrantsResults::Builder results) {
  auto grant = results.initList(1)[0];
  grant.setId("grantaaaa1");
  grant.setHolder("featherpad");
  grant.setKind(schema::Kind::FOLDER);
  grant.setAccess(schema::Access::READ);
  grant.getLifetime().setAlways();
  grant.getObject().setPath(cli::asData("/home/p/Documents"));
  grant.getObject().setScope(schema::Scope::TREE);
}

void oneRefusal(schema::Person::RefusalsResults::Builder results) {
  auto refusal = results.initList(1)[0];
  refusal.setId("refusalbb2");
  refusal.setHolder(NASTY);
  refusal.getObject().setPath(cli::asData(std::string("/home/p/") + NASTY));
}

void oneMapped(schema::Person::OpenFilesResults::Builder results) {
  auto file = results.initList(1)[0];
  file.setGrant("grantaaaa1");
  file.setPath(cli::asData(std::string("/home/p/") + NASTY));
  file.initProgram().setPid(4711);
  file.getProgram().setName("soffice.bin");
  file.setMapped(schema::OpenFile::Mapped::YES);
  auto mapper = file.initMappers(1)[0];
  mapper.setPid(4711);
  mapper.setName("soffice.bin");
  results.setMore(12);
}

bool isHarmless(const QByteArray& text) {
  for (char c : text) {
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) return false;
  }
  return !text.contains("\u202e") && !text.contains("\nid=");
}

}  // namespace

class RulesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }
  void callsReachTheBroker_data();
  void callsReachTheBroker();
  void misuseIsStatusTwo_data();
  void misuseIsStatusTwo();
  void rulesAreSentences();
  void reasonsAreSentences_data();
  void reasonsAreSentences();
  void whatIsOpenIsListed();
  void dryRunNamesWhoMayDieAndDoesNothing();
  void whatIsNotConfirmedIsNoSuccess_data();
  void whatIsNotConfirmedIsNoSuccess();
  void exportedRulesAreImported();
  void importIsAllOrNothing_data();
  void importIsAllOrNothing();

private:
  Outcome run(const QStringList& arguments) { return runCommand(arguments, m_broker->environment()); }
  // `*` stands for the test's own folder.
  QStringList placed(QStringList words) const { return words.replaceInStrings("*", m_broker->path("home")); }
  QString write(const QByteArray& text) const {
    QFile file(m_broker->path("rules.toml"));
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(text);
    return file.fileName();
  }
  bool wasAsked(const char* call) const {
    for (auto& one : m_broker->calls()) {
      if (one.startsWith(call)) return true;
    }
    return false;
  }

  std::unique_ptr<FakeBroker> m_broker;
};

void RulesTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  m_broker->script.grants = oneGrant;
  m_broker->script.refusals = oneRefusal;
  m_broker->script.openFiles = oneMapped;
  QDir().mkpath(m_broker->path("home/folder"));
  QFile file(m_broker->path("home/a.txt"));
  QVERIFY(file.open(QIODevice::WriteOnly));
}

void RulesTest::callsReachTheBroker_data() {
  QTest::addColumn<QStringList>("command");
  QTest::addColumn<QString>("call");
  auto row = [](const char* name, const QStringList& command, const QString& call) {
    QTest::newRow(name) << command << call;
  };
  row("never a file", {"rules", "never", "x", "*/a.txt"}, "refuse x file */a.txt file read never by descriptor");
  row("never change a tree", {"rules", "never", "x@work", "*/folder", "--access", "write"},
      "refuse x@work folder */folder tree write never by descriptor");
  row("edit access", {"rules", "edit", "granta", "--access", "write"},
      "edit grantaaaa1 featherpad folder /home/p/Documents tree write");
  row("edit app and keep", {"rules", "edit", "granta", "--app", "gimp", "--keep"},
      "edit grantaaaa1 gimp folder /home/p/Documents tree read keep");
  row("edit place", {"rules", "edit", "granta", "--place", "*/folder", "--scope", "folder"},
      "edit grantaaaa1 featherpad folder */folder folder read");
  row("keep", {"rules", "keep", "granta"}, "keep grantaaaa1");
  row("may lapse", {"rules", "may-lapse", "granta"}, "may-lapse grantaaaa1");
  row("why", {"why", "x", "*/a.txt", "--access", "write"}, "why x */a.txt write 0");
  row("why of what is not there", {"why", "x", "*/nothing"}, "why x */nothing read 0");
  row("why of a line", {"why", "--journal", "42"}, "why   read 42");
  row("stop a file", {"stop-file", "granta", "*/a.txt"}, "stopFile grantaaaa1 */a.txt");
  row("stop a file that is gone", {"stop-file", "granta", "*/folder/../gone/"}, "stopFile grantaaaa1 */gone");
  row("full speed", {"grant", "x", "folder", "*/folder", "--fast"},
      "grant x folder */folder tree read always  by descriptor fast");
}

void RulesTest::callsReachTheBroker() {
  QFETCH(QStringList, command);
  QFETCH(QString, call);
  auto outcome = run(placed(command));
  QVERIFY2(outcome.status == 0, outcome.err);
  QCOMPARE(m_broker->calls().constLast(), placed({call}).first());
}

void RulesTest::misuseIsStatusTwo_data() {
  QTest::addColumn<QString>("line");
  for (auto line : {"rules frob",
                    "rules list extra",
                    "rules never",
                    "rules never x",
                    "rules never x /nothing/here",
                    "rules never x /etc/passwd --scope tree",
                    "rules never x /etc --access perhaps",
                    "rules edit",
                    "rules edit nothere --access write",
                    "rules edit granta --access perhaps",
                    "rules edit granta --place /nothing/here",
                    "rules edit granta --for ever",
                    "rules keep",
                    "rules keep nothere",
                    "rules may-lapse",
                    "rules preview",
                    "rules preview /etc --scope tree",
                    "rules preview /etc/*.conf --limit many",
                    "rules import",
                    "rules import /nothing/here",
                    "rules import /etc",
                    "why",
                    "why x",
                    "why x /etc one-more",
                    "why x /etc --access perhaps",
                    "why --journal 0",
                    "why --journal many",
                    "why --journal 4 x",
                    "stop-file",
                    "stop-file granta",
                    "stop-file nothere /etc/passwd",
                    "stop-file granta /etc/passwd one-more",
                    "grants show",
                    "grants show nothere",
                    "grant x file /etc/passwd --fast",
                    "revoke --dry-run",
                    "revoke --dry-run nothere"}) {
    QTest::newRow(line) << line;
  }
}

void RulesTest::misuseIsStatusTwo() {
  QFETCH(QString, line);
  auto outcome = run(line.split(' '));
  QVERIFY2(outcome.status == 2, outcome.err + QByteArray::number(outcome.status));
  QVERIFY(outcome.err.startsWith("latchkey: "));
  QVERIFY(outcome.out.isEmpty());
  for (auto doing : {"refuse", "edit", "keep", "may-lapse", "import", "stopFile", "grant ", "revoke"})
    QVERIFY2(!wasAsked(doing), doing);
}

void RulesTest::rulesAreSentences() {
  auto text = run({"rules"}).out;
  QVERIFY2(text.contains("featherpad may read everything in /home/p/Documents, until you take it back."), text);
  QVERIFY2(text.contains("may never read or write "), text);
  QVERIFY(isHarmless(text));
  auto json = run({"rules", "--json"}).out;
  QVERIFY(isHarmless(json));
  auto list = QJsonDocument::fromJson(json).array();
  QCOMPARE(list.size(), 2);
  QCOMPARE(list[0].toObject()["never"], false);
  QCOMPARE(list[1].toObject()["never"], true);
  QCOMPARE(list[1].toObject()["id"], "refusalbb2");
  m_broker->script.grants = {};
  m_broker->script.refusals = [](auto) {};
  QVERIFY(run({"rules"}).out.startsWith("There are no rules"));
  QCOMPARE(run({"rules", "--json"}).out.simplified(), "[]");
}

void RulesTest::reasonsAreSentences_data() {
  QTest::addColumn<int>("kind");
  QTest::addColumn<QString>("start");
  QTest::addColumn<QString>("hint");
  QTest::newRow("allowed") << 0 << "Allowed: featherpad may read " << "latchkey revoke grantaaaa1";
  QTest::newRow("never") << 1 << "Refused: " << "latchkey forget refusalbb2";
  QTest::newRow("ceiling") << 2 << "Refused: /etc/latchkey/ceilings.toml, line 3" << "line 3";
  QTest::newRow("nothing") << 3 << "No rule decides: you are asked." << "asked";
}

void RulesTest::reasonsAreSentences() {
  QFETCH(int, kind);
  QFETCH(QString, start);
  QFETCH(QString, hint);
  m_broker->script.why = [kind](schema::Person::WhyResults::Builder results) {
    auto reason = results.initReason();
    if (kind == 0) {
      reason.setVerdict(schema::Reason::Verdict::ALLOWED);
      auto grant = reason.initGrant();
      grant.setId("grantaaaa1");
      grant.setHolder("featherpad");
      grant.getObject().setPath(cli::asData("/home/p/a.txt"));
    } else if (kind == 1) {
      reason.setVerdict(schema::Reason::Verdict::DENIED);
      auto refusal = reason.initRefusal();
      refusal.setId("refusalbb2");
      refusal.setHolder(NASTY);
      refusal.getObject().setPath(cli::asData(std::string("/home/p/") + NASTY));
    } else if (kind == 2) {
      reason.setVerdict(schema::Reason::Verdict::DENIED);
      reason.setLine("/etc/latchkey/ceilings.toml, line 3");
    } else {
      reason.setVerdict(schema::Reason::Verdict::ASKED);
    }
  };
  auto outcome = run({"why", "featherpad", "/home/p/a.txt"});
  QCOMPARE(outcome.status, 0);
  QVERIFY2(outcome.out.startsWith(start.toUtf8()) && outcome.out.contains(hint.toUtf8()), outcome.out);
  QVERIFY(isHarmless(outcome.out));
  auto json = run({"why", "featherpad", "/home/p/a.txt", "--json"}).out;
  QVERIFY(isHarmless(json));
  auto verdict = QJsonDocument::fromJson(json).array()[0].toObject()["verdict"].toString();
  QCOMPARE(verdict, kind == 0 ? "allowed" : kind == 3 ? "asked" : "denied");
}

void RulesTest::whatIsOpenIsListed() {
  auto outcome = run({"grants", "show", "granta"});
  QCOMPARE(outcome.status, 0);
  QVERIFY2(outcome.out.contains("soffice.bin (4711)") && outcome.out.contains("and 12 more"), outcome.out);
  QVERIFY(isHarmless(outcome.out));
  auto file = QJsonDocument::fromJson(run({"grants", "show", "granta", "--json"}).out).array()[0].toObject();
  QCOMPARE(file["mapped"], "yes");
  QCOMPARE(file["pid"], 4711);
  QCOMPARE(file["target"].toString(), "/home/p/" + QString::fromUtf8(NASTY));
  m_broker->script.openFiles = [](auto results) { results.setUnanswered(true); };
  outcome = run({"grants", "show", "granta"});
  QCOMPARE(outcome.status, 1);
  QVERIFY(outcome.err.contains("does not answer") && !outcome.out.contains("Nothing"));
}

void RulesTest::dryRunNamesWhoMayDieAndDoesNothing() {
  auto outcome = run({"revoke", "--dry-run", "granta"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY2(outcome.err.contains("soffice.bin (4711) has ") && outcome.err.contains("may stop at once"), outcome.err);
  QVERIFY(isHarmless(outcome.err));
  QVERIFY(wasAsked("consequences grantaaaa1") && !wasAsked("revoke"));
}

void RulesTest::whatIsNotConfirmedIsNoSuccess_data() {
  QTest::addColumn<QString>("line");
  for (auto line : {"stop-file granta /etc/passwd", "rules edit granta --access write"}) QTest::newRow(line) << line;
}

void RulesTest::whatIsNotConfirmedIsNoSuccess() {
  QFETCH(QString, line);
  QCOMPARE(run(line.split(' ')).status, 0);
  m_broker->script.unanswered = true;
  auto outcome = run(line.split(' '));
  QCOMPARE(outcome.status, 1);
  QVERIFY2(outcome.err.contains("may still hold"), outcome.err);
}

void RulesTest::exportedRulesAreImported() {
  m_broker->script.refusals = [](auto results) {
    auto refusal = results.initList(1)[0];
    refusal.setHolder("gimp");
    refusal.getObject().setPath(cli::asData("/home/p/secret.txt"));
  };
  auto file = m_broker->path("carried.toml");
  auto outcome = run({"rules", "export", file});
  QVERIFY2(outcome.status == 0, outcome.err);
  QFile carried(file);
  QVERIFY(carried.open(QIODevice::ReadOnly));
  auto text = carried.readAll();
  QVERIFY2(text.contains("[[rule]]") && text.contains("[[never]]") && text.contains("featherpad"), text);
  QCOMPARE(run({"rules", "export"}).out, text);
  outcome = run({"rules", "import", file, "--dry-run"});
  QCOMPARE(outcome.status, 0);
  QCOMPARE(outcome.out.count("+ "), 2);
  QVERIFY(wasAsked("consider 2") && !wasAsked("import"));
  // Without a terminal to ask at, it wants to be told.
  QCOMPARE(run({"rules", "import", file}).status, 2);
  QVERIFY(!wasAsked("import"));
  outcome = run({"rules", "import", file, "--yes"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY(wasAsked("import 2"));
}

void RulesTest::importIsAllOrNothing_data() {
  QTest::addColumn<QByteArray>("file");
  QTest::addColumn<QByteArray>("says");
  auto rule = [](const char* place) {
    return QByteArray("[[rule]]\napp = \"x\"\nplace = \"") + place +
           "\"\nscope = \"tree\"\naccess = \"read\"\nfor = \"always\"\n";
  };
  QByteArray head = "latchkey-rules = 1\n\n";
  QTest::newRow("one refused") << head + rule("/srv/good") + rule("/srv/refused")
                               << QByteArray("that is above a ceiling");
  QTest::newRow("no rules file") << QByteArray("hello\n") << QByteArray("line 1");
  QTest::newRow("one malformed") << head + rule("/srv/good") + "[[rule]]\napp = x\n" << QByteArray("line ");
}

void RulesTest::importIsAllOrNothing() {
  QFETCH(QByteArray, file);
  QFETCH(QByteArray, says);
  auto outcome = run({"rules", "import", write(file), "--yes"});
  QCOMPARE(outcome.status, 1);
  QVERIFY2((outcome.err + outcome.out).contains(says), outcome.err + outcome.out);
  QVERIFY(!wasAsked("import"));
}

QTEST_GUILESS_MAIN(RulesTest)
#include "rules-test.moc"
