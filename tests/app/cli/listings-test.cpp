// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Every command but `run`: what it asks of the broker, what it prints, its status. The JSON fields are a contract.

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

const char* const NASTY = "a\x1b]0;owned\x07\u202eb\u009b31m\r\nid=";

void twoGrants(schema::Person::GrantsResults::Builder results) {
  auto list = results.initList(2);
  list[0].setId("grantaaaa1");
  list[0].setHolder("featherpad@work");
  list[0].setKind(schema::Kind::FOLDER);
  list[0].setAccess(schema::Access::WRITE);
  list[0].getLifetime().setAlways();
  list[0].getObject().setPath(cli::asData("/home/p/Documents"));
  list[0].getObject().setScope(schema::Scope::TREE);
  list[0].setCreated(1'700'000'000'000'000'000);
  list[0].setLive(3);
  list[1].setId("grantbbbb2");
  list[1].setHolder(NASTY);
  list[1].setParent("grantaaaa1");
  list[1].getObject().setPath(cli::asData(std::string("/home/p/") + NASTY));
  list[1].getLifetime().setUntil(1'800'000'000'000'000'000);
  list[1].setState(schema::State::REVOKED);
}

void oneRequest(schema::Person::RequestsResults::Builder results) {
  auto request = results.initList(1)[0];
  request.setId("requestone");
  request.setApp("featherpad");
  request.setInstance("instance-one");
  request.setKind(schema::Kind::FILE);
  request.setAccess(schema::Access::WRITE);
  request.setClaim(NASTY);
  request.setSince(1'700'000'000'000'000'000);
  request.getObject().setPath(cli::asData("/home/p/a.txt"));
  auto scopes = request.initScopes(2);
  scopes.set(0, schema::Scope::FILE);
  scopes.set(1, schema::Scope::FOLDER);
}

void oneInstance(schema::Person::InstancesResults::Builder results) {
  auto info = results.initList(1)[0];
  info.setId("instance-one");
  info.setApp("featherpad");
  info.setProfile("work");
  info.setPid(4321);
  info.setStarted(1'700'000'000'000'000'000);
  info.setState(schema::InstanceInfo::State::RUNNING);
  info.setLimits("rlimits");
  info.setCommand(NASTY);
}

void oneEntry(schema::Person::JournalResults::Builder results) {
  auto entry = results.initList(1)[0];
  entry.setSequence(7);
  entry.setTime(1'700'000'000'000'000'000);
  entry.setEvent("answer");
  entry.setApp(NASTY);
  entry.setKind(schema::Kind::FILE);
  entry.setTarget("/home/p/a.txt");
  entry.setGrant("grantaaaa1");
  entry.setOutcome("allowed");
}

QJsonArray parsed(const QByteArray& text) {
  QJsonParseError error{};
  auto document = QJsonDocument::fromJson(text, &error);
  if (error.error != QJsonParseError::NoError) qWarning("%s: %s", qPrintable(error.errorString()), text.constData());
  return document.array();
}

}  // namespace

class ListingsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }
  void jsonHasTheFieldsOfTheContract_data();
  void jsonHasTheFieldsOfTheContract();
  void jsonIsFlatAndFaithful();
  void emptyListingsAreArrays_data();
  void emptyListingsAreArrays();
  void noListingCarriesControlCharacters_data();
  void noListingCarriesControlCharacters();
  void noColoursIntoAPipe();
  void appsAreFoundAsDesktopsDo();
  void actionsReachTheBroker_data();
  void actionsReachTheBroker();
  void whoSeesTheScreenSeesTheQuestions_data();
  void whoSeesTheScreenSeesTheQuestions();
  void misuseIsStatusTwo_data();
  void misuseIsStatusTwo();
  void everyCommandHasHelp();
  void askOutsideOfASandboxSaysSo();
  void readerThatLeavesIsNoFault();
  void confineIsReversible();

private:
  Outcome run(const QStringList& arguments) { return runCommand(arguments, m_broker->environment()); }

  std::unique_ptr<FakeBroker> m_broker;
};

void ListingsTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  m_broker->script = {.grants = twoGrants, .requests = oneRequest, .instances = oneInstance, .journal = oneEntry};
}

