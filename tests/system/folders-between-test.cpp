// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Folders and files between two machines: "home" has them, "away" uses them. Real brokers, portals, sandboxes,
// sftp-server and sshfs; programs in a sandbox of "away", and outside of any, which know nothing of all this.

#include <QtTest>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>

#include "tests/support/own-network.h"
#include "tests/support/system-world.h"
#include "tests/system/paired.h"

using namespace latchkey::test;

namespace {

std::string noNetwork;

constexpr int AT_ONCE = 1000;  // Milliseconds.

QStringList script(const QString& app, const QString& text) {
  return {"run", "--as", app, "--ask", "no", "--", "sh", "-c", text};
}

}  // namespace

class FoldersBetweenTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void cleanupTestCase();
  void cleanup();
  void readOnlyIsReadOnly();
  void readOnlyRefusesEveryWriting();
  void writtenAndReadBack();
  void manyFilesAreListed();
  void whatTheOwnerChangesIsSeen();
  void revokedWhileOpen();
  void pausedAndExpired();
  void anotherAppHasNothing();
  void aSingleFile();
  void aSingleFileToRead();
  void theSessionBreaks();
  void copiesAreWholeOrFail_data();
  void copiesAreWholeOrFail();
  void theBrokersAreKilled();
  void linksLeadNowhere();
  void linksLeadNowhereForWriting();
  void passedOn();
  void whatCannotBeShared();

private:
  // Shares it and accepts it, for the app `viewer`; gives the grant of the owner.
  QString give(const QString& kind, const QString& below, const QStringList& options = {},
               const QString& app = "viewer");
  QString there(const QString& below) const { return m_away->path("run/latchkey-machines/home/" + below); }
  CommandOutcome inside(const QString& text, const QString& app = "viewer") const {
    return m_away->latchkey(script(app, text));
  }
  // As a file manager of "away" sees it.
  QByteArray seen(const QString& below) const;
  QStringList namesIn(const QString& below) const {
    return QDir(there(below)).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::System);
  }

  std::unique_ptr<SystemWorld> m_home, m_away;
};

QByteArray FoldersBetweenTest::seen(const QString& below) const {
  QFile file(there(below));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
}

QString FoldersBetweenTest::give(const QString& kind, const QString& below, const QStringList& options,
                                 const QString& app) {
  auto shared = m_home->latchkey(QStringList{"share", "away", kind, m_home->home(below)} + options);
  if (shared.status != 0) {
    qWarning() << shared.err;
    return {};
  }
  auto title = below.section('/', -1);
  auto offer = offerOf(*m_away, title);
  if (offer["kind"] != kind) return {};
  auto accepted = m_away->latchkey({"accept", offer["id"].toString(), app});
  if (accepted.status != 0) {
    qWarning() << accepted.err;
    return {};
  }
  return firstLine(shared);
}

void FoldersBetweenTest::initTestCase() {
  if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  m_home = std::make_unique<SystemWorld>();
  m_away = std::make_unique<SystemWorld>();
  pairWorlds(*m_home, "home", *m_away, "away");
}

