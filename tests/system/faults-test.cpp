// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What a person is told, and what holds, when the disk or the broker fails under a decision.
//
// Full and read-only disks are real ones: file systems of this program's own, in a mount namespace.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <QDir>
#include <QtTest>

#include "tests/support/system-world.h"

using namespace latchkey::test;

namespace {

// Answers each line with whether the file can still be read through the descriptor it opened at first.
const QString HOLDER =
    "exec 3< \"$1\"; echo ready; while read line; do head -c 1 <&3 >/dev/null 2>&1 && echo $line yes || echo $line "
    "no; done";

bool oneLine(const QByteArray& text) { return text.count('\n') == 1 && text.endsWith('\n'); }

void put(const char* file, const QByteArray& text) {
  int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text.constData(), static_cast<size_t>(text.size())) != text.size()) _exit(70);
  close(fd);
}

// Before any thread is there. False where it is not to be had.
bool enterOwnNamespace() {
  auto user = QByteArray::number(getuid()), group = QByteArray::number(getgid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  put("/proc/self/setgroups", "deny");
  put("/proc/self/uid_map", user + " " + user + " 1");
  put("/proc/self/gid_map", group + " " + group + " 1");
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool ownNamespace = false;

}  // namespace

class FaultsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup();

  void fullDiskRevokeCutsAndSaysSo();
  void fullDiskRevokeOfAnAppCutsAndSaysSo();
  void fullDiskSuspendCutsAndSaysSo();
  void fullDiskGrantGivesNothing();
  void fullDiskAnswerGivesNothing();
  void fullDiskStopsNoStart();
  void readOnlyStateIsTold();
  void readOnlyFolderIsToldToTheApp();
  void newerStoreIsLeftAlone();
  void garbageStoreIsSetAside();
  void unreadableStoreIsTold();
  void brokerKilledUnderACommand_data();
  void brokerKilledUnderACommand();
  void brokerKilledUnderAsk();
  void silentPortalIsTold_data();
  void silentPortalIsTold();
  void networkSwitchOutlivesTheBroker();
  void wrongUseIsOneLine_data();
  void wrongUseIsOneLine();
  void unshownQuestionWaitsForAnAnswer();
  void idleBrokerLeavesNothing();

private:
  QString state(const QString& name) const { return m_world->path("state/latchkey/" + name); }
  void fillDisk() {
    QFile filler(m_world->path("state/filler"));
    QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered));
    for (int size : {65536, 4096, 1}) {
      while (filler.write(QByteArray(size, 'x')) == size) {}
    }
  }
  void freeDisk() { QVERIFY(QFile::remove(m_world->path("state/filler"))); }
  void mountSmallState() {
    if (!ownNamespace) QSKIP("user namespaces cannot be had here");
    auto place = m_world->path("state").toUtf8();
    QCOMPARE(mount("small", place.constData(), "tmpfs", 0, "size=1m,mode=0700"), 0);
    m_mounted = place;
  }
  std::unique_ptr<RunningCommand> startHolder() {
    auto app = m_world->start({"run", "--ask", "no", "--", "sh", "-c", HOLDER, "sh", "Documents/a.txt"});
    if (!app->says("ready")) qWarning("no holder");
    return app;
  }
  void killBroker() { m_world->destroy(m_world->broker()); }
  // Its store is closed, too: what is then done to the file is not written over.
  bool quitBroker() {
    auto broker = m_world->broker();
    return m_world->latchkey({"quit"}).status == 0 && waitUntil([&] { return !SystemWorld::alive(broker); });
  }
  QString grantId() const { return m_world->first({"grants"})["id"].toString(); }

  std::unique_ptr<SystemWorld> m_world;
  QByteArray m_mounted;
};

void FaultsTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
}

void FaultsTest::init() {
  m_world = std::make_unique<SystemWorld>();
  m_world->write("Documents/a.txt", "0123456789012345678901234567890123456789");
  m_world->write("Documents/b.txt", "another");
}

void FaultsTest::cleanup() {
  m_world->end();
  if (!m_mounted.isEmpty()) umount2(m_mounted.constData(), MNT_DETACH);
  m_mounted.clear();
  m_world.reset();
}

