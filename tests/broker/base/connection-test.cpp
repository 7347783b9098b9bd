// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/connection.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>

#include "broker/base/files.h"

using namespace latchkey;

class ConnectionTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void nobodyElseMayConnect();
  void aNameThatNobodyListensToIsTaken();
  void aNameThatSomebodyListensToIsNot();
  void aLongPathIsReachedThroughItsDirectory();
};

namespace {
std::string nameIn(const QTemporaryDir& directory) { return directory.filePath("socket").toStdString(); }
}  // namespace

void ConnectionTest::nobodyElseMayConnect() {
  QTemporaryDir directory;
  auto mask = umask(0);  // Whatever the process lets others have.
  auto listener = listenAt(nameIn(directory));
  umask(mask);
  struct stat status{};
  QCOMPARE(lstat(nameIn(directory).c_str(), &status), 0);
  QVERIFY(S_ISSOCK(status.st_mode));
  QCOMPARE(status.st_mode & 0777u, 0600u);
  QVERIFY(tryConnect(nameIn(directory)) != nullptr);
}

void ConnectionTest::aNameThatNobodyListensToIsTaken() {
  QTemporaryDir directory;
  auto gone = listenAt(nameIn(directory));
  gone = nullptr;
  auto listener = listenAt(nameIn(directory));
  QVERIFY(tryConnect(nameIn(directory)) != nullptr);
}

void ConnectionTest::aNameThatSomebodyListensToIsNot() {
  QTemporaryDir directory;
  auto listener = listenAt(nameIn(directory));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, listenAt(nameIn(directory)));
  QVERIFY(tryConnect(nameIn(directory)) != nullptr);
}

void ConnectionTest::aLongPathIsReachedThroughItsDirectory() {
  QTemporaryDir directory;
  auto place = directory.filePath(QString(200, 'x'));
  QVERIFY(QDir().mkpath(place));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, listenAt(place.toStdString() + "/socket"));
  kj::AutoCloseFd opened(open(place.toUtf8().constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  auto listener = listenAt("/proc/self/fd/" + std::to_string(opened.get()) + "/socket");
  auto socket = openPathIn(opened, "socket");
  struct stat status{};
  QVERIFY(fstat(socket, &status) == 0 && S_ISSOCK(status.st_mode));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, openPathIn(opened, "none"));
}

QTEST_GUILESS_MAIN(ConnectionTest)
#include "connection-test.moc"
