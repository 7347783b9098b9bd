// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Neighbours, patterns and rules end to end: a film and its subtitles, a rule changed while something is open, why it
// could be read, and everything carried to another machine.

#include <QFileInfo>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class RulesTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void theSubtitlesBesideTheFilm();
  void theSubtitlesAtTheTopOfTheHome();
  void aPatternIsGivenAndPreviewed();
  void narrowedWhileOpenItIsCut();
  void neverInAGrantedFolder();
  void whyCouldItReadThis();
  void carriedToAnotherMachine();
  void whatCannotBeTakenOverIsSaidByLine();
  void fromInsideNothingIsTakenOver();
  void keptAndNot();

private:
  QString grantOf(const QString& app, const QString& file, const QStringList& options = {}) {
    auto outcome = m_world->latchkey(
        QStringList{"grant", app, QFileInfo(m_world->home(file)).isDir() ? "folder" : "file", m_world->home(file)} +
        options);
    return outcome.status == 0 ? QString::fromUtf8(outcome.out).trimmed() : QString::fromUtf8(outcome.err);
  }
  // Once it is known who runs.
  QString appId() const {
    QString app;
    waitUntil([&] { return !(app = m_world->first({"ps"})["app"].toString()).isEmpty(); });
    return app;
  }

  std::unique_ptr<SystemWorld> m_world;
};

void RulesTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void RulesTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Videos/film.mkv", "the film");
  m_world->write("Videos/film.en.srt", "the words");
  m_world->write("Videos/film2.srt", "other words");
  m_world->write("film.mkv", "the film");
  m_world->write("film.srt", "the words");
}

void RulesTest::theSubtitlesBesideTheFilm() {
  auto app = m_world->startInside(
      "cat ~/Videos/film.mkv; echo; cat ~/Videos/film.en.srt; echo; echo mine > ~/Videos/film.de.srt && echo saved; "
      "cat ~/Videos/film2.srt");
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], m_world->home("Videos/film.mkv"));
  auto answered =
      m_world->latchkey({"answer", request["id"].toString(), "allow", "--for", "run", "--scope", "siblings"});
  QVERIFY2(answered.status == 0, answered.err);
  // Reading is what was asked for: making one is another question.
  QVERIFY(app->says("the words"));
  auto making = m_world->waitForRequest();
  QCOMPARE(making["target"], m_world->home("Videos/film.de.srt"));
  m_world->latchkey({"answer", making["id"].toString(), "allow", "--for", "run", "--scope", "siblings"});
  QVERIFY(app->says("saved"));
  auto other = m_world->waitForRequest();
  QCOMPARE(other["target"], m_world->home("Videos/film2.srt"));
  m_world->latchkey({"answer", other["id"].toString(), "deny"});
  QCOMPARE(app->waitForEnd(), 1);
  QVERIFY(!app->output().contains("other words"));
  QCOMPARE(m_world->read("Videos/film.de.srt"), "mine\n");
}

void RulesTest::theSubtitlesAtTheTopOfTheHome() {
  auto app = m_world->startInside("cat ~/Videos/film.mkv > /dev/null; cat ~/film.mkv ~/film.srt");
  m_world->latchkey({"answer", m_world->waitForRequest()["id"].toString(), "allow", "--for", "run"});
  QCOMPARE(app->waitForEnd(), 1);  // The top of the home is the program's own: nothing of that name, and no question.
  QVERIFY(!app->output().contains("the words"));
  // Typed or given by hand it is there, with those beside it.
  auto second = m_world->startInside("until cat ~/film.srt 2>/dev/null; do sleep 0.1; done; echo; sleep 60");
  QVERIFY(waitUntil([&] { return !m_world->list({"ps"}).isEmpty(); }));
  auto id = grantOf(appId(), "film.mkv", {"--scope", "siblings"});
  QVERIFY2(second->says("the words"), qPrintable(id));
}

void RulesTest::aPatternIsGivenAndPreviewed() {
  auto preview = m_world->latchkey({"rules", "preview", m_world->home("Videos/*.srt")});
  QCOMPARE(preview.out, "film.en.srt\nfilm2.srt\n2 files match now.\n");
  auto app = m_world->startInside("sleep 0.1; read go; cat ~/Videos/film2.srt; echo; cat ~/Videos/film.mkv");
  QVERIFY(waitUntil([&] { return !m_world->list({"ps"}).isEmpty(); }));
  auto given = m_world->latchkey({"grant", appId(), "file", m_world->home("Videos/*.srt"), "--scope", "pattern"});
  QVERIFY2(given.status == 0, given.err);
  auto rules = m_world->list({"rules"});
  QCOMPARE(rules.size(), 1);
  QVERIFY(rules[0].toObject()["sentence"].toString().contains(
      "may read files like *.srt in ~/Videos, until you take it back."));
  app->tell("go\n");
  QVERIFY(app->says("other words"));
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], m_world->home("Videos/film.mkv"));
  m_world->latchkey({"answer", request["id"].toString(), "deny"});
  app->waitForEnd();
}

