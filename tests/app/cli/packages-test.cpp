// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey install`, `update`, `remove`, `rollback`, `verify`: what is shown, what is asked of the store, and when
// nothing is.

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include "tests/app/cli/fake-broker.h"
#include "tests/app/cli/pty-child.h"
#include "tests/app/cli/run-command.h"

using namespace latchkey;
using namespace latchkey::test;
using Result = schema::InstallOutcome::Result;
using State = schema::ClaimChange::State;
using Step = schema::Sheet::Step;

class PackagesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void cleanup() { m_broker.reset(); }

  void theSheetSaysWhoWhatAndWhy();
  void theSheetOfAnUpdateSaysWhatIsNew();
  void hostileTextsStayInTheirQuotes();
  void nothingIsInstalledUnasked();
  void theTerminalIsAsked_data();
  void theTerminalIsAsked();
  void yesDoesNotAcceptWiderClaims();
  void withNobodyToAskTheyCouldNot_data();
  void withNobodyToAskTheyCouldNot();
  void refusalsAreOneSentence_data();
  void refusalsAreOneSentence();
  void olderOnesOnlyIfSaid();
  void theFileTravelsAsADescriptor();
  void singleClaimsAreAllowed();
  void whatIsNotClaimedIsNotAllowed_data();
  void whatIsNotClaimedIsNotAllowed();
  void whatWaitsIsListedAcceptedRefused();
  void whatIsInstalledIsListedAndNobodyAsked();
  void removingSaysWhatEnds();
  void removingTakesGrantsFirst();
  void rollbackAndVerify();
  void appsListsBundles();
  void misuse_data();
  void misuse();

private:
  Outcome run(const QStringList& words, const QByteArray& input = {}) const {
    return runCommand(words, m_broker->environment(), input, m_broker->path("home"));
  }
  // What `said` answers on a terminal.
  QByteArray onTerminal(const QStringList& words, const QByteArray& said, int& status) const;
  QStringList changes() const {
    return m_broker->calls().filter(QRegularExpression("^(install|accept|refuse|remove|rollback|grant|revoke|stop) "));
  }

  std::unique_ptr<FakeBroker> m_broker;
};

