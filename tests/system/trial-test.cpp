// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `run --try`: nothing reaches the person's files until they keep it.

#include <sys/stat.h>
#include <unistd.h>
#include <QFile>
#include <QFileInfo>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

class TrialTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void nothingIsChangedUntilItIsKept();
  void allThatIsKeptIsThere();
  void someIsKept();
  void theRestCanBeDiscarded();
  void whatChangedMeanwhileIsNotOverwritten();
  void aLinkIsNotFollowedWhenKeeping();
  void aFileAtTheTopOfTheHomeIsOnlyRead();
  void whatIsNoFileIsNeverKept();
  void openedForWritingIsNotChanged();
  void aFolderReplacedByTheAppLosesWhatItLost();
  void theHomeOfTheAppIsTriedToo();
  void aTrialThatDidNothingLeavesNothing();
  void aRunningTrialCannotBeKept();
  void stoppedPermissionReachesATrial();
  void toolsWorkOnAWorkTree();
  void killedWhileKeepingItIsKeptTheNextTime();

private:
  // `script` in a trial that has Projects/site to read and change.
  CommandOutcome tried(const QString& script);
  QJsonArray changes();
  QStringList told();
  QString trial();

  std::unique_ptr<SystemWorld> m_world;
};

void TrialTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void TrialTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Projects/site/a.txt", "alpha\n");
  m_world->write("Projects/site/b.txt", "beta\n");
  m_world->write("Projects/site/deep/c.txt", "gamma\n");
}

CommandOutcome TrialTest::tried(const QString& script) {
  return m_world->inside(script, {"--try", "--here"}, m_world->home("Projects/site"));
}

QString TrialTest::trial() { return m_world->first({"try", "list"})["id"].toString(); }

QJsonArray TrialTest::changes() { return m_world->list({"try", "show", trial()}); }

// "what path-below-the-folder", without the app's own home.
QStringList TrialTest::told() {
  QStringList lines;
  for (auto value : changes()) {
    auto change = value.toObject();
    if (change["private"].toBool()) continue;
    auto path = change["path"].toString();
    path.remove(m_world->home("Projects/site") + "/");
    lines << change["what"].toString() + " " + path + (change["conflict"].toBool() ? " conflict" : "");
  }
  lines.sort();
  return lines;
}

void TrialTest::nothingIsChangedUntilItIsKept() {
  auto outcome =
      tried("cat a.txt && echo more >> a.txt && cat a.txt && rm b.txt && echo new > n.txt && mv deep dive && ls");
  QVERIFY2(outcome.status == 0, outcome.err);
  QCOMPARE(outcome.out, QByteArray("alpha\nalpha\nmore\na.txt\ndive\nn.txt\n"));
  QCOMPARE(m_world->read("Projects/site/a.txt"), QByteArray("alpha\n"));
  QCOMPARE(m_world->read("Projects/site/b.txt"), QByteArray("beta\n"));
  QCOMPARE(m_world->read("Projects/site/deep/c.txt"), QByteArray("gamma\n"));
  QVERIFY(!QFileInfo::exists(m_world->home("Projects/site/n.txt")));
  QVERIFY2(outcome.err.contains("not undone"), outcome.err);
  QCOMPARE(told(), QStringList({"changed a.txt", "created dive", "created dive/c.txt", "created n.txt", "deleted b.txt",
                                "deleted deep"}));
}

void TrialTest::allThatIsKeptIsThere() {
  QCOMPARE(
      tried("echo more >> a.txt; rm b.txt; rm -r deep; mkdir x; echo 1 > x/y; chmod 755 x/y; ln -s a.txt l").status, 0);
  auto kept = m_world->latchkey({"try", "keep", trial()});
  QVERIFY2(kept.status == 0, kept.err);
  QCOMPARE(m_world->read("Projects/site/a.txt"), QByteArray("alpha\nmore\n"));
  QCOMPARE(m_world->read("Projects/site/x/y"), QByteArray("1\n"));
  QVERIFY(QFileInfo(m_world->home("Projects/site/x/y")).isExecutable());
  QCOMPARE(QFile::symLinkTarget(m_world->home("Projects/site/l")), m_world->home("Projects/site/a.txt"));
  QVERIFY(!QFileInfo::exists(m_world->home("Projects/site/b.txt")));
  QVERIFY(!QFileInfo::exists(m_world->home("Projects/site/deep")));
  QCOMPARE(m_world->list({"try", "list"}).size(), 0);
}

