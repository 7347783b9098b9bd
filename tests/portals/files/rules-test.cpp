// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/rules.h"

#include <QTest>

using namespace latchkey::files;

class RulesTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void properPaths_data();
  void properPaths();
  void belowIsByPartsNotByLetters();
  void hiddenIsAnyPartBelow();
  void siblingsShareTheNameUpToTheLastDot_data();
  void siblingsShareTheNameUpToTheLastDot();
  void temporaryNames_data();
  void temporaryNames();
};

void RulesTest::properPaths_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<bool>("proper");
  QTest::newRow("root") << "/" << true;
  QTest::newRow("plain") << "/home/ann/a b.txt" << true;
  QTest::newRow("newline") << "/home/a\nb" << true;
  QTest::newRow("empty") << "" << false;
  QTest::newRow("relative") << "home" << false;
  QTest::newRow("closing slash") << "/home/" << false;
  QTest::newRow("double slash") << "/home//ann" << false;
  QTest::newRow("dot") << "/home/./ann" << false;
  QTest::newRow("up") << "/home/../etc" << false;
  QTest::newRow("up at the end") << "/home/.." << false;
  QTest::newRow("NUL") << QString("/home/a") + QChar(0) + "b" << false;
  QTest::newRow("part too long") << "/" + QString(256, 'a') << false;
  QTest::newRow("too long") << QString("/aaaa").repeated(900) << false;
}

void RulesTest::properPaths() {
  QFETCH(QString, path);
  QTEST(isProperPath(path.toStdString()), "proper");
}

void RulesTest::belowIsByPartsNotByLetters() {
  QVERIFY(isBelow("/home/ann/a", "/home/ann"));
  QVERIFY(!isBelow("/home/anna", "/home/ann"));
  QVERIFY(!isBelow("/home/ann", "/home/ann"));
  QVERIFY(isWithin("/home/ann", "/home/ann"));
  QVERIFY(isBelow("/a", "/"));
  QVERIFY(!isBelow("/", "/"));
  QCOMPARE(relativeTo("/a/b", "/"), "a/b");
  QCOMPARE(relativeTo("/a/b", "/a"), "b");
}

void RulesTest::hiddenIsAnyPartBelow() {
  QVERIFY(isHiddenBelow("/d/.x", "/d"));
  QVERIFY(isHiddenBelow("/d/a/.x/b", "/d"));
  QVERIFY(!isHiddenBelow("/.d/a.x", "/.d"));
}

void RulesTest::siblingsShareTheNameUpToTheLastDot_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<bool>("sibling");
  QTest::newRow("another ending") << "film.srt" << true;
  QTest::newRow("two endings") << "film.de.srt" << true;
  QTest::newRow("no ending") << "film" << true;
  QTest::newRow("longer name") << "film2.srt" << false;
  QTest::newRow("other") << "a.srt" << false;
}

void RulesTest::siblingsShareTheNameUpToTheLastDot() {
  QFETCH(QString, name);
  QTEST(isSibling(name.toStdString(), "film.mkv"), "sibling");
}

void RulesTest::temporaryNames_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<bool>("temporary");
  QTest::newRow("GLib") << ".goutputstream-ABC" << true;
  QTest::newRow("QSaveFile") << "a.txt.kXyZ12" << true;
  QTest::newRow("backup") << "a.txt~" << true;
  QTest::newRow("vim") << "4913" << true;
  QTest::newRow("itself") << "a.txt" << false;
  QTest::newRow("another file") << "b.txt" << false;
  QTest::newRow("shorter") << "a.tx" << false;
}

void RulesTest::temporaryNames() {
  QFETCH(QString, name);
  QTEST(looksTemporary(name.toStdString(), "a.txt"), "temporary");
}

QTEST_APPLESS_MAIN(RulesTest)
#include "rules-test.moc"