void ListingsTest::jsonHasTheFieldsOfTheContract_data() {
  QTest::addColumn<QStringList>("command");
  QTest::addColumn<QString>("fields");
  QTest::newRow("ps") << QStringList{"ps"} << "instance app profile pid started";
  QTest::newRow("requests") << QStringList{"requests"} << "id app instance kind target access claim since";
  QTest::newRow("grants") << QStringList{"grants"}
                          << "id holder kind target access lifetime parent state live since used";
  QTest::newRow("log") << QStringList{"log"} << "time event app kind target grant outcome";
}

void ListingsTest::jsonHasTheFieldsOfTheContract() {
  QFETCH(QStringList, command);
  QFETCH(QString, fields);
  auto outcome = run(command << "--json");
  QCOMPARE(outcome.status, 0);
  auto list = parsed(outcome.out);
  QVERIFY(!list.isEmpty());
  for (auto object : list) {
    for (auto& field : fields.split(' ')) QVERIFY2(object.toObject().contains(field), qPrintable(field));
    for (auto value : object.toObject()) QVERIFY(!value.isObject() && !value.isArray());
  }
}

void ListingsTest::jsonIsFlatAndFaithful() {
  auto grants = parsed(run({"grants", "--json"}).out);
  auto first = grants[0].toObject(), second = grants[1].toObject();
  QCOMPARE(first["id"], "grantaaaa1");
  QCOMPARE(first["kind"], "folder");
  QCOMPARE(first["access"], "write");
  QCOMPARE(first["lifetime"], "always");
  QCOMPARE(first["parent"], "you");
  QCOMPARE(first["state"], "active");
  QCOMPARE(first["live"], 3);
  QCOMPARE(first["since"], "2023-11-14T22:13:20Z");
  QCOMPARE(second["parent"], "grantaaaa1");
  QCOMPARE(second["lifetime"], "2027-01-15T08:00:00Z");
  QCOMPARE(second["state"], "revoked");
  // A script gets the very text, though it is spelled out.
  QCOMPARE(second["holder"].toString(), QString::fromUtf8(NASTY));
}

void ListingsTest::emptyListingsAreArrays_data() {
  QTest::addColumn<QString>("command");
  for (auto command : {"ps", "requests", "grants", "log", "apps"}) QTest::newRow(command) << command;
}

void ListingsTest::emptyListingsAreArrays() {
  QFETCH(QString, command);
  m_broker->script = {};
  auto outcome = run({command, "--json"});
  QCOMPARE(outcome.status, 0);
  QCOMPARE(outcome.out.simplified(), "[]");
}

void ListingsTest::noListingCarriesControlCharacters_data() {
  QTest::addColumn<QStringList>("command");
  for (auto command : {"ps", "requests", "grants", "log"}) {
    QTest::newRow(command) << QStringList{command};
    QTest::addRow("%s json", command) << QStringList{command, "--json"};
  }
}

void ListingsTest::noListingCarriesControlCharacters() {
  // CVE-2023-28101.
  QFETCH(QStringList, command);
  auto text = run(command).out;
  QVERIFY(!text.isEmpty());
  for (char c : text) QVERIFY2(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f), text);
  QVERIFY(!text.contains("\u202e"));
  QVERIFY(!text.contains("\u009b"));
  // Nothing an app says makes a line of its own.
  QVERIFY(!text.contains("\nid="));
}

void ListingsTest::noColoursIntoAPipe() { QVERIFY(!run({"grants"}).out.contains('\x1b')); }

void ListingsTest::appsAreFoundAsDesktopsDo() {
  QDir().mkpath(m_broker->path("system/applications"));
  QDir().mkpath(m_broker->path("data/applications"));
  auto write = [&](const QString& file, const QByteArray& text) {
    QFile out(m_broker->path(file));
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(text);
  };
  write("system/applications/one.desktop", "[Desktop Entry]\nType=Application\nName=One\nExec=true\n");
  write("system/applications/gone.desktop", "[Desktop Entry]\nType=Application\nName=Gone\nExec=true\n");
  write("data/applications/gone.desktop", "[Desktop Entry]\nType=Application\nName=Gone\nHidden=true\nExec=true\n");
  auto apps = parsed(run({"apps", "--json"}).out);
  QCOMPARE(apps.size(), 1);
  QCOMPARE(apps[0].toObject()["id"], "one");
  QCOMPARE(apps[0].toObject()["name"], "One");
  QVERIFY(apps[0].toObject()["source"].toString().endsWith("/one.desktop"));
}

