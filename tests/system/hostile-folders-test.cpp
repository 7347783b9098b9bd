// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A machine that was given a folder and asks its server for everything else. It speaks SFTP itself (hostile-sftp.py, in
// the place of sshfs): what keeps it is on the owner's side alone.

#include <QtTest>

#include <signal.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>

#include "tests/support/own-network.h"
#include "tests/support/system-world.h"
#include "tests/system/paired.h"

using namespace latchkey::test;

namespace {

std::string noNetwork;
bool replaced = false;

// What the program said of it last.
QByteArray said(const SystemWorld& world) {
  QFile log(world.path("state/latchkey/broker.log"));
  if (!log.open(QIODevice::ReadOnly)) return {};
  auto all = log.readAll();
  auto at = all.lastIndexOf("OUTCOME ");
  auto end = at < 0 ? -1 : all.indexOf('\n', at);
  return end < 0 ? QByteArray() : all.mid(at + 8, end - at - 8);
}

}  // namespace

class HostileFoldersTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase();
  void cleanupTestCase();
  void getsNothingElse_data();
  void getsNothingElse();

private:
  std::unique_ptr<SystemWorld> m_home, m_away;
};

void HostileFoldersTest::initTestCase() {
  if (!noNetwork.empty()) QSKIP(noNetwork.c_str());
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  QVERIFY2(replaced, "sshfs could not be replaced");
  m_home = std::make_unique<SystemWorld>();
  m_away = std::make_unique<SystemWorld>();
  pairWorlds(*m_home, "home", *m_away, "away");
}

void HostileFoldersTest::cleanupTestCase() {
  for (auto* world : {&m_away, &m_home})
    if (*world) (*world)->end();
  if (m_home) QCOMPARE(m_home->leftoversAfter(20'000), QStringList());
}

void HostileFoldersTest::getsNothingElse_data() {
  QTest::addColumn<QString>("folder");
  QTest::addColumn<bool>("change");
  QTest::newRow("in the home") << "Box" << true;
  QTest::newRow("deep") << "Documents/a/Box2" << true;
  QTest::newRow("to read") << "Box3" << false;
}

void HostileFoldersTest::getsNothingElse() {
  QFETCH(QString, folder);
  QFETCH(bool, change);
  auto up = folder.section('/', 0, -2);
  m_home->write("secret", "TOP SECRET");
  m_home->write((up.isEmpty() ? QString() : up + "/") + "secret", "TOP SECRET");
  m_home->write(folder + "/plain", "shared");
  m_home->write(folder + "/aim",
                (m_home->home("secret") + "\n" + m_home->home() + "/" + folder + "/../secret\n").toUtf8());
  QVERIFY(QFile::link(m_home->home("secret"), m_home->home(folder + "/out")));
  // Another share of the same machine: each server sees its own alone.
  m_home->write("Other/thing", "TOP SECRET");
  auto other = m_home->latchkey({"share", "away", "folder", m_home->home("Other")});
  QVERIFY2(other.status == 0, other.err);
  QDir().mkpath(m_home->home(folder + "/empty"));
  auto shared =
      m_home->latchkey({"share", "away", "folder", m_home->home(folder), "--access", change ? "write" : "read"});
  QVERIFY2(shared.status == 0, shared.err);
  auto offer = offerOf(*m_away, folder.section('/', -1));
  m_away->start({"accept", offer["id"].toString()})->waitForEnd();
  // Written where it may write, and said where that is all it can.
  QByteArray text;
  QVERIFY(waitUntil([&] {
    if (change) text = m_home->read(folder + "/outcome");
    else text = said(*m_away);
    return text.endsWith('}') && text.contains("/shared/" + folder.section('/', -1).toUtf8() + "\"");
  }));
  QVERIFY2(!text.contains("TOP SECRET"), text);
  auto outcome = QJsonDocument::fromJson(text).object();
  QCOMPARE(outcome["place"].toString(), "/shared/" + folder.section('/', -1));
  auto read = outcome["read"].toObject();
  QVERIFY(read.size() > 10);
  for (auto& path : read.keys())
    QVERIFY2(read[path].toString().startsWith("refused"), qPrintable(path + ": " + read[path].toString()));
  auto list = outcome["list"].toObject();
  for (auto& path : {"/home", "/usr/bin", "/tmp", "/root"})
    QVERIFY2(list[path].isString(), qPrintable(QString(path) + " is listed"));
  // What the sandbox itself is made of, and no more.
  for (auto name : list["/"].toArray())
    QVERIFY2(QStringList({".", "..", "dev", "etc", "lib", "lib64", "proc", "run", "shared", "usr"})
                 .contains(name.toString()),
             qPrintable(name.toString()));
  QVERIFY(list["/proc"].toArray().size() <= 2);
  auto own = list["/shared"].toArray();
  QCOMPARE(own.size(), 3);
  auto names = list["."].toArray();
  QVERIFY(names.contains("plain") && names.contains("empty"));
  auto act = outcome["act"].toObject();
  for (auto& name : act.keys()) {
    if (name.startsWith("write ")) QVERIFY2(act[name].toString().startsWith("refused"), qPrintable(name));
  }
  for (auto* name : {"hardlink", "rename up", "rename to root", "mkdir"}) QVERIFY2(act[name].toInt(0) != 0, name);
  for (auto* name : {"users-groups-by-id@openssh.com", "home-directory", "expand-path@openssh.com"})
    QVERIFY2(act[name].toInt(0) != 0, name);
  QCOMPARE(act["inside"].toString() == "wrote", change);
  QCOMPARE(act["changes"].toObject().size(), change ? 0 : 14);
  for (auto& name : act["changes"].toObject().keys()) QVERIFY2(act["changes"][name] == "refused", qPrintable(name));
  QCOMPARE(act["symlink"].toInt(-1) == 0, change);
  QVERIFY(act["through it"].toString().startsWith("refused"));
  QVERIFY(!act["over it"].toString().startsWith("wrote"));
  QVERIFY2(act["filled"].toInt() <= 2, qPrintable(QString::number(act["filled"].toInt())));
  QCOMPARE(m_home->read("secret"), QByteArray("TOP SECRET"));
  QVERIFY(!QFile::exists(m_home->home("planted")) && !QFile::exists(m_home->home("stolen")));
  QCOMPARE(m_home->read(folder + "/plain"), QByteArray("shared"));
  if (!change) {
    QCOMPARE(QDir(m_home->home(folder)).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::System),
             QStringList({"aim", "empty", "out", "plain"}));
  }
  // Its broker has not noticed.
  QVERIFY(SystemWorld::alive(m_home->broker()) && SystemWorld::alive(m_home->peer()));
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  noNetwork = enterOwnNetwork(As::Self);
  auto program = std::string(qgetenv("LATCHKEY_SOURCE")) + "/tests/system/hostile-sftp.py";
  if (noNetwork.empty()) replaced = putInPlace(program, "/usr/bin/sshfs");
  dropCapabilities();
  QCoreApplication app(argc, argv);
  HostileFoldersTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "hostile-folders-test.moc"