void FoldersBetweenTest::cleanupTestCase() {
  for (auto* world : {&m_away, &m_home})
    if (*world) (*world)->end();
  if (m_home) QCOMPARE(m_home->leftoversAfter(20'000), QStringList());
  if (m_away) QVERIFY(!QDir(m_away->path("run/latchkey-machines")).exists());
}

// What is shared is taken back: nothing of it is left on either side.
void FoldersBetweenTest::cleanup() {
  if (!m_home) return;
  if (QTest::currentTestFailed()) {
    for (auto* world : {m_home.get(), m_away.get()}) {
      QFile log(world->path("state/latchkey/broker.log"));
      if (log.open(QIODevice::ReadOnly)) qWarning().noquote() << log.readAll().right(3000);
    }
  }
  for (auto grant : m_home->list({"grants"})) {
    auto one = grant.toObject();
    if (one["holder"].toString().startsWith("machine:")) m_home->latchkey({"revoke", one["id"].toString()});
  }
  QVERIFY(waitUntil([&] { return m_away->list({"offers"}).isEmpty(); }));
  QVERIFY(waitUntil([&] { return !QDir(m_away->path("run/latchkey-machines")).exists(); }));
}

void FoldersBetweenTest::readOnlyIsReadOnly() {
  m_home->write("Garden/roses.txt", "red");
  m_home->write("Garden/beds/one.txt", "sown");
  QVERIFY(!give("folder", "Garden").isEmpty());
  auto place = there("Garden");
  auto read = inside("cat " + place + "/roses.txt " + place + "/beds/one.txt; ls " + place);
  QCOMPARE(read.out, QByteArray("redsownbeds\nroses.txt\n"));
  QCOMPARE(seen("Garden/roses.txt"), QByteArray("red"));
  for (auto* act : {"echo x >$D/new", "echo x >>$D/roses.txt", "rm $D/roses.txt", "mv $D/roses.txt $D/tulips.txt",
                    "mkdir $D/more", "chmod 600 $D/roses.txt", "ln -s x $D/link", "touch $D/roses.txt"}) {
    auto tried = inside("D=" + place + "; LC_ALL=C; export LC_ALL; " + act + " 2>&1 && echo done");
    tried.out += tried.err;
    QVERIFY2(tried.out.contains("denied") || tried.out.contains("Read-only") || tried.out.contains("permitted"),
             tried.out);
    QVERIFY2(!tried.out.contains("done"), act);
  }
  // Nor by a program of no sandbox.
  QFile file(there("Garden/roses.txt"));
  QVERIFY(!file.open(QIODevice::WriteOnly));
  QCOMPARE(m_home->read("Garden/roses.txt"), QByteArray("red"));
  // The listings say whose it is, and where.
  auto grant = m_away->first({"grants", "--app", "viewer"});
  QCOMPARE(grant["kind"].toString(), QString("folder"));
  QCOMPARE(grant["access"].toString(), QString("read"));
  QCOMPARE(grant["target"].toString(), place);
  QVERIFY(!grant["parent"].toString().isEmpty());
  auto offer = m_away->first({"offers"});
  QCOMPARE(offer["access"].toString(), QString("read"));
  QCOMPARE(offer["title"].toString(), QString("Garden"));
}

namespace {

// Each way to change something, by the system's own calls, and what became of it.
constexpr const char* EVERY_WRITING = R"(
import os, sys, errno
D = sys.argv[1]
f, d, n = D + '/roses.txt', D + '/beds', D + '/new'
acts = {
  'open to write': lambda: os.open(f, os.O_WRONLY),
  'open for both': lambda: os.open(f, os.O_RDWR),
  'open to append': lambda: os.open(f, os.O_WRONLY | os.O_APPEND),
  'open and cut': lambda: os.open(f, os.O_WRONLY | os.O_TRUNC),
  'read and cut': lambda: os.open(f, os.O_RDONLY | os.O_TRUNC),
  'make': lambda: os.open(n, os.O_WRONLY | os.O_CREAT),
  'make to read': lambda: os.open(n, os.O_RDONLY | os.O_CREAT),
  'make below': lambda: os.open(d + '/new', os.O_WRONLY | os.O_CREAT | os.O_EXCL),
  'make without a name': lambda: os.open(D, os.O_RDWR | os.O_TMPFILE),
  'cut': lambda: os.truncate(f, 0),
  'make a folder': lambda: os.mkdir(n),
  'remove': lambda: os.unlink(f),
  'remove a folder': lambda: os.rmdir(d),
  'rename': lambda: os.rename(f, n),
  'rename over': lambda: os.rename(f, d + '/one.txt'),
  'rename a folder': lambda: os.rename(d, n),
  'link': lambda: os.link(f, n),
  'symbolic link': lambda: os.symlink('x', n),
  'mode': lambda: os.chmod(f, 0o600),
  'mode of a folder': lambda: os.chmod(D, 0o700),
  'times': lambda: os.utime(f, (1, 1)),
  'attribute': lambda: os.setxattr(f, 'user.a', b'b'),
  'fifo': lambda: os.mkfifo(n),
}
for name, act in acts.items():
  try:
    act()
    print(name + '=done')
  except OSError as error:
    print(name + '=' + errno.errorcode[error.errno])
)";

}  // namespace

void FoldersBetweenTest::readOnlyRefusesEveryWriting() {
  m_home->write("Garden/roses.txt", "red");
  m_home->write("Garden/beds/one.txt", "sown");
  QVERIFY(!give("folder", "Garden").isEmpty());
  m_away->write("writing.py", EVERY_WRITING);
  auto place = there("Garden");
  QProcess outside;
  outside.start("python3", {m_away->home("writing.py"), place});
  QVERIFY(outside.waitForFinished(60'000));
  auto inApp = m_away->latchkey(
      {"run", "--as", "viewer", "--ask", "no", "--", "python3", "-c", QString::fromLatin1(EVERY_WRITING), place});
  int said = 0;
  for (auto& text : {outside.readAllStandardOutput(), inApp.out}) {
    for (auto& line : text.trimmed().split('\n')) {
      ++said;
      auto how = line.mid(line.indexOf('=') + 1);
      // No name without a file system for it; attributes and fifos are refused for what they are, too.
      bool refused = how == "EROFS" || how == "EACCES" || (line.startsWith("make without") && how == "EOPNOTSUPP") ||
                     (line.startsWith("attribute") && how == "EOPNOTSUPP") ||
                     ((line.startsWith("fifo") || line.startsWith("link")) && how == "EPERM");
      QVERIFY2(refused, line + (text.data() == inApp.out.data() ? "" : " (in the app or outside)"));
    }
  }
  QVERIFY2(said == 46, QByteArray::number(said) + inApp.err);
  QCOMPARE(m_home->read("Garden/roses.txt"), QByteArray("red"));
  QCOMPARE(QDir(m_home->home("Garden")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden),
           QStringList({"beds", "roses.txt"}));
}

void FoldersBetweenTest::writtenAndReadBack() {
  m_home->write("Work/readme.txt", "first");
  QVERIFY(!give("folder", "Work", {"--access", "write"}).isEmpty());
  auto place = there("Work");
  auto work = inside(
      "set -e; cd; mkdir -p tree/deep; echo one >tree/a; echo two >tree/deep/b; chmod 700 tree/deep/b; "
      "ln -s deep/b tree/l; cp -a tree " +
      place + "/copy; cat " + place + "/copy/deep/b " + place + "/copy/l; mv " + place + "/readme.txt " + place +
      "/README; echo more >>" + place + "/README; rm " + place + "/copy/a; stat -c %a " + place + "/copy/deep/b");
  QCOMPARE(work.out, QByteArray("two\ntwo\n700\n"));
  QVERIFY2(work.status == 0, work.err);
  QCOMPARE(m_home->read("Work/README"), QByteArray("firstmore\n"));
  QCOMPARE(m_home->read("Work/copy/deep/b"), QByteArray("two\n"));
  QVERIFY(!QFile::exists(m_home->home("Work/copy/a")));
  // The person's own programs.
  QFile file(there("Work/note"));
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(file.write("by hand"), 7);
  file.close();
  QCOMPARE(m_home->read("Work/note"), QByteArray("by hand"));
  auto git = inside("cd " + place +
                    " && git init -q . && git add README && git -c user.name=n -c user.email=e commit -qm x "
                    "&& git status --short && git log --oneline | wc -l");
  QVERIFY2(git.status == 0, git.err + git.out);
  QVERIFY2(git.out.contains("?? copy/") && git.out.endsWith("1\n"), git.out);
  // Ten megabytes there and back.
  auto large = inside("cd && head -c 10000000 /dev/urandom >large && cp large " + place + "/large && cmp large " +
                      place + "/large && echo same");
  QCOMPARE(large.out, QByteArray("same\n"));
  // It is counted where it lies.
  auto there = m_home->first({"grants", "--app", "machine:" + m_home->first({"peer", "list"})["id"].toString()});
  QVERIFY2(!there["used"].toString().isEmpty(), "not counted");
}

// More than one answer of any of those in between can hold.
void FoldersBetweenTest::manyFilesAreListed() {
  constexpr int MANY = 2000;
  QDir().mkpath(m_home->home("Many"));
  for (int i = 0; i < MANY; ++i) {
    int fd = open(QFile::encodeName(m_home->home("Many/file-" + QString::number(i))), O_CREAT | O_WRONLY, 0600);
    QVERIFY(fd >= 0);
    close(fd);
  }
  QVERIFY(!give("folder", "Many").isEmpty());
  QElapsedTimer timer;
  timer.start();
  auto listed = inside("ls " + there("Many") + " | sort -u | wc -l; ls -l " + there("Many") + " | grep -c file-");
  qInfo("%d files listed twice in %lld ms", MANY, static_cast<long long>(timer.elapsed()));
  auto all = QByteArray::number(MANY) + '\n';
  QCOMPARE(listed.out, all + all);
}

void FoldersBetweenTest::whatTheOwnerChangesIsSeen() {
  m_home->write("News/today", "old");
  QVERIFY(!give("folder", "News").isEmpty());
  auto watching = m_away->start(
      script("viewer", "D=" + there("News") +
                           "; exec 3<$D/today; cat $D/today; echo; ls $D; echo begun; "
                           "while :; do grep -q newer $D/today && test -e $D/added && test ! -e $D/gone && "
                           "break; sleep 0.05; done; echo saw it"));
  m_home->write("News/gone", "x");
  QVERIFY2(watching->says("begun"), watching->output());
  QVERIFY(waitUntil([&] { return seen("News/gone") == "x"; }, 3000));
  QElapsedTimer timer;
  timer.start();
  // Of another length: SFTP tells times in whole seconds, so the same length in the same second looks the same.
  m_home->write("News/today", "newer");
  m_home->write("News/added", "");
  QFile::remove(m_home->home("News/gone"));
  QVERIFY2(watching->says("saw it", 10'000), watching->output());
  qInfo("a change of the owner's was seen after %lld ms", static_cast<long long>(timer.elapsed()));
  QVERIFY(timer.elapsed() < 3000);
}

void FoldersBetweenTest::revokedWhileOpen() {
  m_home->write("Letters/one", QByteArray(1'000'000, 'a'));
  auto grant = give("folder", "Letters");
  QVERIFY(!grant.isEmpty());
  auto reading = m_away->start(script("viewer", "exec 3<" + there("Letters/one") +
                                                    "; head -c 10 <&3; echo open; while head -c 1 <&3 | grep -q a; do "
                                                    "sleep 0.02; done; echo over; ls " +
                                                    there("Letters") + " 2>&1; echo end"));
  QVERIFY2(reading->says("open"), reading->output());
  QFile mine(there("Letters/one"));
  QVERIFY(mine.open(QIODevice::ReadOnly | QIODevice::Unbuffered));
  auto holder = "machine:" + m_home->first({"peer", "list"})["id"].toString();
  QVERIFY(waitUntil([&] { return m_home->first({"grants", "--app", holder})["live"].toInt() > 0; }));
  QElapsedTimer timer;
  timer.start();
  auto revoked = m_home->latchkey({"revoke", grant});
  QVERIFY2(revoked.status == 0, revoked.err);
  QVERIFY2(reading->says("over", 5000), reading->output());
  auto took = timer.elapsed();
  qInfo("reading ended %lld ms after the command was started", static_cast<long long>(took));
  QVERIFY(took < AT_ONCE);
  QVERIFY2(reading->says("end", 5000), reading->output());
  QVERIFY(waitUntil([&] { return mine.seek(500'000) && mine.read(1).isEmpty(); }, AT_ONCE));
  mine.close();
  QVERIFY(waitUntil([&] { return m_away->first({"offers", "--over"})["why"] == "its owner has ended it"; }));
  QCOMPARE(m_away->first({"grants", "--ended", "--app", "viewer"})["state"].toString(), QString("revoked"));
  auto ended = m_home->first({"grants", "--ended", "--app", holder});
  QCOMPARE(ended["id"].toString(), grant);
  QCOMPARE(ended["state"].toString(), QString("revoked"));
  QCOMPARE(ended["live"].toInt(), 0);
  QVERIFY(!inside("cat " + there("Letters/one")).out.contains("a"));
  // And given again.
  QVERIFY(!give("folder", "Letters").isEmpty());
  QCOMPARE(inside("head -c 3 " + there("Letters/one")).out, QByteArray("aaa"));
}

void FoldersBetweenTest::pausedAndExpired() {
  m_home->write("Lent/book", "page");
  auto grant = give("folder", "Lent", {"--for", "40s"});
  QVERIFY(!grant.isEmpty());
  QElapsedTimer since;
  since.start();
  auto running = m_away->start(script("viewer", "F=" + there("Lent/book") +
                                                    "; cat $F; echo read; "
                                                    "while cat $F >/dev/null 2>&1; do sleep 0.05; done; echo paused; "
                                                    "until cat $F 2>/dev/null; do sleep 0.05; done; echo again; "
                                                    "while cat $F >/dev/null 2>&1; do sleep 0.05; done; echo expired"));
  QVERIFY2(running->says("read"), running->output());
  QCOMPARE(m_home->latchkey({"suspend", grant}).status, 0);
  QVERIFY2(running->says("paused", 2000), running->output());
  QCOMPARE(m_home->latchkey({"resume", grant}).status, 0);
  QVERIFY2(running->says("again", 15'000), running->output());
  QVERIFY2(running->says("expired", 45'000), running->output());
  QVERIFY(since.elapsed() > 30'000);
  // Both sides know the time, so that neither has to hear of it.
  QVERIFY(waitUntil([&] { return m_away->list({"offers"}).isEmpty(); }));
  auto holder = "machine:" + m_home->first({"peer", "list"})["id"].toString();
  QVERIFY(waitUntil(
      [&] { return m_home->first({"grants", "--ended", "--app", holder})["state"].toString() == "expired"; }));
}

void FoldersBetweenTest::anotherAppHasNothing() {
  m_home->write("Private/diary", "secret");
  QVERIFY(!give("folder", "Private").isEmpty());
  QCOMPARE(inside("cat " + there("Private/diary")).out, QByteArray("secret"));
  QVERIFY(!inside("cat " + there("Private/diary"), "other").out.contains("secret"));
  // Given back by who has it.
  auto declined = m_away->latchkey({"decline", "Private"});
  QVERIFY2(declined.status == 0, declined.err);
  QVERIFY(!inside("cat " + there("Private/diary")).out.contains("secret"));
  QVERIFY(waitUntil([&] { return !QFile::exists(there("Private")); }));
}

void FoldersBetweenTest::aSingleFile() {
  m_home->write("Papers/plan.txt", "draft");
  m_home->write("Papers/salary.txt", "much");
  QVERIFY(!give("file", "Papers/plan.txt", {"--access", "write"}).isEmpty());
  auto place = there("plan.txt");
  auto used = inside("ls " + place + "; cat " + place + "/plan.txt; echo final >" + place + "/plan.txt; cat " + place +
                     "/../salary.txt " + place + "/salary.txt; echo x >" + place + "/other");
  QCOMPARE(used.out, QByteArray("plan.txt\ndraft"));
  QVERIFY(used.status != 0);
  QTRY_COMPARE_WITH_TIMEOUT(m_home->read("Papers/plan.txt"), QByteArray("final\n"), 3000);
  QVERIFY(!QFile::exists(m_home->home("Papers/other")));
}

// Beside it, above it, below it, and by other words for it: nothing.
void FoldersBetweenTest::aSingleFileToRead() {
  m_home->write("Papers/plan.txt", "draft");
  m_home->write("Papers/plan.txt.old", "SECRET");
  m_home->write("secret", "SECRET");
  QVERIFY(!give("file", "Papers/plan.txt").isEmpty());
  auto place = there("plan.txt");
  auto tried = inside("cd " + place +
                      "; cat plan.txt; for p in plan.txt.old ../plan.txt.old ../../secret plan.txt/../plan.txt.old "
                      "./../plan.txt/../../secret plan.txt/. plan.txt/plan.txt; do cat $p; done; ls -a; "
                      "for a in 'echo x >plan.txt' 'rm plan.txt' 'mv plan.txt b' 'echo x >b' 'ln plan.txt b' "
                      "'chmod 600 plan.txt'; do sh -c \"$a\" && echo done; done");
  QCOMPARE(tried.out, QByteArray("draft.\n..\nplan.txt\n"));
  QCOMPARE(seen("plan.txt/plan.txt"), QByteArray("draft"));
  QCOMPARE(seen("plan.txt/plan.txt.old"), QByteArray("unreadable"));
  QCOMPARE(m_home->read("Papers/plan.txt"), QByteArray("draft"));
}

// The link is lost: whoever has something open is told at once, and it is there again when the machine is.
void FoldersBetweenTest::theSessionBreaks() {
  m_home->write("Shelf/book", "text");
  QVERIFY(!give("folder", "Shelf").isEmpty());
  auto running = m_away->start(script("viewer", "F=" + there("Shelf/book") +
                                                    "; cat $F; echo read; "
                                                    "while cat $F >/dev/null 2>&1; do sleep 0.02; done; echo lost; "
                                                    "until cat $F 2>/dev/null; do sleep 0.05; done; echo found"));
  QVERIFY2(running->says("read"), running->output());
  QElapsedTimer timer;
  timer.start();
  SystemWorld::destroy(m_away->peer());
  QVERIFY2(running->says("lost", 5000), running->output());
  qInfo("lost after %lld ms", static_cast<long long>(timer.elapsed()));
  QVERIFY(timer.elapsed() < 2 * AT_ONCE);
  QVERIFY2(running->says("found", 30'000), running->output());
  qInfo("found again after %lld ms", static_cast<long long>(timer.elapsed()));
  QVERIFY(waitUntil([&] { return seen("Shelf/book") == "text"; }));
}

namespace {

// Of two worlds in one test, this one's.
pid_t startedBy(const SystemWorld& world, const QByteArray& program) {
  auto broker = QByteArray::number(world.broker());
  for (auto& pid : QDir("/proc").entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
    QFile stat("/proc/" + pid + "/stat");
    if (!stat.open(QIODevice::ReadOnly)) continue;
    auto text = stat.readAll();
    auto name = text.mid(text.indexOf('(') + 1, text.lastIndexOf(')') - text.indexOf('(') - 1);
    if (name == program.left(15) && text.mid(text.lastIndexOf(')') + 2).split(' ').value(1) == broker)
      return pid.toInt();
  }
  return 0;
}

}  // namespace

// What is lost while it is read is never taken for all of it.
void FoldersBetweenTest::copiesAreWholeOrFail_data() {
  QTest::addColumn<QString>("killed");
  QTest::addColumn<QString>("program");
  for (auto* killed : {"peer of away", "peer of home", "portal of home", "portal of away", "nothing"})
    for (auto* program : {"cat", "cp", "dd"}) QTest::addRow("%s, %s", killed, program) << killed << program;
}

void FoldersBetweenTest::copiesAreWholeOrFail() {
  QFETCH(QString, killed);
  QFETCH(QString, program);
  constexpr qint64 SIZE = 64 << 20;
  if (m_home->read("Films/long").size() != SIZE) {
    QByteArray film(SIZE, '\0');
    for (qint64 i = 0; i < SIZE; ++i) film[i] = static_cast<char>(i * 31 ^ i >> 8);
    m_home->write("Films/long", film);
  }
  QVERIFY(!give("folder", "Films").isEmpty());
  auto film = there("Films/long");
  QVERIFY(QFileInfo(film).size() == SIZE);
  auto copying = [&](const QString& to) {
    if (program == "cat") return "cat " + film + " >" + to;
    if (program == "cp") return "cp " + film + " " + to;
    return "dd bs=300000 if=" + film + " of=" + to;
  };
  QDir().mkpath(m_away->path("copies"));
  auto mine = m_away->path("copies/mine");
  QFile::remove(mine);
  auto app = m_away->start(script("viewer", "cd; rm -f copy; echo begun; " + copying("copy") +
                                                " 2>/dev/null; echo status $? $(stat -c %s copy); echo end"));
  QVERIFY2(app->says("begun"), app->output());
  QProcess person;
  person.setStandardErrorFile(QProcess::nullDevice());
  person.start("sh", {"-c", copying(mine)});
  // In the middle of it.
  if (killed != "nothing") QVERIFY(waitUntil([&] { return QFileInfo(mine).size() > 4 << 20; }, 20'000));
  if (killed != "nothing") {
    SystemWorld::destroy(startedBy(killed.endsWith("home") ? *m_home : *m_away,
                                   killed.startsWith("peer") ? "latchkey-peer" : "latchkey-files"));
  }
  QVERIFY(person.waitForFinished(120'000));
  QVERIFY2(app->says("end", 120'000), app->output());
  auto said = app->output();
  auto words = said.mid(said.lastIndexOf("status ") + 7).simplified().split(' ');
  bool appDone = words.value(0) == "0", appWhole = words.value(1).toLongLong() == SIZE;
  qInfo() << "the person's ended with" << person.exitCode() << "at" << QFileInfo(mine).size() << "bytes, the app's with"
          << words;
  QVERIFY2(person.exitCode() != 0 || QFileInfo(mine).size() == SIZE, "the person's copy is short");
  QVERIFY2(!appDone || appWhole, "the app's copy is short");
  if (killed == "nothing") {
    QVERIFY(person.exitCode() == 0 && appDone);
    QFile copy(mine);
    QVERIFY(copy.open(QIODevice::ReadOnly));
    QVERIFY(copy.readAll() == m_home->read("Films/long"));
  }
}

void FoldersBetweenTest::theBrokersAreKilled() {
  m_home->write("Kept/thing", "here");
  QVERIFY(!give("folder", "Kept").isEmpty());
  QCOMPARE(seen("Kept/thing"), QByteArray("here"));
  for (auto* world : {m_away.get(), m_home.get()}) {
    SystemWorld::destroy(world->broker());
    // A command starts the next; nothing stale is in its way.
    QVERIFY(!m_away->list({"offers"}).isEmpty());
    QVERIFY(!m_home->list({"grants"}).isEmpty());
    QVERIFY(waitUntil([&] { return seen("Kept/thing") == "here"; }, 60'000));
    QVERIFY(waitUntil([&] { return inside("cat " + there("Kept/thing")).out == "here"; }));
  }
}

// Links are words of the machine that has them. Inside the folder they work; those that lead out lead nowhere, on
// either side.
void FoldersBetweenTest::linksLeadNowhere() {
  m_home->write("secret", "of home");
  m_away->write("secret", "of away");
  m_home->write("Box/inside", "fine");
  QVERIFY(QFile::link("inside", m_home->home("Box/good")));
  QVERIFY(QFile::link(m_home->home("secret"), m_home->home("Box/out")));
  QVERIFY(QFile::link("../secret", m_home->home("Box/up")));
  QVERIFY(QFile::link(m_away->home("secret"), m_home->home("Box/yours")));
  QVERIFY(!give("folder", "Box").isEmpty());
  auto place = there("Box");
  auto tried = inside("cd " + place + "; cat good; for l in out up yours; do cat $l; done; cat ../secret ../../secret");
  QCOMPARE(tried.out, QByteArray("fine"));
  // A person's own program would follow one to the person's own file.
  for (auto* link : {"Box/out", "Box/up", "Box/yours"}) QCOMPARE(seen(link), QByteArray("unreadable"));
  QCOMPARE(namesIn("Box").size(), 5);
}

// By way of others, of folders, of themselves; and what is made or written by one.
void FoldersBetweenTest::linksLeadNowhereForWriting() {
  m_home->write("secret", "of home");
  m_home->write("Desk/inside", "fine");
  m_away->write("secret", "of away");
  m_away->write("Granted/secret", "of away");
  auto up = QString("../../../../../../../../..");
  for (auto& [name, target] : QList<QPair<QString, QString>>{{"chain", "chain2"},
                                                             {"chain2", "chain3"},
                                                             {"chain3", m_away->home("secret")},
                                                             {"folder", m_away->home()},
                                                             {"above", ".."},
                                                             {"far", up + m_away->home("secret")},
                                                             {"owner", up + m_home->home("secret")},
                                                             {"loop", "loop"},
                                                             {"root", "/"},
                                                             {"process", "/proc/self/root"},
                                                             {"new", m_away->home("planted")}})
    QVERIFY(QFile::link(target, m_home->home("Desk/" + name)));
  QVERIFY(!give("folder", "Desk", {"--access", "write"}).isEmpty());
  auto place = there("Desk");
  const QStringList ways{"chain",
                         "chain2",
                         "chain3",
                         "folder/secret",
                         "above/secret",
                         "far",
                         "owner",
                         "loop",
                         "loop/secret",
                         "root" + m_away->home("secret"),
                         "root" + m_home->home("secret"),
                         "process" + m_away->home("secret")};
  for (auto& way : ways) {
    QCOMPARE(seen("Desk/" + way), QByteArray("unreadable"));
    QFile file(place + "/" + way);
    QVERIFY2(!file.open(QIODevice::WriteOnly | QIODevice::Append), qPrintable(way));
    auto tried = inside("cat " + place + "/" + way + "; echo x >>" + place + "/" + way + " && echo wrote");
    QVERIFY2(!tried.out.contains("of ") && !tried.out.contains("wrote"), qPrintable(way));
  }
  inside("echo x >" + place + "/new; mkdir " + place + "/folder/made; cp " + place + "/inside " + place +
         "/above/made");
  QVERIFY(QProcess::execute("sh", {"-c", "echo x >" + place + "/new 2>/dev/null"}) != 0);
  for (auto* world : {m_home.get(), m_away.get()}) {
    QVERIFY(!QFile::exists(world->home("planted")) && !QFile::exists(world->home("made")));
  }
  QCOMPARE(m_home->read("secret"), QByteArray("of home"));
  QCOMPARE(m_away->read("secret"), QByteArray("of away"));
}

// Through "away" to a third. Who passed it on can end that and keep their own; its owner ends all of it.
void FoldersBetweenTest::passedOn() {
  SystemWorld third;
  pairWorlds(*m_away, "middle", third, "third");
  m_home->write("Kept/thing", "kept");
  m_home->write("Album/song", "la la");
  QVERIFY(!give("folder", "Kept").isEmpty());
  auto kept = m_away->latchkey({"share", "third", "offer", "Kept"});
  QVERIFY2(kept.status != 0 && kept.err.contains("does not want it passed on"), kept.err);
  auto grant = give("folder", "Album", {"--may-pass-on"});
  QVERIFY(!grant.isEmpty());
  auto renamed = m_away->latchkey({"share", "third", "offer", "Album", "--as", "Other"});
  QVERIFY2(renamed.status != 0 && renamed.err.contains("own name"), renamed.err);
  auto pass = [&] {
    auto passed = m_away->latchkey({"share", "third", "offer", "Album"});
    if (passed.status != 0 || offerOf(third, "Album").isEmpty()) return QString();
    return third.latchkey({"accept", "Album", "player"}).status == 0 ? firstLine(passed) : QString();
  };
  auto song = third.path("run/latchkey-machines/middle/Album/song");
  auto heard = [&] {
    return third.latchkey({"run", "--as", "player", "--ask", "no", "--", "cat", song}).out == "la la";
  };
  auto child = pass();
  QVERIFY(!child.isEmpty());
  QVERIFY(waitUntil(heard));
  // Only to read, as it was given.
  auto written =
      third.latchkey({"run", "--as", "player", "--ask", "no", "--", "sh", "-c", "echo x >" + song + " && echo done"});
  QVERIFY(!written.out.contains("done"));
  QElapsedTimer timer;
  timer.start();
  QCOMPARE(m_away->latchkey({"revoke", child}).status, 0);
  QVERIFY(waitUntil([&] { return !heard(); }, 3000));
  QCOMPARE(inside("cat " + there("Album/song")).out, QByteArray("la la"));
  QCOMPARE(seen("Album/song"), QByteArray("la la"));
  child = pass();
  QVERIFY(!child.isEmpty());
  QVERIFY(waitUntil(heard));
  QCOMPARE(m_home->latchkey({"revoke", grant}).status, 0);
  QVERIFY(waitUntil([&] { return !heard(); }, 3000));
  QVERIFY(inside("cat " + there("Album/song")).out.isEmpty());
  QVERIFY(waitUntil([&] { return third.list({"offers"}).isEmpty(); }));
  third.end();
}

void FoldersBetweenTest::whatCannotBeShared() {
  m_home->write("thing", "x");
  auto refused = [&](const QStringList& words) {
    auto shared = m_home->latchkey(QStringList{"share", "away"} + words);
    return shared.status == 0 ? QByteArray("shared") : shared.err;
  };
  QVERIFY(refused({"folder", m_home->home()}) != "shared");
  QVERIFY(refused({"folder", "/"}) != "shared");
  QVERIFY(refused({"folder", "/proc"}) != "shared");
  QVERIFY(refused({"folder", m_home->path("data/latchkey")}) != "shared");
  QVERIFY(refused({"folder", m_home->home("thing")}).contains("that is a file"));
  QVERIFY(refused({"file", m_home->home("nothing")}).contains("there is no such file"));
  QVERIFY(refused({"service", "a:1", "--access", "read"}).contains("--access is for"));
  QVERIFY(refused({"file", m_home->home("thing"), "--as", "other"}).contains("own name"));
  QVERIFY(m_away->list({"offers"}).isEmpty());
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  noNetwork = enterOwnNetwork(As::Self);
  dropCapabilities();
  QCoreApplication app(argc, argv);
  FoldersBetweenTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "folders-between-test.moc"