void ListingsTest::actionsReachTheBroker_data() {
  QTest::addColumn<QStringList>("command");
  QTest::addColumn<QString>("call");
  auto row = [](const char* name, const QStringList& command, const QString& call) {
    QTest::newRow(name) << command << call;
  };
  row("answer", {"answer", "requestone", "allow"}, "answer requestone allow once file write");
  row("answer more", {"answer", "requ", "allow", "--for", "always", "--scope", "folder", "--access=read"},
      "answer requestone allow always folder read");
  row("deny", {"answer", "requestone", "deny"}, "answer requestone deny once file write");
  row("never", {"answer", "requestone", "never"}, "answer requestone never once file write");
  row("revoke", {"revoke", "granta", "grantbbbb2"}, "revoke grantaaaa1,grantbbbb2");
  row("revoke app", {"revoke", "--app", "featherpad"}, "revoke grantaaaa1,grantbbbb2");
  row("dry run", {"revoke", "granta", "--dry-run"}, "consequences grantaaaa1");
  row("suspend", {"suspend", "granta"}, "suspend grantaaaa1");
  row("resume", {"resume", "granta"}, "resume grantaaaa1");
  row("restore", {"restore", "grantb"}, "restore grantbbbb2");
  row("grants of an app", {"grants", "--app", "featherpad", "--ended"}, "grants featherpad ended");
  row("forget", {"forget", "requestone"}, "forget requestone");
  row("stop", {"stop", "inst"}, "stop 5");
  row("stop soon", {"stop", "instance-one", "--grace", "0"}, "stop 0");
  row("panic", {"stop", "--all"}, "stopAll");
  row("network off", {"network", "off"}, "network off");
  row("network on", {"network", "on"}, "network on");
  row("connections of one", {"connections", "--instance", "inst"}, "instances");
  row("end a connection", {"connections", "end", "instance-one/7"}, "endConnection instance-one 7");
  row("end a connection by a short name", {"connections", "end", "inst/12"}, "endConnection instance-one 12");
  row("never to a host", {"rules", "never", "x", "network", "*.example.org"}, "refuse x network  host read never");
  row("name", {"name", "featherpad", "Notes"}, "setSettings featherpad name=Notes gpu=0 memory=12345");
  row("settings", {"settings", "featherpad", "gpu=on", "memory=2G"},
      "setSettings featherpad name= gpu=1 memory=2147483648");
  row("settings off", {"settings", "featherpad", "sound=off", "tray=off", "tray=on"},
      "setSettings featherpad name= gpu=0 off=sound memory=12345");
  row("log", {"log", "--app", "x", "--limit", "5", "--since", "8h"}, "journal x 5 since");
  row("recent", {"requests", "--recent"}, "requests recent");
  row("grant a host", {"grant", "x", "network", "example.org:443", "--for", "8h"},
      "grant x network example.org:443 host read 2");
  row("grant with limits", {"grant", "x", "network", "h", "--rate", "1MiB", "--bytes", "2G", "--bytes-a-day", "500K"},
      "grant x network h host read always  rate=1048576 day=512000 all=2147483648");
  row("network of an app", {"settings", "featherpad", "network-rate=2M", "network-a-day=1G"},
      "setSettings featherpad name= gpu=0 memory=12345 network=2097152/1073741824");
  row("grant while it runs", {"grant", "featherpad@work", "network", "h", "--for", "run"},
      "grant featherpad@work network h host read run instance-one");
}

void ListingsTest::actionsReachTheBroker() {
  QFETCH(QStringList, command);
  QFETCH(QString, call);
  auto outcome = run(command);
  QVERIFY2(outcome.status == 0, outcome.err);
  auto last = m_broker->calls().constLast();
  QVERIFY2(last == call || (call.endsWith(" 2") && last.startsWith(call)), qPrintable(last));
}

void ListingsTest::whoSeesTheScreenSeesTheQuestions_data() {
  QTest::addColumn<QStringList>("command");
  QTest::addColumn<bool>("told");
  QTest::newRow("grant") << QStringList{"grant", "x", "desktop", "shared-x11"} << true;
  QTest::newRow("settings") << QStringList{"settings", "featherpad", "shared-x=on"} << true;
  QTest::newRow("help") << QStringList{"grant", "--help"} << true;
  QTest::newRow("off") << QStringList{"settings", "featherpad", "shared-x=off"} << false;
  QTest::newRow("another right") << QStringList{"grant", "x", "desktop", "sound"} << false;
}