namespace {

void claim(schema::BundleReport::Claim::Builder to, const char* kind, const char* target, const char* access,
           const char* reason) {
  to.setKind(kind);
  to.setTarget(target);
  to.setAccess(access);
  to.setReason(reason);
}

void sheetOf(schema::Sheet::Builder sheet) {
  auto report = sheet.initReport();
  report.setId("org.example.Player");
  report.setVersion("3.2");
  report.setName("Player");
  report.setSummary("Plays everything");
  auto signer = sheet.initSigner();
  signer.setId("0123456789ABCDEF");
  sheet.setBytes(4'200'000);
  sheet.setNewBytes(1'100'000);
  sheet.setFree(5'000'000'000);
  auto claims = sheet.initClaims(4);
  for (auto change : claims) change.setState(State::NEW);
  claim(claims[0].initClaim(), "folder", "~/Music", "read", "to play your music");
  claim(claims[1].initClaim(), "network", "radio.example.org:443", "read", "for web radio");
  claim(claims[2].initClaim(), "ability", "gpu", "read", "");
  claim(claims[3].initClaim(), "limit", "memory=536870912", "read", "");
}

void updateOf(schema::Sheet::Builder sheet) {
  sheetOf(sheet);
  sheet.setStep(Step::UPDATE);
  sheet.setInstalled("3.1");
  sheet.setTrust(schema::Trust::KNOWN);
  sheet.setAsksMore(true);
  sheet.getReport().setChanges("Louder");
  auto claims = sheet.getClaims();
  claims[0].setState(State::WIDER);
  claim(claims[0].initBefore(), "folder", "~/Music/Ripped", "read", "x");
  claims[1].setState(State::SAME);
  claims[2].setState(State::GONE);
  claim(claims[2].initBefore(), "device", "camera", "read", "");
}

void installedOf(schema::Packages::InstalledResults::Builder results) {
  auto list = results.initList(2);
  list[0].setId("org.example.Player");
  list[0].setVersion("3.1");
  list[0].setPrevious("3.0");
  auto pending = list[0].initPending();
  pending.setVersion("3.2");
  auto claims = pending.initClaims(1);
  claims[0].setState(State::NEW);
  claim(claims[0].initClaim(), "network", "ads.example.org:443", "read", "to show you more");
  list[1].setId("org.example.Tool");
  list[1].setVersion("1");
}

void outcomeOf(schema::InstallOutcome::Builder outcome) { outcome.setResult(Result::INSTALLED); }

}  // namespace

void PackagesTest::init() {
  m_broker = std::make_unique<FakeBroker>();
  m_broker->script.sheet = sheetOf;
  m_broker->script.installed = installedOf;
  m_broker->script.outcome = outcomeOf;
  QFile bundle(m_broker->path("home/x.latchkey"));
  QVERIFY(bundle.open(QIODevice::WriteOnly));
}

void PackagesTest::theSheetSaysWhoWhatAndWhy() {
  auto outcome = run({"install", "--yes", "x.latchkey"});
  QVERIFY2(outcome.status == 0, outcome.err);
  for (auto words :
       {"Player 3.2  org.example.Player\n", "“Plays everything”", "the key 0123456789ABCDEF, seen for the first time",
        "4.2 MB, of which 1.1 MB are not here yet (5.0 GB are free)",
        "  to see everything in ~/Music\n      “to play your music”\n",
        "  to connect with radio.example.org:443\n      “for web radio”\n", "  to draw with the graphics card\n",
        "at most 536.9 MB of memory", "Nothing of this is given by installing it",
        "Installed org.example.Player 3.2. Start it with `latchkey run org.example.Player`."})
    QVERIFY2(outcome.out.contains(words), words + outcome.out);
  QVERIFY(!outcome.out.contains("new: "));
}

void PackagesTest::theSheetOfAnUpdateSaysWhatIsNew() {
  m_broker->script.sheet = updateOf;
  auto out = run({"install", "--yes", "x.latchkey"}).out;
  for (auto words : {"which also signed it before", "update from 3.1", "“Louder”",
                     "+ more than before: to see everything in ~/Music (before: to see everything in ~/Music/Ripped)\n",
                     "- no more: to use the device camera\n", "and as before: 1 more\n"})
    QVERIFY2(out.contains(words), words + out);
  QVERIFY2(!out.contains("radio"), out);
}

void PackagesTest::hostileTextsStayInTheirQuotes() {
  m_broker->script.sheet = [](schema::Sheet::Builder sheet) {
    sheetOf(sheet);
    sheet.getReport().setSummary("harmless”\x1b[2K\nSigned by   Debian \u202e“");
    sheet.getReport().setName("Pl\x1b[31mayer");
    claim(sheet.getClaims()[0].getClaim(), "folder", "~/Mu\nsic", "write", "fine”, says Latchkey “");
  };
  auto out = run({"install", "--yes", "x.latchkey"}).out;
  QVERIFY2(!out.contains('\x1b') && !out.contains("\nSigned by   Debian") && !out.contains("\u202e"), out);
  QVERIFY2(out.contains("“fine\", says Latchkey \"”\n"), out);
  QVERIFY2(out.contains("“harmless\"") && out.contains("~/Mu\\nsic\n"), out);
}

void PackagesTest::nothingIsInstalledUnasked() {
  auto outcome = run({"install", "x.latchkey"}, "y\n");  // Not a terminal.
  QCOMPARE(outcome.status, 2);
  QVERIFY2(outcome.err.contains("--yes"), outcome.err);
  QCOMPARE(changes(), QStringList());
}

QByteArray PackagesTest::onTerminal(const QStringList& words, const QByteArray& said, int& status) const {
  PtyChild child(QStringList{programPath("latchkey")} + words, m_broker->environment(), m_broker->path("home"));
  if (!child.expect("[y/N] ")) return "not asked: " + child.seen();
  child.type(said);
  status = child.waitForEnd();
  return child.seen();
}

void PackagesTest::theTerminalIsAsked_data() {
  QTest::addColumn<QByteArray>("said");
  QTest::addColumn<bool>("yes");
  QTest::newRow("yes") << QByteArray("y\n") << true;
  QTest::newRow("no") << QByteArray("n\n") << false;
  QTest::newRow("Enter") << QByteArray("\n") << false;
  QTest::newRow("another word") << QByteArray("ok\n") << false;
  QTest::newRow("end") << QByteArray("\x04") << false;
}

void PackagesTest::theTerminalIsAsked() {
  QFETCH(QByteArray, said);
  QFETCH(bool, yes);
  m_broker->script.sheet = updateOf;
  int status = -1;
  auto seen = onTerminal({"install", "x.latchkey"}, said, status);
  QVERIFY2(seen.contains("Replace what is installed?"), seen);
  QCOMPARE(status, yes ? 0 : 1);
  // Who has read it has accepted what it claims beyond the installed version.
  QCOMPARE(changes().size(), yes ? 1 : 0);
  if (yes) QVERIFY2(changes()[0].startsWith("install wider from /"), qPrintable(changes()[0]));
}

void PackagesTest::yesDoesNotAcceptWiderClaims() {
  m_broker->script.sheet = updateOf;
  m_broker->script.outcome = [](schema::InstallOutcome::Builder outcome) {
    outcome.setResult(Result::PENDING);
    auto claims = outcome.initClaims(1);
    claims[0].setState(State::NEW);
    claim(claims[0].initClaim(), "network", "ads.example.org:443", "read", "more");
  };
  auto outcome = run({"install", "--yes", "--allow", "folder:~/Music", "x.latchkey"});
  QCOMPARE(outcome.status, 0);
  QCOMPARE(changes(),
           QStringList{"install from " + m_broker->path("home/x.latchkey")});  // And nothing is given either.
  QVERIFY2(outcome.out.contains("claims more than the installed version, which stays"), outcome.out);
  QVERIFY2(outcome.out.contains("`latchkey update org.example.Player`"), outcome.out);
}

void PackagesTest::withNobodyToAskTheyCouldNot_data() {
  QTest::addColumn<QStringList>("words");
  QTest::newRow("install") << QStringList{"install", "--yes", "x.latchkey"};
  QTest::newRow("update") << QStringList{"update"};
  QTest::newRow("rollback") << QStringList{"rollback", "org.example.Player"};
  QTest::newRow("verify") << QStringList{"verify"};
}

void PackagesTest::withNobodyToAskTheyCouldNot() {
  QFETCH(QStringList, words);
  auto environment = m_broker->environment();
  environment.removeIf([](const QString& variable) { return variable.startsWith("XDG_RUNTIME_DIR="); });
  // A file, in which there can be no socket.
  environment << "XDG_RUNTIME_DIR=" + m_broker->path("home/x.latchkey");
  auto outcome = runCommand(words, environment, {}, m_broker->path("home"));
  QCOMPARE(outcome.status, 125);
  QCOMPARE(outcome.err.count('\n'), 1);
  QCOMPARE(outcome.out, "");
}

void PackagesTest::refusalsAreOneSentence_data() {
  QTest::addColumn<QString>("refusal");
  QTest::addColumn<bool>("failing");
  QTest::newRow("another signer") << "it is signed by somebody else than before" << false;
  QTest::newRow("a system app") << "an app of this computer has that id" << false;
  QTest::newRow("damaged") << "the archive is damaged" << true;
}

void PackagesTest::refusalsAreOneSentence() {
  QFETCH(QString, refusal);
  QFETCH(bool, failing);
  if (failing) {
    m_broker->script.storeFails = refusal;
  } else {
    m_broker->script.sheet = [refusal](schema::Sheet::Builder sheet) {
      sheetOf(sheet);
      sheet.setRefusal(refusal.toStdString());
    };
  }
  auto outcome = run({"install", "--yes", "x.latchkey"});
  QCOMPARE(outcome.status, 1);
  QCOMPARE(outcome.err.count('\n'), 1);
  QVERIFY2(outcome.err.contains(refusal.toUtf8()), outcome.err);
  QCOMPARE(outcome.out, "");
  QCOMPARE(changes(), QStringList());
}

void PackagesTest::olderOnesOnlyIfSaid() {
  m_broker->script.sheet = [](schema::Sheet::Builder sheet) {
    updateOf(sheet);
    sheet.setStep(Step::OLDER);
  };
  auto outcome = run({"install", "--yes", "x.latchkey"});
  QCOMPARE(outcome.status, 1);
  QVERIFY2(outcome.err.contains("--replace-older"), outcome.err);
  QCOMPARE(changes(), QStringList());
  QCOMPARE(run({"install", "--yes", "--replace-older", "x.latchkey"}).status, 0);
  QVERIFY(changes().value(0).startsWith("install older from "));
}

void PackagesTest::theFileTravelsAsADescriptor() {
  QCOMPARE(run({"install", "--yes", "x.latchkey"}).status, 0);
  QVERIFY(m_broker->calls().contains("look by descriptor"));
  for (auto odd : {"/dev/null", ".", "missing"}) {
    auto outcome = run({"install", "--yes", odd});
    QVERIFY2(outcome.status == 2 && outcome.err.count('\n') == 1, odd + outcome.err);
  }
  QCOMPARE(m_broker->calls().filter("look").size(), 1);
  QCOMPARE(run({"install", "--yes", "--key", "nonsense", "x.latchkey"}).status, 2);
}

void PackagesTest::singleClaimsAreAllowed() {
  QVERIFY(QDir().mkpath(m_broker->path("home/Music")));
  auto outcome = run({"install", "--yes", "--allow", "folder:~/Music", "--allow", "network:radio.example.org:443",
                      "--allow", "ability:gpu", "x.latchkey"});
  QVERIFY2(outcome.status == 0, outcome.err);
  auto calls = changes();
  QCOMPARE(calls.size(), 4);
  QVERIFY(calls[0].startsWith("install "));
  QCOMPARE(calls[1],
           "grant org.example.Player folder " + m_broker->path("home/Music") + " tree read always  by descriptor");
  QCOMPARE(calls[2], "grant org.example.Player network radio.example.org:443 host read always ");
  QCOMPARE(calls[3], "grant org.example.Player desktop gpu file read always ");
  QVERIFY2(outcome.out.contains("Allowed: to see everything in ~/Music.\n"), outcome.out);
}

void PackagesTest::whatIsNotClaimedIsNotAllowed_data() {
  QTest::addColumn<QString>("claim");
  for (auto claim : {"folder:~/", "folder:~/Music/", "folder:~/Musi", "network:radio.example.org", "file:~/Music",
                     "all", "limit:memory=536870912"})
    QTest::newRow(claim) << claim;
}

void PackagesTest::whatIsNotClaimedIsNotAllowed() {
  QFETCH(QString, claim);
  auto outcome = run({"install", "--yes", "--allow", claim, "x.latchkey"});
  QCOMPARE(outcome.status, 2);
  QCOMPARE(changes(), QStringList());  // Not even installed.
}

void PackagesTest::whatWaitsIsListedAcceptedRefused() {
  auto listed = run({"update"});
  QCOMPARE(listed.status, 0);
  QVERIFY2(listed.out.contains("org.example.Player 3.1: 3.2 waits"), listed.out);
  QVERIFY2(listed.out.contains("+ new: to connect with ads.example.org:443\n      “to show you more”\n"), listed.out);
  QVERIFY(!listed.out.contains("org.example.Tool"));
  int status = -1;
  onTerminal({"update", "org.example.Player"}, "n\n", status);
  QCOMPARE(status, 1);
  QCOMPARE(changes(), QStringList());
  auto seen = onTerminal({"update", "org.example.Player"}, "y\n", status);
  QVERIFY2(status == 0 && seen.contains("ads.example.org"), seen);
  QCOMPARE(run({"update", "org.example.Player", "--refuse"}).status, 0);
  // What was shown is what is accepted.
  QCOMPARE(changes(), (QStringList{"accept org.example.Player 3.2", "refuse org.example.Player 3.2"}));
  QVERIFY(run({"update", "org.example.Tool"}).out.contains("Nothing waits"));
  QCOMPARE(run({"update", "org.example.Player", "--automatic", "off"}).status, 0);
  QVERIFY(m_broker->calls().contains("automatic org.example.Player off"));
}

void PackagesTest::whatIsInstalledIsListedAndNobodyAsked() {
  m_broker->script.installed = [](schema::Packages::InstalledResults::Builder results) {
    installedOf(results);
    auto list = results.getList();
    list[1].setAutomatic(true);
    list[1].setOrigin("org.example.apps");
  };
  m_broker->script.updates = [](schema::Packages::UpdatesResults::Builder results) {
    auto one = results.initList(1)[0];
    one.initOffer().setId("org.example.Tool");
    one.getOffer().setVersion("2");
  };
  auto listed = run({"update", "--list"});
  QVERIFY2(listed.status == 0 && listed.out.contains("3.2 (waits)"), listed.out + listed.err);
  QVERIFY2(QRegularExpression("org.example.Tool +1 +2 +yes +org.example.apps").match(listed.out).hasMatch(),
           listed.out);
  auto json = QJsonDocument::fromJson(run({"update", "--list", "--json"}).out).array();
  QCOMPARE(json.size(), 2);
  QCOMPARE(json[0].toObject()["waits"].toBool(), true);
  QCOMPARE(json[1].toObject()["newer"].toString(), QString("2"));
  QCOMPARE(json[1].toObject()["automatic"].toBool(), true);
  QCOMPARE(changes(), QStringList());
  QCOMPARE(run({"update", "--list", "org.example.Tool"}).status, 2);
  QCOMPARE(run({"update", "--json"}).status, 2);
}

namespace {

void runningOne(schema::Person::InstancesResults::Builder results) {
  auto list = results.initList(3);
  list[0].setId("instanceone");
  list[0].setApp("org.example.Tool");
  list[0].setProfile("work");
  list[0].setState(schema::InstanceInfo::State::RUNNING);
  list[1].setId("instancetwo");
  list[1].setApp("org.example.Tool");
  list[1].setState(schema::InstanceInfo::State::ENDED);
  list[2].setId("instancethree");
  list[2].setApp("org.example.Toolbox");
  list[2].setState(schema::InstanceInfo::State::RUNNING);
}

void someGrants(schema::Person::GrantsResults::Builder results) {
  auto list = results.initList(3);
  list[0].setId("grantone");
  list[0].setHolder("org.example.Tool");
  list[1].setId("granttwo");
  list[1].setHolder("org.example.Tool@work");
  list[2].setId("grantthree");
  list[2].setHolder("org.example.Toolbox");
}

}  // namespace

void PackagesTest::removingSaysWhatEnds() {
  m_broker->script.instances = runningOne;
  m_broker->script.grants = someGrants;
  int status = -1;
  auto seen = onTerminal({"remove", "org.example.Tool"}, "n\n", status);
  QCOMPARE(status, 1);
  QVERIFY2(seen.contains("1 running program of it is ended") &&
               seen.contains("2 things that you gave it are taken back") && seen.contains("its own files stay"),
           seen);
  QCOMPARE(changes(), QStringList());
  QCOMPARE(run({"remove", "org.example.Tool"}).status, 2);  // Nobody to ask.
  QVERIFY2(onTerminal({"remove", "org.example.Tool", "--data"}, "n\n", status).contains("its own files are deleted"),
           "");
}

void PackagesTest::removingTakesGrantsFirst() {
  m_broker->script.instances = runningOne;
  m_broker->script.grants = someGrants;
  auto outcome = run({"remove", "--yes", "org.example.Tool"});
  QVERIFY2(outcome.status == 0, outcome.err);
  auto calls = changes();
  QVERIFY2(calls.size() == 3 && calls[0].startsWith("stop"), qPrintable(calls.join('|')));
  QVERIFY2(calls[1].startsWith("revoke grantone,granttwo"), qPrintable(calls[1]));
  QCOMPARE(calls[2], "remove org.example.Tool");
  QVERIFY(outcome.out.contains("Its own files are still here"));
  QCOMPARE(run({"remove", "--yes", "--data", "org.example.Tool"}).status, 0);
  QCOMPARE(changes().last(), "remove org.example.Tool with data");
  QCOMPARE(run({"remove", "--yes", "org.example.None"}).status, 2);
}

void PackagesTest::rollbackAndVerify() {
  auto back = run({"rollback", "org.example.Player"});
  QVERIFY2(back.status == 0 && back.out.contains("is 1.0 again"), back.out + back.err);
  QCOMPARE(run({"rollback", "org.example.Tool"}).status, 1);
  QVERIFY(run({"verify"}).out.contains("as it was signed"));
  m_broker->script.findings = [](schema::Packages::VerifyResults::Builder results) {
    auto list = results.initFindings(1);
    list[0].setId("org.example.Player");
    list[0].setPath("files/bin/\x1bp");
    list[0].setProblem("was changed");
  };
  auto broken = run({"verify", "org.example.Player", "--from", "x.latchkey"});
  QCOMPARE(broken.status, 1);
  QVERIFY2(broken.out.contains("was changed") && !broken.out.contains('\x1b'), broken.out);
  QVERIFY(m_broker->calls().contains("verify org.example.Player repair by descriptor"));
  QCOMPARE(QJsonDocument::fromJson(run({"verify", "--json"}).out).array()[0].toObject()["repaired"], false);
}

void PackagesTest::appsListsBundles() {
  // The store is read, the broker is not asked: shown by launcher/desktop/bundle-entries and system/bundles.
  auto apps = QJsonDocument::fromJson(run({"apps", "--json"}).out).array();
  for (auto app : apps) QCOMPARE(app.toObject()["bundle"], "");
}

void PackagesTest::misuse_data() {
  QTest::addColumn<QStringList>("words");
  QTest::newRow("no file") << QStringList{"install"};
  QTest::newRow("two files") << QStringList{"install", "--yes", "a", "b"};
  QTest::newRow("no id") << QStringList{"remove", "--yes"};
  QTest::newRow("no id to accept") << QStringList{"update", "--yes"};
  QTest::newRow("no switch") << QStringList{"update", "org.example.Player", "--automatic", "maybe"};
  QTest::newRow("option twice") << QStringList{"install", "--key", "a", "--key", "b", "x.latchkey"};
  QTest::newRow("nobody") << QStringList{"verify", "org.example.None"};
}

void PackagesTest::misuse() {
  QFETCH(QStringList, words);
  auto outcome = run(words);
  QCOMPARE(outcome.status, 2);
  QCOMPARE(outcome.err.count('\n'), 1);
  QCOMPARE(changes(), QStringList());
}

QTEST_GUILESS_MAIN(PackagesTest)
#include "packages-test.moc"