void TrialTest::someIsKept() {
  QCOMPARE(tried("echo more >> a.txt; mkdir x; echo 1 > x/y; echo 2 > z").status, 0);
  auto kept = m_world->latchkey({"try", "keep", trial(), m_world->home("Projects/site/x")});
  QVERIFY2(kept.status == 0, kept.err);
  QCOMPARE(m_world->read("Projects/site/x/y"), QByteArray("1\n"));
  QCOMPARE(m_world->read("Projects/site/a.txt"), QByteArray("alpha\n"));
  QCOMPARE(told(), QStringList({"changed a.txt", "created z"}));
  QCOMPARE(m_world->latchkey({"try", "keep", trial(), "/etc/passwd"}).status, 2);
}

void TrialTest::theRestCanBeDiscarded() {
  QCOMPARE(tried("echo more >> a.txt; mkdir -p d/e; chmod 0 d").status, 0);
  QCOMPARE(told(), QStringList({"changed a.txt", "created d", "created d/e"}));
  QCOMPARE(m_world->latchkey({"try", "discard", trial()}).status, 0);
  QCOMPARE(m_world->list({"try", "list"}).size(), 0);
  QCOMPARE(m_world->read("Projects/site/a.txt"), QByteArray("alpha\n"));
  QCOMPARE(m_world->latchkey({"try", "discard", "nobody"}).status, 2);
}

void TrialTest::whatChangedMeanwhileIsNotOverwritten() {
  QCOMPARE(tried("echo more >> a.txt; rm b.txt; echo mine > n.txt; rm -r deep").status, 0);
  m_world->write("Projects/site/a.txt", "mine\n");
  m_world->write("Projects/site/b.txt", "mine too\n");
  m_world->write("Projects/site/n.txt", "yours\n");
  m_world->write("Projects/site/deep/new.txt", "fresh\n");
  auto kept = m_world->latchkey({"try", "keep", trial()});
  QCOMPARE(kept.status, 1);
  QCOMPARE(kept.err.count("not kept"), 4);
  QCOMPARE(m_world->read("Projects/site/a.txt"), QByteArray("mine\n"));
  QCOMPARE(m_world->read("Projects/site/b.txt"), QByteArray("mine too\n"));
  QCOMPARE(m_world->read("Projects/site/n.txt"), QByteArray("yours\n"));
  QCOMPARE(m_world->read("Projects/site/deep/new.txt"), QByteArray("fresh\n"));
  QCOMPARE(m_world->read("Projects/site/deep/c.txt"), QByteArray("gamma\n"));
  QVERIFY(told().contains("changed a.txt conflict"));
  QCOMPARE(m_world->latchkey({"try", "keep", trial(), "--replace"}).status, 0);
  QCOMPARE(m_world->read("Projects/site/a.txt"), QByteArray("alpha\nmore\n"));
  QCOMPARE(m_world->read("Projects/site/n.txt"), QByteArray("mine\n"));
}

void TrialTest::aLinkIsNotFollowedWhenKeeping() {
  m_world->write("secret/key", "secret\n");
  QCOMPARE(tried("echo evil > deep/key; echo evil > n").status, 0);
  // What was a folder is a link by the time it is kept.
  QVERIFY(QFile::rename(m_world->home("Projects/site/deep"), m_world->home("Projects/site/moved")));
  QVERIFY(QFile::link(m_world->home("secret"), m_world->home("Projects/site/deep")));
  QCOMPARE(m_world->latchkey({"try", "keep", trial(), "--replace"}).status, 1);
  QCOMPARE(m_world->read("secret/key"), QByteArray("secret\n"));
  QCOMPARE(m_world->read("Projects/site/n"), QByteArray("evil\n"));
}