// The one thing of which this has to be said, in these words, wherever it is given.
void ListingsTest::whoSeesTheScreenSeesTheQuestions() {
  QFETCH(QStringList, command);
  QFETCH(bool, told);
  auto outcome = run(command);
  QVERIFY2(outcome.status == 0, outcome.err);
  auto said = (outcome.out + outcome.err).replace('\n', ' ');
  QVERIFY2(said.contains("can see and control everything on your screen, including these questions") == told, said);
}

void ListingsTest::misuseIsStatusTwo_data() {
  QTest::addColumn<QStringList>("command");
  for (auto line : {"frob",
                    "grants extra",
                    "grants --nope",
                    "answer",
                    "answer requestone",
                    "answer requestone perhaps",
                    "answer nothere allow",
                    "answer requestone allow --for ever",
                    "revoke",
                    "revoke --app x grantaaaa1",
                    "revoke nothere",
                    "stop",
                    "network",
                    "network maybe",
                    "log --limit many",
                    "log --since ever",
                    "grant x everything y",
                    "grant x file /nothing/here",
                    "grant x folder /etc/passwd",
                    "grant x file /etc",
                    "grant x network h --for run",
                    "grant x network h --rate 0",
                    "grant x network h --bytes 1.5G",
                    "grant x network h --bytes-a-day much",
                    "grant x folder /tmp --bytes 1G",
                    "answer requestone allow --bytes 1G",
                    "settings x network-rate=fast",
                    "connections extra",
                    "connections end",
                    "connections end instance-one",
                    "connections end instance-one/x",
                    "connections end nothere/1",
                    "settings x gpu=perhaps",
                    "settings x nope=1",
                    "settings x memory=1000000P",
                    "confine x perhaps",
                    "help frob",
                    "stop instance-one --grace -1"}) {
    QTest::newRow(line) << QString(line).split(' ');
  }
}

void ListingsTest::misuseIsStatusTwo() {
  QFETCH(QStringList, command);
  auto outcome = run(command);
  QCOMPARE(outcome.status, 2);
  QVERIFY(outcome.err.startsWith("latchkey: "));
  QVERIFY(outcome.out.isEmpty());
  for (auto& call : m_broker->calls()) {
    for (auto doing : {"answer", "revoke", "grant ", "stop", "network", "setSettings", "endConnection"})
      QVERIFY2(!call.startsWith(doing), qPrintable(call));
  }
}

void ListingsTest::everyCommandHasHelp() {
  auto help = run({"help"});
  QCOMPARE(help.status, 0);
  for (auto& line : help.out.split('\n')) {
    if (!line.startsWith("  ")) continue;
    auto name = QString::fromUtf8(line.trimmed().split(' ')[0]);
    auto own = run({name, "--help"});
    QCOMPARE(own.status, 0);
    QVERIFY2(own.out.contains("latchkey " + name.toUtf8()), own.out);
    QCOMPARE(run({"help", name}).out, own.out);
  }
  QVERIFY(m_broker->calls().isEmpty());
}

void ListingsTest::askOutsideOfASandboxSaysSo() {
  auto outcome = run({"ask", "file", "/x"});
  QCOMPARE(outcome.status, 2);
  QVERIFY(outcome.err.contains("LATCHKEY_SOCKET"));
}

void ListingsTest::readerThatLeavesIsNoFault() {
  m_broker->script.journal = [](auto results) {
    auto list = results.initList(20'000);
    for (auto entry : list) entry.setEvent("start"), entry.setTime(1'700'000'000'000'000'000);
  };
  QProcess shell;
  shell.setEnvironment(m_broker->environment());
  shell.start("/bin/sh", {"-c", programPath("latchkey") + " log | head -n 1"});
  QVERIFY(shell.waitForFinished());
  QCOMPARE(shell.readAllStandardError(), "");
}

void ListingsTest::confineIsReversible() {
  QDir().mkpath(m_broker->path("system/applications"));
  QFile entry(m_broker->path("system/applications/one.desktop"));
  QVERIFY(entry.open(QIODevice::WriteOnly));
  entry.write("[Desktop Entry]\nType=Application\nName=One\nExec=true\n");
  entry.close();
  auto ours = m_broker->path("data/applications/one.desktop");
  auto outcome = run({"confine", "one"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY(QFile::exists(ours));
  QCOMPARE(parsed(run({"confine", "--json"}).out).size(), 1);
  QCOMPARE(run({"confine", "one", "off"}).status, 0);
  QVERIFY(!QFile::exists(ours));
  QCOMPARE(run({"confine", "none"}).status, 1);
}

QTEST_GUILESS_MAIN(ListingsTest)
#include "listings-test.moc"