void RulesTest::narrowedWhileOpenItIsCut() {
  auto app = m_world->startInside(
      "exec 3<~/Videos/film.mkv 4<~/Videos/film2.srt; echo open; read go; cat <&3; echo; cat <&4 || echo cut; sleep "
      "60");
  m_world->latchkey(
      {"answer", m_world->waitForRequest()["id"].toString(), "allow", "--for", "always", "--scope", "tree"});
  QVERIFY(app->says("open"));
  auto id = m_world->first({"grants"})["id"].toString();
  auto edited = m_world->latchkey(
      {"rules", "edit", id, "--place", m_world->home("Videos/film.mkv"), "--scope", "siblings", "--for", "8h"});
  QVERIFY2(edited.status == 0, edited.err);
  QVERIFY(QString::fromUtf8(edited.out).contains("may read ~/Videos/film.mkv and files of the same name, until 20"));
  app->tell("go\n");
  QVERIFY(app->says("the film"));  // The new rule covers it: it goes on.
  QVERIFY(app->says("cut"));
  QVERIFY(!app->output().contains("other words"));
  QCOMPARE(m_world->list({"grants"}).size(), 1);
}

void RulesTest::neverInAGrantedFolder() {
  auto app = m_world->startInside(
      "exec 3<~/Videos/film.mkv 4<~/Videos/film2.srt; echo open; read go; cat <&4 || echo cut; cat ~/Videos/film2.srt "
      "|| "
      "echo refused; cat ~/Videos/film.en.srt; sleep 60");
  m_world->latchkey(
      {"answer", m_world->waitForRequest()["id"].toString(), "allow", "--for", "always", "--scope", "tree"});
  QVERIFY(app->says("open"));
  auto no = m_world->latchkey({"rules", "never", appId(), m_world->home("Videos/film2.*"), "--scope", "pattern"});
  QVERIFY2(no.status == 0, no.err);
  app->tell("go\n");
  QVERIFY(app->says("cut"));
  QVERIFY(app->says("refused"));
  QVERIFY(app->says("the words"));
  QVERIFY(m_world->list({"requests"}).isEmpty());
}

void RulesTest::whyCouldItReadThis() {
  m_world->latchkey({"run", "--as", "org.example.Viewer", "--", "true"});
  auto id = grantOf("org.example.Viewer", "Videos", {"--for", "always"});
  auto no = m_world->latchkey({"rules", "never", "org.example.Viewer", m_world->home("Videos/film2.srt")});
  QVERIFY2(no.status == 0, no.err);
  auto why = [&](const QString& file) {
    return m_world->list({"why", "org.example.Viewer", m_world->home(file)})[0].toObject();
  };
  auto yes = why("Videos/film.mkv");
  QCOMPARE(yes["verdict"], "allowed");
  QCOMPARE(yes["grant"], id);
  QCOMPARE(yes["origin"], "added");
  QCOMPARE(why("Videos/film2.srt")["verdict"], "denied");
  QCOMPARE(why("Videos/film2.srt")["refusal"], QString::fromUtf8(no.out).trimmed());
  QCOMPARE(why("elsewhere")["verdict"], "asked");
  auto line = m_world->journal("grant")[0].toObject();
  auto told = m_world->latchkey({"why", "--journal", QString::number(line["sequence"].toInteger())});
  QVERIFY2(
      told.out.startsWith("Allowed: ") && told.out.contains("everything in ~/Videos") && told.out.contains("by hand"),
      told.out + told.err);
  QVERIFY(m_world->latchkey({"why", "--journal", "999999"}).status != 0);
}

