// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Folders at full speed, through the whole of Latchkey: given in each way, listed, taken back and said, and across the
// death of each part.

#include <sys/stat.h>

#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

// Answers each line: whether the file can be opened by its name, and what reads through the descriptor held since.
const QString HOLDER =
    "exec 3< in; echo ready; while read line; do cat \"$PWD/in\" >/dev/null 2>&1 && named=yes || named=no; "
    "cat /proc/self/fd/3 >/dev/null 2>&1; read -r held <&3; echo $line $named \"[$held]\"; done";

}  // namespace

class FastTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void workingDirectoryIsTheDiskItself();
  void withoutItIsNot();
  void gitWorksInIt();
  void grantedByHandAndListed();
  void answeredWithAQuestion();
  void onlyForFoldersAndNotForOnce();
  void takingBackSaysWhatIsHeld();
  void brokerAndPortalMayDieBetween();
  void takenBackWhileNobodyWasThere();
  void notInATrial();
  void anEditKeepsIt();

private:
  // Of the file, as both sides see it.
  QString place(const QString& file) const {
    struct stat status{};
    if (stat(QFile::encodeName(m_world->home(file)), &status) != 0) return {};
    return QStringLiteral("%1:%2").arg(status.st_dev).arg(status.st_ino);
  }
  std::unique_ptr<RunningCommand> startHolder() {
    auto app = m_world->startInside(HOLDER, {"--here=fast", "--ask", "no"}, m_world->home("Projects/site"));
    if (!app->says("ready")) qWarning("no holder");
    return app;
  }
  bool canBeNamed(RunningCommand& app) {
    auto word = QByteArray::number(++m_asked);
    app.tell("w" + word + "\n");
    app.says("w" + word + " ");
    return app.output().contains("w" + word + " yes");
  }

  std::unique_ptr<SystemWorld> m_world;
  int m_asked = 0;
};

void FastTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void FastTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Projects/site/in", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n");
  m_world->write("Documents/tree/in", "content");
}

void FastTest::workingDirectoryIsTheDiskItself() {
  auto outcome =
      m_world->inside("stat -c %d:%i in; pwd", {"--here=fast", "--ask", "no"}, m_world->home("Projects/site"));
  QCOMPARE(outcome.out, (place("Projects/site/in") + "\n" + m_world->home("Projects/site") + "\n").toUtf8());
}

void FastTest::withoutItIsNot() {
  auto outcome = m_world->inside("stat -c %d:%i in", {"--here", "--ask", "no"}, m_world->home("Projects/site"));
  QCOMPARE(outcome.status, 0);
  QVERIFY(outcome.out != (place("Projects/site/in") + "\n").toUtf8());
}

void FastTest::gitWorksInIt() {
  auto outcome = m_world->inside(
      "git init -q . && git add -A && git -c user.name=x -c user.email=x@y commit -qm made && git status --porcelain "
      "&& "
      "git fsck && cat ../../Documents/tree/in",
      {"--here=fast", "--ask", "no"}, m_world->home("Projects/site"));
  QVERIFY(QFile::exists(m_world->home("Projects/site/.git/HEAD")));
  QVERIFY2(outcome.status != 0 && !outcome.out.contains("content"), "it reached beside the folder");
}

void FastTest::grantedByHandAndListed() {
  auto app = m_world->startInside(
      "echo ready; read line; stat -c %d:%i ~/Documents/tree/in; echo x > "
      "~/Documents/tree/in || echo no; read line",
      {"--ask", "no"});
  QVERIFY(app->says("ready"));
  auto holder = m_world->first({"ps"})["app"].toString();
  auto made = m_world->latchkey({"grant", holder, "folder", "Documents/tree", "--fast"});
  QVERIFY2(made.status == 0, made.err);
  app->tell("\n");
  QVERIFY(app->says(place("Documents/tree/in").toUtf8()));
  QVERIFY(app->says("no\n"));
  QCOMPARE(m_world->read("Documents/tree/in"), "content");
  auto grant = m_world->first({"grants"});
  QCOMPARE(grant["fast"], true);
  QCOMPARE(grant["access"], "read");
  QVERIFY(m_world->latchkey({"grants"}).out.contains("full speed"));
  QCOMPARE(m_world->journal("grant").last()["outcome"], "allowed, full speed");
}

void FastTest::answeredWithAQuestion() {
  auto app = m_world->startInside("ls ~/Documents/tree; stat -c %d:%i ~/Documents/tree/in; read line");
  auto request = m_world->waitForRequest()["id"].toString();
  // Not what the answer "this time" can have.
  QVERIFY(m_world->latchkey({"answer", request, "allow", "--scope", "tree", "--fast"}).status != 0);
  auto answered = m_world->latchkey({"answer", request, "allow", "--scope", "tree", "--for", "run", "--fast"});
  QVERIFY2(answered.status == 0, answered.err);
  QVERIFY(app->says(place("Documents/tree/in").toUtf8()));
  QCOMPARE(m_world->first({"grants"})["fast"], true);
}

void FastTest::onlyForFoldersAndNotForOnce() {
  auto refused = [&](const QStringList& words) {
    return m_world->latchkey(QStringList{"grant", "some"} + words).status;
  };
  QVERIFY(refused({"file", "Documents/tree/in", "--fast"}) != 0);
  QVERIFY(refused({"folder", "Documents/tree", "--fast", "--scope", "folder"}) != 0);
  QVERIFY(refused({"folder", m_world->home(), "--fast"}) != 0);
  QVERIFY(refused({"folder", m_world->home(".."), "--fast"}) != 0);
  QVERIFY(m_world->list({"grants"}).isEmpty());
}

