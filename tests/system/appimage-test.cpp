// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Battery 14 for AppImages, through `latchkey run`: hostile ones are refused in one line, leave nothing anywhere, and
// nothing of any of them is executed to find that out.

#include <QDirIterator>
#include <QtEndian>
#include <QtTest>

#include "tests/support/squashed.h"
#include "tests/support/system-world.h"

using namespace latchkey::test;

class AppImageTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { m_world.reset(); }

  void aSoundOneRunsWithoutItsRuntime();
  void battery14_hostileOnesAreRefused_data();
  void battery14_hostileOnesAreRefused();

private:
  QString image() const { return m_world->home("Tool.AppImage"); }
  void write(const QByteArray& bytes) const { m_world->write("Tool.AppImage", bytes); }
  QByteArray pack(const QStringList& words = {}) const {
    return squashed(m_world->path("app"), m_world->path("squashfs"), words);
  }
  QByteArray packWithName(const QByteArray& name) const;
  // Everything in the world but what Latchkey itself keeps.
  QStringList everything() const;

  std::unique_ptr<SystemWorld> m_world;
};

namespace {

// What of a squashfs is not padding, as its superblock says.
qsizetype used(const QByteArray& squashfs) { return qFromLittleEndian<qint64>(squashfs.constData() + 40); }

}  // namespace

void AppImageTest::initTestCase() {
  auto why = SystemWorld::unavailable();
  if (!why.isEmpty()) QSKIP(qPrintable(why));
  if (QStandardPaths::findExecutable("mksquashfs").isEmpty()) QSKIP("squashfs-tools are not installed");
}

void AppImageTest::init() {
  m_world = std::make_unique<SystemWorld>();
  QDir().mkpath(m_world->path("app/usr/bin"));
  QFile run(m_world->path("app/AppRun"));
  QVERIFY(run.open(QIODevice::WriteOnly));
  run.write("#!/bin/sh\necho AppRun ran in $APPDIR with $1\n");
  run.setPermissions(run.permissions() | QFile::ExeOwner | QFile::ExeUser | QFile::ExeOther);
}

// A name that mksquashfs would not write: put there afterwards, in a directory table that is not compressed.
QByteArray AppImageTest::packWithName(const QByteArray& name) const {
  QByteArray placeholder(name.size(), 'Q');
  QFile file(m_world->path("app/" + placeholder));
  if (!file.open(QIODevice::WriteOnly)) return {};
  file.write("escaped");
  file.close();
  auto bytes = pack({"-noI", "-noD", "-noF"});
  if (bytes.count(placeholder) != 1) return {};
  return bytes.replace(placeholder, name);
}

QStringList AppImageTest::everything() const {
  QStringList all;
  QDirIterator walk(m_world->path(), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
  for (QString path = walk.next(); !path.isEmpty(); path = walk.hasNext() ? walk.next() : QString()) {
    auto below = path.mid(m_world->path().size() + 1);
    if (!below.startsWith("state/") && !below.startsWith("run/") && below != "data/latchkey/appimages" &&
        !below.startsWith("data/latchkey/appimages/known") && !below.startsWith("data/latchkey/profiles"))
      all << below;
  }
  all.sort();
  return all;
}

void AppImageTest::aSoundOneRunsWithoutItsRuntime() {
  // Its program part has no code and the file no permission to be executed: nobody can have tried.
  write(appImageRuntime() + pack());
  auto outcome = m_world->latchkey({"run", "--ask", "no", image(), "word"});
  QVERIFY2(outcome.status == 0, outcome.err);
  QCOMPARE(outcome.out, "AppRun ran in /run/latchkey/image with word\n");
}

void AppImageTest::battery14_hostileOnesAreRefused_data() {
  QTest::addColumn<QByteArray>("how");
  for (auto how :
       {"truncated in the runtime", "truncated in the file system", "truncated at the end", "no file system",
        "offset past the end", "offset wraps around", "offset in the header", "name ..", "name ../../x", "name a/b",
        "absolute link", "link out", "AppRun is a link out", "device", "setuid", "bomb", "superblock lies"})
    QTest::newRow(how) << QByteArray(how);
}

void AppImageTest::battery14_hostileOnesAreRefused() {
  QFETCH(QByteArray, how);
  auto runtime = appImageRuntime();
  if (how == "AppRun is a link out") QVERIFY(QFile::remove(m_world->path("app/AppRun")));
  const QMap<QByteArray, QString> additions{
      {"absolute link", "evil s 777 0 0 " + m_world->home()},
      {"link out", "usr/evil s 777 0 0 ../../../x"},
      {"AppRun is a link out", "AppRun s 777 0 0 /usr/bin/id"},
      {"device", "evil c 666 0 0 1 8"},
      {"setuid", "evil f 4755 0 0 echo x"},
      {"bomb", "evil f 644 0 0 head -c 4500000000 /dev/zero"},
  };
  auto content = how.startsWith("name ")   ? packWithName(how.mid(5))
                 : additions.contains(how) ? pack({"-p", additions[how]})
                                           : pack();
  QVERIFY(!content.isEmpty());
  if (how == "truncated in the runtime") runtime.truncate(100), content.clear();
  if (how == "truncated in the file system") content.truncate(used(content) / 2);
  if (how == "truncated at the end") content.truncate(used(content) - 8);
  if (how == "no file system") content.clear();
  if (how == "offset past the end") runtime = appImageRuntime(quint64(1) << 40);
  if (how == "offset wraps around") runtime = appImageRuntime(~quint64(0) - 63);
  if (how == "offset in the header") runtime = appImageRuntime(0);
  if (how == "superblock lies") content.replace(40, 8, QByteArray(8, '\x7f'));  // How many bytes it has.
  write(runtime + content);

  m_world->latchkey({"ps"});  // The broker's own things are there.
  auto before = everything();
  auto outcome = m_world->latchkey({"run", "--ask", "no", image()});
  QVERIFY2(outcome.status == 126, QByteArray::number(outcome.status) + ": " + outcome.out + outcome.err);
  QCOMPARE(outcome.out, "");
  QVERIFY2(outcome.err.count('\n') == 1 && outcome.err.contains("AppImage"), outcome.err);
  QCOMPARE(everything(), before);
}

QTEST_GUILESS_MAIN(AppImageTest)
#include "appimage-test.moc"