void RulesTest::carriedToAnotherMachine() {
  grantOf("viewer", "Videos", {"--access", "write", "--keep"});
  grantOf("viewer", "film.mkv", {"--scope", "siblings"});
  m_world->latchkey({"grant", "viewer", "file", m_world->home("Videos/*.srt"), "--scope", "pattern", "--for", "7d"});
  m_world->latchkey({"rules", "never", "viewer", m_world->home("Videos/film2.srt")});
  m_world->latchkey({"grant", "viewer", "network", "*.example.org:443/tcp", "--bytes-a-day", "500M", "--rate", "2M"});
  m_world->latchkey({"grant", "viewer", "listen", "8080@network"});
  m_world->latchkey({"rules", "never", "viewer", "network", "tracker.example.org"});
  auto file = m_world->path("rules.toml");
  auto exported = m_world->latchkey({"rules", "export", file});
  QVERIFY2(exported.status == 0, exported.err);
  auto text = m_world->latchkey({"rules", "export"}).out;
  QVERIFY2(text.contains("# viewer may read and write everything in ~/Videos, until you take it back, used or not.") &&
               text.contains("place = \"~/Videos/*.srt\"") && text.contains("[[never]]") &&
               text.contains("network = \"*.example.org:443/tcp\"\nrate = \"2M\"\nbytes-a-day = \"500M\"\n") &&
               text.contains("listen = \"8080/tcp@network\"") && text.contains("network = \"tracker.example.org\"") &&
               !text.contains(m_world->home().toUtf8()),
           text);

  SystemWorld other;
  other.write("Videos/film.mkv", "x");
  other.write("Videos/film2.srt", "x");
  auto missing = other.latchkey({"rules", "import", file, "--yes"});
  QVERIFY(missing.status != 0 && missing.out.contains("! line ") && missing.err.contains("nothing was taken over"));
  QVERIFY(other.list({"rules"}).isEmpty());
  other.write("film.mkv", "x");
  QVERIFY(other.latchkey({"rules", "import", file}).status != 0);  // Nobody to ask, and no --yes.
  QVERIFY(other.latchkey({"rules", "import", file, "--dry-run"}).status == 0);
  QVERIFY(other.list({"rules"}).isEmpty());
  auto taken = other.latchkey({"rules", "import", file, "--yes"});
  QVERIFY2(taken.status == 0 && taken.out.contains("7 rules taken over."), taken.out + taken.err);
  QCOMPARE(other.latchkey({"rules", "export"}).out, text);
  QVERIFY(other.latchkey({"rules", "import", file, "--yes"}).out.contains("Nothing to take over."));
  QCOMPARE(other.list({"rules"}).size(), 7);
  other.end();
}

void RulesTest::whatCannotBeTakenOverIsSaidByLine() {
  auto tryFile = [&](const QByteArray& text) {
    m_world->write("rules.toml", text);
    return m_world->latchkey({"rules", "import", m_world->home("rules.toml"), "--yes"});
  };
  auto malformed = tryFile("latchkey-rules = 1\n[[rule]]\napp = \"x\"\nwhatever = \"y\"\n");
  QVERIFY(malformed.status != 0);
  QVERIFY2(malformed.err.contains("line 4: expected"), malformed.err);
  auto home = tryFile("latchkey-rules = 1\n[[rule]]\napp = \"x\"\nplace = \"~\"\nscope = \"tree\"\n");
  QVERIFY(home.status != 0 && home.out.contains("! line 2: x may read everything in ~"));
  QVERIFY(m_world->list({"rules"}).isEmpty());
}

void RulesTest::fromInsideNothingIsTakenOver() {
  m_world->write("Videos/rules.toml",
                 "latchkey-rules = 1\n[[rule]]\napp = \"sh\"\nplace = \"~/Videos\"\nscope = \"tree\"\n");
  auto app = m_world->startInside(
      "cat ~/Videos/rules.toml > /tmp/r; unset LATCHKEY LATCHKEY_SOCKET; latchkey rules import "
      "/tmp/r --yes; echo status $?; LATCHKEY=1 latchkey rules import /tmp/r --yes; echo status $?");
  m_world->latchkey({"answer", m_world->waitForRequest()["id"].toString(), "allow"});
  QVERIFY(app->says("status"));
  app->waitForEnd();
  QVERIFY2(!app->output().contains("status 0"), app->output());
  for (auto rule : m_world->list({"rules"})) QVERIFY(rule.toObject()["scope"] != "tree");
}

void RulesTest::keptAndNot() {
  auto id = grantOf("viewer", "Videos");
  QVERIFY(!m_world->first({"grants"})["keep"].toBool());
  QVERIFY(m_world->latchkey({"rules", "keep", id}).status == 0);
  QVERIFY(m_world->first({"grants"})["keep"].toBool());
  QVERIFY(m_world->latchkey({"rules", "may-lapse", id}).status == 0);
  QVERIFY(!m_world->first({"grants"})["keep"].toBool());
  auto timed = grantOf("viewer", "film.mkv", {"--for", "8h"});
  QVERIFY(m_world->latchkey({"rules", "keep", timed}).status != 0);
}

QTEST_GUILESS_MAIN(RulesTest)
#include "rules-test.moc"