void TrialTest::aFileAtTheTopOfTheHomeIsOnlyRead() {
  m_world->write("note.txt", "mine\n");
  auto outcome = m_world->latchkey({"run", "--try", "--", "sh", "-c",
                                    "cat \"$0\"; echo evil >> \"$0\"; echo evil > \"$0.new\" && mv \"$0.new\" \"$0\"",
                                    m_world->home("note.txt")});
  QCOMPARE(outcome.out, QByteArray("mine\n"));
  QVERIFY(outcome.status != 0);
  QCOMPARE(m_world->read("note.txt"), QByteArray("mine\n"));
}

void TrialTest::whatIsNoFileIsNeverKept() {
  QCOMPARE(tried("mkfifo p; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")'; cp /bin/true t; "
                 "chmod 4755 t")
               .status,
           0);
  auto kept = m_world->latchkey({"try", "keep", trial()});
  QCOMPARE(kept.status, 1);
  QCOMPARE(kept.err.count("neither a file"), 2);
  QVERIFY(!QFileInfo::exists(m_world->home("Projects/site/p")));
  struct stat status{};
  QCOMPARE(lstat(qPrintable(m_world->home("Projects/site/t")), &status), 0);
  QCOMPARE(status.st_mode & 07777, 0755u);
}

void TrialTest::openedForWritingIsNotChanged() {
  QCOMPARE(tried("exec 3<>a.txt; chmod 644 b.txt; : >> deep/c.txt").status, 0);
  QCOMPARE(told(), QStringList());
  // The same size and the same time, but not the same.
  QCOMPARE(tried("cp -p a.txt /tmp/r; printf 'omega\\n' > a.txt; touch -r /tmp/r a.txt").status, 0);
  QCOMPARE(told(), QStringList({"changed a.txt"}));
}

void TrialTest::aFolderReplacedByTheAppLosesWhatItLost() {
  m_world->write("Projects/site/deep/d.txt", "delta\n");
  QCOMPARE(tried("rm -r deep; mkdir deep; echo gamma > deep/c.txt; echo e > deep/e.txt").status, 0);
  QCOMPARE(told(), QStringList({"created deep/e.txt", "deleted deep/d.txt"}));
  QCOMPARE(m_world->latchkey({"try", "keep", trial()}).status, 0);
  QCOMPARE(QDir(m_world->home("Projects/site/deep")).entryList(QDir::Files), QStringList({"c.txt", "e.txt"}));
}

void TrialTest::theHomeOfTheAppIsTriedToo() {
  QCOMPARE(m_world->inside("echo one > ~/.settings", {"--as", "probe.app"}).status, 0);
  auto outcome = m_world->inside("cat ~/.settings; echo two > ~/.settings", {"--try", "--as", "probe.app"});
  QCOMPARE(outcome.out, QByteArray("one\n"));
  QCOMPARE(m_world->inside("cat ~/.settings", {"--as", "probe.app"}).out, QByteArray("one\n"));
  auto change = changes().at(0).toObject();
  QVERIFY(change["private"].toBool());
  QCOMPARE(change["path"].toString(), m_world->home(".settings"));
  QCOMPARE(m_world->latchkey({"try", "keep", trial()}).status, 0);
  QCOMPARE(m_world->inside("cat ~/.settings", {"--as", "probe.app"}).out, QByteArray("two\n"));
}

void TrialTest::aTrialThatDidNothingLeavesNothing() {
  QVERIFY(tried("cat a.txt").err.contains("changed nothing"));
  QCOMPARE(m_world->list({"try", "list"}).size(), 0);
}