void FastTest::takingBackSaysWhatIsHeld() {
  auto app = startHolder();
  QVERIFY(canBeNamed(*app));
  auto instance = m_world->first({"ps"})["instance"].toString();
  auto grant = m_world->first({"grants"})["id"].toString();
  auto revoked = m_world->latchkey({"revoke", grant});
  QCOMPARE(revoked.status, 0);
  QVERIFY2(revoked.err.contains("still reaches it until the program ends"), revoked.err);
  QVERIFY2(revoked.err.contains(("latchkey stop " + instance).toUtf8()), revoked.err);
  QVERIFY(!canBeNamed(*app));
  // What is held open still reads: that is what was said.
  QVERIFY2(app->output().contains("[two]"), app->output());
  QCOMPARE(m_world->latchkey({"stop", instance}).status, 0);
  app->waitForEnd();
}

void FastTest::brokerAndPortalMayDieBetween() {
  auto app = startHolder();
  auto grant = m_world->first({"grants"})["id"].toString();
  m_world->destroy(m_world->broker());
  QVERIFY(waitUntil([&] { return m_world->broker() != 0; }));
  QVERIFY(canBeNamed(*app));
  QVERIFY(waitUntil([&] { return m_world->list({"ps"}).size() == 1; }));
  auto portal = m_world->portal();
  m_world->destroy(portal);
  QVERIFY(canBeNamed(*app));
  QVERIFY(waitUntil([&] { return m_world->portal() != 0 && m_world->portal() != portal; }));
  QVERIFY(canBeNamed(*app));
  QVERIFY(waitUntil([&] { return m_world->first({"grants"})["state"] == "active"; }));
  QCOMPARE(m_world->latchkey({"revoke", grant}).status, 0);
  QVERIFY(waitUntil([&] { return !canBeNamed(*app); }, 5000));
  m_world->latchkey({"stop", "--all"});
}

// Both die at once, and what comes back finds a grant that ended with its time.
void FastTest::takenBackWhileNobodyWasThere() {
  auto app = m_world->startInside(
      "echo ready; while read line; do cat ~/Documents/tree/in >/dev/null 2>&1 && echo $line "
      "yes || echo $line no; done",
      {"--ask", "no"});
  QVERIFY(app->says("ready"));
  auto holder = m_world->first({"ps"})["app"].toString();
  QCOMPARE(m_world->latchkey({"grant", holder, "folder", "Documents/tree", "--fast", "--for", "2s"}).status, 0);
  QVERIFY(canBeNamed(*app));
  m_world->destroy(m_world->broker());
  m_world->destroy(m_world->portal());
  QTest::qWait(2500);
  QVERIFY(waitUntil([&] { return m_world->broker() != 0 && m_world->portal() != 0; }));
  QVERIFY(waitUntil([&] { return !canBeNamed(*app); }, 10'000));
  m_world->latchkey({"stop", "--all"});
}

void FastTest::notInATrial() {
  auto refused = m_world->inside("true", {"--try", "--here=fast"}, m_world->home("Projects/site"));
  QVERIFY(refused.status != 0);
  QVERIFY(refused.err.contains("--try"));
}

// Of the same folder; another one is not what full speed was chosen for.
void FastTest::anEditKeepsIt() {
  m_world->write("Documents/other/in", "elsewhere");
  auto app = m_world->startInside("echo ready; while read line; do eval \"$line\"; done", {"--ask", "no"});
  QVERIFY(app->says("ready"));
  auto holder = m_world->first({"ps"})["app"].toString();
  QCOMPARE(m_world->latchkey({"grant", holder, "folder", "Documents/tree", "--fast"}).status, 0);
  auto edited = m_world->latchkey({"rules", "edit", m_world->first({"grants"})["id"].toString(), "--access", "write"});
  QVERIFY2(edited.status == 0 && edited.err.isEmpty(), edited.err);
  auto grant = m_world->first({"grants"});
  QCOMPARE(grant["fast"], true);
  QCOMPARE(grant["access"], "write");
  app->tell("stat -c %d:%i ~/Documents/tree/in\n");
  QVERIFY(app->says(place("Documents/tree/in").toUtf8()));
  app->tell("echo x > ~/Documents/tree/new && echo made\n");
  QVERIFY(app->says("made"));
  QVERIFY(QFile::exists(m_world->home("Documents/tree/new")));

  edited = m_world->latchkey({"rules", "edit", grant["id"].toString(), "--for", "1h"});
  QVERIFY2(edited.status == 0 && edited.err.isEmpty(), edited.err);
  QCOMPARE(m_world->first({"grants"})["fast"], true);
  edited = m_world->latchkey(
      {"rules", "edit", m_world->first({"grants"})["id"].toString(), "--place", m_world->home("Documents/other")});
  QVERIFY2(edited.status == 0, edited.err);
  QVERIFY2(edited.err.contains("no longer at full speed"), edited.err);
  QCOMPARE(m_world->first({"grants"})["fast"], false);
  app->tell("cat ~/Documents/tree/in || echo gone; cat ~/Documents/other/in; echo\n");
  QVERIFY(app->says("gone"));
  QVERIFY(app->says("elsewhere"));
  m_world->latchkey({"stop", "--all"});
}

QTEST_GUILESS_MAIN(FastTest)
#include "fast-test.moc"
