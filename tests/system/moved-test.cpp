// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Grants follow what they were given for: folders that the person moves, files that an app saves by rename - and
// nothing that merely took the name.

#include <signal.h>
#include <sys/stat.h>

#include <QtTest>
#include <algorithm>
#include <functional>

#include "app/ui/broker-door.h"
#include "app/ui/desktop-catalog.h"
#include "app/ui/grants-model.h"
#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

// Holds a file of the folder open, and answers "read PATH" and "held".
const QString WORKER =
    "exec 3<>~/Documents/work/held.txt; cd ~; echo ready; while read what path; do case $what in "
    "read) cat \"$path\" 2>&1;; held) echo more >&3 && echo written;; esac; echo end; done";

}  // namespace

class MovedTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void movedFolderIsFollowedAndKillsChangeNothing();
  void movedWhileTheBrokerComesBack();
  void thePageOfKeysFollows();
  void movedToWhereNothingIsGivenItEnds();
  void folderInItsPlaceIsAnother();
  void savedFileIsTheSameToTheNextPortal();
  void replacedOnTheHostIsAskedAboutAgain_data();
  void replacedOnTheHostIsAskedAboutAgain();

private:
  QString run(RunningCommand& app, const QString& words) {
    auto before = app.output().size();
    app.tell(words.toUtf8() + "\n");
    bool ended = waitUntil([&] { return app.output().mid(before).contains("end\n"); }, 10'000);
    return ended ? QString::fromUtf8(app.output().mid(before)) : QStringLiteral("no answer");
  }
  bool comesTo(const std::function<bool()>& condition) { return waitUntil(condition, 20'000); }
  bool targetBecomes(const QString& path) {
    return comesTo([&] {
      auto grants = m_world->list({"grants"});
      auto there = [&](const QJsonValue& grant) { return grant.toObject()["target"] == m_world->home(path); };
      return !grants.isEmpty() && std::ranges::all_of(grants, there);
    });
  }
  // A new one, whole.
  bool killPortal() {
    auto portal = m_world->portal();
    m_world->destroy(portal);
    return comesTo([&] { return m_world->portal() != 0 && m_world->portal() != portal; });
  }
  // Given for as long as it runs, by an answer.
  std::unique_ptr<RunningCommand> startWorker() {
    auto app = m_world->startInside(WORKER);
    sayYesUntil(*app, "ready", {"--scope", "tree"});
    return app;
  }
  void sayYesUntil(RunningCommand& app, const QByteArray& said, const QStringList& how = {}) {
    waitUntil([&] {
      for (auto request : m_world->list({"requests"}))
        m_world->latchkey(QStringList{"answer", request.toObject()["id"].toString(), "allow", "--for", "run"} + how);
      return app.says(said, 200);
    });
    if (!app.output().contains(said)) qWarning() << app.output();
  }

  std::unique_ptr<SystemWorld> m_world;
};

void MovedTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void MovedTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Documents/work/held.txt", "held\n");
  m_world->write("Documents/work/a.txt", "the content\n");
  m_world->write("Documents/other/a.txt", "another\n");
  m_world->write("Documents/a.txt", "the content\n");
}

void MovedTest::movedFolderIsFollowedAndKillsChangeNothing() {
  auto app = startWorker();
  auto id = m_world->first({"grants"})["id"].toString();
  QVERIFY(targetBecomes("Documents/work"));
  QCOMPARE(QProcess::execute("mv", {m_world->home("Documents/work"), m_world->home("Documents/job")}), 0);
  QVERIFY(targetBecomes("Documents/job"));
  QVERIFY(std::ranges::any_of(m_world->list({"grants"}), [&](auto grant) { return grant.toObject()["id"] == id; }));
  auto lines = m_world->journal("moved");
  QVERIFY(std::ranges::any_of(lines, [&](const QJsonValue& line) { return line.toObject()["grant"] == id; }));
  for (auto line : lines) QCOMPARE(line.toObject()["target"], m_world->home("Documents/job"));
  auto why = m_world->latchkey({"why", m_world->first({"ps"})["app"].toString(), "Documents/job/a.txt"});
  QVERIFY2(why.out.contains("Documents/job"), why.out + why.err);
  // Who runs goes on: what it holds open, and the names it knows.
  QVERIFY(run(*app, "held").contains("written"));
  QCOMPARE(m_world->read("Documents/job/held.txt"), "more\n");
  QVERIFY(run(*app, "read Documents/work/a.txt").contains("the content"));
  // The next portal has it at its new place, and whoever takes the old name is not given.
  m_world->write("Documents/work/a.txt", "another's secret\n");
  QVERIFY(killPortal());
  QVERIFY(comesTo([&] { return run(*app, "read Documents/job/a.txt").contains("the content"); }));
  QVERIFY(QDir(m_world->home("Documents/work")).removeRecursively());
  // Nor does it take another broker to know.
  m_world->destroy(m_world->broker());
  QVERIFY(comesTo([&] { return m_world->broker() != 0; }));
  QVERIFY(targetBecomes("Documents/job"));
  QVERIFY(run(*app, "read Documents/job/a.txt").contains("the content"));
  QCOMPARE(QProcess::execute("mv", {m_world->home("Documents/job"), m_world->home("Documents/task")}), 0);
  QVERIFY(targetBecomes("Documents/task"));
  QVERIFY(killPortal());
  QVERIFY(comesTo([&] { return run(*app, "read Documents/task/a.txt").contains("the content"); }));
  for (auto grant : m_world->list({"grants"}))
    QCOMPARE(m_world->latchkey({"revoke", grant.toObject()["id"].toString()}).status, 0);
  QVERIFY(run(*app, "read Documents/task/a.txt").contains("denied"));
}

// The next broker hears of it although it has not yet taken up all that the portal holds.
void MovedTest::movedWhileTheBrokerComesBack() {
  auto app = startWorker();
  QVERIFY(targetBecomes("Documents/work"));
  QString before = "work";
  for (auto now : {"one", "two", "three", "four"}) {
    m_world->destroy(m_world->broker());
    auto waiting = m_world->start({"grants"});  // Starts the next one.
    QVERIFY(comesTo([&] { return m_world->broker() != 0; }));
    QCOMPARE(rename(m_world->home("Documents/" + before).toUtf8(), m_world->home(QString("Documents/") + now).toUtf8()),
             0);
    waiting->waitForEnd(20'000);
    QVERIFY2(targetBecomes(QString("Documents/") + now), now);
    QVERIFY(run(*app, "held").contains("written"));
    before = now;
  }
}

// As the window has it: told by the broker, not asked for.
void MovedTest::thePageOfKeysFollows() {
  auto app = startWorker();
  QVERIFY(targetBecomes("Documents/work"));
  latchkey::Places places;
  places.runtime = m_world->path("run/latchkey").toStdString();
  places.data = m_world->path("data/latchkey").toStdString();
  places.state = m_world->path("state/latchkey").toStdString();
  places.config = m_world->path("config/latchkey").toStdString();
  places.home = m_world->home().toStdString();
  latchkey::ui::Session session(std::make_unique<latchkey::ui::BrokerDoor>(places),
                                latchkey::ui::Session::Presents::Nothing);
  latchkey::ui::DesktopCatalog catalog;
  latchkey::ui::AppsModel apps(session, catalog);
  latchkey::ui::GrantsModel keys(session, apps);
  keys.setGrouping(latchkey::ui::GrantsModel::ByThing);
  auto shows = [&](const QString& path) {
    for (int row = 0; row < keys.rowCount(); ++row) {
      if (!keys.index(row, 0).data(latchkey::ui::GrantsModel::WholeRole).toString().endsWith(path)) return false;
    }
    return keys.rowCount() > 0;
  };
  QTRY_VERIFY(shows("/Documents/work"));
  auto headed = keys.index(0, 0).data(latchkey::ui::GrantsModel::GroupRole).toString();
  QVERIFY(QDir().mkpath(m_world->home("Documents/attic")));
  QCOMPARE(QProcess::execute("mv", {m_world->home("Documents/work"), m_world->home("Documents/attic/job")}), 0);
  QTRY_VERIFY_WITH_TIMEOUT(shows("/Documents/attic/job"), 20'000);
  QVERIFY(keys.index(0, 0).data(latchkey::ui::GrantsModel::GroupRole).toString() != headed);
  // Found by its new name, and not by the old one.
  keys.setFilter("attic");
  QTRY_VERIFY(keys.rowCount() > 0);
  keys.setFilter("work");
  QTRY_COMPARE(keys.rowCount(), 0);
  QVERIFY(run(*app, "read Documents/work/a.txt").contains("the content"));
}

void MovedTest::movedToWhereNothingIsGivenItEnds() {
  QVERIFY(QDir().mkpath(m_world->path("config/latchkey")));
  QCOMPARE(
      QFile::setPermissions(m_world->path("config/latchkey"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner),
      true);
  m_world->write("../config/latchkey/ceilings.toml", "[[never]]\npath = \"~/Documents/never\"\n");
  QVERIFY(QDir().mkpath(m_world->home("Documents/never")));
  auto app = startWorker();
  QVERIFY(run(*app, "read Documents/work/a.txt").contains("the content"));
  QCOMPARE(QProcess::execute("mv", {m_world->home("Documents/work"), m_world->home("Documents/never/work")}), 0);
  QVERIFY(comesTo([&] { return m_world->list({"grants"}).isEmpty(); }));
  QCOMPARE(m_world->journal("expire").last().toObject()["outcome"], "moved");
  app->tell("held\n");
  QVERIFY(comesTo([&] { return !app->output().endsWith("written\nend\n"); }));
  QCOMPARE(m_world->read("Documents/never/work/held.txt"), "held\n");
}

// Moved away while no portal looks, and another put there: that one was never given.
void MovedTest::folderInItsPlaceIsAnother() {
  auto app = startWorker();
  QVERIFY(run(*app, "read Documents/work/a.txt").contains("the content"));
  auto portal = m_world->portal();
  QCOMPARE(kill(portal, SIGSTOP), 0);
  QVERIFY(QDir().rename(m_world->home("Documents/work"), m_world->home("Documents/away")));
  QVERIFY(QDir().rename(m_world->home("Documents/other"), m_world->home("Documents/work")));
  m_world->destroy(portal);
  QVERIFY(comesTo([&] { return m_world->list({"grants"}).isEmpty(); }));
  QCOMPARE(m_world->journal("expire").last().toObject()["outcome"], "replaced");
  // It is asked about like any other, and a no is a no.
  app->tell("read Documents/work/a.txt\n");
  auto request = m_world->waitForRequest();
  QCOMPARE(request["target"], m_world->home("Documents/work"));
  QCOMPARE(m_world->latchkey({"answer", request["id"].toString(), "deny"}).status, 0);
  QVERIFY(app->says("denied"));
  QVERIFY(!app->output().contains("another"));
}

void MovedTest::savedFileIsTheSameToTheNextPortal() {
  auto app = m_world->startInside(
      "cat ~/Documents/a.txt; : >> ~/Documents/a.txt; echo ready; while read line; do [ $line = save ] && { echo saved "
      "> ~/Documents/a.txt~ && "
      "mv ~/Documents/a.txt~ ~/Documents/a.txt; }; cat ~/Documents/a.txt 2>&1; echo end; done");
  sayYesUntil(*app, "ready");
  auto inode = [&] {
    struct stat status{};
    return stat(m_world->home("Documents/a.txt").toUtf8().constData(), &status) == 0 ? status.st_ino : 0;
  };
  auto before = inode();
  app->tell("save\n");
  QVERIFY(app->says("saved"));
  QVERIFY(inode() != before);
  QTest::qWait(1000);
  QVERIFY(killPortal());
  QVERIFY(comesTo([&] { return run(*app, "look").contains("saved"); }));
  QVERIFY(m_world->list({"requests"}).isEmpty());
}

void MovedTest::replacedOnTheHostIsAskedAboutAgain_data() {
  QTest::addColumn<bool>("kill");
  QTest::newRow("while the portal looks") << false;
  QTest::newRow("and the next one") << true;
}

void MovedTest::replacedOnTheHostIsAskedAboutAgain() {
  QFETCH(bool, kill);
  auto app = m_world->startInside("while read line; do cat ~/Documents/a.txt 2>&1; echo end; done");
  app->tell("look\n");
  sayYesUntil(*app, "the content");
  m_world->write("Documents/new", "put there");
  QCOMPARE(QProcess::execute("mv", {m_world->home("Documents/new"), m_world->home("Documents/a.txt")}), 0);
  if (kill) QVERIFY(killPortal());
  QTest::qWait(1500);  // What the kernel may trust.
  app->tell("look\n");
  auto request = m_world->waitForRequest()["id"].toString();
  QVERIFY2(!request.isEmpty(), app->output());
  QCOMPARE(m_world->latchkey({"answer", request, "deny"}).status, 0);
  QVERIFY(app->says("denied"));
  QVERIFY(!app->output().contains("put there"));
}

QTEST_GUILESS_MAIN(MovedTest)
#include "moved-test.moc"
