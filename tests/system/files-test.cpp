// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Files end to end: touched, asked for, given, typed, taken back while open.

#include <signal.h>
#include <QDateTime>
#include <QFileInfo>
#include <QStandardPaths>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class FilesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void startsWithNothing();
  void touchedFileIsAskedForAndGiven();
  void declinedFileIsRefused();
  void refusalDoesNotTellWhetherAFileExists();
  void hiddenFilesDoNotExist();
  void nobodyIsAskedWithAskNo();
  void typedFileIsGivenWithoutAQuestion();
  void typedFileIsSavedByRename();
  void typedFileAtTheTopOfTheHomeIsSavedByRename();
  void openedWithAnAppOfTheMenuItIsGivenLikeATypedOne();
  void typedNameReplacedByALinkIsStillTheFile();
  void stateOfLatchkeyIsNeverGiven();
  void revokedWhileOpenItCannotBeRead();
  void suspendedAndResumed();
  void grantedFolderIsBuiltIn();
  void readOnlyFolderCannotBeChanged();
  void neverIsRememberedUntilForgotten();
  void explicitNoHoldsForTheRun();
  void unansweredIsStoredNowhere();
  void alwaysHoldsInTheNextRun();
  void timedGrantEnds();
  void grantByHandReachesARunningProgram();
  void profilesHaveTheirOwnHomesAndGrants();
  void strangeNamesReachThePersonEscaped();
  void withdrawnWhenTheAskerGoes();
  void askFromInside();
  void aFloodOfOneKeepsNobodyElseWaiting();

private:
  std::unique_ptr<SystemWorld> m_world;
};

void FilesTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void FilesTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Documents/a.txt", "the content");
  m_world->write("Documents/b.txt", "another");
  m_world->write("Projects/site/Makefile", "all: out\nout: in\n\tcp in out\n");
  m_world->write("Projects/site/in", "built");
}