void FaultsTest::fullDiskRevokeCutsAndSaysSo() {
  mountSmallState();
  auto app = startHolder();
  auto id = grantId();
  fillDisk();
  app->tell("before\n");
  QVERIFY(app->says("before yes"));
  auto outcome = m_world->latchkey({"revoke", id});
  QCOMPARE(outcome.status, 1);
  QVERIFY2(oneLine(outcome.err) && outcome.err.contains("not recorded"), outcome.err);
  app->tell("after\n");
  QVERIFY(app->says("after no"));
  // What was not recorded then is recorded when there is room again, and holds.
  freeDisk();
  QVERIFY(waitUntil([&] { return m_world->first({"status"})["store"].toString().isEmpty(); }, 60'000));
  killBroker();
  QVERIFY(m_world->list({"grants"}).isEmpty());
  app->tell("later\n");
  QVERIFY(app->says("later no"));
}

void FaultsTest::fullDiskRevokeOfAnAppCutsAndSaysSo() {
  mountSmallState();
  auto app = startHolder();
  auto holder = m_world->first({"grants"})["holder"].toString();
  QVERIFY(!holder.isEmpty());
  QCOMPARE(m_world->latchkey({"grant", holder, "file", "Documents/b.txt"}).status, 0);
  auto before = m_world->list({"grants"}).size();
  QVERIFY(before >= 2);
  fillDisk();
  app->tell("before\n");
  QVERIFY(app->says("before yes"));
  auto outcome = m_world->latchkey({"revoke", "--app", holder});
  QCOMPARE(outcome.status, 1);
  QVERIFY2(oneLine(outcome.err) && outcome.err.contains("not recorded"), outcome.err);
  app->tell("after\n");
  QVERIFY(app->says("after no"));
  QVERIFY(m_world->list({"grants"}).isEmpty());
  // Recorded as soon as there is room, so that nothing of it returns.
  freeDisk();
  QVERIFY(waitUntil([&] { return m_world->first({"status"})["store"].toString().isEmpty(); }, 60'000));
  killBroker();
  QVERIFY(m_world->list({"grants"}).isEmpty());
  app->tell("later\n");
  QVERIFY(app->says("later no"));
}

void FaultsTest::fullDiskSuspendCutsAndSaysSo() {
  mountSmallState();
  auto app = startHolder();
  auto id = grantId();
  fillDisk();
  auto outcome = m_world->latchkey({"suspend", id});
  QCOMPARE(outcome.status, 1);
  QVERIFY2(oneLine(outcome.err) && outcome.err.contains("not recorded"), outcome.err);
  app->tell("after\n");
  QVERIFY(app->says("after no"));
}

void FaultsTest::fullDiskGrantGivesNothing() {
  mountSmallState();
  auto app = startHolder();
  auto before = m_world->list({"grants"}).size();
  fillDisk();
  auto outcome = m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"});
  QCOMPARE(outcome.status, 1);
  QVERIFY(outcome.out.isEmpty());
  QVERIFY2(oneLine(outcome.err) && outcome.err.contains("full"), outcome.err);
  QCOMPARE(m_world->list({"grants"}).size(), before);
  app->tell("on\n");
  QVERIFY(app->says("on yes"));
  freeDisk();
  killBroker();
  QCOMPARE(m_world->list({"grants"}).size(), before);
  QCOMPARE(m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"}).status, 0);
}

void FaultsTest::fullDiskAnswerGivesNothing() {
  mountSmallState();
  auto app = m_world->startInside("cat ~/Documents/a.txt; echo ended");
  auto id = m_world->waitForRequest()["id"].toString();
  fillDisk();
  auto outcome = m_world->latchkey({"answer", id, "allow", "--for", "always"});
  QCOMPARE(outcome.status, 1);
  QVERIFY(outcome.out.isEmpty());
  QVERIFY2(oneLine(outcome.err) && outcome.err.contains("full"), outcome.err);
  QVERIFY(!app->output().contains("0123"));
  QVERIFY(m_world->list({"grants"}).isEmpty());
  // It waits still: the person can answer when there is room.
  freeDisk();
  outcome = m_world->latchkey({"answer", id, "allow", "--for", "always"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QVERIFY(app->says("0123"));
}

void FaultsTest::fullDiskStopsNoStart() {
  mountSmallState();
  QVERIFY(m_world->list({"ps"}).isEmpty());
  fillDisk();
  // What would have to be recorded is not given, in one line; what needs no record starts, or says why not.
  auto given = m_world->latchkey({"run", "--ask", "no", "--", "cat", "Documents/a.txt"});
  QCOMPARE(given.status, 125);
  QVERIFY2(oneLine(given.err) && given.err.contains("full"), given.err);
  QVERIFY(given.out.isEmpty());
  QVERIFY(m_world->list({"ps"}).isEmpty());
  freeDisk();
  QCOMPARE(m_world->latchkey({"run", "--ask", "no", "--", "cat", "Documents/b.txt"}).out, "another");
}

void FaultsTest::readOnlyStateIsTold() {
  auto id = m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"}).out.trimmed();
  QVERIFY(!id.isEmpty());
  QVERIFY(quitBroker());
  QVERIFY(chmod(state("").toUtf8().constData(), 0500) == 0);
  QVERIFY(chmod(state("store.sqlite").toUtf8().constData(), 0400) == 0);
  // What was given before is known, nothing new is.
  QCOMPARE(grantId(), QString::fromUtf8(id));
  auto outcome = m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/a.txt"});
  QCOMPARE(outcome.status, 1);
  QVERIFY2(oneLine(outcome.err), outcome.err);
  QVERIFY(!m_world->first({"status"})["store"].toString().isEmpty());
  outcome = m_world->latchkey({"revoke", QString::fromUtf8(id)});
  QCOMPARE(outcome.status, 1);
  QVERIFY2(oneLine(outcome.err) && outcome.err.contains("not recorded"), outcome.err);
  QVERIFY(m_world->list({"grants"}).isEmpty());
  QVERIFY(chmod(state("").toUtf8().constData(), 0700) == 0);
  QVERIFY(chmod(state("store.sqlite").toUtf8().constData(), 0600) == 0);
}

void FaultsTest::readOnlyFolderIsToldToTheApp() {
  if (!ownNamespace) QSKIP("user namespaces cannot be had here");
  m_world->write("Projects/site/a.txt", "alpha");
  auto place = m_world->home("Projects/site").toUtf8();
  auto script = "cat a.txt; echo x > new; echo x >> a.txt; rm a.txt; mkdir d; echo done";
  QCOMPARE(mount(place.constData(), place.constData(), nullptr, MS_BIND, nullptr), 0);
  m_mounted = place;
  QCOMPARE(mount(nullptr, place.constData(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, nullptr),
           0);
  auto outcome = m_world->inside(script, {"--ask", "no", "--here"}, m_world->home("Projects/site"));
  QCOMPARE(outcome.status, 0);
  QCOMPARE(outcome.out, "alphadone\n");
  QVERIFY2(outcome.err.count("Read-only file system") == 4, outcome.err);
  QCOMPARE(m_world->read("Projects/site/a.txt"), "alpha");
}

void FaultsTest::newerStoreIsLeftAlone() {
  m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"});
  QVERIFY(quitBroker());
  QFile store(state("store.sqlite"));
  QVERIFY(store.open(QIODevice::ReadWrite));
  constexpr qint64 USER_VERSION = 60;  // In the header, big-endian.
  QVERIFY(store.seek(USER_VERSION));
  QCOMPARE(store.write(QByteArray("\0\0\3\0", 4)), 4);
  store.close();
  QVERIFY(store.open(QIODevice::ReadOnly));
  auto before = store.readAll();
  QFile::remove(state("store.sqlite-wal"));
  for (auto& words : {QStringList{"grants"}, QStringList{"grant", "a", "file", "Documents/a.txt"},
                      QStringList{"revoke", "--app", "a"}, QStringList{"stop", "--all"}}) {
    auto outcome = m_world->latchkey(words);
    QCOMPARE(outcome.status, 1);
    QVERIFY2(oneLine(outcome.err) && outcome.err.contains("newer Latchkey"), outcome.err);
  }
  QCOMPARE(m_world->latchkey({"run", "--", "true"}).status, 125);
  QVERIFY(store.seek(0));
  QCOMPARE(store.readAll(), before);
}

void FaultsTest::garbageStoreIsSetAside() {
  m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"});
  QVERIFY(quitBroker());
  QFile store(state("store.sqlite"));
  QVERIFY(store.open(QIODevice::WriteOnly));
  store.write(QByteArray(20'000, 'g'));
  store.close();
  QFile::remove(state("store.sqlite-wal"));
  auto outcome = m_world->latchkey({"grants"});
  QCOMPARE(outcome.status, 0);
  QVERIFY(m_world->list({"grants"}).isEmpty());
  QCOMPARE(QDir(state("")).entryList({"*damaged*"}).size(), 1);
  QCOMPARE(m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"}).status, 0);
}

void FaultsTest::unreadableStoreIsTold() {
  m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"});
  QVERIFY(quitBroker());
  QVERIFY(chmod(state("store.sqlite").toUtf8().constData(), 0) == 0);
  QVERIFY(m_world->list({"grants"}).isEmpty());
  QVERIFY(!m_world->first({"status"})["store"].toString().isEmpty());
  auto outcome = m_world->latchkey({"grant", "org.example.Editor", "file", "Documents/b.txt"});
  QCOMPARE(outcome.status, 1);
  QVERIFY2(oneLine(outcome.err), outcome.err);
}

void FaultsTest::brokerKilledUnderACommand_data() {
  QTest::addColumn<QStringList>("words");
  QTest::newRow("revoke") << QStringList{"revoke", "GRANT"};
  QTest::newRow("suspend") << QStringList{"suspend", "GRANT"};
  QTest::newRow("answer") << QStringList{"answer", "REQUEST", "allow"};
  QTest::newRow("stop") << QStringList{"stop", "INSTANCE"};
  QTest::newRow("stop all") << QStringList{"stop", "--all"};
  QTest::newRow("grant") << QStringList{"grant", "org.example.Editor", "file", "Documents/b.txt"};
  QTest::newRow("network") << QStringList{"network", "off"};
  QTest::newRow("list") << QStringList{"grants"};
}

void FaultsTest::brokerKilledUnderACommand() {
  QFETCH(QStringList, words);
  auto app = startHolder();
  auto asking = m_world->startInside("cat ~/Documents/b.txt");
  words.replaceInStrings("REQUEST", m_world->waitForRequest()["id"].toString());
  words.replaceInStrings("GRANT", grantId());
  words.replaceInStrings("INSTANCE", m_world->first({"ps"})["instance"].toString());
  auto broker = m_world->broker();
  QCOMPARE(kill(broker, SIGSTOP), 0);
  auto command = m_world->start(words);
  QTest::qWait(300);
  QVERIFY(command->running());
  m_world->destroy(broker);
  QCOMPARE(command->waitForEnd(20'000), 1);
  QVERIFY2(oneLine(command->output()) && command->output().contains("Latchkey's service ended"), command->output());
}

void FaultsTest::brokerKilledUnderAsk() {
  QVERIFY(QFile::copy(qEnvironmentVariable("LATCHKEY_BIN") + "/latchkey", m_world->home("Projects/latchkey")));
  auto app = m_world->startInside("./latchkey ask file ~/Documents/b.txt; echo status $?", {"--here"},
                                  m_world->home("Projects"));
  QVERIFY(!m_world->waitForRequest().isEmpty());
  killBroker();
  QVERIFY(app->says("status 1", 30'000));
  QVERIFY2(!app->output().contains("Documents/b.txt\n"), app->output());
}

void FaultsTest::silentPortalIsTold_data() {
  QTest::addColumn<QString>("command");
  QTest::newRow("revoke") << "revoke";
  QTest::newRow("suspend") << "suspend";
}

void FaultsTest::silentPortalIsTold() {
  QFETCH(QString, command);
  auto app = startHolder();
  auto id = grantId();
  auto portal = m_world->portal();
  QCOMPARE(kill(portal, SIGSTOP), 0);
  auto outcome = m_world->latchkey({command, id});
  QCOMPARE(kill(portal, SIGCONT), 0);
  QCOMPARE(outcome.status, 1);
  QVERIFY2(oneLine(outcome.err) && outcome.err.contains("does not answer"), outcome.err);
  // Cutting goes on, beside whatever the app does meanwhile.
  QVERIFY(waitUntil([&] {
    app->tell("after\n");
    return app->says("after no", 100);
  }));
  app->tell("then\n");
  QVERIFY(app->says("then no"));
}

void FaultsTest::networkSwitchOutlivesTheBroker() {
  QCOMPARE(m_world->first({"status"})["networkOff"].toBool(), false);
  QCOMPARE(m_world->latchkey({"network", "off"}).status, 0);
  killBroker();
  QCOMPARE(m_world->first({"status"})["networkOff"].toBool(), true);
  QVERIFY(m_world->latchkey({"status"}).out.contains("network is off"));
  QCOMPARE(m_world->latchkey({"network", "on"}).status, 0);
  killBroker();
  QCOMPARE(m_world->first({"status"})["networkOff"].toBool(), false);
}

void FaultsTest::wrongUseIsOneLine_data() {
  QTest::addColumn<QStringList>("words");
  auto add = [](const QStringList& words) { QTest::newRow(qPrintable(words.join(' '))) << words; };
  add({"nonsense"});
  add({"revoke"});
  add({"revoke", "nobody"});
  add({"revoke", "\x1b[2J\nx"});
  add({"suspend", "nobody"});
  add({"resume", "nobody"});
  add({"restore", "nobody"});
  add({"answer", "nobody", "allow"});
  add({"answer", "nobody", "perhaps"});
  add({"answer", "nobody"});
  add({"forget", "nobody"});
  add({"stop"});
  add({"stop", "nobody"});
  add({"stop", "--all", "more"});
  add({"grant", "a", "nonsense", "b"});
  add({"grant", "a", "file"});
  add({"grant", "a", "file", "Documents/a.txt", "--for", "ever"});
  add({"grant", "a", "file", "Documents/a.txt", "--access", "execute"});
  add({"grant", "a", "file", "Documents/a.txt", "--scope", "world"});
  add({"grant", "", "file", "Documents/a.txt"});
  add({"grants", "--nonsense"});
  add({"ps", "more"});
  add({"network", "perhaps"});
  add({"settings", "a", "nonsense=on"});
  add({"log", "--limit", "many"});
  add({"help", "nonsense"});
}

void FaultsTest::wrongUseIsOneLine() {
  QFETCH(QStringList, words);
  auto outcome = m_world->latchkey(words);
  QVERIFY2(oneLine(outcome.err), outcome.err);
  QVERIFY2(outcome.err.contains("says what there is"), outcome.err);
  QVERIFY(!outcome.err.contains('\x1b'));
  QCOMPARE(outcome.status, 2);
  QVERIFY2(outcome.out.isEmpty(), outcome.out);
}

void FaultsTest::unshownQuestionWaitsForAnAnswer() {
  // `--ask ui` where no window can be: nothing is declined before a person, or the time limit, says so.
  auto app = m_world->startInside("cat ~/Documents/b.txt", {"--ask", "ui"});
  auto id = m_world->waitForRequest()["id"].toString();
  QVERIFY(!id.isEmpty());
  QTest::qWait(2000);
  QVERIFY(app->running());
  QCOMPARE(m_world->first({"requests"})["id"].toString(), id);
  QCOMPARE(m_world->latchkey({"answer", id, "allow"}).status, 0);
  QVERIFY(app->says("another"));
  QCOMPARE(app->waitForEnd(), 0);
}

void FaultsTest::idleBrokerLeavesNothing() {
  QProcess broker;
  broker.setProgram(qEnvironmentVariable("LATCHKEY_BIN") + "/latchkeyd");
  broker.setArguments({"--idle", "1"});
  broker.setEnvironment(m_world->environment());
  broker.start();
  QVERIFY(waitUntil([&] { return m_world->broker() != 0; }));
  QCOMPARE(m_world->latchkey({"run", "--ask", "no", "--", "cat", "Documents/b.txt"}).out, "another");
  QVERIFY(m_world->portal() != 0);
  QVERIFY(broker.waitForFinished(20'000));
  QCOMPARE(broker.exitCode(), 0);
  auto left = m_world->leftoversAfter(20'000);
  QVERIFY2(left.isEmpty(), qPrintable(left.join('\n')));
}

int main(int count, char** words) {
  ownNamespace = enterOwnNamespace();
  QCoreApplication application(count, words);
  FaultsTest test;
  return QTest::qExec(&test, count, words);
}
#include "faults-test.moc"