void TrialTest::aRunningTrialCannotBeKept() {
  auto running =
      m_world->startInside("echo more >> a.txt; echo ready; cat", {"--try", "--here"}, m_world->home("Projects/site"));
  QVERIFY(running->says("ready"));
  QVERIFY(m_world->first({"try", "list"})["running"].toBool());
  QVERIFY(m_world->latchkey({"try", "keep", trial()}).status != 0);
  QVERIFY(m_world->latchkey({"try", "discard", trial()}).status != 0);
  QCOMPARE(m_world->read("Projects/site/a.txt"), QByteArray("alpha\n"));
}

void TrialTest::stoppedPermissionReachesATrial() {
  auto running = m_world->startInside("exec 3<a.txt; echo ready; read x; cat <&3 || echo refused", {"--try", "--here"},
                                      m_world->home("Projects/site"));
  QVERIFY(running->says("ready"));
  QCOMPARE(m_world->latchkey({"revoke", m_world->first({"grants"})["id"].toString()}).status, 0);
  running->tell("\n");
  QVERIFY(running->says("refused"));
}

void TrialTest::toolsWorkOnAWorkTree() {
  auto outcome = tried(
      "export HOME=/tmp; git init -q . && git -c user.name=a -c user.email=a@b add -A && "
      "git -c user.name=a -c user.email=a@b commit -qm first && git gc -q && git fsck && git log --oneline | wc -l");
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY(!QFileInfo::exists(m_world->home("Projects/site/.git")));
  QCOMPARE(m_world->latchkey({"try", "keep", trial()}).status, 0);
  QVERIFY(QFileInfo::exists(m_world->home("Projects/site/.git/HEAD")));
}

// At every system call in turn: launcher/trial/keep-test. Here it is the command, and as many as a person might have.
void TrialTest::killedWhileKeepingItIsKeptTheNextTime() {
  constexpr int FILES = 300;
  const QByteArray old(20'000, 'o'), fresh(30'000, 'n');
  auto name = [](const QString& kind, int i) { return "Projects/site/" + kind + QString::number(i); };
  for (int i = 0; i < FILES; ++i) m_world->write(name("f", i), old);
  QCOMPARE(tried("i=0; while [ $i -lt 300 ]; do head -c 30000 /dev/zero | tr '\\0' n > f$i; "
                 "head -c 30000 /dev/zero | tr '\\0' n > new$i; i=$((i + 1)); done; rm -r deep")
               .status,
           0);
  auto id = trial();
  int kills = 0, beside = 0;
  // Without an end where it was killed when all was kept.
  for (int wait = 4; !m_world->list({"try", "list"}).isEmpty(); ++wait) {
    auto keeping = m_world->start({"try", "keep", id});
    QTest::qWait(wait);
    if (!keeping->running()) {
      QCOMPARE(keeping->waitForEnd(), 0);
      break;
    }
    SystemWorld::destroy(keeping->pid());
    ++kills;
    QDir folder(m_world->home("Projects/site"));
    beside += int(folder.entryList({".latchkey-*"}, QDir::Files | QDir::Hidden).size());
    for (int i = 0; i < FILES; ++i) {
      auto there = m_world->read(name("f", i));
      QVERIFY2(there == old || there == fresh, qPrintable(name("f", i)));
      auto made = m_world->read(name("new", i));
      QVERIFY2(made == fresh || !QFileInfo::exists(m_world->home(name("new", i))), qPrintable(name("new", i)));
    }
  }
  qInfo("killed %d times, %d times beside a draft", kills, beside);
  QVERIFY(kills > 0);
  for (int i = 0; i < FILES; ++i) {
    QCOMPARE(m_world->read(name("f", i)), fresh);
    QCOMPARE(m_world->read(name("new", i)), fresh);
  }
  QDir folder(m_world->home("Projects/site"));
  QCOMPARE(folder.entryList({".latchkey-*"}, QDir::Files | QDir::Hidden), QStringList());
  QVERIFY(!folder.exists("deep"));
  QCOMPARE(m_world->list({"try", "list"}).size(), 0);
}

QTEST_GUILESS_MAIN(TrialTest)
#include "trial-test.moc"