void FilesTest::startsWithNothing() {
  m_world->write("private.txt", "secret");
  auto outcome = m_world->inside("cat ~/private.txt; ls ~; ls -A ~ | wc -l; cat /proc/net/dev | wc -l");
  QVERIFY(!outcome.out.contains("secret"));
  QVERIFY(!outcome.out.contains("private.txt"));
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void FilesTest::touchedFileIsAskedForAndGiven() {
  auto app = m_world->startInside("cat ~/Documents/a.txt");
  auto request = m_world->waitForRequest();
  QCOMPARE(request["kind"], "file");
  QCOMPARE(request["target"], m_world->home("Documents/a.txt"));
  QCOMPARE(request["access"], "read");
  QVERIFY(app->running());
  QVERIFY(!app->output().contains("the content"));
  auto answered = m_world->latchkey({"answer", request["id"].toString(), "allow"});
  QVERIFY2(answered.status == 0, answered.err);
  QVERIFY(app->says("the content"));
  QCOMPARE(app->waitForEnd(), 0);
}

void FilesTest::declinedFileIsRefused() {
  auto app = m_world->startInside("cat ~/Documents/a.txt");
  QCOMPARE(m_world->latchkey({"answer", m_world->waitForRequest()["id"].toString(), "deny"}).status, 0);
  QVERIFY(app->says("Permission denied"));
  QCOMPARE(app->waitForEnd(), 1);
  QVERIFY(m_world->list({"grants", "--ended"}).isEmpty());
}

void FilesTest::refusalDoesNotTellWhetherAFileExists() {
  auto outcome = m_world->inside(
      "for f in a.txt nothing.txt; do cat ~/Documents/$f 2>&1; stat ~/Documents/$f 2>&1; done; ls ~/Documents",
      {"--ask", "no"});
  QCOMPARE(outcome.out.count("Permission denied"), 4);
  QVERIFY(!outcome.out.contains("No such file"));
  QVERIFY(outcome.err.contains("Permission denied"));
}

void FilesTest::hiddenFilesDoNotExist() {
  m_world->write("Documents/.secret", "x");
  auto outcome = m_world->inside("cat ~/Documents/.secret; cat ~/Documents/.nothing");
  QCOMPARE(outcome.err.count("No such file"), 2);
}

void FilesTest::nobodyIsAskedWithAskNo() {
  auto outcome = m_world->inside("cat ~/Documents/a.txt", {"--ask", "no"});
  QVERIFY(outcome.err.contains("Permission denied"));
  QVERIFY(m_world->list({"requests"}).isEmpty());
  QVERIFY(!m_world->journal("refuse").isEmpty());
}

void FilesTest::typedFileIsGivenWithoutAQuestion() {
  auto app = m_world->start(
      {"run", "--", "sh", "-c", "cat \"$1\"; echo more >> \"$1\"; echo done; read line", "sh", "Documents/a.txt"});
  QVERIFY(app->says("done"));
  QVERIFY(app->output().contains("the content"));
  QCOMPARE(m_world->read("Documents/a.txt"), "the contentmore\n");
  auto grant = m_world->first({"grants"});
  QCOMPARE(grant["target"], m_world->home("Documents/a.txt"));
  QCOMPARE(grant["access"], "write");
  QCOMPARE(grant["state"], "active");
  QCOMPARE(grant["origin"], "typed");
  QVERIFY(m_world->list({"requests", "--recent"}).isEmpty());
  QVERIFY(!m_world->journal("grant").isEmpty());
  app->tell("\n");
  QCOMPARE(app->waitForEnd(), 0);
  QVERIFY(m_world->list({"grants"}).isEmpty());  // It was for this run.
}

void FilesTest::typedFileIsSavedByRename() {
  auto outcome =
      m_world->latchkey({"run", "--ask", "no", "--", "sh", "-c",
                         "echo saved > \"$1.tmp\" && mv \"$1.tmp\" \"$1\" && cat \"$1\"", "sh", "Documents/a.txt"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QCOMPARE(m_world->read("Documents/a.txt"), "saved\n");
  QCOMPARE(QDir(m_world->home("Documents")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
           (QStringList{"a.txt", "b.txt"}));
  auto other = m_world->latchkey(
      {"run", "--ask", "no", "--", "sh", "-c", "echo x > \"${1%a.txt}b.txt\"", "sh", "Documents/a.txt"});
  QVERIFY(other.status != 0);
  QCOMPARE(m_world->read("Documents/b.txt"), "another");
}

void FilesTest::typedFileAtTheTopOfTheHomeIsSavedByRename() {
  m_world->write("notes.txt", "notes");
  m_world->write("other.txt", "other");
  auto outcome = m_world->latchkey({"run", "--ask", "no", "--", "sh", "-c",
                                    "cat \"$1\" && cd && echo own > own.txt && echo saved > \"$1.tmp\" && "
                                    "mv \"$1.tmp\" \"$1\" && cat \"$1\" notes.txt own.txt; cat other.txt",
                                    "sh", "notes.txt"});
  QVERIFY2(outcome.out.startsWith("notes"), outcome.err);
  QVERIFY2(outcome.out.contains("saved\nsaved\nown\n"), outcome.out + outcome.err);
  QVERIFY(!outcome.out.contains("other"));
  QCOMPARE(m_world->read("notes.txt"), "saved\n");
  QCOMPARE(m_world->read("other.txt"), "other");
  QVERIFY(!QFile::exists(m_world->home("own.txt")));
}

// A file manager's "Open with", for an app that always starts with Latchkey: the desktop's own launcher reads the entry
// we put in the app's place.
void FilesTest::openedWithAnAppOfTheMenuItIsGivenLikeATypedOne() {
  auto gio = QStandardPaths::findExecutable("gio");
  if (gio.isEmpty()) QSKIP("gio is not installed");
  QDir().mkpath(m_world->path("share/applications"));
  QFile entry(m_world->path("share/applications/org.example.Saver.desktop"));
  QVERIFY(entry.open(QIODevice::WriteOnly));
  entry.write("[Desktop Entry]\nType=Application\nName=Saver\nExec=sed -i s/content/saved/ %F\n");
  entry.close();
  m_world->setVariable("XDG_DATA_DIRS", m_world->path("share") + ":/usr/share");
  QVERIFY(!m_world->read("Documents/a.txt").contains("saved"));
  auto confined = m_world->latchkey({"confine", "org.example.Saver", "on"});
  QVERIFY2(confined.status == 0, confined.err);
  QProcess opening;
  opening.setEnvironment(m_world->environment());
  opening.start(gio, {"launch", m_world->path("data/applications/org.example.Saver.desktop"),
                      m_world->home("Documents/a.txt"), m_world->home("Documents/b.txt")});
  QVERIFY(opening.waitForFinished() && opening.exitCode() == 0);
  QTRY_COMPARE_WITH_TIMEOUT(m_world->read("Documents/a.txt"), "the saved", 30'000);
  QTRY_VERIFY(m_world->list({"ps"}).isEmpty());
  QVERIFY(m_world->list({"requests", "--recent"}).isEmpty());
  QCOMPARE(m_world->read("Documents/b.txt"), "another");
  QCOMPARE(QDir(m_world->home("Documents")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
           (QStringList{"a.txt", "b.txt"}));
  QStringList given;
  for (auto line : m_world->journal("grant")) {
    QCOMPARE(line.toObject()["app"], "org.example.Saver");
    given << line.toObject()["target"].toString();
  }
  given.sort();
  QCOMPARE(given, (QStringList{m_world->home("Documents/a.txt"), m_world->home("Documents/b.txt")}));
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void FilesTest::typedNameReplacedByALinkIsStillTheFile() {
  // CVE-2026-34078: what was named at the start is what is held, whatever its name leads to later.
  m_world->write("outside/secret", "secret");
  auto app = m_world->start(
      {"run", "--ask", "no", "--", "sh", "-c", "echo ready; read line; cat \"$1\"", "sh", "Documents/a.txt"});
  QVERIFY(app->says("ready"));
  QVERIFY(QFile::remove(m_world->home("Documents/a.txt")));
  QVERIFY(QFile::link(m_world->home("outside/secret"), m_world->home("Documents/a.txt")));
  app->tell("\n");
  app->waitForEnd();
  QVERIFY(!app->output().contains("secret\n") && !app->output().endsWith("secret"));
}

void FilesTest::stateOfLatchkeyIsNeverGiven() {
  m_world->latchkey({"status"});
  auto store = m_world->path("state/latchkey");
  auto outcome = m_world->latchkey({"run", "--ask", "no", "--", "ls", store});
  QVERIFY(outcome.status != 0);
  QVERIFY(m_world->latchkey({"grant", "x", "folder", store}).status != 0);
  QVERIFY(m_world->latchkey({"grant", "x", "folder", m_world->path("run/latchkey")}).status != 0);
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void FilesTest::revokedWhileOpenItCannotBeRead() {
  auto app = m_world->start(
      {"run", "--ask", "no", "--", "sh", "-c",
       "exec 3< \"$1\"; head -c 3 <&3; echo; echo open; read line; head -c 3 <&3 && echo still || echo cut", "sh",
       "Documents/a.txt"});
  QVERIFY(app->says("open"));
  auto grant = m_world->first({"grants"});
  QVERIFY(waitUntil([&] { return m_world->first({"grants"})["live"].toInt() > 0; }));
  auto revoked = m_world->latchkey({"revoke", grant["id"].toString(), "--json"});
  QVERIFY2(revoked.status == 0, revoked.err);
  QVERIFY(revoked.out.contains(grant["id"].toString().toUtf8()));
  app->tell("\n");
  QVERIFY(app->says("cut"));
  QCOMPARE(m_world->first({"grants", "--ended"})["state"], "revoked");
}

void FilesTest::suspendedAndResumed() {
  auto app = m_world->start(
      {"run", "--ask", "no", "--", "sh", "-c",
       "echo ready; while read line; do cat \"$1\" >/dev/null 2>&1 && echo $line yes || echo $line no; done", "sh",
       "Documents/a.txt"});
  QVERIFY(app->says("ready"));
  auto id = m_world->first({"grants"})["id"].toString();
  app->tell("one\n");
  QVERIFY(app->says("one yes"));
  QCOMPARE(m_world->latchkey({"suspend", id}).status, 0);
  app->tell("two\n");
  QVERIFY(app->says("two no"));
  QCOMPARE(m_world->first({"grants"})["state"], "suspended");
  QCOMPARE(m_world->latchkey({"resume", id}).status, 0);
  app->tell("three\n");
  QVERIFY(app->says("three yes"));
}

void FilesTest::grantedFolderIsBuiltIn() {
  auto site = m_world->home("Projects/site");
  auto outcome = m_world->inside(
      "make && git init -q . && git add -A && git -c user.name=x -c user.email=x@y commit -qm built && git log "
      "--oneline",
      {"--here", "--ask", "no"}, site);
  QVERIFY2(outcome.status == 0, outcome.out + outcome.err);
  QCOMPARE(m_world->read("Projects/site/out"), "built");
  QVERIFY(QFile::exists(site + "/.git/HEAD"));
  QVERIFY(outcome.out.contains("built"));
  auto beside = m_world->inside("cat ../other.txt ~/Documents/a.txt", {"--here", "--ask", "no"}, site);
  QVERIFY(beside.status != 0);
}

void FilesTest::readOnlyFolderCannotBeChanged() {
  auto outcome = m_world->inside("cat in; echo x > new; echo x >> in; rm in; mkdir d; mv in other",
                                 {"--here=ro", "--ask", "no"}, m_world->home("Projects/site"));
  QVERIFY(outcome.out.startsWith("built"));
  QCOMPARE(m_world->read("Projects/site/in"), "built");
  QCOMPARE(QDir(m_world->home("Projects/site")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot, QDir::Name),
           (QStringList{"Makefile", "in"}));
}

void FilesTest::neverIsRememberedUntilForgotten() {
  auto app = m_world->startInside("cat ~/Documents/a.txt");
  auto request = m_world->waitForRequest()["id"].toString();
  QCOMPARE(m_world->latchkey({"answer", request, "never"}).status, 0);
  QVERIFY(app->says("Permission denied"));
  app->waitForEnd();
  auto again = m_world->inside("cat ~/Documents/a.txt");
  QVERIFY(again.err.contains("Permission denied"));
  QVERIFY2(m_world->latchkey({"forget", request}).status == 0, "forget");
  auto third = m_world->startInside("cat ~/Documents/a.txt");
  QVERIFY(!m_world->waitForRequest().isEmpty());
}

void FilesTest::explicitNoHoldsForTheRun() {
  auto app = m_world->startInside("cat ~/Documents/a.txt; echo first; cat ~/Documents/a.txt; echo second");
  QCOMPARE(m_world->latchkey({"answer", m_world->waitForRequest()["id"].toString(), "deny"}).status, 0);
  QVERIFY(app->says("second"));
  QCOMPARE(app->output().count("Permission denied"), 2);
  app->waitForEnd();
  auto next = m_world->startInside("cat ~/Documents/a.txt");
  QVERIFY(!m_world->waitForRequest().isEmpty());
}

void FilesTest::unansweredIsStoredNowhere() {
  auto app = m_world->startInside("cat ~/Documents/a.txt; echo first; cat ~/Documents/a.txt");
  QCOMPARE(m_world->latchkey({"answer", m_world->waitForRequest()["id"].toString(), "dismiss"}).status, 0);
  QVERIFY(app->says("first"));
  app->waitForEnd(500);
  // A dismissal is for that once: the next run is asked again.
  m_world->latchkey({"stop", "--all"});
  // Not at once, so that nobody is worn down.
  auto next = m_world->startInside("until cat ~/Documents/a.txt; do sleep 0.5; done");
  auto request = m_world->waitForRequest();
  QVERIFY(!request.isEmpty());
  QVERIFY(m_world->list({"grants", "--ended"}).isEmpty());
}

void FilesTest::alwaysHoldsInTheNextRun() {
  auto app = m_world->startInside("cat ~/Documents/a.txt");
  QCOMPARE(m_world->latchkey({"answer", m_world->waitForRequest()["id"].toString(), "allow", "--for", "always"}).status,
           0);
  QCOMPARE(app->waitForEnd(), 0);
  auto again = m_world->inside("cat ~/Documents/a.txt", {"--ask", "no"});
  QCOMPARE(again.out, "the content");
  auto other = m_world->inside("cat ~/Documents/b.txt", {"--ask", "no"});
  QVERIFY(other.status != 0);
  // It is this app's, nobody else's.
  auto stranger = m_world->latchkey({"run", "--ask", "no", "--", "bash", "-c", "cat ~/Documents/a.txt"});
  QVERIFY(stranger.status != 0);
}

void FilesTest::timedGrantEnds() {
  auto app = m_world->startInside(
      "until cat ~/Documents/a.txt 2>/dev/null; do sleep 0.1; done; echo; echo open; "
      "while cat ~/Documents/a.txt >/dev/null 2>&1; do sleep 0.1; done; echo over");
  QCOMPARE(m_world->latchkey({"answer", m_world->waitForRequest()["id"].toString(), "allow", "--for", "3s"}).status, 0);
  QVERIFY(app->says("open"));
  // It may ask again from now on: nobody answers that here.
  QVERIFY(waitUntil([&] { return m_world->first({"grants", "--ended"})["state"] == "expired"; }));
  auto asked = m_world->waitForRequest(5000);
  if (!asked.isEmpty()) m_world->latchkey({"answer", asked["id"].toString(), "deny"});
  QVERIFY(app->says("over"));
}

void FilesTest::grantByHandReachesARunningProgram() {
  auto app =
      m_world->startInside("echo ready; read line; cat ~/Documents/a.txt; echo; ls ~/Projects/site", {"--ask", "no"});
  QVERIFY(app->says("ready"));
  auto holder = m_world->first({"ps"})["app"].toString();
  auto made = m_world->latchkey({"grant", holder, "file", "Documents/a.txt"});
  QVERIFY2(made.status == 0, made.err);
  QVERIFY2(m_world->latchkey({"grant", holder, "folder", "Projects/site", "--for", "run"}).status == 0, "folder");
  app->tell("\n");
  QVERIFY(app->says("the content"));
  QVERIFY(app->says("Makefile"));
}

void FilesTest::profilesHaveTheirOwnHomesAndGrants() {
  auto work = m_world->inside("echo mine > ~/note; echo at work", {"--profile", "work"});
  QCOMPARE(work.status, 0);
  QVERIFY(m_world->inside("cat ~/note").status != 0);
  QCOMPARE(m_world->inside("cat ~/note", {"--profile", "work"}).out, "mine\n");
  QVERIFY(!QFile::exists(m_world->home("note")));
  auto asks = m_world->startInside("cat ~/Documents/a.txt", {"--profile", "work"});
  auto request = m_world->waitForRequest();
  QVERIFY(request["app"].toString().endsWith("@work"));
  QCOMPARE(m_world->latchkey({"answer", request["id"].toString(), "allow", "--for", "always"}).status, 0);
  QCOMPARE(asks->waitForEnd(), 0);
  QCOMPARE(m_world->inside("cat ~/Documents/a.txt", {"--profile", "work", "--ask", "no"}).out, "the content");
  QVERIFY(m_world->inside("cat ~/Documents/a.txt", {"--ask", "no"}).status != 0);
}

void FilesTest::strangeNamesReachThePersonEscaped() {
  // CVE-2023-28101 and battery 13, through every part: from a name on disk to what is printed.
  m_world->write("Documents/a\x1b[2K\u202e.txt", "x");
  auto app = m_world->startInside("cat ~/Documents/a*K*");
  auto other = m_world->startInside("cat \"$HOME/Documents/a$(printf '\\033[2K\\342\\200\\256').txt\"");
  QVERIFY(!m_world->waitForRequest().isEmpty());
  for (auto command : {"requests", "log"}) {
    auto text = m_world->latchkey({command}).out;
    QVERIFY(!text.contains('\x1b') && !text.contains("\u202e"));
  }
}

void FilesTest::withdrawnWhenTheAskerGoes() {
  auto app = m_world->startInside("timeout -s KILL 1 cat ~/Documents/a.txt; echo gone; sleep 100");
  QVERIFY(!m_world->waitForRequest().isEmpty());
  QVERIFY(app->says("gone"));
  QVERIFY(waitUntil([&] { return m_world->list({"requests"}).isEmpty(); }));
  QCOMPARE(m_world->first({"requests", "--recent"})["state"], "withdrawn");
}

void FilesTest::askFromInside() {
  auto program = qEnvironmentVariable("LATCHKEY_BIN") + "/latchkey";
  auto tool = m_world->home("Projects/latchkey");
  QVERIFY(QFile::copy(program, tool));
  QFile::setPermissions(tool, QFile::ReadOwner | QFile::ExeOwner);
  // Not as words of their own: typed names would be given without a question.
  auto app = m_world->startInside("./latchkey ask file ~/Documents/a.txt --claim 'to show it' -- cat ~/Documents/a.txt",
                                  {"--here"}, m_world->home("Projects"));
  auto request = m_world->waitForRequest();
  QCOMPARE(request["claim"], "to show it");
  QCOMPARE(m_world->latchkey({"answer", request["id"].toString(), "allow"}).status, 0);
  QVERIFY(app->says("the content"));
  QCOMPARE(app->waitForEnd(), 0);
  auto refused =
      m_world->inside("./latchkey ask file ~/Documents/b.txt", {"--here", "--ask", "no"}, m_world->home("Projects"));
  QCOMPARE(refused.status, 1);
}

// Battery 30, with all there is: one program asks for whatever it can, again and again; another is asked about,
// answered and served beside it.
void FilesTest::aFloodOfOneKeepsNobodyElseWaiting() {
  for (int i = 1; i <= 80; ++i) m_world->write("Documents/flood" + QString::number(i), "x");
  auto flood = m_world->startInside(
      "while :; do for i in $(seq 80); do cat ~/Documents/flood$i >/dev/null 2>&1 & done; wait; done",
      {"--profile", "flood"});
  qsizetype most = 0;
  bool full = waitUntil([&] { return (most = std::max(most, m_world->list({"requests"}).size())) >= 20; }, 10'000);
  QVERIFY2(full, qPrintable(QString("%1 at most: %2").arg(most).arg(flood->output())));
  for (const auto* name : {"a", "b"}) {
    auto file = QString("Documents/%1.txt").arg(name);
    auto app = m_world->startInside("cat ~/" + file);
    QString id;
    QVERIFY(waitUntil([&] {
      for (auto request : m_world->list({"requests"})) {
        if (request.toObject()["target"] == m_world->home(file)) id = request.toObject()["id"].toString();
      }
      return !id.isEmpty();
    }));
    QCOMPARE(m_world->latchkey({"answer", id, "allow"}).status, 0);
    QVERIFY(app->says(m_world->read(file)));
    QCOMPARE(app->waitForEnd(), 0);
  }
  QVERIFY(flood->running());
  QVERIFY(m_world->list({"requests"}).size() <= 64);
}

QTEST_GUILESS_MAIN(FilesTest)
#include "files-test.moc"
