// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/designations.h"

#include <sys/stat.h>
#include <unistd.h>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/run-order.h"

using namespace latchkey;
using namespace latchkey::cli;

class DesignationsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void wholeArgumentIsGiven();
  void relativeNameBecomesAbsolute();
  void linkBecomesWhatItLeadsTo();
  void fileUriIsGiven();
  void notGiven_data();
  void notGiven();
  void systemIsNeverGiven_data();
  void systemIsNeverGiven();
  void homeItselfIsNotGiven();
  void nameBelowTheGivenFolderStaysAsItIs();
  void whatLeadsOutOfTheGivenFolderIsGivenByItself();
  void replacedAfterwardsIsStillTheOneThatWasNamed();
  void uris_data();
  void uris();

private:
  NamedArguments find(std::vector<std::string> arguments, bool here = false) {
    return findNamed(std::move(arguments), {.path = m_home + "/work", .granted = here}, m_home);
  }
  void touch(const std::string& path) { QFile(QString::fromStdString(path)).open(QIODevice::WriteOnly); }

  std::unique_ptr<QTemporaryDir> m_dir;
  std::string m_home;
};

void DesignationsTest::init() {
  m_dir = std::make_unique<QTemporaryDir>();
  m_home = m_dir->path().toStdString() + "/home";
  for (auto folder : {"", "/work", "/work/sub", "/Documents"}) QVERIFY(mkdir((m_home + folder).c_str(), 0700) == 0);
  for (auto file : {"/Documents/a b.txt", "/work/note", "/work/-o", "/Documents/ü.txt"}) touch(m_home + file);
}

void DesignationsTest::wholeArgumentIsGiven() {
  auto found = find({"--flag", m_home + "/Documents/a b.txt", "word"});
  QCOMPARE(found.things.size(), 1u);
  QCOMPARE(found.things[0].argument, 1u);
  QCOMPARE(found.things[0].thing.path, m_home + "/Documents/a b.txt");
  QVERIFY(!found.things[0].thing.directory);
  QCOMPARE(found.arguments[1], m_home + "/Documents/a b.txt");
}

void DesignationsTest::relativeNameBecomesAbsolute() {
  auto found = find({"note", "../Documents", "sub/"});
  QCOMPARE(found.arguments,
           (std::vector<std::string>{m_home + "/work/note", m_home + "/Documents", m_home + "/work/sub"}));
  QVERIFY(found.things[1].thing.directory);
}

void DesignationsTest::linkBecomesWhatItLeadsTo() {
  QVERIFY(symlink("../Documents/a b.txt", (m_home + "/work/link").c_str()) == 0);
  auto found = find({"link"});
  QCOMPARE(found.arguments[0], m_home + "/Documents/a b.txt");
}

void DesignationsTest::fileUriIsGiven() {
  auto found =
      find({"file://" + m_home + "/Documents/a%20b.txt", "file://localhost" + m_home + "/Documents/%C3%BC.txt"});
  QCOMPARE(found.things.size(), 2u);
  QCOMPARE(found.arguments[0], "file://" + m_home + "/Documents/a%20b.txt");
  QCOMPARE(found.arguments[1], "file://" + m_home + "/Documents/%C3%BC.txt");
}

void DesignationsTest::notGiven_data() {
  QTest::addColumn<QString>("argument");
  QTest::newRow("an option, though a file is called so") << "-o";
  QTest::newRow("part of an argument") << "--file=note";
  QTest::newRow("part of an assignment") << "of=note";
  QTest::newRow("missing") << "nothing-here";
  QTest::newRow("empty") << "";
  QTest::newRow("other scheme") << "https://localhost/note";
  QTest::newRow("other host") << "file://elsewhere/note";
  QTest::newRow("dash") << "-";
}

void DesignationsTest::notGiven() {
  QFETCH(QString, argument);
  auto found = find({argument.toStdString()});
  QVERIFY(found.things.empty());
  QCOMPARE(found.arguments[0], argument.toStdString());
}

void DesignationsTest::systemIsNeverGiven_data() {
  QTest::addColumn<QString>("path");
  for (auto path :
       {"/", "/usr", "/usr/bin/env", "/etc/passwd", "/proc/self/status", "/sys", "/dev/null", "/bin", "/tmp", "/run",
        "/var", "/home", "../../../../etc/passwd", "file:///etc/passwd", "/proc/self/fd/0", "/proc/self/root"}) {
    QTest::newRow(path) << path;
  }
}

void DesignationsTest::systemIsNeverGiven() {
  QFETCH(QString, path);
  QVERIFY(find({path.toStdString()}).things.empty());
}

void DesignationsTest::homeItselfIsNotGiven() {
  QVERIFY(find({m_home}).things.empty());
  QVERIFY(find({".."}).things.empty());
  QVERIFY(find({m_dir->path().toStdString()}).things.empty());
  QVERIFY(!find({"."}).things.empty());
  // A name that begins like the home's is not below it, and not above it.
  QVERIFY(canBeNamed(m_home + "2/x", m_home));
}

void DesignationsTest::nameBelowTheGivenFolderStaysAsItIs() {
  auto found = find({"commit", "-m", "note", "sub"}, true);
  QVERIFY(found.things.empty());
  QCOMPARE(found.arguments[2], "note");
}

void DesignationsTest::whatLeadsOutOfTheGivenFolderIsGivenByItself() {
  auto found = find({"../Documents/a b.txt"}, true);
  QCOMPARE(found.things.size(), 1u);
  QCOMPARE(found.arguments[0], m_home + "/Documents/a b.txt");
}

void DesignationsTest::replacedAfterwardsIsStillTheOneThatWasNamed() {
  // CVE-2026-34078: paths were passed on and looked up again.
  auto found = find({"note"});
  auto inode = found.things[0].thing.inode;
  QVERIFY(rename((m_home + "/work/note").c_str(), (m_home + "/work/moved").c_str()) == 0);
  QVERIFY(symlink("/etc/passwd", (m_home + "/work/note").c_str()) == 0);
  struct stat status{};
  QVERIFY(fstat(found.things[0].thing.fd, &status) == 0);
  QCOMPARE(static_cast<uint64_t>(status.st_ino), inode);
}

void DesignationsTest::uris_data() {
  QTest::addColumn<QString>("uri");
  QTest::addColumn<QString>("path");
  QTest::newRow("plain") << "file:///a/b" << "/a/b";
  QTest::newRow("escaped") << "file:///a%2Fb%c3%a4" << "/a/bä";
  for (auto bad : {"file:///a%00b", "file:///a%", "file:///a%2", "file:///a%zz", "file:///a?q", "file:///a#f", "file:a",
                   "file://host/a", "FILE:///a", "/a"}) {
    QTest::newRow(bad) << bad << QString();
  }
}

void DesignationsTest::uris() {
  QFETCH(QString, uri);
  QFETCH(QString, path);
  QString got;
  KJ_IF_MAYBE (found, pathOfUri(uri.toStdString())) got = QString::fromStdString(*found);
  QCOMPARE(got, path);
}

QTEST_APPLESS_MAIN(DesignationsTest)
#include "designations-test.moc"
